"""The targets and baselines that a measure's definition comes to, by school year and by whom they are for."""

from collections.abc import Iterable

from rttd_metrics.definitions.measure import MeasureDefinition

EVERYONE = "all"


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
    target = measure.target
    if dimension != EVERYONE:
        own = target.subgroups.get(dimension, {}).get(subgroup)
        return own.annual.get(school_year) if own else None
    school = target.schools.get(school_id) if school_id is not None else None
    if school is not None and school_year in school.annual:
        return school.annual[school_year]
    return target.annual.get(school_year)


def targets_of(
    measure: MeasureDefinition, school_years: Iterable[str], dimension: str = EVERYONE, subgroup: str = EVERYONE
) -> dict[str, float]:
    """The targets of these school years, those that there are."""
    found = {year: target_of(measure, year, dimension, subgroup) for year in school_years}
    return {year: value for year, value in found.items() if value is not None}


def baselines_of(measure: MeasureDefinition, dimension: str = EVERYONE, subgroup: str = EVERYONE) -> dict[str, float]:
    """The declared baselines by school year: those of everyone, or a subgroup's own."""
    if dimension == EVERYONE:
        return dict(measure.baseline)
    own = measure.target.subgroups.get(dimension, {}).get(subgroup)
    return dict(own.baseline) if own else {}
