"""The outcome measures of the standard portfolio, counted once more from the example district's CSVs."""

from pathlib import Path
from typing import Any

from lakeside_rows import VERIFIED_LEAVERS, Role, Student, assert_equal, courses_of, is_core
from projects import compute, measure, value, write_project

SUBJECTS = ("mathematics", "reading")


def test_early_growth(lakeside: Any) -> None:
    """PK-3: 7 points of the interim test, or 5 per cent of the readiness items, from fall to spring, in both subjects."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in ("PK", "KG", "1", "2", "3")):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if min(stay["entry_date"] for stay in student.stays) > "2012-10-15" or student.exit() in VERIFIED_LEAVERS:
            return ("excluded", 0, 0)
        grown = [_grew(student, subject) for subject in SUBJECTS]
        return ("missing", 0, 0) if None in grown else ("n", all(grown), 1)

    assert_equal(lakeside, "early_growth", role)


def _grew(student: Student, subject: str) -> bool | None:
    interim = _scores(student, subject, "interim", "scale_score")
    later = interim.get("spring", interim.get("winter"))
    if "fall" in interim and later is not None:
        return later - interim["fall"] >= (7 if "spring" in interim else 3.5)
    readiness = _scores(student, subject, "readiness", "percent_correct")
    return readiness["spring"] - readiness["fall"] >= 5 if len(readiness) == 2 else None


def _scores(student: Student, subject: str, test: str, field: str) -> dict[str, float]:
    return {row["window"]: float(row[field]) for row in student.tests
            if (row["assessment"], row["subject"], row["test_status"]) == (test, subject, "tested")}  # fmt: skip


def test_on_track_4_8(lakeside: Any) -> None:
    """Grades 4-8: less than a tenth absent, no F in a core course, no suspension; one sign known to be off decides."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in "45678"):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.days_enrolled(None) < 10:
            return ("excluded", 0, 0)
        failures = _core_failures(student)
        suspended = any(row["action"] in ("in_school_suspension", "out_of_school_suspension") for row in student.incidents)
        if student.absent_a_tenth() or suspended or failures:
            return ("n", 0, 1)
        return ("missing", 0, 0) if failures is None else ("n", 1, 1)

    assert_equal(lakeside, "on_track_4_8", role)


def _core_failures(student: Student) -> int | None:
    """Semester Fs in core courses, quarter Fs where there is no semester mark yet; None where there is no mark."""
    for kind in ("semester", "quarter"):
        marks = [row for row in student.marks if row["mark_type"] == kind]
        if marks:
            failed = [is_core(row) for row in marks if row["mark"] == "F"]
            assert None not in failed
            return sum(map(bool, failed))
    assert not student.marks  # a final mark alone would count twice
    return None


def test_career_ready(lakeside: Any) -> None:
    """Grades 9-12: 5 credits a year, the career credits due by grade 11 or 12, less than a tenth absent."""

    def role(student: Student, school: str | None) -> Role:
        if not student.participating or (student.grade and student.grade not in ("9", "10", "11", "12")):
            return ("outside", 0, 0)
        if not student.grade:
            return ("missing", 0, 0)
        if student.exit() in VERIFIED_LEAVERS or student.days_enrolled(None) < 10:
            return ("excluded", 0, 0)
        earned, due = student.credits(), {"11": 0.5, "12": 1.0}.get(student.grade, 0.0)
        if student.absent_a_tenth() or _career_credits(student) < due:
            return ("n", 0, 1)
        return ("missing", 0, 0) if earned is None else ("n", earned >= 5, 1)

    assert_equal(lakeside, "career_ready", role)


def _career_credits(student: Student) -> float:
    """Of this year and the one before, recovery included."""
    earned = 0.0
    for row in student.all_marks:
        if row["mark_type"] in ("semester", "final") and row["credits_earned"]:
            subjects = [course["subject"] for course in courses_of(row) if course["subject"]]
            assert subjects
            earned += float(row["credits_earned"]) if subjects[0] == "career_technical" else 0.0
    return earned


MARKS = """
    school_year,student_id,section_id,course_id,mark_type,credits_earned,recovery
    2011-12,1,S1,,semester,0.5,
    2012-13,1,S1,,semester,0.5,
    2012-13,1,,AUTO,final,0.25,true
    2013-14,1,,AUTO,final,1,
    2012-13,2,S1,,semester,0.5,
    2012-13,3,,AUTO,semester,1,
    2012-13,3,S3,,semester,0.5,
    2012-13,4,,AUTO,quarter,1,
"""


def test_career_credits_of_earlier_years_count(tmp_path: Path) -> None:
    """Section S1 was automotive technology in 2011-12 and is art in 2012-13; nobody knows the subject of S3.

    1: 0.5 of last year and 0.25 made up, not next year's; 2: none; 3: unknown; 4: a quarter mark gives no credit yet.
    """
    sections = "school_year,section_id,course_id,school_id,subject\n2011-12,S1,AUTO,A,\n2012-13,S1,,A,arts\n2012-13,S3,,A,"
    folder = write_project(
        tmp_path, measure(formula="sum(career_credits)"), schools="school_id,name\nA,Adams", sections=sections, grades=MARKS,
        students="school_year,student_id,grade_level\n2011-12,1,11\n2012-13,1,12\n2012-13,2,12\n2012-13,3,12\n2012-13,4,12",
        courses="course_id,title,subject\nAUTO,Automotive Technology,career_technical",
        enrollments="student_id,school_id,entry_date\n1,A,2012-09-04\n2,A,2012-09-04\n3,A,2012-09-04\n4,A,2012-09-04",
    )  # fmt: skip
    run = compute(folder)
    assert [value(run, student) for student in "1234"] == [0.75, 0, None, 0]
