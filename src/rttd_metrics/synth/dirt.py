"""Faults on request: cells that are empty, and cells that break a rule, each of which is listed."""

from collections import defaultdict
from dataclasses import dataclass, field

import polars as pl

from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.writing import as_written

_ROW = "__row"
_UNREADABLE = {"date": "31/12/2012", "number": "n/a", "integer": "1.5x", "boolean": "maybe", "grade_level": "13th"}
_UNLISTED, _UNKNOWN = "unlisted", "nobody-0"
_YEAR = "school_year"


@dataclass(frozen=True)
class Fault:
    """What may be wrong in a column: the rule that finds it, and the text that breaks it."""

    column: str
    rule: str
    text: str


def faults_of(table: TableDefinition) -> list[Fault]:
    """The faults that cells of a table may have: one a column.

    None in what names a row or its school year, and none in a table that others refer to: each fault stands alone then,
    and no other finding follows from it.
    """
    if any(
        key.reference.resource == table.name for other in standard_tables().values() for key in other.table_schema.foreign_keys
    ):
        return []
    keys = {key.fields for key in table.table_schema.foreign_keys}
    named = {*table.table_schema.primary_key, _YEAR}
    found = [_fault(one, key=name in keys) for name, one in table.fields.items() if name not in named]
    return [fault for fault in found if fault is not None]


def _fault(field: FieldDefinition, *, key: bool) -> Fault | None:
    if key:
        return Fault(field.name, "foreign-key", _UNKNOWN)
    if field.categories is not None:
        return Fault(field.name, "category", _UNLISTED)
    if field.type in _UNREADABLE:
        return Fault(field.name, "type-error", _UNREADABLE[field.type])
    return Fault(field.name, "required", "") if field.required else None


def may_be_missing(table: TableDefinition) -> list[str]:
    """The columns that can be empty without a finding, but for keys and what says when: those would move the row."""
    fixed = {
        *table.table_schema.primary_key,
        *(key.fields for key in table.table_schema.foreign_keys),
        table.date,
        table.end_date,
        _YEAR,
    }
    return [name for name, one in table.fields.items() if not one.required and name not in fixed]


@dataclass
class Dirt:
    """Spoils the parts of tables as they come: `missing` of the cells that may be empty, `dirty` of those that may be wrong."""

    draws: Draws
    missing: float = 0.0
    dirty: float = 0.0
    _rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _faults: list[pl.DataFrame] = field(default_factory=list)

    def spoil(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The next rows of a table, as text; what is made wrong in them joins the faults."""
        if not self.missing and not self.dirty:
            return frame
        table = standard_tables()[name]
        start = self._rows[name]
        self._rows[name] += frame.height
        rows = as_written(frame).cast(dict.fromkeys(frame.columns, pl.String)).with_row_index(_ROW, start)
        rows = self._emptied(rows, table)
        return self._made_wrong(rows, table).drop(_ROW)

    def _emptied(self, rows: pl.DataFrame, table: TableDefinition) -> pl.DataFrame:
        columns = [name for name in may_be_missing(table) if name in rows.columns] if self.missing else []
        kept = {name: ~self.draws.chance(f"missing {table.name}.{name}", self.missing, _ROW) for name in columns}
        return rows.with_columns(pl.when(keep).then(name).alias(name) for name, keep in kept.items())

    def _made_wrong(self, rows: pl.DataFrame, table: TableDefinition) -> pl.DataFrame:
        """At most one cell a row, of those that are not empty: which one is drawn."""
        possible = [fault for fault in faults_of(table) if fault.column in rows.columns] if self.dirty else []
        if not possible or rows.is_empty():
            return rows
        hit = self.draws.chance(f"dirty {table.name}", min(1.0, self.dirty * len(possible)), _ROW)
        which = pl.when(hit).then(self.draws.below(f"which of {table.name}", len(possible), _ROW))
        rows = rows.with_columns(__which=which)
        wrong = [(pl.col("__which") == n) & pl.col(fault.column).is_not_null() for n, fault in enumerate(possible)]
        for condition, fault in zip(wrong, possible, strict=True):
            self._list(rows, table, fault, condition)
        changed = [
            pl.when(condition).then(pl.lit(fault.text or None, pl.String)).otherwise(fault.column).alias(fault.column)
            for condition, fault in zip(wrong, possible, strict=True)
        ]
        return rows.with_columns(changed).drop("__which")

    def _list(self, rows: pl.DataFrame, table: TableDefinition, fault: Fault, condition: pl.Expr) -> None:
        found = rows.filter(condition).select(
            file=pl.lit(f"data/{table.name}.csv"),
            line=pl.col(_ROW).cast(pl.Int64) + 2,
            column=pl.lit(fault.column),
            rule=pl.lit(fault.rule),
        )
        if found.height:
            self._faults.append(found)

    def faults(self) -> pl.DataFrame:
        """file, line (the header is line 1), column and rule of every cell that was made wrong."""
        schema = {"file": pl.String, "line": pl.Int64, "column": pl.String, "rule": pl.String}
        return pl.concat([pl.DataFrame(schema=schema), *self._faults]).sort("file", "line")
