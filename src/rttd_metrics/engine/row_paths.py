"""What keys lead to from the rows of a table: joined to them before their defaults and `where` are made.

Written against Polars, since `where` is part of reading. A row is there however the checks of keys judge it later: a row
that refers to one set aside follows it then.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

import polars as pl

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.plan import Plan
from rttd_metrics.formula.nodes import Column

ASIDE = "__aside."
"""Before the path of a step: whether the row that it leads to was set aside when it was read."""


class Tables(Protocol):
    """What is asked of a dataset here."""

    plan: Plan

    def columns(self) -> Columns: ...

    def has_years(self, table: str) -> bool: ...

    def reached(self, table: str, fields: Collection[str], *, all_years: bool) -> pl.LazyFrame:
        """The rows of a table, those set aside last and marked in ASIDE, with the defaults of `fields`."""


def with_reached(frame: pl.LazyFrame, dataset: Tables, table: str, columns: Iterable[Column]) -> pl.LazyFrame:
    """Join what `columns` of `table` reach, `table.step.field`, null where a key is missed, and ASIDE + `table.step`."""
    shapes = dataset.plan.portfolio.facts.tables.shapes
    wanted: dict[tuple[str, ...], set[str]] = {}
    for column in columns:
        at = shapes[table]
        for depth, step in enumerate(column.steps):
            if depth:
                wanted[column.steps[:depth]].add(at.references[step].field)
            wanted.setdefault(column.steps[: depth + 1], set())
            at = shapes[at.references[step].target]
        if column.steps:
            wanted[column.steps].add(column.field)
    for steps in sorted(wanted, key=len):
        frame = _joined(frame, dataset, table, steps, wanted[steps])
    return frame


def _joined(frame: pl.LazyFrame, dataset: Tables, table: str, steps: tuple[str, ...], fields: set[str]) -> pl.LazyFrame:
    shapes = dataset.plan.portfolio.facts.tables.shapes
    at = shapes[table]
    for step in steps[:-1]:
        at = shapes[at.references[step].target]
    reference = at.references[steps[-1]]
    here, prefix = ".".join((table, *steps[:-1], reference.field)), ".".join((table, *steps))
    schema = frame.collect_schema()
    by_year = YEAR in schema and dataset.has_years(reference.target)
    target = dataset.reached(reference.target, {reference.key, *fields}, all_years=by_year)
    on = [here, *([YEAR] if by_year else [])]
    picked = target.select(
        pl.col(f"{reference.target}.{reference.key}").cast(schema[here]).alias(here),
        *on[1:],
        *(pl.col(f"{reference.target}.{name}").alias(f"{prefix}.{name}") for name in sorted(fields)),
        pl.col(ASIDE).alias(ASIDE + prefix),
    )
    # A key that stands twice is a finding of its own; until then the first row is the one that is meant.
    picked = picked.unique(subset=on, keep="first", maintain_order=True)
    return frame.join(picked, on=on, how="left", maintain_order="left")
