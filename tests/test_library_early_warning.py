"""The library's early-warning flags, counted once more from the example district's CSVs."""

from collections.abc import Callable
from typing import Any

import pytest

from lakeside_rows import STUDENTS, Role, Row, Student, assert_equal, courses_of

Flag = bool | None
SPANS = {"high_school": range(9, 13), "middle_grades": range(6, 9)}


def attendance(student: Student) -> Flag:
    """A tenth of the days missed in the high school, a fifth in the middle grades; known from the twentieth day on."""
    days = student.days_enrolled(None)
    if days < 20:
        return None
    return sum(part >= 0.5 for part in student.parts_missed(None)) * (10 if int(student.grade) >= 9 else 5) >= days


def suspensions(student: Student) -> int:
    return sum(row["action"].endswith("_suspension") for row in student.incidents)


def behavior(student: Student) -> Flag:
    return suspensions(student) >= 1


def marks(student: Student) -> list[Row]:
    return [row for row in student.marks if row["mark_type"] == "semester"]


def first_of(mark: Row, name: str) -> str:
    """What a mark's section says, or else its course."""
    return next(found[name] for found in courses_of(mark) if found.get(name))


def known(read: list[Row]) -> list[Row]:
    """The marks that tell whether they fail: an incomplete does not."""
    return [mark for mark in read if mark["mark"] != "I"]


def course_performance(student: Student) -> Flag:
    if int(student.grade) < 9:
        read = [mark for mark in marks(student) if first_of(mark, "subject") in ("english", "reading", "mathematics")]
        if any(mark["mark"] == "F" for mark in read):
            return True
        return False if read and known(read) == read else None
    read = marks(student)
    points = [float(mark["points"]) for mark in read if mark["points"]]
    low = sum(points) / len(points) <= 2 + 1e-9 if points else None
    if low or any(mark["mark"] == "F" for mark in read):
        return True
    return low if known(read) == read else None


FLAGS = {"attendance": attendance, "behavior": behavior, "course_performance": course_performance}


def raised(at_least: int) -> Callable[[Student], Flag]:
    """So many flags; not known where the unknown ones could decide it."""

    def check(student: Student) -> Flag:
        found = [flag(student) for flag in FLAGS.values()]
        if found.count(True) >= at_least:
            return True
        return False if found.count(True) + found.count(None) < at_least else None

    return check


def disengaged(student: Student) -> Flag:
    days, missed = student.days_enrolled(None), sum(student.parts_missed(None))
    low = (days - missed) * 100 < 85 * days if days >= 20 else None
    failed = {first_of(mark, "course_id") for mark in marks(student) if mark["mark"] == "F"}
    open_ = len(marks(student)) - len(known(marks(student)))  # each may be the F of another course
    two = True if len(failed) >= 2 else False if known(marks(student)) and len(failed) + open_ < 2 else None
    signs = (low, suspensions(student) >= 2, two)
    return True if True in signs else None if None in signs else False


CHECKS: dict[str, tuple[range, Callable[[Student], Flag]]] = {
    **{f"flag_{name}.{span}": (grades, flag) for name, flag in FLAGS.items() for span, grades in SPANS.items()},
    "flag_any": (range(6, 13), raised(1)),
    "flag_two_or_more": (range(6, 13), raised(2)),
    "disengagement": (range(9, 13), disengaged),
}


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    grades, check = CHECKS[name]
    assert all(mark["mark"] for student in STUDENTS for mark in marks(student))

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in map(str, grades)):
            return ("outside", 0, 0)
        flag = check(student) if student.grade else None
        return ("missing", 0, 0) if flag is None else ("n", flag, 1)

    assert_equal(lakeside, name, role)
