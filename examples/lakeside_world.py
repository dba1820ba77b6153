"""What the Lakeside modules share: school years and their calendars, people, and tables.

Lakeside Unified is invented. Every number in it is drawn from seeded random streams, one a subject, so that a
change in one table does not stir the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import ClassVar

SEED = 2012
DISTRICT_ID = "0600001"
HERON_BAY, CEDAR_POINT, MIDDLE, HIGH = "0101", "0102", "0201", "0301"
SCHOOLS = (HERON_BAY, CEDAR_POINT, MIDDLE, HIGH)
PK, KG = -1, 0
CORE = ("english", "mathematics", "science", "social_studies")

Cell = str | int | float | bool | date | None


def grade_text(grade: int) -> str:
    return {PK: "PK", KG: "KG"}.get(grade, str(grade))


def stream(subject: str) -> Random:
    """The random stream of one subject; the same at each run."""
    return Random(f"lakeside {SEED} {subject}")


@dataclass
class Table:
    """A CSV file: data/NAME.csv with these headers."""

    name: str
    fields: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True)
class Term:
    term_id: str
    kind: str
    start: date
    end: date


@dataclass(frozen=True)
class Year:
    """A school year. `closed` holds the district's weekdays off, `own` those of single schools."""

    label: str
    code: str
    first: date
    quarter_ends: tuple[date, date, date]
    last: date
    closed: frozenset[date]
    own: dict[str, frozenset[date]] = field(hash=False)

    @cached_property
    def weekdays(self) -> list[date]:
        span = (self.last - self.first).days + 1
        return [day for n in range(span) if (day := self.first + timedelta(n)).weekday() < 5]

    @cached_property
    def days(self) -> dict[str, list[date]]:
        """The instructional days of each school, in order."""
        return {
            school: [day for day in self.weekdays if day not in self.closed | self.own.get(school, frozenset())]
            for school in SCHOOLS
        }

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Y (the year), S1, S2 and Q1 to Q4."""
        q1, q2, q3 = self.quarter_ends
        monday = timedelta(3)  # terms end on a Friday and the next begins on the Monday after
        spans = {
            "Y": ("year", self.first, self.last),
            "S1": ("semester", self.first, q2),
            "S2": ("semester", q2 + monday, self.last),
            "Q1": ("quarter", self.first, q1),
            "Q2": ("quarter", q1 + monday, q2),
            "Q3": ("quarter", q2 + monday, q3),
            "Q4": ("quarter", q3 + monday, self.last),
        }
        return {name: Term(f"{self.code}-{name}", *span) for name, span in spans.items()}


def _days_off(*spans: tuple[str, int]) -> frozenset[date]:
    """Each span is a first day and how many calendar days it lasts."""
    return frozenset(date.fromisoformat(first) + timedelta(n) for first, days in spans for n in range(days))


LAST_YEAR = Year(
    label="2011-12",
    code="12",
    first=date(2011, 8, 29),
    quarter_ends=(date(2011, 11, 4), date(2012, 1, 27), date(2012, 4, 13)),
    last=date(2012, 6, 8),
    closed=_days_off(
        ("2011-09-05", 1),
        ("2011-10-10", 1),
        ("2011-11-11", 1),
        ("2011-11-23", 3),
        ("2011-12-26", 12),
        ("2012-01-16", 1),
        ("2012-02-20", 1),
        ("2012-03-16", 1),
        ("2012-04-02", 5),
        ("2012-05-28", 1),
    ),
    own={MIDDLE: _days_off(("2012-03-15", 1)), HIGH: _days_off(("2012-01-30", 1))},
)
THIS_YEAR = Year(
    label="2012-13",
    code="13",
    first=date(2012, 8, 27),
    quarter_ends=(date(2012, 11, 2), date(2013, 1, 25), date(2013, 4, 12)),
    last=date(2013, 6, 7),
    closed=_days_off(
        ("2012-09-03", 1),
        ("2012-10-08", 1),
        ("2012-11-12", 1),
        ("2012-11-21", 3),
        ("2012-12-24", 12),
        ("2013-01-21", 1),
        ("2013-02-18", 1),
        ("2013-03-15", 1),
        ("2013-04-01", 5),
        ("2013-05-27", 1),
    ),
    own={
        CEDAR_POINT: _days_off(("2013-01-15", 1)),  # a burst water main
        MIDDLE: _days_off(("2013-03-14", 1)),  # conferences
        HIGH: _days_off(("2013-01-28", 1), ("2013-03-14", 1)),
    },
)
YEARS = (LAST_YEAR, THIS_YEAR)


@dataclass
class Student:
    """A child, the same in both years.

    `ability` is a z-score, `absence` the expected share of days absent, `conduct` 0 (calm) to 1 and over.
    """

    student_id: str
    name: str
    home: str  # the elementary school of the neighbourhood
    gender: str
    race_ethnicity: str
    low_income: bool = False
    english_learner: bool = False
    disability: bool = False
    homeless: bool = False
    foster: bool = False
    migrant: bool = False
    military: bool = False
    ability: float = 0.0
    absence: float = 0.03
    conduct: float = 0.0
    cohort: int | None = None
    blank: frozenset[str] = frozenset()  # fields of students.csv that stay empty


@dataclass
class Stay:
    """A stay at a school, both days included; `exit` None is still there on the year's last day.

    `absent` fixes the days absent, `extra` adds (status, part of the day missed), `suspended` (action, days).
    """

    school: str
    entry: date
    exit: date | None = None
    exit_type: str | None = None
    responsible: str | None = None
    absent: int | None = None
    extra: tuple[tuple[str, float | None], ...] = ()
    suspended: tuple[tuple[str, int], ...] = ()


@dataclass
class Pupil:
    """A student in one school year."""

    student: Student
    year: Year
    grade: int
    stays: list[Stay]
    diploma_type: str | None = None
    diploma_date: date | None = None
    participating: bool = True
    flags: frozenset[str] = frozenset()  # what is odd about this year; see lakeside_edges
    marks: dict[tuple[str, str], str] | None = None  # fixed marks by (subject, term); the others are C

    UNGRADED: ClassVar[str] = "UG"

    @property
    def grade_label(self) -> str:
        if "ungraded" in self.flags:
            return self.UNGRADED
        return grade_text(self.grade)

    @property
    def exit_type(self) -> str | None:
        """Why the student left the district in the year; a move within it or the year's end is no exit."""
        kind = self.stays[-1].exit_type
        return None if kind in {"moved_in_district", "end_of_year"} else kind

    def until(self, stay: Stay) -> date:
        return stay.exit or self.year.last

    def days(self, stay: Stay) -> list[date]:
        """The instructional days of a stay."""
        return [day for day in self.year.days[stay.school] if stay.entry <= day <= self.until(stay)]

    def stay_on(self, day: date) -> Stay | None:
        return next((stay for stay in self.stays if stay.entry <= day <= self.until(stay)), None)
