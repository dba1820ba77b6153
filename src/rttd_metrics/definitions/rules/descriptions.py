"""Rules about what people should know of a measure: its narrative, who answers for it, and its examples."""

from collections.abc import Iterator

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import QUARTERLY_OR_OFTENER, Plan, slot_of
from rttd_metrics.definitions.rules.rule import Finding, Rule

_PARTS = ("rationale", "leading_information", "review_and_improve")


def _narrative(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        proposed = slot_of(measure).proposed
        for part in _PARTS:
            if not (getattr(measure.definition.narrative, part) or "").strip():
                why = "of every measure that the applicant proposes" if proposed else "of every measure but those it words itself"
                yield Finding(
                    f"the narrative has no `{part}`: the notice asks for it {why}",
                    ("narrative", part),
                    measure,
                    key=True,
                    severity=None if proposed else "warning",
                )


NARRATIVE = Rule(
    "L04",
    "error",
    "The narrative gives the three answers",
    "The `narrative` of each measure gives its `rationale`, says how it is rigorous, timely and formative information that "
    "leads (`leading_information`), and how it is reviewed and improved where it does not gauge progress "
    "(`review_and_improve`). Without them nobody can say why this measure was chosen, or when to give it up. An empty answer "
    "is an error in a measure that the applicant proposes, a measure beside the slots included, and a warning in one that "
    "the notice words itself (All(a), All(b), 4-8(a), 9-12(a), 9-12(b)). To mend it, write the answer. Basis: criterion "
    "(E)(3)(a) to (c).",
    _narrative,
)


def _ownership(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        definition = measure.definition
        for key, asks in (("owner", "who answers for it"), ("off_target", "what is done when a target is missed")):
            if not (getattr(definition, key) or "").strip():
                yield Finding(f"`{key}` does not say {asks}", (key,), measure, key=True)
        if definition.review_frequency is None:
            yield Finding("`review_frequency` does not say how often it is reviewed", ("review_frequency",), measure, key=True)
        elif definition.review_frequency not in QUARTERLY_OR_OFTENER:
            often = definition.review_frequency.replace("_", " ")
            yield Finding(f"a {often} review is too seldom to correct the course", ("review_frequency",), measure, help=_ALLOWED)


_ALLOWED = f"one of {', '.join(QUARTERLY_OR_OFTENER)}"

OWNERSHIP = Rule(
    "L17",
    "error",
    "Each measure has an owner, an action and a quarterly review",
    "Each measure says who answers for it (`owner`), what is done when a school misses the target (`off_target`), and that "
    "it is reviewed at least quarterly (`review_frequency`). A figure that nobody is due to act on changes nothing, and a "
    "year's wait leaves no time for a correction. To mend it, write the key that is missing, or review more often. Basis: "
    "criterion (E)(1), timely and regular feedback with opportunities for ongoing corrections; that this means a quarter is "
    "the practice of a grantee, not the notice's word.",
    _ownership,
)


def _examples(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        for missing in _untold(measure):
            yield Finding(f"no example of {measure.id} shows {missing}", ("examples",), measure, key=True)


def _untold(measure: Measure) -> Iterator[str]:
    """What no example of the measure shows, in words; one word where there is no example at all."""
    examples = measure.definition.examples
    if not examples:
        yield "what it counts: it has none"
        return
    shown = {example.expect for example in examples}
    if measure.formula.aggregate in ("percent", "count"):
        if "numerator" not in shown:
            yield "a unit in the numerator"
        if "n" not in shown:
            yield "a unit that counts and is not in the numerator"
    elif not any(example.expect == "n" and example.value is not None for example in examples):
        yield "a unit that counts, with its value"
    if not measure.everyone and "outside" not in shown:
        yield "a unit outside the population"
    for _, because in measure.exclusions:
        if not any(example.expect == "excluded" and example.reason in (None, because) for example in examples):
            yield f"a unit excluded because: {because}"


EXAMPLES = Rule(
    "L29",
    "error",
    "Examples show every way a unit can count",
    "Each measure has examples of a unit in the numerator and of one that counts without being in it (of an average, a "
    "median, a sum or a rate: one with its value), of one outside the population, and of one for each exclusion. They are "
    "the definition in a form that people can check and `rttd test` runs; taken out, a later change to the formula goes "
    "unseen. `rttd test --require-coverage` asks more: that examples make every condition true, and false. To mend it, "
    "add the example. Basis: none in the notice, which asks that measures be rigorous; the rule is our own.",
    _examples,
)
