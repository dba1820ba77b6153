"""Four measures of the example district counted once more, straight from its CSVs.

What is counted here is read from the definitions by a person and written in plain Python: nothing of the package is
used for it. Every figure of the run must equal it: district, schools and classrooms, everyone and two dimensions.
"""

import csv
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "examples" / "lakeside" / "data"
YEAR, FIRST_DAY, AS_OF = "2012-13", "2012-07-01", "2013-06-07"
Role = tuple[str, float, float]
"""outside, missing, excluded or n; and for n the two numbers that are summed (the first over the second)."""


def test_chronic_absence(lakeside: Any) -> None:
    """At least a tenth of the days enrolled missed by half or more; a school sees its own days only."""

    def role(student: Student, school: str | None) -> Role:
        enrolled, absent = student.days_enrolled(school), student.parts_missed(school)
        if not student.participating:
            return ("outside", 0, 0)
        if enrolled < 10:
            return ("excluded", 0, 0)
        return ("n", sum(part >= 0.5 for part in absent) * 10 >= enrolled, 1)

    _assert_equal(lakeside, "chronic_absence", role, "percent")


def test_average_daily_attendance(lakeside: Any) -> None:
    """Days present over days enrolled, parts of days included; a school sees its own days only."""

    def role(student: Student, school: str | None) -> Role:
        enrolled = student.days_enrolled(school)
        if not student.participating:
            return ("outside", 0, 0)
        return ("n", enrolled - sum(student.parts_missed(school)), enrolled) if enrolled else ("excluded", 0, 0)

    _assert_equal(lakeside, "average_daily_attendance", role, "rate")


def test_math_proficiency(lakeside: Any) -> None:
    """Grades 3 to 8, by any valid attempt at the state's test or its alternate; the untested are missing."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in "345678"):
            return ("outside", 0, 0)
        results = [
            row["proficient"] == "true" for row in student.tests
            if row["subject"] == "mathematics" and row["assessment"] in ("state", "state_alternate")
            and row["test_status"] == "tested" and row["proficient"]
        ]  # fmt: skip
        return ("n", any(results), 1) if student.grade and results else ("missing", 0, 0)

    _assert_equal(lakeside, "math_proficiency", role, "percent")


def test_freshman_on_track(lakeside: Any) -> None:
    """First-time ninth graders: five credits without recovery, and at most one semester F in a core course."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in ("9", ""):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        left = student.exit()
        if student.in_grade_9_before or left in ("transferred_out", "deceased", "emigrated"):
            return ("excluded", 0, 0)
        marks = [row for row in student.marks if row["mark_type"] in ("semester", "final")]
        earned = [float(row["credits_earned"] or 0) for row in marks
                  if row["recovery"] != "true" and (row["credits_earned"] or row["mark"] == "F")]  # fmt: skip
        total = sum(earned) if earned or left == "dropout" else None
        semesters = [row for row in marks if row["mark_type"] == "semester"]
        assert semesters or not marks  # so that final marks, which would count an F again, are never needed
        assert all(_is_core(row) is not None for row in marks if row["mark"] == "F")
        failures = sum(row["mark"] == "F" and _is_core(row) for row in semesters)
        if total is None and failures <= 1:
            return ("missing", 0, 0)
        return ("n", (total or 0) >= 5 and failures <= 1, 1)

    _assert_equal(lakeside, "freshman_on_track", role, "percent")


# -- The files --------------------------------------------------------------------------------------------


def _rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _of_year(table: str) -> list[dict[str, str]]:
    return [row for row in _rows(table) if row["school_year"] == YEAR]


def _by_student(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["student_id"]].append(row)
    return found


SECTIONS = {row["section_id"]: row for row in _of_year("sections")}
COURSES = {row["course_id"]: row for row in _rows("courses")}
SCHOOLS = [row["school_id"] for row in _of_year("schools")]


def _school_days() -> dict[str, list[str]]:
    days: dict[str, list[str]] = defaultdict(list)
    for row in _rows("calendar"):
        if FIRST_DAY <= row["date"] <= AS_OF and row["instructional"] == "true":
            days[row["school_id"]].append(row["date"])
    return {school: sorted(found) for school, found in days.items()}


SCHOOL_DAYS = _school_days()


def _is_core(mark: dict[str, str]) -> bool | None:
    """Whether a mark's course is core: the section says it, else the course."""
    section = SECTIONS.get(mark["section_id"], {"core": "", "course_id": ""})
    answers = [section["core"], *(COURSES[course]["core"] for course in (mark["course_id"], section["course_id"]) if course)]
    known = [answer == "true" for answer in answers if answer]
    return known[0] if known else None


@dataclass
class Student:
    """A student of the year and all rows of his."""

    row: dict[str, str]
    stays: list[dict[str, str]]
    days: list[dict[str, str]]
    tests: list[dict[str, str]]
    marks: list[dict[str, str]]
    sections: set[str]
    in_grade_9_before: bool

    @property
    def participating(self) -> bool:
        return self.row["participating"] != "false"

    @property
    def grade(self) -> str:
        return self.row["grade_level"]

    @property
    def home(self) -> str:
        """The school of the last stay; one that is not over is later than any that is."""
        return max(self.stays, key=lambda stay: (not stay["exit_date"], stay["exit_date"], stay["entry_date"]))["school_id"]

    def exit(self) -> str:
        """How the latest stay ended; empty while it lasts."""
        latest = max(self.stays, key=lambda stay: stay["entry_date"])
        return (latest["exit_type"] or self.row["exit_type"]) if latest["exit_date"] else ""

    def days_enrolled(self, school: str | None) -> int:
        counted = 0
        for stay in self.stays:
            if school in (None, stay["school_id"]):
                days = SCHOOL_DAYS[stay["school_id"]]
                counted += bisect_right(days, stay["exit_date"] or AS_OF) - bisect_left(days, stay["entry_date"])
        return counted

    def parts_missed(self, school: str | None) -> list[float]:
        """The part missed of each day that has a row."""
        whole = {"absent": 1.0, "out_of_school_suspension": 1.0}
        return [float(row["absent"]) if row["absent"] else whole.get(row["status"], 0.0)
                for row in self.days if school in (None, row["school_id"])]  # fmt: skip

    def subgroups(self) -> Iterator[tuple[str, str]]:
        yield "all", "all"
        yield "race_ethnicity", self.row["race_ethnicity"] or "Unknown"
        yield "english_learner", {"true": "Yes", "false": "No", "": "Unknown"}[self.row["english_learner"]]


def _students() -> list[Student]:
    in_year = [row for row in _rows("enrollments") if FIRST_DAY <= row["entry_date"] <= AS_OF]
    for row in in_year:
        if row["exit_date"] > AS_OF:  # not known yet
            row["exit_date"] = ""
    stays, tests, marks, rosters = (_by_student(rows) for rows in (
        in_year, [row for row in _of_year("assessments") if row["date"] <= AS_OF], _of_year("grades"),
        [row for row in _of_year("rosters") if row["from_date"] <= AS_OF]))  # fmt: skip
    days = _by_student([row for row in _rows("attendance") if FIRST_DAY <= row["date"] <= AS_OF])
    before = {row["student_id"] for row in _rows("students") if row["school_year"] < YEAR and row["grade_level"] == "9"}
    return [
        Student(row, stays[key], days[key], tests[key], marks[key], {stay["section_id"] for stay in rosters[key]}, key in before)
        for row in _of_year("students")
        for key in [row["student_id"]]
    ]


STUDENTS = _students()


# -- Cells ------------------------------------------------------------------------------------------------

_FIGURES = ("population", "excluded", "missing", "n", "numerator", "denominator", "value")


def _assert_equal(run: Any, measure: str, role: Callable[[Student, str | None], Role], aggregate: str) -> None:
    rows = run.results.filter(measure=measure).to_dicts()
    found = {(row["level"], row["unit_id"], row["dimension"], row["subgroup"]): tuple(row[name] for name in _FIGURES)
             for row in rows if row["dimension"] in ("all", "race_ethnicity", "english_learner")}  # fmt: skip
    expected = dict(_counted(role, aggregate, own=measure in ("chronic_absence", "average_daily_attendance")))
    assert len(found) > 1000
    assert sorted(found) == sorted(expected)
    assert [(key, expected[key], found[key]) for key in found if not all(map(_alike, expected[key], found[key]))][:5] == []


def _alike(expected: float | None, found: float | None) -> bool:
    """Equal to the six decimals that a run keeps."""
    return expected is found if expected is None or found is None else abs(expected - found) < 5.1e-7


def _counted(role: Callable[[Student, str | None], Role], aggregate: str, *, own: bool
             ) -> Iterator[tuple[tuple[str, str, str, str], tuple[float | None, ...]]]:  # fmt: skip
    """Every cell: the units of the three levels by the subgroups that the district has."""
    cells: dict[tuple[str, str, str, str], list[Role]] = {
        (level, unit, *group): []
        for level, units in (("district", ["0600001"]), ("school", SCHOOLS), ("classroom", list(SECTIONS)))
        for unit in units
        for group in {group for student in STUDENTS for group in student.subgroups()}
    }
    for student in STUDENTS:
        homes = [("district", "0600001", None), ("school", student.home, student.home)]
        homes += [("classroom", section, SECTIONS[section]["school_id"]) for section in student.sections]
        for level, unit, school in homes:
            for group in student.subgroups():
                cells[level, unit, *group].append(role(student, school if own else None))
    for key, roles in cells.items():
        yield key, _figures([one for one in roles if one[0] != "outside"], aggregate)


def _figures(roles: list[Role], aggregate: str) -> tuple[float | None, ...]:
    names = [name for name, _, _ in roles]
    tally = (len(roles), names.count("excluded"), names.count("missing"), names.count("n"))
    first, second = sum(one[1] for one in roles), sum(one[2] for one in roles)
    if aggregate == "rate" and not tally[3]:
        return (*tally, None, None, None)
    return (*tally, first, second, first / second * 100 if second else None)
