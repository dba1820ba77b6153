"""What classes are called: the section or its course, the period and the teacher, read for showing only.

These columns decide no number, so a file of them may be absent or faulty: what it would add to a name is left out.
"""

from collections.abc import Iterable

import polars as pl
from polars.exceptions import PolarsError

from rttd_metrics.data.csv import CsvFile
from rttd_metrics.data.source import open_table
from rttd_metrics.definitions.lineage import stands_on
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.defaults import where_of, with_absent_fields

SHOWN = {
    "sections": ("section_id", "school_id", "name", "period", "course_id"),
    "courses": ("course_id", "title"),
    "section_educators": ("section_id", "educator_id", "role", "to_date"),
    "educators": ("educator_id", "name"),
}
"""The columns that names of classes are made of."""


def read_class_names(dataset: Dataset) -> tuple[pl.DataFrame, list[CsvFile]]:
    """section_id, class_name, sorted, for every section that a file tells of; and the files read for it.

    Algebra I, period 2, Rivera: the name of the section, else the title of its course, else its id; then the period and
    the teachers of record where they do not stand in it already, the last ones where they changed. Where two classes of a
    school would be called alike their ids follow.
    """
    files: list[CsvFile] = []
    tables = {name: _read(dataset, name, files) for name in SHOWN}
    if tables["sections"].is_empty():
        return pl.DataFrame(schema={"section_id": pl.String, "class_name": pl.String}), files
    courses = tables["courses"].unique("course_id", keep="first", maintain_order=True)
    sections = tables["sections"].drop_nulls("section_id").unique("section_id", keep="first", maintain_order=True)
    known = sections.join(courses, on="course_id", how="left").join(_teachers(tables), on="section_id", how="left")
    plain = pl.coalesce("name", "title", "section_id")
    period = pl.when(_holds(pl.col("period"), pl.lit("period"))).then("period").otherwise(pl.lit("period ") + pl.col("period"))
    named = (
        known.with_columns(class_name=plain)
        .with_columns(class_name=_added(period))
        .with_columns(class_name=_added(pl.col("teacher")))
    )
    alike = pl.len().over("school_id", "class_name") > 1
    told = pl.when(alike).then(pl.format("{} ({})", "class_name", "section_id")).otherwise("class_name")
    return named.select("section_id", told.alias("class_name")).sort("section_id"), files


def _added(part: pl.Expr) -> pl.Expr:
    """The name with one more part, if there is one and it does not stand in the name already."""
    name = pl.col("class_name")
    return pl.when(part.is_null() | _holds(name, part)).then(name).otherwise(pl.concat_str(name, pl.lit(", "), part))


def _holds(text: pl.Expr, part: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.contains(part.str.to_lowercase(), literal=True)


def read_teachers(dataset: Dataset) -> pl.DataFrame:
    """section_id, educator_id and name (null where it is not known) of the teachers of record whose stay in a section ends
    last, sorted."""
    tables = {name: _read(dataset, name, []) for name in ("section_educators", "educators")}
    last = _last(_of_record(tables).drop_nulls(["section_id", "educator_id"]))
    known = last.join(_named(tables), on="educator_id", how="left")
    return known.select("section_id", "educator_id", "name").unique().sort("section_id", "educator_id")


def _teachers(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """section_id, teacher: the names of the teachers of record whose stay ends last."""
    last = _last(_of_record(tables).join(_named(tables), on="educator_id"))
    return last.group_by("section_id").agg(pl.col("name").unique().sort().str.join(" and ").alias("teacher"))


def _of_record(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["section_educators"].filter(pl.col("role") == "teacher_of_record")


def _named(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["educators"].drop_nulls().unique("educator_id", keep="first", maintain_order=True)


def _last(stays: pl.DataFrame) -> pl.DataFrame:
    """The stays in a section that end last; one that is open ends last of all."""
    end = pl.col("to_date").fill_null("9999-12-31")
    return stays.filter(end == end.max().over("section_id"))


def _read(dataset: Dataset, name: str, files: list[CsvFile]) -> pl.DataFrame:
    """The columns of a table that are shown, as text; no rows where its files cannot be read."""
    plan, shown = dataset.plan, SHOWN[name]
    table = plan.portfolio.tables[name]
    where = plan.portfolio.wheres.get(name)
    portfolio = plan.portfolio
    asked = stands_on(portfolio.facts.tables, portfolio.defaults, where, name) if where is not None else {}
    own = {field for of, field in asked if of == name}
    fields = {*shown, *own, *_cutting(table.year_field, table.date, table.end_date)}
    source = open_table(table, plan.portfolio.folder, fields, dataset.period, all_years=False)
    nothing = pl.DataFrame(schema=dict.fromkeys(shown, pl.String()))
    read = {(of, field) for of, rows in dataset.tables.items() for field in rows.source.fields}
    if source.findings or {at for at in asked if at[0] != name} - read:
        return nothing
    source.where = where_of(dataset, source)
    text = [pl.col(source.column(field)).cast(pl.String).alias(field) for field in shown]
    try:
        frame = with_absent_fields(source.rows(), source).select(text).collect(engine="streaming")
    except (PolarsError, UnicodeDecodeError, OSError):
        return nothing
    files += source.files
    return frame


def _cutting(*fields: str | None) -> Iterable[str]:
    return (field for field in fields if field is not None)
