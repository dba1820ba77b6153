"""One cell of the results as pages show it: its value, its target, how far it is off, and who stands behind it."""

from dataclasses import dataclass
from functools import cache

from rttd_metrics.definitions.readings import title_of
from rttd_metrics.engine.judge import RELIABLE_N
from rttd_metrics.reports.cells import Cell, Line
from rttd_metrics.reports.marks import UNICODE
from rttd_metrics.reports.numbers import count, difference, plain_number, value_and_target, with_unit
from rttd_metrics.reports.text import plain

SMALL, CLOSE = "small", "close"
_NO_TARGET = ("no_target", "no_units", "withheld")


@dataclass(frozen=True, slots=True)
class Figure:
    """`care`: SMALL where fewer than 30 are counted, CLOSE where chance alone could decide about the target. `off`: the
    signed difference from the target, `good` whether it is on the good side. Counts are empty where they are not told;
    `numerator` and `denominator` where the value has none."""

    value: str
    target: str
    off: str
    good: bool | None
    status: str
    care: str | None
    n: str
    numerator: str
    denominator: str
    excluded: str
    missing: str


@dataclass(frozen=True, slots=True)
class Change:
    """A signed difference over time; `good`: None where it is neither good nor bad, or too few are counted to tell."""

    text: str
    side: int
    good: bool | None


def title(line: Line) -> str:
    return _title(line.title)


@cache
def _title(text: str) -> str:
    return plain(title_of(text))


def figure(line: Line, cell: Cell) -> Figure:
    value, target = _value_and_target(line, cell)
    off, good = "", None
    if cell.value is not None and cell.target is not None:
        off, side = difference(line.info, cell.value, cell.target)
        good = cell.status == "met"
        off = off if side else ""
    sums = line.info.aggregate in ("percent", "count", "rate") and line.info.gap is None
    return Figure(
        value,
        (_limit(line) + target) if target else "",
        off,
        good,
        cell.status,
        care(line, cell),
        "" if cell.n is None else count(cell.n),
        "" if cell.numerator is None or not sums else plain_number(cell.numerator),
        "" if cell.denominator is None or not sums else plain_number(cell.denominator),
        count(cell.excluded) if cell.excluded else "",
        count(cell.missing) if cell.missing else "",
    )


def care(line: Line, cell: Cell) -> str | None:
    """How carefully the value is to be read. Gaps tell nothing of it: they have no number of students of their own."""
    if cell.value is None or not cell.uncertain:
        return None
    return SMALL if cell.n is not None and cell.n < RELIABLE_N and line.info.level == "student" else CLOSE


def change(line: Line, now: Cell | None, before: Cell | None) -> Change | None:
    """From an earlier value to this one; None where there is no earlier one."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    text, side = difference(line.info, now.value, before.value)
    few = SMALL in (care(line, now), care(line, before))
    good = None if few or side == 0 else (side > 0) == (line.info.improvement == "increase")
    return Change(text.lstrip("+-") if side else text, side, good)


def has_value(cell: Cell | None) -> bool:
    return cell is not None and cell.value is not None


def meets(cells: list[Cell | None]) -> tuple[int, int] | None:
    """How many units meet their own target, of those with a value and a target; None where there is none of these."""
    judged = [cell for cell in cells if cell is not None and cell.value is not None and cell.status not in _NO_TARGET]
    return (sum(cell.status == "met" for cell in judged), len(judged)) if judged else None


def _value_and_target(line: Line, cell: Cell) -> tuple[str, str]:
    if cell.value is not None and cell.target is not None:
        return value_and_target(line.info, cell.value, cell.target)
    shown = (with_unit(line.info, number) if number is not None else "" for number in (cell.value, cell.target))
    value, target = shown
    return value, target


def _limit(line: Line) -> str:
    """The side of the target that is good."""
    return f"{UNICODE.at_least if line.info.improvement == 'increase' else UNICODE.at_most} "
