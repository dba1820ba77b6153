"""Rules about indicators: how well on-track indicators tell success, and how early all of them speak."""

from collections.abc import Iterator

from rttd_metrics.definitions.rules.plan import QUARTERLY_OR_OFTENER, Plan, slot_of
from rttd_metrics.definitions.rules.rule import Finding, Rule


def _validated(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        if not slot_of(measure).on_track:
            continue
        validation = measure.definition.validation
        if validation is None:
            message = "the on-track indicator has no `validation`: nothing says how well it tells success"
            yield Finding(message, ("slot",), measure, key=True)
            continue
        for key, value, least, of in (
            ("predictive", validation.predictive, plan.settings.on_track_predictive, "students on track succeed"),
            ("comprehensive", validation.comprehensive, plan.settings.on_track_comprehensive, "those who succeed were on track"),
        ):
            if value < least:
                yield Finding(f"{value:.0%} of {of}: at least {least:.0%} should", ("validation", key), measure)


VALIDATED = Rule(
    "L14",
    "warning",
    "On-track indicators are validated",
    "The measures in slots 4-8(a) and 9-12(b) have a `validation` by a named study: of the students on track the share who "
    "succeed (`predictive`), at least 0.80, and of those who succeed the share who were on track (`comprehensive`), at least "
    "0.90. An indicator that misses most who fail, or alarms about most who do not, sends help to the wrong children. To "
    "mend it, compare the indicator of earlier years with who graduated, and change its thresholds. Basis: the notice's "
    "definition of an on-track indicator; both numbers are recalled, not read, so `on_track_predictive` and "
    "`on_track_comprehensive` under `portfolio:` in rttd.yml change them.",
    _validated,
)


def _early(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        if slot_of(measure).on_track and measure.definition.frequency == "yearly":
            message = "an on-track indicator that is known once a year comes too late to help this year's students"
            yield Finding(message, ("frequency",), measure, help="semester or oftener")


EARLY = Rule(
    "L15",
    "warning",
    "On-track indicators are known during the year",
    "The `frequency` of the measures in slots 4-8(a) and 9-12(b) is not yearly. An indicator is there so that a school can "
    "step in while there is time, and at the year's end it can only record. To mend it, build it from what is known during "
    "the year: attendance, marks of a grading period, incidents. Basis: the notice's definition of an on-track indicator, "
    "available early enough to allow intervention, as recalled.",
    _early,
)


def _timely(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        often = measure.definition.frequency
        if slot_of(measure).leading and often not in QUARTERLY_OR_OFTENER:
            yield Finding(
                f"a leading indicator that is known {'once a year' if often == 'yearly' else 'each semester'} leads too late",
                ("frequency",),
                measure,
                help=f"one of {', '.join(QUARTERLY_OR_OFTENER)}",
            )


TIMELY = Rule(
    "L16",
    "warning",
    "Leading indicators are known quarterly",
    "The `frequency` of the measures that the notice calls leading indicators, in slots 4-8(b), 4-8(c), 9-12(d) and 9-12(e), "
    "is quarterly, each grading period, or oftener. What leads must be known before what it leads to, and in time for the "
    "quarterly review. The measures of PreK-3 are left out: they are about growth, which two tests a year tell. To mend it, "
    "take a measure that is known sooner. Basis: criterion (E)(3), leading indicators, and (E)(3)(b), timely and formative.",
    _timely,
)
