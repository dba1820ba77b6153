"""Attribution: enrolled on a day, and the full academic year; by project and by measure."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, weekdays, write_project
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.results import Run
from rttd_metrics.problems import ProblemError

STAYS = """
    student_id,school_id,entry_date,exit_date
    stayed,A,2012-08-27,
    moved,A,2012-08-27,2012-09-28
    moved,B,2012-10-01,
    away,A,2012-08-27,2012-11-30
    away,A,2013-01-02,
    between,A,2012-08-27,2012-11-30
    between,B,2012-12-03,2012-12-21
    between,A,2013-01-02,
    late,B,2013-02-01,
    gone,A,2012-08-27,2013-02-28
"""
SCHOOLS = "school_id,name\nA,Adams\nB,Burr\nC,Clay"
# 180 weekdays at each school, the first on August 27, the last on May 3
DAYS = weekdays(date(2012, 8, 27), 180)
CALENDAR = [("school_id", "date"), *((school, day) for school in "AB" for day in DAYS)]
AS_OF = "2013-05-31"
WHOLE = {"from": "10-01", "to": "04-15"}


def district(folder: Path, rule: Any, *measures: dict[str, Any], **settings: Any) -> Path:
    students = ["student_id,grade_level", *(f"{student},9" for student in ("stayed", "moved", "away", "between", "late", "gone"))]
    plain = measures or (measure(formula="count(true)"),)
    levels = {"levels": {"school": {"attribution": rule}}} if rule is not None else {}
    return write_project(folder, *plain, settings={"as_of": AS_OF, **levels, **settings}, students="\n".join(students),
                         schools=SCHOOLS, enrollments=STAYS, calendar=CALENDAR)  # fmt: skip


def placed(run: Run, measure_id: str = "m") -> dict[str, str]:
    """Each student's schools, those without any left out."""
    found: dict[str, str] = {}
    for student, school in run.student_results.filter(measure=measure_id).select("student_id", "school_id").iter_rows():
        found[student] = found.get(student, "") + (school or "")
    return {student: schools for student, schools in found.items() if schools}


@pytest.mark.parametrize(("rule", "expected"), [
    # on October 1 `moved` is at B; `late` is nowhere yet
    ({"enrolled_on": "10-01"}, {"stayed": "A", "moved": "B", "away": "A", "between": "A", "gone": "A"}),
    ({"enrolled_on": "2012-12-10"}, {"stayed": "A", "moved": "B", "between": "B", "gone": "A"}),
    # from October 1 to April 15 without a day away: `away` was 32 days (December 1 to January 1)
    ({"full_academic_year": WHOLE}, {"stayed": "A", "moved": "B"}),
    ({"full_academic_year": WHOLE | {"permitted_gap": 31}}, {"stayed": "A", "moved": "B"}),
    ({"full_academic_year": WHOLE | {"permitted_gap": 32}}, {"stayed": "A", "moved": "B", "away": "A", "between": "A"}),
    # August 27 to February 28 are 134 weekdays; `moved` was 25 at A and 155 at B, `late` 66 at B;
    # `away` 180 - 23 (December 3 to January 1 are 22 weekdays: 180 - 22 = 158)
    ({"full_academic_year": {"minimum_days": 134}}, {"stayed": "A", "moved": "B", "away": "A", "between": "A", "gone": "A"}),
    ({"full_academic_year": {"minimum_days": 156}}, {"stayed": "A", "away": "A", "between": "A"}),
    ({"full_academic_year": {"minimum_days": 25}},
     {"stayed": "A", "moved": "AB", "away": "A", "between": "A", "late": "B", "gone": "A"}),
])  # fmt: skip
def test_schools_by_rule(tmp_path: Path, rule: dict[str, Any], expected: dict[str, str]) -> None:
    run = compute(district(tmp_path, rule))
    assert placed(run) == expected
    assert cell(run)["n"] == 6  # the district counts everyone, wherever they are


@pytest.mark.parametrize("rule", [
    {"enrolled_on": "10-01"}, {"enrolled_on": "2012-12-10"}, {"full_academic_year": WHOLE | {"permitted_gap": 32}},
    {"full_academic_year": {"minimum_days": 25}}, {"full_academic_year": {"minimum_days": 134}},
])  # fmt: skip
def test_rows_and_columns_agree(tmp_path: Path, rule: dict[str, Any]) -> None:
    folder = district(tmp_path, rule)
    run, portfolio = compute(folder), read_portfolio(folder)
    units = TableUnits(read(make_plan(portfolio), Period(2013, "07-01", date(2013, 5, 31)), keep_going=False))
    [found] = portfolio.measures
    by_rows = {student: "".join(units.unit("student", student).schools(found)) for student in units.ids("student")}
    assert placed(run) == {student: schools for student, schools in by_rows.items() if schools}


def test_a_measure_may_have_a_rule_of_its_own(tmp_path: Path) -> None:
    own = {"full_academic_year": WHOLE}
    measures = measure(formula="count(true)"), measure(id="full", formula="count(true)", attribution=own)
    run = compute(district(tmp_path, "last_enrolled", *measures))
    assert placed(run) == {"stayed": "A", "moved": "B", "away": "A", "between": "A", "late": "B", "gone": "A"}
    assert placed(run, "full") == {"stayed": "A", "moved": "B"}
    assert [cell(run, "school", school)["n"] for school in "ABC"] == [4, 2, 0]
    assert [cell(run, "school", school, measure="full")["n"] for school in "ABC"] == [1, 1, 0]
    assert cell(run, measure="full")["n"] == 6


def test_before_the_last_day_a_year_is_full_so_far(tmp_path: Path) -> None:
    run = compute(district(tmp_path, {"full_academic_year": WHOLE}, as_of="2012-11-16"))
    assert placed(run) == {"stayed": "A", "moved": "B", "away": "A", "between": "A", "gone": "A"}


def test_minimum_days_need_a_calendar(tmp_path: Path) -> None:
    folder = district(tmp_path, {"full_academic_year": {"minimum_days": 100}})
    (folder / "data" / "calendar.csv").unlink()
    with pytest.raises(ProblemError) as caught:
        compute(folder)
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("missing-file", "data/calendar.csv")]


@pytest.mark.parametrize(("rule", "message"), [
    ({"full_academic_year": {}}, "say `minimum_days:`, or `from:` and `to:` with a `permitted_gap:`"),
    ({"full_academic_year": {"from": "10-01"}}, "say `minimum_days:`, or `from:` and `to:` with a `permitted_gap:`"),
    ({"full_academic_year": {"minimum_days": 100, "from": "10-01", "to": "04-15"}},
     "say `minimum_days:`, or `from:` and `to:` with a `permitted_gap:`"),
    ({}, "say `enrolled_on:` or `full_academic_year:`"),
    ({"enrolled_on": "October"}, "'October' is no day: write a month and day like 10-01, or a date like 2012-10-01"),
])  # fmt: skip
def test_rules_that_are_none_are_told(tmp_path: Path, rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_portfolio(district(tmp_path, rule))
    assert [problem.message for problem in caught.value.problems] == [message]


def test_attribution_is_for_measures_of_students(tmp_path: Path) -> None:
    school = measure(level="school", formula="count(true)", attribution="every_enrollment")
    [problem] = read_portfolio(district(tmp_path, None, school)).problems
    assert problem.message == "`attribution` is for measures of students, this one is of level school"
