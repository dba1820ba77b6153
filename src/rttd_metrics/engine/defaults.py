"""What a table's cells hold where a file says nothing: absent fields, defaults, and the rows that `where` keeps."""

from collections.abc import Callable

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.constraints import BAD
from rttd_metrics.data.source import TableSource
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.plan import Plan
from rttd_metrics.formula.nodes import Column


def with_absent_fields(frame: pl.LazyFrame, source: TableSource) -> pl.LazyFrame:
    """The rows with a null column for each field that no file has: made when asked for, not kept in memory."""
    there = set(frame.collect_schema().names())
    lacking = [
        pl.lit(None, dtype=dtype(source.table, source.table.fields[name], source.pooled)).alias(source.column(name))
        for name in sorted(source.fields)
        if source.column(name) not in there
    ]
    return frame.with_columns(lacking) if lacking else frame


def with_defaults(frame: nw.LazyFrame[pl.LazyFrame], plan: Plan, table: str, columns: Columns) -> nw.LazyFrame[pl.LazyFrame]:
    """Each field that has a default: the cell, else the default made from the row's other cells."""
    names = frame.collect_schema().names()
    filled = [
        nw.coalesce(nw.col(f"{table}.{name}"), columns.expression(node)).alias(f"{table}.{name}")
        for (of, name), node in plan.portfolio.defaults.items()
        if of == table and f"{table}.{name}" in names
    ]
    return frame.with_columns(*filled) if filled else frame


def where_of(plan: Plan, source: TableSource, columns: Columns) -> Callable[[pl.LazyFrame], pl.LazyFrame] | None:
    """What keeps the rows of a table's `where`; None where it takes all."""
    name = source.table.name
    node = plan.portfolio.wheres.get(name)
    if node is None:
        return None

    def keep(frame: pl.LazyFrame) -> pl.LazyFrame:
        filled = with_defaults(nw.from_native(with_absent_fields(frame, source)), plan, name, columns)
        condition = columns.expression(node)
        told = frame.collect_schema().names()
        for flag in sorted({BAD + part.field for part in node.walk() if isinstance(part, Column)} & set(told)):
            condition = condition | (condition.is_null() & nw.col(flag))  # a bad cell is a finding, not a reason to drop its row
        return filled.filter(condition).to_native().select(told)

    return keep
