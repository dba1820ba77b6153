"""Coverage: what each school has sent of each table, how late it is, and how much of it is filled."""

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from rttd_metrics.data.checks.found import has
from rttd_metrics.data.checks.places import Places

COVERAGE: dict[str, Any] = {
    "table": pl.String(),
    "school_id": pl.String(),
    "school_name": pl.String(),
    "rows": pl.Int64(),
    "last_date": pl.Date(),
    "days_behind": pl.Int64(),
    "behind_in": pl.String(),
    "filled": pl.Float64(),
    "emptiest_field": pl.String(),
    "emptiest_filled": pl.Float64(),
    "students": pl.Int64(),
    "students_with_row": pl.Int64(),
    "students_covered": pl.Float64(),
}
"""Columns of coverage. School null: the whole district. days_behind: the days after last_date up to as-of, of tables of events;
behind_in: `school days` where the school's calendar tells them, else `days`. filled, emptiest_filled, students_covered: percents
from 0 to 100, six decimals: of the cells of all fields that measures use; of the least filled of these, the emptiest_field;
of the school's students this year, those who have a row."""
_FILLED = "filled."


def coverage(places: Places, fields: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Rows of COVERAGE, the district and then each school, table by table. `fields`: those of each table that measures use.

    Schools are those that have students or rows; a table that tells no school has a row of the district alone.
    """
    parts = [_of_table(places, name, fields.get(name, ())) for name in sorted(places.tables)]
    made = pl.concat(parts) if parts else pl.DataFrame(schema=COVERAGE)
    return made.sort("table", "school_id", nulls_last=False, maintain_order=True)


def _of_table(places: Places, name: str, fields: Collection[str]) -> pl.DataFrame:
    rows = places.tables[name]
    dated = rows.source.table.date
    is_dated = dated is not None and has(rows, dated)
    last = pl.col(rows.source.column(dated)).max() if is_dated and dated else pl.lit(None, dtype=pl.Date)
    asked = sorted(field for field in fields if has(rows, field))
    filled = [pl.col(rows.source.column(field)).count().alias(_FILLED + field) for field in asked]
    groups = places.reduced(name, pl.len().cast(pl.Int64).alias("rows"), last.alias("last_date"), *filled)
    sums = [pl.col("rows").sum(), pl.col("last_date").max(), pl.col(f"^{_FILLED}.*$").sum()]
    # Whoever is in the table, whatever school the row is of: a mover's rows are of one school.
    district = groups.select(pl.lit(None, dtype=pl.String).alias("school"), *sums)
    placed = places.at_schools(groups)
    schools = placed.group_by("school").agg(sums) if placed.height else district.clear()
    if places.tells_schools(name):
        homes = places.students.select("school").drop_nulls().unique()
        schools = homes.join(schools, on="school", how="full", coalesce=True).with_columns(
            pl.col("rows").fill_null(0), pl.col(f"^{_FILLED}.*$").fill_null(0)
        )
    made = pl.concat([district.select(district.columns), schools.select(district.columns)])
    anonymous = groups.height > 0 and not groups["student"].count()
    made = _with_students(places, made, groups, placed, covers=places.tells_students(name) and not anonymous)
    made = _with_shares(made, asked)
    made = _with_days(places, made) if rows.source.table.is_events else _without_days(made)
    named = made.join(places.names, on="school", how="left")
    return named.select(
        pl.lit(name).alias("table"), pl.col("school").alias("school_id"), pl.col("name").alias("school_name"),
        *(pl.col(column).cast(kind) for column, kind in COVERAGE.items() if column not in ("table", "school_id", "school_name")),
    )  # fmt: skip


def _with_students(
    places: Places, made: pl.DataFrame, groups: pl.DataFrame, placed: pl.DataFrame, *, covers: bool
) -> pl.DataFrame:
    """students of each school, and students_with_row where the table is of students."""
    homes = places.students.select("student", "school")
    in_rows = placed.select("student", "school").drop_nulls().unique()
    of_schools = homes.drop_nulls().group_by("school").agg(pl.len().alias("students"))
    met = homes.drop_nulls().join(in_rows, on=["student", "school"], how="semi").group_by("school").agg(pl.len().alias("met"))
    made = made.join(of_schools, on="school", how="left").join(met, on="school", how="left")
    everyone = homes.select("student").unique()
    anywhere = everyone.join(groups.select("student").drop_nulls().unique(), on="student", how="semi").height
    whole = pl.col("school").is_null()
    students = pl.when(whole).then(pl.lit(everyone.height)).otherwise(pl.col("students").fill_null(0))
    met_or_none = pl.when(whole).then(pl.lit(anywhere)).otherwise(pl.col("met").fill_null(0)) if covers else pl.lit(None)
    made = made.with_columns(students.alias("students"), met_or_none.cast(pl.Int64).alias("students_with_row"))
    return made.with_columns(_percent(pl.col("students_with_row"), pl.col("students")).alias("students_covered"))


def _percent(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then((part / whole * 100).round(6))


def _with_shares(made: pl.DataFrame, fields: Collection[str]) -> pl.DataFrame:
    if not fields:
        nothing = pl.lit(None)
        return made.with_columns(nothing.alias("filled"), nothing.alias("emptiest_field"), nothing.alias("emptiest_filled"))
    counts = [pl.col(_FILLED + name) for name in fields]
    least = pl.min_horizontal(counts)
    emptiest = pl.coalesce(pl.when(count == least).then(pl.lit(name)) for name, count in zip(fields, counts, strict=True))
    return made.with_columns(
        _percent(pl.sum_horizontal(counts), pl.col("rows") * len(fields)).alias("filled"),
        pl.when(pl.col("rows") > 0).then(emptiest).alias("emptiest_field"),
        _percent(least, pl.col("rows")).alias("emptiest_filled"),
    )


def _without_days(made: pl.DataFrame) -> pl.DataFrame:
    return made.with_columns(pl.lit(None).alias("days_behind"), pl.lit(None).alias("behind_in"))


def _with_days(places: Places, made: pl.DataFrame) -> pl.DataFrame:
    """The school days after the last row; of the district, those of any school. Plain days where no calendar tells."""
    days = places.school_days
    days = pl.concat([days, days.select(pl.lit(None, dtype=pl.String).alias("school"), "day").unique()])
    told = days.select("school").unique().with_columns(pl.lit(True).alias("told"))
    later = days.join(made.select("school", "last_date"), on="school", nulls_equal=True).filter(
        pl.col("day") > pl.col("last_date")
    )
    counted = later.group_by("school").agg(pl.len().alias("later"))
    joined = made.join(told, on="school", how="left", nulls_equal=True).join(counted, on="school", how="left", nulls_equal=True)
    is_told = pl.col("told").fill_null(False)
    plain = (pl.lit(places.as_of, dtype=pl.Date) - pl.col("last_date")).dt.total_days()
    behind = pl.when(is_told).then(pl.col("later").fill_null(0)).otherwise(plain)
    dated = pl.col("last_date").is_not_null()
    return joined.with_columns(
        pl.when(dated).then(behind).alias("days_behind"),
        pl.when(dated).then(pl.when(is_told).then(pl.lit("school days")).otherwise(pl.lit("days"))).alias("behind_in"),
    ).drop("told", "later")
