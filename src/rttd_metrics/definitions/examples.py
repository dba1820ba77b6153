"""The examples of a measure: a unit described by a few facts, columns or rows, and the role it must have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rttd_metrics.definitions.base import number_text
from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Example, Measure
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.definitions.unit_role import UnitRole, unit_role
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Column, Node, Type, Value
from rttd_metrics.formula.rows import Unit, evaluate
from rttd_metrics.formula.scope import UNIT
from rttd_metrics.formula.values import grade_level_code, parse_date, school_year_code
from rttd_metrics.problems import Problem


class GivenError(Exception):
    """A value of an example is not of the type its column or fact has; or, with `at_key`, there is no such thing."""

    def __init__(self, key: tuple[str | int, ...], message: str, *, at_key: bool = False, hint: str | None = None) -> None:
        super().__init__(message)
        self.key, self.message, self.at_key, self.hint = key, message, at_key, hint


def typed(value: Any, kind: Type, key: tuple[str | int, ...] = ()) -> Value:
    """A value as YAML gives it, in the type of its column; raises GivenError where it does not fit."""
    if value is None:
        return None
    match kind, value:
        case Type.BOOLEAN, bool():
            return value
        case Type.NUMBER, int() | float() if not isinstance(value, bool):
            return float(value)
        case Type.TEXT, str():
            return value
        case Type.TEXT, int() | float() if not isinstance(value, bool):
            return number_text(value)
        case Type.DATE, str() if day := parse_date(value):
            return day
        case Type.GRADE_LEVEL, str() | int() if (code := grade_level_code(str(value))) is not None:
            return code
        case Type.SCHOOL_YEAR, str() | int() if (year := school_year_code(str(value))) is not None:
            return year
        case Type.UNKNOWN, bool() | str() | float():
            return value
    raise GivenError(key, f"'{value}' is no {str(kind).replace('_', ' ')}")


@dataclass
class GivenUnit:
    """A unit of an example. Facts that are not given are computed from the rows that are; the rest is null or empty."""

    level: str
    book: FactBook
    tables: Mapping[str, TableDefinition]
    defaults: Mapping[tuple[str, str], Node]
    given: Mapping[str, Any]
    as_of: date
    school_year: int
    first_day: date
    bound: Mapping[str, str] = field(default_factory=dict)
    _facts: dict[str, Value] = field(default_factory=dict)

    def column(self, column: Column) -> Value:
        parts = (*column.steps, column.field) if column.base == UNIT else (column.base, *column.steps, column.field)
        return typed(self.given.get(".".join(parts)), column.type)

    def constant(self, name: str) -> Value:
        known: dict[str, Value] = {"as_of": self.as_of, "school_year": self.school_year, "first_day": self.first_day}
        return known[name]

    def fact(self, name: str) -> Value:
        if name not in self._facts:
            fact = self.book.fact(self.level, name)
            assert fact is not None
            given = self._given_as(name)
            self._facts[name] = typed(self.given[given], fact.type) if given else evaluate(fact.node, self)
        return self._facts[name]

    def _given_as(self, name: str) -> str | None:
        """The key under which a fact is given: its name, or what it is called where its constant has a value."""
        short = [name.removesuffix(f".{value}") for value in self.bound.values()]
        return next((key for key in (name, *short) if key in self.given), None)

    def rows(self, aggregate: nodes.Aggregate) -> Iterator["GivenRow"]:
        for row in self._rows_seen(aggregate.table):
            year = row.own("school_year", Type.SCHOOL_YEAR)
            current = year in (None, self.school_year)
            past = isinstance(year, int) and year < self.school_year
            if current or aggregate.years == "all" or (aggregate.years == "through" and past):
                yield row

    def _rows_seen(self, table: str) -> Iterator["GivenRow"]:
        dated = self.tables[table].date
        for values in self.given.get(table) or []:
            row = GivenRow(self, table, values)
            day = row.own(dated, Type.DATE) if dated else None
            if not isinstance(day, date) or day <= self.as_of:
                yield row

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        days = [row for row in self._rows_seen("calendar") if row.own("school_id", Type.TEXT) == school_id]
        if not days:
            return None
        held = {row.own("date", Type.DATE) for row in days if row.own("instructional", Type.BOOLEAN) is not False}
        return float(sum(1 for day in held if isinstance(day, date) and start <= day <= end))

    def attendance_through(self, school_id: str) -> date | None:
        """Of the rows of attendance that are given: one that names no school is of this one."""
        rows = [row for row in self._rows_seen("attendance") if row.own("school_id", Type.TEXT) in (None, school_id)]
        return max((day for row in rows if isinstance(day := row.own("date", Type.DATE), date)), default=None)


@dataclass(frozen=True)
class GivenRow:
    """One row of a table in an example; `sections.core` gives a column of the row it refers to."""

    unit: GivenUnit
    table: str
    values: Mapping[str, Any]

    def own(self, name: str, kind: Type) -> Value:
        return typed(self.values.get(name), kind)

    def column(self, column: Column) -> Value:
        value = self.own(".".join((*column.steps, column.field)), column.type)
        default = self.unit.defaults.get((self.table, column.field)) if not column.steps else None
        return evaluate(default, self.unit, _AsGiven(self)) if value is None and default is not None else value


@dataclass(frozen=True)
class _AsGiven:
    """A row as its default formulas see it: what is given, whatever the defaults of its columns are."""

    row: GivenRow

    def column(self, column: Column) -> Value:
        return self.row.own(".".join((*column.steps, column.field)), column.type)


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    measure: Measure
    position: int
    example: Example
    found: UnitRole

    @property
    def holds(self) -> bool:
        example, found = self.example, self.found
        right_value = example.value is None or (found.value is not None and abs(found.value - example.value) < 5e-7)
        right_reason = example.reason is None or example.reason == found.reason
        return example.expect == found.role and right_value and right_reason

    def as_problem(self) -> Problem:
        """What a failing example expected and what was found, at its place in the file."""
        example, found = self.example, self.found
        wrong = "expect" if example.expect != found.role else "reason" if example.reason not in (None, found.reason) else "value"
        got = (
            found.role
            + (f" ({found.reason})" if found.reason else "")
            + (f", value {found.value:g}" if found.value is not None else "")
        )
        wanted = {"expect": example.expect, "reason": example.reason, "value": example.value}[wrong]
        return self.measure.document.problem(
            ("examples", self.position, wrong),
            "example-failed",
            f"example '{example.name}' of {self.measure.id}: expected {wanted}, found {got}",
            help="correct the definition, or the example if it is the one that is wrong",
        )


def year_end(school_year: int, starts: str) -> date:
    """The last day of a school year: the day before the next one starts."""
    return date.fromisoformat(f"{school_year}-{starts}") - timedelta(days=1)


@dataclass(frozen=True)
class ExampleSetting:
    """What all examples of a project share: its definitions, its school year and the day it is seen as of."""

    book: FactBook
    tables: Mapping[str, TableDefinition]
    defaults: Mapping[tuple[str, str], Node]
    school_year: int
    starts: str
    as_of: date | None

    def unit(self, level: str, example: Example, bound: Mapping[str, str]) -> GivenUnit:
        """The unit of an example, seen at the example's own as-of date, else the project's, else the year's end."""
        year = school_year_code(example.school_year) if example.school_year else self.school_year
        assert year is not None
        day = example.as_of or (self.as_of if year == self.school_year else None) or year_end(year, self.starts)
        first = date.fromisoformat(f"{year - 1}-{self.starts}")
        return GivenUnit(level, self.book, self.tables, self.defaults, example.given, day, year, first, bound)


def run_example(measure: Measure, position: int, unit: Unit) -> ExampleOutcome:
    return ExampleOutcome(measure, position, measure.definition.examples[position], unit_role(measure, unit))
