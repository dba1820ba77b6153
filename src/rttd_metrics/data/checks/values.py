"""Values that cannot be, by what the standard tables mean."""

from collections.abc import Iterator
from math import inf

import polars as pl

from rttd_metrics.data.checks.found import has, rows_where
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows
from rttd_metrics.definitions.base import number_text

_RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("assessments", "attempt"): (1, inf),
    ("assessments", "percent_correct"): (0, 100),
    ("assessments", "growth_percentile"): (1, 99),
    ("attendance", "absent"): (0, 1),
    ("courses", "credits"): (0, inf),
    ("educators", "days_absent"): (0, 366),
    ("educators", "days_contracted"): (0, 366),
    ("educators", "years_experience"): (0, 80),
    ("grades", "credits_attempted"): (0, inf),
    ("grades", "credits_earned"): (0, inf),
    ("grades", "points"): (0, inf),
    ("incidents", "days"): (0, 366),
    ("section_educators", "share"): (0, 1),
}
"""The least and the largest value that a field can have."""
_AT_MOST = (("days_absent", "days_enrolled"), ("days_absent", "days_contracted"), ("credits_earned", "credits_attempted"))
"""Fields of a row of which the first is a part of the second: attendance over 100 % is none."""
_TOLERANCE = 1e-9


def impossible_values(rows: TableRows) -> Iterator[Finding]:
    """Values out of their range, and parts that are larger than their whole."""
    name = rows.source.table.name
    for (table, field), (least, largest) in _RANGES.items():
        if table == name and has(rows, field):
            value = pl.col(rows.source.column(field))
            yield from rows_where(
                rows, "impossible-value", [field], (value < least) | (value > largest), detail=_range(least, largest)
            )
    for part, whole in _AT_MOST:
        if has(rows, part, whole):
            larger = pl.col(rows.source.column(part)) > pl.col(rows.source.column(whole)) + _TOLERANCE
            yield from rows_where(rows, "impossible-value", [part], larger, by=[whole], detail=f"more than {whole}")


def _range(least: float, largest: float) -> str:
    return f"less than {number_text(least)}" if largest == inf else f"not from {number_text(least)} to {number_text(largest)}"
