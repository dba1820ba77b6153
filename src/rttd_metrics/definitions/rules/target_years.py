"""Rules about which baselines and targets there must be: years, and subgroups."""

from collections.abc import Iterator, Sequence

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import Plan, slot_of
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.definitions.rules.series import Series, everyone, subgroups

_GROUPS = {
    "economically_disadvantaged": ("Yes",),
    "english_learner": ("Yes",),
    "disability": ("Yes",),
    "race_ethnicity": (),
}
"""The categories of subgroups, by the dimension that the shipped tables have for them, and the groups they must list."""
_FEWEST_RACES = 2


def _years(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        yield from _missing(plan, everyone(measure, plan.target_years))


def _missing(plan: Plan, series: Series) -> Iterator[Finding]:
    """The baseline and the targets that a series does not have."""
    if series.lacks_start:
        return
    baseline = plan.settings.baseline_year
    if baseline not in series.baselines:
        yield Finding(f"{series}: there is no baseline of {baseline}", series.at_baseline(baseline), series.measure, key=True)
    missing = [year for year in plan.target_years if year not in series.targets and year not in series.not_scored]
    if missing:
        message = f"{series}: there is no target for {listed(missing)}"
        yield Finding(message, series.at_target(missing[0]), series.measure, key=True)


YEARS = Rule(
    "L05",
    "error",
    "A baseline, and a target for every year",
    "Each measure has a `baseline` of the plan's baseline year and a target for every grant year and the year after the "
    "grant, for everyone, stated year by year or by a shape; only a year in which a changed assessment sets a new baseline "
    "has none. A year without a target cannot be missed, and a target without a baseline cannot be called ambitious. The "
    "years are those of `portfolio:` in rttd.yml; if not given, 2011-12, the four grant years 2012-13 to 2015-16, and "
    "2016-17. That a shape has a baseline to start from, of a subgroup too, is an error with or without a portfolio. To "
    "mend it, add the year. Basis: the layout of the application's tables, with columns for the baseline, each grant year "
    "and the post-grant year.",
    _years,
    stands_for="missing-baseline",
)


def _subgroups(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        if measure.level == "student":
            if slot_of(measure).by_subgroup:
                yield from _unlisted(plan, measure)
            for series in subgroups(measure, plan.target_years):
                yield from _missing(plan, series)


def _unlisted(plan: Plan, measure: Measure) -> Iterator[Finding]:
    """The categories, and the groups of a category, for which a measure says nothing."""
    stated = measure.definition.target.subgroups
    at = (*measure.at("target"), "subgroups")
    wanted = [dimension for dimension in _GROUPS if not plan.dimensions or dimension in plan.dimensions]
    absent = [dimension for dimension in wanted if not stated.get(dimension)]
    if absent:
        yield Finding(f"{measure.id}: there are no targets by {listed(absent)}", at, measure, key=True)
    for dimension in wanted:
        groups = stated.get(dimension, {})
        for group in _GROUPS[dimension] if groups else ():
            if group not in groups:
                message = f'{measure.id}: there is no target for {dimension} "{group}"'
                yield Finding(message, (*at, dimension), measure, key=True, help=_HINT)
        if dimension == "race_ethnicity" and 0 < len(groups) < _FEWEST_RACES:
            message = f"{measure.id}: one group of {dimension} has targets, the others have none"
            yield Finding(message, (*at, dimension), measure, key=True, help=_HINT)


_HINT = "a group too small to publish is listed with `suppressed: small_n`"

SUBGROUPS = Rule(
    "L06",
    "error",
    "Targets by subgroup, or a word that the group is too small",
    "Each student-level measure has a baseline and targets for every year for its subgroups too: economically disadvantaged "
    "students, English learners, students with disabilities, and at least two groups of race and ethnicity, as far as the "
    "project declares these dimensions (all four where it declares none). Every other subgroup that is listed needs them as "
    "well. A group too small to publish says `suppressed: small_n` instead, so that a blank is never an oversight. 9-12(a) "
    "and 9-12(c) need list none, since the notice does not ask for subgroups there. To mend it, add the group under "
    "`target: subgroups:`. Basis: criterion (E)(3), targets overall and by subgroup; the four categories are those of the "
    "ESEA.",
    _subgroups,
)


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
