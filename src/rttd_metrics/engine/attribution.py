"""From stays to schools: what the rule of attribution makes of them."""

import narwhals.stable.v2 as nw

from rttd_metrics.definitions.attribution import Attribution, AttributionByDays, FullYear, day_in_year
from rttd_metrics.engine.backend import Frame
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.paths import with_days_held

STUDENT, SCHOOL = "student_id", "school_id"


def attributed(stays: Frame, rule: Attribution, dataset: Dataset) -> Frame:
    """student_id, school_id: a row for each school that a student counts in, of stays (student_id, school_id, entry, end,
    open) that are primary and reach at most to as-of.

    `last_enrolled`: the school of the latest stay (an open one is later than any that ended). `longest_enrolled`: the
    school with most days. `every_enrollment`: each school. `enrolled_on`: the school of the stay that holds the day.
    `full_academic_year`: each school where the student was for enough days, or all the time. Days after as-of are as-of.
    """
    match rule:
        case AttributionByDays(enrolled_on=str(text)):
            day = nw.lit(min(day_in_year(text, dataset.period.first_day), dataset.as_of))
            return _last(stays.filter((nw.col("entry") <= day) & (day <= nw.col("end"))))
        case AttributionByDays(full_academic_year=FullYear() as year):
            return _enough_days(stays, year.minimum_days, dataset) if year.minimum_days else _throughout(stays, year, dataset)
        case "longest_enrolled":
            return _longest(stays)
        case "every_enrollment":
            return stays.select(STUDENT, SCHOOL).unique()
    return _last(stays)


def one_school(stays: Frame, rule: Attribution, dataset: Dataset) -> Frame:
    """student_id, school_id, one row a student: what `school.` means. Of several schools the last, or the longest, one."""
    match rule:
        case AttributionByDays(full_academic_year=FullYear()):
            return _longest(stays.join(attributed(stays, rule, dataset), on=[STUDENT, SCHOOL], how="semi"))
        case AttributionByDays():
            return attributed(stays, rule, dataset)
        case "longest_enrolled":
            return _longest(stays)
    return _last(stays)


def _enough_days(stays: Frame, minimum: int, dataset: Dataset) -> Frame:
    """By the instructional days of the school's calendar; of a school without one nothing is known, hence nobody."""
    school = nw.col(SCHOOL).cast(nw.String)
    held = with_days_held(stays, dataset, school, nw.col("entry"), nw.col("end"), "days")
    summed = held.group_by(STUDENT, SCHOOL).agg(nw.col("days").sum())
    return summed.filter(nw.col("days") >= minimum).select(STUDENT, SCHOOL)


def _throughout(stays: Frame, year: FullYear, dataset: Dataset) -> Frame:
    """At the school on the first and the last day, and in between never away for more days than permitted."""
    first, last = (min(day_in_year(text or "", dataset.period.first_day), dataset.as_of) for text in (year.first, year.last))
    seen = stays.filter((nw.col("entry") <= nw.lit(last)) & (nw.col("end") >= nw.lit(first)))
    ended = nw.col("end").cum_max().over(STUDENT, SCHOOL, order_by=["entry", "end"])
    seen = seen.with_columns(ended.alias("__reached"))
    before = nw.col("__reached").shift(1).over(STUDENT, SCHOOL, order_by=["entry", "end"])
    gap = (nw.col("entry") - before).dt.total_minutes() / 1440.0 - 1.0
    summed = (
        seen.with_columns(gap.fill_null(0.0).alias("__gap"))
        .group_by(STUDENT, SCHOOL)
        .agg(nw.col("entry").min(), nw.col("end").max(), nw.col("__gap").max())
    )
    there = (nw.col("entry") <= nw.lit(first)) & (nw.col("end") >= nw.lit(last)) & (nw.col("__gap") <= year.permitted_gap)
    return summed.filter(there).select(STUDENT, SCHOOL)


def _last(stays: Frame) -> Frame:
    """The latest stay: open before ended, later end, later entry; then the last school id, so that it is one."""
    for column in ("open", "end", "entry", SCHOOL):
        value = nw.col(column).cast(nw.String) if column == SCHOOL else nw.col(column)
        ranked = stays.with_columns(value.alias("__rank"))
        stays = ranked.filter(nw.col("__rank") == nw.col("__rank").max().over(STUDENT)).drop("__rank")
    return stays.select(STUDENT, SCHOOL).unique()


def _longest(stays: Frame) -> Frame:
    """The school with most days enrolled; of equals the one entered last, then the last school id."""
    days = (nw.col("end") - nw.col("entry")).dt.total_minutes() / 1440.0 + 1.0
    summed = stays.with_columns(days.alias("days")).group_by(STUDENT, SCHOOL).agg(nw.col("days").sum(), nw.col("entry").max())
    for column in ("days", "entry", SCHOOL):
        value = nw.col(column).cast(nw.String) if column == SCHOOL else nw.col(column)
        ranked = summed.with_columns(value.alias("__rank"))
        summed = ranked.filter(nw.col("__rank") == nw.col("__rank").max().over(STUDENT)).drop("__rank")
    return summed.select(STUDENT, SCHOOL)
