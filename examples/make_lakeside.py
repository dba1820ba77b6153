"""Write the data of the example district: python examples/make_lakeside.py [DIR]

DIR is a folder for the CSV files, by default examples/lakeside/data. The same bytes come out at each run.
"""

import csv
import sys
from datetime import date
from pathlib import Path

from lakeside_assessments import assessments_table, past_state_rows
from lakeside_attendance import calendar_table, make_attendance, period_attendance_table
from lakeside_benchmarks import benchmark_rows, language_rows
from lakeside_classes import (
    make_classes,
    observations_table,
    section_educators_table,
    sections_table,
    terms_table,
)
from lakeside_college_tests import exam_rows, psat_rows
from lakeside_courses import courses_table
from lakeside_history import college_rows, make_endings, make_past
from lakeside_marks import grades_table
from lakeside_people import enrollments_table, make_pupils, programs_table, students_table
from lakeside_plans import plan_uses_table, postsecondary_table
from lakeside_rosters import make_seats, rosters_table
from lakeside_staff import educators_table, make_staff, schools_table
from lakeside_surveys import surveys_table
from lakeside_world import Cell, Table


def make_tables() -> list[Table]:
    """Every standard table of the district."""
    pupils = make_pupils()
    endings = make_endings()
    past = make_past(pupils, endings)
    staff = make_staff()
    classes = make_classes(staff)
    seats = make_seats(pupils, classes)
    attendance, incidents, logs = make_attendance(pupils)
    educators = educators_table(staff)
    more_tests = [*past_state_rows(past), *benchmark_rows(pupils), *language_rows(pupils)]
    more_tests += [*exam_rows(seats), *psat_rows(pupils)]
    return [
        students_table([*past, *pupils]),
        enrollments_table([*past, *pupils]),
        programs_table(pupils),
        schools_table(staff),
        educators,
        courses_table(),
        terms_table(),
        sections_table(classes),
        section_educators_table(classes),
        rosters_table(seats),
        observations_table(classes, staff),
        calendar_table(),
        attendance,
        incidents,
        period_attendance_table(seats, logs),
        grades_table(seats, pupils, past),
        assessments_table(pupils, more_tests),
        surveys_table(pupils, educators),
        plan_uses_table(pupils, logs),
        postsecondary_table(pupils, college_rows(endings)),
    ]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def write(tables: list[Table], folder: Path) -> None:
    """Write NAME.csv of each table, with plain newlines on every system."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.fields)
            writer.writerows([_text(cell) for cell in row] for row in table.rows)


if __name__ == "__main__":
    default = Path(__file__).parent / "lakeside" / "data"
    write(make_tables(), Path(sys.argv[1]) if len(sys.argv) > 1 else default)
