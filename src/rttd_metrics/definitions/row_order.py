"""Defaults and conditions that wait for each other: a value made of itself, a table chosen by its own rows."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from rttd_metrics.definitions.lineage import ColumnKey, of_other_rows, reached
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.scope import Tables

_Key = TypeVar("_Key")


def circular_defaults(tables: Tables, defaults: Mapping[ColumnKey, Node]) -> Iterator[tuple[ColumnKey, str]]:
    """Each field whose default is made, over whatever keys and defaults, of the field itself; and what is wrong with that.

    The cells of its own row it sees as they were read: they never wait for it.
    """
    waits = {at: {cell for cell in of_other_rows(tables, formula, at[0]) if cell in defaults} for at, formula in defaults.items()}
    for at in waits:
        if at in _reachable(at, waits):
            yield at, f"the default of '{at[0]}.{at[1]}' is made of '{at[0]}.{at[1]}' itself"


def circular_wheres(tables: Tables, defaults: Mapping[ColumnKey, Node], wheres: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Each table whose `where` leads, over keys and the `where` of other tables, to its own rows; and what is wrong."""
    waits = {table: reached(tables, defaults, formula, table) for table, formula in wheres.items()}
    for table in waits:
        if table in _reachable(table, waits):
            yield table, f"which rows are those of '{table}' cannot wait for the rows of '{table}'"


def _reachable(start: _Key, waits: Mapping[_Key, set[_Key]]) -> set[_Key]:
    """What `start` waits for, and all that this waits for."""
    found: set[_Key] = set()
    ahead = set(waits[start])
    while ahead - found:
        found |= ahead
        ahead = {other for one in found for other in waits.get(one, ())}
    return found
