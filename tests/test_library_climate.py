"""The library's survey measures, counted once more from the example district's CSVs."""

from collections.abc import Callable
from typing import Any

import pytest

from lakeside_rows import Row, assert_schools, dated, of_year

ANSWERS = [row for row in of_year("surveys") if row["favorable"]]  # a don't-know has none
SCALES = ("safe_and_respectful_climate", "high_expectations", "student_support", "social_and_emotional")
SURVEY_DAY = "2013-04-01"
Sums = Callable[[str], tuple[float, float]]


def answers(survey: str, school: str, scale: str | None = None) -> list[Row]:
    return [row for row in ANSWERS
            if row["survey"] == survey and row["school_id"] == school and scale in (None, row["scale"])]  # fmt: skip


def favorable(survey: str, scale: str) -> Sums:
    def sums(school: str) -> tuple[float, float]:
        found = answers(survey, school, scale)
        return sum(row["favorable"] == "true" for row in found), len(found)

    return sums


def positive_on_all(scale: str) -> Sums:
    def sums(school: str) -> tuple[float, float]:
        said: dict[str, set[str]] = {}
        for row in answers("conditions_for_learning", school, scale):
            said.setdefault(row["respondent_id"], set()).add(row["favorable"])
        return sum(found == {"true"} for found in said.values()), len(said)

    return sums


def responded(school: str) -> tuple[float, float]:
    asked = {row["student_id"] for row in of_year("students") if row["grade_level"] in map(str, range(4, 13))}
    roster = {row["student_id"] for row in dated("enrollments", "entry_date")
              if row["school_id"] == school and row["entry_date"] <= SURVEY_DAY <= (row["exit_date"] or SURVEY_DAY)}  # fmt: skip
    return len({row["respondent_id"] for row in answers("conditions_for_learning", school)}), len(asked & roster)


CHECKS: dict[str, Sums] = {
    **{f"survey_scale.{scale}": favorable("conditions_for_learning", scale) for scale in SCALES},
    **{f"survey_all_positive.{scale}": positive_on_all(scale) for scale in SCALES},
    **{f"working_conditions.{scale}": favorable("working_conditions", scale) for scale in ("leadership", "time_and_resources")},
    "survey_response_rate": responded,
}


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_schools(lakeside, name, CHECKS[name])
