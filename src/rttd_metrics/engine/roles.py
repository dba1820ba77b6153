"""Roles: what each unit is in each measure, one small number a measure and unit, and its value where it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import UNKNOWN
from rttd_metrics.engine.backend import Frame, materialize
from rttd_metrics.engine.columns import fact_column
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.paths import with_school_days
from rttd_metrics.engine.units import View
from rttd_metrics.engine.window import START
from rttd_metrics.formula.nodes import Node, Type

OUTSIDE, POPULATION_UNKNOWN, VALUE_UNKNOWN, COUNTED, NUMERATOR, EXCLUDED = 0, 1, 2, 3, 4, 10
"""Codes of roles. An exclusion is EXCLUDED plus its place in the measure; higher codes never mean anything else."""


@dataclass(frozen=True)
class Roles:
    """A frame of units: the view's keys, and of measure number i `role.i`, `value.i` and, for a rate, `other.i`;
    `people.i` where a fact counts the people behind the unit."""

    view: View
    measures: Mapping[int, Measure]
    frame: Frame


def role_columns(number: int, measure: Measure) -> list[str]:
    names = [f"role.{number}"]
    if measure.formula.aggregate not in ("percent", "count"):
        names += [f"value.{number}"] + ([f"other.{number}"] if measure.formula.per is not None else [])
    confidential = measure.definition.confidential
    return names + ([f"people.{number}"] if confidential and confidential.count else [])


def with_roles(view: View, dataset: Dataset, measures: Mapping[int, Measure], dimensions: Mapping[str, Node]) -> Roles:
    """The role of every unit in every measure, and `dimension.NAME` for the students' subgroups."""
    formulas = [*dimensions.values(), *(node for measure in measures.values() for node in measure.nodes())]
    units, days = with_school_days(view.frame, dataset, formulas, {}, "days.roles")
    columns = dataset.columns(days)
    made = [_subgroup(dataset, name, columns.expression(node)) for name, node in dimensions.items()]
    for number, measure in measures.items():
        arguments = [columns.expression(argument) for argument in measure.formula.arguments]
        made.append(_role(measure, dataset, columns.expression, arguments).alias(f"role.{number}"))
        if measure.formula.aggregate not in ("percent", "count"):
            made += [part.alias(f"{name}.{number}") for name, part in zip(("value", "other"), arguments, strict=False)]
        confidential = measure.definition.confidential
        if confidential and confidential.count:
            made.append(nw.col(fact_column(confidential.count)).alias(f"people.{number}"))
    frame = units.select(*view.keys, *made)
    counted = [
        nw.when(nw.col(f"role.{number}") == COUNTED).then(nw.col(name)).alias(name)
        for number, measure in measures.items()
        for name in role_columns(number, measure)[1:]
    ]
    return Roles(view, measures, materialize(frame.with_columns(*counted) if counted else frame))


def _subgroup(dataset: Dataset, name: str, value: nw.Expr) -> nw.Expr:
    """A cell that says Unknown says no more than an empty one: both are one subgroup."""
    if dataset.plan.portfolio.subgroups[name][1] is Type.TEXT:
        value = nw.when(value != UNKNOWN).then(value)
    return value.alias(f"dimension.{name}")


def _role(measure: Measure, dataset: Dataset, expression: Callable[[Node], nw.Expr], arguments: list[nw.Expr]) -> nw.Expr:
    """The order of the design: outside, population unknown, excluded, value unknown, counted."""
    unknown = arguments[0].is_null()
    for argument in arguments[1:]:
        unknown = unknown | argument.is_null()
    role = nw.when(unknown).then(nw.lit(VALUE_UNKNOWN)).otherwise(nw.lit(COUNTED))
    if measure.formula.aggregate in ("percent", "count"):
        role = nw.when(arguments[0].fill_null(False)).then(nw.lit(NUMERATOR)).otherwise(role)
    for place, (when, _) in reversed(list(enumerate(measure.exclusions))):
        role = nw.when(expression(when).fill_null(False)).then(nw.lit(EXCLUDED + place)).otherwise(role)
    if not measure.everyone:
        population = expression(measure.population)
        role = nw.when(population.is_null()).then(nw.lit(POPULATION_UNKNOWN)).otherwise(role)
        role = nw.when(~population.fill_null(True)).then(nw.lit(OUTSIDE)).otherwise(role)
    if dataset.window is not None:
        role = nw.when(nw.col(START).is_null()).then(nw.lit(OUTSIDE)).otherwise(role)
    if measure.level == "student" and dataset.plan.look_back:
        earliest = dataset.period.school_year - measure.definition.look_back
        role = nw.when(nw.col(YEAR) < earliest).then(nw.lit(OUTSIDE)).otherwise(role)
    return role.cast(nw.Int16)
