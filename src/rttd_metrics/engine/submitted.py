"""What schools have submitted: the date of the latest attendance of each, and how far it is behind the calendar.

A day of which nothing was submitted is not a day on which everybody was there.
"""

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.findings import PLACES_SHOWN, Finding, Place
from rttd_metrics.definitions.attendance_checks import DAYS
from rttd_metrics.engine.backend import Frame, here, materialize
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.row_schools import placed
from rttd_metrics.engine.units import AT_SCHOOL


def attendance_through(dataset: Dataset) -> Frame:
    """school, through: the date of the latest row of attendance of each school that has one this year, up to as-of."""
    rows = placed(dataset.rows(DAYS), dataset, DAYS).filter(~nw.col(AT_SCHOOL).is_null())
    dated = rows.select(nw.col(AT_SCHOOL).cast(nw.String).alias("school"), nw.col(f"{DAYS}.date").alias("through"))
    return materialize(dated.group_by("school").agg(nw.col("through").max()))


def behind(dataset: Dataset) -> list[Finding]:
    """A warning where schools have instructional days, with students, after their latest attendance; none without a calendar."""
    latest = dataset.attendance_through
    if latest is None or not dataset.has("calendar", "school_id", "date") or not dataset.has("enrollments", "school_id"):
        return []
    held = here(dataset.rows("calendar")).filter(pl.col("calendar.instructional").fill_null(True))
    days = held.select(
        pl.col("calendar.school_id").cast(pl.String).alias("school"), pl.col("calendar.date").alias("day")
    ).unique()
    late = (
        days.join(_last_stays(dataset), on="school", how="inner")
        .join(here(latest), on="school", how="left")
        .filter((pl.col("day") <= pl.col("end")) & (pl.col("day") > pl.col("through")).fill_null(True))
        .group_by("school")
        .agg(pl.len())
        .sort("school")
        .collect()
    )
    if late.is_empty():
        return []
    place = Place(dataset.tables[DAYS].source.files[0].shown)
    return [Finding("not-submitted", DAYS, (place,), detail=_told(late), severity="warning")]


def _last_stays(dataset: Dataset) -> pl.LazyFrame:
    """school, end: the last day on which a student is enrolled there."""
    stays = here(dataset.rows("enrollments")).filter(pl.col("enrollments.primary"))
    end = pl.col("enrollments.exit_date").fill_null(dataset.as_of)
    return stays.group_by(pl.col("enrollments.school_id").cast(pl.String).alias("school")).agg(end.max().alias("end"))


def _told(late: pl.DataFrame) -> str:
    """`2 schools, 12 instructional days: 0102 (9), 0105 (3)`."""
    schools, days = late.height, int(late["len"].sum())
    shown = [f"{school} ({count:,})" for school, count in late.head(PLACES_SHOWN).iter_rows()]
    more = ", ..." if schools > PLACES_SHOWN else ""
    named = ", ".join(shown) + more
    return f"{schools:,} school{'s' * (schools > 1)}, {days:,} instructional day{'s' * (days > 1)}: {named}"
