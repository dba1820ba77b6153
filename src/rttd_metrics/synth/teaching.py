"""Posts, and which sections the holders of each teach.

A post is a number: the school `s` times OF_SCHOOL, and the department times OF_DEPARTMENT, and its place in the department.
"""

import polars as pl

from rttd_metrics.synth.classes import Classes
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import CORE, Setting
from rttd_metrics.synth.years import SchoolYear

PRINCIPAL, COUNSELOR, SUPPORT, MUSIC, COACH = 1, 2, 3, 4, 5
HOMEROOM = 20
"""Departments of a school; that of an elementary grade is 20 and the grade (PK is -1), from January on 40 and the grade."""
JANUARY = 40
_SUBJECTS = {
    **{subject: 51 + n for n, subject in enumerate(CORE)},
    "world_language": 55,
    "arts": 56,
    "career_technical": 57,
    "health": 58,
    "physical_education": 58,
}
_LOAD = 4
"""Sections a teacher of a subject has."""
OF_SCHOOL, OF_DEPARTMENT = 1_000_000, 1_000
DISTRICT = 900_000
"""Stands for the school of the coaches, who belong to none."""


def teaching_of(campuses: Campuses, setting: Setting, classes: Classes) -> pl.DataFrame:
    """One teacher of record a section, but for those that are shared, change hands, or have nobody."""
    year, grade, group = classes.year, pl.col("grade"), pl.col("group")
    elementary, homeroom = pl.col("kind") == "elementary", pl.col("homeroom")
    core = pl.lit(pl.Series([_SUBJECTS[subject] for subject in CORE]))
    advisory = core.gather((grade.fill_null(0) - 6 + group) % len(CORE))
    subject = pl.col("subject").replace_strict(_SUBJECTS, default=None, return_dtype=pl.Int64)
    own = pl.when(pl.col("subject") == "arts").then(MUSIC).otherwise(HOMEROOM + grade)
    department = pl.when(elementary).then(own).when(homeroom).then(advisory).otherwise(subject)
    sections = classes.sections.with_columns(department=department)
    turn = pl.int_range(pl.len()).over("s", "department", "homeroom")
    number = pl.when(elementary & (pl.col("department") == MUSIC)).then(0).when(elementary).then(group)
    place = number.when(homeroom).then(turn).otherwise(turn // _LOAD)
    sections = sections.with_columns(post=pl.col("s") * OF_SCHOOL + pl.col("department") * OF_DEPARTMENT + place)
    rows = sections.select(
        "section_id", "s", "kind", "grade", "group", "groups", "subject", "homeroom", "course_id", "post", y=pl.lit(year.number),
        role=pl.lit("teacher_of_record"), share=pl.lit(1.0), from_date=pl.lit(None, pl.Date), to_date=pl.lit(None, pl.Date),
    )  # fmt: skip
    rows = _shared(rows, campuses)
    return (_handed_over(rows, year) if year is setting.last else rows).sort(
        "section_id", "from_date", "share", "post", nulls_last=True
    )


def _shared(rows: pl.DataFrame, campuses: Campuses) -> pl.DataFrame:
    """The first group of four courses of a school has a second educator: with half, two fifths, a fifth, or no share told."""
    first = pl.col("group") == 0
    grade, subject = pl.col("grade"), pl.col("subject")
    odd = pl.col("s").is_in([school.s for school in campuses.of("elementary") if school.number % 2])
    shared = (
        (first & (grade == 3) & (subject == "mathematics") & ~odd, "co_teacher", 0.6, 0.4),
        (first & (grade == 6) & (subject == "english"), "co_teacher", 0.5, 0.5),
        (first & (grade == 9) & (subject == "mathematics"), "support", 0.8, 0.2),
        (first & (grade == 2) & pl.col("homeroom") & odd, "support", 1.0, None),
    )
    parts = []
    for known, role, own, other in shared:
        where = known.fill_null(False)
        second = pl.col("s") * OF_SCHOOL + SUPPORT * OF_DEPARTMENT
        parts.append(rows.filter(where).with_columns(post=second, role=pl.lit(role), share=pl.lit(other, pl.Float64)))
        rows = rows.with_columns(share=pl.when(where).then(own).otherwise("share"))
    return pl.concat([rows, *parts])


def _handed_over(rows: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """In the last year the fourth grade's first group of every second elementary school gets a new teacher with the second
    semester, and the last class of automotive technology has nobody."""
    vacant = (pl.col("course_id") == "AUTO") & (pl.col("group") == pl.col("groups") - 1) & (pl.col("groups") > 1)
    fourth = (pl.col("grade") == 4) & (pl.col("group") == 0) & (pl.col("s") % 2 == 1) & (pl.col("kind") == "elementary")
    fourth = fourth.fill_null(False) & (pl.col("subject") != "arts")
    rows = rows.filter(~vacant.fill_null(False))
    old = rows.filter(fourth).with_columns(to_date=pl.lit(year.terms["S1"].end))
    new = rows.filter(fourth).with_columns(
        from_date=pl.lit(year.terms["S2"].start), post=pl.col("post") + (JANUARY - HOMEROOM) * OF_DEPARTMENT
    )
    return pl.concat([rows.filter(~fourth), old, new])


def from_january(department: str = "department") -> pl.Expr:
    """Whether a department's post begins with the second semester."""
    return pl.col(department).is_between(JANUARY - 1, JANUARY + 12)
