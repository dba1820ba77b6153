"""The children of a district: who they are, from which school year to which they are there, and the students' table."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws, fourth, pick
from rttd_metrics.synth.names import FIRST_NAMES, LAST_NAMES
from rttd_metrics.synth.schools import Campuses, grade_label
from rttd_metrics.synth.setting import KG, PK, Setting
from rttd_metrics.synth.textbook import EDGES, ELEMENTARY_2
from rttd_metrics.synth.years import SchoolYear

FIRST_NUMBER = 101
"""Of the children who are drawn; the textbook students come before."""
GRADES = range(PK, 13)
_SHARES = {PK: 0.045, KG: 0.078}
"""Of the district's children in a grade; the other twelve share the rest."""
_RICH = {
    "white": 0.52,
    "hispanic_or_latino": 0.20,
    "asian": 0.11,
    "black_or_african_american": 0.08,
    "two_or_more_races": 0.07,
    "american_indian_or_alaska_native": 0.02,
}
_POOR = {
    "white": 0.20,
    "hispanic_or_latino": 0.46,
    "asian": 0.05,
    "black_or_african_american": 0.22,
    "two_or_more_races": 0.04,
    "american_indian_or_alaska_native": 0.015,
    "native_hawaiian_or_other_pacific_islander": 0.015,
}
_LEAVE = 0.035
"""Children of a grade who leave the district in or after a year that is not the last; in high school more."""
_BLANKS = ("race_ethnicity", "gender", "english_learner", "disability", "economically_disadvantaged")
FLAGS = ("economically_disadvantaged", "english_learner", "disability", "homeless", "foster", "migrant", "military_connected")


@dataclass(frozen=True)
class _Group:
    """So many children of one grade in the school year `last`, which is their last one, or who are still there."""

    children: int
    grade: int
    last: int


def _size(setting: Setting, grade: int) -> int:
    other = (1 - sum(_SHARES.values())) / (len(GRADES) - len(_SHARES))
    return round(setting.students * _SHARES.get(grade, other))


def _present(setting: Setting, drawn: int) -> Iterator[_Group]:
    """The children of the last year: `drawn` of them, whatever the rounding of the grades' sizes."""
    sizes = {grade: _size(setting, grade) for grade in GRADES}
    total, seen, given = sum(sizes.values()) or 1, 0, 0
    for grade, size in sizes.items():
        seen += size
        children = round(drawn * seen / total) - given
        given += children
        yield _Group(children, grade, setting.last.number)
    if not sum(sizes.values()):
        yield _Group(drawn, 5, setting.last.number)


def _gone(setting: Setting) -> Iterator[_Group]:
    """Those who left in or after an earlier year: a few of each grade, and all of grade 12."""
    for year in setting.school_years[:-1]:
        for grade in GRADES if year.full else range(9, 13):
            rate = 1.0 if grade == 12 else _LEAVE + 0.025 * (grade >= 9)
            yield _Group(round(_size(setting, grade) * rate), grade, year.number)


def make_people(setting: Setting, campuses: Campuses) -> pl.DataFrame:
    """A row a child.

    i (the key of the draws), student_id, name, `born` (the grade of a child in the last year that was never held back, also
    of those who are gone: beyond 12, or not yet -1), since and last (numbers of school years), textbook, cohort (where it is
    written down), blank (a column of the students' table that is empty), home (an elementary school's number), gender,
    race_ethnicity, the FLAGS, ability (a z-score), absence (the expected share of days), conduct (0 is calm).
    """
    now = sum(edge.years[-1].back == 0 for edge in EDGES.values()) if setting.has_textbook else 0
    groups = [*_present(setting, setting.students - now), *_gone(setting)]
    final = setting.last.number
    parts = [
        pl.select(born=pl.repeat(group.grade + final - group.last, group.children, dtype=pl.Int64), last=pl.lit(group.last))
        for group in groups
        if group.children
    ]
    drawn = pl.concat(parts).with_row_index("i", FIRST_NUMBER).cast({"i": pl.Int64, "last": pl.Int64})
    people = _since(setting.draws, drawn, final).with_columns(textbook=pl.lit(False), home_is=pl.lit(None, dtype=pl.Int64))
    if setting.has_textbook:
        people = pl.concat([_textbook(final), people], how="diagonal")
    width = max(6, len(str(FIRST_NUMBER + drawn.height)))
    named = people.with_columns(student_id=pl.col("i").cast(pl.String).str.zfill(width))
    return _written_down(_traits(setting, campuses, named)) if setting.has_textbook else _traits(setting, campuses, named)


def _since(draws: Draws, drawn: pl.DataFrame, final: int) -> pl.DataFrame:
    """Most began here in PK or KG; the others came in any later grade."""
    last_grade = pl.col("born") - final + pl.col("last")
    from_start = pl.when(draws.chance("began in PK", 0.55)).then(PK).otherwise(KG)
    came = (
        pl.when(draws.chance("came later", 0.3)).then(KG + draws.below("grade of coming", last_grade + 1)).otherwise(from_start)
    )
    came = pl.min_horizontal(came, last_grade)
    return drawn.with_columns(came=came).with_columns(since=pl.col("last") - (last_grade - pl.col("came")))


def _textbook(final: int) -> pl.DataFrame:
    rows = [
        {
            "i": number,
            "born": edge.years[-1].grade + edge.years[-1].back,
            "since": final - edge.years[0].back,
            "last": final - edge.years[-1].back,
            "textbook": True,
            "home_is": next((int(s.school == ELEMENTARY_2) for s in edge.years[-1].spans if s.school.startswith("elem")), None),
        }
        for number, edge in EDGES.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _traits(setting: Setting, campuses: Campuses, people: pl.DataFrame) -> pl.DataFrame:
    draws, elementary = setting.draws, campuses.of("elementary")
    poor = pl.DataFrame([(one.number, one.low_income) for one in elementary], schema=["home", "poor"], orient="row")
    home = pl.coalesce("home_is", draws.below("home", len(elementary)))
    first = pl.lit(pl.Series(FIRST_NAMES)).gather(draws.below("first name", len(FIRST_NAMES)))
    last = pl.lit(pl.Series(LAST_NAMES)).gather(draws.below("last name", len(LAST_NAMES)))
    people = people.with_columns(home=home, name=first + " " + last).join(poor, on="home", how="left", maintain_order="left")
    mixed = (pl.col("poor") - 0.30) / 0.42  # 0 where the shares of a well-off neighbourhood hold, 1 where those of a poor one do
    race = draws.uniform("race")
    learner = 0.07 + 0.23 * mixed.clip(0, 1)
    people = people.with_columns(
        economically_disadvantaged=draws.chance("low income", pl.col("poor")),
        english_learner=draws.chance("learning English", learner * pl.when(pl.col("born") <= 5).then(1.0).otherwise(0.55)),
        disability=draws.chance("disability", 0.12),
        foster=draws.chance("foster", 0.012),
        military_connected=draws.chance("military", 0.04),
        gender=pl.when(draws.chance("gender", 0.5)).then(pl.lit("female")).otherwise(pl.lit("male")),
        race_ethnicity=pl.when(draws.chance("whose shares", mixed.clip(0, 1)))
        .then(pick(race, _POOR))
        .otherwise(pick(race, _RICH)),
        blank=pl.when(draws.chance("blank", 0.02)).then(pick(draws.uniform("which blank"), dict.fromkeys(_BLANKS, 0.2))),
    )
    low = pl.col("economically_disadvantaged")
    people = people.with_columns(
        homeless=low & draws.chance("homeless", 0.07), migrant=low & draws.chance("migrant", 0.03), cohort=pl.lit(None, pl.Int64)
    )
    return people.with_columns(**_tendencies(draws)).drop("home_is", "poor")


def _tendencies(draws: Draws) -> dict[str, pl.Expr]:
    """What hardship does to tests, attendance and conduct: the gaps between groups come from here."""
    low, learner, disability, homeless = (
        pl.col(name).cast(pl.Float64) for name in ("economically_disadvantaged", "english_learner", "disability", "homeless")
    )
    hardship = 0.7 * low + 1.1 * homeless + 0.3 * disability
    calm = draws.uniform("conduct")
    return {
        "ability": draws.bell("ability") * 0.9 + 0.35 - 0.4 * low - 0.45 * learner - 0.55 * disability,
        # most children miss little, a few miss very much: the fourth power of a uniform number has that tail
        "absence": 0.01 + 0.13 * fourth(draws.uniform("absence")) * (1 + hardship) + 0.01 * hardship,
        "conduct": fourth(calm) * calm * calm * (1 + hardship),
    }


def _written_down(people: pl.DataFrame) -> pl.DataFrame:
    """Textbook students are middling and quiet in what is not theirs to show."""
    quiet = {"english_learner": False, "disability": False, "homeless": False, "conduct": 0.0, "absence": 0.03, "ability": 0.1}
    plain = [pl.when("textbook").then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in quiet.items()]
    people = people.with_columns(*plain, blank=pl.when(~pl.col("textbook")).then("blank"))
    for number, edge in EDGES.items():
        for name, value in edge.traits.items():
            people = people.with_columns(pl.when(i=number).then(pl.lit(value)).otherwise(pl.col(name)).alias(name))
    return people


def is_blank(name: str) -> pl.Expr:
    """Whether a column of the students' table is empty for a child."""
    written = [number for number, edge in EDGES.items() if name in edge.blank]
    return pl.col("blank").eq_missing(name) | pl.col("i").is_in(written)


def students_table(setting: Setting, pupils: pl.DataFrame, year: SchoolYear) -> pl.DataFrame:
    """A row a student of the year, in the order of their ids; of `pupils` see enrolment.Enrolment."""
    draws = setting.draws
    old = pl.col("grade") >= 9
    score = pl.col("ability") + 0.5 * draws.bell("graduation plan")
    plan = pl.when(score > 0.95).then(pl.lit("distinguished")).when(score > -0.75).then(pl.lit("recommended"))
    born_in = setting.last.end + 12 - pl.col("born")
    moved = pl.col("exit_type").is_in(["moved_in_district", "end_of_year"])
    frame = pupils.filter(pl.col("y") == year.number).with_columns(
        school_year=pl.lit(year.label),
        grade_level=pl.when(pl.col("case") == "ungraded").then(pl.lit("UG")).otherwise(grade_label()),
        english_learner=pl.col("english_learner") & pl.col("case").ne_missing("left_english_learner"),
        disability=pl.col("disability") & pl.col("case").ne_missing("left_special_education"),
        cohort=pl.when(old).then(pl.coalesce("cohort", born_in)),
        exit_type=pl.when(~moved).then("exit_type"),
        graduation_plan=pl.when(old & ~draws.chance("no plan chosen", 0.03)).then(plan.otherwise(pl.lit("minimum"))),
    )
    frame = frame.with_columns(pl.when(~is_blank(name)).then(name).alias(name) for name in (*_BLANKS, "grade_level"))
    return frame.select(
        "school_year", "student_id", "name", "grade_level", "gender", "race_ethnicity", *FLAGS, "participating", "cohort",
        "diploma_type", "diploma_date", "exit_type", "graduation_plan",
    )  # fmt: skip
