"""Four measures of the example district counted once more, straight from its CSVs.

What is counted here is read from the definitions by a person and written in plain Python: nothing of the package is
used for it. Every figure of the run must equal it: district, schools and classrooms, everyone and two dimensions.
"""

from typing import Any

from lakeside_rows import VERIFIED_LEAVERS, Role, Student, assert_equal, is_core


def test_chronic_absence(lakeside: Any) -> None:
    """At least a tenth of the days enrolled missed by half or more; a school sees its own days only."""

    def role(student: Student, school: str | None) -> Role:
        enrolled, absent = student.days_enrolled(school), student.parts_missed(school)
        if not student.participating:
            return ("outside", 0, 0)
        if enrolled < 10:
            return ("excluded", 0, 0)
        return ("n", sum(part >= 0.5 for part in absent) * 10 >= enrolled, 1)

    assert_equal(lakeside, "chronic_absence", role, "percent", own=True)


def test_average_daily_attendance(lakeside: Any) -> None:
    """Days present over days enrolled, parts of days included; a school sees its own days only."""

    def role(student: Student, school: str | None) -> Role:
        enrolled = student.days_enrolled(school)
        if not student.participating:
            return ("outside", 0, 0)
        return ("n", enrolled - sum(student.parts_missed(school)), enrolled) if enrolled else ("excluded", 0, 0)

    assert_equal(lakeside, "average_daily_attendance", role, "rate", own=True)


def test_math_proficiency(lakeside: Any) -> None:
    """Grades 3 to 8, by any valid attempt at the state's test or its alternate; the untested are missing."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in "345678"):
            return ("outside", 0, 0)
        results = [
            row["proficient"] == "true" for row in student.tests
            if row["subject"] == "mathematics" and row["assessment"] in ("state", "state_alternate")
            and row["test_status"] == "tested" and row["proficient"]
        ]  # fmt: skip
        return ("n", any(results), 1) if student.grade and results else ("missing", 0, 0)

    assert_equal(lakeside, "math_proficiency", role, "percent")


def test_freshman_on_track(lakeside: Any) -> None:
    """First-time ninth graders: five credits without recovery, and at most one semester F in a core course."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in ("9", ""):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.in_grade_9_before or student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        marks = [row for row in student.marks if row["mark_type"] in ("semester", "final")]
        total = student.credits()
        semesters = [row for row in marks if row["mark_type"] == "semester"]
        assert semesters or not marks  # so that final marks, which would count an F again, are never needed
        assert all(is_core(row) is not None for row in marks if row["mark"] == "F")
        failures = sum(row["mark"] == "F" and is_core(row) for row in semesters)
        if total is None and failures <= 1:
            return ("missing", 0, 0)
        return ("n", (total or 0) >= 5 and failures <= 1, 1)

    assert_equal(lakeside, "freshman_on_track", role, "percent")
