"""Every row behind a finding: file, line, record, column and cell, as many as it counts."""

from pathlib import Path

import polars as pl
import pytest

from projects import measure, write_project
from rttd_metrics.data.failures import FAILURES, failures
from rttd_metrics.data.findings import Finding
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.read import DataFaults

MISSED = measure(population="grade_level >= 1", formula="percent(missed >= 1)")
FACTS = {"student": {"missed": "count(attendance where attendance.absent >= 0.5)"}}
GOOD = {
    "schools": "school_id,name\nS1,A\n",
    "students": "student_id,school_id,grade_level\n1,S1,9\n2,S1,10\n",
    "attendance": "student_id,school_id,date,status,absent\n1,S1,2012-09-04,present,\n",
}
HEADER = "student_id,school_id,date,status,absent\n"


def findings_of(folder: Path, settings: dict[str, object] | None = None, **files: str) -> dict[str, Finding]:
    """By rule, what stops a run of these files beside good ones."""
    write_project(folder, MISSED, facts=FACTS, settings=settings)
    for name, text in {**GOOD, **files}.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as stopped:
        evaluate(read_portfolio(folder), school_year=None, as_of=None, keep_going=False, version="test")
    return {finding.rule: finding for finding in stopped.value.findings}


def places(found: Finding) -> list[tuple[str, int, int | None, str | None]]:
    frame = failures(found)
    assert frame.schema == FAILURES
    assert frame.height == found.count
    assert set(frame["rule"]) == {found.rule} and set(frame["table"]) == {found.table}
    return frame.select("file", "line", "record", "cell").rows()


def test_a_cell_in_a_file_whose_rows_take_several_lines(tmp_path: Path) -> None:
    students = 'student_id,school_id,grade_level,gender\n1,S1,9,"A\nB"\n2,S1,nine,"C ""x""\n\n"\n3,S1,ten,D\n'
    faults = findings_of(tmp_path, {"subgroups": {"gender": "students.gender"}}, students=students)["type-error"]
    # The header is line 1, the first row lines 2 and 3, the second 4 to 6, the third 7.
    assert places(faults) == [("data/students.csv", 4, 2, "nine"), ("data/students.csv", 7, 3, "ten")]
    found = failures(faults)
    assert found["field"].to_list() == found["header"].to_list() == ["grade_level", "grade_level"]


def test_rows_of_several_files_by_the_files_own_headers(tmp_path: Path) -> None:
    settings = {"tables": [{"name": "attendance", "path": "data/att*.csv",
                            "schema": {"fields": [{"name": "status", "source": "Code"}]}}]}  # fmt: skip
    head = HEADER.replace("status", "Code")
    later = head + "1,S1,2012-09-05,present,\n2,S1,2012-09-05,gone,\n"
    found = findings_of(tmp_path, settings, attendance=head + "1,S1,2012-09-04,here,\n", att2=later)["category"]
    assert places(found) == [("data/att2.csv", 3, 2, "gone"), ("data/attendance.csv", 2, 1, "here")]
    assert set(failures(found)["header"]) == {"Code"}


@pytest.mark.parametrize("rows", [7, 5_000])
def test_all_are_there_however_few_are_listed(tmp_path: Path, rows: int) -> None:
    found = findings_of(tmp_path, attendance=HEADER + "1,S1,2012-09-04,present,x\n" * rows)["type-error"]
    assert len(found.places) == 5 and found.count == rows
    assert places(found) == [("data/attendance.csv", row + 1, row, "x") for row in range(1, rows + 1)]


def test_keys_rows_of_another_shape_and_blank_lines(tmp_path: Path) -> None:
    keys = findings_of(tmp_path, students="student_id,school_id,grade_level\n1,S1,9\n2,S9,9\n1,S1,10\n")
    assert places(keys["primary-key"]) == [("data/students.csv", 2, 1, "1"), ("data/students.csv", 4, 3, "1")]
    assert places(keys["foreign-key"]) == [("data/students.csv", 3, 2, "S9")]
    lines = ["1,S1", "1,S1,2012-09-04,present,", "1,S1,2012-09-05,present,,,", "", "1"] + ["1,S1"] * 9
    shapes = findings_of(tmp_path, attendance=HEADER + "".join(f"{line}\n" for line in lines))
    short = [2, 6, *range(7, 16)]
    assert places(shapes["missing-cell"]) == [("data/attendance.csv", line, line - 1, None) for line in short]
    assert places(shapes["extra-cell"]) == [("data/attendance.csv", 4, 3, None)]
    assert places(shapes["blank-row"]) == [("data/attendance.csv", 5, 4, None)]


def test_a_row_with_two_faults_is_listed_under_each(tmp_path: Path) -> None:
    found = findings_of(tmp_path, attendance=HEADER + "9,S9,2012-09-04,gone,\n1,S1,,present,\n")
    assert places(found["category"]) == [("data/attendance.csv", 2, 1, "gone")]
    assert places(found["required"]) == [("data/attendance.csv", 3, 2, None)]
    assert places(found["foreign-key"]) == [("data/attendance.csv", 2, 1, "S9")]  # school_id; student_id has its own
    assert [failures(finding).height for finding in found.values()] == [finding.count for finding in found.values()]


def test_a_fault_of_a_whole_file_is_its_one_row(tmp_path: Path) -> None:
    found = findings_of(tmp_path, students="student_id,grade_level,grade_level\n1,9,9\n")
    assert places(found["duplicate-label"]) == [("data/students.csv", 1, None, None)]
    assert failures(found["duplicate-label"]).schema == pl.Schema(FAILURES)
