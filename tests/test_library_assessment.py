"""The library's measures of tests, counted once more from the example's CSVs.

Mathematics by itself, measured by the older definitions: tests/test_lakeside_counts.py.
"""

from typing import Any

import pytest

from lakeside_figures import EXCLUDED, MISSING, OUTSIDE, Check, in_grades, measures_of, yes_if
from lakeside_rows import VERIFIED_LEAVERS, YEAR, Role, Row, Student, assert_equal, by, rows
from projects import role

EARLIER = by("student_id", [row for row in rows("assessments") if row["school_year"] < YEAR])
SUBJECTS = ("reading", "mathematics")


def results(found: list[Row], *names: str, status: str = "tested", **where: str) -> list[Row]:
    """Rows of whole tests with these names."""
    return [row for row in found if row["assessment"] in names and row["test_status"] == status and not row["standard"]
            and all(row[key] == value for key, value in where.items())]  # fmt: skip


# -- The state's tests ----------------------------------------------------------------------------------------------------

STATE = ("state", "state_alternate")


def proficient(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        found = [row["proficient"] for row in results(student.tests, *STATE, subject=subject) if row["proficient"]]
        return yes_if("true" in found) if found else MISSING

    return check


def participates(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        if results(student.tests, *STATE, subject=subject):
            return yes_if(True)
        exempt = results(student.tests, *STATE, status="exempt", subject=subject)
        return EXCLUDED if exempt or student.exit() in (*VERIFIED_LEAVERS, "dropout") else yes_if(False)

    return check


# -- Benchmarks -----------------------------------------------------------------------------------------------------------


def benchmark(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        taken = results(student.tests, "benchmark", subject=subject)
        return yes_if(float(max(taken, key=lambda row: row["date"])["percent_correct"]) >= 70) if taken else MISSING

    return check


def standards(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        parts = [row for row in student.tests if row["assessment"] == "benchmark" and row["standard"]
                 and row["subject"] == subject and row["test_status"] == "tested"]  # fmt: skip
        latest = [float(row["percent_correct"]) for row in parts if row["date"] == max(part["date"] for part in parts)]
        return yes_if(sum(score >= 70 for score in latest) * 2 >= len(latest)) if latest else MISSING

    return check


# -- Growth, readiness, language ------------------------------------------------------------------------------------------


def growth(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        scores = {row["window"]: float(row["scale_score"])
                  for row in results(student.tests, "interim", subject=subject)}  # fmt: skip
        if not {"fall", "spring"} <= set(scores):
            return MISSING
        expected = 12 if student.grade in ("KG", "1", "2") else 9 if student.grade in ("3", "4", "5") else 6
        return yes_if(scores["spring"] - scores["fall"] >= expected)

    return check


def ready(student: Student, _: str | None) -> Role:
    parts = [row["proficient"] == "true" for row in results(student.tests, "readiness", window="fall")]
    return yes_if(all(parts)) if parts else MISSING


def english_learner(check: Check) -> Check:
    def checked(student: Student, school: str | None) -> Role:
        if not student.participating or student.row["english_learner"] == "false":
            return OUTSIDE
        return check(student, school) if student.row["english_learner"] else MISSING

    return checked


def composites(found: list[Row]) -> list[float]:
    """By date."""
    return [float(row["scale_score"]) for row in sorted(results(found, "language"), key=lambda row: row["date"])]


def progress(student: Student, _: str | None) -> Role:
    now, before = composites(student.tests), composites(EARLIER[student.row["student_id"]])
    if not now:
        return MISSING
    return yes_if(now[0] - before[-1] >= 0.5 or now[0] >= 4) if before else EXCLUDED


def advanced(student: Student, _: str | None) -> Role:
    now = composites(student.tests)
    return yes_if(now[0] >= 3) if now else MISSING


def advanced_of_grades(student: Student, school: str | None) -> Role:
    """One answer that says no is enough to be outside, whatever the other is."""
    answers = [check(student, school) for check in (in_grades("6", "12", advanced), english_learner(advanced))]
    return OUTSIDE if OUTSIDE in answers else MISSING if MISSING in answers else answers[0]


CHECKS: dict[str, Check] = {
    **{f"state_proficiency.{subject}": in_grades("3", "8", proficient(subject)) for subject in SUBJECTS},
    **{f"state_participation.{subject}": in_grades("3", "8", participates(subject)) for subject in SUBJECTS},
    **{f"benchmark_mastery.{subject}": in_grades("3", "8", benchmark(subject)) for subject in SUBJECTS},
    **{f"standards_mastery.{subject}": in_grades("3", "8", standards(subject)) for subject in SUBJECTS},
    **{f"fall_to_spring_growth.{subject}": in_grades("KG", "9", growth(subject)) for subject in SUBJECTS},
    "reading_by_grade_3": in_grades("3", "3", proficient("reading")),
    "kindergarten_readiness": in_grades("KG", "KG", ready),
    "language_progress": english_learner(progress),
    "language_advanced": advanced_of_grades,
}


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_equal(lakeside, name, CHECKS[name])


@pytest.mark.parametrize(("student", "measure", "expected"), [
    ("000046", "state_participation.reading", "numerator"),  # invalid, then tested
    ("000047", "state_proficiency.mathematics", "numerator"),  # below proficient, then proficient
    ("000048", "state_participation.mathematics", "numerator"),  # the alternate form
    ("000049", "state_participation.reading", "excluded"),  # exempt
    ("000049", "state_proficiency.reading", "missing"),
    ("000050", "state_participation.reading", "n"),  # absent from the test
    ("000038", "language_progress", "missing"),  # not known whether an English learner
    ("000042", "language_progress", "outside"),  # left the services in January
])  # fmt: skip
def test_students_on_the_edges(lakeside: Any, student: str, measure: str, expected: str) -> None:
    assert role(lakeside, student, measure=measure) == expected


def test_every_measure_is_counted_here() -> None:
    assert measures_of("assessment") == {*CHECKS, "math_growth", "math_participation", "math_proficiency"}
