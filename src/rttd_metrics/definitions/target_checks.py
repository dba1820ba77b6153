"""Checks of baselines, targets and their shapes, each problem at the key or value that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from rttd_metrics.definitions.base import number_text
from rttd_metrics.definitions.gap import Gap
from rttd_metrics.definitions.gap_paths import gap_path
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.target_paths import TargetPath, everyone_path, school_path, subgroup_path
from rttd_metrics.definitions.target_shapes import (
    GapFraction,
    Geometric,
    Halve,
    Linear,
    PercentileBenchmark,
    Start,
    last_step,
    year_code,
)
from rttd_metrics.definitions.targets import OwnTarget
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.values import TOLERANCE, round_half_away, school_year_code, school_year_label
from rttd_metrics.problems import Problem

AGREEMENT = 0.1
"""How far a target may stand from what its shape makes it, in the unit of the measure: targets are printed rounded."""
RATIO_AGREEMENT = 0.01
"""The same of a ratio, which is printed to two decimals."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """The path of one group, and where its parts are written: the group, its targets, its baselines, its shape."""

    path: TargetPath
    at: KeyPath
    annual_at: KeyPath
    baseline_at: KeyPath
    rebaseline_at: KeyPath
    shape_at: KeyPath
    gap: Gap | None = None
    may_lack_a_start: bool = False

    @property
    def agreement(self) -> float:
        return RATIO_AGREEMENT if self.gap is not None and self.gap.kind == "ratio" else AGREEMENT

    def start_at(self, document: Document, start: Start) -> KeyPath:
        """Where the value of a start is written."""
        at = self.rebaseline_at if start.anew else self.baseline_at
        found = year_at(document, at, school_year_label(start.year))
        return (*found, "value") if start.anew else found


def target_problems(document: Document, measure: Measure) -> Iterator[Problem]:
    """What is wrong with the targets and baselines of a measure, and of its gap."""
    for aim in [*_measure_aims(measure), *_gap_aims(measure)]:
        yield from _rebaseline_problems(document, aim)
        if aim.path.shape is not None:
            found = list(_shape_problems(document, aim))
            yield from found or _disagreements(document, aim)


def year_at(document: Document, at: KeyPath, school_year: str) -> KeyPath:
    """Where a school year stands among the keys at a place, in whatever form it is written."""
    value: object = document.value
    for step in at:
        value = value.get(step) if isinstance(value, dict) else None
    keys = value if isinstance(value, dict) else ()
    return next(((*at, key) for key in keys if school_year_code(str(key)) == year_code(school_year)), at)


def _measure_aims(measure: Measure) -> Iterator[_Aim]:
    definition, target = measure.definition, measure.at("target")
    places = ((*target, "annual"), measure.at("baseline"), measure.at("rebaseline"), (*target, "shape"))
    yield _Aim(everyone_path(definition), target, *places)
    groups: list[tuple[KeyPath, OwnTarget, TargetPath | None]] = [
        ((*target, "subgroups", dimension, name), own, subgroup_path(definition, dimension, name))
        for dimension, owns in definition.target.subgroups.items()
        for name, own in owns.items()
        if own.suppressed is None
    ]
    groups += [
        ((*target, "schools", name), own, school_path(definition, name)) for name, own in definition.target.schools.items()
    ]
    for at, own, path in groups:
        assert path is not None
        shape_at: KeyPath = (*(at if own.shape else target), "shape")
        yield _Aim(path, at, (*at, "annual"), (*at, "baseline"), (*at, "rebaseline"), shape_at)


def _gap_aims(measure: Measure) -> Iterator[_Aim]:
    definition, gap, gap_at = measure.definition, measure.definition.gap, measure.at("gap")
    if gap is None:
        return
    target: KeyPath = (*gap_at, "target")
    common = gap_path(definition, gap)
    assert common is not None
    handed_on = any(own.baseline and not own.annual and not own.shape for own in gap.target.subgroups.values())
    since_gap: tuple[KeyPath, KeyPath] = ((*gap_at, "baseline"), (*gap_at, "rebaseline"))
    yield _Aim(common, gap_at, (*target, "annual"), *since_gap, (*target, "shape"), gap, may_lack_a_start=handed_on)
    for name, own in gap.target.subgroups.items():
        path, at = gap_path(definition, gap, name), (*target, "subgroups", name)
        assert path is not None
        aims: KeyPath = at if own.annual or own.shape else target
        since = ((*at, "baseline"), (*at, "rebaseline")) if own.baseline or own.rebaseline else since_gap
        yield _Aim(path, at, (*aims, "annual"), *since, (*aims, "shape"), gap)


def _rebaseline_problems(document: Document, aim: _Aim) -> Iterator[Problem]:
    path = aim.path
    first = max(path.baseline, default="")
    for year in path.rebaseline:
        if year <= first:
            message = f"{year} is no later than the baseline of {first}, which it would replace"
            yield document.problem(year_at(document, aim.rebaseline_at, year), "rebaseline", message, key=True)
    for year in path.annual:
        if year in path.not_scored:
            message = f"{year} is not scored: a changed assessment gives it a new baseline and no target"
            yield document.problem(year_at(document, aim.annual_at, year), "rebaseline", message, key=True)
    for year in sorted(path.not_scored - set(path.rebaseline)) if path.shape else ():
        if any(start.year < year_code(year) for start in path.starts):
            yield document.problem(
                aim.at,
                "rebaseline",
                f"the assessment changed in {year}, and there is no new baseline for this group: its targets end there",
                key=True,
                help=f"add `rebaseline: {{{year}: {{value: ..., because: ...}}}}`",
            )


# -- shapes ---------------------------------------------------------------------------------------------------------


def _shape_problems(document: Document, aim: _Aim) -> Iterator[Problem]:
    path, shape = aim.path, aim.path.shape
    assert shape is not None
    kind_at: KeyPath = (*aim.shape_at, shape.name)
    if isinstance(shape.kind, GapFraction) and path.everyone is None and aim.gap is None:
        message = "`gap_fraction` is for a subgroup, a school or a gap: everyone stands behind nobody"
        yield document.problem(kind_at, "target-shape", message, key=True)
    elif not path.starts:
        if not aim.may_lack_a_start:
            handed_on = aim.shape_at[: len(aim.at)] != aim.at
            yield document.problem(
                aim.at if handed_on else aim.shape_at,
                "missing-baseline",
                "the shape has no baseline to start from",
                key=True,
                help="add `baseline: {2011-12: ...}`, the value of the year before the first target",
            )
    elif isinstance(shape.kind, Halve | Geometric) and path.scale.best is None:
        yield document.problem(
            kind_at,
            "target-shape",
            f"`{shape.name}` needs the best value that there can be, and this is no percent",
            key=True,
            help="add `best:` to the shape, such as 4 for a rubric of 1 to 4",
        )
    else:
        for start in path.starts:
            yield from _start_problems(document, aim, start)
            yield from _endpoint_problems(document, aim, start, kind_at)
            if isinstance(shape.kind, GapFraction) and path.everyone is not None:
                yield from _closing_problems(document, aim, start, shape.kind, kind_at)


def _start_problems(document: Document, aim: _Aim, start: Start) -> Iterator[Problem]:
    scale = aim.path.scale
    if scale.best is not None and scale.up(start.value) > scale.up(scale.best):
        message = f"{number_text(start.value)} lies beyond {number_text(scale.best)}, the best value that there can be"
        yield document.problem(aim.start_at(document, start), "target-shape", message)


def _endpoint_problems(document: Document, aim: _Aim, start: Start, kind_at: KeyPath) -> Iterator[Problem]:
    """An endpoint lies after the start, not before it on the way, and not beyond what can be."""
    shape, scale = aim.path.shape, aim.path.scale
    assert shape is not None
    kind, year = shape.kind, school_year_label(start.year)
    if not isinstance(kind, Linear | PercentileBenchmark):
        return
    key, end = ("to", kind.to) if isinstance(kind, Linear) else ("value", kind.value)
    if year_code(kind.by) <= start.year:
        message = f"{kind.by} is no later than {year}, where the path starts"
        yield document.problem((*kind_at, "by"), "target-shape", message)
    if scale.best is not None and scale.up(end) > scale.up(scale.best):
        message = f"{number_text(end)} lies beyond {number_text(scale.best)}, the best value that there can be"
        yield document.problem((*kind_at, key), "target-shape", message)
    if shape.name == "linear" and scale.up(end) < scale.up(start.value):
        message = f"{number_text(end)} is worse than the baseline, {number_text(start.value)} in {year}"
        yield document.problem((*kind_at, key), "target-shape", message)
    if isinstance(kind, PercentileBenchmark) and kind.start and scale.up(kind.start.value) > scale.up(end):
        message = f"the path would start at {number_text(kind.start.value)}, which is better than its end, {number_text(end)}"
        yield document.problem((*kind_at, "start", "value"), "target-shape", message)


def _closing_problems(document: Document, aim: _Aim, start: Start, kind: GapFraction, kind_at: KeyPath) -> Iterator[Problem]:
    """A distance to everyone can be closed where it is known, where there is one, and where everyone has targets."""
    path, year = aim.path, school_year_label(start.year)
    assert path.everyone is not None
    behind = path.behind(start)
    years = (school_year_label(start.year + step) for step in range(1, kind.years + 1))
    if behind is None:
        message = f"everyone has no baseline of {year}, so the distance to them is not known"
    elif behind == 0:
        message = f"{number_text(start.value)} in {year} is not behind everyone: there is no gap to close"
    elif all(path.everyone.target(later) is None for later in years):
        message = "everyone has no targets that the gap could close up to"
    else:
        return
    yield document.problem(kind_at, "target-shape", message, key=True)


def _disagreements(document: Document, aim: _Aim) -> Iterator[Problem]:
    """Targets that are written, too, and differ from what the shape makes of its years."""
    path, shape = aim.path, aim.path.shape
    assert shape is not None
    for year, written in path.annual.items():
        start, planned = path.start_of(year), path.planned(year)
        if start is None or planned is None:
            continue
        last = last_step(shape, start)
        within = last is None or year_code(year) - start.year <= last
        if within and abs(written - planned) > aim.agreement + TOLERANCE:
            shown = number_text(round_half_away(planned, 2))
            yield document.problem(
                year_at(document, aim.annual_at, year),
                "target-shape",
                f"the target of {year} is {number_text(written)}, and `{shape.name}` makes it {shown}",
                key=True,
                help="correct one of the two, or leave one out",
            )
