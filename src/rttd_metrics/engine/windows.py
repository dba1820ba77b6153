"""The windows of a run: made of the schools' calendars or of the terms, and given to units by the school they belong to."""

from collections.abc import Mapping
from datetime import date

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.definitions.windows import days_in
from rttd_metrics.engine.attribution import SCHOOL, STUDENT
from rttd_metrics.engine.backend import Frame, collect, materialize
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.membership import Membership
from rttd_metrics.engine.units import AT_SCHOOL, View
from rttd_metrics.engine.window import START, Window

SHORTEST_FIRST = ("quarter", "trimester", "semester", "year")
"""The types of terms by their length."""


def full_windows(dataset: Dataset) -> list[Window]:
    """The windows beside the year to date that some measure has and some school has filled, by name."""
    found = (_window(dataset, name) for name in dataset.plan.windows)
    return [window for window in found if window is not None]


def _window(dataset: Dataset, name: str) -> Window | None:
    """None where it is full nowhere."""
    number = days_in(name)
    if number is None:
        return _grading_period(dataset, name)
    held = _instructional_days(dataset)
    starts = {school: days[-number] for school, days in held.items() if len(days) >= number}
    if not starts:
        return None
    days = sorted({day for own in held.values() for day in own})
    return Window(name, dataset.as_of, starts, days[-number])


def _instructional_days(dataset: Dataset) -> Mapping[str, list[date]]:
    """By school its instructional days up to as-of, in order."""
    rows = dataset.rows("calendar").filter(nw.col("calendar.instructional").fill_null(True))
    school = nw.col("calendar.school_id").cast(nw.String).alias("school")
    days = collect(rows.select(school, nw.col("calendar.date").alias("day")))
    by_school = days.drop_nulls().unique().sort("school", "day").group_by("school", maintain_order=True).all()
    return dict(by_school.iter_rows())


def _grading_period(dataset: Dataset, name: str) -> Window | None:
    """Of the shortest type of terms that have begun this year, the latest: it holds as-of, or is the last that ended.

    Every school, whether it has a calendar or not, is in it from its first day on.
    """
    of_term = (nw.col(f"terms.{name}") for name in ("type", "start_date", "end_date"))
    rows = collect(dataset.rows("terms").select(*of_term)).with_columns(pl.col("terms.type").cast(pl.String))
    begun = [
        (SHORTEST_FIRST.index(kind), start, end)
        for kind, start, end in rows.iter_rows()
        if kind in SHORTEST_FIRST and start <= dataset.as_of and end >= dataset.period.first_day
    ]
    if not begun:
        return None
    shortest = min(kind for kind, _, _ in begun)
    start, end = max((start, end) for kind, start, end in begun if kind == shortest)
    return Window(name, min(end, dataset.as_of), dict.fromkeys(_schools(dataset), start), start)


def _schools(dataset: Dataset) -> list[str]:
    """All schools; none where the run is about the district alone."""
    if not dataset.has("schools", "school_id"):
        return []
    rows = dataset.rows("schools", aside=True).select(nw.col("schools.school_id").cast(nw.String).alias("school"))
    return collect(rows)["school"].drop_nulls().unique().sort().to_list()


def with_window(view: View, dataset: Dataset, home: Frame | None = None) -> View:
    """The units with START, if the dataset is seen through a window; `home`: student_id, school_id, of students as the
    district sees them."""
    window = dataset.window
    if window is None:
        return view
    placed = _placed(view, dataset, home)
    school = nw.col("school")
    elsewhere = nw.lit(window.elsewhere, dtype=nw.Date)
    frame = placed.join(window.schools, on="school", how="left")
    frame = frame.with_columns(nw.when(school.is_null()).then(elsewhere).otherwise(nw.col(START)).alias(START))
    return View(view.level, view.key, materialize(frame.drop("school")), view.at_schools)


def _placed(view: View, dataset: Dataset, home: Frame | None) -> Frame:
    """The units with the school they belong to, as a text: null where there is none, or none is known."""
    if view.at_schools:
        return view.frame.with_columns(nw.col(AT_SCHOOL).cast(nw.String).alias("school"))
    if view.level == "school":
        return view.frame.with_columns(nw.col(view.key).cast(nw.String).alias("school"))
    if view.level == "classroom":
        key, school = "sections.section_id", "sections.school_id"
        schools = dataset.rows("sections").select(nw.col(key).alias(view.key), nw.col(school).cast(nw.String).alias("school"))
        return view.frame.join(schools.unique(), on=view.key, how="left")
    if view.level == "student" and home is not None:
        schools = home.select(nw.col(STUDENT).alias(view.key), nw.col(SCHOOL).cast(nw.String).alias("school"))
        return view.frame.join(schools, on=view.key, how="left")
    return view.frame.with_columns(nw.lit(None, dtype=nw.String).alias("school"))


def full_places(members: Membership, window: Window) -> Membership:
    """Where students belong, without the schools whose window is not full."""

    def full(pairs: Frame) -> Frame:
        return materialize(pairs.filter(nw.col(SCHOOL).cast(nw.String).is_in(list(window.starts))))

    return Membership(
        full(members.schools) if members.schools is not None else None,
        members.home,
        full(members.classrooms) if members.classrooms is not None else None,
        {number: full(pairs) for number, pairs in members.own.items()},
    )
