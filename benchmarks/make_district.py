"""Write a big synthetic district as a project folder: `make_district.py DIR [--students N] [--seed S]`.

150 schools, 6,000 classrooms and, for 100,000 students, 17.6 million attendance rows (0.56 GB). The
definitions are copied from the folder project/ beside this file. The same seed writes the same district.
"""

import argparse
import shutil
from pathlib import Path

import polars as pl

from draws import Draws, pick
from enrollment import (
    DAYS,
    FLAGS,
    SUBJECTS,
    day_text,
    rosters,
    school_days,
    schools,
    sections,
    stays,
    students,
)

TEST_DAY = 150  # tests are taken on this and the nine days after it


def incidents(draws: Draws, at_school: pl.DataFrame) -> pl.DataFrame:
    """Up to three incidents for about one student in sixteen, at the school of the day."""
    parts = []
    for number in range(1, 4):
        day = draws.below(f"incident day {number}", DAYS)
        hit = draws.uniform("incidents") < 0.0625 / number
        here = (pl.col("entry") <= day) & (pl.col("exit").is_null() | (day <= pl.col("exit")))
        actions = {"out_of_school_suspension": 0.45, "in_school_suspension": 0.4, "other": 0.15}
        action = pick(draws.uniform(f"action {number}"), actions).fill_null("other")
        length = 1 + draws.below(f"length {number}", 5)
        parts.append(at_school.filter(hit & here).with_columns(day=day, action=action, days=length))
    rows = pl.concat(parts).sort("day", "i").with_row_index("number", offset=1)
    return rows.with_columns(incident_id=pl.col("number").cast(pl.String).str.zfill(6), date=day_text("day"))


def assessments(draws: Draws, learners: pl.DataFrame, at_school: pl.DataFrame) -> pl.DataFrame:
    """Mathematics and reading in grades 3 to 8 and 11; some students have no row, some are not tested."""
    tested = at_school.join(learners.select("i", "grade_level", "ability"), on="i").filter(
        pl.col("grade").is_between(3, 8) | (pl.col("grade") == 11)
    )
    parts = []
    for subject in SUBJECTS[:2]:
        day = TEST_DAY + draws.below(f"{subject} day", 10)
        here = (pl.col("entry") <= day) & (pl.col("exit").is_null() | (day <= pl.col("exit")))
        statuses = {"tested": 0.95, "absent": 0.035, "exempt": 0.01}
        status = pick(draws.uniform(f"{subject} status"), statuses).fill_null("invalid")
        score = (2500 + 120 * pl.col("ability") + 60 * (draws.uniform(f"{subject} luck") - 0.5)).round()
        some = tested.filter(here & (draws.uniform(f"{subject} row") < 0.995)).with_columns(
            day=day, test_status=status, score=score.cast(pl.Int64), subject=pl.lit(subject)
        )
        parts.append(some)
    has_score = pl.when(pl.col("test_status") == "tested")
    return pl.concat(parts).with_columns(
        assessment=pl.lit("state_summative"),
        date=day_text("day"),
        tested_grade="grade_level",
        scale_score=has_score.then("score"),
        proficient=has_score.then(pl.col("score") >= 2490),
    )


def day_status() -> pl.Expr:
    """The status of a day by its draw `u`: the lowest part is absent, `risk` wide; most are present."""
    status, top = pl.lit("present"), pl.col("risk") + 0.0475
    for label, share in (
        ("tardy", 0.04),
        ("early_departure", 0.006),
        ("in_school_suspension", 0.0005),
        ("out_of_school_suspension", 0.001),
        ("absent", 0.0),
    ):
        status = pl.when(pl.col("u") < top).then(pl.lit(label)).otherwise(status)
        top = top - share
    return status


def write_attendance(draws: Draws, at_school: pl.DataFrame, path: Path) -> int:
    """Stream the days to disk, one at a time; returns the number of rows."""
    rows = 0
    status = day_status()
    with path.open("wb") as file:
        file.write(b"student_id,school_id,date,status\n")
        for index, day in enumerate(school_days()):
            here = (pl.col("entry") <= index) & (pl.col("exit").is_null() | (index <= pl.col("exit")))
            present = at_school.filter(here).with_columns(u=draws.uniform(f"attendance {index}"))
            block = present.select("student_id", "school_id", date=pl.lit(day.isoformat()), status=status)
            block.write_csv(file, include_header=False)
            rows += block.height
    return rows


def write(frame: pl.DataFrame, folder: Path, name: str, columns: str) -> None:
    frame.select(columns.split()).write_csv(folder / f"{name}.csv")


def make(folder: Path, count: int, seed: int) -> int:
    """Write the project and return the number of attendance rows."""
    shutil.copytree(Path(__file__).parent / "project", folder, dirs_exist_ok=True)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    draws = Draws(seed)
    learners = students(draws, count)
    at_school = stays(draws, learners)
    columns = "student_id grade_level gender race_ethnicity economically_disadvantaged english_learner"
    write(learners, data, "students", f"{columns} {' '.join(FLAGS)} participating")
    write(schools(), data, "schools", "school_id name")
    dated = [day_text("entry").alias("entry_date"), day_text("exit").alias("exit_date")]
    write(at_school.with_columns(dated), data, "enrollments", "student_id school_id entry_date exit_date")
    write(sections(), data, "sections", "section_id school_id name homeroom subject")
    dated = [day_text("entry").alias("from_date"), day_text("exit").alias("to_date")]
    members = rosters(draws, at_school).with_columns(dated)
    write(members, data, "rosters", "student_id section_id from_date to_date")
    write(incidents(draws, at_school), data, "incidents", "incident_id student_id school_id date action days")
    columns = "student_id assessment subject date test_status tested_grade school_id scale_score proficient"
    write(assessments(draws, learners, at_school), data, "assessments", columns)
    return write_attendance(draws, at_school, data / "attendance.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows = make(options.folder, options.students, options.seed)
    print(f"{options.folder}: {options.students:,} students, {rows:,} attendance rows")


if __name__ == "__main__":
    main()
