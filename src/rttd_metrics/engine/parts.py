"""One aggregate of rows as expressions: what is made of each row, what of all rows of a unit, and the value of that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.formula.extremes import plain_extreme
from rttd_metrics.formula.nodes import Aggregate, Column, Fact, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL
from rttd_metrics.formula.words.simplify import simplify


@dataclass(frozen=True)
class Part:
    """One aggregate: columns made of each row, aggregates of those columns, and the value made of these."""

    name: str
    inputs: Sequence[nw.Expr]
    outputs: Sequence[nw.Expr]
    result: nw.Expr | None
    extreme: str | None = None
    type: Type = Type.NUMBER


def part_of(node: Aggregate, columns: Columns, name: str, dataset: Dataset, has_years: bool) -> Part:
    if node.argument is None and node.where is None and not (has_years and node.years != "all"):
        return Part(name, [], [nw.len().alias(name)], nw.col(name).cast(nw.Float64))
    counts = columns.expression(node.where).fill_null(False) if node.where is not None else nw.lit(True)
    if has_years and node.years == "current":
        counts = counts & (nw.col(YEAR) == dataset.period.school_year)
    elif has_years and node.years == "through":
        counts = counts & (nw.col(YEAR) <= dataset.period.school_year)
    if node.argument is None:
        return Part(name, [counts.cast(nw.Int8).alias(name)], [nw.col(name).sum()], nw.col(name).cast(nw.Float64))
    argument = columns.expression(node.argument)
    value = argument if node.where is None and not has_years else nw.when(counts).then(argument)
    if node.order_by is not None:  # ordered by a parameter's choice, it may be a plain extreme
        node = plain_extreme(replace(node, order_by=simplify(node.order_by)))
    if node.order_by is not None:
        place = nw.when(counts & ~value.is_null()).then(columns.expression(node.order_by))
        return Part(name, [value.alias(name), place.alias(f"{name}.place")], [], None, node.name, node.type)
    if node.distinct:
        inputs = [value.alias(name), value.is_null().cast(nw.Int8).alias(f"{name}.null")]
        outputs = [nw.col(name).n_unique(), nw.col(f"{name}.null").max()]
        return Part(name, inputs, outputs, (nw.col(name) - nw.col(f"{name}.null")).cast(nw.Float64).alias(name))
    return value_part(node.name, value, name)


def value_part(kind: str, value: nw.Expr, name: str) -> Part:
    """What is made of one value a row: null of no rows, or of nulls only."""
    if kind in ("any", "all"):
        flag = value.cast(nw.Int8).alias(name)
        output = nw.col(name).max() if kind == "any" else nw.col(name).min()
        return Part(name, [flag], [output], (nw.col(name) == 1).alias(name))
    if kind == "sum":
        outputs = [nw.col(name).sum(), nw.col(name).count().alias(f"{name}.known")]
        return Part(name, [value.alias(name)], outputs, nw.when(nw.col(f"{name}.known") > 0).then(nw.col(name)).alias(name))
    method = {"avg": "mean", "median": "median", "min": "min", "max": "max"}[kind]
    return Part(name, [value.alias(name)], [getattr(nw.col(name), method)()], nw.col(name))


def adds_up(node: Aggregate) -> bool:
    """Whether the value of a student's year can be made of his values at each school: of the rows alone, and no average."""
    of_unit = any(isinstance(part, Fact) or (isinstance(part, Column) and part.base == ATTRIBUTED_SCHOOL) for part in node.walk())
    return node.name in ("count", "sum", "min", "max", "any", "all") and not node.distinct and not of_unit
