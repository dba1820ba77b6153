"""The targets and baselines of a measure's gap, by school year and subgroup."""

from rttd_metrics.definitions.gap import Gap
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.subgroups import UNKNOWN
from rttd_metrics.definitions.target_paths import TargetPath
from rttd_metrics.definitions.target_shapes import Scale, Shape
from rttd_metrics.definitions.targets import OwnTarget


def gap_target_of(measure: MeasureDefinition, school_year: str, subgroup: str) -> float | None:
    """The target of the gap of one subgroup."""
    path = gap_path(measure, measure.gap, subgroup) if measure.gap else None
    return path.target(school_year) if path else None


def gap_baseline_of(measure: MeasureDefinition, school_year: str, subgroup: str) -> float | None:
    """The baseline of the gap of one subgroup that is shown in a year."""
    path = gap_path(measure, measure.gap, subgroup) if measure.gap else None
    return path.baseline_in(school_year) if path else None


def gap_path(measure: MeasureDefinition, gap: Gap, subgroup: str | None = None) -> TargetPath | None:
    """The path of the gap of a subgroup: what it does not say itself it takes from the gap of all (None: just that).

    The gap of all is not that of the subgroup that the others are compared with, nor that of the unknown.
    """
    own = gap.target.subgroups.get(subgroup) if subgroup is not None else None
    if own is None:
        if subgroup is not None and subgroup in (gap.named, UNKNOWN):
            return None
        own = OwnTarget()
    aims = own if own.annual or own.shape else gap.target
    since = own if own.baseline or own.rebaseline else gap
    # What all shall come to in each year is no plan for one that starts elsewhere: the shape is.
    annual = {} if aims is gap.target and since is own and aims.shape else aims.annual
    not_scored = frozenset([*measure.rebaseline, *gap.rebaseline, *since.rebaseline])
    return TargetPath(annual, aims.shape, since.baseline, since.rebaseline, gap_scale(measure, gap, aims.shape), not_scored)


def gap_scale(measure: MeasureDefinition, gap: Gap, shape: Shape | None) -> Scale:
    """A difference should come down to 0; a ratio should come to 1 from where the measure itself is worse."""
    best = shape.best if shape else None
    if gap.kind == "difference":
        return Scale("decrease", 0.0 if best is None else best)
    return Scale(measure.improvement, 1.0 if best is None else best)
