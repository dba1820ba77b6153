"""What a formula can see: tables and their keys, facts, parameters; and how a name is found among them."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from rttd_metrics.formula.nodes import Type

LEVELS = ("student", "classroom", "school", "district")
OWN_TABLE = {"student": "students", "classroom": "sections", "school": "schools"}
LEVEL_OF = {table: level for level, table in OWN_TABLE.items()}
CONSTANTS = {"as_of": Type.DATE, "school_year": Type.SCHOOL_YEAR}
UNIT, ATTRIBUTED_SCHOOL = "unit", "school"
"""Where a path starts that does not start from the row that is read: the unit's own row, or its school."""

ParameterValue = float | bool | str | tuple[float | bool | str, ...]


@dataclass(frozen=True, slots=True)
class FieldShape:
    name: str
    type: Type
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `field` of `table` holds the key `key` of `target`; formulas call it `step`."""

    step: str
    table: str
    field: str
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class TableShape:
    name: str
    fields: Mapping[str, FieldShape]
    references: Mapping[str, Reference]  # by step


class ChainError(Exception):
    """No chain of keys, or several of one length, lead from a table to a unit's table."""

    def __init__(self, message: str, help: str | None = None) -> None:  # noqa: A002 - the word of Problem
        super().__init__(message)
        self.message, self.help = message, help


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a project and the ways between them."""

    shapes: Mapping[str, TableShape]

    def chain(self, table: str, level: str, via: str | None = None) -> tuple[str, ...]:
        """The steps from `table` to the table of `level`'s units: () from that table itself and for the district.

        The shortest chain counts; `via` names the field it starts with. Raises ChainError where there is none,
        or several of the same length.
        """
        if level == "district" or (target := OWN_TABLE[level]) == table:
            return ()
        found: list[tuple[str, ...]] = []
        frontier: list[tuple[tuple[str, ...], str]] = [((), table)]
        visited = {table}
        while frontier and not found:
            ahead = [
                ((*steps, reference.step), reference.target)
                for steps, at in frontier
                for reference in self.shapes[at].references.values()
                if reference.target in self.shapes and (via is None or steps or via in (reference.field, reference.step))
            ]
            found = [steps for steps, at in ahead if at == target]
            frontier = [(steps, at) for steps, at in ahead if at not in visited]
            visited.update(at for _, at in frontier)
        if not found:
            raise ChainError(
                f"no keys lead from '{table}' to a {level}",
                f"declare a foreign key of '{table}', or define the fact at another level",
            )
        if len(found) > 1:
            ways = " and ".join(".".join((table, *steps)) for steps in found)
            fields = ", ".join(sorted({self.shapes[table].references[steps[0]].field for steps in found}))
            raise ChainError(f"several keys lead from '{table}' to a {level}: {ways}", f"say `via:` one of {fields}")
        return found[0]


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A fact of the unit that a path leads to. `larger`: the unit is larger than the one that asks.

    A path may end in facts of larger units only: they are made first, so that no two levels ever wait for each other.
    """

    level: str
    name: str
    type: Type
    larger: bool


def full_name(name: str, bound: Mapping[str, str], known: Container[str]) -> str:
    """A fact's name where constants are bound: `tests` means `tests.reading` where a constant is `reading`."""
    return next((full for value in bound.values() if (full := f"{name}.{value}") in known), name)


@dataclass(frozen=True)
class Scope:
    """The names of one formula.

    `level`: the formula describes a unit of this level and may use its facts. `row_of`: it describes one row of
    this table instead. `fact_type(name)` gives a fact's type, None where there is no such fact, UNKNOWN where the
    fact itself is broken (its own problem is reported where it stands). `aggregates`: may rows be aggregated here.
    `bound`: the constant of a `for_each` and its value here. `unit_fact(level, name)` gives the fact of another unit that
    a path ends in, None where there is none.
    """

    tables: Tables
    parameters: Mapping[str, ParameterValue]
    level: str | None = None
    row_of: str | None = None
    aggregates: bool = False
    via: str | None = None
    fact_names: tuple[str, ...] = ()
    bound: Mapping[str, str] = field(default_factory=dict)
    unit_fact: Callable[[str, str], UnitFact | None] = field(default=lambda _level, _name: None)
    fact_type: Callable[[str], Type | None] = field(default=lambda _: None)

    @property
    def own_table(self) -> str | None:
        return self.row_of or OWN_TABLE.get(self.level or "")
