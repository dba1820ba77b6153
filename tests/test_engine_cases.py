"""The cases a district would notice first: a student who moved, November, half a credit in October."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from projects import Rows, cell, compute, counts, measure, role, value, weekdays, write_project

# -- The mover --------------------------------------------------------------------------------------------
# 37 of 82 days present at the first school, then 89 of 96 at the next.
#   district      37 + 89 = 126 of 82 + 96 = 178 present: 52 of 178 absent, 29.2 %, chronic
#   first school  82 - 37 =  45 of  82 absent, 54.9 %, chronic
#   second school 96 - 89 =   7 of  96 absent,  7.3 %, not chronic by its own days

DAYS = weekdays(date(2012, 8, 27), 178)
FIRST, SECOND = DAYS[:82], DAYS[82:]
ABSENT = {*FIRST[:45], *SECOND[:7]}
SCHOOLS = "school_id,name\nA,First School\nB,Second School"
ENROLLMENTS: Rows = [("student_id", "school_id", "entry_date", "exit_date"),
                     ("1", "A", FIRST[0], FIRST[-1]), ("1", "B", SECOND[0], None)]  # fmt: skip

CHRONIC = measure(id="chronic", formula="percent(absence_rate >= chronic_threshold)", at_school="own", improvement="decrease")
CHRONIC_WHOLE = CHRONIC | {"id": "chronic_whole", "at_school": "whole"}
ATTENDANCE_RATE = measure(id="present", formula="rate(days_present, days_enrolled, 100)", at_school="own")


def _status(day: date) -> str:
    return "absent" if day in ABSENT else "present"


def _mover(folder: Path, form: str, attribution: str) -> Path:
    """The mover by daily rows that name their school, by such that do not, or by exceptions against a calendar."""
    daily = [("student_id", "date", "status"), *(("1", day, _status(day)) for day in DAYS)]
    placed = [(*row, place) for row, place in zip(daily, ["school_id", *"A" * 82, *"B" * 96], strict=True)]
    # The last days have a row, attended or not: so far both schools have submitted their attendance.
    tables: dict[str, Rows] = {"attendance": {"daily": daily, "daily at school": placed}.get(form, [
        row for row in placed if row[2] != "present" or row[1] in (FIRST[-1], SECOND[-1])])}  # fmt: skip
    if form == "exceptions":
        tables["calendar"] = [("school_id", "date"), *((school, day) for school in "AB" for day in DAYS)]
    settings = {"as_of": str(DAYS[-1]), "attendance": form.removesuffix(" at school"),
                "levels": {"school": {"attribution": attribution}}}  # fmt: skip
    return write_project(folder, CHRONIC, CHRONIC_WHOLE, ATTENDANCE_RATE, settings=settings, schools=SCHOOLS,
                         students="student_id,grade_level\n1,7", enrollments=ENROLLMENTS, **tables)  # fmt: skip


@pytest.mark.parametrize("form", ["daily", "daily at school", "exceptions"])
def test_the_mover(tmp_path: Path, form: str) -> None:
    run = compute(_mover(tmp_path, form, "last_enrolled"))
    assert role(run, "1", measure="chronic") == "numerator"
    assert role(run, "1", "B", measure="chronic") == "n"
    assert role(run, "1", "B", measure="chronic_whole") == "numerator"
    assert cell(run, measure="chronic")["value"] == 100.0
    assert cell(run, "school", "B", measure="chronic")["value"] == 0.0
    assert cell(run, "school", "B", measure="chronic_whole")["value"] == 100.0
    assert cell(run, "school", "A", measure="chronic")["status"] == "no_units"
    assert cell(run, measure="present")["numerator"] == 126.0  # 37 + 89
    assert cell(run, measure="present")["denominator"] == 178.0  # 82 + 96
    assert cell(run, measure="present")["value"] == 70.786517  # 126 / 178 * 100
    assert cell(run, "school", "B", measure="present")["value"] == 92.708333  # 89 / 96 * 100


@pytest.mark.parametrize("form", ["daily", "daily at school", "exceptions"])
def test_the_mover_at_every_school(tmp_path: Path, form: str) -> None:
    run = compute(_mover(tmp_path, form, "every_enrollment"))
    assert [role(run, "1", school, measure="chronic") for school in (None, "A", "B")] == ["numerator", "numerator", "n"]
    assert [role(run, "1", school, measure="chronic_whole") for school in (None, "A", "B")] == ["numerator"] * 3
    assert counts(run, measure="chronic") == (1, 0, 0, 1, 1.0)  # once in the district
    assert cell(run, "school", "A", measure="present")["value"] == 45.121951  # 37 / 82 * 100


# -- November ---------------------------------------------------------------------------------------------
# Monday 2012-08-27 to Friday 2012-11-16 are 12 weeks of 5 days; Labor Day and Veterans Day are no school days.
#   12 * 5 - 2 = 58 school days; 6 absences of 58 are 10.3 %, chronic; of the 180 of the year they would be 3.3 %.

YEAR = weekdays(date(2012, 8, 27), 200)
HOLIDAYS = (date(2012, 9, 3), date(2012, 11, 12))


def _november(folder: Path, as_of: str) -> Path:
    calendar = [("school_id", "date", "instructional"), *(("A", day, str(day not in HOLIDAYS).lower()) for day in YEAR)]
    absences = [("student_id", "school_id", "date", "status")]
    absences += [("1", "A", day, "absent") for day in YEAR[10:16]]  # six before November
    absences += [("2", "A", day, "absent") for day in YEAR[10:15]]  # five, and many more in January
    absences += [("2", "A", day, "absent") for day in YEAR[90:130]]
    absences += [("1", "A", day, "present") for day in ("2012-11-16", "2013-03-01")]  # attendance is submitted so far
    return write_project(
        folder, CHRONIC | {"exclude": [{"when": "days_enrolled < 10", "because": "Too short"}]}, ATTENDANCE_RATE,
        settings={"as_of": as_of, "attendance": "exceptions"}, schools=SCHOOLS, students="student_id\n1\n2\n3\n4\n5",
        calendar=calendar, attendance=absences,
        enrollments="""
            student_id,school_id,entry_date,exit_date
            1,A,2012-08-27,
            2,A,2012-08-27,2013-03-01
            3,A,2012-10-15,
            4,A,2012-11-12,
            5,A,2013-01-07,
        """)  # fmt: skip


def test_november(tmp_path: Path) -> None:
    run = compute(_november(tmp_path, "2012-11-16"))
    assert role(run, "1", measure="chronic") == "numerator"  # 6 / 58 = 0.103
    assert role(run, "2", measure="chronic") == "n"  # 5 / 58 = 0.086: January is not seen
    assert role(run, "3", measure="chronic") == "n"
    assert role(run, "4", measure="chronic") == "excluded"  # 2012-11-12 was a holiday: 4 days
    assert role(run, "5", measure="chronic") == "excluded"  # comes in January: 0 days
    assert value(run, "1", measure="present") == 89.655172  # (58 - 6) / 58 * 100
    # 58 + 58, then from October 15 five weeks without one holiday 24, then 4, then 0
    assert cell(run, measure="present")["denominator"] == 58 + 58 + 24 + 4
    assert cell(run, measure="present")["numerator"] == 52 + 53 + 24 + 4


def test_march_sees_what_november_did_not(tmp_path: Path) -> None:
    run = compute(_november(tmp_path, "2013-03-01"))
    # 27 weeks from August 27 to March 1, two holidays less: 27 * 5 - 2 = 133 days
    assert value(run, "1", measure="present") == 95.488722  # (133 - 6) / 133 * 100
    assert value(run, "2", measure="present") == 66.165414  # (133 - 45) / 133 * 100
    assert role(run, "1", measure="chronic") == "n"  # 6 / 133 = 0.045
    assert role(run, "5", measure="chronic") == "n"


# -- The as-of date ---------------------------------------------------------------------------------------


def _dated(folder: Path, days: Sequence[str], **settings: str) -> Path:
    attendance = [("student_id", "date", "status"), *(("1", day, "present") for day in days)]
    return write_project(folder, measure(formula="percent(days_enrolled > 0)"), settings=settings,
                         schools=SCHOOLS, students="student_id,school_id\n1,A", attendance=attendance)  # fmt: skip


def test_without_as_of_the_latest_attendance_of_the_year(tmp_path: Path) -> None:
    run = compute(_dated(tmp_path, ["2012-09-04", "2012-11-14", "2012-11-13", "2011-09-06", "2013-09-03"]))
    assert (run.as_of, run.data_through) == (date(2012, 11, 14), date(2012, 11, 14))


def test_without_as_of_never_later_than_the_years_end(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="sum(days_enrolled)"), schools=SCHOOLS,
                           students="student_id,school_id\n1,A", attendance="""
                               student_id,school_year,date,status
                               1,2012-13,2013-06-28,present
                               1,2012-13,2013-07-03,present
                           """)  # fmt: skip
    run = compute(folder)
    assert (run.as_of, run.data_through) == (date(2013, 6, 28), date(2013, 6, 28))  # July 3 lies after June 30
    assert value(run, "1") == 1.0


def test_without_attendance_the_years_end(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(grade_level = 9)"), schools=SCHOOLS,
                           students="student_id,school_id,grade_level\n1,A,9")  # fmt: skip
    assert compute(folder).as_of == date(2013, 6, 30)
    assert compute(folder, school_year="2013-14").as_of == date(2014, 6, 30)


def test_another_start_of_the_school_year(tmp_path: Path) -> None:
    run = compute(_dated(tmp_path, ["2012-07-30", "2012-08-01", "2013-07-31", "2013-08-01"], school_year_starts="08-01"))
    assert run.as_of == date(2013, 7, 31)


def test_as_of_and_school_year_can_be_asked_for(tmp_path: Path) -> None:
    folder = _dated(tmp_path, ["2011-09-06", "2011-10-03", "2012-09-04", "2012-11-14"], as_of="2012-10-01")
    assert compute(folder).as_of == date(2012, 10, 1)
    assert compute(folder, as_of=date(2012, 12, 1)).as_of == date(2012, 12, 1)
    earlier = compute(folder, school_year="2011-12")  # the project's own as-of is of another year
    assert (earlier.school_year, earlier.as_of) == ("2011-12", date(2011, 10, 3))


def test_rows_after_as_of_are_not_seen_and_later_ends_are_open(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path,
        measure(id="suspended", formula="percent(suspensions > 0)"),
        measure(id="left", formula="percent(exit_status = 'transferred_out')"),
        settings={"as_of": "2012-11-16"}, schools=SCHOOLS, students="student_id\n1\n2\n3\n4",
        enrollments="""
            student_id,school_id,entry_date,exit_date,exit_type
            1,A,2012-08-27,2012-11-16,transferred_out
            2,A,2012-08-27,2012-11-17,transferred_out
            3,A,2012-08-27,,
            4,A,2012-11-17,,
        """,
        incidents="""
            incident_id,student_id,date,action
            x,1,2012-11-16,out_of_school_suspension
            y,2,2012-11-17,out_of_school_suspension
        """)  # fmt: skip
    run = compute(folder)
    assert [role(run, student, measure="suspended") for student in "123"] == ["numerator", "n", "n"]
    assert [role(run, student, measure="left") for student in "123"] == ["numerator", "n", "n"]
    assert role(run, "4", measure="left") == "missing"  # not enrolled on any day yet: no stay tells
    assert counts(run, "school", "A", measure="suspended") == (3, 0, 0, 3, 1.0)  # student 4 is at no school yet
    assert run.data_through == date(2012, 11, 16)


# -- Half a credit in October -----------------------------------------------------------------------------


def _freshman(folder: Path, **tables: Rows) -> Path:
    return write_project(
        folder, settings={"measures": ["package:student-support/freshman-on-track.yml"]}, schools="school_id,name\nA,High School",
        students="student_id,school_id,grade_level\n1,A,9", courses="course_id,title,core\nE,English,true",
        sections="section_id,school_id,course_id\n1,A,E", incidents="incident_id,student_id,date,action\n",
        enrollments="student_id,school_id,entry_date\n1,A,2012-08-27",
        attendance="student_id,school_id,date,status\n1,A,2012-08-27,present",
        grades="student_id,section_id,mark,mark_type,credits_earned\n1,1,B,semester,0.5", **tables)  # fmt: skip


CALENDAR = "school_id,date,instructional\nA,2012-08-27,true\nA,2013-06-07,true\nA,2013-06-10,false"
TERMS = "term_id,type,start_date,end_date\nS1,semester,2012-08-27,2013-01-25\nS2,semester,2013-01-28,2013-06-05"


def test_the_years_end_is_that_of_the_school_year(tmp_path: Path) -> None:
    """A fact that reads calendars of other years does not put the end off."""
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 9)", final="year_end", target={"annual": {"2012-13": 100}}),
        measure(id="days", level="district", formula="sum(days)"), facts={"district": {"days": "count(calendar years all)"}},
        schools=SCHOOLS, students="student_id,school_id,grade_level\n1,A,9",
        calendar="school_id,date\nA,2012-06-08\nA,2012-08-27\nA,2013-06-07\nA,2014-06-06")  # fmt: skip
    assert cell(compute(folder, as_of=date(2013, 6, 6)))["status"] == "in_progress"
    assert cell(compute(folder, as_of=date(2013, 6, 7)))["status"] == "met"


@pytest.mark.parametrize(("tables", "last"), [
    ({"calendar": CALENDAR, "terms": TERMS}, date(2013, 6, 7)),  # the last day of instruction
    ({"terms": TERMS}, date(2013, 6, 5)),  # without a calendar the end of the last term
    ({}, date(2013, 6, 30)),  # without either the end of the school year
])  # fmt: skip
def test_half_a_credit_in_october(tmp_path: Path, tables: dict[str, Rows], last: date) -> None:
    """Half a credit of five: off track at the year's end, but in October nobody can have more."""
    folder = _freshman(tmp_path, **tables)
    october = cell(compute(folder, as_of=date(2012, 10, 31)), measure="freshman_on_track")
    assert (october["n"], october["numerator"], october["value"], october["target"]) == (1, 0.0, 0.0, 78.0)
    assert october["status"] == "in_progress"
    before = compute(folder, as_of=date.fromordinal(last.toordinal() - 1))
    assert cell(before, measure="freshman_on_track")["status"] == "in_progress"
    assert cell(compute(folder, as_of=last), measure="freshman_on_track")["status"] == "not_met"


def test_a_measure_can_be_final_on_a_date(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 9)", final="2013-02-01", target={"annual": {"2012-13": 100}}),
        schools=SCHOOLS, students="student_id,school_id,grade_level\n1,A,9\n2,A,10")  # fmt: skip
    assert cell(compute(folder, as_of=date(2013, 1, 31)))["status"] == "in_progress"
    assert cell(compute(folder, as_of=date(2013, 2, 1)))["status"] == "not_met"  # 1 of 2


def test_any_day_is_judged_at_once(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(grade_level = 9)", target={"annual": {"2012-13": 100}}),
                           schools=SCHOOLS, students="student_id,school_id,grade_level\n1,A,9\n2,A,10")  # fmt: skip
    assert cell(compute(folder, as_of=date(2012, 9, 1)))["status"] == "not_met"
