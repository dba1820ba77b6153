"""The example district read straight from its CSVs in plain Python, and its results counted from that.

Nothing of the package is used: the tests that count the measures once more stand on it.
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
DISTRICT = "0600001"
Row = dict[str, str]
Role = tuple[str, float, float]
"""outside, missing, excluded or n; and for n the two numbers that are summed (the first over the second)."""

VERIFIED_LEAVERS = ("transferred_out", "deceased", "emigrated")


# -- The files --------------------------------------------------------------------------------------------


def rows(table: str) -> list[Row]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def of_year(table: str) -> list[Row]:
    return [row for row in rows(table) if row["school_year"] == YEAR]


def dated(table: str, date: str = "date") -> list[Row]:
    """The rows of the year so far, by their date."""
    return [row for row in rows(table) if FIRST_DAY <= row[date] <= AS_OF]


def by(key: str, found: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups[row[key]].append(row)
    return groups


SECTIONS = {row["section_id"]: row for row in of_year("sections")}
ALL_SECTIONS = {(row["school_year"], row["section_id"]): row for row in rows("sections")}
COURSES = {row["course_id"]: row for row in rows("courses")}
SCHOOLS = {row["school_id"]: row for row in of_year("schools")}


def _school_days() -> dict[str, list[str]]:
    days = by("school_id", [row for row in dated("calendar") if row["instructional"] == "true"])
    return {school: sorted(row["date"] for row in found) for school, found in days.items()}


SCHOOL_DAYS = _school_days()


def courses_of(mark: Row) -> list[Row]:
    """What says of which kind a mark's course is, first things first: its section, its course, its section's course."""
    section = ALL_SECTIONS.get((mark["school_year"], mark["section_id"]), {})
    named = [COURSES[course] for course in (mark["course_id"], section.get("course_id")) if course]
    return [section, *named] if section else named


def is_core(mark: Row) -> bool | None:
    known = [course["core"] == "true" for course in courses_of(mark) if course["core"]]
    return known[0] if known else None


@dataclass
class Student:
    """A student of the year and all rows of his."""

    row: Row
    stays: list[Row]
    days: list[Row]
    tests: list[Row]
    marks: list[Row]
    all_marks: list[Row]
    rosters: list[Row]
    incidents: list[Row]
    events: list[Row]
    in_grade_9_before: bool

    @property
    def participating(self) -> bool:
        return self.row["participating"] != "false"

    @property
    def grade(self) -> str:
        return self.row["grade_level"]

    @property
    def home(self) -> str:
        """The school that answers for the last stay; one that is not over is later than any that is."""
        last = max(self.stays, key=lambda stay: (not stay["exit_date"], stay["exit_date"], stay["entry_date"]))
        return last["responsible_school_id"] or last["school_id"]

    def sees(self, school: str | None, at: str) -> bool:
        """Whether a school, or with None the district, sees what the student has at a school: its own, and where it answers."""
        return school in (None, at) or any(
            (stay["school_id"], stay["responsible_school_id"]) == (at, school) for stay in self.stays
        )

    @property
    def sections(self) -> set[str]:
        return {stay["section_id"] for stay in self.rosters}

    def exit(self) -> str:
        """How the latest stay ended; empty while it lasts."""
        latest = max(self.stays, key=lambda stay: stay["entry_date"])
        return (latest["exit_type"] or self.row["exit_type"]) if latest["exit_date"] else ""

    def days_enrolled(self, school: str | None) -> int:
        counted = 0
        for stay in self.stays:
            if self.sees(school, stay["school_id"]):
                days = SCHOOL_DAYS[stay["school_id"]]
                counted += bisect_right(days, stay["exit_date"] or AS_OF) - bisect_left(days, stay["entry_date"])
        return counted

    def parts_missed(self, school: str | None) -> list[float]:
        """The part missed of each day that has a row."""
        whole = {"absent": 1.0, "out_of_school_suspension": 1.0}
        return [float(row["absent"]) if row["absent"] else whole.get(row["status"], 0.0)
                for row in self.days if self.sees(school, row["school_id"])]  # fmt: skip

    def absent_a_tenth(self, school: str | None = None) -> bool:
        return sum(part >= 0.5 for part in self.parts_missed(school)) * 10 >= self.days_enrolled(school)

    def credits(self) -> float | None:
        """Credits of the year without recovery; None where no mark tells, none at all for a dropout."""
        marks = [row for row in self.marks if row["mark_type"] in ("semester", "final") and row["recovery"] != "true"]
        earned = [float(row["credits_earned"] or 0) for row in marks if row["credits_earned"] or row["mark"] == "F"]
        return sum(earned) if earned or self.exit() == "dropout" else None

    def subgroups(self) -> Iterator[tuple[str, str]]:
        yield "all", "all"
        yield "race_ethnicity", self.row["race_ethnicity"] or "Unknown"
        yield "english_learner", {"true": "Yes", "false": "No", "": "Unknown"}[self.row["english_learner"]]


def _students() -> list[Student]:
    stays = dated("enrollments", "entry_date")
    for row in stays:
        if row["exit_date"] > AS_OF:  # not known yet
            row["exit_date"] = ""
    rosters = [row for row in of_year("rosters") if row["from_date"] <= AS_OF]
    grades = [row for row in rows("grades") if row["school_year"] <= YEAR]
    tables = [stays, dated("attendance"), [row for row in of_year("assessments") if row["date"] <= AS_OF],
              [row for row in grades if row["school_year"] == YEAR], grades, rosters, dated("incidents"),
              [row for row in of_year("postsecondary") if row["date"] <= AS_OF]]  # fmt: skip
    before = {row["student_id"] for row in rows("students") if row["school_year"] < YEAR and row["grade_level"] == "9"}
    of_each = [by("student_id", table) for table in tables]
    return [
        Student(row, *(table[row["student_id"]] for table in of_each), row["student_id"] in before)  # type: ignore[arg-type]
        for row in of_year("students")
    ]


STUDENTS = _students()


# -- Cells ------------------------------------------------------------------------------------------------

_FIGURES = ("population", "excluded", "missing", "n", "numerator", "denominator", "value")


def assert_equal(run: Any, measure: str, role: Callable[[Student, str | None], Role], aggregate: str = "percent", *,
                 own: bool = False, withheld: Callable[[str, str, list[Student]], bool] | None = None) -> None:  # fmt: skip
    """Every figure of the run equals what `role` comes to: district, schools and classrooms, everyone and two dimensions.

    `own`: a school, and a classroom in it, sees the student's days there only, and `role` is told which school asks.
    `withheld`: whether the figures of a level's unit that rest on these students are not shown.
    """
    results = run.results.filter(measure=measure).to_dicts()
    found = {(row["level"], row["unit_id"], row["dimension"], row["subgroup"]): tuple(row[name] for name in _FIGURES)
             for row in results if row["dimension"] in ("all", "race_ethnicity", "english_learner")}  # fmt: skip
    expected = dict(_counted(role, aggregate, own, withheld))
    assert len(found) > 1000
    assert sorted(found) == sorted(expected)
    assert [(key, expected[key], found[key]) for key in found if not all(map(_alike, expected[key], found[key]))][:5] == []


def _alike(expected: float | None, found: float | None) -> bool:
    """Equal to the six decimals that a run keeps."""
    return expected is found if expected is None or found is None else abs(expected - found) < 5.1e-7


def _counted(role: Callable[[Student, str | None], Role], aggregate: str, own: bool,
             withheld: Callable[[str, str, list[Student]], bool] | None,
             ) -> Iterator[tuple[tuple[str, str, str, str], tuple[float | None, ...]]]:  # fmt: skip
    """Every cell: the units of the three levels by the subgroups that the district has."""
    cells: dict[tuple[str, str, str, str], list[tuple[Student, Role]]] = {
        (level, unit, *group): []
        for level, units in (("district", [DISTRICT]), ("school", list(SCHOOLS)), ("classroom", list(SECTIONS)))
        for unit in units
        for group in {group for student in STUDENTS for group in student.subgroups()}
    }
    for student in STUDENTS:
        homes = [("district", DISTRICT, None), ("school", student.home, student.home)]
        homes += [("classroom", section, SECTIONS[section]["school_id"]) for section in student.sections]
        for level, unit, school in homes:
            seen = role(student, school if own else None)
            for group in student.subgroups() if seen[0] != "outside" else ():
                cells[level, unit, *group].append((student, seen))
    for key, crowd in cells.items():
        counted = [student for student, seen in crowd if seen[0] == "n"]
        hidden = withheld is not None and counted and withheld(*key[:2], counted)
        yield key, (None,) * len(_FIGURES) if hidden else _figures([seen for _, seen in crowd], aggregate)


def _figures(roles: list[Role], aggregate: str) -> tuple[float | None, ...]:
    names = [name for name, _, _ in roles]
    tally = (len(roles), names.count("excluded"), names.count("missing"), names.count("n"))
    first, second = sum(one[1] for one in roles), sum(one[2] for one in roles)
    if aggregate != "percent" and not tally[3]:
        return (*tally, None, None, None)
    return (*tally, first, second, first if aggregate == "count" else first / second * 100 if second else None)


def assert_schools(run: Any, measure: str, sums: Callable[[str], tuple[float, float]]) -> None:
    """A rate of schools: each has these two sums, and the district those of all of them, whatever their share of it."""
    parts = {school: sums(school) for school in SCHOOLS}
    first, second = (sum(each) for each in zip(*parts.values(), strict=True))
    expected = {DISTRICT: (first, second), **parts}
    rows_of = run.results.filter(measure=measure, dimension="all").to_dicts()
    found = {row["unit_id"]: (row["numerator"], row["denominator"]) for row in rows_of}
    assert found == expected
    assert all(_alike(row["numerator"] / row["denominator"] * 100, row["value"]) for row in rows_of)
