"""The benchmark's eight measures written by hand: `python hand_written.py DIR OUT [--integer-ids]`.

What an analyst who knows Polars and this district well would write for the same figures and nothing else:
no checks of the data, no messages, every definition repeated in code, and the shortcuts that these files
allow (ISO dates compared as text, no status is unknown). Two stages: the
per-student frames are materialized, then each level and dimension is one group_by over them.

OUT/results.parquet holds a row for each measure, unit and subgroup with a student in its population;
OUT/students.parquet is the student level: the sums below for each student and school (null: whole year).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import polars as pl

YEAR, FIRST_DAY, AS_OF = "2012-13", "2012-07-01", "2013-06-03"
DISTRICT = "9900001"
SUBGROUP = pl.Categorical(pl.Categories("subgroups"))
UNIT = pl.Categorical(pl.Categories("units"))
FLAGS = [
    "economically_disadvantaged",
    "english_learner",
    "disability",
    "homeless",
    "foster",
    "migrant",
    "military_connected",
]
DIMENSIONS = ["gender", "race_ethnicity", *FLAGS, "grade_band"]
KEYS = ["student_id", "school_id"]


@dataclass(frozen=True)
class Ids:
    """How the two identifiers are held: as categories, or as the integers that these files allow."""

    integer: bool

    def scan(self, data: Path, table: str) -> pl.LazyFrame:
        path = data / f"{table}.csv"
        if self.integer:
            types = {"student_id": pl.UInt32, "school_id": pl.UInt16}
            head = path.open().readline().rstrip().split(",")
            return pl.scan_csv(path, schema={name: types.get(name, pl.String) for name in head})
        # casting inside the scan beats both text keys and categories given as the scan's schema
        kept = pl.scan_csv(path, infer_schema=False)
        for name, categories in (("student_id", "students"), ("school_id", "schools")):
            if name in kept.collect_schema():
                kept = kept.with_columns(pl.col(name).cast(pl.Categorical(pl.Categories(categories))))
        return kept

    def school_text(self) -> pl.Expr:
        text = pl.col("school_id").cast(pl.String)
        return text.str.zfill(5) if self.integer else text

    def student_text(self) -> pl.Expr:
        text = pl.col("student_id").cast(pl.String)
        return text.str.zfill(6) if self.integer else text


@dataclass(frozen=True)
class Measure:
    """The columns of sums that make a measure's figures; a percent's denominator is its n."""

    population: str
    excluded: str | None
    n: str
    numerator: str
    denominator: str
    percent: bool = True


MEASURES = {
    "chronic_absence_4_8": Measure("in_4_8", "few_4_8", "judged_4_8", "chronic_4_8", "judged_4_8"),
    "chronic_absence": Measure("in_k_12", "few_k_12", "judged_k_12", "chronic_k_12", "judged_k_12"),
    "average_daily_attendance": Measure("everyone", None, "attended", "days_present", "days_enrolled"),
    "suspension": Measure("participating", None, "participating", "suspended", "participating"),
    "math_proficiency": Measure("in_tested_grade", "math_exempt", "math_judged", "math_proficient", "math_judged"),
    "math_participation": Measure("in_tested_grade", "math_exempt", "math_known", "math_tested", "math_known"),
    "reading_proficiency": Measure("in_tested_grade", "reading_exempt", "reading_judged", "reading_proficient", "reading_judged"),
    "math_scale_score": Measure("in_tested_grade", "math_exempt", "math_scored", "math_score", "math_scored", percent=False),
}
SUMS = list(
    dict.fromkeys(
        name
        for m in MEASURES.values()
        for name in (m.population, m.excluded, m.n, m.numerator, m.denominator)
        if name is not None
    )
)


def attendance_days(ids: Ids, data: Path) -> pl.LazyFrame:
    whole = pl.col("status").is_in(["absent", "out_of_school_suspension"]).cast(pl.Float64)
    rows = ids.scan(data, "attendance").filter(pl.col("date") <= AS_OF)
    rows = rows.with_columns(missed=pl.coalesce(pl.col("absent").cast(pl.Float64), whole))
    return rows.group_by(KEYS).agg(
        days_enrolled=pl.len(), days_absent=(pl.col("missed") >= 0.5).sum(), days_present=(1 - pl.col("missed")).sum()
    )


def suspensions(ids: Ids, data: Path) -> pl.LazyFrame:
    suspended = pl.col("action").is_in(["in_school_suspension", "out_of_school_suspension"])
    rows = ids.scan(data, "incidents").filter(pl.col("date") <= AS_OF, suspended)
    return rows.group_by(KEYS).agg(suspensions=pl.len())


def test_results(ids: Ids, data: Path) -> pl.LazyFrame:
    """One row a student; null where there is no row, or no result."""
    rows = ids.scan(data, "assessments").filter(pl.col("date") <= AS_OF, school_year=YEAR, assessment="state")
    math, reading = pl.col("subject") == "mathematics", pl.col("subject") == "reading"
    exempt, tested = pl.col("test_status") == "exempt", pl.col("test_status") == "tested"
    proficient, score = pl.col("proficient") == "true", pl.col("scale_score").cast(pl.Int64)
    return rows.group_by("student_id").agg(
        m_exempt=(math & exempt).any(),
        m_tested=tested.filter(math).max(),
        m_proficient=proficient.filter(math).max(),
        m_score=score.filter(math).max(),
        r_exempt=(reading & exempt).any(),
        r_proficient=proficient.filter(reading).max(),
    )


def students(ids: Ids, data: Path) -> pl.LazyFrame:
    grade = pl.col("grade_level").replace({"PK": "-1", "KG": "0", "UG": "99"}).cast(pl.Int8)
    yes_no = (pl.col(name).replace({"true": "Yes", "false": "No"}) for name in FLAGS)
    band = pl.when(grade <= 3).then(pl.lit("K-3")).when(grade <= 8).then(pl.lit("4-8")).otherwise(pl.lit("9-12"))
    rows = ids.scan(data, "students").filter(school_year=YEAR).with_columns(*yes_no, grade_band=band, grade=grade)
    return rows.select(
        "student_id",
        "grade",
        pl.col("participating") == "true",
        pl.col(DIMENSIONS).fill_null("Unknown").cast(SUBGROUP),
    )


def sums(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The columns SUMS of a frame that has the students' columns, their days, suspensions and tests."""
    take_part, grade = pl.col("participating"), pl.col("grade")
    in_4_8, in_k_12 = take_part & grade.is_between(4, 8), take_part & grade.is_between(0, 12)
    in_tests = take_part & (grade.is_between(3, 8) | (grade == 10))
    days = pl.col("days_enrolled")
    few, chronic = days < 10, pl.col("days_absent") * 10 >= days  # in whole numbers: ten percent is exact
    math, reading = in_tests & ~pl.col("m_exempt"), in_tests & ~pl.col("r_exempt")
    return frame.select(
        *KEYS,
        *DIMENSIONS,
        "participating",
        "days_enrolled",
        "days_present",
        everyone=pl.lit(1, pl.UInt8),
        in_4_8=in_4_8.fill_null(take_part),  # the grade of one in a thousand is not known: missing, in the population
        few_4_8=in_4_8 & few,
        judged_4_8=in_4_8 & ~few,
        chronic_4_8=in_4_8 & ~few & chronic,
        in_k_12=in_k_12.fill_null(take_part),
        few_k_12=in_k_12 & few,
        judged_k_12=in_k_12 & ~few,
        chronic_k_12=in_k_12 & ~few & chronic,
        attended=days > 0,
        suspended=take_part & (pl.col("suspensions") > 0),
        in_tested_grade=in_tests.fill_null(take_part),
        math_exempt=in_tests & pl.col("m_exempt"),
        math_known=math & pl.col("m_tested").is_not_null(),
        math_tested=math & pl.col("m_tested"),
        math_judged=math & pl.col("m_proficient").is_not_null(),
        math_proficient=math & pl.col("m_proficient"),
        math_scored=math & pl.col("m_score").is_not_null(),
        math_score=pl.when(math).then("m_score"),
        reading_exempt=in_tests & pl.col("r_exempt"),
        reading_judged=reading & pl.col("r_proficient").is_not_null(),
        reading_proficient=reading & pl.col("r_proficient"),
    )


def per_student(ids: Ids, data: Path, places: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The students at each school of `places` or where they have rows, and over their whole year."""
    days, away = pl.collect_all(
        [attendance_days(ids, data), suspensions(ids, data)],
        engine="streaming",
    )
    pairs = pl.concat([places, days.select(KEYS), away.select(KEYS)]).unique()
    counts = pl.col("days_enrolled", "days_absent", "days_present", "suspensions").fill_null(0)
    here = pairs.join(days, on=KEYS, how="left").join(away, on=KEYS, how="left").with_columns(counts)
    year = here.group_by("student_id").agg(pl.col("days_enrolled", "days_absent", "days_present", "suspensions").sum())
    known = students(ids, data).join(test_results(ids, data), on="student_id", how="left")
    known = known.with_columns(pl.col("m_exempt", "r_exempt").fill_null(value=False)).collect().lazy()
    at_school = known.join(here.lazy(), on="student_id")
    nowhere = pl.lit(None, here.schema["school_id"]).alias("school_id")
    whole = known.join(year.lazy(), on="student_id", how="left").with_columns(nowhere, counts)
    return sums(at_school).collect(), sums(whole).collect()


def attributed(ids: Ids, data: Path) -> pl.DataFrame:
    """The last school of each student."""
    of_year = (pl.col("entry_date") >= FIRST_DAY) & (pl.col("entry_date") <= AS_OF)
    rows = ids.scan(data, "enrollments").filter(of_year).sort("entry_date")
    return rows.group_by("student_id").agg(pl.col("school_id").last()).collect()


def members(ids: Ids, data: Path) -> pl.DataFrame:
    """The students of each classroom, each once, with the classroom's school."""
    of_school = ids.scan(data, "sections").select("school_id", unit_id=pl.col("section_id").cast(UNIT))
    seen = ids.scan(data, "rosters").filter(pl.col("from_date") <= AS_OF)
    rows = seen.select("student_id", unit_id=pl.col("section_id").cast(UNIT)).unique()
    return rows.join(of_school, on="unit_id").collect()


def rollup(level: str, frame: pl.DataFrame) -> list[pl.LazyFrame]:
    parts = []
    for dimension in ("all", *DIMENSIONS):
        subgroup = pl.lit("all", SUBGROUP) if dimension == "all" else pl.col(dimension)
        totals = frame.lazy().group_by("unit_id", subgroup.alias("subgroup")).agg(pl.col(SUMS).sum())
        parts.append(totals.with_columns(level=pl.lit(level), dimension=pl.lit(dimension)))
    return parts


def tidy(totals: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for name, measure in MEASURES.items():
        excluded = pl.lit(0) if measure.excluded is None else pl.col(measure.excluded)
        numerator, denominator = pl.col(measure.numerator), pl.col(measure.denominator)
        value = numerator / denominator * (100 if measure.percent else 1)
        part = totals.lazy().filter(pl.col(measure.population) > 0)
        figures = part.select(
            "level",
            "unit_id",
            "dimension",
            "subgroup",
            measure=pl.lit(name),
            population=pl.col(measure.population).cast(pl.Int64),
            excluded=excluded.cast(pl.Int64),
            missing=(pl.col(measure.population).cast(pl.Int64) - excluded - pl.col(measure.n)).cast(pl.Int64),
            n=pl.col(measure.n).cast(pl.Int64),
            numerator=numerator.cast(pl.Float64),
            denominator=denominator.cast(pl.Float64),
            value=pl.when(denominator > 0).then(value).round(6),
        )
        parts.append(figures)
    return pl.concat(pl.collect_all(parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--integer-ids", action="store_true")
    options = parser.parse_args()
    ids, data = Ids(options.integer_ids), options.folder / "data"
    options.out.mkdir(parents=True, exist_ok=True)
    last, rosters = attributed(ids, data), members(ids, data)
    places = pl.concat([last.select(KEYS), rosters.select(KEYS)])
    at_school, whole = per_student(ids, data, places)
    school = ids.school_text().cast(UNIT).alias("unit_id")
    levels = {
        "classroom": rosters.join(at_school, on=KEYS),
        "school": last.join(at_school, on=KEYS).with_columns(school),
        "district": whole.with_columns(unit_id=pl.lit(DISTRICT, UNIT)),
    }
    totals = pl.collect_all([part for level, frame in levels.items() for part in rollup(level, frame)])
    tidy(pl.concat(totals)).write_parquet(options.out / "results.parquet")
    named = pl.concat([at_school, whole]).with_columns(student_id=ids.student_text(), school_id=ids.school_text())
    named.write_parquet(options.out / "students.parquet")


if __name__ == "__main__":
    main()
