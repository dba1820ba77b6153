"""Attendance, day by day: absences come in spells, on some days more than on others, and of some children far more."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from rttd_metrics.synth.discipline import Discipline
from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.enrolment import textbook_days, textbook_years
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.years import SchoolYear

_LENGTH = 1.7
"""Mean days of a spell: 1, 2 or 3 days in the shares 3 : 2 : 1."""
_WEEK = (1.15, 0.9, 0.85, 0.95, 1.2)
"""Absence from Monday to Friday beside that of the mean day."""
_WINTER = {12: 1.1, 1: 1.25, 2: 1.3, 3: 1.1}
_LAST_DAY = 2.5
"""Many are gone on the day before the summer."""


def day_factors(draws: Draws, year: SchoolYear) -> list[float]:
    """How much is missed on each day beside the mean day: by weekday, season and chance (snow, influenza)."""
    chance = draws.single(f"days of {year.end}")
    factors = []
    for day in year.days:
        luck = 0.85 + 0.3 * chance.random()
        bad = 1.8 if chance.random() < 0.03 else 1.0
        factors.append(_WEEK[day.weekday()] * _WINTER.get(day.month, 0.95) * luck * bad)
    mean = sum(factors) / len(factors)
    factors = [factor / mean for factor in factors]
    return [*factors[:-1], _LAST_DAY * factors[-1]]


def days_of(setting: Setting, campuses: Campuses, stays: pl.DataFrame, discipline: Discipline, year: SchoolYear,
            ) -> Iterator[pl.DataFrame]:  # fmt: skip
    """A frame for each day of school, of everyone who is enrolled on it, in the order of stays.

    q, i, student_id, school_id, date, day, status, excused, absent (part missed, where the status does not tell it).
    """
    marked = _marked(setting, campuses, stays, discipline, year)
    closed = {day: found for (day,), found in campuses.closed(year).group_by("day")}
    state = stays.sort("q").select(
        "q",
        "i",
        "student_id",
        "s",
        "entry",
        pl.col("exit").fill_null(len(year.days)),
        "absence",
        school_id=campuses.school_id(),
        drawn=~pl.col("textbook"),
        rate=pl.when("textbook").then(0.0).otherwise(pl.col("absence") * _level(year, setting)) / _LENGTH,
        left=pl.lit(0, pl.Int8),
        because=pl.lit(None, pl.Boolean),
    )
    for place, (day, factor) in enumerate(zip(year.days, day_factors(setting.draws, year), strict=True)):
        here = pl.col("entry").le(place) & pl.col("exit").ge(place)
        if place in closed:
            here &= ~pl.col("s").is_in(closed[place]["s"].to_list())
        state = _next(setting.draws, state, factor, day)
        rows = state.filter(here)
        yield _statuses(rows, marked.get(place)).with_columns(date=pl.lit(day), day=pl.lit(place, pl.Int64))


def _level(year: SchoolYear, setting: Setting) -> pl.Expr:
    """The youngest and the oldest miss most; middle schools missed less in the last year than before."""
    middle = 1.05 if year is setting.last else 1.35
    grade = pl.col("grade")
    return pl.when(grade <= 0).then(1.2).when(grade <= 5).then(0.78).when(grade <= 8).then(middle).otherwise(0.8 + 0.05 * grade)


def _next(draws: Draws, state: pl.DataFrame, factor: float, day: date) -> pl.DataFrame:
    """The next day: a spell goes on, or begins where the draw `u` lies below the day's risk."""
    state = state.with_columns(u=draws.uniform(f"attendance {day.isoformat()}", "q"), risk=pl.col("rate") * factor)
    within = pl.col("u") / pl.col("risk")  # once more a number in [0, 1) where a spell begins
    sixth = within * 6
    length = pl.when(within < 0.5).then(1).when(within < 5 / 6).then(2).otherwise(3)
    going = pl.col("left") > 1
    begins = ~going & (pl.col("u") < pl.col("risk"))
    second = sixth - sixth.floor()
    return state.with_columns(
        left=pl.when(going).then(pl.col("left") - 1).when(begins).then(length).otherwise(0).cast(pl.Int8),
        because=pl.when(going).then("because").when(begins).then(second < 0.7 - 2 * pl.col("absence")),
        half=begins & (second > 0.97),
    )


def _statuses(rows: pl.DataFrame, marked: pl.DataFrame | None) -> pl.DataFrame:
    """Absent in a spell; else late, gone early or present by where `u` lies above the risk; what is written down wins."""
    gone, u = pl.col("left") > 0, pl.col("u") - pl.col("risk")
    late, early = 0.008 + 0.4 * pl.col("rate"), 0.004
    is_late = pl.col("drawn") & ~gone & (u < late)
    is_early = pl.col("drawn") & ~gone & ~is_late & (u < late + early)
    rows = rows.select(
        "q",
        "i",
        "student_id",
        "school_id",
        status=pl.when(gone).then(pl.lit("absent")).when(is_late).then(pl.lit("tardy")).when(is_early).then(pl.lit("early_departure"))
        .otherwise(pl.lit("present")),
        excused=pl.when(gone).then("because").when(is_early).then(True),
        absent=pl.when("half").then(0.5).when(is_late & (u < 0.03 * late)).then(0.5)
        .when(is_early).then(pl.when(u < late + 0.35 * early).then(0.5).otherwise(0.25)),
    )  # fmt: skip
    if marked is None:
        return rows
    found = rows.join(marked, on="q", how="left", maintain_order="left")
    fixed = pl.col("status_right").is_not_null()
    return found.select(
        "q", "i", "student_id", "school_id",
        *(pl.when(fixed).then(f"{name}_right").otherwise(name).alias(name) for name in ("status", "excused", "absent")),
    )  # fmt: skip


def _marked(setting: Setting, campuses: Campuses, stays: pl.DataFrame, discipline: Discipline, year: SchoolYear,
            ) -> dict[int, pl.DataFrame]:  # fmt: skip
    """By day: q, status, excused and absent of suspensions and of the textbook students' days."""
    away = pl.when(pl.col("status") == "out_of_school_suspension").then(False)
    served = discipline.served.unique(["q", "day"], keep="first", maintain_order=True)
    parts = [served.with_columns(excused=away, absent=pl.lit(None, pl.Float64))]
    if setting.has_textbook:
        parts.append(_textbook(setting, campuses, stays, year))
    return {day: found.drop("day") for (day,), found in pl.concat(parts, how="diagonal_relaxed").group_by("day")}


def _textbook(setting: Setting, campuses: Campuses, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Exactly the days a textbook student is to have, evenly apart; suspensions take theirs from the middle."""
    rows = []
    for number, spec in textbook_years(setting, year):
        for n, span in enumerate(spec.spans):
            days = textbook_days(campuses, year, span)
            middle, taken = len(days) // 2, sum(length + 1 for _, length in span.suspended)
            free = [*days[:middle], *days[middle + taken :]]
            wanted = [("absent", None)] * span.absent + list(span.extra)
            for place, (status, part) in enumerate(wanted):
                rows.append((number, n, free[(2 * place + 1) * len(free) // (2 * len(wanted))], status, True, part))
    schema = {"i": pl.Int64, "n": pl.Int64, "day": pl.Int64, "status": pl.String, "excused": pl.Boolean, "absent": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.join(stays.select("i", "n", "q"), on=["i", "n"]).select("q", "day", "status", "excused", "absent")


def attendance_table(day: pl.DataFrame, *, exceptions: bool) -> pl.DataFrame:
    """The rows of a day; of exceptions only those who were not simply present."""
    rows = day.filter(pl.col("status") != "present") if exceptions else day
    return rows.select("student_id", "school_id", "date", "status", "excused", "absent")
