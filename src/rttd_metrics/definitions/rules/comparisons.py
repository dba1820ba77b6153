"""Rules about what values are compared with: a gap with whom, and a year with which test."""

from collections.abc import Iterator

from rttd_metrics.definitions.gap import HIGHEST, OutsideReference
from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.definitions.target_checks import year_at


def _reference(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        gap = measure.definition.gap
        if gap is None or measure.definition.condition != "outcome":
            continue
        if gap.reference != HIGHEST and not isinstance(gap.reference, OutsideReference):
            yield Finding(
                f"{measure.id}: the gap is one to '{gap.reference}', not to those who achieve most",
                (*measure.at("gap"), "reference"),
                measure,
                help="write highest, or {value: ..., source: ...}, the statewide average of the highest-achieving subgroup",
            )


REFERENCE = Rule(
    "L13",
    "error",
    "An achievement gap is one to the highest-achieving",
    "The `gap` of a measure with the condition outcome compares its subgroups with a value from elsewhere that names its "
    "source, the statewide average of the highest-achieving subgroup, or with the `highest` subgroup of the district where "
    "the State publishes none. A gap to everyone, or to a named group, closes as the others fall, and a district whose best "
    "group is behind the State's does not see it. To mend it, change the gap's `reference`. Basis: the definition of "
    "achievement gap in the draft of the notice, the difference to the statewide average performance of the "
    "highest-achieving subgroups; that the district's own highest may stand in for it is our reading.",
    _reference,
)


def _assessment(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        definition = measure.definition
        since = max(definition.baseline, default=None)
        if since is None:
            continue
        used = [name for year, name in sorted(definition.assessment.items()) if year <= since]
        before = used[-1] if used else None
        for year, name in sorted(definition.assessment.items()):
            if year > since and name != before and year not in definition.rebaseline:
                message = f"{measure.id}: the baseline of {since} was set with another assessment than '{name}'"
                hint = f"add `rebaseline: {{{year}: {{value: ..., because: ...}}}}`"
                yield Finding(message, year_at(measure.document, ("assessment",), year), measure, key=True, help=hint)
            before = name if year > since else before


ASSESSMENT = Rule(
    "L24",
    "error",
    "A changed assessment has a baseline of its own",
    "Where `assessment` names another test in a year after the baseline, `rebaseline` gives that year a new baseline. Scores "
    "of two tests do not compare, so targets that were set with the one say nothing of the other, and a year's rise or fall "
    "may be the test's. To mend it, write the new baseline and why it was set. Basis: the practice of New York State under "
    "Race to the Top, which set baselines and targets anew with the new data and did not score the years between.",
    _assessment,
)
