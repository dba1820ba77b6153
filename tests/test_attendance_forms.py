"""The four forms in which a district keeps its attendance: days, exceptions, class periods, sums."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import Rows, compute, measure, role, value, weekdays, write_project
from row_agreement import assert_rows_agree
from rttd_metrics.engine.results import Run

FACTS = ("days_enrolled", "days_absent", "days_present", "absence_rate", "attendance_rate", "tardy_days", "unexcused_days",
         "unexplained_days", "suspension_days_served")  # fmt: skip
MEASURES = [measure(id=name, formula=f"avg({name})", at_school="own") for name in FACTS]
DAYS = weekdays(date(2012, 9, 3), 10)
AS_OF = {"as_of": str(DAYS[-1])}
SCHOOLS = "school_id,name\nA,Adams\nB,Burns"
SECTIONS = "section_id,school_id\nA1,A\nA2,A\nA3,A\nA4,A\nB1,B\nB2,B"
STUDENTS = "student_id,school_id\n1,A\n2,B\n3,A"

# -- The same ten days in four forms ----------------------------------------------------------------------
# Student 1, ten days at A, four periods a day: the second day missed without an excuse, half of the fourth with one, late
# on the sixth.
#   enrolled 10; absent 2, of them 1 unexcused; present 10 - 1 - 0.5 = 8.5; 2 / 10 = 0.2 and 8.5 / 10 = 0.85
# Student 2, the first six days at A, where he was suspended on the third, then four at B: a quarter of the last missed.
#   at A enrolled 6, absent 1, present 5; at B enrolled 4, absent 0, present 3.75; 10, 1 and 8.75 together
#   In two periods a day nobody misses a quarter: there he misses none, and 9 are present.
# Student 3 came on no day.

STAYS: Rows = [("student_id", "school_id", "entry_date", "exit_date"), ("1", "A", DAYS[0], None),
               ("2", "A", DAYS[0], DAYS[5]), ("2", "B", DAYS[6], None)]  # fmt: skip
EXCEPTIONS = [
    ("1", "A", DAYS[1], "absent", 1, "false"), ("1", "A", DAYS[3], "absent", 0.5, "true"), ("1", "A", DAYS[5], "tardy", 0, None),
    ("2", "A", DAYS[2], "out_of_school_suspension", 1, "true"), ("2", "B", DAYS[9], "early_departure", 0.25, None),
]  # fmt: skip
LAST_AT_A = ("1", "A", DAYS[9], "present", 0, None)
HEAD = ("student_id", "school_id", "date", "status", "absent", "excused")
PLACES = {"1": ["A"] * 10, "2": ["A"] * 6 + ["B"] * 4}


def daily() -> dict[str, Rows]:
    told = {(row[0], row[2]): row for row in EXCEPTIONS}
    days = [told.get((student, day), (student, school, day, "present", 0, None))
            for student, schools in PLACES.items() for day, school in zip(DAYS, schools, strict=True)]  # fmt: skip
    return {"attendance": [HEAD, *days]}


def exceptions() -> dict[str, Rows]:
    calendar = [("school_id", "date"), *((school, day) for school in "AB" for day in DAYS)]
    return {"attendance": [HEAD, *EXCEPTIONS, LAST_AT_A], "calendar": calendar}


def periods() -> dict[str, Rows]:
    told = {(row[0], row[2]): row for row in EXCEPTIONS}
    rows: list[tuple[Any, ...]] = [("student_id", "section_id", "date", "status", "excused")]
    for student, schools in PLACES.items():
        for day, school in zip(DAYS, schools, strict=True):
            _, _, _, status, part, excused = told.get((student, day), (student, school, day, "present", 0, None))
            sections = [f"A{number}" for number in (1, 2, 3, 4)] if school == "A" else ["B1", "B2"]
            missed = int(part * len(sections))
            first = status if part or status == "tardy" else "present"
            marks = [status] * missed or [first]
            rows += [(student, section, day, mark, excused if mark == status else None)
                     for section, mark in zip(sections, [*marks, *["present"] * 4], strict=False)]  # fmt: skip
    return {"period_attendance": rows, "sections": SECTIONS}


def sums() -> dict[str, Rows]:
    head = ("student_id", "school_id", "days_enrolled", "days_absent", "days_present", "days_tardy", "days_unexcused",
            "days_suspended")  # fmt: skip
    return {
        "attendance_sums": [head, ("1", "A", 10, 2, 8.5, 1, 1, 0), ("2", "A", 6, 1, 5, 0, 0, 1), ("2", "B", 4, 0, 3.75, 0, 0, 0)]
    }


FORMS = {"daily": daily, "exceptions": exceptions, "periods": periods, "sums": sums}
ONE = (10, 2, 8.5, 0.2, 0.85, 1, 1, 0, 0)
TWO = {None: (10, 1, 8.75, 0.1, 0.875, 0, 0, 0, 1), "B": (4, 0, 3.75, 0, 0.9375, 0, 0, 0, 0)}
TWO_OF_TWO_PERIODS = {None: (10, 1, 9, 0.1, 0.9, 0, 0, 0, 1), "B": (4, 0, 4, 0, 1, 0, 0, 0, 0)}
NOBODY = (0, 0, None, None, None, 0, 0, 0, 0)


def figures(run: Run, student: str, school: str | None = None) -> tuple[float | None, ...]:
    return tuple(value(run, student, school, measure=name) for name in FACTS)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_days_in_each_form(tmp_path: Path, form: str) -> None:
    folder = write_project(tmp_path, *MEASURES, settings=AS_OF | {"attendance": form}, students=STUDENTS, schools=SCHOOLS,
                           enrollments=STAYS, **FORMS[form]())  # fmt: skip
    run = compute(folder)
    two = TWO_OF_TWO_PERIODS if form == "periods" else TWO
    assert figures(run, "1") == figures(run, "1", "A") == ONE
    assert figures(run, "2") == two[None]
    assert figures(run, "2", "B") == two["B"]
    present = None if form in ("daily", "periods") else 0.0  # the sum of no rows is not known, that of no days is nothing
    assert figures(run, "3") == (*NOBODY[:2], present, *NOBODY[3:])
    assert_rows_agree(folder, run)


FENCE = re.compile(r"^```csv data/(\w+)\.csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS_OF_THE_PAGE = {"daily": "Daily rows", "exceptions": "Exceptions", "periods": "Class periods", "sums": "Sums"}


@pytest.mark.parametrize("form", FORMS)
def test_the_files_of_the_documentation_tell_what_it_says(tmp_path: Path, form: str) -> None:
    page = (Path(__file__).parents[1] / "docs" / "attendance.md").read_text(encoding="utf-8")
    [told] = re.findall(r"^\| (\d) \| (\d) \| .* = ([\d.]+) \|$", page, re.MULTILINE)
    part = page.split(f"### {SECTIONS_OF_THE_PAGE[form]}\n")[1].split("\n##")[0]
    files = dict(FENCE.findall(part))
    assert files
    run = compute(write_project(tmp_path, *MEASURES, settings={"attendance": form, "as_of": "2012-09-07"}, **files,
                                students="student_id\n00101", schools="school_id,name\n0101,Adams"))  # fmt: skip
    assert figures(run, "00101")[:3] == tuple(map(float, told))


# -- Class periods ----------------------------------------------------------------------------------------


def of_periods(folder: Path, rows: str, *, settings: dict[str, Any] | None = None, **tables: Rows) -> Path:
    given = {"students": STUDENTS, "schools": SCHOOLS, "sections": SECTIONS, "enrollments": STAYS} | tables
    return write_project(folder, *MEASURES, settings=AS_OF | {"attendance": "periods"} | (settings or {}),
                         period_attendance=rows, **given)  # fmt: skip


DAY_OF_PERIODS = {
    # statuses of the day's periods, each excused (t), not (f) or neither:
    # days absent, present, tardy, unexcused, unexplained, suspended
    "all attended": ("present present present", (0, 1, 0, 0, 0, 0)),
    "one of three missed": ("absent-f present present", (0, 1 - 1 / 3, 0, 0, 0, 0)),
    "one of two missed": ("absent-f present", (1, 0.5, 0, 1, 0, 0)),
    "two of three missed, one with an excuse": ("absent-t absent-f present", (1, 1 / 3, 0, 1, 0, 0)),
    "both missed with an excuse": ("absent-t absent-t", (1, 0, 0, 0, 0, 0)),
    "both missed, of one nothing is known": ("absent-t absent", (1, 0, 0, 0, 1, 0)),
    "what is said of periods attended does not matter": ("absent-t present-f", (1, 0.5, 0, 0, 0, 0)),
    "late to one": ("present tardy present", (0, 1, 1, 0, 0, 0)),
    "late to one, one of three missed": ("tardy absent-t present", (0, 1 - 1 / 3, 1, 0, 0, 0)),
    "late to one, the other missed": ("tardy absent-t", (1, 0.5, 0, 0, 0, 0)),
    "suspended from one of two": ("out_of_school_suspension-t present", (1, 0.5, 0, 0, 0, 1)),
    "suspended from one of three": ("out_of_school_suspension-t present present", (0, 1 - 1 / 3, 0, 0, 0, 0)),
    "suspended in school is there": ("in_school_suspension in_school_suspension", (0, 1, 0, 0, 0, 0)),
}


@pytest.mark.parametrize("case", DAY_OF_PERIODS)
def test_a_day_of_class_periods(tmp_path: Path, case: str) -> None:
    marks, expected = DAY_OF_PERIODS[case]
    rows = ["student_id,section_id,date,status,excused"]
    for number, mark in enumerate(marks.split(), start=1):
        status, _, excused = mark.partition("-")
        rows.append(f"1,A{number},2012-09-04,{status},{({'t': 'true', 'f': 'false'}).get(excused, '')}")
    folder = of_periods(tmp_path, "\n".join(rows))
    run = compute(folder)
    absent, present, tardy, unexcused, unexplained, suspended = expected
    assert value(run, "1", measure="days_enrolled") == 1  # the other nine days have no row: no class met
    assert figures(run, "1")[1] == absent
    assert figures(run, "1")[2] == pytest.approx(present, abs=5e-7)
    assert figures(run, "1")[5:] == (tardy, unexcused, unexplained, suspended)
    assert_rows_agree(folder, run)


def test_a_day_at_two_schools_is_one_day_at_the_school_of_the_primary_stay(tmp_path: Path) -> None:
    """Two periods at A, then one at B: a third of one day is missed, and A has the day."""
    folder = of_periods(tmp_path, """
        student_id,section_id,date,status
        1,A1,2012-09-04,present
        1,A2,2012-09-04,present
        1,B1,2012-09-04,absent
        """, settings={"levels": {"school": {"attribution": "every_enrollment"}}}, enrollments="""
        student_id,school_id,entry_date,exit_date,primary
        1,A,2012-09-03,,true
        1,B,2012-09-03,,false
        """)  # fmt: skip
    run = compute(folder)
    for school in (None, "A"):
        assert [value(run, "1", school, measure=name) for name in FACTS[:3]] == [1, 0, 0.666667]
    assert_rows_agree(folder, run)


def test_who_has_a_period_set_aside_has_no_days(tmp_path: Path) -> None:
    folder = of_periods(tmp_path, """
        student_id,section_id,date,status
        1,A1,2012-09-04,elsewhere
        1,A2,2012-09-04,present
        2,A1,2012-09-04,absent
        """)  # fmt: skip
    run = compute(folder, keep_going=True)
    assert role(run, "1", measure="days_enrolled") == "missing"
    assert value(run, "2", measure="days_absent") == 1
    assert_rows_agree(folder, run, keep_going=True)


def test_an_explanation_shows_a_day_at_the_lines_of_its_periods(tmp_path: Path) -> None:
    folder = of_periods(tmp_path, """
        student_id,section_id,date,status
        1,A1,2012-09-04,absent
        1,A1,2012-09-05,present
        1,A2,2012-09-04,present
        """)  # fmt: skip
    told = rttd("explain", "days_absent", folder, "--student", "1", "--output-format", "json", code=0).stdout
    [fact] = json.loads(told)["views"][0]["facts"]
    [row] = fact["rows"][0]["rows"]
    assert row["places"] == [["data/period_attendance.csv", 2], ["data/period_attendance.csv", 4]]
    assert (row["date"], row["absent"]) == ("2012-09-04", 0.5)


def test_days_of_earlier_years_are_made_of_their_periods(tmp_path: Path) -> None:
    folder = of_periods(tmp_path, """
        student_id,section_id,date,status
        1,A1,2011-09-06,absent
        1,A1,2011-09-07,absent
        1,A1,2012-09-04,absent
        1,A2,2012-09-04,present
        """)  # fmt: skip
    write_project(folder, measure(id="ever", formula="avg(ever)"), *MEASURES,
                  facts={"student": {"ever": "count(attendance where attendance.absent >= 0.5 years through)"}},
                  settings=AS_OF | {"attendance": "periods"})  # fmt: skip
    run = compute(folder)
    assert value(run, "1", measure="ever") == 3
    assert value(run, "1", measure="days_absent") == 1
    assert_rows_agree(folder, run)


def test_without_an_as_of_date_the_latest_period_is_the_day(tmp_path: Path) -> None:
    rows = "student_id,section_id,date,status\n1,A1,2012-09-04,present\n2,A1,2012-10-01,present"
    assert compute(of_periods(tmp_path, rows, settings={"as_of": None})).as_of == date(2012, 10, 1)


def test_the_files_of_periods_and_sections_are_needed(tmp_path: Path) -> None:
    folder = of_periods(tmp_path, "student_id,section_id,date,status")
    for name in ("period_attendance", "sections"):
        (folder / "data" / f"{name}.csv").unlink()
    found = rttd("compute", folder, "--output-format", "json", code=1).found
    assert {(code, file) for code, file, _ in found} == {
        ("missing-file", "data/period_attendance.csv"), ("missing-file", "data/sections.csv"),
    }  # fmt: skip


def test_days_made_of_periods_have_no_file_to_declare(tmp_path: Path) -> None:
    folder = write_project(tmp_path, *MEASURES, settings={
        "attendance": "periods", "tables": [{"name": "attendance", "path": "data/days.csv"}]})  # fmt: skip
    ended = rttd("validate", folder, "--output-format", "json", code=1)
    assert "the rows of 'attendance' are made of 'period_attendance'" in ended.message("attendance-form")
    assert ended.found[0][1:] == ("rttd.yml", 9)  # district and two keys, school_year, measures and one, attendance, tables, this


# -- Sums -------------------------------------------------------------------------------------------------


def of_sums(folder: Path, rows: str, **settings: Any) -> Path:
    return write_project(folder, *MEASURES, settings={"attendance": "sums"} | settings, attendance_sums=rows, students=STUDENTS,
                         schools=SCHOOLS, enrollments=STAYS)  # fmt: skip


@pytest.mark.parametrize("rows", [
    "student_id,school_id,days_absent,days_enrolled\n1,A,2,10",  # present 10 - 2 = 8
    "student_id,school_id,days_absent,days_present\n1,A,2,8",  # enrolled 2 + 8 = 10
    "student_id,school_id,days_absent,days_present,days_enrolled\n1,A,2,8,",
])  # fmt: skip
def test_a_sum_that_is_not_given_is_made_of_the_two_others(tmp_path: Path, rows: str) -> None:
    folder = of_sums(tmp_path, rows)
    run = compute(folder)
    assert figures(run, "1")[:5] == (10, 2, 8, 0.2, 0.8)
    assert figures(run, "1")[5:8] == (None, 0, 2)  # nothing is said of tardy days, nor of which were excused
    assert_rows_agree(folder, run)


def test_a_row_that_does_not_tell_leaves_the_year_unknown(tmp_path: Path) -> None:
    folder = of_sums(tmp_path, "student_id,school_id,days_enrolled,days_absent,days_tardy\n2,A,6,1,1\n2,B,,0,")
    run = compute(folder)
    assert figures(run, "2")[:3] == (None, 1, None)
    assert figures(run, "2")[5] is None
    assert figures(run, "2", "B")[:3] == (None, 0, None)
    assert_rows_agree(folder, run)


def test_sums_without_a_school_count_in_the_district_alone(tmp_path: Path) -> None:
    folder = of_sums(tmp_path, "student_id,days_enrolled,days_absent\n1,10,2")
    run = compute(folder)
    assert figures(run, "1")[:2] == (10, 2)
    assert figures(run, "1", "A")[:2] == (0, 0)
    assert_rows_agree(folder, run)


def test_the_as_of_date_does_not_cut_sums(tmp_path: Path) -> None:
    folder = of_sums(tmp_path, "student_id,school_id,days_enrolled,days_absent\n1,A,10,2")
    assert compute(folder).as_of == date(2013, 6, 30)  # no date in them: the last day of the year
    assert figures(compute(folder, as_of=date(2012, 9, 4)), "1")[:2] == (10, 2)


def test_a_measure_of_days_is_refused_where_there_are_none(tmp_path: Path) -> None:
    folder = of_sums(tmp_path, "student_id,school_id,days_enrolled,days_absent\n1,A,10,2")
    write_project(folder, measure(id="mondays", formula="avg(mondays)"), settings={"attendance": "sums"},
                  facts={"student": {"mondays": "count(attendance where attendance.date = week(attendance.date))"}})  # fmt: skip
    ended = rttd("validate", folder, "--output-format", "json", code=1)
    assert ended.found == [("attendance-form", "measures/mondays.yml", 8)]
    assert "with `attendance: sums` there are none" in ended.message("attendance-form")
