"""The library's measures of teachers, counted once more from the example district's CSVs."""

from collections.abc import Callable
from typing import Any

import pytest

from lakeside_rows import COURSES, SECTIONS, Role, Row, Student, assert_equal, assert_schools, by, of_year

EDUCATORS = {row["educator_id"]: row for row in of_year("educators")}
EDUCATORS_OF = by("section_id", of_year("section_educators"))


def worked(row: Row) -> tuple[float, float]:
    contracted = float(row["days_contracted"])
    return contracted - float(row["days_absent"]), contracted


CHECKS: dict[str, Callable[[Row], tuple[float, float] | None]] = {
    "new_teachers.novice": lambda row: (int(row["years_experience"]) < 3, 1),
    "new_teachers.early_career": lambda row: (int(row["years_experience"]) < 5, 1),
    "experienced_teachers": lambda row: (int(row["years_experience"]) > 5, 1),
    "teachers_with_degree.bachelor": lambda row: (row["highest_degree"] in ("bachelor", "master", "doctorate"), 1),
    "teachers_with_degree.master": lambda row: (row["highest_degree"] in ("master", "doctorate"), 1),
    "teachers_at_attendance_goal": lambda row: (worked(row)[0] * 100 >= 95 * worked(row)[1], 1),
    "teacher_attendance": worked,
    "teacher_retention": lambda row: (row["returned"] == "true", 1) if row["returned"] else None,
}
"""What one teacher adds to the two sums; nothing where it is not known."""


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    def sums(school: str) -> tuple[float, float]:
        teachers = [row for row in EDUCATORS.values() if (row["school_id"], row["role"]) == (school, "teacher")]
        known = [found for row in teachers if (found := CHECKS[name](row)) is not None]
        assert len(known) >= 5  # or the school would be withheld
        first, second = (sum(each) for each in zip(*known, strict=True))
        return first, second

    assert_schools(lakeside, name, sums)


def novice(section: str) -> bool | None:
    """Whether one of those who answer for a section has taught for fewer than three years; None where nobody does."""
    years = [int(EDUCATORS[row["educator_id"]]["years_experience"]) for row in EDUCATORS_OF[section]
             if row["role"] != "support" and (not row["share"] or float(row["share"]) >= 0.25)]  # fmt: skip
    return min(years) < 3 if years else None


def taught_by_novice(student: Student, school: str | None) -> Role:
    """In a core class or a homeroom."""
    if not student.participating:
        return ("outside", 0, 0)
    found = [novice(key) for key in student.sections if "true" in (SECTIONS[key]["homeroom"], _core(SECTIONS[key]))]
    if True in found:
        return ("n", 1, 1)
    return ("missing", 0, 0) if None in found or not found else ("n", 0, 1)


def _core(section: Row) -> str:
    return section["core"] or COURSES[section["course_id"]]["core"]


def few_educators(level: str, unit: str, counted: list[Student]) -> bool:
    """Fewer than five: in a classroom its own educators, above it those of all the students' sections."""
    sections = {unit} if level == "classroom" else {section for student in counted for section in student.sections}
    return len({row["educator_id"] for section in sections for row in EDUCATORS_OF[section]}) < 5


def test_students_taught_by_novices(lakeside: Any) -> None:
    assert_equal(lakeside, "taught_by_novices", taught_by_novice, withheld=few_educators)
    assert lakeside.student_results.filter(measure="taught_by_novices").is_empty()
