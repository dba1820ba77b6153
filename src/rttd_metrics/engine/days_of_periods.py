"""Days made of class periods: with `attendance: periods` the rows of attendance are no file, but made of period_attendance.

So everything that reads days reads these: measures, windows, both evaluators.
"""

from dataclasses import replace

import polars as pl

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR, TableSource
from rttd_metrics.definitions.attendance_checks import DAYS, PERIODS
from rttd_metrics.engine.plan import Plan
from rttd_metrics.formula.values import TOLERANCE

_MADE = ("student_id", "school_id", "date", "status", "excused", "absent")
_STUDENT, _SECTION, _DATE, _STATUS, _EXCUSED = (
    pl.col(f"{PERIODS}.{name}") for name in ("student_id", "section_id", "date", "status", "excused")
)
_MISSED = _STATUS.is_in(["absent", "out_of_school_suspension"])
_ATTENDED = ("in_school_suspension", "tardy", "early_departure")
"""What a day attended is called where one of its periods was: the first of these."""


def days_of_periods(plan: Plan, periods: TableRows, sections: TableRows, pooled: frozenset[str]) -> TableRows:
    """The rows of attendance: a day of a student for each on which he has a class period.

    `absent` is the share of the day's periods that were missed. Half or more missed, the day's status is absent, or
    out_of_school_suspension where a period was; else it is that of a period attended in part, or present. `excused` is
    true where all periods missed were, false where one was not. The school is that of the sections; of a day at two
    schools it is null, and the primary enrollment says it. Days of periods set aside are set aside. `pooled`: the keys that
    share pools of texts.
    """
    table = plan.portfolio.tables[DAYS]
    fields = frozenset(plan.fields[DAYS])
    made = {name: [name] for name in _MADE}
    files = [replace(file, table=table, present=made, findings=[]) for file in periods.source.files]
    source = TableSource(table, fields, periods.source.period, periods.source.all_years, pooled=pooled, files=files)
    good = _days(periods.good, sections, source).sort(*(source.column(name) for name in ("student_id", "date")))
    years = [YEAR] if YEAR in periods.aside.columns else []
    keys = [pl.col(f"{PERIODS}.{name}").alias(source.column(name)) for name in ("student_id", "date")]
    aside = pl.concat([good.clear(), periods.aside.select(*keys, *years)], how="diagonal")
    return TableRows(source, good, aside)


def _days(periods: pl.DataFrame, sections: TableRows, source: TableSource) -> pl.DataFrame:
    years = [YEAR] if YEAR in periods.columns else []
    excused = _EXCUSED if f"{PERIODS}.excused" in periods.columns else pl.lit(None, dtype=pl.Boolean)
    schools = sections.good.select(
        pl.col("sections.section_id").alias(f"{PERIODS}.section_id"), pl.col("sections.school_id").alias("__school")
    ).unique(f"{PERIODS}.section_id", maintain_order=True)
    days = (
        periods.lazy()
        .join(schools.lazy(), on=f"{PERIODS}.section_id", how="left")
        .group_by(_STUDENT, _DATE, *years)
        .agg(
            _MISSED.cast(pl.Float64).mean().alias("absent"),
            _STATUS.eq("out_of_school_suspension").any().alias("suspended"),
            *(_STATUS.eq(status).any().alias(status) for status in _ATTENDED),
            excused.filter(_MISSED).all(ignore_nulls=False).alias("excused"),
            _MISSED.any().alias("missed"),
            pl.when(pl.col("__school").n_unique() == 1).then(pl.col("__school").first()).alias("school_id"),
        )
    )
    status = pl.lit("present")
    for attended in reversed(_ATTENDED):
        status = pl.when(pl.col(attended)).then(pl.lit(attended)).otherwise(status)
    missed = pl.when(pl.col("suspended")).then(pl.lit("out_of_school_suspension")).otherwise(pl.lit("absent"))
    values = {
        "student_id": _STUDENT,
        "school_id": pl.col("school_id"),
        "date": _DATE,
        "status": pl.when(pl.col("absent") >= 0.5 - TOLERANCE).then(missed).otherwise(status),
        "excused": pl.when(pl.col("missed")).then(pl.col("excused")),
        "absent": pl.col("absent"),
    }
    kept = [
        value.cast(dtype(source.table, source.table.fields[name], source.pooled)).alias(source.column(name))
        for name, value in values.items()
        if name in source.fields | {"student_id", "date"}
    ]
    return days.select(*kept, *years).collect(engine="streaming")
