"""Rules about what the notice's own words leave open, which the measure that it words must say."""

import re
from collections.abc import Iterator

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import Plan, or_slot
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.definitions.rules.series import Series, everyone, subgroups
from rttd_metrics.formula.values import TOLERANCE
from rttd_metrics.problems import did_you_mean

_INCLUSIVE = "effective_includes_highly_effective"


def _effective(plan: Plan) -> Iterator[Finding]:
    for measure in plan.in_slot("All(b)"):
        if _INCLUSIVE not in measure.definition.parameters:
            message = "the measure does not state whether effective includes highly effective"
            hint = f"parameters: {{{_INCLUSIVE}: true}}, or false"
            yield Finding(message, or_slot(measure, "parameters"), measure, key=True, help=hint)
            continue
        inclusive = plan.overrides.get(_INCLUSIVE, measure.definition.parameters[_INCLUSIVE])
        if not isinstance(inclusive, bool):
            yield Finding(f"`{_INCLUSIVE}` is true or false", ("parameters", _INCLUSIVE), measure)
        elif inclusive:
            for higher in plan.in_slot("All(a)"):
                yield from _below(plan, measure, higher)


def _below(plan: Plan, measure: Measure, part: Measure) -> Iterator[Finding]:
    """Baselines and targets of a measure that are below those of another, whose numerator is part of its own."""
    parts = {(series.dimension, series.subgroup): series for series in _series(plan, part)}
    for series in _series(plan, measure):
        own = parts.get((series.dimension, series.subgroup))
        if own is not None:
            for year in sorted(series.baselines.keys() & own.baselines.keys()):
                if series.baselines[year] < own.baselines[year] - TOLERANCE:
                    message = f"{series}: the baseline of {year} is below that of {own.measure.id}, whose students it includes"
                    yield Finding(message, series.at_baseline(year), measure)
            for year in sorted(series.targets.keys() & own.targets.keys()):
                if series.targets[year] < own.targets[year] - TOLERANCE:
                    message = f"{series}: the target of {year} is below that of {own.measure.id}, whose students it includes"
                    yield Finding(message, series.at_target(year), measure)


def _series(plan: Plan, measure: Measure) -> list[Series]:
    return [everyone(measure, plan.target_years), *subgroups(measure, plan.target_years)]


EFFECTIVE = Rule(
    "L26",
    "error",
    "Effective says whether it includes highly effective",
    "The measure in slot All(b) declares the parameter `effective_includes_highly_effective`, true or false, and uses it; "
    "where it is true, its baseline and targets are not below those of All(a), whose students are among its own. Read one "
    "way, All(b) is the sum of two bands, read the other way it falls as teachers become highly effective: a reader must "
    "know which. To mend it, declare the parameter, or correct the values. Basis: criterion (E)(3), the measures of all "
    "participating students; that the effective measure leaves this open is our reading.",
    _effective,
)

_EVENTS = ("fafsa_submitted", "fafsa_completed")
_STATED = {"fafsa_event": "whether submitted or completed counts", "fafsa_deadline": "until which day of the year"}


def _fafsa(plan: Plan) -> Iterator[Finding]:
    for measure in plan.in_slot("9-12(a)"):
        for name, what in _STATED.items():
            if name not in measure.definition.parameters:
                message = f"the measure does not state {what}: it has no parameter `{name}`"
                yield Finding(message, or_slot(measure, "parameters"), measure, key=True)
                continue
            value = plan.overrides.get(name, measure.definition.parameters[name])
            fault = _event_fault(value) if name == "fafsa_event" else _deadline_fault(value)
            if fault is not None:
                yield Finding(fault[0], ("parameters", name), None if name in plan.overrides else measure, help=fault[1])


def _event_fault(value: object) -> tuple[str, str] | None:
    """What is wrong with the event that counts, and a hint; None where it is right."""
    if value in _EVENTS:
        return None
    return f"'{value}' is no FAFSA event", did_you_mean(str(value), _EVENTS) or f"there are: {', '.join(_EVENTS)}"


def _deadline_fault(value: object) -> tuple[str, str] | None:
    if isinstance(value, str) and re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", value):
        return None
    return f"'{value}' is no day of the year", "write month and day, like '06-30'"


FAFSA = Rule(
    "L27",
    "warning",
    "The FAFSA measure says what counts and until when",
    "The measure in slot 9-12(a) declares the parameters `fafsa_event`, `fafsa_submitted` or `fafsa_completed`, and "
    "`fafsa_deadline`, a month and day such as `06-30`, and uses them. Submitted forms include those that were rejected, and "
    "a count without a closing day still rises in the summer, so figures of two districts, or years, compare only where both "
    "are said. To mend it, declare both and use them in the facts. Basis: criterion (E)(3), complete and submit; Federal "
    "Student Aid's definitions of the two counts.",
    _fafsa,
)
