"""The figures of the pages as geometry, in units of their drawings; templates lay them out as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rttd_metrics.formula.values import school_year_code
from rttd_metrics.reports.catalog.chart import MOST_LABELS, scale, tick
from rttd_metrics.reports.cells import Cell
from rttd_metrics.reports.site.trends import Point, told

_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 96, 26, 4


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline: `path` is the way through the years, `target` the height of the target; the last year has a dot."""

    path: str
    start: tuple[float, float] | None
    last: tuple[float, float]
    target: float | None
    alternative: str


def spark(points: Sequence[Point], target: float | None, target_written: str) -> Spark | None:
    """None where there is only one year: a point is no trend. Of a year that was computed its baseline is left out."""
    computed = {point.year for point in points if not point.declared}
    shown = [point for point in points if not point.declared or point.year not in computed]
    if len(shown) < 2:
        return None
    values = [point.value for point in shown] + ([target] if target is not None else [])
    low, high = min(values), max(values)
    years = [_code(point.year) for point in shown]

    def x(year: int) -> float:
        return round(_SPARK_EDGE + (_SPARK_WIDTH - 2 * _SPARK_EDGE) * (year - years[0]) / (years[-1] - years[0]), 1)

    def y(value: float) -> float:
        part = (value - low) / (high - low) if high > low else 0.5
        return round(_SPARK_HEIGHT - _SPARK_EDGE - (_SPARK_HEIGHT - 2 * _SPARK_EDGE) * part, 1)

    places = [(x(year), y(point.value)) for year, point in zip(years, shown, strict=True)]
    aim = f"; target {target_written}" if target is not None else ""
    return Spark(
        " ".join(f"{across:g},{down:g}" for across, down in places),
        places[0] if shown[0].declared else None,
        places[-1],
        y(target) if target is not None else None,
        told(shown) + aim,
    )


STRIP_WIDTH, STRIP_HEIGHT, _STRIP_EDGE = 220, 18, 8


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale that the rows of a table share: from `low` to `high`, with labelled ticks."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def x(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(_STRIP_EDGE + (STRIP_WIDTH - 2 * _STRIP_EDGE) * min(max(part, 0.0), 1.0), 1)


def axis(values: Sequence[float], *, ends: tuple[float, float] | None = None) -> Axis | None:
    """A scale of round numbers around the values, within `ends` (0 and 100 of percents); None without values."""
    if not values:
        return None
    low, high, steps = scale(values)
    if ends is not None:
        low, high = max(low, ends[0]), min(high, ends[1])
    if high <= low:
        high = low + 1
    made = Axis(low, high, ())
    kept = [step for step in steps if low <= step <= high]
    return Axis(low, high, tuple((made.x(step), tick(step)) for step in kept))


@dataclass(frozen=True, slots=True)
class Dot:
    """A value on the axis and its target; `status` decides the form of the dot."""

    x: float
    target: float | None
    status: str


def dot(on: Axis, cell: Cell) -> Dot | None:
    if cell.value is None:
        return None
    return Dot(on.x(cell.value), on.x(cell.target) if cell.target is not None else None, cell.status)


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """A group and everyone on the axis, and the target of the group."""

    group: float
    everyone: float
    target: float | None


def dumbbell(on: Axis, group: Cell, everyone: Cell) -> Dumbbell | None:
    if group.value is None or everyone.value is None:
        return None
    return Dumbbell(on.x(group.value), on.x(everyone.value), on.x(group.target) if group.target is not None else None)


WIDTH, HEIGHT = 440, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 30, 34
_LABEL = 26


@dataclass(frozen=True, slots=True)
class Mark:
    """`below`: its label has no room above, where another mark is."""

    x: float
    y: float
    label: str
    below: bool = False


@dataclass(frozen=True, slots=True)
class TrendChart:
    """What was computed, year by year, against the declared baselines and the path of targets."""

    computed: tuple[Mark, ...]
    declared: tuple[Mark, ...]
    targets: tuple[Mark, ...]
    lines: tuple[tuple[str, float, float, float, float], ...]
    years: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    alternative: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def trend_chart(points: Sequence[Point], targets: Mapping[str, tuple[float, str]]) -> TrendChart | None:
    """None where there is nothing but one year. `targets`: by school year, the value and how it is written."""
    values = [point.value for point in points] + [value for value, _ in targets.values()]
    codes = sorted({_code(point.year) for point in points} | {_code(year) for year in targets})
    if len(codes) < 2 or not points:
        return None
    first, last = codes[0], codes[-1]
    low, high, steps = scale(values)

    def mark(year: str, value: float, label: str) -> Mark:
        across = _LEFT + 26 + (WIDTH - _LEFT - _RIGHT - 52) * (_code(year) - first) / max(last - first, 1)
        return Mark(round(across, 1), _down(value, low, high), label)

    computed = tuple(mark(point.year, point.value, point.written) for point in points if not point.declared)
    declared = tuple(mark(point.year, point.value, point.written) for point in points if point.declared)
    computed = tuple(
        replace(one, below=any(one.x == two.x and 0 < one.y - two.y < _LABEL for two in declared)) for one in computed
    )
    aims = tuple(mark(year, value, written) for year, (value, written) in sorted(targets.items()))
    every = 1 if last - first < MOST_LABELS else 2
    years = {year: mark(year, low, "").x for year in sorted({*targets, *(point.year for point in points)})}
    path = (*declared[-1:], *aims) if declared and aims and declared[-1].x < aims[0].x else aims
    lines = [("path", one.x, one.y, other.x, other.y) for one, other in pairwise(path)]
    lines += [("way", one.x, one.y, other.x, other.y) for one, other in pairwise(computed)]
    aimed = "; targets " + ", ".join(f"{year}: {written}" for year, (_, written) in sorted(targets.items())) if targets else ""
    return TrendChart(
        computed,
        declared,
        aims,
        tuple(lines),
        tuple((x, year) for year, x in years.items() if (_code(year) - first) % every == 0),
        tuple((_down(step, low, high), tick(step)) for step in steps),
        told(points) + aimed,
    )


def _down(value: float, low: float, high: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low), 1)


def _code(year: str) -> int:
    code = school_year_code(year)
    assert code is not None, "school years are normalised"
    return code
