"""Marks: quarters (last year), semesters with the high schools' credits, finals, credit recovery, and earlier transcripts."""

from datetime import timedelta

import polars as pl

from rttd_metrics.synth.courses import ELECTIVES, HALVES, core_course
from rttd_metrics.synth.draws import Draws, pick
from rttd_metrics.synth.enrolment import textbook_years
from rttd_metrics.synth.setting import CORE, Setting
from rttd_metrics.synth.years import SchoolYear

_POINTS = {"A": 4.0, "B": 3.0, "C": 2.0, "D": 1.0, "F": 0.0}
_CUTS = ((0.75, "A"), (-0.05, "B"), (-0.85, "C"), (-1.45, "D"))
_MARK_TYPES = {"Q": "quarter", "S": "semester"}
_SEMESTER_OF = {"Q1": "S1", "Q2": "S1", "Q3": "S2", "Q4": "S2"}
_TERMS = {"Y": ("S1", "S2"), "S1": ("S1",), "S2": ("S2",)}
_ENOUGH = timedelta(28)
"""A term gives a mark to whoever came this long before its end, and stayed through."""
_SEAT = (
    "c", "i", "student_id", "section_id", "course_id", "kind", "subject", "core", "term", "from_date", "to_date", "textbook",
    "case",
)  # fmt: skip
"""What marks need of a seat."""
_FIELDS = (
    "school_year", "student_id", "section_id", "course_id", "term_id", "mark", "mark_type", "points", "credits_attempted",
    "credits_earned", "recovery",
)  # fmt: skip


def letter(score: pl.Expr) -> pl.Expr:
    result: pl.Expr = pl.lit("F")
    for cut, mark in reversed(_CUTS):
        result = pl.when(score >= cut).then(pl.lit(mark)).otherwise(result)
    return result


def points(mark: str | pl.Expr) -> pl.Expr:
    at = pl.col(mark) if isinstance(mark, str) else mark
    return at.replace_strict(_POINTS, default=None, return_dtype=pl.Float64)


def _base() -> pl.Expr:
    """What a student's marks lie around, as a z-score: much absence costs more than ability gives."""
    return pl.col("ability") + 0.25 - 4 * (pl.col("absence") - 0.06).clip(0)


def grades_table(
    setting: Setting, seats: pl.DataFrame, pupils: pl.DataFrame, stays: pl.DataFrame, year: SchoolYear
) -> pl.DataFrame:
    """A row a mark of a full year, by student; of seats see classes.Classes."""
    secondary = pl.col("kind") != "elementary"
    graded = seats.filter(pl.col("weight").is_null() & (pl.col("core") | secondary) & (pl.col("subject") != "homeroom"))
    graded = graded.select(_SEAT, base=_base() + 0.45 * setting.draws.bell("course", "c"))
    semesters = [_semester(setting, graded, year, name) for name in ("S1", "S2")]
    parts = [*semesters]
    if year is setting.last:
        parts += [_quarter(setting, graded, year, name) for name in _SEMESTER_OF]
    parts += [_finals(graded, semesters, year), _recovered(setting.draws, graded, semesters[0], year)]
    parts.append(_brought_along(pupils, stays, year))
    said = [part.select(pl.col("i"), pl.col(_FIELDS[1:])) for part in map(_filled, parts)]
    rows = pl.concat(said, how="vertical_relaxed").with_columns(school_year=pl.lit(year.label))
    return rows.sort("i", "section_id", "course_id", "term_id", "mark_type", nulls_last=False).select(_FIELDS)


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """With a null column for each field that the kind of mark has not."""
    return rows.with_columns(pl.lit(None).alias(name) for name in _FIELDS[1:] if name not in rows.columns)


def _in_term(graded: pl.DataFrame, year: SchoolYear, name: str) -> pl.DataFrame:
    """The seats that a term gives a mark to."""
    term = year.terms[name]
    semester = _SEMESTER_OF.get(name, name)
    taught = [kind for kind, names in _TERMS.items() if semester in names]
    there = pl.col("from_date").le(term.end - _ENOUGH) & pl.col("to_date").ge(term.end)
    return graded.filter(pl.col("term").is_in(taught) & there).with_columns(term_id=pl.lit(term.term_id), name=pl.lit(name))


def _marked(setting: Setting, rows: pl.DataFrame, year: SchoolYear, name: str) -> pl.DataFrame:
    """The marks of a term: drawn around the student's base in the course, and those that are written down."""
    drawn = letter(pl.col("base") + 0.35 * setting.draws.bell(f"mark {year.end} {name}", "c"))
    open_ = setting.draws.chance(f"incomplete {year.end} {name}", 0.003, "c")
    rows = rows.with_columns(mark=pl.when(open_).then(pl.lit("I")).otherwise(drawn))
    if setting.has_textbook:
        whole = pl.when(pl.col("term") == "Y").then(pl.lit("elective")).otherwise(pl.lit("half"))
        rows = rows.with_columns(part=pl.when("core").then("subject").otherwise(whole))
        rows = rows.join(_textbook(setting, year, name), on=["i", "part"], how="left", maintain_order="left")
        fixed = pl.col("fixed").fill_null("C")
        rows = rows.with_columns(mark=pl.when("textbook").then(fixed).otherwise("mark"))
    return rows.with_columns(mark_type=pl.lit(_MARK_TYPES[name[0]]), points=points("mark"))


def _textbook(setting: Setting, year: SchoolYear, name: str) -> pl.DataFrame:
    """i, part of the programme, fixed: the marks that are not C. A quarter has its own or its semester's."""
    semester = _SEMESTER_OF.get(name, name)
    rows = [
        (number, part, spec.marks.get((part, name)) or spec.marks.get((part, semester)))
        for number, spec in textbook_years(setting, year)
        for part in dict.fromkeys(part for part, _ in spec.marks)
    ]
    return pl.DataFrame(rows, schema={"i": pl.Int64, "part": pl.String, "fixed": pl.String}, orient="row")


def _semester(setting: Setting, graded: pl.DataFrame, year: SchoolYear, name: str) -> pl.DataFrame:
    """Half a credit a semester at the high schools; quarters and finals carry none: nothing counts twice."""
    rows = _marked(setting, _in_term(graded, year, name), year, name)
    high = pl.when(pl.col("kind") == "high")
    earned = pl.when(pl.col("mark").is_in(["F", "I"])).then(0.0).otherwise(0.5)
    return rows.with_columns(credits_attempted=high.then(0.5), credits_earned=high.then(earned), recovery=high.then(False)).drop(
        "course_id"
    )


def _quarter(setting: Setting, graded: pl.DataFrame, year: SchoolYear, name: str) -> pl.DataFrame:
    rows = _in_term(graded.filter(pl.col("kind") != "elementary"), year, name)
    return _marked(setting, rows, year, name).drop("course_id")


def _finals(graded: pl.DataFrame, semesters: list[pl.DataFrame], year: SchoolYear) -> pl.DataFrame:
    """The mean of two semesters; elementary schools give none."""
    one, two = (rows.filter(pl.col("points").is_not_null()).select("c", "points") for rows in semesters)
    both = one.join(two, on="c")
    mean = (pl.col("points") + pl.col("points_right")) / 2
    mark: pl.Expr = pl.lit("F")
    for name, least in reversed(_POINTS.items()):
        mark = pl.when(pl.col("points") >= least).then(pl.lit(name)).otherwise(mark)
    rows = graded.filter(pl.col("kind") != "elementary").join(both.select("c", points=mean), on="c", maintain_order="left")
    return rows.with_columns(mark=mark, mark_type=pl.lit("final"), term_id=pl.lit(year.terms["Y"].term_id)).drop("course_id")


def _recovered(draws: Draws, graded: pl.DataFrame, first: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Failed first semesters of a core course made good in a recovery course: a credit, but no section."""
    failed = first.filter(pl.col("kind") == "high", pl.col("core"), mark="F").select("c")
    drawn = pl.col("to_date").ge(year.last) & draws.chance(f"recovers {year.end}", 0.3, "c")
    recovers = pl.when("textbook").then(pl.col("case").eq_missing("recovers")).otherwise(drawn)
    return graded.join(failed, on="c", how="semi").filter(recovers).select(
        "i", "student_id", "course_id", term_id=pl.lit(year.terms["S2"].term_id), mark=pl.lit("C"), mark_type=pl.lit("final"),
        points=pl.lit(2.0), credits_attempted=pl.lit(0.5), credits_earned=pl.lit(0.5), recovery=pl.lit(True),
    )  # fmt: skip


def _brought_along(pupils: pl.DataFrame, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """What a student of high school who came after the first semester brought along: courses without a section here."""
    entry = stays.group_by("k").agg(pl.col("entry").first())
    after = year.date_at("entry") > year.terms["S1"].end - _ENOUGH
    came = pupils.filter(y=year.number).join(entry, on="k", maintain_order="left").filter((pl.col("grade") >= 9) & after)
    rows = [
        (grade, course.course_id)
        for grade in range(9, 13)
        for course in [*(core_course(grade, subject, advanced=False) for subject in CORE), ELECTIVES[0], HALVES[grade][0]]
    ]
    courses = pl.DataFrame(rows, schema={"grade": pl.Int64, "course_id": pl.String}, orient="row")
    return came.join(courses, on="grade").select(
        "i", "student_id", "course_id", term_id=pl.lit(year.terms["S1"].term_id), mark=pl.lit("B"), mark_type=pl.lit("semester"),
        points=pl.lit(3.0), credits_attempted=pl.lit(0.5), credits_earned=pl.lit(0.5), recovery=pl.lit(False),
    )  # fmt: skip


def transcripts_table(draws: Draws, pupils: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Of a year before the first full one: a final mark a course with all its credits and no section; of grade 12 none."""
    stayed = pl.col("exit_type") == "end_of_year"
    here = pupils.filter(pl.col("y").eq(year.number), stayed, pl.col("grade") < 12)
    elective = pick(draws.uniform(f"elective {year.end}"), {"SPAN": 0.6, "ART": 0.25, "BAND": 0.1}).fill_null("AUTO")
    here = here.with_columns(advanced=(pl.col("grade") >= 11) & (pl.col("ability") > 0.1), elective=elective, base=_base())
    rows = [
        (grade, advanced, slot, course.course_id, course.credits)
        for grade in range(9, 12)
        for advanced in (False, True)
        for slot, course in enumerate(
            [*(core_course(grade, one, advanced=advanced) for one in CORE), *HALVES[grade], ELECTIVES[0]]
        )
    ]
    courses = pl.DataFrame(rows, schema=["grade", "advanced", "slot", "course_id", "credits"], orient="row")
    taken = here.join(courses.cast({"grade": pl.Int64, "slot": pl.Int64}), on=["grade", "advanced"]).sort("i", "slot")
    taken = taken.with_columns(
        course_id=pl.when(pl.col("course_id") == ELECTIVES[0].course_id).then("elective").otherwise("course_id"),
        c=pl.col("k") * 64 + pl.col("slot"),
    )
    drawn = letter(pl.col("base") + 0.55 * draws.bell("transcript", "c"))
    taken = taken.with_columns(mark=pl.when("textbook").then(pl.lit("C")).otherwise(drawn))
    empty = pl.lit(None, pl.String)
    return taken.sort("i", "course_id").select(
        school_year=pl.lit(year.label), student_id="student_id", section_id=empty, course_id="course_id", term_id=empty,
        mark="mark", mark_type=pl.lit("final"), points=points("mark"), credits_attempted="credits",
        credits_earned=pl.when(pl.col("mark") == "F").then(0.0).otherwise("credits"), recovery=pl.lit(False),
    )  # fmt: skip
