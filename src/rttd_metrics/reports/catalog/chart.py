"""The targets of a measure as a picture: where everything stands, in units of the drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from rttd_metrics.formula.values import school_year_code

WIDTH, HEIGHT = 440, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 24, 30, 34
MOST_LABELS = 8
"""Years that fit side by side; of more, every second is labelled."""


@dataclass(frozen=True, slots=True)
class Point:
    """`label` stands above the point, `year` below the axis, where there is room. `start`: a baseline, not a target."""

    x: float
    y: float
    label: str
    year: str
    start: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines`: from point to point; those that leave a baseline are `first`. `ticks`: height and label."""

    points: tuple[Point, ...]
    years: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, float, float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    alternative: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a school year as it is drawn, and as it is written."""

    year: str
    value: float
    written: str
    start: bool


def draw(values: Sequence[Value], alternative: str) -> Chart | None:
    """A path from its baseline through its targets; None where there is no target, hence no path."""
    if all(value.start for value in values):
        return None
    years = {value.year: _code(value.year) for value in values}
    first, last = min(years.values()), max(years.values())
    low, high, steps = scale([value.value for value in values])

    def x(year: str) -> float:
        return _LEFT + 22 + (WIDTH - _LEFT - _RIGHT - 36) * (years[year] - first) / max(last - first, 1)

    def y(value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)

    ordered = sorted(values, key=lambda value: (years[value.year], value.start))
    every = 1 if last - first < MOST_LABELS else 2
    points = tuple(
        Point(
            _rounded(x(value.year)),
            _rounded(y(value.value)),
            value.written if (years[value.year] - first) % every == 0 else "",
            value.year,
            value.start,
        )
        for value in ordered
    )
    lines = tuple((one.x, one.y, other.x, other.y) for one, other in pairwise(points) if not other.start and one.x < other.x)
    labelled = tuple((_rounded(x(year)), year) for year, code in sorted(years.items()) if (code - first) % every == 0)
    ticks = tuple((_rounded(y(step)), tick(step)) for step in steps)
    return Chart(points, labelled, lines, ticks, alternative)


def scale(values: Sequence[float]) -> tuple[float, float, list[float]]:
    """Bounds that hold all values with room, and the round numbers between them at which lines are drawn."""
    low, high = min(values), max(values)
    span = max(high - low, abs(high) * 0.05, 1e-6)
    step = _round_step(span / 3)
    bottom = floor((low - span * 0.15) / step) * step
    if low >= 0:
        bottom = max(bottom, 0.0)
    steps = [bottom]
    while steps[-1] < high + span * 0.1:
        steps.append(round(steps[-1] + step, 10))
    return bottom, steps[-1], steps


def _round_step(rough: float) -> float:
    unit = 10.0 ** floor(log10(rough))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)


def tick(value: float) -> str:
    return f"{value:,.10g}"


def _rounded(number: float) -> float:
    return round(number, 1)


def _code(year: str) -> int:
    code = school_year_code(year)
    assert code is not None, "school years of definitions are normalised"
    return code


def in_years(values: Mapping[str, str]) -> str:
    """`16.5 % in 2012-13, 15 % in 2013-14`, for those who do not see the picture."""
    return ", ".join(f"{value} in {year}" for year, value in values.items())
