"""Terms, sections, who sits in which, and what observers saw there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from rttd_metrics.synth.courses import ELECTIVES, offers_frame
from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.schools import Campuses, grade_label
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.years import SchoolYear

_ELECTIVE = 5
_SLOTS = 64
_BY_ABILITY = (8, 11, 12)
"""Grades whose groups are by ability: the better half takes the advanced courses."""


@dataclass(frozen=True)
class Classes:
    """The classes of a school year.

    `sections`: section_id, number, s, kind, grade (null: electives), group, groups, slot, course_id, name, subject, core,
    level, term, period, homeroom. `placed`: the stays, each with its groups.
    """

    year: SchoolYear
    sections: pl.DataFrame
    placed: pl.DataFrame

    def seats(self) -> pl.DataFrame:
        """A row a student's stay in a section: c (key), the section's columns, those of the stay, from_date, to_date, weight."""
        return _seats(self.placed, self.sections, self.year)


def make_classes(setting: Setting, campuses: Campuses, stays: pl.DataFrame, year: SchoolYear) -> Classes:
    """The classes of the stays of one year."""
    draws = setting.draws
    placed = _placed(draws, stays.join(campuses.frame().select("s", "kind"), on="s"), setting.class_size, year)
    sections = pl.concat([_of_groups(placed), _of_electives(placed)], how="diagonal_relaxed")
    sections = sections.sort("s", "grade", "slot", "group", "course_id", nulls_last=True).with_row_index("number", 1)
    width = max(3, len(str(sections.height)))
    number = pl.col("number").cast(pl.String).str.zfill(width)
    sections = sections.with_columns(section_id=year.code + number, number=pl.col("number").cast(pl.Int64))
    return Classes(year, sections, placed)


def _placed(draws: Draws, stays: pl.DataFrame, class_size: int, year: SchoolYear) -> pl.DataFrame:
    """Each stay with its group (numbered in a school's grade) and its elective with that one's group."""
    able = pl.when("textbook").then(-9.0).otherwise("ability")  # the plain courses are what is written down of them
    rank_by = pl.when(pl.col("grade").is_in(_BY_ABILITY)).then(able).otherwise(draws.uniform(f"group {year.end}", "q"))
    chosen = draws.below("elective", len(ELECTIVES))
    stays = stays.with_columns(rank_by=rank_by, elective=pl.when(pl.col("kind") == "high").then(chosen)).sort("q")
    for name, over in (("group", ["s", "grade"]), ("band", ["s", "elective"])):
        rank = (pl.col("rank_by").rank("ordinal").over(over) - 1).cast(pl.Int64)
        count = pl.len().over(over).cast(pl.Int64)
        groups = (count + class_size - 1) // class_size
        stays = stays.with_columns((rank * groups // count).alias(name), groups.alias(f"{name}s"))
    return stays.with_columns(
        advanced=(pl.col("groups") > 1) & (2 * pl.col("group") >= pl.col("groups")), parity=pl.col("group") % 2
    )


def _letter(group: str) -> pl.Expr:
    """A to Z, then A2 to Z2."""
    letters = pl.Series([chr(ord("A") + n) for n in range(26)])
    turn = pl.col(group) // 26 + 1
    return pl.lit(letters).gather(pl.col(group) % 26) + pl.when(turn > 1).then(turn.cast(pl.String)).otherwise(pl.lit(""))


def _of_groups(placed: pl.DataFrame) -> pl.DataFrame:
    """The sections that a grade's groups sit in together."""
    keys = ["s", "kind", "grade", "group", "groups", "advanced", "parity"]
    groups = placed.select(keys).unique(maintain_order=True)
    alone = (pl.col("kind") == "elementary") & (pl.col("groups") == 1)
    name = pl.col("title") + pl.when(alone).then(pl.lit("")).otherwise(" " + _letter("group"))
    return groups.join(offers_frame(), on=["grade", "advanced", "parity"]).with_columns(name=name).drop("title")


def _of_electives(placed: pl.DataFrame) -> pl.DataFrame:
    """A high school's electives, for all its grades."""
    rows = [(n, one.course_id, one.title, one.subject, one.level) for n, one in enumerate(ELECTIVES)]
    courses = pl.DataFrame(rows, schema=["elective", "course_id", "title", "subject", "level"], orient="row")
    chosen = (
        placed.filter(pl.col("elective").is_not_null())
        .select("s", "kind", "elective", "band", "bands")
        .unique(maintain_order=True)
    )
    return chosen.join(courses.cast({"elective": pl.Int64}), on="elective").select(
        "s", "kind", "course_id", "subject", "level", "bands", group="band", slot=pl.lit(_ELECTIVE, pl.Int64), core=False,
        homeroom=False, term=pl.lit("Y"), period=pl.lit("5"), name=pl.col("title") + " " + (pl.col("band") + 1).cast(pl.String),
        grade=pl.lit(None, pl.Int64), elective="elective",
    ).rename({"bands": "groups"})  # fmt: skip


def _seats(placed: pl.DataFrame, sections: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """Who sits where, from the later of entry and the term's start to the earlier of exit and its end."""
    of_section = ["section_id", "course_id", "subject", "core", "level", "term", "slot", "homeroom", "number"]
    seated = placed.filter(pl.col("case").ne_missing("no_roster")).select(
        "q", "k", "i", "y", "student_id", "s", "kind", "grade", "group", "elective", "band", "entry", "exit", "ability",
        "absence", "textbook", "case",
    )  # fmt: skip
    grouped = sections.filter(pl.col("slot") != _ELECTIVE).select("s", "grade", "group", *of_section)
    chosen = sections.filter(pl.col("slot") == _ELECTIVE).select("s", "elective", *of_section, band="group")
    seats = pl.concat(
        [seated.join(grouped, on=["s", "grade", "group"]), seated.join(chosen, on=["s", "elective", "band"])], how="diagonal"
    )
    terms = pl.DataFrame(
        [(name, t.start, t.end) for name, t in year.terms.items()], schema=["term", "starts", "ends"], orient="row"
    )
    seats = seats.join(terms, on="term").with_columns(
        c=pl.col("q") * _SLOTS + pl.col("slot"),
        from_date=pl.max_horizontal(year.date_at("entry"), "starts"),
        to_date=pl.min_horizontal(year.date_at("exit").fill_null(year.last), "ends"),
        weight=pl.lit(None, pl.Float64),
    )
    seats = seats.filter(pl.col("from_date") <= pl.col("to_date"))
    return _change_english(seats, sections, year).sort("c", "from_date", "section_id")


def _change_english(seats: pl.DataFrame, sections: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """A textbook student sits half and half in both English sections for October, then moves to the other."""
    mine = (pl.col("case") == "changes_english") & (pl.col("subject") == "english")
    moving = seats.filter(mine)
    if moving.is_empty():
        return seats
    first = date(year.end - 1, 10, 1)
    november, day = date(year.end - 1, 11, 1), timedelta(1)
    [seat] = moving.to_dicts()
    others = sections.filter(s=seat["s"], grade=seat["grade"], subject="english").filter(
        pl.col("section_id") != seat["section_id"]
    )
    if others.is_empty():
        return seats
    other = moving.with_columns(
        section_id=pl.lit(others["section_id"][0]), course_id=pl.lit(others["course_id"][0]), c=pl.col("c") + _SLOTS // 2
    )
    spans: Sequence[tuple[pl.DataFrame, date, date, float | None]] = [
        (moving, seat["from_date"], first - day, None),
        (moving.with_columns(c=pl.col("c") + _SLOTS // 4), first, november - day, 0.5),
        (other.with_columns(c=pl.col("c") + _SLOTS // 4), first, november - day, 0.5),
        (other, november, seat["to_date"], None),
    ]
    parts = [
        rows.with_columns(from_date=pl.lit(start), to_date=pl.lit(end), weight=pl.lit(weight, pl.Float64))
        for rows, start, end, weight in spans
    ]
    return pl.concat([seats.filter(~mine.fill_null(False)), *parts], how="diagonal_relaxed")


# -- Tables ---------------------------------------------------------------------------------------------------------------


def terms_table(year: SchoolYear) -> pl.DataFrame:
    rows = [(year.label, t.term_id, t.type, t.start, t.end) for t in year.terms.values()]
    return pl.DataFrame(rows, schema=["school_year", "term_id", "type", "start_date", "end_date"], orient="row")


def sections_table(campuses: Campuses, classes: Classes) -> pl.DataFrame:
    year = classes.year
    return classes.sections.select(
        school_year=pl.lit(year.label), section_id="section_id", course_id="course_id", school_id=campuses.school_id(),
        term_id=f"{year.code}-" + pl.col("term"), name="name", period="period", subject="subject", core="core",
        homeroom="homeroom", grade_level=grade_label(),
    )  # fmt: skip


def rosters_table(seats: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    rows = seats.sort("i", "section_id", "from_date")
    return rows.select(
        school_year=pl.lit(year.label), student_id="student_id", section_id="section_id", weight="weight", from_date="from_date",
        to_date="to_date",
    )  # fmt: skip
