"""The use of personalized learning plans, which began in the last year, and the high schools' missed class periods."""

import polars as pl

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.years import SchoolYear


def _weeks(campuses: Campuses, year: SchoolYear) -> pl.DataFrame:
    """s, week and days: the places of a school's days, by the Monday of their week."""
    rows = []
    for school in campuses.schools:
        by_monday: dict[int, list[int]] = {}
        for place in year.open(school.kind.name, school.number):
            by_monday.setdefault(year.days[place].isocalendar().week, []).append(place)
        rows += [(school.s, week, days[0], len(days)) for week, days in by_monday.items()]
    return pl.DataFrame(rows, schema=["s", "week", "first", "length"], orient="row")


def plan_uses_table(
    draws: Draws, campuses: Campuses, stays: pl.DataFrame, missed: pl.DataFrame, year: SchoolYear
) -> pl.DataFrame:
    """A row a day on which a plan was opened, in grades 6 to 12; `missed` (i, day): days that were not simply present."""
    usual = pl.when(pl.col("grade") <= 8).then(0.72).otherwise(0.5)
    habit = (usual + 0.45 * (draws.uniform("plan habit") - 0.5)).clip(upper_bound=0.98)
    habit = pl.when(draws.chance("opens the plan each week", 0.12)).then(1.0).otherwise(habit)
    users = stays.filter(pl.col("grade") >= 6).select("i", "q", "s", "student_id", "entry", "exit", habit=habit)
    weeks = users.join(_weeks(campuses, year), on="s").with_columns(w=pl.col("q") * 64 + pl.col("week"))
    used = weeks.filter(draws.uniform("plan opened", "w") < pl.col("habit"))
    used = used.with_columns(day=pl.col("first") + draws.below("plan day", pl.col("length"), "w"))
    used = used.filter(pl.col("entry").le(pl.col("day")) & (pl.col("exit").is_null() | pl.col("exit").ge(pl.col("day"))))
    used = used.join(campuses.closed(year), on=["s", "day"], how="anti").join(missed, on=["i", "day"], how="anti")
    return used.sort("day", "i").select("student_id", date=year.date_at("day"))


def period_attendance_table(draws: Draws, campuses: Campuses, seats: pl.DataFrame, missed: pl.DataFrame, year: SchoolYear,
                            ) -> pl.DataFrame:  # fmt: skip
    """A few missed or late periods of high school students on days that have no entry of their own."""
    label = year.end
    some = draws.uniform(f"period missed {label}", "c") < 0.05 + pl.col("absence")
    there = seats.filter((pl.col("kind") == "high") & some).with_columns(last=pl.col("exit").fill_null(len(year.days) - 1))
    parts = []
    for number in (1, 2):
        day = pl.col("entry") + draws.below(f"period day {label} {number}", pl.col("last") - pl.col("entry") + 1, "c")
        late = draws.chance(f"late to a period {label} {number}", 0.5, "c")
        twice = draws.chance(f"second period {label}", 1 / 3, "c") if number == 2 else pl.lit(True)
        status = pl.when(late).then(pl.lit("tardy")).otherwise(pl.lit("absent"))
        parts.append(there.filter(twice).with_columns(day=day, status=status))
    rows = pl.concat(parts).with_columns(date=year.date_at("day"))
    rows = rows.filter(pl.col("date").is_between("from_date", "to_date"))
    rows = rows.join(campuses.closed(year), on=["s", "day"], how="anti").join(missed, on=["i", "day"], how="anti")
    rows = rows.unique(["i", "section_id", "day"], keep="first", maintain_order=True).sort("day", "i", "section_id")
    return rows.select("student_id", "section_id", "date", "status")
