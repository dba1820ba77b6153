"""What a formula is made of: the facts it uses, and the columns and rows of tables that it reads itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rttd_metrics.formula.nodes import Aggregate, Column, Fact, Function, Literal, Node
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, OWN_TABLE, UNIT, Tables

FactKey = tuple[str, str]
"""Level and name."""
ColumnKey = tuple[str, str]
"""Table and field."""

_OF_SCHOOLS = {
    "school_days": (("calendar", "school_id"), ("calendar", "date"), ("calendar", "instructional")),
    "attendance_through": (("attendance", "school_id"), ("attendance", "date")),
}


@dataclass(frozen=True, slots=True)
class Lineage:
    """Each once, in the order in which the formula names them. `columns` holds the keys that paths follow, too; `tables`
    those whose rows are counted or added up."""

    facts: tuple[FactKey, ...]
    columns: tuple[ColumnKey, ...]
    tables: tuple[str, ...]
    parameters: tuple[str, ...]


def lineage(
    tables: Tables, defaults: Mapping[ColumnKey, Node], level: str, *formulas: Node, row_of: str | None = None
) -> Lineage:
    """What formulas about a unit of `level`, or about a row of the table `row_of`, are made of.

    A column that `defaults` fill where it is empty is made of theirs, too.
    """
    facts: dict[FactKey, None] = {}
    columns: dict[ColumnKey, None] = {}
    read: dict[str, None] = {}
    parameters: dict[str, None] = {}
    for node in (node for formula in formulas for node in formula.walk()):
        match node:
            case Fact(name=name):
                facts[level, name] = None
            case Column():
                columns.update(dict.fromkeys(_path(tables, level, node, row_of)))
                if node.fact_of is not None:
                    facts[node.fact_of, node.field] = None
            case Aggregate(table=table, chain=chain):
                read[table] = None
                columns.update(dict.fromkeys(_keys(tables, table, chain)))
            case Function(name=("school_days" | "attendance_through") as name):
                columns.update(dict.fromkeys(_OF_SCHOOLS[name]))
            case Literal(parameter=str(parameter)):
                parameters[parameter] = None
    for table, name in list(columns):
        if (table, name) in defaults:
            columns.update(stands_on(tables, defaults, defaults[table, name], table))
            parameters.update(dict.fromkeys(_parameters(defaults[table, name])))
    return Lineage(tuple(facts), tuple(columns), tuple(read), tuple(parameters))


def stands_on(tables: Tables, defaults: Mapping[ColumnKey, Node], formula: Node, table: str) -> dict[ColumnKey, None]:
    """The columns that a formula over a row of `table` is made of, keys included, through the defaults that fill them."""
    found: dict[ColumnKey, None] = {}
    waiting = list(_columns(tables, formula, table))
    while waiting:
        at = waiting.pop(0)
        if at not in found:
            found[at] = None
            waiting += _columns(tables, defaults[at], at[0]) if at in defaults else ()
    return found


def reached(tables: Tables, defaults: Mapping[ColumnKey, Node], formula: Node, table: str) -> set[str]:
    """The tables that keys lead to from a formula over a row of `table`, and from the defaults of what it is made of."""
    formulas = [(formula, table)]
    formulas += [(defaults[at], at[0]) for at in stands_on(tables, defaults, formula, table) if at in defaults]
    return {
        tables.shapes[at].references[step].target
        for node, start in formulas
        for column in node.walk()
        if isinstance(column, Column)
        for at, step in _steps(tables, start, column.steps)
    }


def of_other_rows(tables: Tables, formula: Node, table: str) -> Iterator[ColumnKey]:
    """The columns that a formula over a row of `table` sees of the rows that its keys lead to."""
    for node in formula.walk():
        if isinstance(node, Column) and node.steps:
            yield from list(_path(tables, "", node, table))[1:]


def _columns(tables: Tables, formula: Node, table: str) -> Iterator[ColumnKey]:
    for node in formula.walk():
        if isinstance(node, Column):
            yield from _path(tables, "", node, table)


def _steps(tables: Tables, table: str, steps: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each step of a path with the table it starts from."""
    for step in steps:
        yield table, step
        table = tables.shapes[table].references[step].target


def _parameters(formula: Node) -> Iterator[str]:
    for node in formula.walk():
        if isinstance(node, Literal) and node.parameter is not None:
            yield node.parameter


def _path(tables: Tables, level: str, column: Column, row_of: str | None) -> Iterator[ColumnKey]:
    starts = {UNIT: OWN_TABLE.get(level, ""), ATTRIBUTED_SCHOOL: "schools"}
    table = row_of or starts.get(column.base, column.base)
    yield from _keys(tables, table, column.steps)
    for step in column.steps:
        table = tables.shapes[table].references[step].target
    if column.fact_of is None:
        yield table, column.field


def _keys(tables: Tables, table: str, steps: tuple[str, ...]) -> Iterator[ColumnKey]:
    """The columns that hold the keys which a path follows."""
    for at, step in _steps(tables, table, steps):
        yield at, tables.shapes[at].references[step].field
