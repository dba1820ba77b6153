"""What schools have not sent: no rows at all, rows that are too old, cells and students that are lacking."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

import polars as pl

from rttd_metrics.data.checks.places import Places
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.source import TableSource
from rttd_metrics.definitions.data_rules import DATA_RULES

_EXPECTED = 10
"""So many students with rows are expected of a school before its silence is told ..."""
_SHARE = 0.5
"""... or this share of its students."""
_NAMED = 12


def schools_without_rows(places: Places, covered: pl.DataFrame, tables: Collection[str]) -> Iterator[Finding]:
    """Schools with students of which a table has no row, though students of their grades elsewhere have some.

    `covered` is the coverage of `tables`. Of a table that tells no students a school is told where every other one has rows.
    """
    for name in sorted((set(tables) & set(places.tables)) - {"students"}):
        silent = _silent(places, covered, name)
        if silent:
            yield _finding("no-rows-for-school", places.tables[name].source, silent, _with_students(covered, name).height)


def _with_students(covered: pl.DataFrame, name: str) -> pl.DataFrame:
    return covered.filter(pl.col("table") == name, pl.col("school_id").is_not_null(), pl.col("students") > 0)


def _silent(places: Places, covered: pl.DataFrame, name: str) -> list[str]:
    """The schools of which rows of a table are missed."""
    of_schools = _with_students(covered, name)
    silent = of_schools.filter(pl.col("rows") == 0)
    if silent.is_empty() or silent.height == of_schools.height:
        return []
    if of_schools["students_with_row"].is_null().all():
        return silent["school_id"].to_list() if silent.height == 1 else []
    expected = silent.join(_expected(places, name), left_on="school_id", right_on="school")
    enough = (pl.col("expected") >= _EXPECTED) | (pl.col("expected") >= _SHARE * pl.col("students"))
    return expected.filter(enough)["school_id"].sort().to_list()


def _expected(places: Places, name: str) -> pl.DataFrame:
    """For each school, how many of its students would have rows if they were as the students of their grades elsewhere."""
    in_rows = places.reduced(name, pl.len()).select("student").drop_nulls().unique().with_columns(pl.lit(True).alias("met"))
    students = places.students.drop_nulls(["student", "school"]).join(in_rows, on="student", how="left")
    own = students.group_by("school", "grade").agg(pl.len().alias("own"), pl.col("met").count().alias("met"))
    others = own.with_columns(
        (pl.col("own").sum().over("grade") - pl.col("own")).alias("others"),
        (pl.col("met").sum().over("grade") - pl.col("met")).alias("others_met"),
    )
    rate = pl.when(pl.col("others") > 0).then(pl.col("others_met") / pl.col("others")).otherwise(0.0)
    return others.group_by("school").agg((pl.col("own") * rate).sum().alias("expected"))


def late_schools(places: Places, covered: pl.DataFrame, freshness: Mapping[str, int]) -> Iterator[Finding]:
    """Schools whose latest row lies further back than the project allows, or of which rows are missed altogether."""
    for name, allowed in sorted(freshness.items()):
        if name not in places.tables:
            continue
        of_schools = covered.filter(pl.col("table") == name, pl.col("school_id").is_not_null()).drop_nulls("days_behind")
        late = of_schools.filter(pl.col("days_behind") > allowed).sort("days_behind", descending=True)
        silent = _silent(places, covered, name)
        parts = []
        if late.height:
            most = late.row(0, named=True)
            parts.append(f"up to {most['days_behind']:,} {most['behind_in']}, more than {allowed:,}")
        parts += ["no row at all"] if silent else []
        if parts:
            schools = sorted({*late["school_id"].to_list(), *silent})
            of = of_schools.height + len(silent)
            yield _finding("stale-table", places.tables[name].source, schools, of, ", or ".join(parts))


def incomplete(places: Places, covered: pl.DataFrame, completeness: Mapping[str, str]) -> Iterator[Finding]:
    """Schools that have filled fewer cells of a field, or have rows for fewer of their students, than the project asks."""
    for key, least in sorted(completeness.items()):
        name, _, field = key.partition(".")
        if name not in places.tables:
            continue
        wanted = float(least.removesuffix("%"))
        shares = _filled(places, name, field) if field else _with_rows(covered, name)
        low = shares.filter(pl.col("share") < wanted - 1e-9)
        if low.height:
            rule = "incomplete-field" if field else "incomplete-table"
            detail = f"down to {low.sort('share')['share'][0]:.1f}%, less than {least}"
            source = places.tables[name].source
            yield _finding(rule, source, low["school"].sort().to_list(), shares.height, detail, field or None)


def _filled(places: Places, name: str, field: str) -> pl.DataFrame:
    rows = places.tables[name]
    there = pl.col(rows.source.column(field)).count() if field not in rows.source.absent else pl.lit(0)
    groups = places.at_schools(places.reduced(name, pl.len().alias("rows"), there.alias("filled")))
    sums = groups.group_by("school").agg(pl.col("rows").sum(), pl.col("filled").sum())
    return sums.select("school", (pl.col("filled") / pl.col("rows") * 100).alias("share"))


def _with_rows(covered: pl.DataFrame, name: str) -> pl.DataFrame:
    there = covered.filter(pl.col("table") == name, pl.col("school_id").is_not_null(), pl.col("students_covered").is_not_null())
    return there.select(pl.col("school_id").alias("school"), pl.col("students_covered").alias("share"))


def _finding(
    rule: str, source: TableSource, schools: list[str], of: int, detail: str | None = None, field: str | None = None
) -> Finding:
    """A finding about schools, which are named: a school is no person."""
    named = ", ".join(schools[:_NAMED]) + ", ..." * (len(schools) > _NAMED)
    shown = source.files[0].shown
    return Finding(
        rule,
        source.table.name,
        (Place(shown),),
        field,
        source.table.fields[field].header if field else None,
        len(schools),
        of,
        f"{detail}: {named}" if detail else named,
        DATA_RULES[rule].severity,
        failing=partial(_rows_of, shown, schools),
    )


def _rows_of(shown: str, schools: list[str]) -> pl.DataFrame:
    """A row a school, its id in place of a cell."""
    return pl.DataFrame({"cell": schools}).with_columns(file=pl.lit(shown), line=pl.lit(None), record=pl.lit(None))
