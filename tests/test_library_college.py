"""The library's measures of advanced courses, exams, aid forms, college and eligibility, counted once more from the CSVs."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lakeside_figures import (
    EXCLUDED,
    MISSING,
    OUTSIDE,
    Check,
    assert_figures,
    but_for,
    in_grades,
    lakeside_with,
    latest_rows,
    measures_of,
    yes_if,
)
from lakeside_rows import ALL_SECTIONS, COURSES, STUDENTS, VERIFIED_LEAVERS, YEAR, Role, Row, Student, assert_equal, by, rows
from projects import role

TESTS = by("student_id", rows("assessments"))
EVENTS = by("student_id", rows("postsecondary"))
CORE = ("english", "mathematics", "science", "social_studies")
LEFT = (*VERIFIED_LEAVERS, "dropout")


def course(row: Row) -> Row:
    return COURSES[row.get("course_id") or ALL_SECTIONS[row["school_year"], row["section_id"]]["course_id"]]


def results(found: list[Row], *names: str) -> list[Row]:
    return [row for row in found if row["assessment"] in names and row["test_status"] == "tested" and not row["standard"]]


# -- Advanced courses -----------------------------------------------------------------------------------------------------


def taking(student: Student, *levels: str) -> list[str]:
    """The subjects of the student's courses of these levels."""
    return [course(row)["subject"] for row in student.rosters if course(row)["level"] in levels]


def enrolled_in(subject: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        return yes_if(subject in taking(student, "ap", "ib", "dual")) if student.rosters else MISSING

    return in_grades("11", "12", but_for(LEFT, check))


def in_ap_or_ib(student: Student, _: str | None) -> Role:
    return yes_if(bool(taking(student, "ap", "ib"))) if student.rosters else MISSING


def left_out(subject: str) -> Check:
    tested_as = {"english": "reading"}.get(subject, subject)

    def check(student: Student, _: str | None) -> Role:
        if not student.participating or student.grade not in ("11", "12", ""):
            return OUTSIDE
        taken = [
            row for row in results(TESTS[student.row["student_id"]], "state", "state_alternate") if row["subject"] == tested_as
        ]
        if not taken:
            return MISSING
        if max(taken, key=lambda row: row["date"])["performance_level"] != "advanced":
            return OUTSIDE
        if student.exit() in LEFT:
            return EXCLUDED
        return yes_if(subject not in taking(student, "ap", "ib", "dual")) if student.grade else MISSING

    return check


def completed(student: Student, _: str | None) -> Role:
    if not student.participating or not taking(student, "ap", "ib", "dual"):
        return OUTSIDE
    passed = [row for row in student.marks if row["mark_type"] == "final" and row["mark"] != "F"
              and course(row)["level"] in ("ap", "ib", "dual")]  # fmt: skip
    return EXCLUDED if student.exit() in VERIFIED_LEAVERS else yes_if(bool(passed))


# -- Exams ----------------------------------------------------------------------------------------------------------------


def mastered(student: Student, _: str | None) -> Role:
    exams = results(student.tests, "ap", "ib")
    met = [float(row["scale_score"]) >= {"ap": 3, "ib": 4}[row["assessment"]] for row in exams]
    return yes_if(all(met)) if exams and student.participating else OUTSIDE


def took(student: Student, found: list[Row], *names: str) -> Role:
    if results(found, *names):
        return yes_if(True)
    return EXCLUDED if student.exit() in LEFT else yes_if(False)


def act_ready(student: Student, _: str | None) -> Role:
    best = best_act(student)
    return EXCLUDED if best is None else yes_if(best >= 24)


def best_act(student: Student) -> float | None:
    return max((float(row["scale_score"]) for row in results(TESTS[student.row["student_id"]], "act")), default=None)


# -- Aid forms and enrollment ---------------------------------------------------------------------------------------------


def form(*events: str) -> Check:
    def check(student: Student, _: str | None) -> Role:
        found = [row for row in student.events if row["event"] in events and row["date"] <= "2013-06-30"]
        return yes_if(bool(found))

    return in_grades("12", "12", but_for(VERIFIED_LEAVERS, check))


def in_college(student: Student, _: str | None) -> Role:
    """Sixteen months after a regular diploma of 2011-03-01 to 2012-02-29, which end between July 2012 and June 2013."""
    given = student.row["diploma_date"]
    if student.row["diploma_type"] != "regular" or not "2011-03-01" <= given <= "2012-02-29":
        return OUTSIDE
    day = date.fromisoformat(given)
    months = day.year * 12 + day.month - 1 + 16
    last = date(months // 12, months % 12 + 1, day.day).isoformat()  # no diploma here is of a month's last days
    found = [row for row in EVENTS[student.row["student_id"]] if row["event"] == "enrolled" and given <= row["date"] <= last]
    return yes_if(bool(found))


# -- The a-g courses and the index ----------------------------------------------------------------------------------------

ASKED = {"social_studies": 2, "english": 4, "mathematics": 3, "science": 2, "world_language": 2, "arts": 1}


def years_met(marks: list[Row]) -> float:
    """Of 15: the years of each area, and one more of what is left over."""
    earned: dict[str, float] = dict.fromkeys(ASKED, 0.0)
    for row in marks:
        if row["credits_earned"] and row["points"] and float(row["points"]) >= 2 and course(row)["subject"] in ASKED:
            earned[course(row)["subject"]] += float(row["credits_earned"])
    counted = sum(min(earned[area], asked) for area, asked in ASKED.items())
    return counted + min(1, sum(earned.values()) - counted)


def gap_in_transcript(student: Student) -> bool:
    years = {row["school_year"] for row in student.all_marks if row["credits_attempted"] and row["school_year"] < YEAR}
    return len(years) < int(student.grade) - 9


def complete(student: Student, _: str | None) -> Role:
    if years_met(student.all_marks) >= 15:
        return yes_if(True)
    return MISSING if gap_in_transcript(student) else yes_if(False)


def on_track(courses: float = 1, score: float = 1, needed: float = 95, floor: float = 2) -> Check:
    """With these weights of the two parts."""

    def check(student: Student, _: str | None) -> Role:
        marks = student.all_marks
        counted = [(float(row["points"]), float(row["credits_attempted"])) for row in marks
                   if row["points"] and row["credits_attempted"]]  # fmt: skip
        if not counted:
            return MISSING
        average = sum(mark * credit for mark, credit in counted) / sum(credit for _, credit in counted)
        if gap_in_transcript(student):
            return MISSING if average >= floor else yes_if(False)  # below the floor no course makes up for it
        due = {"10": 3, "11": 7, "12": 11}[student.grade]
        met = min(1, years_met([row for row in marks if row["school_year"] < YEAR]) / due)
        act = best_act(student)
        admission = min(1, max(average / 3, 0 if act is None else (200 * average + 10 * act) / 694))
        index = 100 * (courses * met + score * admission) / (courses + score)
        return yes_if(index >= needed - 1e-9 and average >= floor - 1e-9)

    return in_grades("10", "12", but_for(VERIFIED_LEAVERS, check))


CHECKS: dict[str, Check] = {
    **{f"advanced_course_enrollment.{subject}": enrolled_in(subject) for subject in CORE},
    **{f"advanced_course_potential.{subject}": left_out(subject) for subject in ("english", "mathematics")},
    "ap_ib_participation": in_grades("11", "12", but_for(LEFT, in_ap_or_ib)),
    "advanced_course_completion": completed,
    "advanced_course_mastery": mastered,
    **{f"entrance_exam_taken.grade_{grade}": in_grades(
        grade, grade, lambda student, _: took(student, TESTS[student.row["student_id"]], "act", "sat"))
       for grade in ("10", "11", "12")},
    "psat_participation": in_grades("10", "11", lambda student, _: took(student, student.tests, "psat")),
    "act_college_ready": in_grades("11", "12", act_ready),
    "fafsa_by_date.submitted": form("fafsa_submitted", "fafsa_completed"),
    "fafsa_by_date.completed": form("fafsa_completed"),
    "a_g_completion": in_grades("12", "12", but_for(VERIFIED_LEAVERS, complete)),
    "college_eligibility_index": on_track(),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert_equal(lakeside, name, CHECKS[name])


def test_college_enrollment_of_the_example_district(lakeside: Any) -> None:
    assert_figures(lakeside, "college_enrollment_16_months", latest_rows("2010-11"), in_college)


@pytest.mark.parametrize(("student", "measure", "expected"), [
    ("000033", "fafsa_by_date.submitted", "numerator"),  # submitted, never completed
    ("000033", "fafsa_by_date.completed", "n"),
    ("000034", "fafsa_by_date.completed", "numerator"),  # completed on June 5
    ("000056", "college_enrollment_16_months", "numerator"),  # exactly 16 months after the diploma
    ("000057", "college_enrollment_16_months", "n"),  # a day after that
    ("000058", "college_enrollment_16_months", "outside"),  # a GED
    ("000059", "college_enrollment_16_months", "numerator"),  # a summer graduate, exactly 16 months later
    ("000032", "college_enrollment_16_months", "outside"),  # the 16 months are not over
    ("000005", "college_eligibility_index", "missing"),  # came in grade 10, without a transcript
])  # fmt: skip
def test_students_on_the_edges(lakeside: Any, student: str, measure: str, expected: str) -> None:
    assert role(lakeside, student, measure=measure) == expected


@pytest.mark.parametrize(("parameters", "check"), [
    ({"index_course_weight": 0, "index_gpa_floor": 3.0}, on_track(courses=0, floor=3)),
    ({"index_score_weight": 0, "index_on_track": 100, "index_gpa_floor": 0}, on_track(score=0, needed=100, floor=0)),
    ({"index_course_weight": 3, "index_on_track": 90}, on_track(courses=3, needed=90)),
])  # fmt: skip
def test_every_weight_of_the_index_is_a_parameter(tmp_path: Path, parameters: dict[str, float], check: Check) -> None:
    run = lakeside_with(tmp_path, "college/college-eligibility-index.yml", parameters)
    assert_figures(run, "college_eligibility_index", STUDENTS, check)


def test_every_measure_is_counted_here() -> None:
    assert measures_of("college") == {*CHECKS, "college_enrollment_16_months"}
