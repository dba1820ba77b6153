"""Rules about how far targets go from year to year: the right way, neither too little nor too much."""

from collections.abc import Iterator

from rttd_metrics.definitions.base import number_text
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.definitions.rules.series import Series, all_series, everyone, subgroups
from rttd_metrics.definitions.rules.target_years import listed
from rttd_metrics.formula.values import TOLERANCE


def _direction(plan: Plan) -> Iterator[Finding]:
    for series in all_series(plan):
        for step in series.steps():
            if step.gain < -TOLERANCE:
                message = f"{series}: the target of {step.year} is worse than what came before it, {_number(step.before)}"
                direction = f"`improvement: {series.measure.definition.improvement}`"
                yield Finding(message, series.at_target(step.year), series.measure, help=f"the measure has {direction}")
        if series.measure.formula.aggregate == "percent":
            yield from _outside(series)


def _outside(series: Series) -> Iterator[Finding]:
    """Baselines and targets of a percent that no percent can have."""
    for what, values, place in (("baseline", series.baselines, series.at_baseline), ("target", series.targets, series.at_target)):
        for year, value in values.items():
            if not 0 <= value <= 100:
                yield Finding(f"{series}: the {what} of {year} is no percentage from 0 to 100", place(year), series.measure)


DIRECTION = Rule(
    "L08",
    "error",
    "Targets go the right way",
    "No target is worse than the one before it, or than the baseline, in the direction that `improvement` names, and those "
    "of a percent lie between 0 and 100; of subgroups as of everyone. A target that falls back asks a school to undo what it "
    "reached, and is most often a slip of the pen or a wrong `improvement`. To mend it, correct the value or the direction. "
    "Basis: criterion (E)(3), annual targets that are ambitious yet achievable.",
    _direction,
)


def _ambitious(plan: Plan) -> Iterator[Finding]:
    least = plan.settings.smallest_annual_gain
    for series in all_series(plan):
        bound = least if _in_points(series.measure) else 0.0
        slow = [step for step in series.steps() if step.gain >= -TOLERANCE and _too_small(series, step.value, step.gain, bound)]
        if slow:
            years = listed([step.year for step in slow])
            flat = all(step.gain <= TOLERANCE for step in slow)
            short = "asks for no more than before" if flat else f"asks for less than {_number(bound)} points a year more"
            yield Finding(f"{series}: the target of {years} {short}", series.at_target(slow[0].year), series.measure)


def _too_small(series: Series, value: float, gain: float, bound: float) -> bool:
    """Whether a year's gain is none, or below the bound, and there was more to gain."""
    best = 100.0 if series.measure.definition.improvement == "increase" else 0.0
    at_best = _in_points(series.measure) and abs(value - best) <= TOLERANCE
    return not at_best and (gain <= TOLERANCE or gain < bound - TOLERANCE)


AMBITIOUS = Rule(
    "L10",
    "warning",
    "Targets are ambitious",
    "Every year's target asks for more than the one before, and of a percent for at least `smallest_annual_gain` points, "
    "unless everything is reached. Targets that stand still cannot move anybody, and the goals of a plan are to equal or "
    "exceed the State's, whose yearly increment a district writes under `portfolio: smallest_annual_gain:` (0 if not given). "
    "To mend it, raise the target, or say in rttd.yml why the rule is off. Basis: criterion (E)(3), ambitious yet achievable; "
    "that goals equal or exceed State targets is recalled from (A)(4).",
    _ambitious,
)


def _achievable(plan: Plan) -> Iterator[Finding]:
    most = plan.settings.largest_annual_gain
    for series in all_series(plan):
        fast = [step for step in series.steps() if step.gain > most + TOLERANCE] if _in_points(series.measure) else []
        if fast:
            years = listed([step.year for step in fast])
            message = f"{series}: the target of {years} asks for more than {_number(most)} points a year"
            yield Finding(message, series.at_target(fast[0].year), series.measure)


ACHIEVABLE = Rule(
    "L11",
    "warning",
    "Targets are achievable",
    "No target of a percent is better than the one before it by more than `largest_annual_gain` points a year, 10 if "
    "`portfolio:` in rttd.yml does not say otherwise. Leaps that no district has made are missed, and a target that is "
    "always missed is soon looked at by nobody. To mend it, spread the gain over more years, or set the bound to the most "
    "that the district has ever gained. Basis: criterion (E)(3), ambitious yet achievable; the bound is our own.",
    _achievable,
)


def _gaps_close(plan: Plan) -> Iterator[Finding]:
    end = plan.settings.post_grant_year
    for measure in plan.measures:
        whole = everyone(measure, plan.target_years)
        for series in subgroups(measure, plan.target_years):
            start = max((year for year in series.baselines.keys() & whole.baselines.keys() if year < end), default=None)
            if start is None or end not in whole.targets or end not in series.targets:
                continue
            own, planned = (one.better(one.targets[end], one.baselines[start]) for one in (series, whole))
            if own < planned - TOLERANCE and series.better(series.baselines[start], whole.baselines[start]) < 0:
                gains = f"the group is to gain {_number(own)}, everyone {_number(planned)}"
                message = f"{series}: behind everyone at the start, {gains}"
                yield Finding(message, series.at, measure, key=True, help="the gap would widen: groups behind must gain more")


GAPS_CLOSE = Rule(
    "L12",
    "warning",
    "Groups that are behind gain more",
    "A subgroup whose baseline is worse than everyone's is to gain at least as much, from the latest baseline of both to "
    "the year after the grant. Where it gains less, the plan itself widens the gap that it promises to close, even if every "
    "target is met. To mend it, raise the group's targets: halving what is missing in each group does so by itself. Basis: "
    "the options for ESEA targets, by which groups further behind make greater annual progress, as recalled, and (A)(4)(b), "
    "decreasing achievement gaps.",
    _gaps_close,
)


def _in_points(measure: Measure) -> bool:
    """Whether a gain of the measure is one in percentage points."""
    return measure.formula.aggregate == "percent" or measure.formula.per == 100


def _number(value: float) -> str:
    return number_text(round(value, 6))


SHAPE = Rule(
    "L09",
    "error",
    "A shape makes sense, and gives the values stated beside it",
    "The shape of a target leads to an end that can be reached, and where values are stated year by year as well, they "
    "agree with it to 0.1 point. The shape is the promise (halve what is missing in six years), the values are what is "
    "looked at, and two answers to one question are one too many. Definitions are checked for it with or without a "
    "portfolio, so its severity cannot be changed. To mend it, correct the values, or leave them out and let the shape give "
    "them. Basis: the target options of ESEA flexibility, whose printed increments are rounded.",
    stands_for="target-shape",
)
