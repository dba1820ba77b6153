"""What reports must know of each measure, and of its gap."""

from collections.abc import Container, Iterator
from dataclasses import replace

from rttd_metrics.definitions.gap import HIGHEST, Gap, OutsideReference, gap_id
from rttd_metrics.definitions.gap_paths import gap_scale
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.engine.gaps import gap_in
from rttd_metrics.engine.results import GapInfo, MeasureInfo


def measure_infos(measure: Measure, dimensions: Container[str]) -> Iterator[MeasureInfo]:
    """That of a measure, then that of its gap where it has one by one of these dimensions."""
    definition = measure.definition
    info = MeasureInfo(
        definition.id,
        definition.title,
        definition.condition,
        definition.slot,
        definition.level,
        measure.formula.aggregate,
        measure.formula.per,
        definition.improvement,
        definition.frequency,
        definition.owner,
        definition.portfolio,
        windows=tuple(definition.windows),
    )
    yield info
    if gap := gap_in(measure, dimensions):
        yield replace(
            info,
            id=gap_id(measure.id),
            title=f"{info.title}: gap to {_named(gap)}",
            slot=None,
            improvement=gap_scale(definition, gap, None).improvement,
            gap=GapInfo(measure.id, gap.dimension, gap.kind),
        )


def _named(gap: Gap) -> str:
    """What the subgroups are compared with, in words."""
    dimension = gap.dimension.replace("_", " ")
    if isinstance(gap.reference, OutsideReference):
        return gap.reference.subgroup or gap.reference.source
    if gap.reference == EVERYONE:
        return "everyone"
    return f"the best subgroup of {dimension}" if gap.reference == HIGHEST else f"{dimension} {gap.reference}"
