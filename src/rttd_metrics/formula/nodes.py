"""The nodes of a formula: frozen, comparable, each with its place in the formula's text.

The parser makes `Name` and `Call`; the type check replaces them by `Column`, `Fact`, `Function` and
`Aggregate`, so that an evaluator meets resolved nodes only. Two formulas that say the same compare equal
wherever they stand: places do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, get_args

Span = tuple[int, int]
Value = float | str | bool | date | None
"""A number or an ordered code (grade level, school year), a text, a truth value, a date; None is null."""


class Type(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    GRADE_LEVEL = "grade_level"
    SCHOOL_YEAR = "school_year"
    UNKNOWN = "unknown"  # null, or a part that is already reported: fits everywhere


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(compare=False, repr=False)

    def children(self) -> Iterator["Node"]:
        kind: Any = type(self)
        for name in _parts(kind):
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                for part in value:
                    if isinstance(part, Node):
                        yield part
                    elif isinstance(part, tuple):
                        yield from (inner for inner in part if isinstance(inner, Node))

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children():
            yield from child.walk()


@cache
def _parts(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes."""
    return tuple(item.name for item in fields(kind) if _holds_nodes(item.type))


def _holds_nodes(annotation: object) -> bool:
    if isinstance(annotation, type) and not get_args(annotation):
        return issubclass(annotation, Node)
    return any(_holds_nodes(part) for part in get_args(annotation))


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. `parameter`: the name of the parameter whose value it is."""

    value: Value
    type: Type
    parameter: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """As parsed: `days_absent`, `grades.sections.core`."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """As parsed: a row function, an aggregate of rows or the aggregate of a measure."""

    name: str
    name_span: Span = field(compare=False, repr=False)
    arguments: tuple[Node, ...] = ()
    distinct: bool = False
    order_by: Node | None = None
    where: Node | None = None
    years: Name | None = None


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A field of a row, or of a row it refers to: `grades` . (`sections`) . `core`.

    `base` is where the path starts: the table whose rows are read, `unit` for the unit's own row, `school` for
    the school a student is attributed to. With `fact_of`, a level, the path leads to a unit of that level and `field` is
    one of its facts: `rosters` . (`sections`) . `fully_rated`.
    """

    base: str
    steps: tuple[str, ...]
    field: str
    type: Type
    categories: tuple[str, ...] | None = None
    fact_of: str | None = None

    @property
    def path(self) -> str:
        return ".".join((self.base, *self.steps, self.field))


@dataclass(frozen=True, slots=True)
class Fact(Node):
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """`as_of` or `school_year`: one value for the whole run."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Function(Node):
    name: str
    arguments: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """One value from a unit's rows of `table`; `chain` are the steps from the table to the unit's table."""

    name: str
    table: str
    chain: tuple[str, ...]
    argument: Node | None
    distinct: bool
    order_by: Node | None
    where: Node | None
    years: str
    type: Type


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    op: str
    left: Node
    right: Node
    of: Type = Type.UNKNOWN


@dataclass(frozen=True, slots=True)
class Between(Node):
    operand: Node
    low: Node
    high: Node
    of: Type = Type.UNKNOWN


@dataclass(frozen=True, slots=True)
class In(Node):
    operand: Node
    options: tuple[Node, ...]
    of: Type = Type.UNKNOWN


@dataclass(frozen=True, slots=True)
class Is(Node):
    operand: Node
    state: bool | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Case(Node):
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
    type: Type = Type.UNKNOWN
