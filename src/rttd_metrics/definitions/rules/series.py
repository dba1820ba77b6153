"""The baselines and targets of one measure for one group, year by year, and where each is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import Plan, missing_at
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.target_checks import year_at
from rttd_metrics.definitions.target_paths import TargetPath, everyone_path, subgroup_path
from rttd_metrics.definitions.target_shapes import year_code
from rttd_metrics.documents import Path as KeyPath


@dataclass(frozen=True, slots=True)
class Step:
    """A target and what came before it: the target before, or the baseline. `gain` is for the better, in a year."""

    year: str
    before: float
    value: float
    gain: float


@dataclass(frozen=True, slots=True)
class Series:
    """`baselines` and `targets` by school year, of everyone or of one subgroup; a changed assessment brings a baseline and
    leaves its year without a target (`not_scored`). `lacks_start`: a shape has no baseline to start from, which is told when
    definitions are read."""

    measure: Measure
    dimension: str
    subgroup: str
    baselines: dict[str, float]
    targets: dict[str, float]
    not_scored: frozenset[str]
    lacks_start: bool

    def __str__(self) -> str:
        """Whose they are, for a message."""
        group = "" if self.dimension == EVERYONE else f", {self.dimension} {self.subgroup}"
        return f"{self.measure.id}{group}"

    @property
    def at(self) -> KeyPath:
        """The key under which the group's targets are written."""
        target = missing_at(self.measure, "target")
        return target if self.dimension == EVERYONE else (*target, "subgroups", self.dimension, self.subgroup)

    def at_target(self, year: str) -> KeyPath:
        """Where the target of a year is written, or else the shape that makes it."""
        annual: KeyPath = (*self.at, "annual")
        written = year_at(self.measure.document, annual, year)
        target = self.measure.definition.target
        if written != annual:
            return written
        if self.dimension != EVERYONE and target.subgroups[self.dimension][self.subgroup].shape is not None:
            return (*self.at, "shape")
        return annual if target.shape is None else (*missing_at(self.measure, "target"), "shape")

    def at_baseline(self, year: str) -> KeyPath:
        own = missing_at(self.measure, "baseline") if self.dimension == EVERYONE else (*self.at, "baseline")
        return year_at(self.measure.document, own, year)

    def better(self, value: float, than: float) -> float:
        """By how much a value is better than another, in the direction of the measure."""
        return value - than if self.measure.definition.improvement == "increase" else than - value

    def steps(self) -> Iterator[Step]:
        """Each target beside the one before, or the baseline that came after that; the first beside the latest baseline."""
        points = {**self.baselines, **self.targets}
        for year, value in self.targets.items():
            before = max((earlier for earlier in points if earlier < year), default=None)  # years sort as they follow
            if before is not None:
                gain = self.better(value, points[before]) / (year_code(year) - year_code(before))
                yield Step(year, points[before], value, gain)


def everyone(measure: Measure, years: Sequence[str]) -> Series:
    return _series(measure, years, EVERYONE, EVERYONE, everyone_path(measure.definition))


def subgroups(measure: Measure, years: Sequence[str]) -> Iterator[Series]:
    """The series of each subgroup that the measure lists, but for those whose targets are suppressed."""
    for dimension, groups in measure.definition.target.subgroups.items():
        for name in groups:
            path = subgroup_path(measure.definition, dimension, name)
            if path is not None:
                yield _series(measure, years, dimension, name, path)


def _series(measure: Measure, years: Sequence[str], dimension: str, subgroup: str, path: TargetPath) -> Series:
    targets = {year: target for year in years if (target := path.target(year)) is not None}
    lacks_start = path.shape is not None and not path.starts
    return Series(measure, dimension, subgroup, path.baselines, targets, path.not_scored, lacks_start)


def all_series(plan: Plan) -> Iterator[Series]:
    """Every series of the portfolio's measures in the years that need targets."""
    for measure in plan.measures:
        yield everyone(measure, plan.target_years)
        yield from subgroups(measure, plan.target_years)
