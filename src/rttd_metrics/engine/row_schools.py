"""Of which school the rows of a table are."""

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.measure_checks import school_route
from rttd_metrics.engine.backend import Frame
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.units import AT_SCHOOL, View
from rttd_metrics.formula.scope import OWN_TABLE


def with_row_school(rows: Frame, view: View, dataset: Dataset, table: str) -> Frame:
    """The rows with the school that each counts at: the school of the row, and the one that answers for the student there.

    A student's own rows are of the student, whoever looks at him.
    """
    if table == OWN_TABLE[view.level]:
        return rows.join(view.frame.select(*view.keys), on=view.key, how="inner")
    own = placed(rows, dataset, table)
    if not is_outplaced(dataset):
        return own
    return with_answering_schools(own, view, dataset)


def with_answering_schools(rows: Frame, view: View, dataset: Dataset) -> Frame:
    """What is of a student at a school, once more for the school that answers for him there, where another one does."""
    others = rows.join(_answering(dataset).rename({"student": view.key}), on=[view.key, AT_SCHOOL], how="inner")
    others = others.with_columns(nw.col("responsible").alias(AT_SCHOOL)).select(rows.collect_schema().names())
    return nw.concat([rows, others], how="vertical")


def is_outplaced(dataset: Dataset) -> bool:
    """Whether any student is at a school for which another one answers."""
    rows = dataset.tables.get("enrollments")
    column = "enrollments.responsible_school_id"
    return rows is not None and column in rows.good.columns and rows.good[column].null_count() < rows.good.height


def _answering(dataset: Dataset) -> Frame:
    """student, AT_SCHOOL, responsible: the other school that answers for the student there, by his latest stay there."""
    stays = (
        dataset.rows("enrollments")
        .filter(nw.col("enrollments.primary"))
        .select(
            nw.col("enrollments.student_id").alias("student"),
            nw.col("enrollments.school_id").alias(AT_SCHOOL),
            nw.col("enrollments.responsible_school_id").alias("responsible"),
            nw.col("enrollments.entry_date").alias("entry"),
            nw.col("enrollments.responsible_school_id").cast(nw.String).fill_null("").alias("name"),
        )
    )
    for rank in ("entry", "name"):
        stays = stays.filter(nw.col(rank) == nw.col(rank).max().over("student", AT_SCHOOL))
    other = nw.col("responsible").cast(nw.String) != nw.col(AT_SCHOOL).cast(nw.String)
    return stays.filter(other).select("student", AT_SCHOOL, "responsible").unique()


def placed(rows: Frame, dataset: Dataset, table: str) -> Frame:
    """The school each row is of: the one it carries, else its section's, else the one enrolled in on its date."""
    definition = dataset.plan.portfolio.tables[table]
    route = school_route(definition)
    if route == "section_id":
        by_year = YEAR in rows.collect_schema().names() and "sections" in dataset.plan.all_years
        year = [YEAR] if by_year else []
        sections = dataset.rows("sections", "all" if by_year else "current").select(
            nw.col("sections.section_id").alias(f"{table}.section_id"), nw.col("sections.school_id").alias(AT_SCHOOL), *year
        )
        return rows.join(sections, on=[f"{table}.section_id", *year], how="left")
    if route != "school_id":
        return _by_enrollment(rows, dataset, table, definition.date)
    carried = rows.with_columns(nw.col(f"{table}.school_id").alias(AT_SCHOOL))
    if dataset.has(table, "school_id") and not dataset.tables[table].good[f"{table}.school_id"].null_count():
        return carried
    without = _by_enrollment(rows.filter(nw.col(f"{table}.school_id").is_null()), dataset, table, definition.date)
    order = carried.collect_schema().names()
    return nw.concat([carried.filter(~nw.col(AT_SCHOOL).is_null()), without.select(*order)], how="vertical")


def _by_enrollment(rows: Frame, dataset: Dataset, table: str, dated: str | None) -> Frame:
    """Rows with the school of the primary stay that holds their date; without enrollments, of the student's one school."""
    if not dataset.has("enrollments"):
        homes = dataset.rows("students").select(
            nw.col("students.student_id").alias(f"{table}.student_id"), nw.col("students.school_id").alias(AT_SCHOOL)
        )
        return rows.join(homes, on=f"{table}.student_id", how="inner")
    stays = (
        dataset.rows("enrollments")
        .filter(nw.col("enrollments.primary"))
        .select(
            nw.col("enrollments.student_id").alias(f"{table}.student_id"),
            nw.col("enrollments.school_id").alias(AT_SCHOOL),
            nw.col("enrollments.entry_date").alias("__entry"),
            nw.col("enrollments.counted_to").alias("__exit"),
        )
    )
    rows = rows.with_columns((nw.col(f"{table}.{dated}") if dated else nw.lit(None, dtype=nw.Date)).alias("__day"))
    # By its days, not by its rows: two stays at one school on one day must not count a row twice.
    keys, day = [f"{table}.student_id", "__day"], nw.col("__day")
    days = rows.select(*keys).unique().join(stays, on=keys[0], how="inner")
    within = days.filter((day >= nw.col("__entry")) & ((day <= nw.col("__exit")) | nw.col("__exit").is_null()))
    return rows.join(within.select(*keys, AT_SCHOOL).unique(), on=keys, how="inner").drop("__day")
