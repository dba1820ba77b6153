"""Stays that overlap: a day is counted once, at the school entered last."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import pytest

from projects import Rows, compute, measure, value, weekdays, write_project
from row_agreement import assert_rows_agree
from rttd_metrics.engine.results import Run

# Twenty days at A and at B, all of them submitted; what is told of a stay is the number of its first and last day, from 1.
DAYS = weekdays(date(2012, 9, 3), 20)
ENROLLED = measure(id="enrolled", formula="avg(days_enrolled)", at_school="own")
Stay = tuple[str, int, int | None]
SUBMITTED: Rows = [("student_id", "school_id", "date", "status"), *(("1", school, DAYS[-1], "present") for school in "AB")]


def project(folder: Path, students: dict[str, Sequence[Stay]], **tables: Rows) -> Path:
    stays = [("student_id", "school_id", "entry_date", "exit_date"),
             *((student, school, DAYS[first - 1], DAYS[last - 1] if last else None)
               for student, held in students.items() for school, first, last in held)]  # fmt: skip
    settings = {"attendance": "exceptions", "as_of": str(DAYS[-1]), "levels": {"school": {"attribution": "every_enrollment"}}}
    given: dict[str, Rows] = {"attendance": SUBMITTED, "enrollments": stays} | tables
    return write_project(
        folder, ENROLLED, measure(id="missed", formula="avg(days_absent)", at_school="own"), settings=settings,
        schools="school_id,name\nA,Adams\nB,Burns", students=[("student_id",), *((student,) for student in students)],
        calendar=[("school_id", "date"), *((school, day) for school in "AB" for day in DAYS)], **given)  # fmt: skip


def enrolled(run: Run, student: str) -> tuple[float | None, ...]:
    schools = run.student_results.filter(student_id=student, measure="enrolled")["school_id"].drop_nulls().to_list()
    return tuple(value(run, student, school, measure="enrolled") if school in (None, *schools) else None
                 for school in (None, "A", "B"))  # fmt: skip


@pytest.mark.parametrize(("stays", "days"), [
    # in the year, at A, at B
    ([("A", 1, 10), ("B", 11, None)], (20, 10, 10)),  # a move
    ([("A", 1, 10), ("B", 10, None)], (20, 9, 11)),  # on one day: the school moved to has it
    ([("A", 1, 12), ("B", 9, None)], (20, 8, 12)),  # the exit was written down late
    ([("A", 1, None), ("B", 9, None)], (20, 8, 12)),  # or never
    ([("A", 1, None), ("B", 5, 7)], (20, 20, 0)),  # a stay within another
    ([("A", 1, 10), ("B", 1, None)], (20, 0, 20)),  # both on the first day: the one that lasts longer
    ([("A", 3, None), ("B", 3, None)], (18, 0, 18)),  # the last in the file
    ([("A", 1, 10), ("A", 8, 12)], (12, 12, None)),  # at one school
    ([("A", 1, 12), ("B", 3, 5), ("B", 8, 14), ("A", 14, 16)], (16, 7 + 3, 6)),  # 1-7 and 14-16, 8-13
])  # fmt: skip
def test_a_day_in_two_stays_is_one_day(tmp_path: Path, stays: list[Stay], days: tuple[float | None, ...]) -> None:
    folder = project(tmp_path, {"1": stays})
    run = compute(folder)
    assert enrolled(run, "1") == days
    assert_rows_agree(folder, run)


def test_any_stays_make_each_day_one_day(tmp_path: Path) -> None:
    """Eighty students of up to five stays each: as many days as lie in any of them."""
    rng = Random(7)
    students = {}
    for number in range(80):
        firsts = [rng.randint(1, 20) for _ in range(rng.randint(1, 5))]
        students[str(number)] = [(rng.choice("AB"), first, rng.choice((None, rng.randint(first, 20)))) for first in firsts]
    folder = project(tmp_path, students)
    run = compute(folder)
    for student, stays in students.items():
        held = {day for _, first, last in stays for day in range(first, (last or 20) + 1)}
        year, *schools = enrolled(run, student)
        assert year == len(held) == sum(days or 0 for days in schools), stays
    assert_rows_agree(folder, run)


def test_rows_that_name_no_school_are_of_the_stay_that_has_the_day(tmp_path: Path) -> None:
    rows = [
        ("student_id", "school_id", "date", "status"),
        *SUBMITTED[1:],
        ("1", None, DAYS[5], "absent"),
        ("1", None, DAYS[9], "absent"),
    ]
    folder = project(tmp_path, {"1": [("A", 1, 12), ("B", 9, None)]}, attendance=rows)
    run = compute(folder)
    assert [value(run, "1", school, measure="missed") for school in (None, "A", "B")] == [2, 1, 1]
    assert_rows_agree(folder, run)


def test_a_second_enrollment_counts_no_day(tmp_path: Path) -> None:
    """Afternoons at B, whose stay is not primary."""
    stays = [("student_id", "school_id", "entry_date", "exit_date", "primary"), ("1", "A", DAYS[0], None, "true"),
             ("1", "B", DAYS[4], None, "false")]  # fmt: skip
    folder = project(tmp_path, {"1": []}, enrollments=stays)
    run = compute(folder)
    assert enrolled(run, "1") == (20, 20, None)
    assert_rows_agree(folder, run)


def test_overlaps_are_told(tmp_path: Path) -> None:
    run = compute(project(tmp_path, {"1": [("A", 1, 12), ("B", 9, None)]}))
    assert [problem.message for problem in run.problems if problem.code == "overlap"] == [
        "table 'enrollments', column 'entry_date': primary stays of one student overlap: a day in several is counted in one "
        "(1 of 2 rows)"]  # fmt: skip
