"""The library's measures of attendance, tardiness and class periods, counted once more from the example district's CSVs.

Chronic absence and average daily attendance: tests/test_lakeside_counts.py.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakeside_rows import AS_OF, SCHOOL_DAYS, SECTIONS, Role, Student, assert_equal, by, dated
from projects import compute, measure, role, write_project

Check = Callable[[Student, str | None], Role]
PERIODS_OF = by("student_id", dated("period_attendance"))
PERIOD_SCHOOLS = {SECTIONS[row["section_id"]]["school_id"] for row in dated("period_attendance")}


def enrolled(fewest: int, check: Check) -> Check:
    """Participating students; excluded are those enrolled fewer days."""

    def checked(student: Student, school: str | None) -> Role:
        if not student.participating:
            return ("outside", 0, 0)
        return check(student, school) if student.days_enrolled(school) >= fewest else ("excluded", 0, 0)

    return checked


def absent(student: Student, school: str | None) -> int:
    return sum(part >= 0.5 for part in student.parts_missed(school))


def at_goal(student: Student, school: str | None) -> Role:
    days = student.days_enrolled(school)
    return ("n", 10 * (days - sum(student.parts_missed(school))) >= 9 * days, 1)  # 90 % of the days


def days_at(student: Student, school: str | None) -> list[tuple[dict[str, str], float]]:
    """Each day that has a row, with the part missed of it."""
    found = [row for row in student.days if student.sees(school, row["school_id"])]
    return list(zip(found, student.parts_missed(school), strict=True))


def eight_unexcused(student: Student, school: str | None) -> Role:
    days = Counter(row["excused"] for row, part in days_at(student, school) if part >= 0.5)
    if days["false"] < 8 <= days["false"] + days[""]:
        return ("missing", 0, 0)
    return ("n", days["false"] >= 8, 1)


def tier(name: str) -> Check:
    def check(student: Student, school: str | None) -> Role:
        missed, days = absent(student, school), student.days_enrolled(school)
        shares = {
            "severe": missed * 5 >= days,
            "moderate": missed * 10 >= days,
            "at_risk": missed * 20 > days,
            "satisfactory": True,
        }
        return ("n", next(found for found, holds in shares.items() if holds) == name, 1)

    return check


def tardy(student: Student, school: str | None) -> Role:
    late = sum(row["status"] == "tardy" and part < 0.5 for row, part in days_at(student, school))
    attended = student.days_enrolled(school) - absent(student, school)
    return ("n", late * 10 >= attended, 1) if attended else ("missing", 0, 0)


def where_periods_are_recorded(fewest: int, check: Check) -> Check:
    def checked(student: Student, school: str | None) -> Role:
        return enrolled(fewest, check)(student, school) if student.home in PERIOD_SCHOOLS else ("outside", 0, 0)

    return checked


def periods_missed(student: Student, school: str | None) -> int:
    return sum(row["status"] in ("absent", "out_of_school_suspension") for row in PERIODS_OF[student.row["student_id"]]
               if student.sees(school, SECTIONS[row["section_id"]]["school_id"]))  # fmt: skip


def class_periods(student: Student, school: str | None) -> Role:
    """Periods missed of those on the schedule, and the parts of days missed of the days enrolled."""
    scheduled = sum(
        sum(stay["from_date"] <= day <= min(stay["to_date"], AS_OF) for day in SCHOOL_DAYS[section["school_id"]])
        for stay in student.rosters
        for section in [SECTIONS[stay["section_id"]]]
        if section["homeroom"] != "true" and student.sees(school, section["school_id"])
    )
    if not scheduled:
        return ("missing", 0, 0)
    days = sum(student.parts_missed(school)) / student.days_enrolled(school)
    return ("n", periods_missed(student, school) / scheduled + days > 0.10 + 1e-9, 1)


CHECKS: dict[str, Check] = {
    "students_at_attendance_goal": enrolled(10, at_goal),
    "absent_eight_days": enrolled(1, lambda student, school: ("n", absent(student, school) >= 8, 1)),
    "absent_eight_days_unexcused": enrolled(1, eight_unexcused),
    "attendance_satisfactory": enrolled(10, tier("satisfactory")),
    "attendance_tier.at_risk": enrolled(10, tier("at_risk")),
    "attendance_tier.moderate": enrolled(10, tier("moderate")),
    "attendance_tier.severe": enrolled(10, tier("severe")),
    "often_tardy": enrolled(10, tardy),
    "class_period_absence": where_periods_are_recorded(10, class_periods),
    "two_class_periods_missed": where_periods_are_recorded(
        1, lambda student, school: ("n", periods_missed(student, school) > 1, 1)
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_equal(lakeside, name, CHECKS[name], own=True)


def test_those_who_left_during_the_year(lakeside: Any) -> None:
    def left(student: Student, _: str | None) -> Role:
        return ("n", student.exit() not in ("", "graduated", "end_of_year"), 1) if student.participating else ("outside", 0, 0)

    assert_equal(lakeside, "mid_year_leavers", left, "count")


@pytest.mark.parametrize(("days", "found"), [
    (9, "satisfactory"), (10, "at_risk"), (17, "at_risk"), (18, "moderate"), (35, "moderate"), (36, "severe"), (180, "severe"),
])  # fmt: skip
def test_which_tier_a_share_at_an_edge_belongs_to(tmp_path: Path, days: int, found: str) -> None:
    """Of 180 days 9 are 5 %, 18 are 10 % and 36 are 20 %."""
    tiers = [measure(id=name, formula=f"percent(attendance_tier = '{name}')")
             for name in ("satisfactory", "at_risk", "moderate", "severe")]  # fmt: skip
    facts = {"student": {"days_absent": str(days), "days_enrolled": "180"}}
    ran = compute(write_project(tmp_path, *tiers, facts=facts, students="student_id,grade_level\n1,4", schools="school_id,name"))
    assert [one["id"] for one in tiers if role(ran, "1", measure=one["id"]) == "numerator"] == [found]


PERIODS = {
    "students": "student_id,grade_level\n1,9",
    "schools": "school_id,name\nA,Adams",
    "enrollments": "student_id,school_id,entry_date,exit_date,exit_type\n1,A,2012-09-03,,",
    "terms": "term_id,type,start_date,end_date",
    "sections": "section_id,school_id,term_id,homeroom\nM,A,,false\nE,A,,false\nH,A,,true",
    "rosters": "student_id,section_id,from_date,to_date\n1,M,2012-09-03,\n1,E,2012-09-10,2012-09-14\n1,H,2012-09-03,",
    "calendar": "school_id,date\n" + "\n".join(f"A,2012-09-{day:02}" for day in (3, 4, 5, 6, 7, 10, 11, 12, 13, 14)),
}


@pytest.mark.parametrize(("form", "rows_on_absent_days", "share"), [
    # two of the 15 periods scheduled (10 of M, 5 of E), and one of the ten days
    ("exceptions", False, 2 / 15 + 1 / 10),
    ("exceptions", True, 2 / 15),
    # two of the four periods with a row, which are those of nine days of ten
    ("daily", False, 2 / 4 * 9 / 10 + 1 / 10),
    ("daily", True, 2 / 4),
])  # fmt: skip
def test_the_share_of_class_periods_missed(tmp_path: Path, form: str, rows_on_absent_days: bool, share: float) -> None:
    settings = {"attendance": form, "as_of": "2012-09-14", "parameters": {"period_rows_on_absent_days": rows_on_absent_days}}
    days = (4, 5, 6, 7, 10, 11, 12, 13, 14) if form == "daily" else (14,)  # the last of those submitted
    present = [f"1,2012-09-{day:02},present" for day in days]
    attendance = "\n".join(["student_id,date,status", "1,2012-09-03,absent", *present])
    marks = ("4,absent", "5,absent", *(("6,present", "7,tardy") if form == "daily" else ("7,tardy",)))
    periods = "\n".join(["student_id,section_id,date,status", *(f"1,M,2012-09-0{mark}" for mark in marks)])
    ran = compute(write_project(tmp_path, measure(formula="avg(period_absence_rate)"), settings=settings, attendance=attendance,
                                period_attendance=periods, **PERIODS))  # fmt: skip
    assert ran.results.filter(level="district")["value"].to_list() == [pytest.approx(share, abs=5.1e-7)]
