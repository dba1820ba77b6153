"""Small random districts of three school years, as plain rows and as the CSV files of a project.

Every table has a few rows or none, cells are null now and then, and no row refers to one that is not there.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

Values = dict[str, Any]
YEARS = (2012, 2013, 2014)
THIS_YEAR = 2013
AS_OF = (date(2012, 9, 4), date(2012, 11, 16), date(2013, 6, 30))
STUDENTS, SCHOOLS, SECTIONS, COURSES = ("s1", "s2", "s3", "s4", "s5", "s6"), ("01", "02"), ("A", "B"), ("math", "art")
TEXTS = ("A", "F", "b", "a.b", "O'Neil", "ΑΣ", "İz", "50%")
NUMBERS = (0.0, 0.5, 1.0, 2.0, -1.5, 10.0, 162.0, 180.0, 1e6, 2.5)
DAYS = tuple(date(2012, 8, 30 + number) if number < 2 else date(2012, 9, number) for number in range(9) if number != 2)
OTHER_DAYS = (date(2011, 9, 5), date(2012, 6, 30), date(2012, 7, 1), date(2012, 11, 16), date(2012, 2, 29), date(2013, 1, 31))
GRADE_LEVELS = (-1, 0, 1, 4, 9, 12, 100)
STATUS_CODES = {"P": "present", "A": "absent", "T": "tardy", "O": "out_of_school_suspension"}
MARK_TYPES = ("progress", "quarter", "semester", "final")
COURSE_LEVELS = ("regular", "honors", "ap")


@dataclass(frozen=True)
class District:
    """`tables`: the rows of each table. `absent`: fields that its file does not have."""

    tables: Mapping[str, Sequence[Values]]
    absent: Mapping[str, frozenset[str]]
    as_of: date


def _maybe(rng: Random, values: Sequence[Any]) -> Any:
    return None if rng.random() < 0.2 else rng.choice(values)


class _Maker:
    """Makes the rows of one district; students and sections are those of a year, as their keys are."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.students = {year: [number for number in STUDENTS if rng.random() < 0.8] for year in YEARS}
        self.placed = rng.random() < 0.5  # every row says its school
        self.sections = {year: [number for number in SECTIONS if rng.random() < 0.8] for year in YEARS}

    def maybe(self, *values: Any) -> Any:
        return _maybe(self.rng, values)

    def flag(self) -> bool | None:
        return self.maybe(True, False)

    def school_of_row(self) -> str | None:
        return self.rng.choice(SCHOOLS) if self.placed else self.maybe(*SCHOOLS)

    def several(self, make: Callable[[], Values | None], most: int) -> list[Values]:
        """Up to `most` rows, now and then none."""
        made = [make() for _ in range(self.rng.choice((0, most // 2, most)))]
        return [row for row in made if row is not None]

    def student(self, number: str, year: int) -> Values:
        return {
            "student_id": number,
            "school_year": year,
            "school_id": self.school_of_row(),
            "grade_level": self.maybe(*GRADE_LEVELS),
            "gender": self.maybe(*TEXTS),
            "english_learner": self.flag(),
            "disability": self.flag(),
            "participating": self.flag(),
            "cohort": self.maybe(*YEARS),
            "diploma_date": self.maybe(*OTHER_DAYS, date(9999, 12, 31), date(1900, 1, 1)),
        }

    def school(self, number: str, year: int) -> Values:
        return {"school_id": number, "school_year": year, "name": self.rng.choice(TEXTS), "grade_low": self.maybe(*GRADE_LEVELS)}

    def course(self, number: str, year: int) -> Values:
        return {
            "course_id": number,
            "school_year": year,
            "title": number,
            "core": self.flag(),
            "credits": self.maybe(*NUMBERS),
            "level": self.maybe(*COURSE_LEVELS),
        }

    def section(self, number: str, year: int) -> Values:
        return {
            "section_id": number,
            "school_year": year,
            "school_id": self.rng.choice(SCHOOLS),
            "course_id": self.maybe(*COURSES),
            "subject": self.maybe(*TEXTS),
            "core": self.flag(),
            "grade_level": self.maybe(*GRADE_LEVELS),
        }

    def mark(self) -> Values | None:
        year = self.rng.choice((*YEARS, THIS_YEAR))
        if not self.students[year]:
            return None
        unsaid = year == THIS_YEAR and self.rng.random() < 0.2
        return {
            "student_id": self.rng.choice(self.students[year]),
            "school_year": None if unsaid else year,
            "section_id": self.maybe(*self.sections[year], None),
            "course_id": self.maybe(*COURSES),
            "mark": self.maybe(*TEXTS),
            "mark_type": self.rng.choice(MARK_TYPES),
            "failing": self.flag(),
            "points": self.maybe(*NUMBERS),
            "recovery": self.flag(),
        }

    def day(self) -> Values | None:
        on = self.rng.choice((*DAYS, *OTHER_DAYS))
        known = self.students[THIS_YEAR if on >= date(2012, 7, 1) else THIS_YEAR - 1]
        if not known:
            return None
        return {
            "student_id": self.rng.choice(known),
            "school_id": self.school_of_row(),
            "date": on,
            "status": self.rng.choice(tuple(STATUS_CODES.values())),
            "excused": self.flag(),
            "absent": self.maybe(*NUMBERS),
        }

    def stay(self) -> Values | None:
        if not self.students[THIS_YEAR]:
            return None
        student, entry = self.rng.choice(self.students[THIS_YEAR]), self.rng.choice((date(2011, 9, 5), *DAYS))
        ended_before = [date(2012, 6, 30)] if student in self.students[THIS_YEAR - 1] else []
        return {
            "student_id": student,
            "school_id": self.rng.choice(SCHOOLS),
            "entry_date": entry,
            "exit_date": self.maybe(*(day for day in (*ended_before, *AS_OF, DAYS[-1]) if day >= entry)),
            "exit_type": self.maybe(*TEXTS),
            "primary": self.flag(),
        }

    def calendar(self) -> list[Values]:
        """Of each school with a calendar some days, of which none may be a day of school."""
        days = [
            (school, day)
            for school in SCHOOLS
            if self.rng.random() < 0.7
            for day in (*DAYS, date(2012, 11, 16), date(2012, 5, 1))
        ]
        return [
            {"school_id": school, "date": day, "instructional": self.flag()} for school, day in days if self.rng.random() < 0.8
        ]

    def tables(self) -> dict[str, list[Values]]:
        return {
            "students": [self.student(number, year) for year in YEARS for number in self.students[year]],
            "schools": [self.school(number, year) for year in YEARS for number in SCHOOLS],
            "courses": [self.course(number, year) for year in YEARS for number in COURSES],
            "sections": [self.section(number, year) for year in YEARS for number in self.sections[year]],
            "grades": self.several(self.mark, 40),
            "attendance": self.several(self.day, 40),
            "enrollments": self.several(self.stay, 8),
            "calendar": self.calendar(),
        }


_OPTIONAL = {
    "students": ("participating",),
    "attendance": ("absent", "excused"),
    "grades": ("failing",),
    "enrollments": ("primary",),
    "calendar": ("instructional",),
    "courses": ("school_year",),
    "schools": ("school_year",),
}


def make_district(rng: Random) -> District:
    tables = _Maker(rng).tables()
    absent = {table: frozenset(name for name in names if rng.random() < 0.3) for table, names in _OPTIONAL.items()}
    for table in ("courses", "schools"):
        if "school_year" in absent[table]:  # one row for all years
            tables[table] = [row for row in tables[table] if row["school_year"] == THIS_YEAR]
    seen = {
        table: [{name: value for name, value in row.items() if name not in absent.get(table, ())} for row in rows]
        for table, rows in tables.items()
    }
    return District(seen, absent, rng.choice(AS_OF))


HEADERS = {
    "students": "student_id school_year school_id grade_level gender english_learner disability participating cohort "
    "diploma_date",
    "schools": "school_id school_year name grade_low",
    "courses": "course_id school_year title core credits level",
    "sections": "section_id school_year school_id course_id subject core grade_level",
    "grades": "student_id school_year section_id course_id mark mark_type failing points recovery",
    "attendance": "student_id school_id date status excused absent",
    "enrollments": "student_id school_id entry_date exit_date exit_type primary",
    "calendar": "school_id date instructional",
}
_GRADE_TEXTS = {-1: "PK", 0: "KG", 100: "UG"}
_CODES = {label: code for code, label in STATUS_CODES.items()}


def _cell(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field in ("grade_level", "grade_low"):
        return _GRADE_TEXTS.get(value, str(value))
    if field in ("school_year", "cohort"):
        return f"{value - 1}-{value % 100:02d}"
    return _CODES[value] if field == "status" else str(value).lower() if isinstance(value, bool) else str(value)


def write(district: District, folder: Path) -> None:
    """The CSV files of the district, under `folder`/data."""
    (folder / "data").mkdir()
    for table, names in HEADERS.items():
        header = [name for name in names.split() if name not in district.absent.get(table, ())]
        with (folder / "data" / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            rows = [[_cell(name, row[name]) for name in header] for row in district.tables[table]]
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
