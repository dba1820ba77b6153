"""What a table's cells hold where a file says nothing: absent fields, defaults, and the rows that `where` keeps.

A default and a `where` may follow the row's keys: what they lead to is joined to it first.
"""

from collections.abc import Callable, Collection, Mapping

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.csv import BAD
from rttd_metrics.data.source import TableSource
from rttd_metrics.engine.row_paths import ASIDE, Tables, with_reached
from rttd_metrics.formula.nodes import Column, Node

_MADE = "__made"


def with_absent_fields(frame: pl.LazyFrame, source: TableSource) -> pl.LazyFrame:
    """The rows with a null column for each field that no file has: made when asked for, not kept in memory."""
    there = set(frame.collect_schema().names())
    lacking = [
        pl.lit(None, dtype=dtype(source.table, source.table.fields[name])).alias(source.column(name))
        for name in sorted(source.fields)
        if source.column(name) not in there
    ]
    return frame.with_columns(lacking) if lacking else frame


def with_defaults(frame: pl.LazyFrame, dataset: Tables, table: str, fields: Collection[str] | None = None) -> pl.LazyFrame:
    """Each of `fields` (None: of all) that has a default: the cell, else the default made from the row's other cells and
    those that its keys lead to."""
    names = frame.collect_schema().names()
    defaults = {name: node for (of, name), node in dataset.plan.portfolio.defaults.items() if of == table}
    for name in _in_order(defaults, dataset, table, names if fields is None else fields):
        column = f"{table}.{name}"
        if column in names:
            node = defaults[name]
            joined = nw.from_native(with_reached(frame, dataset, table, _columns(node)))
            made = joined.with_columns(dataset.columns().expression(node).alias(_MADE)).to_native()
            kind = frame.collect_schema()[column]
            default = pl.col(_MADE).cast(kind) if isinstance(kind, pl.Categorical) else pl.col(_MADE)  # a key stays in its pool
            frame = made.with_columns(pl.coalesce(column, default).alias(column)).select(names)
    return frame


def _columns(formula: Node) -> list[Column]:
    return [node for node in formula.walk() if isinstance(node, Column)]


def _in_order(defaults: Mapping[str, Node], dataset: Tables, table: str, wanted: Collection[str]) -> list[str]:
    """The fields that have a default, of `wanted` and of what these are made of, each after those it is made of."""
    references = dataset.plan.portfolio.facts.tables.shapes[table].references
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name not in defaults or name in ordered:
            return
        for column in _columns(defaults[name]):
            visit(references[column.steps[0]].field if column.steps else column.field)
        ordered.append(name)

    for name in wanted:
        visit(name.removeprefix(f"{table}."))
    return ordered


def where_of(dataset: Tables, source: TableSource) -> Callable[[pl.LazyFrame], pl.LazyFrame] | None:
    """What keeps the rows of a table's `where`; None where it takes all. The tables that it reaches have been read."""
    name = source.table.name
    node = dataset.plan.portfolio.wheres.get(name)
    if node is None:
        return None

    def keep(frame: pl.LazyFrame) -> pl.LazyFrame:
        told = frame.collect_schema().names()
        asked = _columns(node)
        filled = with_defaults(with_absent_fields(frame, source), dataset, name, [column.field for column in asked])
        reached = with_reached(filled, dataset, name, asked)
        # A bad cell is a finding, not a reason to drop its row; nor is a reason what a row that was set aside would say.
        flags = {BAD + column.field for column in asked if not column.steps} & set(told)
        flags |= {found for found in reached.collect_schema().names() if found.startswith(ASIDE)}
        condition = dataset.columns().expression(node)
        for flag in sorted(flags):
            condition = condition | (condition.is_null() & nw.col(flag).fill_null(False))
        return nw.from_native(reached).filter(condition).to_native().select(told)

    return keep
