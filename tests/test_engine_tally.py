"""Attendance that is counted while it is read gives what its rows, held one by one, give: figures, findings and lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, counts, measure, write_csv, write_project
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import TableSource
from rttd_metrics.engine import evaluate
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.tally import tally
from rttd_metrics.problems import ProblemError

FACTS = {
    "student": {
        "days": {"formula": "count(attendance)"},
        "away": {"formula": "count(attendance where attendance.absent >= 0.5)"},
        "present": {"formula": "sum(1 - attendance.absent)"},
        "most": {"formula": "max(attendance.absent)"},
        "least": {"formula": "min(attendance.absent where attendance.status <> 'present')"},
        "ever_excused": {"formula": "any(attendance.excused)"},
        "always_excused": {"formula": "all(attendance.excused where attendance.status = 'absent')"},
    }
}
OWN = [
    measure(id="rate", formula="rate(present, days, 100)", at_school="own"),
    measure(
        id="absent", formula="percent(away / days >= 0.25)", exclude=[{"when": "days < 2", "because": "Few"}], at_school="own"
    ),
]
WHOLE = [
    measure(id="most", formula="avg(most)"),
    measure(id="least", formula="avg(least)"),
    measure(id="excused", formula="percent(ever_excused is true and always_excused is not null)"),
]
STUDENTS = "student_id,school_id\n1,A\n2,B\n3,A\n4,B"
SCHOOLS = "school_id,name\nA,Adams\nB,Burns"
ENROLLMENTS = """
    student_id,school_id,entry_date,exit_date
    1,A,2012-09-04,2012-09-06
    1,B,2012-09-07,
    2,B,2012-09-04,
    3,A,2012-09-04,
"""
SOUND = """
    student_id,school_id,date,status,excused
    1,A,2012-09-04,present,
    1,A,2012-09-05,absent,true
    1,A,2012-09-06,absent,false
    1,B,2012-09-07,present,
    1,B,2012-09-10,tardy,true
    2,B,2012-09-04,out_of_school_suspension,
    2,B,2012-09-05,present,
    3,A,2012-09-04,present,false
"""
FAULTS = {
    "a date that is none": ("1,A,2012-09-06", "1,A,2012-19-06"),
    "no date": ("1,A,2012-09-06", "1,A,"),
    "a status that is not listed": ("2,B,2012-09-05,present", "2,B,2012-09-05,elsewhere"),
    "no status": ("2,B,2012-09-05,present", "2,B,2012-09-05,"),
    "no student": ("3,A,2012-09-04", ",A,2012-09-04"),
    "a student who is not there": ("3,A,2012-09-04", "9,A,2012-09-04"),
    "a school that is not there": ("3,A,2012-09-04", "3,Z,2012-09-04"),
    "a truth that is none": ("absent,true", "absent,perhaps"),
    "a short row": ("2,B,2012-09-05,present,", "2,B,2012-09-05"),
    "a long row": ("2,B,2012-09-05,present,", "2,B,2012-09-05,present,,"),
    "an open quote": ("2,B,2012-09-05", '2,"B,2012-09-05'),
}


def project(
    folder: Path, attendance: str = SOUND, *, own: bool = True, settings: dict[str, Any] | None = None, **tables: str
) -> Path:
    given = {"students": STUDENTS, "schools": SCHOOLS, "enrollments": ENROLLMENTS} | tables
    return write_project(folder, *WHOLE, *(OWN if own else []), facts=FACTS, settings=settings, attendance=attendance, **given)


@contextmanager
def counting(count: bool) -> Iterator[list[str]]:
    """The tables that are counted while they are read, none without `count`."""
    found: list[str] = []

    def watched(dataset: Dataset, source: TableSource) -> TableRows | None:
        rows = tally(dataset, source) if count else None
        found.extend([source.table.name] if rows is not None else [])
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "tally", watched)
        yield found


def told(folder: Path, *, count: bool, **options: Any) -> Any:
    """Everything a run tells, or the problems that stop it."""
    with counting(count):
        try:
            run = compute(folder, **options)
        except ProblemError as error:
            return [(problem.code, problem.file, problem.line, problem.message) for problem in error.problems]
    problems = [(problem.code, problem.file, problem.line, problem.message) for problem in run.problems]
    return problems, run.data_through, run.as_of, run.results.rows(), run.student_results.rows()


def assert_alike(folder: Path, **options: Any) -> Any:
    found = told(folder, count=True, **options)
    assert found == told(folder, count=False, **options)
    return found


def sound_run(folder: Path, **options: Any) -> tuple[Run, list[str]]:
    with counting(True) as counted:
        return compute(folder, **options), counted


def test_attendance_is_counted_by_student_and_school(tmp_path: Path) -> None:
    run, counted = sound_run(project(tmp_path))
    assert counted == ["attendance"]
    assert run.data_through == date(2012, 9, 10)
    assert cell(run, measure="rate")["numerator"] == 5.0  # of eight days 2 + 1 student's absences
    assert counts(run, "school", "B", measure="absent") == (2, 0, 0, 2, 1.0)  # 1 was never away from B, 2 one day of two
    assert counts(run, measure="absent") == (4, 2, 0, 2, 2.0)  # 3 has one day, 4 none
    assert_alike(project(tmp_path))


@pytest.mark.parametrize("options", [{}, {"as_of": date(2012, 9, 6)}, {"keep_going": True}, {"school_year": "2013-14"}], ids=str)
@pytest.mark.parametrize("own", [True, False], ids=["own", "whole"])
def test_sound_attendance_gives_the_same_either_way(tmp_path: Path, own: bool, options: dict[str, Any]) -> None:
    assert_alike(project(tmp_path, own=own), **options)


@pytest.mark.parametrize("own", [True, False], ids=["own", "whole"])
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_told_and_set_aside_as_of_rows(tmp_path: Path, fault: str, own: bool) -> None:
    before, after = FAULTS[fault]
    assert before in SOUND
    folder = project(tmp_path, SOUND.replace(before, after), own=own)
    stopped = assert_alike(folder)
    kept = assert_alike(folder, keep_going=True)
    [line] = [number for number, row in enumerate(SOUND.strip().split("\n"), 1) if before in row]
    assert [problem[1:3] for problem in stopped] == [("data/attendance.csv", line)]
    assert isinstance(kept, tuple) or fault in ("a short row", "a long row", "an open quote")


def test_a_student_set_aside_takes_his_attendance_with_him(tmp_path: Path) -> None:
    settings = {"tables": [{"name": "students", "schema": {"fields": [{"name": "grade_level", "required": True}]}}]}
    students = "student_id,school_id,grade_level\n1,A,4\n2,B,thirteen\n3,A,4\n4,B,4"
    folder = project(tmp_path, settings=settings, students=students)
    write_project(folder, measure(id="grade", population="grade_level >= 1", formula="count(away > 0)"))
    found = assert_alike(folder, keep_going=True)
    assert found[0][0][:3] == ("type-error", "data/students.csv", 3)


@pytest.mark.parametrize("own", [True, False], ids=["own", "whole"])
def test_days_without_a_school_are_placed_by_enrollment(tmp_path: Path, own: bool) -> None:
    folder = project(tmp_path, SOUND.replace("1,A,2012-09-05", "1,,2012-09-05"), own=own)
    run, counted = sound_run(folder)
    assert counted == ([] if own else ["attendance"])  # the whole year does not ask where a day was
    if own:
        assert counts(run, "school", "B", measure="absent") == (2, 0, 0, 2, 1.0)
    assert_alike(folder)


def test_attendance_without_schools_is_read_by_row(tmp_path: Path) -> None:
    rows = [line.strip().split(",") for line in SOUND.strip().split("\n")]
    folder = project(tmp_path)
    write_csv(folder / "data" / "attendance.csv", [[row[0], *row[2:]] for row in rows])
    assert sound_run(folder)[1] == []
    assert_alike(folder)


def test_several_files_of_which_one_lacks_a_column(tmp_path: Path) -> None:
    settings = {"tables": [{"name": "attendance", "path": "data/attendance*.csv"}]}
    folder = project(tmp_path, settings=settings)
    write_csv(folder / "data" / "attendance_2.csv", "student_id,school_id,date,status\n4,B,2012-09-11,absent")
    run, counted = sound_run(folder)
    assert counted == ["attendance"]
    assert run.data_through == date(2012, 9, 11)
    assert_alike(folder)


@pytest.mark.parametrize("formula", ["avg(attendance.absent)", "count(distinct attendance.date)",
                                     "count(attendance where attendance.date >= diploma)",
                                     "last(attendance.absent order by attendance.date)",
                                     "count(attendance where attendance.schools.name = 'Adams')",
                                     "count(attendance years all)"])  # fmt: skip
def test_what_does_not_add_up_is_made_of_rows(tmp_path: Path, formula: str) -> None:
    folder = project(tmp_path)
    given = {"diploma": {"formula": "students.diploma_date"}, "other": {"formula": formula}}
    write_project(folder, *WHOLE, *OWN, measure(id="other", formula="avg(other)"),
                  facts={"student": FACTS["student"] | given},
                  attendance=SOUND, students="student_id,diploma_date\n1,2012-09-05\n2,2012-06-01\n3,\n4,")  # fmt: skip
    assert sound_run(folder)[1] == []
    assert_alike(folder)


@pytest.mark.parametrize("table", [{"rows": "distinct"}, {"schema": {"primaryKey": ["student_id", "date"]}}], ids=str)
def test_rows_that_may_repeat_are_looked_at(tmp_path: Path, table: dict[str, Any]) -> None:
    attendance = SOUND.replace("3,A,2012-09-04,present,false", "3,A,2012-09-04,present,false\n    3,A,2012-09-04,present,false")
    folder = project(tmp_path, attendance, settings={"tables": [{"name": "attendance"} | table]})
    with counting(True) as counted:
        assert_alike(folder, keep_going=True)
    assert counted == []


def test_a_part_of_the_rows_and_blank_lines(tmp_path: Path) -> None:
    settings = {"tables": [{"name": "attendance", "where": "status <> 'tardy'"}]}
    folder = project(tmp_path, SOUND.replace("    2,B,2012-09-04", "\n    2,B,2012-09-04"), settings=settings)
    run, counted = sound_run(folder)
    assert counted == ["attendance"]
    assert cell(run, measure="rate")["denominator"] == 7.0
    assert [problem.code for problem in run.problems] == ["blank-row", "unplaced"]
    assert_alike(folder)


def test_no_rows_of_this_year(tmp_path: Path) -> None:
    found = assert_alike(project(tmp_path, SOUND.replace("2012-09", "2010-09")))
    assert "no-rows" in [problem[0] for problem in found[0]]
