"""Shapes of targets in words."""

from collections.abc import Callable

from rttd_metrics.definitions.target_shapes import (
    CommonEndpoint,
    GapFraction,
    Geometric,
    Halve,
    Increment,
    Linear,
    PercentileBenchmark,
    Shape,
)
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.values import number, percent


def shape_in_words(shape: Shape, shown: Callable[[float], str]) -> str:
    """How the targets go on from the baseline; `shown` writes a value of the measure."""
    best = f", the best value being {shown(shape.best)}" if shape.best is not None else ""
    match shape.kind:
        case Halve(years=years):
            told = f"half of what is left to the best value, in {_steps(years)}"
        case CommonEndpoint(to=to, by=by, source=source):
            told = f"equal steps to {shown(to)} in {by}, the same for every group ({clean(source)})"
        case Linear(to=to, by=by):
            told = f"equal steps to {shown(to)} in {by}"
        case Increment(points=points):
            told = f"{number(points)} a year, as far as the best value"
        case Geometric(rate=rate):
            told = f"every year {percent(rate)} of what is left to the best value"
        case PercentileBenchmark(percentile=at, value=value, by=by, source=source):
            told = f"equal steps to percentile {number(at)} of all, {shown(value)}, in {by} ({clean(source)})"
        case GapFraction(fraction=fraction, years=years):
            told = f"{percent(fraction)} of the distance closed, in {_steps(years)}"
    return told + best


def _steps(years: int) -> str:
    return "one year" if years == 1 else f"{years} equal yearly steps"
