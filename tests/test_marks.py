"""Marks: which of them fail, which are known at all, and the subjects of their courses."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import LAKESIDE, cell, compute, measure, role, write_project
from rttd_metrics.engine.results import Run
from rttd_metrics.problems import Problem, ProblemError

STUDENTS = "student_id,grade_level\n1,9\n2,9\n3,9\n4,9"
TABLES = {"students": STUDENTS, "schools": "school_id,name\nA,Adams"}
FACTS = {"student": {
    "failures": "count(grades where grades.mark_type = 'semester' and grades.failing)",
    "passes": "count(grades where grades.mark_type = 'semester' and grades.failing is false)",
    "unclear": "count(grades where grades.mark_type = 'semester' and grades.failing is null)",
}}  # fmt: skip
MEASURES = [measure(id=name, formula=f"avg({name})") for name in ("failures", "passes", "unclear")]
GRADES = """
    student_id,mark_type,mark
    1,semester,A-
    1,semester,F
    1,quarter,F
    2,semester,NC
    2,semester,D
    3,semester,I
    3,semester,W
    4,semester,f
    4,semester,85
    4,semester,
    4,semester,F
"""


def district(folder: Path, grades: str = GRADES, **settings: Any) -> Path:
    return write_project(folder, *MEASURES, facts=FACTS, settings={"as_of": "2013-06-07", **settings}, grades=grades, **TABLES)


def sums(run: Run) -> tuple[float, ...]:
    """Over all students: marks that fail, that pass, and of which it is not known."""
    return tuple(cell(run, measure=name)["numerator"] for name in ("failures", "passes", "unclear"))


def told(run: Run, code: str) -> list[Problem]:
    return [problem for problem in run.problems if problem.code == code]


def test_an_unknown_mark_neither_fails_nor_passes_and_is_told(tmp_path: Path) -> None:
    run = compute(district(tmp_path))
    # F of 1 and of 4; A-, D and W, withdrawn; NC, I, f, 85 and the empty one. The quarter mark is no semester mark.
    assert sums(run) == (2.0, 3.0, 5.0)
    [warning] = told(run, "unknown-mark")  # NC, f and 85: an incomplete is known to be open, an empty cell is no mark
    assert (warning.file, warning.line, warning.severity) == ("data/grades.csv", 5, "warning")
    assert warning.message == ("table 'grades', column 'mark': marks neither fail nor pass: whether they fail is unknown "
                               "(3 of 11 rows, of 2 students); also lines 9, 10")  # fmt: skip


def test_a_project_names_its_marks(tmp_path: Path) -> None:
    marks = {"failing_marks": ["F", "NC", "f"], "passing_marks": ["A-", "D", "85"]}
    run = compute(district(tmp_path, parameters=marks))
    assert sums(run) == (4.0, 3.0, 3.0)  # NC and f fail now, 85 passes; I, W and the empty cell are left
    assert [problem.line for problem in told(run, "unknown-mark")] == [8]  # W is in no list of this project


def test_what_the_table_names_is_laid_over_what_ships(tmp_path: Path) -> None:
    """A mark in both lists fails: a district where a D does not count."""
    table = {"name": "grades", "parameters": {"failing_marks": ["D", "F", "NC"]}}
    run = compute(district(tmp_path, tables=[table]))
    assert sums(run) == (4.0, 2.0, 4.0)  # F, F, NC, D fail; A- and W do not


def test_marks_that_are_no_result_can_be_named(tmp_path: Path) -> None:
    run = compute(district(tmp_path, parameters={"pending_marks": ["I", "NC", "f", "85"]}))
    assert sums(run) == (2.0, 3.0, 5.0)
    assert told(run, "unknown-mark") == []


def test_a_file_may_say_it_itself(tmp_path: Path) -> None:
    grades = """
        student_id,mark_type,mark,failing
        1,semester,58,true
        2,semester,85,false
        3,semester,72,
        4,semester,F,false
    """
    run = compute(district(tmp_path, grades))
    assert sums(run) == (1.0, 2.0, 1.0)
    [warning] = told(run, "unknown-mark")
    assert (warning.line, warning.message.rpartition("(")[2]) == (4, "1 of 4 rows, of 1 student)")


def test_numbers_may_fail_by_their_points(tmp_path: Path) -> None:
    """A default of the project's own: what it cannot tell is told."""
    field = {"name": "failing", "default": "points < 60"}
    table = {"name": "grades", "schema": {"fields": [field]}}
    grades = "student_id,mark_type,mark,points\n1,semester,58,58\n2,semester,85,85\n3,semester,PASS,"
    run = compute(district(tmp_path, grades, tables=[table]))
    assert sums(run) == (1.0, 1.0, 1.0)
    assert [problem.line for problem in told(run, "unknown-mark")] == [4]


def test_a_list_of_categories_is_a_closed_one(tmp_path: Path) -> None:
    """Where the column lists its codes, another one is a fault of its row."""
    codes = [{"value": code, "label": code} for code in ("A-", "D", "F", "NC", "I", "W", "85")]
    table = {"name": "grades", "schema": {"fields": [{"name": "mark", "categories": codes}]}}
    with pytest.raises(ProblemError) as caught:
        compute(district(tmp_path, tables=[table]))
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [("category", 9)]
    run = compute(district(tmp_path, GRADES.replace("4,semester,f", "4,semester,NC"), tables=[table]))
    assert [problem.line for problem in told(run, "unknown-mark")] == [5]  # NC, twice, and 85: listed, but in neither way


# -- The subjects of courses ------------------------------------------------------------------------------

CORE = measure(formula="avg(core_failures)")
CORE_FACTS = {
    "student": {
        "core_failures": (
            "count(grades where grades.failing"
            " and coalesce(grades.sections.core, grades.courses.core, grades.sections.courses.core))"
        )
    }
}
MATH = {"student": {"math": (
    "count(grades where coalesce(grades.sections.subject, grades.courses.subject, grades.sections.courses.subject)"
    " = 'mathematics')")}}  # fmt: skip
COURSES = "course_id,title,subject,core\nMA101,Algebra,,true\nMA205,Statistics,,\nEN101,English,english,true\nZZ9,Advisory,,false"
SECTIONS = "section_id,school_id,course_id\nS1,A,MA101\nS2,A,MA205\nS3,A,EN101"
MARKS = """
    student_id,section_id,course_id,mark_type,mark
    1,S1,,semester,F
    1,S3,,semester,F
    2,S2,,semester,F
    2,,ZZ9,semester,B
    3,S2,,semester,A
    4,,,semester,F
"""


def courses(folder: Path, facts: dict[str, Any], *measures: dict[str, Any], **keys: Any) -> Path:
    tables = TABLES | {"courses": COURSES, "sections": SECTIONS, "grades": MARKS} | keys.pop("files", {})
    return write_project(folder, *measures, facts=facts, settings={"as_of": "2013-06-07", **keys}, **tables)


def test_courses_that_do_not_say_it_are_counted_with_their_students(tmp_path: Path) -> None:
    run = compute(courses(tmp_path, CORE_FACTS, CORE))
    assert cell(run)["numerator"] == 2.0  # the Fs of 1 in Algebra and English
    # MA205 says nothing, for an F of 2 and an A of 3; the mark of 4 is of no course at all
    no_course, unmapped = sorted(told(run, "unmapped-course"), key=lambda problem: problem.file or "", reverse=True)
    assert (unmapped.file, unmapped.line, unmapped.severity) == ("data/courses.csv", 3, "warning")
    assert unmapped.message == ("table 'courses', column 'core': facts ask for it, and it is not said: for 2 rows of grades "
                                "(1 of 4 rows, of 2 students)")  # fmt: skip
    assert no_course.file == "data/grades.csv"
    assert no_course.message == ("table 'grades', column 'core': facts ask for it, and it is not said: the rows name no course "
                                 "(1 of 6 rows, of 1 student)")  # fmt: skip


def test_a_default_maps_courses_by_their_code(tmp_path: Path) -> None:
    math = measure(formula="count(math > 0)")
    before = compute(courses(tmp_path, MATH, math))
    assert cell(before)["value"] == 0.0
    [warning] = [problem for problem in told(before, "unmapped-course") if problem.file == "data/courses.csv"]
    assert warning.message == ("table 'courses', column 'subject': facts ask for it, and it is not said: for 4 rows of grades "
                               "(3 of 4 rows, of 3 students); also lines 3, 5")  # fmt: skip
    by_code = "case when starts_with(course_id, 'MA') then 'mathematics' when course_id = 'ZZ9' then 'none' end"
    table = {"name": "courses", "schema": {"fields": [{"name": "subject", "default": by_code}]}}
    mapped = compute(courses(tmp_path, MATH, math, tables=[table]))
    assert cell(mapped)["value"] == 3.0  # 1 in S1, 2 and 3 in S2
    assert [problem.file for problem in told(mapped, "unmapped-course")] == ["data/grades.csv"]  # the mark of no course


def test_a_file_of_the_district_may_be_the_catalog(tmp_path: Path) -> None:
    """Codes of subjects are mapped by categories; a code that is not listed is a fault of its row."""
    field = {"name": "subject", "source": "Dept", "categories": [{"value": "M", "label": "mathematics"},
                                                                 {"value": "E", "label": "english"}]}  # fmt: skip
    fields = [{"name": "course_id", "source": "Code"}, {"name": "title", "source": "Code"}, field]
    table = {"name": "courses", "path": "data/map.csv", "schema": {"fields": fields}}
    mapping = "Code,Dept\nMA101,M\nMA205,M\nEN101,E\nZZ9,E"
    run = compute(courses(tmp_path, MATH, measure(formula="count(math > 0)"), tables=[table], files={"map": mapping}))
    assert cell(run)["value"] == 3.0
    wrong = courses(
        tmp_path, MATH, measure(formula="count(math > 0)"), tables=[table], files={"map": mapping.replace("9,E", "9,X")}
    )
    with pytest.raises(ProblemError) as caught:
        compute(wrong)
    errors = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert [(problem.code, problem.file, problem.line) for problem in errors] == [("category", "data/map.csv", 5)]


def test_a_code_that_is_not_in_the_catalog_is_counted_with_its_students(tmp_path: Path) -> None:
    lost = MARKS.replace("2,,ZZ9", "2,,ZZ8").replace("4,,,", "4,,ZZ8,") + "    4,,ZZ8,semester,A\n"
    with pytest.raises(ProblemError) as caught:
        compute(courses(tmp_path, CORE_FACTS, CORE, files={"grades": lost}))
    [problem] = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert problem.message == ("table 'grades', column 'course_id': rows refer to a row that is not there: no such row in "
                               "'courses' (3 of 7 rows, of 2 students); also lines 7, 8")  # fmt: skip


def test_nothing_is_told_of_what_no_fact_asks_for(tmp_path: Path) -> None:
    facts = {"student": {"marks": "count(grades)"}}
    run = compute(courses(tmp_path, facts, measure(formula="avg(marks)")))
    assert {problem.code for problem in run.problems} == {"unplaced"}


# -- The ungraded -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("population", "inside"), [
    ("grade_level between 9 and 12", {"nine", "twelve"}),
    ("grade_level between 'KG' and 3", {"third"}),
    ("grade_level <= 3", {"third"}),
    ("grade_level >= 9", {"nine", "twelve"}),
    ("grade_level > 12", set()),
    ("grade_level = 'UG'", {"ungraded"}),
    ("grade_level in (12, 'UG')", {"twelve", "ungraded"}),
    ("not grade_level between 9 and 12", {"third", "ungraded"}),
])  # fmt: skip
def test_the_ungraded_are_of_no_range_of_grades(tmp_path: Path, population: str, inside: set[str]) -> None:
    students = "student_id,grade_level\nthird,3\nnine,9\ntwelve,12\nungraded,UG\nunknown,"
    asked = measure(population=population, formula="count(true)")
    run = compute(write_project(tmp_path, asked, settings={"as_of": "2013-06-07"}, **(TABLES | {"students": students})))
    roles = {student: role(run, student) for student in ("third", "nine", "twelve", "ungraded", "unknown")}
    assert roles == {student: "numerator" if student in inside else "missing" if student == "unknown" else "outside"
                     for student in roles}  # fmt: skip
    assert cell(run)["population"] == len(inside) + 1  # the one of whom it is not known is missing, and told


def test_a_check_tells_unknown_marks_too(tmp_path: Path) -> None:
    folder = tmp_path / "lakeside"
    shutil.copytree(LAKESIDE, folder)
    file = folder / "data" / "grades.csv"
    text = file.read_text(encoding="utf-8")
    first = text.index(",B,semester,")
    file.write_text(text[:first] + ",Q,semester," + text[first + len(",B,semester,") :], encoding="utf-8")
    told = json.loads(rttd("check", folder, "--output-format", "json", code=0).stdout)["problems"]
    [mark] = [problem for problem in told if problem["code"] == "unknown-mark"]
    assert mark["line"] == text[:first].count("\n") + 1
    assert "1 of" in mark["message"]
    assert "of 1 student" in mark["message"]
