"""Paths that end in a fact: what students know of their classrooms and schools, and classrooms of their school."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, role, write_project
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read

FACTS = {
    "school": {"visits": "count(observations)"},
    "classroom": {
        "unrated": "count(section_educators where section_educators.educators.rating is null)",
        "rated_well": "unrated = 0 and all(section_educators.educators.rating in ('effective', 'highly_effective'))",
        "school_visits": "schools.visits",
    },
    "student": {
        "unrated_classes": "count(rosters where rosters.sections.unrated > 0)",
        "taught_well": "case when unrated_classes = 0 then all(rosters.sections.rated_well) end",
        "most_visits": "max(rosters.sections.school_visits)",
    },
}
TABLES = {
    "students": "student_id,grade_level,school_id\n1,4,A\n2,4,A\n3,4,A\n4,4,B",
    "schools": "school_id,name\nA,Adams\nB,Burr",
    "sections": "section_id,school_id\nA1,A\nA2,A\nA3,A\nB1,B",
    "rosters": "student_id,section_id\n1,A1\n1,A2\n2,A1\n2,A3\n3,A3\n4,B1",
    "educators": """
        educator_id,role,rating
        E1,teacher,effective
        E2,teacher,highly_effective
        E3,teacher,developing
        E4,teacher,
    """,
    # A1 by an effective teacher, A2 by two of whom one is developing, A3 by one who is not rated, B1 by nobody
    "section_educators": """
        section_id,educator_id,role
        A1,E1,teacher_of_record
        A2,E2,teacher_of_record
        A2,E3,co_teacher
        A3,E4,teacher_of_record
    """,
    "observations": "section_id,date,rubric,score\nA1,2012-10-01,i,3\nA2,2012-10-02,i,3\nA2,2012-11-02,i,3",
}
TAUGHT = measure(formula="percent(taught_well)")
VISITED = measure(id="visited", formula="sum(most_visits)", population="school.visits > 0 or school.visits = 0")


def district(folder: Path, *measures: dict[str, Any], **tables: str) -> Path:
    return write_project(folder, *measures, facts=FACTS, **TABLES | tables)


def test_students_know_facts_of_their_classrooms_and_schools(tmp_path: Path) -> None:
    run = compute(district(tmp_path, TAUGHT, VISITED))
    # 1 is taught in A1 (well) and A2 (not); 2 in A3, whose teacher is not rated; 3 in A3 alone; 4 by nobody: nothing known
    assert [role(run, student) for student in "1234"] == ["n", "missing", "missing", "missing"]
    found = cell(run, measure="visited")
    # school A was visited 3 times, school B never: 3 + 3 + 3 + 0
    assert (found["n"], found["value"]) == (4, 3 + 3 + 3 + 0)


def test_students_all_of_whose_teachers_are_rated_well(tmp_path: Path) -> None:
    run = compute(district(tmp_path, TAUGHT, rosters="student_id,section_id\n1,A1\n2,A1\n2,A2\n3,A3"))
    assert [role(run, student) for student in "123"] == ["numerator", "n", "missing"]


@pytest.mark.parametrize("attribution", ["last_enrolled", "every_enrollment"])
def test_rows_and_columns_agree(tmp_path: Path, attribution: str) -> None:
    stays = """
        student_id,school_id,entry_date,exit_date
        1,A,2012-09-04,2012-10-31
        1,B,2012-11-01,
        2,A,2012-09-04,
        3,B,2012-09-04,
        4,B,2012-09-04,
    """
    own = measure(id="own", formula="avg(most_visits + school.visits)", at_school="own")
    settings = {"levels": {"school": {"attribution": attribution}}, "as_of": "2012-12-01"}
    folder = write_project(district(tmp_path, TAUGHT, VISITED, own, enrollments=stays), settings=settings)
    run, portfolio = compute(folder), read_portfolio(folder)
    dataset = read(make_plan(portfolio), Period(2013, "07-01", date(2012, 12, 1)), keep_going=False)
    units = TableUnits(dataset)
    assert run.student_results.height > 8
    for row in run.student_results.to_dicts():
        found = next(one for one in portfolio.measures if one.id == row["measure"])
        at = row["school_id"] if found.definition.at_school == "own" else None
        expected = units.unit("student", row["student_id"], at).role(found)
        assert (row["role"], row["value"]) == (expected.role, expected.value), row


def test_examples_give_them_by_their_path(tmp_path: Path) -> None:
    shown = [
        {"name": "two good classes", "given": {"rosters": [{"sections.unrated": 0, "sections.rated_well": True} for _ in "ab"]},
         "expect": "numerator"},
        {"name": "one class not known", "given": {"rosters": [{"sections.unrated": 1}]}, "expect": "missing"},
        {"name": "one weak class", "given": {"rosters": [{"sections.unrated": 0, "sections.rated_well": False}]}, "expect": "n"},
    ]  # fmt: skip
    school = measure(id="visited", formula="count(school.visits > 2)",
                     examples=[{"name": "three visits", "given": {"school.visits": 3}, "expect": "numerator"}])  # fmt: skip
    portfolio = read_portfolio(district(tmp_path, TAUGHT | {"examples": shown}, school))
    assert portfolio.problems == ()
    assert [outcome.holds for outcome in portfolio.run_examples()] == [True] * 4


@pytest.mark.parametrize(("level", "formula", "message"), [
    ("student", "count(rosters where rosters.sections.unratd > 0)", "table 'sections' has no column 'unratd'"),
    ("classroom", "max(rosters.students.unrated_classes)",
     "'unrated_classes' is a fact of the student: a path may end in facts of larger units only"),
])  # fmt: skip
def test_what_is_no_such_fact_is_told(tmp_path: Path, level: str, formula: str, message: str) -> None:
    facts = {**FACTS, level: {**FACTS[level], "wrong": formula}}
    folder = write_project(tmp_path, measure(formula="count(true)"), facts=facts)
    assert [problem.message for problem in read_portfolio(folder).problems] == [message]


def test_facts_that_lead_back_to_themselves_are_a_cycle(tmp_path: Path) -> None:
    facts = {"school": {"a": "b + 1", "b": "a + 1"}, "classroom": {"c": "schools.a"}}
    folder = write_project(tmp_path, measure(level="classroom", formula="sum(c)"), facts=facts)
    assert [problem.code for problem in read_portfolio(folder).problems] == ["fact-cycle"]


def test_a_set_aside_row_leaves_what_rests_on_it_unknown(tmp_path: Path) -> None:
    broken = TABLES["section_educators"].rstrip() + "\n        A1,E9,co_teacher\n"  # an educator who is not there
    run = compute(
        district(tmp_path, TAUGHT, section_educators=broken, rosters="student_id,section_id\n1,A1\n2,A2"), keep_going=True
    )
    assert [role(run, student) for student in "12"] == ["missing", "n"]


def test_a_path_to_a_fact_of_a_school_reads_what_students_count_too(tmp_path: Path) -> None:
    facts = {"school": {"days_missed_here": "count(attendance where attendance.absent >= 0.5)"},
             "student": {"missed": "count(attendance where attendance.absent >= 0.5)"}}  # fmt: skip
    share = measure(formula="avg(missed / school.days_missed_here)", population="school.days_missed_here > 0")
    days = """
        student_id,school_id,date,status
        1,A,2012-10-01,absent
        2,A,2012-10-01,absent
        2,A,2012-10-02,absent
        4,B,2012-10-01,absent
    """
    run = compute(write_project(tmp_path, share, facts=facts, attendance=days, **TABLES))
    # at A three days were missed: 1 of 3 by student 1, 2 of 3 by student 2, none by 3; at B the one day by student 4
    assert cell(run)["value"] == pytest.approx((1 / 3 + 2 / 3 + 0 + 1) / 4, abs=1e-6)
