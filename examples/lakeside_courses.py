"""The catalogue of courses: elementary subjects, the middle and high school core, electives."""

from dataclasses import dataclass

from lakeside_world import CORE, Table


@dataclass(frozen=True)
class Course:
    course_id: str
    title: str
    subject: str
    core: bool = False
    credits: float | None = None
    level: str | None = None


# The high school's core: by grade and subject, the courses of groups A and B; B is the advanced one.
HIGH_CORE = {
    9: {
        "english": ("ENG9", "ENG9"),
        "mathematics": ("ALG1", "ALG1"),
        "science": ("BIO", "BIO"),
        "social_studies": ("WHIST", "WHIST"),
    },
    10: {
        "english": ("ENG10", "ENG10"),
        "mathematics": ("GEOM", "GEOM"),
        "science": ("CHEM", "CHEM"),
        "social_studies": ("GEOG", "GEOG"),
    },
    11: {
        "english": ("ENG11", "ENG11H"),
        "mathematics": ("ALG2", "PRECALC"),
        "science": ("PHYS", "APBIO"),
        "social_studies": ("USHIST", "APUSH"),
    },
    12: {
        "english": ("ENG12", "APLIT"),
        "mathematics": ("STAT", "APCALC"),
        "science": ("ENVSCI", "IBCHEM"),
        "social_studies": ("GOV", "DUALGOV"),
    },
}
LEVELS = {"ENG11H": "honors", "PRECALC": "honors", "IBCHEM": "ib", "DUALGOV": "dual"}
TITLES = {
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
# By grade, the two courses of half a year; half of the students take the second one first.
HALF_YEAR = {9: _LOWER, 10: _LOWER, 11: _UPPER, 12: _UPPER}
HOMEROOM = Course("HR", "Elementary Homeroom", "homeroom")
ADVISORY = Course("ADV", "Advisory", "homeroom")
MUSIC = Course("MUS", "Elementary Music", "arts")
MIDDLE_HALF_YEAR = (Course("MPE", "Physical Education", "physical_education"), Course("MART", "Art", "arts"))


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
    for subjects in HIGH_CORE.values():
        for subject, codes in subjects.items():
            for code in codes:
                level = LEVELS.get(code, "ap" if code.startswith("AP") else "regular")
                courses[code] = Course(code, TITLES[code], subject, core=True, credits=1.0, level=level)
    return courses


CORE_COURSES = _core_courses()


def core_course(grade: int, subject: str, group: str) -> Course:
    """The core course of a secondary grade and group."""
    if grade >= 9:
        return CORE_COURSES[HIGH_CORE[grade][subject]["AB".index(group)]]
    if (grade, subject, group) == (8, "mathematics", "B"):
        return CORE_COURSES["MALG1"]
    return CORE_COURSES[f"{subject[:4].upper()}{grade}"]


def courses_table() -> Table:
    halves = (*_LOWER, *_UPPER, *MIDDLE_HALF_YEAR)
    courses = [HOMEROOM, ADVISORY, MUSIC, *CORE_COURSES.values(), *ELECTIVES, *halves]
    rows = [(c.course_id, c.title, c.subject, c.core, c.credits, c.level) for c in courses]
    return Table("courses", ("course_id", "title", "subject", "core", "credits", "level"), sorted(rows))
