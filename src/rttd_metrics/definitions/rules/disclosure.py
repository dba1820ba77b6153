"""Rules about small groups: none is so small that a published value tells of a student."""

from collections.abc import Iterator

from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.definitions.rules.rule import Finding, Rule

_SMALLEST_N = 10


def _small_groups(plan: Plan) -> Iterator[Finding]:
    least = plan.settings.minimum_n
    if least < _SMALLEST_N:
        yield Finding(f"groups of {least} are published: fewer than {_SMALLEST_N} are too few", ("portfolio", "minimum_n"))
    if not plan.settings.disclosure.strip():
        yield Finding("`disclosure` names no scheme by which small groups are protected", ("portfolio", "disclosure"), key=True)
    for measure in plan.measures:
        confidential = measure.definition.confidential
        if confidential is not None and confidential.of == "respondent" and confidential.minimum < least:
            message = f"answers of {confidential.minimum} people are shown, where the plan publishes none of fewer than {least}"
            yield Finding(message, ("confidential", "minimum"), measure)
        for dimension, groups in measure.definition.target.subgroups.items():
            for name, group in groups.items():
                if group.suppressed is not None and (group.annual or group.shape or group.baseline):
                    at = (*measure.at("target"), "subgroups", dimension, name)
                    message = f"{measure.id}, {dimension} {name}: a group too small to publish has values here"
                    yield Finding(message, at, measure, key=True, help="leave out `suppressed`, or the values")


SMALL_GROUPS = Rule(
    "L19",
    "error",
    "Small groups are protected",
    "Published values rest on at least ten people (`portfolio: minimum_n:`), the scheme that protects small groups has a name "
    "(`portfolio: disclosure:`), people's own answers are withheld as strictly (`confidential: minimum:` of respondents), and "
    "a subgroup marked `suppressed: small_n` states no baseline and no target, which would tell of it all the same. Where "
    "educators are protected, the measure's own minimum holds: a school has few of them. To mend it, raise the number, or "
    "take the values out. Basis: the practice of States summarized in NCES 2011-603, where ten is the usual smallest group.",
    _small_groups,
)
