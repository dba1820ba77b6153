"""The measures of student support of the standard portfolio, counted once more from the example district's CSVs.

First-time ninth graders on track: tests/test_lakeside_counts.py.
"""

from typing import Any

from lakeside_rows import STUDENTS, VERIFIED_LEAVERS, Role, Student, assert_equal
from projects import role as role_of


def test_chronic_absence_4_8(lakeside: Any) -> None:
    """At least a tenth of the days enrolled missed by half or more; a school sees its own days only."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in "45678"):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        return ("excluded", 0, 0) if student.days_enrolled(school) < 10 else ("n", student.absent_a_tenth(school), 1)

    assert_equal(lakeside, "chronic_absence_4_8", role, own=True)


def test_the_student_who_moved_is_chronic_at_the_second_school_only(lakeside: Any) -> None:
    """000008 of examples/lakeside/README.md: 2 of 50 days, then 14 of 110; 16 of 160 is exactly a tenth."""
    roles = [role_of(lakeside, "000008", school, measure="chronic_absence_4_8") for school in (None, "0102")]
    assert roles == ["numerator", "numerator"]
    [moved] = [student for student in STUDENTS if student.row["student_id"] == "000008"]
    assert [moved.absent_a_tenth(school) for school in (None, "0101", "0102")] == [True, False, True]


def test_fafsa_completion(lakeside: Any) -> None:
    """Seniors with a completed FAFSA by June 30, in percent of all; whoever submitted only has not completed it."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in ("12", ""):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        return ("n", any(row["event"] == "fafsa_completed" and row["date"] <= "2013-06-30" for row in student.events), 1)

    assert_equal(lakeside, "fafsa_completion", role)
    edges = [role_of(lakeside, student, measure="fafsa_completion") for student in ("000033", "000034")]
    assert edges == ["n", "numerator"]  # submitted only; completed on 2013-06-05
