"""What an explanation holds, as data. Grade levels and school years stand as their labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rttd_metrics.data.findings import Place
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.unit_role import UnitRole
from rttd_metrics.formula.nodes import Value

ClauseOf = Literal["population", "exclusion", "formula"]
Action = Literal["add", "remove", "change", "set"]


@dataclass(frozen=True, slots=True)
class Named:
    """A fact, a column or a parameter that a clause names, and its value for the unit."""

    name: str
    title: str
    value: Value


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the definition, as it is written and in words, and what it is for the unit: true, false or null, or the
    value of an average, median, sum or rate.

    `because`: the reason of an exclusion. `decides`: it makes the unit what it is.
    """

    of: ClauseOf
    formula: str
    words: str
    value: Value
    named: tuple[Named, ...]
    decides: bool
    because: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a table: its cells by field, and where it stands (several places where equal rows count once)."""

    places: tuple[Place, ...]
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CountedRows:
    """The rows that an aggregate is over: those that its `where` keeps, and how many it does not."""

    table: str
    formula: str
    rows: tuple[ShownRow, ...]
    passed_over: int


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact of the unit. `lost`: rows that it is made of were set aside, so it is null."""

    name: str
    title: str
    formula: str
    value: Value
    rows: tuple[CountedRows, ...]
    lost: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Rows added, removed or changed, or a column of the unit set, that would give the unit another role.

    `fields`: what a changed or added row, or the unit's own row, would hold; `dates`: the day of each added one. `facts`:
    those that would differ, by name: title, value before and value then. `to`: the role.
    """

    action: Action
    table: str
    rows: int
    places: tuple[Place, ...]
    fields: Mapping[str, Value]
    dates: tuple[Value, ...]
    facts: Mapping[str, tuple[str, Value, Value]]
    to: str

    @property
    def size(self) -> int:
        """In rows; a column of the unit's own row is one."""
        return max(self.rows, 1)


@dataclass(frozen=True, slots=True)
class View:
    """A unit as it is seen: a student's whole year (`school` None), or by a school where he was.

    `counts`: the student counts there by the measure's attribution. `changes`: the smallest one first, at most one of a kind.
    """

    school: str | None
    counts: bool
    role: UnitRole
    clauses: tuple[Clause, ...]
    facts: tuple[ShownFact, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class UnitExplanation:
    """One unit of the measure's own level: a student, or a classroom, school or the district."""

    measure: Measure
    level: str
    unit_id: str
    school_year: str
    as_of: date
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class NearStudent:
    """A student on the side that the measure would have fewer on, and the smallest change that takes him off it."""

    student_id: str
    change: Change


@dataclass(frozen=True, slots=True)
class CrowdExplanation:
    """A unit that students, or smaller units, are rolled up to.

    `roles`: units by role and reason. `missing`: their ids. `short`: how many more units on the good side would meet the
    target; None where there is no target, or the measure is no percent or count; 0 where it is met. `nearest`: the first of
    those not on it.
    """

    measure: Measure
    level: str
    unit_id: str
    unit_name: str
    school_year: str
    as_of: date
    roles: Mapping[tuple[str, str | None], int]
    missing: tuple[tuple[str, str], ...]
    value: float | None
    n: int
    numerator: float | None
    target: float | None
    status: str
    short: int | None
    nearest: tuple[NearStudent, ...]
    to_search: int
