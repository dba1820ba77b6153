"""Attendance that has a student's day at a school several times."""

from collections.abc import Iterator

import polars as pl

from rttd_metrics.data.checks.found import columns_of, has, rows_with
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows, all_different

_KEY = ("student_id", "school_id", "date")


def repeated_days(rows: TableRows) -> Iterator[Finding]:
    """All rows of a student's day at a school that has more than one."""
    if rows.source.table.name != "attendance" or not has(rows, "student_id", "date"):
        return
    key = columns_of(rows, [name for name in _KEY if has(rows, name)])
    if all_different(rows.all.select(key)):
        return
    days = rows.all.lazy().group_by(key).len().filter(pl.col("len") > 1).collect(engine="streaming").drop_nulls()
    if days.height:
        yield rows_with(rows, "duplicate-day", ["date"], days.drop("len"), int(days["len"].sum()))
