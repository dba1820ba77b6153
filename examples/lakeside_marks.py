"""Marks: quarters (2012-13), semesters with the high school's credits, finals, and credit recovery."""

from datetime import timedelta
from random import Random

from lakeside_courses import ELECTIVES, HALF_YEAR, Course, core_course
from lakeside_rosters import Seat
from lakeside_world import CORE, HIGH, MIDDLE, THIS_YEAR, Cell, Pupil, Table, stream

Row = tuple[Cell, ...]
POINTS = {"A": 4.0, "B": 3.0, "C": 2.0, "D": 1.0, "F": 0.0}
CUTS = ((0.75, "A"), (-0.05, "B"), (-0.85, "C"), (-1.45, "D"))
MARK_TYPES = {"Q": "quarter", "S": "semester"}
FIELDS = (
    "school_year",
    "student_id",
    "section_id",
    "course_id",
    "term_id",
    "mark",
    "mark_type",
    "points",
    "credits_attempted",
    "credits_earned",
    "recovery",
)


def _letter(score: float) -> str:
    return next((mark for cut, mark in CUTS if score >= cut), "F")


def _role(seat: Seat) -> str:
    """What fixed marks are written for: a core subject, `elective` (a whole year) or `half` (a semester)."""
    course = seat.section.course
    if course.core:
        return course.subject
    return "elective" if seat.section.term.kind == "year" else "half"


def _terms(seat: Seat) -> list[str]:
    """The terms whose marks the seat earns: begun four weeks before their end, and stayed through."""
    section = seat.section
    names = ["S1", "S2"] if section.term.kind == "year" else [section.term.term_id[-2:]]
    if section.year is THIS_YEAR and section.school in {MIDDLE, HIGH}:
        names = [q for s in names for q in (("Q1", "Q2") if s == "S1" else ("Q3", "Q4"))] + names
    terms = section.year.terms
    return [n for n in names if seat.start <= terms[n].end - timedelta(28) and seat.end >= terms[n].end]


def _fixed(pupil: Pupil, role: str, name: str) -> str | None:
    """The written-down mark of an edge student; a quarter has its own or its semester's."""
    if pupil.marks is None:
        return None
    semester = {"Q1": "S1", "Q2": "S1", "Q3": "S2", "Q4": "S2"}.get(name, name)
    return pupil.marks.get((role, name)) or pupil.marks.get((role, semester), "C")


def _credits(seat: Seat, name: str, mark: str) -> tuple[float | None, float | None, bool | None]:
    """Half a credit a semester at the high school; quarters and finals carry none: nothing counts twice."""
    if seat.section.school != HIGH or not name.startswith("S"):
        return None, None, None
    return 0.5, 0.5 if mark not in {"F", "I"} else 0.0, False


def _seat_rows(rng: Random, seat: Seat) -> list[Row]:
    pupil, section = seat.pupil, seat.section
    student = pupil.student
    base = student.ability + 0.25 - 4 * max(0.0, student.absence - 0.06) + rng.gauss(0, 0.45)
    semesters: list[float] = []
    rows: list[Row] = []
    for name in _terms(seat):
        mark = _fixed(pupil, _role(seat), name) or _letter(base + rng.gauss(0, 0.35))
        if pupil.marks is None and rng.random() < 0.003:
            mark = "I"
        points = POINTS.get(mark)
        if name.startswith("S") and points is not None:
            semesters.append(points)
        term_id = section.year.terms[name].term_id
        rows.append(
            (
                section.year.label,
                student.student_id,
                section.section_id,
                None,
                term_id,
                mark,
                MARK_TYPES[name[0]],
                points,
                *_credits(seat, name, mark),
            )
        )
    if len(semesters) == 2 and section.school in {MIDDLE, HIGH}:
        mean = sum(semesters) / 2
        mark = next(m for m, points in POINTS.items() if mean >= points)
        term_id = section.year.terms["Y"].term_id
        rows.append(
            (section.year.label, student.student_id, section.section_id, None, term_id, mark, "final", mean, None, None, None)
        )
    return rows


def _recovery_row(seat: Seat) -> Row:
    """A failed semester made good in a recovery course: a credit, but no section."""
    year, course = seat.section.year, seat.section.course
    return (
        year.label,
        seat.pupil.student.student_id,
        None,
        course.course_id,
        year.terms["S2"].term_id,
        "C",
        "final",
        2.0,
        0.5,
        0.5,
        True,
    )


def _transcript_rows(pupil: Pupil) -> list[Row]:
    """What a student who came after the first semester brought along: courses without a section here."""
    if pupil.grade < 9 or pupil.stays[0].entry <= pupil.year.terms["S1"].end - timedelta(28):
        return []
    courses = [core_course(pupil.grade, subject, "A") for subject in CORE] + [
        ELECTIVES[0],
        HALF_YEAR[pupil.grade][0],
    ]
    term_id = pupil.year.terms["S1"].term_id
    return [
        (pupil.year.label, pupil.student.student_id, None, course.course_id, term_id, "B", "semester", 3.0, 0.5, 0.5, False)
        for course in courses
    ]


def _past_courses(rng: Random, pupil: Pupil) -> list[Course]:
    """The courses of a year before 2011-12: most took Spanish then."""
    group = "B" if pupil.grade >= 11 and pupil.student.ability > 0.1 else "A"
    core = [core_course(pupil.grade, subject, group) for subject in CORE]
    return [*core, rng.choices(ELECTIVES, (60, 25, 10, 5))[0], *HALF_YEAR[pupil.grade]]


def _past_rows(past: list[Pupil]) -> list[Row]:
    """The transcripts of the years before 2011-12: a final mark a course with all its credits, and no section."""
    rng = stream("transcripts")
    rows: list[Row] = []
    for pupil in past:
        student, year = pupil.student, pupil.year
        courses = _past_courses(rng, pupil)
        if pupil.grade == 12 or pupil.stays[-1].exit != year.last:
            continue
        base = student.ability + 0.25 - 4 * max(0.0, student.absence - 0.06)
        for course in courses:
            mark = "C" if pupil.marks is not None else _letter(base + rng.gauss(0, 0.55))
            earned = 0.0 if mark == "F" else course.credits
            row = (year.label, student.student_id, None, course.course_id, None, mark, "final", POINTS[mark])
            rows.append((*row, course.credits, earned, False))
    return rows


def _graded(seat: Seat) -> bool:
    """Homerooms, elementary music and split weeks have no marks."""
    course = seat.section.course
    secondary = seat.section.school in {MIDDLE, HIGH}
    return seat.weight is None and (course.core or secondary) and course.subject != "homeroom"


def _recovers(rng: Random, seat: Seat, rows: list[Row]) -> bool:
    failed_first = any(row[4] == seat.section.year.terms["S1"].term_id and row[5] == "F" for row in rows)
    if seat.section.school != HIGH or not seat.section.course.core or not failed_first:
        return False
    if seat.pupil.marks is not None:
        return "recovers" in seat.pupil.flags
    return seat.end == seat.section.year.last and rng.random() < 0.3


def grades_table(seats: list[Seat], pupils: list[Pupil], past: list[Pupil]) -> Table:
    rng = stream("grades")
    rows = _past_rows(past)
    for seat in seats:
        if not _graded(seat):
            continue
        own = _seat_rows(rng, seat)
        rows += own
        if _recovers(rng, seat, own):
            rows.append(_recovery_row(seat))
    for pupil in pupils:
        rows += _transcript_rows(pupil)
    return Table("grades", FIELDS, sorted(rows, key=lambda row: tuple(str(cell) for cell in row[:7])))
