"""Where students belong: the school or schools they are attributed to, the classrooms they were rostered in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.attribution import SCHOOL, STUDENT, attributed, one_school
from rttd_metrics.engine.backend import Frame, materialize
from rttd_metrics.engine.dataset import Dataset

SECTION = "section_id"
WEIGHT = "weight"
"""The part of a student's instruction that counts for a section."""


@dataclass(frozen=True)
class Membership:
    """`schools`: student_id, school_id, a row for each school a student counts in. `home`: one school a student.

    `classrooms`: student_id, section_id, school_id, a row for each classroom whose roster the student was on; and where a
    measure weighs, weight.
    None where the project has no file that says it. `own`: the schools by the number of a measure with a rule of its own.
    """

    schools: Frame | None
    home: Frame | None
    classrooms: Frame | None
    own: Mapping[int, Frame]

    @property
    def any_school(self) -> Frame | None:
        """student_id, school_id: every school in which a student counts in some measure."""
        if self.schools is None or not self.own:
            return self.schools
        return materialize(nw.concat([self.schools, *self.own.values()], how="vertical").unique())


def membership(dataset: Dataset, students: Frame) -> Membership:
    """Attribution by the rule of the project, and of each measure that has its own, from what is enrolled up to as-of.

    `students` (unit.student_id, YEAR) are placed by the stays of the year of their row, which is an earlier one where a
    measure looks back. Without stays the school that the students table declares is the one.
    """
    rule = dataset.plan.portfolio.project.levels.school.attribution
    rules = {number: measure.definition.attribution for number, measure in enumerate(dataset.plan.portfolio.measures)}
    stays = _stays(dataset, students)
    if stays is None:
        home = _declared_school(dataset, students)
        return Membership(home, home, _classrooms(dataset), {})
    stays = materialize(stays)
    schools = materialize(attributed(stays, rule, dataset))
    own = {number: materialize(attributed(stays, its, dataset)) for number, its in rules.items() if its not in (None, rule)}
    return Membership(schools, materialize(one_school(stays, rule, dataset)), _classrooms(dataset), own)


def _of_their_year(dataset: Dataset, table: str, students: Frame) -> Frame:
    """The rows of `table` that are of the year of the student's own row."""
    if not dataset.plan.look_back:
        return dataset.rows(table)
    years = students.select(nw.col("unit.student_id").alias(f"{table}.student_id"), YEAR)
    return dataset.rows(table, "through").join(years, on=[f"{table}.student_id", YEAR], how="inner")


def _stays(dataset: Dataset, students: Frame) -> Frame | None:
    """Primary stays: student_id, the school that answers for the student, entry, last day (open ones reach to as-of), open."""
    if not dataset.has("enrollments", "student_id", "school_id", "entry_date"):
        return None
    rows = _of_their_year(dataset, "enrollments", students).filter(nw.col("enrollments.primary"))
    ended = nw.col("enrollments.exit_date")
    return rows.select(
        nw.col("enrollments.student_id").alias(STUDENT),
        nw.coalesce(nw.col("enrollments.responsible_school_id"), nw.col("enrollments.school_id")).alias(SCHOOL),
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


def _classrooms(dataset: Dataset) -> Frame | None:
    """Each classroom on whose roster a student was on any day up to as-of (rosters are read to as-of)."""
    if not dataset.has("rosters", "student_id", "section_id") or not dataset.has("sections", "section_id", "school_id"):
        return None
    rosters = dataset.rows("rosters").filter(~nw.col("rosters.student_id").is_null())
    keys = [nw.col("rosters.student_id").alias(STUDENT), nw.col("rosters.section_id").alias(SECTION)]
    if "weight" in dataset.plan.fields["rosters"]:
        started = nw.col("rosters.from_date").alias("__from")
        rosters = _last_weight(rosters.select(*keys, nw.col("rosters.weight").alias(WEIGHT), started))
    else:
        rosters = rosters.select(*keys).unique()
    sections = dataset.rows("sections").select(
        nw.col("sections.section_id").alias(SECTION), nw.col("sections.school_id").alias(SCHOOL)
    )
    return materialize(rosters.join(sections, on=SECTION, how="inner"))


def _last_weight(rosters: Frame) -> Frame:
    """One row a student and section, with the weight of the stay that began last; of several the largest."""
    started = nw.col("__from").fill_null(date.min)
    last = rosters.with_columns(started.alias("__from"))
    last = last.filter(nw.col("__from") == nw.col("__from").max().over(STUDENT, SECTION))
    return last.group_by(STUDENT, SECTION).agg(nw.col(WEIGHT).max())
