"""The steps of seniors toward college, and whether they went."""

from datetime import date

import polars as pl

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.textbook import EDGES
from rttd_metrics.synth.years import SchoolYear

_EVENTS = {"i": pl.Int64, "event": pl.String, "date": pl.Date, "kind": pl.String}


def postsecondary_table(setting: Setting, pupils: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """The events of a year's grade 12, also those that came later: a row's school year is that of grade 12.

    College is known of the classes that have left; of the years before the first full one, nothing else.
    """
    draws = setting.draws
    seniors = pupils.filter(pl.col("y").eq(year.number), pl.col("grade").eq(12))
    goes = draws.uniform("goes to college") <= 0.68 + 0.2 * pl.col("ability")
    four = draws.uniform("four-year college") < 0.5 + 0.25 * pl.col("ability")
    seniors = seniors.with_columns(
        goes=goes & ~pl.col("textbook"), kind=pl.when(four).then(pl.lit("four_year")).otherwise(pl.lit("two_year"))
    )
    parts = [_enrolled(draws, seniors, year)] if year is not setting.last else []
    if year.full:
        parts += [*_aid_forms(draws, seniors, year), _applied(draws, seniors, year)]
    if setting.has_textbook:
        parts.append(_textbook(setting, year))
    rows = pl.concat(parts, how="diagonal_relaxed")
    students = seniors.select("i", "student_id", "exit").with_columns(left=year.date_at("exit").fill_null(year.last))
    rows = rows.join(students, on="i").filter((pl.col("date") <= pl.col("left")) | (pl.col("event") == "enrolled"))
    return rows.sort("i", "date", "event").select(
        school_year=pl.lit(year.label), student_id="student_id", event="event", date="date", institution_type="kind"
    )


def _enrolled(draws: Draws, seniors: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """In the fall after a regular diploma, or in the winter."""
    went = seniors.filter(pl.col("goes") & (pl.col("diploma_type") == "regular") & draws.chance("went", 0.85))
    fall = pl.lit(date(year.end, 8, 20)) + pl.duration(days=draws.below("first day of college", 10))
    late = pl.when(draws.chance("late to college", 0.15)).then(pl.lit(date(year.end + 1, 1, 14))).otherwise(fall)
    return went.select("i", "kind", event=pl.lit("enrolled"), date=late)


def _applied(draws: Draws, seniors: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    day = pl.lit(year.first) + pl.duration(days=40 + draws.below("applied", 110))
    return seniors.filter("goes").select("i", "kind", event=pl.lit("applied"), date=day)


def _aid_forms(draws: Draws, seniors: pl.DataFrame, year: SchoolYear) -> list[pl.DataFrame]:
    """The federal form is submitted from January on and completed some days later."""
    case, end = pl.col("case"), year.end
    drawn = (draws.uniform("aid form") <= 0.74 + 0.15 * pl.col("ability")) & case.is_null()
    day = pl.lit(date(end, 1, 7)) + pl.duration(days=draws.below("submitted", 130))
    only = case.eq_missing("fafsa_submitted_only")
    june = case.eq_missing("fafsa_in_june")
    submitted = pl.when(only).then(pl.lit(date(end, 3, 12))).when(june).then(pl.lit(date(end, 5, 30))).otherwise(day)
    done = submitted + pl.duration(days=3 + draws.below("completed", 17))
    done = pl.when(june).then(pl.lit(date(end, 6, 5))).otherwise(done)
    forms = seniors.filter(drawn | only | june).with_columns(submitted=submitted, done=done)
    finished = forms.filter(
        (draws.chance("form completed", 0.9) | (case == "fafsa_in_june")) & case.ne_missing("fafsa_submitted_only")
    )
    return [
        forms.select("i", event=pl.lit("fafsa_submitted"), date="submitted"),
        finished.select("i", event=pl.lit("fafsa_completed"), date="done"),
    ]


def _textbook(setting: Setting, year: SchoolYear) -> pl.DataFrame:
    """Who went to college of the textbook students; the last of their years is that of grade 12."""
    back = setting.last.number - year.number
    rows = [
        (number, "enrolled", edge.enrolled, "four_year" if number % 2 else "two_year")
        for number, edge in EDGES.items()
        if edge.enrolled is not None and edge.years[-1].back == back
    ]
    return pl.DataFrame(rows, schema=_EVENTS, orient="row")
