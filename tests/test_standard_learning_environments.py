"""The measures of learning environments of the standard portfolio, counted once more from the example district's CSVs."""

from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from lakeside_rows import (
    COURSES,
    DISTRICT,
    SCHOOLS,
    SECTIONS,
    VERIFIED_LEAVERS,
    Role,
    Row,
    Student,
    assert_equal,
    by,
    dated,
    of_year,
)
from projects import cell, compute, measure, units, write_project


def test_early_social_emotional(lakeside: Any) -> None:
    """PK-3: at the expected level by the latest rating, or 10 per cent of the items above the fall's."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in ("PK", "KG", "1", "2", "3")):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        rated = sorted((row["date"], float(row["percent_correct"]), row["window"], row["proficient"] == "true")
                       for row in student.tests if row["subject"] == "social_emotional")  # fmt: skip
        if not rated:
            return ("missing", 0, 0)
        _, latest, _, ready = rated[-1]
        fall = [score for _, score, window, _ in rated if window == "fall"]
        return ("n", ready or bool(fall and latest - fall[0] >= 10), 1)

    assert_equal(lakeside, "early_social_emotional", role)


def test_grade_9_suspension(lakeside: Any) -> None:
    """Ninth graders with a suspension, in school or out, or an expulsion; a school sees its own only."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in ("9", ""):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if not student.days_enrolled(school):
            return ("excluded", 0, 0)
        actions = {row["action"] for row in student.incidents if student.sees(school, row["school_id"])}
        return ("n", bool(actions & {"in_school_suspension", "out_of_school_suspension", "expulsion"}), 1)

    assert_equal(lakeside, "grade_9_suspension", role, own=True)


def test_advanced_course_participation(lakeside: Any) -> None:
    """Grades 11-12: on the roster of an AP, IB or dual-credit course for at least 20 days."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in ("11", "12", ""):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        levels = [COURSES[SECTIONS[stay["section_id"]]["course_id"]]["level"] for stay in student.rosters]
        taken = [level for stay, level in zip(student.rosters, levels, strict=True) if _days(stay) >= 20]
        assert all(levels)
        return ("n", bool({"ap", "ib", "dual"} & set(taken)), 1) if levels else ("missing", 0, 0)

    assert_equal(lakeside, "advanced_course_participation", role)


def _days(stay: Row) -> int:
    """Days on a roster, both ends included; many where it has no end."""
    if not stay["to_date"]:
        return 999
    return (date.fromisoformat(stay["to_date"]) - date.fromisoformat(stay["from_date"])).days + 1


def test_classroom_observation_4_8(lakeside: Any) -> None:
    """Mean of the classrooms' mean instruction scores, shown where at least five educators are behind it."""
    teachers = by("section_id", of_year("section_educators"))
    scores = {
        section: mean(float(row["score"]) for row in found)
        for section, found in by("section_id", [row for row in dated("observations") if row["rubric"] == "instruction"]).items()
    }
    shown = 0
    for level, unit in [("district", DISTRICT), *(("school", school) for school in SCHOOLS)]:
        sections = [key for key, row in SECTIONS.items() if row["grade_level"] in ("4", "5", "6", "7", "8")
                    and (level == "district" or row["school_id"] == unit)]  # fmt: skip
        assert all(any(one["role"] != "support" for one in teachers[key]) for key in sections)
        observed = [scores[key] for key in sections if key in scores]
        people = {one["educator_id"] for key in sections if key in scores for one in teachers[key]}
        found = cell(lakeside, level, unit, measure="classroom_observation_4_8")
        if not sections:
            assert (found["population"], found["value"], found["status"]) == (0, None, "no_units")
        elif len(people) < 5:
            assert (found["population"], found["value"], found["status"]) == (None, None, "withheld")
        else:
            shown += 1
            assert (found["population"], found["excluded"], found["n"]) == (len(sections), 0, len(observed))
            assert found["value"] == pytest.approx(mean(observed), abs=1e-6)
    assert shown == 2


def test_conditions_for_learning(lakeside: Any) -> None:
    """Favorable answers in per cent of those that are not don't-know; the district adds up its schools' answers."""
    answers = [row for row in of_year("surveys") if row["survey"] == "conditions_for_learning" and row["favorable"]]
    values = set()
    for level, unit in [("district", DISTRICT), *(("school", school) for school in SCHOOLS)]:
        of_unit = [row["favorable"] == "true" for row in answers if level == "district" or row["school_id"] == unit]
        found = cell(lakeside, level, unit, measure="conditions_for_learning")
        assert (found["numerator"], found["denominator"]) == (sum(of_unit), len(of_unit))
        assert found["value"] == pytest.approx(100 * sum(of_unit) / len(of_unit), abs=1e-6)
        values.add(found["value"])
    assert len(values) == 5


ENROLLED = """
    student_id,school_id,entry_date,exit_date
    1,A,2012-09-04,
    2,A,2012-09-04,
    3,A,2012-09-04,
    4,A,2012-09-04,2013-01-25
    5,A,2013-04-02,
    6,B,2012-09-04,
    7,C,2012-09-04,
"""
GRADES = "student_id,grade_level\n1,4\n2,9\n3,3\n4,8\n5,8\n6,6\n7,5"
ANSWERS = """
    survey,respondent_type,respondent_id,school_id,scale,item,favorable
    conditions_for_learning,student,r1,A,safe,q1,true
    conditions_for_learning,student,r1,A,safe,q2,false
    conditions_for_learning,student,,B,safe,q1,true
    school_lunch,student,r9,A,food,q1,true
"""


def test_the_response_rate_of_the_conditions_survey(tmp_path: Path) -> None:
    """Who was enrolled on the day of the survey, in the grades asked: at A students 1 and 2, of whom one answered.

    3 is below the grades, 4 had left, 5 came the day after. At B nobody can be counted, at C nobody answered.
    """
    asked = measure(level="school", formula="avg(conditions_response_rate)")
    folder = write_project(tmp_path, asked, students=GRADES, schools="school_id,name\nA,Adams\nB,Burr\nC,Clay",
                           enrollments=ENROLLED, surveys=ANSWERS)  # fmt: skip
    run = compute(folder)
    assert units(run, "school") == ["A", "B", "C"]
    assert [cell(run, "school", unit)["value"] for unit in "ABC"] == [0.5, None, 0.0]
