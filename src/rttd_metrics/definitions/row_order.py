"""Defaults and conditions that wait for each other: a value made of itself, a table chosen by its own rows."""

from collections.abc import Iterator, Mapping

from rttd_metrics.definitions.lineage import ColumnKey, reached, stands_on
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.scope import Tables


def circular_defaults(tables: Tables, defaults: Mapping[ColumnKey, Node]) -> Iterator[tuple[ColumnKey, str]]:
    """Each field whose default is made, over whatever keys and defaults, of the field itself; and what is wrong with that."""
    for at, formula in defaults.items():
        if at in stands_on(tables, defaults, formula, at[0]):
            yield at, f"the default of '{at[0]}.{at[1]}' is made of '{at[0]}.{at[1]}' itself"


def circular_wheres(tables: Tables, defaults: Mapping[ColumnKey, Node], wheres: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Each table whose `where` leads, over keys and the `where` of other tables, to its own rows; and what is wrong."""
    waits = {table: reached(tables, defaults, formula, table) for table, formula in wheres.items()}
    for table, others in waits.items():
        found: set[str] = set()
        ahead = set(others)
        while ahead - found:
            found |= ahead
            ahead = {target for other in found for target in waits.get(other, ())}
        if table in found:
            yield table, f"which rows are those of '{table}' cannot wait for the rows of '{table}'"
