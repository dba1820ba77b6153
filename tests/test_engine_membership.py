"""Where students count: the schools of the attribution rule, every classroom whose roster they were on, the district once."""

from pathlib import Path

import pytest

from projects import Rows, cell, compute, counts, measure, role, units, value, write_project
from rttd_metrics.engine.results import Run
from rttd_metrics.problems import ProblemError

SCHOOLS = "school_id,name\nA,First School\nB,Second School\nC,Third School"
NINTH = measure(formula="percent(grade_level = 9)")


def _places(run: Run, student: str) -> list[str]:
    found = run.student_results.filter(student_id=student, measure="m")["school_id"].to_list()
    assert found[0] is None  # the whole year
    return found[1:]


# -- Schools ----------------------------------------------------------------------------------------------

STAYS = """
    student_id,school_id,entry_date,exit_date,primary
    moved,A,2012-08-27,2013-01-31,
    moved,B,2013-02-01,,
    back,A,2012-08-27,2012-10-31,
    back,B,2012-11-01,2013-01-31,
    back,A,2013-02-01,2013-05-31,
    closed,A,2012-08-27,2013-06-07,
    closed,B,2012-09-03,2013-05-31,
    second,A,2012-08-27,,true
    second,C,2012-09-01,,false
    twice,A,2012-08-27,,
    twice,B,2012-09-10,,
"""
# As of 2013-06-07:
#   moved   A August 27 to January 31 = 158 days, B since February 1 = 127 days
#   back    A 66 + 120 = 186 days, B 92 days; A is the last stay too
#   closed  A until June 7, B until May 31: A ended last; A 285 days, B 271
#   second  the stay at C is not the primary one
#   twice   two open stays: the later entry is the last; A has more days


@pytest.mark.parametrize(("rule", "expected"), [
    ("last_enrolled", {"moved": ["B"], "back": ["A"], "closed": ["A"], "second": ["A"], "twice": ["B"]}),
    ("longest_enrolled", {"moved": ["A"], "back": ["A"], "closed": ["A"], "second": ["A"], "twice": ["A"]}),
    ("every_enrollment", {"moved": ["A", "B"], "back": ["A", "B"], "closed": ["A", "B"], "second": ["A"], "twice": ["A", "B"]}),
])  # fmt: skip
def test_attribution(tmp_path: Path, rule: str, expected: dict[str, list[str]]) -> None:
    students = [("student_id", "grade_level"), *((student, 9) for student in expected), ("nowhere", 9)]
    folder = write_project(tmp_path, NINTH, settings={"as_of": "2013-06-07", "levels": {"school": {"attribution": rule}}},
                           schools=SCHOOLS, students=students, enrollments=STAYS)  # fmt: skip
    run = compute(folder)
    assert {student: _places(run, student) for student in expected} == expected
    assert _places(run, "nowhere") == []
    assert counts(run) == (6, 0, 0, 6, 6.0)  # each once in the district, wherever they are
    for school in "ABC":
        assert cell(run, "school", school)["n"] == sum(school in places for places in expected.values())


def test_attribution_as_it_was_known_on_a_day(tmp_path: Path) -> None:
    """On January 31 nobody knows of February: the stay is open, whatever its exit date will be."""
    folder = write_project(tmp_path, NINTH, settings={"as_of": "2013-01-15"}, schools=SCHOOLS, enrollments=STAYS,
                           students="student_id,grade_level\nmoved,9\nback,9\nclosed,9\nsecond,9\ntwice,9")  # fmt: skip
    run = compute(folder)
    assert (_places(run, "moved"), _places(run, "back")) == (["A"], ["B"])


def test_without_enrollments_the_students_own_school(tmp_path: Path) -> None:
    folder = write_project(tmp_path, NINTH, schools=SCHOOLS, students="student_id,school_id,grade_level\n1,A,9\n2,B,9\n3,,9")
    run = compute(folder)
    assert [_places(run, student) for student in "123"] == [["A"], ["B"], []]
    assert units(run, "school") == ["A", "B", "C"]
    assert cell(run, "school", "C")["status"] == "no_units"
    assert counts(run)[0] == 3


def test_without_any_place_only_the_district(tmp_path: Path) -> None:
    run = compute(write_project(tmp_path, NINTH, schools=SCHOOLS, students="student_id,grade_level\n1,9"))
    assert run.results["level"].to_list() == ["district"]
    assert {problem.severity for problem in run.problems} == {"warning"}


def test_a_formula_sees_the_attributed_school(tmp_path: Path) -> None:
    """`school.` is the school a student is attributed to; seen at a school, that school."""
    folder = write_project(
        tmp_path, measure(formula="percent(school.name = 'First School')"),
        measure(id="own", formula="percent(school.name = 'First School' and days > 0)", at_school="own"),
        facts={"student": {"days": "count(attendance)"}},
        settings={"as_of": "2013-06-07", "levels": {"school": {"attribution": "every_enrollment"}}}, schools=SCHOOLS,
        students="student_id\n1", enrollments="""
            student_id,school_id,entry_date,exit_date
            1,A,2012-08-27,2013-01-31
            1,B,2013-02-01,
        """,
        attendance="student_id,date,status\n1,2012-10-01,absent\n1,2013-03-01,absent")  # fmt: skip
    run = compute(folder)
    assert role(run, "1") == "n"  # the last school is the second
    assert [role(run, "1", school, measure="own") for school in (None, "A", "B")] == ["n", "numerator", "n"]


def test_rows_at_a_school(tmp_path: Path) -> None:
    """A row is at the school it carries, else at its section's, else where the student was enrolled on its date."""
    folder = write_project(
        tmp_path,
        *(measure(id=name, formula=f"sum({name})", at_school="own") for name in ("absences", "marks", "uses")),
        facts={"student": {"absences": "count(attendance)", "marks": "count(grades)", "uses": "count(plan_uses)"}},
        settings={"as_of": "2013-06-07", "levels": {"school": {"attribution": "every_enrollment"}}}, schools=SCHOOLS,
        students="student_id\n1", sections="section_id,school_id\na,A\nb,B\nc,C",
        enrollments="""
            student_id,school_id,entry_date,exit_date
            1,A,2012-08-27,2013-01-31
            1,B,2013-02-04,
        """,
        attendance="""
            student_id,school_id,date,status
            1,B,2012-10-01,absent
            1,,2012-10-02,absent
            1,,2013-01-31,absent
            1,,2013-02-01,absent
            1,,2013-02-04,absent
            1,C,2013-02-05,absent
        """,
        grades="""
            student_id,section_id,mark,mark_type
            1,a,B,semester
            1,b,B,semester
            1,b,B,semester
            1,c,B,semester
            1,,B,semester
        """,
        plan_uses="""
            student_id,date
            1,2012-08-27
            1,2013-02-02
            1,2013-03-01
            1,2013-03-02
        """)  # fmt: skip
    run = compute(folder)
    # absences: at A October 2 and January 31; at B the one that says so and February 4; February 1 between two schools, one at C
    assert [value(run, "1", school, measure="absences") for school in (None, "A", "B")] == [6.0, 2.0, 2.0]
    assert [value(run, "1", school, measure="marks") for school in (None, "A", "B")] == [5.0, 1.0, 2.0]
    assert [value(run, "1", school, measure="uses") for school in (None, "A", "B")] == [4.0, 1.0, 2.0]


def test_two_stays_on_one_day_count_a_row_once(tmp_path: Path) -> None:
    """Left and came back on October 1, to the same school."""
    folder = write_project(
        tmp_path, measure(formula="sum(days_absent)", at_school="own"), settings={"as_of": "2013-06-07"}, schools=SCHOOLS,
        students="student_id\n1", attendance="student_id,date,status\n1,2012-10-01,absent\n1,2012-10-01,absent",
        enrollments="student_id,school_id,entry_date,exit_date\n1,A,2012-08-27,2012-10-01\n1,A,2012-10-01,")  # fmt: skip
    run = compute(folder)
    assert [value(run, "1"), value(run, "1", "A")] == [2.0, 2.0]  # the file says the day twice: that is for the file


def test_a_table_that_names_no_school_is_not_silently_nothing(tmp_path: Path) -> None:
    """A school's fact over rows that do not say their school: the missing column is reported."""
    folder = write_project(
        tmp_path, measure(level="school", formula="sum(absences)"), facts={"school": {"absences": "count(attendance)"}},
        schools=SCHOOLS, students="student_id\n1", attendance="student_id,date,status\n1,2012-10-01,absent")  # fmt: skip
    assert ("no-column", "data/attendance.csv") in [(problem.code, problem.file) for problem in compute(folder).problems]


def test_a_students_own_rows_are_seen_at_every_school(tmp_path: Path) -> None:
    """That he was in grade 9 before is no less true where he came this year."""
    folder = write_project(
        tmp_path, measure(formula="percent(earlier_grade_9_years > 0)", at_school="own"), schools=SCHOOLS,
        students="student_id,school_year,school_id,grade_level\n1,2011-12,A,9\n1,2012-13,B,9\n2,2012-13,B,9")  # fmt: skip
    run = compute(folder)
    assert [role(run, "1"), role(run, "1", "B"), role(run, "2", "B")] == ["numerator", "numerator", "n"]


def test_rows_that_only_their_section_places_need_the_sections(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(marks > 0)", at_school="own"), schools=SCHOOLS,
                           facts={"student": {"marks": "count(grades)"}}, students="student_id,school_id\n1,A",
                           grades="student_id,section_id,mark,mark_type\n1,a,B,semester")  # fmt: skip
    with pytest.raises(ProblemError) as error:
        compute(folder)
    assert [(problem.code, problem.file) for problem in error.value.problems if problem.severity == "error"] == [
        ("missing-file", "data/sections.csv")]  # fmt: skip


@pytest.mark.parametrize("attendance", [
    "student_id,date,status\n1,2012-10-01,absent\n2,2012-10-01,absent",
    "student_id,school_id,date,status\n1,,2012-10-01,absent\n2,,2012-10-01,absent",
])  # fmt: skip
def test_rows_at_the_only_school_there_is(tmp_path: Path, attendance: Rows) -> None:
    """Without enrollments the school of a student is that of all his rows."""
    folder = write_project(tmp_path, measure(formula="sum(days_absent)", at_school="own"), schools=SCHOOLS,
                           students="student_id,school_id\n1,A\n2,B", attendance=attendance)  # fmt: skip
    run = compute(folder)
    assert [value(run, "1", "A"), value(run, "2", "B")] == [1.0, 1.0]


# -- Classrooms -------------------------------------------------------------------------------------------

SECTIONS = """
    section_id,school_id,name,homeroom
    h1,A,Homeroom 1,true
    h2,B,Homeroom 2,true
    math,A,,false
    art,A,Art,
    empty,A,Nobody,true
"""
ROSTERS = """
    student_id,section_id,from_date,to_date
    stays,h1,2012-08-27,
    stays,math,2012-08-27,
    left,h1,2012-08-27,2012-09-14
    left,h2,2012-09-17,
    again,math,2012-08-27,2012-09-14
    again,math,2012-10-01,
    late,h1,2012-11-16,
    later,h1,2012-11-17,
    undated,art,,
"""


def _rostered(folder: Path, **keys: object) -> Path:
    students = [("student_id", "school_id", "grade_level"), ("stays", "A", 9), ("left", "B", 8), ("again", "A", 9),
                ("late", "A", 8), ("later", "A", 9), ("undated", "A", 9)]  # fmt: skip
    return write_project(folder, NINTH | keys, settings={"as_of": "2012-11-16"}, schools=SCHOOLS, students=students,
                         sections=SECTIONS, rosters=ROSTERS)  # fmt: skip


def test_a_classroom_counts_everyone_on_its_roster_on_any_day_up_to_as_of(tmp_path: Path) -> None:
    run = compute(_rostered(tmp_path))
    assert units(run, "classroom") == ["art", "empty", "h1", "h2", "math"]
    assert counts(run, "classroom", "h1") == (3, 0, 0, 3, 1.0)  # stays, left, late; later comes a day after as-of
    assert counts(run, "classroom", "h2") == (1, 0, 0, 1, 0.0)  # left, who is in both
    assert counts(run, "classroom", "math") == (2, 0, 0, 2, 2.0)  # stays, and again once
    assert counts(run, "classroom", "art") == (1, 0, 0, 1, 1.0)
    assert counts(run, "classroom", "empty") == (0, 0, 0, 0, 0.0)
    assert cell(run, "classroom", "empty")["status"] == "no_units"
    assert counts(run) == (6, 0, 0, 6, 4.0)
    assert [cell(run, "classroom", unit)["unit_name"] for unit in ("h1", "math")] == ["Homeroom 1", "math"]
    assert [cell(run, "classroom", unit)["school_id"] for unit in ("h1", "h2")] == ["A", "B"]
    assert cell(run)["school_id"] is None


def test_classrooms_in_which_a_measure_makes_sense(tmp_path: Path) -> None:
    run = compute(_rostered(tmp_path, classrooms="sections.homeroom"))
    assert units(run, "classroom") == ["empty", "h1", "h2"]  # art does not say whether it is a homeroom
    assert counts(run, "classroom", "h1") == (3, 0, 0, 3, 1.0)
    assert counts(run) == (6, 0, 0, 6, 4.0)  # in the district all the same


def test_a_classroom_sees_what_its_school_sees(tmp_path: Path) -> None:
    """at_school: own - the classroom of the first school counts the days there, although the student has moved."""
    folder = write_project(
        tmp_path, measure(formula="sum(days_absent)", at_school="own"), measure(id="whole", formula="sum(days_absent)"),
        settings={"as_of": "2012-11-16"}, schools=SCHOOLS, students="student_id\n1", sections=SECTIONS,
        enrollments="student_id,school_id,entry_date,exit_date\n1,A,2012-08-27,2012-09-14\n1,B,2012-09-17,",
        rosters="student_id,section_id,from_date,to_date\n1,h1,2012-08-27,2012-09-14\n1,h2,2012-09-17,",
        attendance="""
            student_id,date,status
            1,2012-09-03,absent
            1,2012-09-14,absent
            1,2012-09-17,absent
        """)  # fmt: skip
    run = compute(folder)
    assert [cell(run, "classroom", unit)["value"] for unit in ("h1", "h2")] == [2.0, 1.0]
    assert [cell(run, "classroom", unit, measure="whole")["value"] for unit in ("h1", "h2")] == [3.0, 3.0]
    assert cell(run, "school", "A")["status"] == "no_units"  # the student counts at the school of the last stay
    assert cell(run, "school", "B")["value"] == 1.0
    assert cell(run)["value"] == 3.0
