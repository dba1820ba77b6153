"""Days of stays that overlap: each is counted once, whatever the file says."""

from datetime import date

import polars as pl

from rttd_metrics.data.keys import TableRows

_COUNTED_TO = "enrollments.counted_to"
_BEFORE = pl.duration(days=-1)


def count_days_once(rows: TableRows) -> None:
    """Write into `counted_to` the last day that is counted for each primary stay that overlaps another of the student.

    A stay is counted to the day before the next one begins. One that begins and ends within an earlier one is not counted
    at all. All others keep what the file says, which is nothing: they are counted to their exit date.
    """
    frame = rows.good
    if _COUNTED_TO in frame.columns or "enrollments.entry_date" not in frame.columns:
        return
    cut = _cut(frame.with_row_index("__stay"), rows.years)
    if cut.is_empty():
        return
    made = frame.with_row_index("__stay").join(cut, on="__stay", how="left", maintain_order="left")
    rows.good = made.drop("__stay")
    rows.aside = rows.aside.with_columns(pl.lit(None, dtype=pl.Date).alias(_COUNTED_TO))


def _cut(stays: pl.DataFrame, years: list[str]) -> pl.DataFrame:
    """__stay, counted_to: the stays that are not counted to their end."""
    student, entry, end = pl.col("enrollments.student_id"), pl.col("enrollments.entry_date"), pl.col("__end")
    of = [student.to_physical(), *(pl.col(year) for year in years)]
    if "enrollments.primary" in stays.columns:
        stays = stays.filter(pl.col("enrollments.primary").fill_null(True))
    stays = stays.filter(student.to_physical().is_duplicated())  # few students have two stays
    ends = "enrollments.exit_date" in stays.columns
    stays = stays.with_columns((pl.col("enrollments.exit_date").fill_null(date.max) if ends else pl.lit(date.max)).alias("__end"))
    stays = stays.sort(*of, entry, end, "__stay")
    within = (end < end.cum_max().shift(1).over(of)).fill_null(False)
    stays = stays.with_columns(within.alias("__within"))
    lasting = stays.filter(~pl.col("__within")).with_columns(entry.shift(-1).over(of).alias("__next"))
    lasting = lasting.filter(pl.col("__next") <= end).select("__stay", (pl.col("__next") + _BEFORE).alias(_COUNTED_TO))
    inner = stays.filter("__within").select("__stay", (entry + _BEFORE).alias(_COUNTED_TO))
    return pl.concat([lasting, inner])
