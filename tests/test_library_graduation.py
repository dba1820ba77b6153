"""The library's graduation rates and plans, counted once more from the example's CSVs."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lakeside_figures import (
    EXCLUDED,
    MISSING,
    OUTSIDE,
    Check,
    assert_figures,
    but_for,
    in_grades,
    lakeside_with,
    latest_rows,
    measures_of,
    yes_if,
)
from lakeside_rows import AS_OF, VERIFIED_LEAVERS, Role, Student, assert_equal, by, rows
from projects import role

STAYS = by("student_id", rows("enrollments"))


# -- Cohorts --------------------------------------------------------------------------------------------------------------


def exit_type(student: Student) -> str:
    """How the latest stay of all years ended; empty while it lasts."""
    latest = max(STAYS[student.row["student_id"]], key=lambda stay: stay["entry_date"])
    return (latest["exit_type"] or student.row["exit_type"]) if latest["exit_date"] and latest["exit_date"] <= AS_OF else ""


def graduated(cohort: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        row = student.row
        if row["cohort"] == "":
            return MISSING if student.grade in ("9", "10", "11", "12") else OUTSIDE
        if row["cohort"] != cohort:
            return OUTSIDE
        if exit_type(student) in VERIFIED_LEAVERS:
            return EXCLUDED
        return yes_if(row["diploma_type"] == "regular" and row["diploma_date"] <= AS_OF)  # before any summer's end

    return check


COHORTS = {"graduation_rate_4_year": ("2013", "2009-10"), "graduation_rate_5_year": ("2012", "2008-09")}


@pytest.mark.parametrize("name", COHORTS)
def test_cohorts_of_the_example_district(lakeside: Any, name: str) -> None:
    cohort, first_year = COHORTS[name]
    assert_figures(lakeside, name, latest_rows(first_year), graduated(cohort))


@pytest.mark.parametrize(("student", "four", "five"), [
    ("000024", "outside", "numerator"),  # cohort 2012, graduated in the fifth year
    ("000025", "n", "outside"),  # a GED of this April
    ("000026", "n", "outside"),  # still enrolled
    ("000027", "n", "outside"),  # an alternate diploma
    ("000028", "n", "outside"),  # dropped out last year
    ("000029", "excluded", "outside"),  # a documented transfer last year
    ("000030", "excluded", "outside"),  # died last year
    ("000031", "outside", "outside"),  # cohort 2014
    ("000032", "outside", "numerator"),  # a diploma of last summer
    ("000033", "numerator", "outside"),
    ("000036", "n", "outside"),  # ungraded, of cohort 2013
    ("000051", "n", "outside"),  # a GED two years ago
    ("000052", "n", "outside"),  # gone three years ago, without a document
    ("000053", "excluded", "outside"),  # emigrated two years ago
    ("000054", "excluded", "outside"),  # a documented transfer three years ago
    ("000055", "outside", "numerator"),  # graduated a year early
])  # fmt: skip
def test_students_on_the_edges(lakeside: Any, student: str, four: str, five: str) -> None:
    found = [role(lakeside, student, measure=name) for name in COHORTS]
    assert found == [four, five]


@pytest.mark.parametrize(("until", "as_of", "expected"), [
    ("08-31", date(2012, 6, 8), "n"),
    ("08-31", date(2012, 8, 9), "n"),
    ("08-31", date(2012, 8, 10), "numerator"),
    ("08-10", date(2012, 9, 30), "numerator"),
    ("08-09", date(2012, 9, 30), "n"),
])  # fmt: skip
def test_a_summer_graduate_counts_from_the_day_of_the_diploma(tmp_path: Path, until: str, as_of: date, expected: str) -> None:
    """Student 000032 of cohort 2012 has a diploma of 2012-08-10."""
    run = lakeside_with(tmp_path, "graduation", {"summer_graduates_until": until}, school_year="2011-12", as_of=as_of)
    assert role(run, "000032", measure="graduation_rate_4_year") == expected


@pytest.mark.parametrize(("parameters", "student", "expected"), [
    ({"alternate_diplomas_count": True}, "000027", "numerator"),
    ({"verified_leaver_types": ["deceased", "emigrated"]}, "000029", "n"),
    ({"verified_leaver_types": ["transferred_out", "moved_undocumented"]}, "000052", "excluded"),
    ({"regular_diplomas": ["regular", "ged"]}, "000025", "numerator"),
])  # fmt: skip
def test_what_counts_is_a_parameter(tmp_path: Path, parameters: dict[str, object], student: str, expected: str) -> None:
    run = lakeside_with(tmp_path, "graduation", parameters)
    assert role(run, student, measure="graduation_rate_4_year") == expected


# -- Plans ----------------------------------------------------------------------------------------------------------------


def on_plan(plan: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        chosen = student.row["graduation_plan"]
        return yes_if(chosen == plan) if chosen else MISSING

    return in_grades("9", "12", but_for((*VERIFIED_LEAVERS, "dropout"), check))


PLANS = {
    "minimum_graduation_plan": on_plan("minimum"),
    "graduation_plan_of.recommended": on_plan("recommended"),
    "graduation_plan_of.distinguished": on_plan("distinguished"),
}


@pytest.mark.parametrize("name", PLANS)
def test_plans_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_equal(lakeside, name, PLANS[name])


def test_every_measure_is_counted_here() -> None:
    assert measures_of("graduation") == {*COHORTS, *PLANS}
