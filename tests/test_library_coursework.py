"""The library's measures of marks, algebra, credits, promotion and averages, counted once more from the example's CSVs."""

from typing import Any

import pytest

from lakeside_figures import EXCLUDED, GRADES, MISSING, OUTSIDE, Check, assert_figures, but_for, in_grades, measures_of, yes_if
from lakeside_rows import (
    ALL_SECTIONS,
    AS_OF,
    COURSES,
    SCHOOLS,
    SECTIONS,
    STUDENTS,
    VERIFIED_LEAVERS,
    YEAR,
    Role,
    Row,
    Student,
    assert_equal,
    by,
    of_year,
    rows,
)
from projects import role

SEATS = by("student_id", [row for row in rows("rosters") if row["from_date"] <= AS_OF])
LAST_GRADES = {row["student_id"]: row["grade_level"] for row in rows("students") if row["school_year"] < YEAR}
TERM_ENDS = {row["term_id"]: row["end_date"] for row in rows("terms")}
PERIODS = {
    school: sorted({
        TERM_ENDS[row["term_id"]] for row in of_year("grades")
        if row["mark_type"] == "quarter" and SECTIONS.get(row["section_id"], {}).get("school_id") == school
        and TERM_ENDS[row["term_id"]] <= AS_OF
    })
    for school in SCHOOLS
}  # fmt: skip
CORE = ("english", "mathematics", "science", "social_studies")
BONUS = {"honors": 0.5, "ap": 1, "ib": 1, "dual": 1}


def course(row: Row) -> str:
    return row.get("course_id") or ALL_SECTIONS[row["school_year"], row["section_id"]]["course_id"]


def subject(row: Row) -> str:
    return COURSES[course(row)]["subject"]


def points(row: Row) -> float | None:
    return float(row["points"]) if row["points"] else None


# -- Marks of the last quarter --------------------------------------------------------------------------------------------


def quarter(student: Student, back: int = 1) -> list[Row]:
    """The marks of the last closed quarter of the student's school, or of the one before it."""
    ends = PERIODS[student.home]
    return [row for row in student.marks if row["mark_type"] == "quarter" and TERM_ENDS[row["term_id"]] == ends[-back]]


def of_the_quarter(check: Check) -> Check:
    """Grades 6 to 12; who left before the quarter closed is left out."""

    def checked(student: Student, school: str | None) -> Role:
        gone = not quarter(student) and student.exit() in (*VERIFIED_LEAVERS, "dropout")
        return EXCLUDED if gone else check(student, school)

    return in_grades("6", "12", checked)


def below_c(least: int) -> Check:
    def check(student: Student, _: str | None) -> Role:
        marks = [points(row) for row in quarter(student)]  # an incomplete has none: nobody knows
        below = sum(mark is not None and mark < 2 for mark in marks)
        if below >= least:
            return yes_if(True)
        return yes_if(False) if marks and below + marks.count(None) < least else MISSING

    return of_the_quarter(check)


def falls(student: Student) -> dict[str, float]:
    """By core subject the fall of the lowest mark, where both quarters have one."""
    lowest = [
        {name: min(known) for name in CORE
         if (known := [mark for row in quarter(student, back) if subject(row) == name and (mark := points(row)) is not None])}
        for back in (2, 1)
    ]  # fmt: skip
    return {name: lowest[0][name] - lowest[1][name] for name in CORE if name in lowest[0] and name in lowest[1]}


def falling(student: Student, _: str | None) -> Role:
    found = falls(student)
    return yes_if(max(found.values()) >= 1) if found else MISSING


def falling_in(name: str) -> Check:
    return of_the_quarter(lambda student, _: yes_if(falls(student)[name] >= 1) if name in falls(student) else MISSING)


def failing_in(name: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        marks = [row["mark"] for row in quarter(student) if subject(row) == name]
        if "I" in marks and "F" not in marks:  # an incomplete may become an F
            return MISSING
        return yes_if("F" in marks) if marks else EXCLUDED if quarter(student) else MISSING

    return of_the_quarter(check)


# -- Algebra --------------------------------------------------------------------------------------------------------------

ALGEBRA, AFTER = ("ALG1", "MALG1"), ("GEOM", "ALG2", "PRECALC", "STAT", "APCALC")


def records(student: Student, courses: tuple[str, ...]) -> list[Row]:
    return [row for row in SEATS[student.row["student_id"]] + student.all_marks if course(row) in courses]


def algebra_taken(student: Student, _: str | None) -> Role:
    return yes_if(bool(records(student, ALGEBRA + AFTER)))


def algebra_passed(student: Student, _: str | None) -> Role:
    marks = [row for row in student.all_marks if course(row) in ALGEBRA and row["points"]]
    finals = [float(row["points"]) for row in marks if row["mark_type"] == "final"]
    semesters = [(TERM_ENDS[row["term_id"]], float(row["points"])) for row in marks if row["mark_type"] == "semester"]
    if finals or semesters:
        return yes_if((max(finals) if finals else max(semesters)[1]) >= 2)
    if records(student, AFTER):
        return yes_if(True)
    return MISSING if records(student, ALGEBRA) else yes_if(False)


# -- Credits, promotion, averages -----------------------------------------------------------------------------------------


def credits_of(found: list[Row]) -> float:
    return sum(float(row["credits_earned"]) for row in found if row["credits_earned"])


def on_path(student: Student, _: str | None) -> Role:
    before = [row for row in student.all_marks if row["school_year"] < YEAR and row["credits_attempted"]]
    behind = int(student.grade) - 9
    known = len({row["school_year"] for row in before}) >= behind
    return yes_if(credits_of(before) >= 5.5 * behind) if known else MISSING


def credits_earned(student: Student, _: str | None) -> Role:
    earned = student.credits()
    return MISSING if earned is None else yes_if(earned >= 6)


def promoted(student: Student, _: str | None) -> Role:
    before = LAST_GRADES.get(student.row["student_id"])
    if not before or not student.participating:
        return OUTSIDE
    if "UG" in (before, student.grade):
        return EXCLUDED
    return yes_if(GRADES.index(student.grade) > GRADES.index(before)) if student.grade else MISSING


def average(student: Student, weighted: bool) -> float | None:
    marks = [(float(row["points"]), float(row["credits_attempted"]), COURSES[course(row)]["level"])
             for row in student.all_marks if row["points"] and row["credits_attempted"]]  # fmt: skip
    earned = [credit * (mark + (BONUS.get(level, 0) if weighted and mark >= 2 else 0)) for mark, credit, level in marks]
    return sum(earned) / sum(credit for _, credit, _ in marks) if marks else None


def averaged(weighted: bool) -> Check:
    def check(student: Student, _: str | None) -> Role:
        found = average(student, weighted)
        return MISSING if found is None else ("n", found, 1)

    return in_grades("9", "12", check)


def three_or_better(student: Student, _: str | None) -> Role:
    found = average(student, weighted=True)
    return MISSING if found is None else yes_if(found > 3 - 1e-9)


CHECKS: dict[str, Check] = {
    **{f"grades_below_c.{word}": below_c(least) for least, word in enumerate(("one", "two", "three"), start=1)},
    "falling_grades": of_the_quarter(falling),
    **{f"algebra_taken_by.grade_{grade}": in_grades(grade, grade, algebra_taken) for grade in ("8", "9")},
    **{f"algebra_passed_by.grade_{grade}": in_grades(grade, grade, algebra_passed) for grade in ("8", "9")},
    **{f"credits_on_path.grade_{grade}": in_grades(grade, grade, but_for(VERIFIED_LEAVERS, on_path))
       for grade in ("10", "11", "12")},
    "credits_earned": in_grades("9", "12", but_for(VERIFIED_LEAVERS, credits_earned)),
    "promoted_to_next_grade": promoted,
    "gpa_three_or_better": in_grades("9", "12", three_or_better),
}  # fmt: skip
BY_SUBJECT = {f"{measure}.{name}": made(name) for name in CORE
              for measure, made in (("falling_grades_in", falling_in), ("failing_in", failing_in))}  # fmt: skip
AVERAGES = {"grade_point_average.unweighted": averaged(False), "grade_point_average.weighted": averaged(True)}


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_equal(lakeside, name, CHECKS[name])


@pytest.mark.parametrize("name", BY_SUBJECT)
def test_figures_by_subject(lakeside: Any, name: str) -> None:
    """The classrooms shown are those of the subject."""
    assert_figures(lakeside, name, STUDENTS, BY_SUBJECT[name])
    shown = lakeside.results.filter(measure=name, level="classroom")["unit_id"].unique().to_list()
    assert sorted(shown) == sorted(key for key, row in SECTIONS.items() if row["subject"] == name.rpartition(".")[2])


@pytest.mark.parametrize("name", AVERAGES)
def test_averages_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_figures(lakeside, name, STUDENTS, AVERAGES[name], per=1)


@pytest.mark.parametrize(("student", "measure", "expected"), [
    ("000018", "failing_in.science", "n"),  # Fs in the first and third quarter, but a C in the last
    ("000015", "failing_in.mathematics", "numerator"),  # both semesters were Fs, and so were their quarters
    ("000015", "algebra_passed_by.grade_9", "n"),
    ("000016", "algebra_passed_by.grade_9", "numerator"),
    ("000017", "credits_earned", "n"),  # 4.5 credits, and one in recovery
    ("000018", "credits_earned", "numerator"),  # six credits of Cs
    ("000019", "promoted_to_next_grade", "n"),  # in grade 9 again
    ("000024", "promoted_to_next_grade", "n"),  # in grade 12 again
    ("000036", "promoted_to_next_grade", "excluded"),  # ungraded
    ("000005", "credits_on_path.grade_10", "missing"),  # came in grade 10, without a transcript
    ("000012", "credits_on_path.grade_11", "numerator"),  # Cs in all courses of grades 9 and 10
])  # fmt: skip
def test_students_on_the_edges(lakeside: Any, student: str, measure: str, expected: str) -> None:
    assert role(lakeside, student, measure=measure) == expected


def test_every_measure_is_counted_here() -> None:
    assert measures_of("coursework") == {*CHECKS, *BY_SUBJECT, *AVERAGES}
