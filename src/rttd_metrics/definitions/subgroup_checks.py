"""Checks of what a measure says of subgroups, in its targets and its gap, against the dimensions of the project."""

from collections.abc import Iterable, Iterator, Mapping

from rttd_metrics.definitions.gap import HIGHEST, Gap, OutsideReference, gap_id
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import subgroup_names
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.nodes import Node, Type
from rttd_metrics.problems import Problem, did_you_mean

Dimensions = Mapping[str, tuple[Node, Type]]


def subgroup_problems(
    document: Document, measure: Measure, declared: Iterable[str] | None, dimensions: Dimensions
) -> Iterator[Problem]:
    """Targets and gaps of dimensions, or of subgroups, that the project does not have.

    `declared` are its dimensions, None where there is no project; `dimensions` those of them whose formula is right.
    """
    declared = list(declared) if declared is not None else None
    target: KeyPath = (*measure.at("target"), "subgroups")
    for dimension, groups in measure.definition.target.subgroups.items():
        if declared and dimension not in declared:
            yield _unknown_dimension(document, (*target, dimension), dimension, declared, key=True)
        for name in groups:
            yield from _unknown_subgroup(document, (*target, dimension, name), name, dimension, dimensions, key=True)
    gap, at = measure.definition.gap, measure.at("gap")
    if gap is None:
        return
    if declared is not None and gap.dimension not in declared:
        yield _unknown_dimension(document, (*at, "dimension"), gap.dimension, declared, key=False)
    if gap.named is not None:
        yield from _unknown_subgroup(document, (*at, "reference"), gap.named, gap.dimension, dimensions, key=False)
    for name in gap.target.subgroups:
        own: KeyPath = (*at, "target", "subgroups", name)
        yield from _unknown_subgroup(document, own, name, gap.dimension, dimensions, key=True)


def gap_problems(document: Document, measure: Measure) -> Iterator[Problem]:
    """What is wrong with a gap whatever the subgroups of the project."""
    gap, at = measure.definition.gap, measure.at("gap")
    if gap is None:
        return
    aggregate = measure.formula.aggregate
    if measure.level != "student":
        message = f"subgroups divide students: a measure of level {measure.level} has no gap"
        yield document.problem(at, "level", message, key=True)
    elif aggregate in ("count", "sum"):
        message = f"a {aggregate} grows with its group: it does not say which of two stands behind"
        yield document.problem(at, "gap", message, key=True, help="compare a percent, an average, a median or a rate")
    yield from _reference_problems(document, gap, at)


def _reference_problems(document: Document, gap: Gap, at: KeyPath) -> Iterator[Problem]:
    outside = gap.reference if isinstance(gap.reference, OutsideReference) else None
    if outside is not None and gap.kind == "ratio" and outside.value == 0:
        yield document.problem((*at, "reference", "value"), "gap", "nothing can be divided by a reference of 0")
    if "minimum_n" in gap.model_fields_set and gap.reference != HIGHEST:
        message = f"`minimum_n` is for `reference: {HIGHEST}`: it says from which size on a subgroup can be the highest"
        yield document.problem((*at, "minimum_n"), "gap", message, key=True)
    if gap.named is not None and gap.named in gap.target.subgroups:
        message = f"'{gap.named}' is the reference: it has no gap to itself"
        yield document.problem((*at, "target", "subgroups", gap.named), "gap", message, key=True)


def duplicate_gaps(measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Gaps under whose id a measure stands (`for_each` gives ids with dots)."""
    for measure in measures.values():
        name = gap_id(measure.id)
        if measure.definition.gap is not None and name in measures:
            message = f"the results of the gap stand under '{name}', and that is another measure"
            yield measure.document.problem(measure.at("gap"), "duplicate-name", message, key=True)


def _unknown_dimension(document: Document, at: KeyPath, dimension: str, declared: list[str], *, key: bool) -> Problem:
    hint = did_you_mean(dimension, declared)
    message = f"the project has no subgroup dimension '{dimension}'"
    return document.problem(at, "unknown-name", message, key=key, help=hint)


def _unknown_subgroup(
    document: Document, at: KeyPath, name: str, dimension: str, dimensions: Dimensions, *, key: bool
) -> Iterator[Problem]:
    known = subgroup_names(*dimensions[dimension]) if dimension in dimensions else None
    if known is not None and name not in known:
        message = f"the subgroups of '{dimension}' are {', '.join(known)}: '{name}' is none of them"
        yield document.problem(at, "unknown-name", message, key=key, help=did_you_mean(name, known))
