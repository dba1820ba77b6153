"""The targets and baselines that a measure's definition comes to, by school year and by whom they are for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.target_shapes import GapFraction, Scale, Shape, Start, closing, rounded, value_after, year_code
from rttd_metrics.definitions.targets import NewBaseline, OwnTarget
from rttd_metrics.formula.grammar import FormulaError, parse
from rttd_metrics.formula.nodes import Call, Literal


@dataclass(frozen=True)
class TargetPath:
    """All that the targets of one group follow from.

    `not_scored`: the school years in which a changed assessment leaves nothing to compare with. `everyone`: whose path a
    `gap_fraction` closes up to; None for everyone, and for a gap, which closes by itself.
    """

    annual: Mapping[str, float]
    shape: Shape | None
    baseline: Mapping[str, float]
    rebaseline: Mapping[str, NewBaseline]
    scale: Scale
    not_scored: frozenset[str] = field(default_factory=frozenset)
    everyone: "TargetPath | None" = None

    @property
    def baselines(self) -> dict[str, float]:
        """What stands as the baseline from each school year on."""
        return {**self.baseline, **{year: new.value for year, new in self.rebaseline.items()}}

    @property
    def starts(self) -> tuple[Start, ...]:
        """Where the shape begins: the latest baseline, and every later one that replaces it, in order."""
        first = max(self.baseline, default="")
        starts = [Start(year_code(first), self.baseline[first])] if first else []
        return (
            *starts,
            *(Start(year_code(year), new.value, True) for year, new in sorted(self.rebaseline.items()) if year > first),
        )

    def baseline_in(self, school_year: str) -> float | None:
        """The latest baseline of this year or before, None where a changed assessment has made it worthless since."""
        latest = max((year for year in self.baselines if year <= school_year), default="")
        if not latest or any(latest < changed <= school_year for changed in self.not_scored):
            return None
        return self.baselines[latest]

    def target(self, school_year: str) -> float | None:
        """The target of a year: as it is written, else as the shape has it."""
        if school_year in self.not_scored:
            return None
        return self.annual[school_year] if school_year in self.annual else self.planned(school_year)

    def planned(self, school_year: str) -> float | None:
        """What the shape alone has for a year; None for years up to its start, and where it was not started anew."""
        start = self.start_of(school_year)
        if self.shape is None or start is None:
            return None
        years = year_code(school_year) - start.year
        if self.everyone is None or not isinstance(self.shape.kind, GapFraction):
            return value_after(self.shape, years, start, self.scale)
        behind, everyone = self.behind(start), self.everyone.target(school_year)
        if behind is None or everyone is None:
            return None
        return rounded(self.shape, closing(self.shape.kind, years, behind, everyone, self.scale))

    def start_of(self, school_year: str) -> Start | None:
        """The start that a year's target follows from, None where a later change of assessment has made it worthless."""
        year = year_code(school_year)
        start = next((start for start in reversed(self.starts) if start.year < year), None)
        if start is None or any(start.year < year_code(changed) <= year for changed in self.not_scored):
            return None
        return start

    def behind(self, start: Start) -> float | None:
        """How far the group was behind everyone at a start; 0 where it was ahead, None where nobody knows."""
        everyone = {year_code(year): value for year, value in self.everyone.baselines.items()} if self.everyone else {}
        if start.year not in everyone:
            return None
        return max(self.scale.up(everyone[start.year]) - self.scale.up(start.value), 0.0)


def target_of(
    measure: MeasureDefinition,
    school_year: str,
    dimension: str = EVERYONE,
    subgroup: str = EVERYONE,
    school_id: str | None = None,
) -> float | None:
    """The target of one cell: a school's own where it has one, a subgroup's own, else the district's.

    A subgroup without a target of its own has none: what is fair to ask of everyone together says nothing
    about a group that starts elsewhere.
    """
    if dimension != EVERYONE:
        path = subgroup_path(measure, dimension, subgroup)
        return path.target(school_year) if path else None
    own = school_path(measure, school_id) if school_id is not None else None
    if own is not None:
        target = own.target(school_year)
        if target is not None or school_year in own.not_scored:
            return target
    return everyone_path(measure).target(school_year)


def targets_of(
    measure: MeasureDefinition, school_years: Iterable[str], dimension: str = EVERYONE, subgroup: str = EVERYONE
) -> dict[str, float]:
    """The targets of these school years, those that there are."""
    found = {year: target_of(measure, year, dimension, subgroup) for year in school_years}
    return {year: value for year, value in found.items() if value is not None}


def baselines_of(measure: MeasureDefinition, dimension: str = EVERYONE, subgroup: str = EVERYONE) -> dict[str, float]:
    """The declared baselines by school year, those that a changed assessment brought among them: of everyone, or a
    subgroup's own."""
    path = everyone_path(measure) if dimension == EVERYONE else subgroup_path(measure, dimension, subgroup)
    return path.baselines if path else {}


def baseline_of(
    measure: MeasureDefinition, school_year: str, dimension: str = EVERYONE, subgroup: str = EVERYONE
) -> float | None:
    """The baseline that is shown in a year: the latest of this year or before, of everyone or a subgroup's own."""
    path = everyone_path(measure) if dimension == EVERYONE else subgroup_path(measure, dimension, subgroup)
    return path.baseline_in(school_year) if path else None


def everyone_path(measure: MeasureDefinition) -> TargetPath:
    target, scale = measure.target, _scale(measure, measure.target.shape)
    return TargetPath(target.annual, target.shape, measure.baseline, measure.rebaseline, scale, frozenset(measure.rebaseline))


def subgroup_path(measure: MeasureDefinition, dimension: str, subgroup: str) -> TargetPath | None:
    """The path of a subgroup, None where the definition says nothing of it, or that it is too small to publish."""
    own = measure.target.subgroups.get(dimension, {}).get(subgroup)
    return _own_path(measure, own) if own and own.suppressed is None else None


def school_path(measure: MeasureDefinition, school_id: str) -> TargetPath | None:
    """The path of a school, None where the definition says nothing of it."""
    own = measure.target.schools.get(school_id)
    return _own_path(measure, own) if own else None


def _own_path(measure: MeasureDefinition, own: OwnTarget) -> TargetPath:
    """What everyone's shape makes of a group's own baseline, unless the group has a target of its own. A linear shape
    leads to an endpoint that was chosen for one group and is not handed on."""
    shape = own.shape
    handed_on = measure.target.shape
    if shape is None and not own.annual and handed_on is not None and handed_on.name != "linear":
        shape = handed_on
    not_scored = frozenset([*measure.rebaseline, *own.rebaseline])
    return TargetPath(own.annual, shape, own.baseline, own.rebaseline, _scale(measure, shape), not_scored, everyone_path(measure))


def _scale(measure: MeasureDefinition, shape: Shape | None) -> Scale:
    best = shape.best if shape else None
    if best is None and shape is not None:
        best = 0.0 if measure.improvement == "decrease" else 100.0 if is_percent(measure.formula) else None
    return Scale(measure.improvement, best)


@cache
def is_percent(formula: str) -> bool:
    """Whether a measure's values run to 100: a percent, or a rate per 100."""
    try:
        call = parse(formula)
    except FormulaError:
        return False
    if not isinstance(call, Call):
        return False
    per = call.arguments[-1] if call.arguments else None
    return call.name == "percent" or (call.name == "rate" and isinstance(per, Literal) and per.value == 100)
