"""Who is where in the big district: schools, students, their stays at schools, sections and rosters."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from draws import Draws, pick

DAYS = 178
FIRST_DAY = date(2012, 8, 20)
HOLIDAYS = (
    (date(2012, 9, 3), date(2012, 9, 3)),
    (date(2012, 11, 19), date(2012, 11, 23)),
    (date(2012, 12, 24), date(2013, 1, 4)),
    (date(2013, 1, 21), date(2013, 1, 21)),
    (date(2013, 2, 18), date(2013, 2, 18)),
    (date(2013, 3, 25), date(2013, 3, 29)),
    (date(2013, 5, 27), date(2013, 5, 27)),
)
SUBJECTS = ("mathematics", "reading", "science", "social_studies", "arts", "physical_education")
RACES = {
    "White": 0.34,
    "Hispanic or Latino": 0.32,
    "Black or African American": 0.16,
    "Asian": 0.09,
    "Two or more races": 0.06,
    "American Indian or Alaska Native": 0.015,
    "Native Hawaiian or Other Pacific Islander": 0.01,
}  # the rest is unknown
FLAGS = {"disability": 0.14, "homeless": 0.03, "foster": 0.01, "migrant": 0.01, "military_connected": 0.04}


@dataclass(frozen=True)
class Kind:
    """A kind of school; `sections` are the classes of a period, or of a grade where there are no periods."""

    name: str
    grades: tuple[int, int]
    first_id: int
    schools: int
    periods: int
    sections: int


# 100 x 6 x 3 homerooms + 30 x 6 x 10 + 20 x 6 x 20 period sections = 6,000 classrooms
KINDS = (
    Kind("Elementary", (0, 5), 101, 100, 0, 3),
    Kind("Middle", (6, 8), 301, 30, 6, 10),
    Kind("High", (9, 12), 501, 20, 6, 20),
)


def school_days() -> list[date]:
    days: list[date] = []
    day = FIRST_DAY
    while len(days) < DAYS:
        if day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS):
            days.append(day)
        day += timedelta(days=1)
    return days


def day_text(index: str) -> pl.Expr:
    """The ISO date of a school day, null for null."""
    texts = [day.isoformat() for day in school_days()]
    return pl.col(index).replace_strict(range(DAYS), texts, default=None, return_dtype=pl.String)


def by_kind(values: list[int]) -> pl.Expr:
    return pl.col("kind").replace_strict(range(len(KINDS)), values, return_dtype=pl.Int64)


def students(draws: Draws, count: int) -> pl.DataFrame:
    """One row a student; `i`, `kind`, `grade` (0 is kindergarten), `risk` and `ability` are not written."""
    poor = (draws.uniform("poor") < 0.45).alias("economically_disadvantaged")
    frame = pl.select(i=pl.int_range(count)).with_columns(poor, grade=draws.below("grade", 13))
    learner = draws.uniform("learner")
    flags = {name: draws.uniform(name) < share for name, share in FLAGS.items()}
    factor = pl.when("economically_disadvantaged").then(1.4).otherwise(1.0)
    return frame.with_columns(
        student_id=(pl.col("i") + 100_000).cast(pl.String).str.zfill(7),
        grade_level=pl.col("grade").cast(pl.String).replace("0", "KG"),
        kind=(pl.col("grade") >= 6).cast(pl.Int64) + (pl.col("grade") >= 9).cast(pl.Int64),
        gender=pick(draws.uniform("gender"), {"Female": 0.488, "Male": 0.51, "Another": 0.002}),
        race_ethnicity=pick(draws.uniform("race"), RACES),
        english_learner=pl.when(learner < 0.997).then(learner < 0.15),  # else unknown
        participating=draws.uniform("participating") < 0.97,
        risk=factor * (0.015 + 0.2 * draws.uniform("risk") ** 6),
        ability=(draws.uniform("a1") + draws.uniform("a2") + draws.uniform("a3") - 1.5) / factor,
        **flags,
    )


def stays(draws: Draws, learners: pl.DataFrame) -> pl.DataFrame:
    """The stays at schools, `entry` and `exit` as school days: 3 % move, 1.5 % leave, 1 % come late."""
    moves, leaves, late = (draws.uniform("moves") < limit for limit in (0.03, 0.045, 0.055))
    schools, first_id = by_kind([kind.schools for kind in KINDS]), by_kind([kind.first_id for kind in KINDS])
    frame = learners.select("i", "student_id", "kind", "grade", "risk").with_columns(
        moves=moves,
        leaves=leaves & ~moves,
        change=draws.below("change", DAYS - 10) + 10,
        place=draws.below("school", schools),
        entry=pl.when(late & ~leaves).then(draws.below("entry", DAYS - 8)).otherwise(0),
    )
    exit_day = pl.when("moves").then(pl.col("change") - 1).when("leaves").then("change")
    step = 1 + draws.below("step", schools - 1)
    second = frame.filter("moves").with_columns(
        place=(pl.col("place") + step) % schools, entry="change", exit=pl.lit(None, dtype=pl.Int64)
    )
    both = pl.concat([frame.with_columns(exit=exit_day), second]).sort("i", "entry")
    return both.select(
        "i",
        "student_id",
        "kind",
        "grade",
        "risk",
        "entry",
        "exit",
        school_id=(first_id + pl.col("place")).cast(pl.String).str.zfill(4),
    )


def schools() -> pl.DataFrame:
    rows = [
        (f"{kind.first_id + number:04}", f"{kind.name} School {number + 1}") for kind in KINDS for number in range(kind.schools)
    ]
    return pl.DataFrame(rows, schema=["school_id", "name"], orient="row")


def classes(kind: Kind) -> list[tuple[str, str, bool, str | None]]:
    """The classes of one school: the end of the id, name, homeroom and subject."""
    numbers = range(1, kind.sections + 1)
    if not kind.periods:
        grades = range(kind.grades[0], kind.grades[1] + 1)
        return [(f"G{g}-{n}", f"Homeroom {g or 'K'}-{n}", True, None) for g in grades for n in numbers]
    return [
        (f"P{period}-{n}", f"{subject.replace('_', ' ').capitalize()} {period}-{n}", False, subject)
        for period, subject in enumerate(SUBJECTS[: kind.periods], 1)
        for n in numbers
    ]


def sections() -> pl.DataFrame:
    rows = [
        (f"{school:04}-{end}", f"{school:04}", name, homeroom, subject)
        for kind in KINDS
        for school in range(kind.first_id, kind.first_id + kind.schools)
        for end, name, homeroom, subject in classes(kind)
    ]
    columns = ["section_id", "school_id", "name", "homeroom", "subject"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def rosters(draws: Draws, at_school: pl.DataFrame) -> pl.DataFrame:
    """A row for each stay in a section; one full-year student in 200 leaves his sections and comes back."""
    count = by_kind([kind.sections for kind in KINDS])
    group, number = "G" + pl.col("grade").cast(pl.String), 1 + draws.below("homeroom", count)
    parts = [at_school.filter(pl.col("kind") == 0).with_columns(group=group, number=number)]
    for period in range(1, 7):
        number = 1 + draws.below(f"period {period}", count)
        older = at_school.filter(pl.col("kind") > 0)
        parts.append(older.with_columns(group=pl.lit(f"P{period}"), number=number))
    section = pl.concat_str("school_id", "group", pl.col("number").cast(pl.String), separator="-")
    rows = pl.concat(parts).with_columns(section_id=section)
    back = pl.col("exit").is_null() & (pl.col("entry") == 0) & (draws.uniform("back") < 0.005)
    left = rows.with_columns(exit=pl.when(back).then(60).otherwise("exit"))
    again = rows.filter(back).with_columns(entry=pl.lit(61, dtype=pl.Int64))
    return pl.concat([left, again]).sort("i", "section_id", "entry")
