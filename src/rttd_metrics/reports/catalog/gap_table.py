"""The gap of a measure in words and as a table."""

from collections.abc import Iterator

from rttd_metrics.definitions.gap import Gap, OutsideReference
from rttd_metrics.definitions.gap_paths import gap_path
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.project import PortfolioSettings
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.target_paths import is_percent
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.values import number
from rttd_metrics.reports.catalog.contents import TargetTable
from rttd_metrics.reports.catalog.paragraphs import dimension_title, subgroup_title
from rttd_metrics.reports.catalog.path_table import path_table, written, years_of
from rttd_metrics.reports.catalog.shapes import shape_in_words


def gap_table(measure: MeasureDefinition, settings: PortfolioSettings) -> TargetTable | None:
    """Baseline and targets of the gap: those that hold for each subgroup, and those of one alone; None without either."""
    gap = measure.gap
    assert gap is not None
    wanted = {f"Each subgroup of {dimension_title(gap.dimension)}": gap_path(measure, gap)}
    wanted |= {subgroup_title(gap.dimension, name): gap_path(measure, gap, name) for name in gap.target.subgroups}
    paths = {label: path for label, path in wanted.items() if path and (path.annual or path.baselines or path.shape)}
    in_points = gap.kind == "difference" and is_percent(measure.formula)
    return path_table(
        "Baseline and targets of the gap", paths, years_of(paths.values(), settings), written(" points" if in_points else "")
    )


def gap_remarks(gap: Gap) -> Iterator[str]:
    """What the gap compares, and how it should close."""
    whom, other = f"each subgroup of {dimension_title(gap.dimension)}", _reference(gap)
    if gap.kind == "ratio":
        yield f"The gap: the value of {whom}, divided by that of {other}."
    else:
        yield f"The gap: how far {whom} stands behind {other}."
    if gap.target.shape is not None:
        yield f"The path of the gap: {shape_in_words(gap.target.shape, written(''))}."


def _reference(gap: Gap) -> str:
    if isinstance(gap.reference, OutsideReference):
        of = f", {clean(gap.reference.subgroup)}" if gap.reference.subgroup else ""
        return f"a value from elsewhere, {number(gap.reference.value)} ({clean(gap.reference.source)}{of})"
    if gap.named is not None:
        return f"the subgroup {clean(gap.named)}"
    if gap.reference == EVERYONE:
        return "everyone"
    return f"the best of its subgroups with at least {gap.minimum_n} students"
