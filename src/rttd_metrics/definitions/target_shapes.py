"""Shapes of targets: how a path leads from a baseline to where a measure should be, year by year."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from rttd_metrics.definitions.base import Model, Number, SchoolYear
from rttd_metrics.formula.values import round_half_away, school_year_code

_Years = Annotated[int, Field(ge=1, le=50)]
_Percentile = Annotated[Number, Field(gt=0, lt=100)]


class Halve(Model):
    """Half of what is left to the best value, in equal steps (ESEA flexibility, option A, with six years)."""

    years: _Years
    """How many years it takes."""


class Linear(Model):
    """Equal steps from the baseline to a value (ESEA flexibility, option B, to 100 percent by 2019-20)."""

    to: Number
    """The value to reach."""
    by: SchoolYear
    """The school year in which it is reached."""


class Increment(Model):
    """The same points every year, as far as the best value."""

    points: Annotated[Number, Field(gt=0)]
    """The points a year."""


class Geometric(Model):
    """A share of what is left to the best value, every year (the safe harbor of the No Child Left Behind act: 0.10)."""

    rate: Annotated[Number, Field(gt=0, lt=1)]
    """The share, as a fraction."""


class CommonEndpoint(Linear):
    """Equal steps to one value for every group: those further behind take longer steps."""

    source: str
    """Who set the endpoint."""


class PercentileValue(Model):
    """What a percentile of all districts or schools has reached."""

    percentile: _Percentile
    """The percentile."""
    value: Number
    """The value that it has reached."""


class PercentileBenchmark(PercentileValue):
    """Equal steps to what a percentile of all districts or schools has reached; from such a value too, where `start` is
    given, instead of from the baseline."""

    by: SchoolYear
    """The school year in which the value is reached."""
    source: str
    """Who publishes the percentiles."""
    start: PercentileValue | None = None
    """Where the path starts, instead of at the baseline."""


class GapFraction(Model):
    """The distance to everyone's path shrinks by this share of what it was, in equal steps; of a gap, the gap itself."""

    fraction: Annotated[Number, Field(gt=0, le=1)]
    """The share, as a fraction."""
    years: _Years
    """How many years it takes."""


Kind: TypeAlias = Halve | Linear | Increment | Geometric | CommonEndpoint | PercentileBenchmark | GapFraction


class Shape(Model):
    """How a path leads from a baseline to where a measure should be: exactly one of the shapes."""

    halve: Halve | None = None
    """Half of what is left to the best value, in equal steps."""
    linear: Linear | None = None
    """Equal steps to a value that is reached in a school year."""
    increment: Increment | None = None
    """The same points every year, as far as the best value."""
    geometric: Geometric | None = None
    """A share of what is left to the best value, every year."""
    common_endpoint: CommonEndpoint | None = None
    """Equal steps to one value for every group."""
    percentile: PercentileBenchmark | None = None
    """Equal steps to what a percentile of all districts or schools has reached."""
    gap_fraction: GapFraction | None = None
    """The distance to everyone shrinks by a share of what it was, in equal steps."""
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    """What its targets are rounded to, half away from zero; not at all if not given."""
    best: Number | None = None
    """The best value that there can be, where it is not 100 percent, or 0 of what should decrease."""

    @model_validator(mode="after")
    def _says_one(self) -> "Shape":
        if len(self._given()) != 1:
            raise ValueError(f"a shape is one of {', '.join(KINDS)}")
        return self

    def _given(self) -> list[tuple[str, Kind]]:
        return [(name, kind) for name in KINDS if (kind := getattr(self, name)) is not None]

    @property
    def kind(self) -> Kind:
        return self._given()[0][1]

    @property
    def name(self) -> str:
        """The key under which the shape is written."""
        return self._given()[0][0]


KINDS = tuple(name for name in Shape.model_fields if name not in ("decimals", "best"))


@dataclass(frozen=True, slots=True)
class Scale:
    """Which way values improve, and the best value there can be (None where nobody knows)."""

    improvement: Literal["increase", "decrease"]
    best: float | None

    def up(self, value: float) -> float:
        """The value on an axis on which more is better. Twice is the value itself."""
        return value if self.improvement == "increase" else -value


@dataclass(frozen=True, slots=True)
class Start:
    """Where a path begins: a baseline and the year in which its school year ends. `anew`: a changed assessment reset it."""

    year: int
    value: float
    anew: bool = False


def value_after(shape: Shape, years: int, start: Start, scale: Scale) -> float | None:
    """What a shape asks for so many years after its start; None where it needs a best value and nobody knows one.

    After its last year a shape keeps its endpoint. Everything is reckoned where more is better and turned back, so what
    should decrease mirrors what should increase.
    """
    begin, best = scale.up(start.value), None if scale.best is None else scale.up(scale.best)
    last = last_step(shape, start)
    match shape.kind:
        case Increment(points=points):
            reached = begin + points * years if best is None else min(begin + points * years, best)
        case PercentileBenchmark(value=value, start=other):
            begin = begin if other is None or start.anew else scale.up(other.value)
            reached = _straight(begin, max(begin, scale.up(value)), years, last)
        case CommonEndpoint(to=to):
            reached = _straight(begin, max(begin, scale.up(to)), years, last)
        case Linear(to=to):
            reached = _straight(begin, scale.up(to), years, last)
        case _ if best is None:
            return None
        case Halve():
            reached = _straight(begin, (begin + best) / 2, years, last)
        case Geometric(rate=rate):
            reached = best - (best - begin) * (1 - rate) ** years
        case GapFraction(fraction=fraction):
            reached = _straight(begin, begin + fraction * (best - begin), years, last)
    return rounded(shape, scale.up(reached))


def closing(gap: GapFraction, years: int, behind: float, everyone: float, scale: Scale) -> float:
    """The target of a group that was so far `behind` everyone at its start, in a year in which everyone's is `everyone`."""
    left = behind * (1 - gap.fraction * min(years, gap.years) / gap.years)
    return scale.up(scale.up(everyone) - left)


def last_step(shape: Shape, start: Start) -> int | None:
    """How many years after its start a shape reaches its end; None where it has none."""
    match shape.kind:
        case Halve(years=years) | GapFraction(years=years):
            return years
        case Linear(by=by) | PercentileBenchmark(by=by):
            return year_code(by) - start.year
    return None


def rounded(shape: Shape, value: float) -> float:
    return value if shape.decimals is None else round_half_away(value, shape.decimals)


def year_code(school_year: str) -> int:
    """The year in which a checked school year ends."""
    code = school_year_code(school_year)
    assert code is not None
    return code


def _straight(begin: float, end: float, years: int, last: int | None) -> float:
    if last is None or years >= last:
        return end
    return begin + (end - begin) * years / last
