"""Several events of one student on one day: the project says which counts, and the others are counted and told."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from commands import rttd
from grand_bend import GRAND_BEND
from projects import Rows, compute, measure, value, write_project
from row_agreement import assert_rows_agree
from rttd_metrics.problems import ProblemError

FACTS = {"student": {"days": "count(attendance)", "late": "count(attendance where attendance.status = 'tardy')",
                     "missed": "sum(attendance.absent)", "excused": "count(attendance where attendance.excused)"}}  # fmt: skip
MEASURES = [measure(id=name, formula=f"avg({name})", at_school="own") for name in FACTS["student"]]
ORDER = ["out_of_school_suspension", "absent", "early_departure", "tardy", "present"]
EVENTS = """
    student_id,school_id,date,status,excused
    1,A,2012-09-04,tardy,
    1,A,2012-09-04,absent,true
    1,A,2012-09-05,tardy,
    2,A,2012-09-04,present,
    2,A,2012-09-04,early_departure,false
    2,A,2012-09-04,out_of_school_suspension,
    2,A,2012-09-04,present,
"""


def project(folder: Path, events: Rows = EVENTS, **conflicts: Any) -> Path:
    table = {"name": "attendance", "rows": "distinct", "schema": {"primaryKey": ["student_id", "date"]},
             "conflicts": {"field": "status", "order": ORDER} | conflicts}  # fmt: skip
    return write_project(folder, *MEASURES, facts=FACTS, settings={"tables": [table]}, attendance=events,
                         schools="school_id,name\nA,Adams", students="student_id,school_id\n1,A\n2,A")  # fmt: skip


def figures(run: Any, student: str) -> list[float | None]:
    return [value(run, student, measure=name) for name in ("days", "late", "missed", "excused")]


def passed_over(run: Any) -> list[tuple[str, str | None, int | None]]:
    return [(problem.message, problem.file, problem.line) for problem in run.problems if problem.code == "passed-over"]


def test_the_row_whose_value_comes_first_counts(tmp_path: Path) -> None:
    folder = project(tmp_path)
    run = compute(folder)
    assert figures(run, "1") == [2, 1, 1, 1]  # absent on the 4th, tardy on the 5th
    assert figures(run, "2") == [1, 0, 1, 0]  # suspended
    assert passed_over(run) == [(
        "table 'attendance', column 'student_id, date': rows were passed over for another one of their key: "
        "by the order of 'status' (4 of 7 rows); "
        "also lines 5, 6, 8", "data/attendance.csv", 2)]  # fmt: skip
    assert_rows_agree(folder, run)


def test_the_order_of_the_rows_in_the_file_does_not_matter(tmp_path: Path) -> None:
    head, *rows = [line.strip() for line in EVENTS.strip().splitlines()]
    runs = [compute(project(tmp_path / str(place), "\n".join([head, *order])))
            for place, order in enumerate((rows, rows[::-1], rows[3:] + rows[:3]))]  # fmt: skip
    found = [[figures(run, student) for student in "12"] for run in runs]
    assert found == [[[2, 1, 1, 1], [1, 0, 1, 0]]] * 3


def test_a_value_that_is_not_in_the_order_comes_last(tmp_path: Path) -> None:
    head, *rows = [line.strip() for line in EVENTS.strip().splitlines()]
    run = compute(project(tmp_path / "two", "\n".join([head, *rows[:3]]), order=["tardy"]))
    assert figures(run, "1") == [2, 2, 0, 0]
    with pytest.raises(ProblemError, match="rows repeat a key"):  # of three that are not in it none comes first
        compute(project(tmp_path, order=["tardy"]))


def test_rows_that_differ_in_something_else_are_an_error(tmp_path: Path) -> None:
    """Absent with and without an excuse: the order of the statuses does not tell."""
    rows = ("absent,true", "absent,false", "tardy,")
    events = "student_id,school_id,date,status,excused\n" + "\n".join(f"1,A,2012-09-04,{row}" for row in rows)
    found = rttd("compute", project(tmp_path, events), "--output-format", "json", code=1)
    assert ("primary-key", "data/attendance.csv", 2) in found.found
    last = compute(project(tmp_path, events, ties="last"))
    assert figures(last, "1") == [1, 0, 1, 0]
    assert [message.split("'status'")[1] for message, _, _ in passed_over(last)] == [" (2 of 3 rows); also line 4"]


def test_rows_set_aside_neither_count_nor_are_passed_over(tmp_path: Path) -> None:
    events = EVENTS + "    1,A,2012-09-05,elsewhere,\n"
    run = compute(project(tmp_path, events), keep_going=True)
    assert figures(run, "2") == [1, 0, 1, 0]
    assert [message.split("'status'")[1] for message, _, _ in passed_over(run)] == [" (4 of 7 rows); also lines 5, 6, 8"]


def test_without_an_order_several_events_are_several_days(tmp_path: Path) -> None:
    folder = write_project(project(tmp_path), *MEASURES, facts=FACTS)
    assert figures(compute(folder), "2") == [4, 0, 1, 0]


def test_the_last_row_of_a_key_counts_and_the_others_are_told(tmp_path: Path) -> None:
    folder = project(tmp_path)
    table = {"name": "attendance", "rows": "distinct", "conflicts": "last", "schema": {"primaryKey": ["student_id", "date"]}}
    run = compute(write_project(folder, *MEASURES, facts=FACTS, settings={"tables": [table]}))
    assert figures(run, "1") == [2, 1, 1, 1]
    assert [message.split("key: ")[1] for message, _, _ in passed_over(run)] == [
        "the last row counts (4 of 7 rows); also lines 5, 6, 8"]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "message"), [
    ({"rows": "all"}, "precedence", "which row of a key counts can only be said of a table with `rows: distinct`"),
    ({"schema": {}}, "precedence", "which row of a key counts can only be said of a table with a `primaryKey:`"),
    ({"conflicts": {"field": "state", "order": ["tardy"]}}, "unknown-name", "table 'attendance' has no field 'state'"),
    ({"conflicts": {"field": "date", "order": ["tardy"]}}, "precedence", "'date' is no text: only texts are put in an order"),
    ({"conflicts": {"field": "status", "order": ["tardy", "late"]}}, "precedence", "'late' is no label of 'status': present, "
     "absent, tardy, early_departure, in_school_suspension, out_of_school_suspension"),
    ({"conflicts": {"field": "status", "order": ["tardy", "absent", "tardy"]}}, "precedence",
     "'tardy' stands in the order twice"),
    ({"conflicts": {"field": "status", "order": []}}, "wrong-value", None),
    ({"conflicts": {"field": "status"}}, "missing-key", None),
    ({"conflicts": "first"}, "wrong-value", None),
])  # fmt: skip
def test_an_order_that_cannot_be(tmp_path: Path, change: dict[str, Any], code: str, message: str | None) -> None:
    table = {"name": "attendance", "rows": "distinct", "schema": {"primaryKey": ["student_id", "date"]},
             "conflicts": {"field": "status", "order": ["tardy"]}} | change  # fmt: skip
    folder = write_project(tmp_path, *MEASURES, facts=FACTS, settings={"tables": [table]})
    ended = rttd("validate", folder, "--output-format", "json", code=1)
    assert [problem["code"] for problem in ended.problems] == [code]
    assert message is None or ended.message(code) == message


def test_grand_bend_late_to_class_and_absent_on_one_day(tmp_path: Path) -> None:
    """Events of the school and of sections in two files: one row a day, the absence before the tardy."""
    settings = yaml.safe_load((GRAND_BEND / "rttd.yml").read_text(encoding="utf-8"))
    [attendance] = [table for table in settings["tables"] if table["name"] == "attendance"]
    attendance |= {"path": ["data/school_attendance_events.csv", "data/section_tardy_events.csv"], "rows": "distinct",
                   "conflicts": {"field": "status", "order": ["absent", "early_departure", "tardy", "present"]}}  # fmt: skip
    attendance["schema"]["primaryKey"] = ["student_id", "school_id", "date"]
    kept = ("students", "schools", "attendance")
    tables = [table for table in settings["tables"] if table["name"] in kept]
    folder = write_project(tmp_path, *MEASURES, facts=FACTS, settings={
        "school_year": "2021-22", "as_of": "2022-05-27", "attendance": "daily", "tables": tables})  # fmt: skip
    high = "255901001"
    rows = {
        "students": "StudentUniqueId\n604822\n604823",
        "schools": f"SchoolId,NameOfInstitution\n{high},Grand Bend High School",
        "school_attendance_events": f"""
            EventDate,AttendanceEventCategory,AttendanceEventReason,EventDuration,StudentUniqueId,SchoolId,SchoolYear
            2022-03-07,Excused Absence,Absent excused,0.5,604822,{high},2021-2022
            2022-03-08,Tardy,Tardy,,604823,{high},2021-2022
        """,
        "section_tardy_events": f"""
            EventDate,AttendanceEventCategory,AttendanceEventReason,StudentUniqueId,SectionIdentifier,SchoolId,SchoolYear
            2022-03-07,Tardy,Tardy,604822,MATH-03,{high},2021-2022
            2022-03-07,Tardy,Tardy,604822,ENG-03,{high},2021-2022
            2022-03-08,Tardy,Tardy,604823,MATH-03,{high},2021-2022
        """,
    }  # fmt: skip
    write_project(folder, *MEASURES, settings=yaml.safe_load((folder / "rttd.yml").read_text(encoding="utf-8")), **rows)
    run = compute(folder)
    assert figures(run, "604822") == [1, 0, 0.5, 1]  # absent for half the day with an excuse, late to two classes
    assert figures(run, "604823") == [1, 1, 0, 0]  # late, told twice
    # The two tardies of 604822; those of 604823 are alike, and count once.
    assert [(message.split("'status'")[1], file, line) for message, file, line in passed_over(run)] == [
        (" (2 of 5 rows); also line 3", "data/section_tardy_events.csv", 2)]  # fmt: skip
    assert_rows_agree(folder, run)
