"""Dates that do not fit: stays that end before they begin, rows of another year than they say, students of no year."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from rttd_metrics.data.checks.found import has, rows_where
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.formula.values import school_year_label

_STATUS = "students"
_LATER = ("postsecondary",)
"""Tables of what happens after the school year that a row is of."""


def reversed_dates(rows: TableRows) -> Iterator[Finding]:
    """Stays, and terms, that end before they begin."""
    table = rows.source.table
    start, end = (table.date, table.end_date) if table.end_date else ("start_date", "end_date")
    if start and end and has(rows, start, end):
        wrong = pl.col(rows.source.column(end)) < pl.col(rows.source.column(start))
        yield from rows_where(rows, "reversed-dates", [end], wrong, by=[start])


def outside_their_year(rows: TableRows) -> Iterator[Finding]:
    """Rows whose date, or whole stay, lies outside the school year that the row says it is of; and rows later than the
    project's year, which nothing sees."""
    table, period = rows.source.table, rows.source.period
    if table.date is None or not has(rows, table.date) or table.name in _LATER:
        return
    start = pl.col(rows.source.column(table.date))
    ends = table.end_date is not None and has(rows, table.end_date)
    by = [table.end_date] if ends and table.end_date else []
    if has(rows, "school_year"):
        end = pl.col(rows.source.column(by[0])).fill_null(start) if by else start
        end = pl.when(end < start).then(start).otherwise(end)  # a reversed stay is told by itself
        year = pl.col(rows.source.column("school_year"))
        month, day = (int(part) for part in period.starts.split("-"))
        first, after = pl.date(year - 1, month, day), pl.date(year, month, day)
        wrong = (start >= after) | (end < first)
        yield from rows_where(rows, "outside-school-year", [table.date], wrong, by=["school_year", *by])
    elif table.is_events:
        late = start > pl.lit(period.last_day, dtype=pl.Date)
        detail = f"later than {school_year_label(period.school_year)}, the school year of rttd.yml"
        yield from rows_where(rows, "outside-school-year", [table.date], late, detail=detail)


def undated_status(tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Students without a school year beside dated rows of earlier ones."""
    students = tables.get(_STATUS)
    if students is None:
        return
    years: set[int] = set()
    for name, rows in tables.items():
        if name != _STATUS and rows.source.says_years and "student_id" in rows.source.fields and YEAR in rows.good.columns:
            years.update(rows.good[YEAR].drop_nulls().unique().to_list())
    yield from undated_students(students, sorted(year for year in years if year < students.source.period.school_year))


def undated_students(students: TableRows, years: Sequence[int]) -> Iterator[Finding]:
    """Students of whom no year is told, where other `years` are seen: what they are today would be taken for that of then."""
    if years and not has(students, "school_year"):
        file = students.source.files[0]
        detail = ", ".join(school_year_label(year) for year in years)
        severity = DATA_RULES["undated-status"].severity
        yield Finding("undated-status", _STATUS, (Place(file.shown, file.header_line),), detail=detail, severity=severity)
