"""The role of one unit in a measure, by the row evaluator: what `rttd test` and explanations show."""

from dataclasses import dataclass

from rttd_metrics.definitions.measure import Measure, Role
from rttd_metrics.formula.rows import Unit, evaluate

POPULATION_UNKNOWN = "population unknown"
VALUE_UNKNOWN = "value unknown"


@dataclass(frozen=True, slots=True)
class UnitRole:
    """Why a unit counts or not. `value`: 1 or 0 for percent and count, x for avg, median and sum, a/b for rate."""

    role: Role
    reason: str | None = None
    value: float | None = None
    parts: tuple[float | None, ...] = ()


def unit_role(measure: Measure, unit: Unit) -> UnitRole:
    """Tested in the order of the design: outside, population unknown, excluded, value unknown, counted."""
    population = evaluate(measure.population, unit)
    if population is not True:
        return UnitRole("outside") if population is False else UnitRole("missing", POPULATION_UNKNOWN)
    for when, because in measure.exclusions:
        if evaluate(when, unit) is True:
            return UnitRole("excluded", because)
    parts = tuple(evaluate(argument, unit) for argument in measure.formula.arguments)
    if None in parts:
        return UnitRole("missing", VALUE_UNKNOWN)
    if measure.formula.aggregate in ("percent", "count"):
        return UnitRole("numerator" if parts[0] else "n", value=1.0 if parts[0] else 0.0)
    numbers = tuple(float(part) for part in parts if isinstance(part, int | float))
    if measure.formula.per is None:
        return UnitRole("n", value=numbers[0], parts=numbers)
    a, b = numbers
    return UnitRole("n", value=a / b * measure.formula.per if b else None, parts=numbers)
