"""A small run made by hand, for the tests of reports."""

import datetime
from dataclasses import replace
from typing import Any

import polars as pl

from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA, MeasureInfo, Run

AS_OF = datetime.date(2012, 11, 16)
LAKESIDE = {"level": "district", "unit_id": "0600001", "unit_name": "Lakeside Unified", "school_id": None}
ADAMS = {"level": "school", "unit_id": "0101", "unit_name": "Adams Elementary School", "school_id": "0101"}
PENA = {"level": "school", "unit_id": "0102", "unit_name": "Peña Bilingual Academy", "school_id": "0102"}
ROOM = {"level": "classroom", "unit_id": "0101-1", "unit_name": "Room 1", "school_id": "0101"}


def info(name: str, title: str, **changes: Any) -> MeasureInfo:
    made = MeasureInfo(name, title, "effective_student_support", None, "student", "percent", None, "increase", "monthly", None)
    return replace(made, **changes)


ABSENCE = info("chronic_absence", "Chronically absent students", improvement="decrease", slot="4-8(c)", owner="Director")
OBSERVATION = info("observation", "Classroom observation score", condition="effective_learning_environments", level="classroom",
                   aggregate="avg")  # fmt: skip
SURVEY = info("educator_survey", "Educators who answered", condition="organizational_efficacy", level="district",
              aggregate="rate", per=100.0)  # fmt: skip
MEASURES = (ABSENCE, OBSERVATION, SURVEY)


def row(measure: str, unit: dict[str, Any], value: float | None, status: str, **others: Any) -> dict[str, Any]:
    """A row of results: 100 units are counted unless `n` says otherwise, and none is excluded or missing."""
    n = others.pop("n", 100)
    made = {
        "run_id": "3f9c2a71b0de", "measure": measure, "school_year": "2012-13", "as_of": AS_OF, "window": "year_to_date",
        **unit, "district_id": "0600001", "dimension": "all", "subgroup": "all", "population": n, "excluded": 0, "missing": 0,
        "n": n, "numerator": None, "denominator": None, "value": value, "ci_low": None, "ci_high": None, "baseline": None,
        "target": None, "status": status, "uncertain": False if value is not None else None,
    }  # fmt: skip
    return made | others


def results(rows: list[dict[str, Any]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=RESULT_SCHEMA)
    return frame.sort("measure", "window", "level", "unit_id", "dimension", "subgroup")


def student(
    student_id: str, school_id: str | None, role: str, value: float | None, met: bool | None, **others: Any
) -> dict[str, Any]:
    made = {
        "run_id": "3f9c2a71b0de", "measure": "chronic_absence", "school_year": "2012-13", "as_of": AS_OF,
        "window": "year_to_date", "student_id": student_id, "school_id": school_id, "role": role, "reason": None,
        "value": value, "met": met,
    }  # fmt: skip
    return made | others


RESULTS = [
    # 17.3 - 18.2 = -0.9 points since the baseline
    row(
        "chronic_absence", LAKESIDE, 17.3, "not_met", n=1234, population=1249, excluded=12, missing=3, baseline=18.2, target=16.7
    ),
    row("chronic_absence", LAKESIDE, 21.0, "not_met", n=200, target=16.7, dimension="english_learner", subgroup="Yes"),
    row("chronic_absence", LAKESIDE, 16.1, "met", n=1034, target=16.7, dimension="english_learner", subgroup="No"),
    row("chronic_absence", LAKESIDE, None, "no_units", n=0, target=16.7, dimension="english_learner", subgroup="Unknown"),
    # 14.2 - 17.3 = -3.1 points from the district
    row("chronic_absence", ADAMS, 14.2, "met", n=28, target=16.7, uncertain=True),
    row("chronic_absence", ADAMS, 25.0, "not_met", n=4, target=16.7, dimension="english_learner", subgroup="Yes", uncertain=True),
    row("chronic_absence", PENA, None, "no_units", n=0, target=16.7),
    row("chronic_absence", ROOM, 12.5, "met", n=24, target=16.7, uncertain=True),
    row("observation", LAKESIDE, 2.66, "not_met", n=12, baseline=2.6, target=2.7),
    row("observation", ADAMS, 2.75, "met", n=6, target=2.7),
    row("observation", PENA, None, "withheld", n=None, population=None, excluded=None, missing=None),
    row("observation", ROOM, None, "withheld", n=None, population=None, excluded=None, missing=None),
    row("educator_survey", LAKESIDE, 55.0, "in_progress", n=1, baseline=70.0, target=74.0, numerator=110.0, denominator=200.0),
]
STUDENTS = [
    student("S1", None, "numerator", 1.0, False),
    student("S1", "0101", "n", 0.0, True),
    student("S1", "0102", "numerator", 1.0, False),
    student("S2", None, "n", 0.0, True),
    student("S2", "0101", "n", 0.0, True),
    student("S3", None, "excluded", None, None, reason="Enrolled fewer than 10 days"),
    student("S3", "0101", "excluded", None, None, reason="Enrolled fewer than 10 days"),
    student("S4", None, "missing", None, None),
]


def make_run(rows: list[dict[str, Any]] | None = None, **changes: Any) -> Run:
    made = Run(
        run_id="3f9c2a71b0de", district_id="0600001", district_name="Lakeside Unified", school_year="2012-13", as_of=AS_OF,
        data_through=datetime.date(2012, 11, 14), version="0.1.0", measures=MEASURES,
        results=results(RESULTS if rows is None else rows),
        student_results=pl.DataFrame(STUDENTS, schema=STUDENT_RESULT_SCHEMA), problems=(),
        files=(("data/attendance.csv", "ab" * 32),),
    )  # fmt: skip
    return replace(made, **changes)
