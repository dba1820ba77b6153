"""Judgement: the value of each cell, how sure it is, its target and its status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.target_paths import baseline_of, target_of

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""
RELIABLE_N = 30
"""Fewer students than this are called uncertain whatever the interval says."""
DECIMALS = 6
_TELLING = (
    "population",
    "excluded",
    "missing",
    "n",
    "numerator",
    "denominator",
    "value",
    "ci_low",
    "ci_high",
    "baseline",
    "target",
    "uncertain",
)


@dataclass(frozen=True)
class Judgement:
    """What the judging of a run needs besides the cells: the school year as written, and when values are final."""

    school_year: str
    as_of: date
    year_end: date

    def final(self, measure: Measure) -> bool:
        """Whether the measure's value can still change for the better or worse this year."""
        when = measure.definition.final
        if when == "any_day":
            return True
        return self.as_of >= (self.year_end if when == "year_end" else when)


def judged(cells: pl.DataFrame, measure: Measure, judgement: Judgement, level: str) -> pl.DataFrame:
    """The cells of one measure at one level with denominator, value, interval, baseline, target, status, uncertain.

    `cells` are those of rollup.cells_of, and `school_id`. Percents run from 0 to 100; numbers are rounded to six decimals,
    and compared so.
    """
    frame = _with_values(cells, measure)
    frame = _with_interval(frame, measure)
    frame = frame.with_columns(rounded(name) for name in ("numerator", "denominator", "value", "ci_low", "ci_high"))
    frame = _with_targets(frame, measure, judgement, level)
    frame = frame.with_columns(status=status_of(measure.definition.improvement, judgement.final(measure)))
    frame = frame.with_columns(uncertain=_uncertain(measure))
    return _withheld(frame, measure)


def rounded(name: str) -> pl.Expr:
    return (pl.col(name).round(DECIMALS) + 0.0).alias(name)  # adding zero turns -0.0 into 0.0


def _with_values(cells: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    n, first, second = pl.col("n"), pl.col("first"), pl.col("second")
    whole = pl.coalesce("weight", n.cast(pl.Float64))
    some = n > 0
    nothing = pl.lit(None, dtype=pl.Float64)
    match measure.formula.aggregate:
        case "percent":
            parts = (pl.col("numerator"), whole, pl.col("numerator") / whole * 100)
        case "count":
            parts = (pl.col("numerator"), n.cast(pl.Float64), pl.col("numerator"))
        case "avg":
            parts = (first, whole, first / whole)
        case "rate":
            some = some & (second != 0)
            parts = (first, second, first / second * (measure.formula.per or 1.0))
        case _:
            parts = (nothing, nothing, first)
    numerator, denominator, value = parts
    return cells.with_columns(
        numerator=pl.when(n > 0).then(numerator) if measure.formula.aggregate != "percent" else numerator,
        denominator=pl.when(n > 0).then(denominator) if measure.formula.aggregate != "percent" else denominator,
        value=pl.when(some).then(value),
    )


def _with_interval(frame: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Wilson for a percent of students, normal for an average of students; other measures count everyone there is. What is
    weighed has none: its students do not count alike."""
    n = pl.col("n").cast(pl.Float64)
    nothing = pl.lit(None, dtype=pl.Float64)
    low = high = nothing
    if measure.level == "student" and measure.formula.aggregate == "percent":
        share = pl.col("numerator") / n
        centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * (share * (1 - share) / n + Z * Z / (4 * n * n)).sqrt()
        # At 0 and at 100 per cent one end of the interval is the value itself; arithmetic misses it by a hair.
        low = pl.when(pl.col("numerator") == 0).then(0.0).otherwise((centre - half) * 100)
        high = pl.when(pl.col("numerator") == n).then(100.0).otherwise((centre + half) * 100)
    elif measure.level == "student" and measure.formula.aggregate == "avg":
        mean = pl.col("first") / n
        spread = ((pl.col("second") - n * mean * mean).clip(lower_bound=0.0) / (n - 1)).sqrt()
        half = pl.when(n > 1).then(Z * spread / n.sqrt())
        low, high = mean - half, mean + half
    some = pl.col("value").is_not_null() & pl.col("weight").is_null()
    return frame.with_columns(ci_low=pl.when(some).then(low), ci_high=pl.when(some).then(high))


def _with_targets(frame: pl.DataFrame, measure: Measure, judgement: Judgement, level: str) -> pl.DataFrame:
    """Target and baseline by subgroup, and by school for everyone at a school that has its own target."""
    year, definition = judgement.school_year, measure.definition
    # Few cells have a target of their own: to name these is quicker than to join one to each of a million cells.
    named = [(name, group) for name, groups in definition.target.subgroups.items() for group in groups]
    pairs = [(EVERYONE, EVERYONE), *named]
    targets = _by_pair({pair: target_of(definition, year, *pair) for pair in pairs})
    baselines = _by_pair({pair: baseline_of(definition, year, *pair) for pair in pairs if level == "district"})
    joined = frame.with_columns(target=targets, baseline=baselines)
    schools = measure.definition.target.schools
    own = {school: target_of(measure.definition, year, school_id=school) for school in schools}
    if own:
        at_school = pl.col("school_id").replace_strict(own, default=pl.col("target"), return_dtype=pl.Float64)
        joined = joined.with_columns(pl.when(pl.col("dimension") == "all").then(at_school).otherwise("target").alias("target"))
    return joined.with_columns(rounded("target"), rounded("baseline"))


def _by_pair(values: Mapping[tuple[str, str], float | None]) -> pl.Expr:
    """The value of a dimension and subgroup, null where there is none."""
    found = pl.lit(None, dtype=pl.Float64)
    for (dimension, subgroup), value in values.items():
        if value is not None:
            here = (pl.col("dimension") == dimension) & (pl.col("subgroup") == subgroup)
            found = pl.when(here).then(value).otherwise(found)
    return found


def status_of(improvement: Literal["increase", "decrease"], final: bool) -> pl.Expr:
    """The status of a cell that nothing is hidden of, from its `value` and `target`."""
    value, target = pl.col("value"), pl.col("target")
    reached = value <= target if improvement == "decrease" else value >= target
    judged_now = pl.when(reached).then(pl.lit("met")).otherwise(pl.lit("not_met")) if final else pl.lit("in_progress")
    return (
        pl.when(value.is_null()).then(pl.lit("no_units")).when(target.is_null()).then(pl.lit("no_target")).otherwise(judged_now)
    )


def _uncertain(measure: Measure) -> pl.Expr:
    """The interval spans the target, or there are few students. Of classrooms, schools and districts all are counted:
    there is no chance in which of them were met, so nothing is uncertain."""
    if measure.level != "student":
        return pl.when(pl.col("value").is_not_null()).then(pl.lit(False))
    spans = (pl.col("ci_low") <= pl.col("target")) & (pl.col("target") <= pl.col("ci_high"))
    few = pl.col("n") < RELIABLE_N
    return pl.when(pl.col("value").is_not_null()).then(few | spans.fill_null(False))


def _withheld(frame: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Cells that rest on fewer people than the measure's minimum say nothing at all."""
    confidential = measure.definition.confidential
    if confidential is None:
        return frame.drop("first", "second", "people", "weight")
    people = pl.col("people") if confidential.count or confidential.of == "educator" else pl.col("n")
    few = (pl.col("n") > 0) & (people < confidential.minimum)
    return frame.with_columns(withhold(few)).drop("first", "second", "people", "weight")


def withhold(hidden: pl.Expr) -> list[pl.Expr]:
    """The columns of cells of which those that are `hidden` say nothing."""
    shown = [pl.when(~hidden).then(pl.col(name)).alias(name) for name in _TELLING]
    return [*shown, pl.when(hidden).then(pl.lit("withheld")).otherwise(pl.col("status")).alias("status")]


def good_side(measure: Measure) -> bool | None:
    """Whether the condition of a percent or count being true is good; None for other measures."""
    if measure.formula.aggregate not in ("percent", "count"):
        return None
    return measure.definition.improvement == "increase"
