"""What a table's cells hold where a file says nothing: absent fields, defaults, and the rows that `where` keeps.

A default and a `where` may follow the row's keys: what they lead to is joined to it first.
"""

from collections.abc import Callable, Collection

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.constraints import BAD
from rttd_metrics.data.source import TableSource
from rttd_metrics.engine.row_paths import ASIDE, Tables, with_reached
from rttd_metrics.formula.nodes import Column, Node

_MADE = "__made."


def with_absent_fields(frame: pl.LazyFrame, source: TableSource) -> pl.LazyFrame:
    """The rows with a null column for each field that no file has: made when asked for, not kept in memory."""
    there = set(frame.collect_schema().names())
    lacking = [
        pl.lit(None, dtype=dtype(source.table, source.table.fields[name], source.pooled)).alias(source.column(name))
        for name in sorted(source.fields)
        if source.column(name) not in there
    ]
    return frame.with_columns(lacking) if lacking else frame


def with_defaults(frame: pl.LazyFrame, dataset: Tables, table: str, fields: Collection[str] | None = None) -> pl.LazyFrame:
    """Each of `fields` (None: of all) that has a default: the cell, else the default made from the row's other cells, as
    they were read, and from those that its keys lead to."""
    schema = frame.collect_schema()
    wanted = {
        f"{table}.{name}": node
        for (of, name), node in dataset.plan.portfolio.defaults.items()
        if of == table and f"{table}.{name}" in schema and (fields is None or name in fields)
    }
    if not wanted:
        return frame
    joined = with_reached(frame, dataset, table, [column for node in wanted.values() for column in _columns(node)])
    columns = dataset.columns()
    made = {column: columns.expression(node).alias(_MADE + column) for column, node in wanted.items()}
    with_made = nw.from_native(joined).with_columns(*made.values()).to_native()
    # A key stays in its pool of texts.
    pooled = {column for column in wanted if isinstance(schema[column], pl.Categorical)}
    default = {
        column: pl.col(_MADE + column).cast(schema[column]) if column in pooled else pl.col(_MADE + column) for column in wanted
    }
    filled = with_made.with_columns(pl.coalesce(column, default[column]).alias(column) for column in wanted)
    return filled.select(schema.names())


def _columns(formula: Node) -> list[Column]:
    return [node for node in formula.walk() if isinstance(node, Column)]


def where_of(dataset: Tables, source: TableSource) -> Callable[[pl.LazyFrame], pl.LazyFrame] | None:
    """What keeps the rows of a table's `where`; None where it takes all. The tables that it reaches have been read."""
    name = source.table.name
    node = dataset.plan.portfolio.wheres.get(name)
    if node is None:
        return None

    def keep(frame: pl.LazyFrame) -> pl.LazyFrame:
        told = frame.collect_schema().names()
        asked = _columns(node)
        references = dataset.plan.portfolio.facts.tables.shapes[name].references
        own = {references[column.steps[0]].field if column.steps else column.field for column in asked}
        filled = with_defaults(with_absent_fields(frame, source), dataset, name, own)
        reached = with_reached(filled, dataset, name, asked)
        # A bad cell is a finding, not a reason to drop its row; nor is a reason what a row that was set aside would say.
        flags = {BAD + column.field for column in asked if not column.steps} & set(told)
        flags |= {found for found in reached.collect_schema().names() if found.startswith(ASIDE)}
        condition = dataset.columns().expression(node)
        for flag in sorted(flags):
            condition = condition | (condition.is_null() & nw.col(flag).fill_null(False))
        return nw.from_native(reached).filter(condition).to_native().select(told)

    return keep
