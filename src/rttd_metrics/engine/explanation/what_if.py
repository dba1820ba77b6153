"""A unit with other rows than those that were read: what the formulas would make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rttd_metrics.engine.explain import TableUnit, TableUnits
from rttd_metrics.engine.table_rows import TableRow
from rttd_metrics.formula.nodes import Aggregate, Column, Value
from rttd_metrics.formula.scope import UNIT


@dataclass(frozen=True, slots=True)
class Edit:
    """`row` is left out, `instead` stands there: with both it is a row that changes, with `instead` alone one more."""

    row: TableRow | None
    instead: TableRow | None


class EditedUnit(TableUnit):
    """A unit whose rows, and columns of its own row, are edited. Facts of larger units are as they are."""

    def __init__(
        self,
        units: TableUnits,
        level: str,
        unit_id: str,
        at_school: str | None,
        *,
        edits: Iterable[Edit] = (),
        columns: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(units, level, unit_id, at_school)
        edits = list(edits)
        self._out = {id(edit.row) for edit in edits if edit.row is not None}
        self._in = [edit.instead for edit in edits if edit.instead is not None]
        self._columns = columns or {}

    def column(self, column: Column) -> Value:
        if column.base == UNIT and not column.steps and column.fact_of is None and column.field in self._columns:
            return self._columns[column.field]
        return super().column(column)

    def rows(self, aggregate: Aggregate) -> list[TableRow]:
        kept = [row for row in super().rows(aggregate) if id(row) not in self._out]
        return [*kept, *(row for row in self._in if row.table == aggregate.table)]


def with_cells(row: TableRow, values: Mapping[str, Value]) -> TableRow:
    """The same row with other values in some of its fields."""
    changed = {f"{row.table}.{name}": value for name, value in values.items()}
    return TableRow(row.tables, row.table, {**row.read_cells, **changed}, row.aside)


def edited(unit: TableUnit, edits: Sequence[Edit] = (), columns: Mapping[str, Value] | None = None) -> EditedUnit:
    """`unit` with these edits."""
    return EditedUnit(unit.units, unit.level, unit.unit_id, unit.at_school, edits=edits, columns=columns)
