"""The library's measures of plan use and of catching up, counted once more from the example district's CSVs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lakeside_rows import AS_OF, SCHOOL_DAYS, VERIFIED_LEAVERS, Role, Student, assert_equal, by, dated

USES = by("student_id", dated("plan_uses"))
SINCE = (date.fromisoformat(AS_OF) - timedelta(27)).isoformat()  # 28 days, as-of included


def monday(day: str) -> date:
    found = date.fromisoformat(day)
    return found - timedelta(found.weekday())


def weekly(student: Student) -> bool:
    """Nine of ten weeks of school, in proportion to the days enrolled."""
    days = SCHOOL_DAYS[student.home]
    weeks = len(set(map(monday, days))) * student.days_enrolled(None) / len(days)
    used = len({monday(row["date"]) for row in USES[student.row["student_id"]]})
    return used / weeks >= 0.90 - 1e-9


def lately(student: Student) -> bool:
    return any(row["date"] >= SINCE for row in USES[student.row["student_id"]])


def left(student: Student) -> bool:
    return student.exit() not in ("", "graduated", "end_of_year")


@pytest.mark.parametrize(("name", "check", "stays"), [("plan_used_weekly", weekly, False), ("plan_used_lately", lately, True)])
def test_plan_uses(lakeside: Any, name: str, check: Callable[[Student], bool], stays: bool) -> None:
    """Grades 6 to 12, enrolled ten days or more; `stays`: and not gone."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in map(str, range(6, 13))):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.days_enrolled(None) < 10 or (stays and left(student)):
            return ("excluded", 0, 0)
        return ("n", check(student), 1)

    assert_equal(lakeside, name, role)


@pytest.mark.parametrize("subject", ["reading", "mathematics"])
def test_who_caught_up(lakeside: Any, subject: str) -> None:
    """Of those not proficient on the winter's interim test, those who were on the spring's."""

    def on_track(student: Student, window: str) -> bool | None:
        found = [row["proficient"] == "true" for row in student.tests
                 if (row["assessment"], row["subject"], row["window"]) == ("interim", subject, window)
                 and row["test_status"] == "tested" and row["proficient"] and not row.get("standard")]  # fmt: skip
        return any(found) if found else None

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or on_track(student, "winter") is not False:
            return ("outside", 0, 0)
        if student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        spring = on_track(student, "spring")
        return ("missing", 0, 0) if spring is None else ("n", spring, 1)

    assert_equal(lakeside, f"caught_up.{subject}", role)
