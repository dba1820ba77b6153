"""Where students belong: the school or schools they are attributed to, the classrooms they were rostered in."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.backend import Frame, materialize
from rttd_metrics.engine.read import Dataset

STUDENT, SCHOOL, SECTION = "student_id", "school_id", "section_id"


@dataclass(frozen=True)
class Membership:
    """`schools`: student_id, school_id, a row for each school a student counts in. `home`: one school a student.

    `classrooms`: student_id, section_id, school_id, a row for each classroom whose roster the student was on.
    None where the project has no file that says it.
    """

    schools: Frame | None
    home: Frame | None
    classrooms: Frame | None


def membership(dataset: Dataset, students: Frame) -> Membership:
    """Attribution by the project's rule, from what is enrolled up to as-of.

    `last_enrolled`: the school of the latest stay (an open one is later than any that ended). `longest_enrolled`: the
    school with most days. `every_enrollment`: each school of a primary stay. `students` (unit.student_id, YEAR) are placed by
    the stays of the year of their row, which is an earlier one where a measure looks back.
    """
    rule = dataset.plan.portfolio.project.levels.school.attribution
    stays = _stays(dataset, students)
    if stays is None:
        home = _declared_school(dataset, students)
        return Membership(home, home, _classrooms(dataset))
    home = materialize(_longest(stays) if rule == "longest_enrolled" else _last(stays))
    schools = materialize(stays.select(STUDENT, SCHOOL).unique()) if rule == "every_enrollment" else home
    return Membership(schools, home, _classrooms(dataset))


def _of_their_year(dataset: Dataset, table: str, students: Frame) -> Frame:
    """The rows of `table` that are of the year of the student's own row."""
    if not dataset.plan.look_back:
        return dataset.rows(table)
    years = students.select(nw.col("unit.student_id").alias(f"{table}.student_id"), YEAR)
    return dataset.rows(table, "through").join(years, on=[f"{table}.student_id", YEAR], how="inner")


def _stays(dataset: Dataset, students: Frame) -> Frame | None:
    """Primary stays: student_id, school_id, entry, last day (open ones reach to as-of), open."""
    if not dataset.has("enrollments", "student_id", "school_id", "entry_date"):
        return None
    rows = _of_their_year(dataset, "enrollments", students).filter(nw.col("enrollments.primary"))
    ended = nw.col("enrollments.exit_date")
    return rows.select(
        nw.col("enrollments.student_id").alias(STUDENT),
        nw.col("enrollments.school_id").alias(SCHOOL),
        nw.col("enrollments.entry_date").alias("entry"),
        nw.coalesce(ended, nw.lit(dataset.as_of)).alias("end"),
        ended.is_null().cast(nw.Int8).alias("open"),
    )


def _declared_school(dataset: Dataset, students: Frame) -> Frame | None:
    """The `school_id` of the students table, where there are no enrollments."""
    if not dataset.has("students", "school_id"):
        return None
    rows = _of_their_year(dataset, "students", students).select(
        nw.col("students.student_id").alias(STUDENT), nw.col("students.school_id").alias(SCHOOL)
    )
    return materialize(rows.filter(~nw.col(SCHOOL).is_null()).unique())


def _last(stays: Frame) -> Frame:
    """The latest stay: open before ended, later end, later entry; then the last school id, so that it is one."""
    for column in ("open", "end", "entry", SCHOOL):
        value = nw.col(column).cast(nw.String) if column == SCHOOL else nw.col(column)
        ranked = stays.with_columns(value.alias("__rank"))
        stays = ranked.filter(nw.col("__rank") == nw.col("__rank").max().over(STUDENT)).drop("__rank")
    return stays.select(STUDENT, SCHOOL).unique()


def _longest(stays: Frame) -> Frame:
    """The school with most days enrolled; of equals the one entered last, then the last school id."""
    days = (nw.col("end") - nw.col("entry")).dt.total_minutes() / 1440.0 + 1.0
    summed = stays.with_columns(days.alias("days")).group_by(STUDENT, SCHOOL).agg(nw.col("days").sum(), nw.col("entry").max())
    for column in ("days", "entry", SCHOOL):
        value = nw.col(column).cast(nw.String) if column == SCHOOL else nw.col(column)
        ranked = summed.with_columns(value.alias("__rank"))
        summed = ranked.filter(nw.col("__rank") == nw.col("__rank").max().over(STUDENT)).drop("__rank")
    return summed.select(STUDENT, SCHOOL)


def _classrooms(dataset: Dataset) -> Frame | None:
    """Each classroom on whose roster a student was on any day up to as-of (rosters are read to as-of)."""
    if not dataset.has("rosters", "student_id", "section_id") or not dataset.has("sections", "section_id", "school_id"):
        return None
    rosters = dataset.rows("rosters").select(
        nw.col("rosters.student_id").alias(STUDENT), nw.col("rosters.section_id").alias(SECTION)
    )
    sections = dataset.rows("sections").select(
        nw.col("sections.section_id").alias(SECTION), nw.col("sections.school_id").alias(SCHOOL)
    )
    joined = rosters.filter(~nw.col(STUDENT).is_null()).unique().join(sections, on=SECTION, how="inner")
    return materialize(joined.select(STUDENT, SECTION, SCHOOL))
