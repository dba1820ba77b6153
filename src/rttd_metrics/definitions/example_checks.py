"""Checks of what the examples of a measure are given, before they are run: names and values that mean something."""

from collections.abc import Iterator, Mapping
from typing import Any

from rttd_metrics.definitions.examples import GivenError, typed
from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Example, Measure
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.nodes import Column, Type
from rttd_metrics.formula.scope import OWN_TABLE, UNIT, FieldShape, Scope
from rttd_metrics.formula.types import check
from rttd_metrics.problems import did_you_mean

_Key = tuple[str | int, ...]


def given_faults(
    measure: Measure, example: Example, book: FactBook, tables: Mapping[str, TableDefinition]
) -> Iterator[GivenError]:
    """What is wrong with the keys and values that an example of a measure is given."""
    level = measure.level
    own = OWN_TABLE.get(level)
    fields = book.tables.shapes[own].fields if own else {}
    for key, value in example.given.items():
        kind = book.type_of(level, book.full_name(level, key, measure.bound))
        if kind is not None:
            yield from _type_fault((key,), value, kind)
        elif key in fields:
            yield from _field_faults((key,), value, fields[key])
        elif key in tables:
            yield from _row_faults(key, value, measure, book)
        elif "." in key:
            yield from _path_faults((key,), value, book.scope(level, bound=measure.bound))
        else:
            known = [*book.declared.get(level, {}), *fields, *tables]
            message = f"'{key}' is neither a fact of the {level}, a column of its table nor a table"
            yield GivenError((key,), message, at_key=True, hint=did_you_mean(key, known))


def _row_faults(table: str, rows: Any, measure: Measure, book: FactBook) -> Iterator[GivenError]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield GivenError((table,), f"the rows of '{table}' are a list of mappings")
        return
    fields = book.tables.shapes[table].fields
    for position, row in enumerate(rows):
        for name, value in row.items():
            key = (table, position, name)
            if name in fields:
                yield from _field_faults(key, value, fields[name])
            elif "." in name:
                of_units = book.unit_facts(measure.level, measure.bound)
                scope = Scope(book.tables, book.parameters, row_of=table, unit_fact=of_units)
                yield from _path_faults(key, value, scope)
            elif name != "school_year":
                message = f"table '{table}' has no column '{name}'"
                yield GivenError(key, message, at_key=True, hint=did_you_mean(name, fields))


def _path_faults(key: _Key, value: Any, scope: Scope) -> Iterator[GivenError]:
    """A path must lead to a column, and be written as formulas are read: a unit's own column by its name alone."""
    path = str(key[-1])
    checked = check(path, scope)
    if checked.faults or not isinstance(checked.node, Column):
        fault = checked.faults[0] if checked.faults else None
        message = fault.message if fault else f"'{path}' is no column"
        yield GivenError(key, message, at_key=True, hint=fault.help if fault else None)
        return
    column = checked.node
    steps = (*column.steps, column.field)
    written = ".".join(steps if column.base == UNIT or scope.row_of else (column.base, *steps))
    if written != path:
        yield GivenError(key, f"'{path}' is given as '{written}'", at_key=True)
    yield from _field_faults(key, value, FieldShape(path, column.type, column.categories))


def _field_faults(key: _Key, value: Any, field: FieldShape) -> Iterator[GivenError]:
    yield from _type_fault(key, value, field.type)
    if field.categories and isinstance(value, str) and value not in field.categories:
        where = ".".join(str(part) for part in key if isinstance(part, str))
        message = f"'{value}' is no category of {where}: {', '.join(field.categories)}"
        yield GivenError(key, message, hint=did_you_mean(value, field.categories))


def _type_fault(key: _Key, value: Any, kind: Type) -> Iterator[GivenError]:
    try:
        typed(value, kind, key)
    except GivenError as error:
        yield error
