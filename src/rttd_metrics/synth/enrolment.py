"""Pupils (a child in a school year), their stays at schools, and their programmes."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws, pick
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import KG, PK, Setting
from rttd_metrics.synth.textbook import EDGES, EdgeYear, Span
from rttd_metrics.synth.years import SchoolYear

_EXITS = {"transferred_out": 0.45, "dropout": 0.28, "moved_undocumented": 0.15, "emigrated": 0.12}
_PUPIL = 64
_STAY = 4
"""Keys of draws: a pupil's is i * 64 + the year's number, a stay's is the pupil's * 4 + its place."""


@dataclass(frozen=True)
class Enrolment:
    """`pupils`: a row a student and year; `stays`: a row for each stay, in the order of pupils, first stays first.

    pupils: k (key), i, y, grade, case, participating, exit_type, diploma_type, diploma_date and everything of the person.
    stays: q (key), k, i, y, n (which one), grade, s (school), entry, exit (places of days; null is still there), exit_type,
    responsible (a school s), and textbook, student_id, ability, absence, conduct, case.
    """

    pupils: pl.DataFrame
    stays: pl.DataFrame


def enrol(setting: Setting, campuses: Campuses, people: pl.DataFrame) -> Enrolment:
    """Every year of every child, and where it was."""
    pupils, stays = [], []
    for year in setting.school_years:
        drawn = _pupils_of(setting, people, year)
        of_year = _stays_of(setting, campuses, drawn, year)
        if setting.has_textbook:
            known, fixed = _textbook(setting, campuses, year)
            drawn = pl.concat([drawn, known.join(people, on="i")], how="diagonal_relaxed")
            of_year = pl.concat([of_year, fixed], how="diagonal_relaxed")
        drawn = drawn.with_columns(k=pl.col("i") * _PUPIL + year.number, y=pl.lit(year.number, pl.Int64)).sort("i")
        traits = drawn.select("i", "k", "y", "textbook", "student_id", "ability", "absence", "conduct", "case")
        of_year = of_year.join(traits, on="i").sort("i", "n").with_columns(q=pl.col("k") * _STAY + pl.col("n"))
        last = of_year.group_by("i", maintain_order=True).agg(pl.col("exit_type", "exit").last())
        pupils.append(_diplomas(drawn.join(last, on="i", maintain_order="left"), year))
        stays.append(of_year)
    return Enrolment(pl.concat(pupils, how="diagonal_relaxed"), pl.concat(stays, how="diagonal_relaxed"))


def _pupils_of(setting: Setting, people: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Those of the drawn children who are there in a year; of the years before the first full one only the high schools."""
    grade = pl.col("born") - (setting.last.number - year.number)
    there = pl.col("since").le(year.number) & pl.col("last").ge(year.number) & ~pl.col("textbook")
    here = people.filter(there).with_columns(grade=grade)
    here = here.filter(pl.col("grade").is_between(PK if year.full else 9, 12))
    participates = ~setting.draws.chance(f"not participating {year.end}", 0.015)
    return here.with_columns(participating=participates, case=pl.lit(None, pl.String))


def _stays_of(setting: Setting, campuses: Campuses, pupils: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """The stays of drawn pupils: mostly one, the whole year long."""
    draws, days, label = setting.draws, len(year.days), year.end
    new = (pl.col("since") == year.number) & (pl.col("came") > KG)
    late = draws.chance(f"late {label}", pl.when(new).then(0.35).otherwise(0.003))
    entry = pl.when(late).then(12 + draws.below(f"entry {label}", days - 70)).otherwise(0)
    frame = pupils.with_columns(entry=entry, s=campuses.place("home", "grade"))
    change = pl.col("entry") + 15 + draws.below(f"change {label}", days - 25 - pl.col("entry"))
    frame = frame.with_columns(change=change, fate=draws.uniform(f"fate {label}"))
    frame = frame.with_columns(ends=_end(draws, year, final=year is setting.last))
    first, count = campuses.span("grade")
    stays_on = pl.col("ends").is_null() | pl.col("ends").is_in(["end_of_year", "graduated"])
    moves = stays_on & (pl.col("fate") >= 0.96) & (count > 1)
    step = 1 + draws.below(f"school moved to {label}", pl.max_horizontal(count - 1, 1))
    to_end = pl.when(pl.col("ends").is_null()).then(None).when(stays_on).then(days - 1).otherwise("change")
    frame = frame.with_columns(moves=moves, to=first + (pl.col("s") - first + step) % count, until=to_end)
    one = frame.with_columns(
        n=pl.lit(0, pl.Int64),
        exit=pl.when("moves").then(pl.col("change") - 1).otherwise("until"),
        exit_type=pl.when("moves").then(pl.lit("moved_in_district")).otherwise("ends"),
    )
    two = frame.filter("moves").with_columns(n=pl.lit(1, pl.Int64), s="to", entry="change", exit="until", exit_type="ends")
    columns = ["i", "n", "grade", "s", "entry", "exit", "exit_type"]
    return pl.concat([one.select(columns), two.select(columns)])


def _end(draws: Draws, year: SchoolYear, *, final: bool) -> pl.Expr:
    """How a drawn pupil's year ends; null for those whose stay is still open, in the last year."""
    high, senior, fate = pl.col("grade") >= 9, pl.col("grade") == 12, pl.col("fate")
    dropout = 0.012 + pl.when(pl.col("absence") > 0.1).then(0.1).otherwise(0.0)
    left = pl.when(fate < 0.022).then(pl.lit("transferred_out")).when(high & (fate < 0.022 + dropout)).then(pl.lit("dropout"))
    graduates = draws.chance(f"graduates {year.end}", 0.95 - 2 * (pl.col("absence") - 0.05).clip(0, 0.3))
    last_of_all = pl.coalesce(left, pl.when(senior & graduates).then(pl.lit("graduated")))
    if final:
        return last_of_all
    summer = (
        pl.when(draws.chance(f"left in summer {year.end}", 0.4)).then(pl.lit("end_of_year")).otherwise(pl.lit("transferred_out"))
    )
    gone = pl.when(high).then(pick(draws.uniform(f"why gone {year.end}"), _EXITS)).otherwise(summer)
    here_last = pl.col("last") == year.number
    ended = pl.when(here_last & senior).then(last_of_all).when(here_last).then(gone)
    return ended.fill_null("end_of_year")


def _diplomas(pupils: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Whoever graduates has a regular diploma of the year's last day, if none is written down."""
    earned = pl.when(pl.col("exit_type") == "graduated")
    kind, day = earned.then(pl.lit("regular")), earned.then(pl.lit(year.last))
    if "diploma_type" not in pupils.columns:
        return pupils.with_columns(diploma_type=kind, diploma_date=day)
    return pupils.with_columns(diploma_type=pl.coalesce("diploma_type", kind), diploma_date=pl.coalesce("diploma_date", day))


# -- The textbook students ------------------------------------------------------------------------------------------------


def textbook_years(setting: Setting, year: SchoolYear) -> list[tuple[int, EdgeYear]]:
    """The textbook students of a year; of the years before the first full one only the high schools'."""
    back = setting.last.number - year.number
    found = [(number, spec) for number, edge in EDGES.items() for spec in edge.years if spec.back == back]
    return [(number, spec) for number, spec in found if year.full or spec.grade >= 9]


def textbook_days(campuses: Campuses, year: SchoolYear, span: Span) -> list[int]:
    """The places of a stay's days of school."""
    school = campuses.schools[_school(campuses, span.school)]
    return year.open(school.kind.name, school.number)[span.start : span.stop]


def _school(campuses: Campuses, name: str) -> int:
    kind, _, number = name.partition(" ")
    return campuses.of(kind)[int(number or 1) - 1].s


def _textbook(setting: Setting, campuses: Campuses, year: SchoolYear) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pupils and stays of the textbook students in a year."""
    pupils, stays = [], []
    for number, spec in textbook_years(setting, year):
        kind, day = spec.diploma or (None, None)
        pupils.append((number, spec.grade, spec.case, spec.participating, kind, day))
        for n, span in enumerate(spec.spans):
            days = textbook_days(campuses, year, span)
            over = span.stop is not None or span.exit_type is not None
            whose = None if span.responsible is None else _school(campuses, span.responsible)
            at = _school(campuses, span.school)
            stays.append((number, n, spec.grade, at, days[0], days[-1] if over else None, span.exit_type, whose))
    whole, text = pl.Int64, pl.String
    of_pupils = {
        "i": whole,
        "grade": whole,
        "case": text,
        "participating": pl.Boolean,
        "diploma_type": text,
        "diploma_date": pl.Date,
    }
    of_stays = dict.fromkeys(("i", "n", "grade", "s", "entry", "exit"), whole) | {"exit_type": text, "responsible": whole}
    return pl.DataFrame(pupils, schema=of_pupils, orient="row"), pl.DataFrame(stays, schema=of_stays, orient="row")


# -- Tables ---------------------------------------------------------------------------------------------------------------


def enrollments_table(campuses: Campuses, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """A row a stay of the year."""
    responsible = campuses.school_id("responsible") if "responsible" in stays.columns else pl.lit(None, pl.String)
    return stays.filter(y=year.number).select(
        "student_id",
        school_id=campuses.school_id(),
        entry_date=year.date_at("entry"),
        exit_date=year.date_at("exit"),
        exit_type="exit_type",
        responsible_school_id=responsible,
    )


def programs_table(pupils: pl.DataFrame, stays: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """A row for each programme of a child in the year; a stay that ended within the year has its own last day."""
    span = stays.group_by("k").agg(pl.col("entry").first(), pl.col("exit").last())
    takes_part = {
        "english_learner": pl.col("english_learner"),
        "lunch": pl.col("economically_disadvantaged"),
        "section_504": (pl.col("i") % 29 == 0) & ~pl.col("disability"),
        "special_education": pl.col("disability"),
    }
    here = pupils.filter(y=year.number).join(span, on="k", maintain_order="left")
    parts = [here.filter(who).with_columns(program=pl.lit(name)) for name, who in takes_part.items()]
    ended = pl.col("case").eq_missing(pl.lit("left_") + pl.col("program"))
    rows = pl.concat(parts).sort("i", "program")
    return rows.select(
        "student_id",
        "program",
        school_year=pl.lit(year.label),
        from_date=year.date_at("entry"),
        to_date=pl.when(ended).then(year.terms["S1"].end).otherwise(year.date_at("exit")),
    ).select("school_year", "student_id", "program", "from_date", "to_date")
