"""Incidents of a school year, and the days of suspension that attendance shows."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws, pick
from rttd_metrics.synth.enrolment import textbook_days, textbook_years
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.years import SchoolYear

BEHAVIORS = ("disruption", "defiance", "fighting", "truancy", "harassment", "property_damage", "tobacco")
_OLDER = {"in_school_suspension": 0.45, "out_of_school_suspension": 0.30, "other": 0.25}
_YOUNGER = {"other": 2 / 3, "in_school_suspension": 1 / 3}
_SUSPENDED = ("in_school_suspension", "out_of_school_suspension")
_ROOM = 8
"""Days that a stay must still have after an incident, so that a suspension can be served."""


@dataclass(frozen=True)
class Discipline:
    """`incidents`: number, student_id, s, day (a place), behavior, action, days; `served`: q, day, status."""

    incidents: pl.DataFrame
    served: pl.DataFrame


def make_discipline(setting: Setting, campuses: Campuses, stays: pl.DataFrame, year: SchoolYear) -> Discipline:
    """The incidents of the stays of one year; a suspension is served on the days of school after its incident."""
    drawn = _drawn(setting.draws, stays.filter(~pl.col("textbook")), year)
    fixed = _textbook(setting, campuses, stays, year)
    incidents = pl.concat([drawn, fixed], how="diagonal_relaxed").sort("day", "q").with_row_index("number", 1)
    served = _served(incidents, campuses.closed(year))
    counted = served.group_by("number").len("served")
    incidents = incidents.join(counted, on="number", how="left", maintain_order="left").with_columns(
        days=pl.when(pl.col("action").is_in(_SUSPENDED)).then(pl.col("served").fill_null(0))
    )
    unserved = pl.col("days").eq_missing(0)  # the school was closed on all of them
    incidents = incidents.with_columns(
        action=pl.when(unserved).then(pl.lit("other")).otherwise("action"), days=pl.when(~unserved).then("days")
    )
    whole = pl.concat([incidents, _partners(setting.draws, campuses, incidents, stays, year)], how="diagonal_relaxed")
    return Discipline(whole.sort("day", "number", "q"), served.select("q", "day", "status"))


def _drawn(draws: Draws, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Up to three incidents a stay, each in its own third of it; for most children none."""
    last = pl.col("exit").fill_null(len(year.days) - 1)
    rate = pl.col("conduct") * pl.when(pl.col("grade") <= 5).then(0.15).otherwise(0.45)
    long = stays.with_columns(third=(last - pl.col("entry") + 1 - _ROOM) // 3, rate=rate).filter(pl.col("third") >= 1)
    parts = []
    for number in range(3):
        hit = long.filter(draws.chance(f"incident {year.end} {number}", pl.col("rate"), "q"))
        day = pl.col("entry") + number * pl.col("third") + draws.below(f"day {year.end} {number}", pl.col("third"), "q")
        act = draws.uniform(f"action {year.end} {number}", "q")
        older, oldest = pl.col("grade") > 5, pl.col("grade") >= 9
        length = draws.below(f"length {year.end} {number}", pl.when(oldest).then(5).otherwise(3), "q") + 1
        behavior = pick(draws.uniform(f"behavior {year.end} {number}", "q"), dict.fromkeys(BEHAVIORS, 1 / len(BEHAVIORS)))
        action = pl.when(older).then(pick(act, _OLDER)).otherwise(pick(act, _YOUNGER)).fill_null("other")
        outside = action == "out_of_school_suspension"
        long_for = pl.when(outside).then(length).when(older).then((length + 1).clip(1, 2)).otherwise(1)
        parts.append(hit.with_columns(day=day, behavior=behavior.fill_null("disruption"), action=action, length=long_for))
    return pl.concat(parts)


def _textbook(setting: Setting, campuses: Campuses, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """The suspensions and the expulsion that are written down, from the middle of the stay on."""
    rows: list[tuple[int, int, int, str, str, int | None]] = []
    for number, spec in textbook_years(setting, year) if setting.has_textbook else []:
        for n, span in enumerate(spec.spans):
            days = textbook_days(campuses, year, span)
            at = len(days) // 2
            for action, length in span.suspended:
                rows.append((number, n, days[at], "fighting", action, length))
                at += length + 1
            if span.exit_type == "expelled":
                rows.append((number, n, days[-1], "weapon", "expulsion", None))
    whole, text = pl.Int64, pl.String
    schema = {"i": whole, "n": whole, "day": whole, "behavior": text, "action": text, "length": whole}
    return pl.DataFrame(rows, schema=schema, orient="row").join(stays, on=["i", "n"])


def _served(incidents: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """number, q, day and status: the days of the suspensions on which the school had school, within the stay."""
    suspended = incidents.filter(pl.col("action").is_in(_SUSPENDED))
    days = suspended.with_columns(
        day=pl.int_ranges(pl.col("day") + 1, pl.col("day") + 1 + pl.col("length")), status="action"
    ).explode("day", empty_as_null=True, keep_nulls=True)
    within = days.filter(pl.col("exit").is_null() | (pl.col("day") <= pl.col("exit")))
    return within.join(closed, on=["s", "day"], how="anti").select("number", "q", "day", "status")


def _partners(draws: Draws, campuses: Campuses, incidents: pl.DataFrame, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """The fights at middle schools have a second student, who is only spoken to."""
    middle = [school.s for school in campuses.of("middle")]
    fights = incidents.filter(pl.col("s").is_in(middle), behavior="fighting").select("number", "s", "day", "behavior", first="q")
    there = stays.filter(~pl.col("textbook"), pl.col("s").is_in(middle)).sort("s", "q")
    there = there.with_columns(seat=pl.int_range(pl.len()).over("s"), seats=pl.len().over("s"))
    seats = there.group_by("s").agg(pl.col("seats").first())
    fights = fights.join(seats, on="s", maintain_order="left")
    fights = fights.with_columns(seat=draws.below(f"second student {year.end}", pl.col("seats"), "number")).drop("seats")
    found = fights.join(there, on=["s", "seat"], maintain_order="left")
    here = (pl.col("entry") <= pl.col("day")) & (pl.col("exit").is_null() | (pl.col("day") <= pl.col("exit")))
    return found.filter(here & (pl.col("q") != pl.col("first"))).with_columns(action=pl.lit("other"))


def incidents_table(campuses: Campuses, discipline: Discipline, year: SchoolYear) -> pl.DataFrame:
    """A row a student and incident; several students may share a number."""
    incidents = discipline.incidents
    width = max(4, len(str(incidents.height)))
    return incidents.select(
        incident_id=f"I{year.code}-" + pl.col("number").cast(pl.String).str.zfill(width),
        student_id="student_id",
        school_id=campuses.school_id(),
        date=year.date_at("day"),
        behavior="behavior",
        action="action",
        days="days",
    )
