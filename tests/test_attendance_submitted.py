"""Days of which a school has submitted nothing are not days on which everybody was there."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import Rows, compute, measure, role, value, weekdays, write_project
from row_agreement import assert_rows_agree
from rttd_metrics.engine.results import Run

# -- Exceptions -------------------------------------------------------------------------------------------
# Twenty days at each school. A has submitted the first ten of them, B all, C none.

DAYS = weekdays(date(2012, 9, 3), 20)
MEASURES = [measure(id="enrolled", formula="avg(days_enrolled)", at_school="own"),
            measure(id="present", formula="avg(attendance_rate)", at_school="own")]  # fmt: skip
CALENDAR = [("school_id", "date"), *((school, day) for school in "ABC" for day in DAYS)]
STAYS: Rows = [
    ("student_id", "school_id", "entry_date", "exit_date"), ("1", "A", DAYS[0], None), ("2", "B", DAYS[0], None),
    ("3", "C", DAYS[0], None), ("4", "A", DAYS[0], DAYS[4]), ("4", "B", DAYS[5], None), ("5", "A", DAYS[15], None),
]  # fmt: skip
ATTENDANCE = [("1", "A", DAYS[3], "absent"), ("1", "A", DAYS[9], "tardy"), ("2", "B", DAYS[19], "absent")]
TOLD = ("table 'attendance': schools have no attendance for their latest days, which are not counted as enrolled: "
        "2 schools, 30 instructional days: A (10), C (20)")  # fmt: skip


def of_exceptions(folder: Path, *, named: bool = True, attendance: Rows | None = None, **tables: Rows) -> Path:
    rows = [("student_id", "school_id", "date", "status"), *ATTENDANCE]
    rows = rows if named else [(row[0], *row[2:]) for row in rows]
    given: dict[str, Rows] = {"calendar": CALENDAR, "enrollments": STAYS} | tables
    return write_project(
        folder, *MEASURES, settings={"attendance": "exceptions", "as_of": str(DAYS[-1])}, attendance=attendance or rows,
        schools="school_id,name\nA,Adams\nB,Burns\nC,Clark", students="student_id\n1\n2\n3\n4\n5", **given)  # fmt: skip


def behind(run: Run) -> list[str]:
    """What the run tells of schools that are behind."""
    return [problem.message for problem in run.problems if problem.code == "not-submitted"]


@pytest.mark.parametrize("named", [True, False], ids=["rows name their school", "rows are placed by the stays"])
def test_days_after_the_latest_attendance_of_a_school_are_not_counted(tmp_path: Path, named: bool) -> None:
    folder = of_exceptions(tmp_path, named=named)
    run = compute(folder)
    assert value(run, "1", measure="enrolled") == 10
    assert value(run, "1", measure="present") == 0.9  # one of ten, not of twenty
    assert value(run, "2", measure="enrolled") == 20
    assert role(run, "3", measure="enrolled") == "missing"  # not in attendance every day
    assert value(run, "4", measure="enrolled") == 5 + 15
    assert value(run, "4", "B", measure="enrolled") == 15
    assert value(run, "5", measure="enrolled") == 0  # came after the last day that was submitted
    assert_rows_agree(folder, run)


def test_the_schools_that_are_behind_are_told_and_no_student(tmp_path: Path) -> None:
    [problem] = [problem for problem in compute(of_exceptions(tmp_path)).problems if problem.code == "not-submitted"]
    assert (problem.severity, problem.file, problem.message) == ("warning", "data/attendance.csv", TOLD)
    assert TOLD in rttd("compute", tmp_path, code=0).stderr


def test_an_explanation_counts_the_same_days(tmp_path: Path) -> None:
    """Of student 4 there is no row: the days that A and B have submitted are told by those of others."""
    told = json.loads(rttd("explain", "enrolled", of_exceptions(tmp_path), "--student", "4", "--output-format", "json").stdout)
    assert {view["school_id"]: view["value"] for view in told["views"]} == {None: 20.0, "A": 5.0, "B": 15.0}


def test_of_many_schools_five_are_named(tmp_path: Path) -> None:
    schools = [f"S{number}" for number in range(1, 8)]
    folder = write_project(
        tmp_path, *MEASURES, settings={"attendance": "exceptions", "as_of": str(DAYS[0])},
        schools=[("school_id", "name"), *((school, school) for school in schools)], students="student_id\n1",
        calendar=[("school_id", "date"), *((school, DAYS[0]) for school in schools)],
        attendance=[("student_id", "school_id", "date", "status"), ("1", "S1", DAYS[0], "absent")],
        enrollments=[("student_id", "school_id", "entry_date", "primary"),
                     *(("1", school, DAYS[0], "true") for school in schools)])  # fmt: skip
    assert [message.split("enrolled: ")[1] for message in behind(compute(folder))] == [
        "6 schools, 6 instructional days: S2 (1), S3 (1), S4 (1), S5 (1), S6 (1), ..."]  # fmt: skip


def test_a_school_that_nobody_is_at_any_more_is_not_behind(tmp_path: Path) -> None:
    """All students of A left on the fifth day, which was submitted."""
    stays = [("student_id", "school_id", "entry_date", "exit_date"), ("1", "A", DAYS[0], DAYS[4]), ("2", "B", DAYS[0], None)]
    rows = [("student_id", "school_id", "date", "status"), ("1", "A", DAYS[4], "absent"), ("2", "B", DAYS[19], "absent")]
    run = compute(of_exceptions(tmp_path, enrollments=stays, attendance=rows))
    assert behind(run) == []
    assert value(run, "1", measure="enrolled") == 5


def test_what_a_school_submitted_later_was_not_there_as_of_an_earlier_day(tmp_path: Path) -> None:
    folder = of_exceptions(tmp_path)
    run = compute(folder, as_of=DAYS[9])
    assert value(run, "1", measure="enrolled") == 10
    assert role(run, "2", measure="enrolled") == "missing"  # the one row of B is dated later
    assert ["2 schools, 20 instructional days: B (10), C (10)" in message for message in behind(run)] == [True]


def test_schools_have_calendars_of_their_own(tmp_path: Path) -> None:
    """B holds every other of the days: ten, of which student 4 was there on those from the sixth on, which are seven."""
    held = {"A": DAYS, "B": [*DAYS[:5:2], *DAYS[6::2]], "C": DAYS[:1]}
    calendar = [("school_id", "date", "instructional"), ("B", DAYS[7], "false")]
    calendar += [(school, day, "true") for school, days in held.items() for day in days]
    stays = [("student_id", "school_id", "entry_date", "exit_date"), ("2", "B", DAYS[0], None), ("4", "A", DAYS[0], DAYS[4]),
             ("4", "B", DAYS[5], None)]  # fmt: skip
    rows = [("student_id", "school_id", "date", "status"), ("2", "B", DAYS[18], "tardy"), ("4", "A", DAYS[4], "absent")]
    folder = of_exceptions(tmp_path, calendar=calendar, enrollments=stays, attendance=rows)
    run = compute(folder)
    assert value(run, "2", measure="enrolled") == 10  # days 1, 3, 5, 7, ... 19
    assert value(run, "4", measure="enrolled") == 5 + 7  # days 1 to 5 at A; 7, 9, 11, 13, 15, 17 and 19 at B
    assert value(run, "4", "B", measure="enrolled") == 7
    assert_rows_agree(folder, run)


# -- Class periods and days -------------------------------------------------------------------------------


def of_periods(folder: Path, **tables: Rows) -> Path:
    """A day of two students, at the first of two schools, a day later at the second."""
    rows = [("student_id", "section_id", "date", "status"), ("1", "A1", DAYS[0], "present"), ("2", "B1", DAYS[1], "absent")]
    stays = [("student_id", "school_id", "entry_date"), ("1", "A", DAYS[0]), ("2", "B", DAYS[0])]
    return write_project(
        folder, *MEASURES, settings={"attendance": "periods", "as_of": str(DAYS[3])}, period_attendance=rows, enrollments=stays,
        schools="school_id,name\nA,Adams\nB,Burns", students="student_id\n1\n2", sections="section_id,school_id\nA1,A\nB1,B",
        **tables)  # fmt: skip


def test_with_class_periods_a_calendar_tells_who_is_behind_and_counts_nothing(tmp_path: Path) -> None:
    without = compute(of_periods(tmp_path / "without"))
    assert behind(without) == []
    told = compute(of_periods(tmp_path / "with", calendar=[row for row in CALENDAR if row[0] != "C"]))
    assert ["2 schools, 5 instructional days: A (3), B (2)" in message for message in behind(told)] == [True]
    for run in (without, told):
        assert [value(run, student, measure="enrolled") for student in "12"] == [1, 1]


def test_the_latest_attendance_of_a_school_in_a_formula(tmp_path: Path) -> None:
    """In the facts of students, of schools, and of rows, by every form that has days."""
    facts = {
        "student": {"through": "attendance_through(school.school_id)",
                    "behind": "days_between(through, as_of)",
                    "after": "count(plan_uses where plan_uses.date > attendance_through('A'))"},
        "school": {"through": "attendance_through(school_id)", "late": "days_between(through, as_of)"},
    }  # fmt: skip
    asked = [measure(id="behind", formula="avg(behind)"), measure(id="after", formula="avg(after)"),
             measure(id="late", level="school", formula="avg(late)")]  # fmt: skip
    uses = [("student_id", "date"), *(("1", day) for day in DAYS[8:12])]
    folder = of_exceptions(tmp_path)
    write_project(folder, *asked, facts=facts, settings={"attendance": "daily", "as_of": str(DAYS[-1])}, plan_uses=uses)
    run = compute(folder)
    assert value(run, "1", measure="behind") == (DAYS[19] - DAYS[9]).days
    assert value(run, "2", measure="behind") == 0
    assert role(run, "3", measure="behind") == "missing"
    assert value(run, "1", measure="after") == 2  # of the ninth to the twelfth day two come after the tenth
    late: dict[str, Any] = {row["unit_id"]: row["value"] for row in run.results.filter(measure="late", level="school").to_dicts()}
    assert late == {"A": 14.0, "B": 0.0, "C": None}
    assert_rows_agree(folder, run)


def test_the_latest_attendance_is_not_told_row_by_row(tmp_path: Path) -> None:
    table = {"name": "attendance", "where": "attendance.date <= attendance_through(attendance.school_id)"}
    folder = write_project(tmp_path, *MEASURES, settings={"tables": [table]})
    ended = rttd("validate", folder, "--output-format", "json", code=1)
    assert "`attendance_through` is told in facts, not row by row" in ended.message("formula")
