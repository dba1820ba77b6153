"""The catalogue of courses, and which of them a grade is offered, in which term and period."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.schools import grade_text
from rttd_metrics.synth.setting import CORE, KG, PK


@dataclass(frozen=True)
class Course:
    course_id: str
    title: str
    subject: str
    core: bool = False
    credits: float | None = None
    level: str | None = None


_CODES = """
    9 english ENG9 ENG9, 9 mathematics ALG1 ALG1, 9 science BIO BIO, 9 social_studies WHIST WHIST,
    10 english ENG10 ENG10, 10 mathematics GEOM GEOM, 10 science CHEM CHEM, 10 social_studies GEOG GEOG,
    11 english ENG11 ENG11H, 11 mathematics ALG2 PRECALC, 11 science PHYS APBIO, 11 social_studies USHIST APUSH,
    12 english ENG12 APLIT, 12 mathematics STAT APCALC, 12 science ENVSCI IBCHEM, 12 social_studies GOV DUALGOV
"""
HIGH_CORE = {
    (int(grade), subject): (plain, advanced) for grade, subject, plain, advanced in map(str.split, _CODES.strip().split(","))
}
"""By grade and subject of high school: the course of the plain groups and that of the advanced ones."""
_LEVELS = {"ENG11H": "honors", "PRECALC": "honors", "IBCHEM": "ib", "DUALGOV": "dual"}
_TITLES = {
    "ENG9": "English 9",
    "ENG10": "English 10",
    "ENG11": "English 11",
    "ENG11H": "English 11 Honors",
    "ENG12": "English 12",
    "APLIT": "AP English Literature",
    "ALG1": "Algebra 1",
    "GEOM": "Geometry",
    "ALG2": "Algebra 2",
    "PRECALC": "Precalculus Honors",
    "STAT": "Statistics",
    "APCALC": "AP Calculus AB",
    "BIO": "Biology",
    "CHEM": "Chemistry",
    "PHYS": "Physics",
    "APBIO": "AP Biology",
    "ENVSCI": "Environmental Science",
    "IBCHEM": "IB Chemistry",
    "WHIST": "World History",
    "GEOG": "Geography",
    "USHIST": "U.S. History",
    "APUSH": "AP U.S. History",
    "GOV": "Government",
    "DUALGOV": "Government, dual credit",
}
HOMEROOM = Course("HR", "Elementary Homeroom", "homeroom")
ADVISORY = Course("ADV", "Advisory", "homeroom")
MUSIC = Course("MUS", "Elementary Music", "arts")
ELECTIVES = (
    Course("SPAN", "Spanish", "world_language", credits=1.0, level="regular"),
    Course("ART", "Studio Art", "arts", credits=1.0, level="regular"),
    Course("BAND", "Band", "arts", credits=1.0, level="regular"),
    Course("AUTO", "Automotive Technology", "career_technical", credits=1.0, level="regular"),
)
_LOWER = (
    Course("PE", "Physical Education", "physical_education", credits=0.5, level="regular"),
    Course("HEALTH", "Health", "health", credits=0.5, level="regular"),
)
_UPPER = (
    Course("ECON", "Personal Finance", "career_technical", credits=0.5, level="regular"),
    Course("CAREER", "Career Planning", "career_technical", credits=0.5, level="regular"),
)
_MIDDLE = (Course("MPE", "Physical Education", "physical_education"), Course("MART", "Art", "arts"))
HALVES = {6: _MIDDLE, 7: _MIDDLE, 8: _MIDDLE, 9: _LOWER, 10: _LOWER, 11: _UPPER, 12: _UPPER}
"""By grade, the two courses of half a year; every other group takes the second one first."""


def _core_courses() -> dict[str, Course]:
    courses = {}
    for grade in range(3, 6):
        for subject, name in (("english", "Reading"), ("mathematics", "Mathematics")):
            code = f"{name[:4].upper()}{grade}"
            courses[code] = Course(code, f"{name} {grade}", subject, core=True)
    for grade in range(6, 9):
        for subject in CORE:
            code = f"{subject[:4].upper()}{grade}"
            title = f"{subject.replace('_', ' ').title()} {grade}"
            courses[code] = Course(code, title, subject, core=True, level="regular")
    courses["MALG1"] = Course("MALG1", "Algebra 1, Grade 8", "mathematics", core=True, level="honors")
    for (_, subject), codes in HIGH_CORE.items():
        for code in codes:
            level = _LEVELS.get(code, "ap" if code.startswith("AP") else "regular")
            courses[code] = Course(code, _TITLES[code], subject, core=True, credits=1.0, level=level)
    return courses


CORE_COURSES = _core_courses()


def core_course(grade: int, subject: str, *, advanced: bool) -> Course:
    """The core course of a grade from 3 on; of grades 3 to 5 only english and mathematics."""
    if grade >= 9:
        return CORE_COURSES[HIGH_CORE[grade, subject][advanced]]
    if (grade, subject, advanced) == (8, "mathematics", True):
        return CORE_COURSES["MALG1"]
    name = {"english": "READ"}.get(subject, "MATH") if grade <= 5 else subject[:4].upper()
    return CORE_COURSES[f"{name}{grade}"]


@dataclass(frozen=True)
class Offer:
    """A course that the groups of a grade take together; electives are chosen by each student of a high school."""

    grade: int
    advanced: bool
    parity: int
    slot: int
    course: Course
    term: str = "Y"
    period: str | None = None

    @property
    def homeroom(self) -> bool:
        return self.course.subject == "homeroom"


def offers() -> Iterator[Offer]:
    """What each kind of group (advanced or not, even or odd) of each grade takes; slot 5 is for electives."""
    for grade in range(PK, 13):
        for advanced in (False, True):
            for parity in (0, 1):
                yield from _elementary(grade, advanced, parity) if grade <= 5 else _secondary(grade, advanced, parity)


def _elementary(grade: int, advanced: bool, parity: int) -> Iterator[Offer]:
    yield Offer(grade, advanced, parity, 0, HOMEROOM)
    if grade >= 3:
        for slot, subject in enumerate(CORE[:2], start=1):
            yield Offer(grade, advanced, parity, slot, core_course(grade, subject, advanced=advanced))
    if grade >= KG:
        yield Offer(grade, advanced, parity, 6, MUSIC)


def _secondary(grade: int, advanced: bool, parity: int) -> Iterator[Offer]:
    if grade <= 8:
        yield Offer(grade, advanced, parity, 0, ADVISORY, period="HR")
    for slot, subject in enumerate(CORE, start=1):
        yield Offer(grade, advanced, parity, slot, core_course(grade, subject, advanced=advanced), period=str(slot))
    for half, term in enumerate(("S1", "S2")):
        course = HALVES[grade][(parity + half) % 2]
        yield Offer(grade, advanced, parity, 6 + half, course, term, period="5" if grade <= 8 else "6")


def offers_frame() -> pl.DataFrame:
    """grade, advanced, parity (the groups), slot, course_id, title, subject, core, level, term, period, homeroom."""
    rows = [
        (one.grade, one.advanced, one.parity, one.slot, one.course.course_id, _name(one), one.course.subject, one.course.core,
         one.course.level, one.term, one.period, one.homeroom)
        for one in offers()
    ]  # fmt: skip
    schema = {
        "grade": pl.Int64, "advanced": pl.Boolean, "parity": pl.Int64, "slot": pl.Int64, "course_id": pl.String,
        "title": pl.String, "subject": pl.String, "core": pl.Boolean, "level": pl.String, "term": pl.String,
        "period": pl.String, "homeroom": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _name(offer: Offer) -> str:
    """The name of a section before the letter of its group."""
    short = {HOMEROOM: "Homeroom", MUSIC: "Music"}.get(offer.course, offer.course.title)
    return short if offer.course.core else f"{short} {grade_text(offer.grade)}"


def courses_table() -> pl.DataFrame:
    found = [HOMEROOM, ADVISORY, MUSIC, *CORE_COURSES.values(), *ELECTIVES, *_LOWER, *_UPPER, *_MIDDLE]
    rows = sorted((c.course_id, c.title, c.subject, c.core, c.credits, c.level or "") for c in found)
    schema = {
        "course_id": pl.String, "title": pl.String, "subject": pl.String, "core": pl.Boolean, "credits": pl.Float64,
        "level": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("level").replace({"": None}))
