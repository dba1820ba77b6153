"""Values, targets and differences as people write them: the measure's aggregate decides decimals and unit."""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from rttd_metrics.engine.results import MeasureInfo

_MOST_DECIMALS = 6  # what results are stored with
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # any float fits


def is_percent(info: MeasureInfo) -> bool:
    """Whether values of the measure are read as percents (stored as 0 to 100). A gap between percents is in points."""
    return info.gap is None and _runs_to_100(info)


def unit(info: MeasureInfo) -> str:
    """What stands over a column of bare numbers: %, average, median, count, sum, rate or `per 1,000`; of gaps points,
    difference or ratio."""
    if info.gap is not None:
        return "ratio" if info.gap.kind == "ratio" else "points" if _runs_to_100(info) else "difference"
    if is_percent(info):
        return "%"
    if info.aggregate == "rate":
        return "rate" if info.per in (None, 1) else f"per {info.per:,.10g}"
    return {"avg": "average"}.get(info.aggregate, info.aggregate)


def number(info: MeasureInfo, value: float) -> str:
    """`value` without a unit: percents with one decimal, counts and whole sums without, the rest with two."""
    return _rounded(value, _decimals(info, value))


def with_unit(info: MeasureInfo, value: float) -> str:
    """`value` with its % sign, where it has one."""
    return number(info, value) + _sign(info)


def value_and_target(info: MeasureInfo, value: float, target: float) -> tuple[str, str]:
    """Both with their % sign, and with the decimals it takes to see that they differ.

    16.74 against a target of 16.7 is not met, and must not be shown as 16.7% against 16.7%.
    """
    for decimals in range(max(_decimals(info, value), _decimals(info, target)), _MOST_DECIMALS + 1):
        shown, goal = _rounded(value, decimals), _rounded(target, decimals)
        if shown != goal:
            return shown + _sign(info), goal + _sign(info)
    return with_unit(info, value), with_unit(info, target)


def difference(info: MeasureInfo, value: float, reference: float) -> tuple[str, int]:
    """`value` - `reference`, signed, in points or the measure's unit, and its side as shown: -1, 0 or 1."""
    delta = round(value - reference, _MOST_DECIMALS)
    shown = _rounded(delta, _decimals(info, delta))
    if not shown.strip("-0.,"):
        return shown, 0
    return (shown, -1) if delta < 0 else (f"+{shown}", 1)


def plain_number(value: float) -> str:
    """A number whose measure does not matter, with at most three decimals: 1, 0.125, 1,234.5."""
    shown = _rounded(value, 3)
    return shown.rstrip("0").rstrip(".")


def count(number: int) -> str:
    return f"{number:,}"


def excel_format(info: MeasureInfo) -> str:
    """The number format of the measure's values in a workbook; the stored number keeps all its decimals."""
    if is_percent(info):
        return '0.0"%"'
    if info.gap is not None:
        return "0.0" if unit(info) == "points" else "#,##0.00"
    return {"count": "#,##0", "sum": "General"}.get(info.aggregate, "#,##0.00")


def _runs_to_100(info: MeasureInfo) -> bool:
    return info.aggregate == "percent" or (info.aggregate == "rate" and info.per == 100)


def _decimals(info: MeasureInfo, value: float) -> int:
    if unit(info) in ("%", "points"):
        return 1
    if info.gap is not None:
        return 2
    if info.aggregate == "count" or (info.aggregate == "sum" and value == int(value)):
        return 0
    return 2


@lru_cache(maxsize=1 << 16)
def _rounded(value: float, decimals: int) -> str:
    """Half away from zero on the decimal that is stored, as spreadsheets and people round."""
    rounded = _EXACT.quantize(Decimal(repr(float(value))), Decimal(1).scaleb(-decimals))
    return f"{rounded if rounded else abs(rounded):,}"  # never -0.0


def _sign(info: MeasureInfo) -> str:
    return "%" if is_percent(info) else ""
