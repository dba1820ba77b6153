"""Defaults and `where` that follow keys: what they make of each row, held against the row evaluator; what they may not do."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rttd_metrics
from projects import cell, compute, counts, measure, role, write_project
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.reading_order import reading_order
from rttd_metrics.jobs.compute import compute as compute_portfolio
from rttd_metrics.problems import ProblemError

SCHOOLS = "school_id,name\nA,First School\nB,Second School"
FLAG = {"type": "boolean"}
DEMOGRAPHICS = {"name": "demographics", "schema": {
    "fields": [{"name": "student_id", "required": True}, *({"name": name} | FLAG for name in ("hispanic", "asian", "white"))],
    "primaryKey": "student_id"}}  # fmt: skip
RACES = " + ".join(f"coalesce(number(demographics.{race}), 0)" for race in ("asian", "white"))
RACE = (
    f"case when demographics.hispanic then 'hispanic' when {RACES} > 1 then 'two_or_more' "
    "when demographics.asian then 'asian' when demographics.white then 'white' end"
)
FLAGS = """
    student_id,hispanic,asian,white
    1,true,true,true
    2,false,true,true
    3,false,false,true
    4,,,
    9,true,,
"""


def students(*keys: dict[str, Any], where: str | None = None, fields: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The students table, with these foreign keys."""
    table = {"name": "students", "schema": {"fields": fields or [], "foreignKeys": list(keys)}}
    return table | ({"where": where} if where else {})


def key(target: str, *, optional: bool = True, field: str = "student_id") -> dict[str, Any]:
    return {"fields": field, "optional": optional, "reference": {"resource": target, "fields": field}}


def project(folder: Path, *tables: dict[str, Any], settings: dict[str, Any] | None = None, **rows: Any) -> Path:
    shares = measure(formula="percent(race_ethnicity in ('white', 'hispanic'))")
    subgroups = {"race_ethnicity": "students.race_ethnicity"}
    return write_project(folder, shares, settings={"tables": list(tables), "subgroups": subgroups} | (settings or {}),
                         schools=SCHOOLS, **rows)  # fmt: skip


def agree(folder: Path) -> None:
    """Each cell of each table, and each student's part in each measure: columns at once against rows one at a time."""
    portfolio = read_portfolio(folder)
    plan = make_plan(portfolio)
    units = TableUnits(read(plan, Period(2013, "07-01", None), keep_going=True))
    for name in units.dataset.tables:
        held = units.dataset.rows(name, "all").to_native().collect().to_dicts()
        cells = [[found[f"{name}.{field}"] for field in plan.fields[name]] for found in held]
        assert cells == [[row.cell(field) for field in plan.fields[name]] for row in units.tables.rows(name)], name
    run = compute_portfolio(portfolio)
    for found in run.student_results.filter(pl.col("school_id").is_null()).to_dicts():
        [asked] = [measure for measure in portfolio.measures if measure.id == found["measure"]]
        told = units.unit("student", found["student_id"]).role(asked)
        assert (found["role"], found["value"]) == (told.role, told.value), found["student_id"]


def test_race_by_the_federal_rule_from_the_flags_of_another_file(tmp_path: Path) -> None:
    """Hispanic first, then two or more; whoever has no row, or no flag, is unknown."""
    table = students(key("demographics"), fields=[{"name": "race_ethnicity", "default": RACE}])
    folder = project(tmp_path, table, DEMOGRAPHICS, students="student_id\n1\n2\n3\n4\n5", demographics=FLAGS)
    run = compute(folder)
    found = {name: counts(run, dimension="race_ethnicity", subgroup=name)[0]
             for name in ("hispanic", "two_or_more", "white", "Unknown")}  # fmt: skip
    assert found == {"hispanic": 1, "two_or_more": 1, "white": 1, "Unknown": 2}
    assert {problem.code for problem in run.problems} == {"unplaced"}
    agree(folder)


def test_a_cell_goes_before_its_default(tmp_path: Path) -> None:
    table = students(key("demographics"), fields=[{"name": "race_ethnicity", "default": RACE}])
    folder = project(tmp_path, table, DEMOGRAPHICS, students="student_id,race_ethnicity\n1,asian\n2,", demographics=FLAGS)
    run = compute(folder)
    assert counts(run, dimension="race_ethnicity", subgroup="asian")[3] == 1
    assert counts(run, dimension="race_ethnicity", subgroup="two_or_more")[3] == 1
    agree(folder)


def test_a_key_that_must_lead_somewhere_is_a_finding(tmp_path: Path) -> None:
    table = students(key("demographics", optional=False), fields=[{"name": "race_ethnicity", "default": RACE}])
    folder = project(tmp_path, table, DEMOGRAPHICS, students="student_id\n1\n5", demographics=FLAGS)
    with pytest.raises(ProblemError) as stopped:
        compute(folder)
    assert [(found.code, found.file, found.line) for found in stopped.value.problems] == [("foreign-key", "data/students.csv", 3)]


def test_who_refers_to_a_row_set_aside_follows_it(tmp_path: Path) -> None:
    """The flags of 2 cannot be read: nothing is made of the other half of them."""
    table = students(key("demographics"), fields=[{"name": "race_ethnicity", "default": RACE}])
    flags = FLAGS.replace("2,false,true,true", "2,perhaps,true,true")
    folder = project(tmp_path, table, DEMOGRAPHICS, students="student_id\n1\n2\n3", demographics=flags)
    run = compute(folder, keep_going=True)
    assert [role(run, student) for student in "123"] == ["numerator", "missing", "numerator"]
    assert counts(run, dimension="race_ethnicity", subgroup="Unknown") == (1, 0, 1, 0, 0)


ROLES = {"name": "roles", "schema": {
    "fields": [{"name": "person", "required": True}, {"name": "kind"}, {"name": "school"}],
    "primaryKey": "person"}}  # fmt: skip
ROLE_ROWS = """
    person,kind,school
    1,student,A
    2,student,B
    3,teacher,A
    4,,A
"""


def role_key(*, optional: bool = True) -> dict[str, Any]:
    return {"fields": "student_id", "optional": optional, "reference": {"resource": "roles", "fields": "person"}}


def test_only_those_whose_role_in_another_file_is_student(tmp_path: Path) -> None:
    """3 is a teacher, 4 has no kind of role and 5 none at all: of the five, 1 and 2 are the table's."""
    table = students(role_key(), where="roles.kind = 'student'", fields=[{"name": "school_id", "default": "roles.school"}])
    folder = project(tmp_path, table, ROLES, students="student_id,school_id\n1,\n2,\n3,\n4,\n5,", roles=ROLE_ROWS)
    run = compute(folder)
    assert cell(run)["population"] == 2
    assert [cell(run, "school", school)["population"] for school in "AB"] == [1, 1]
    agree(folder)


def test_the_where_of_one_table_waits_for_that_of_another(tmp_path: Path) -> None:
    """Read in the order that the keys make, whatever the names: students wait for roles, roles for units."""
    units = {
        "name": "a_units",
        "where": "open",
        "schema": {"fields": [{"name": "unit"}, {"name": "open"} | FLAG], "primaryKey": "unit"},
    }
    roles = {"name": "roles", "where": "a_units.open", "schema": ROLES["schema"] | {
        "foreignKeys": [{"fields": "school", "reference": {"resource": "a_units", "fields": "unit"}}]}}  # fmt: skip
    table = students(role_key(), where="roles.kind = 'student'")
    folder = project(tmp_path, table, roles, units, students="student_id\n1\n2\n3\n4\n5", roles=ROLE_ROWS,
                     a_units="unit,open\nA,true\nB,false")  # fmt: skip
    plan = make_plan(read_portfolio(folder))
    assert reading_order(plan, plan.fields)[-1] == ["students"]
    assert cell(compute(folder))["population"] == 1  # 2 has a role at a unit that is not open
    agree(folder)


def test_defaults_of_defaults_over_two_keys(tmp_path: Path) -> None:
    """A section's subject is its course's, a course's is its department's; a default sees the cells of its own row as read."""
    courses = {"name": "courses", "schema": {
        "fields": [{"name": "department"}, {"name": "subject", "default": "departments.subject"}],
        "foreignKeys": [{"fields": "department", "reference": {"resource": "departments", "fields": "department"}}]}}  # fmt: skip
    departments = {
        "name": "departments",
        "schema": {"fields": [{"name": "department"}, {"name": "subject"}], "primaryKey": "department"},
    }
    sections = {"name": "sections", "schema": {"fields": [
        {"name": "core", "type": "boolean", "default": "coalesce(subject, courses.subject) in ('math', 'english')"},
        {"name": "subject", "default": "courses.subject"}]}}  # fmt: skip
    folder = write_project(
        tmp_path, measure(formula="sum(core_marks)"), schools=SCHOOLS, students="student_id,school_id\n1,A\n2,A",
        settings={"tables": [courses, departments, sections]},
        facts={"student": {"core_marks": "count(grades where grades.sections.core)"}},
        departments="department,subject\nD1,math\nD2,art", courses="course_id,title,department\nM,Algebra,D1\nP,Painting,D2",
        sections="section_id,school_id,course_id,subject\nm,A,M,\np,A,P,\nq,A,P,english",
        grades="student_id,section_id,mark,mark_type\n1,m,B,final\n1,p,B,final\n2,q,A,final",
    )  # fmt: skip
    assert cell(compute(folder))["value"] == 2.0  # m is math by its department, q says english itself, p is art
    agree(folder)


def test_rows_of_earlier_years_stand_on_the_rows_of_their_year(tmp_path: Path) -> None:
    table = {"name": "grades", "schema": {"fields": [{"name": "failing", "type": "boolean", "default": "sections.core"}]}}
    folder = write_project(
        tmp_path, measure(formula="sum(core_marks)"), schools=SCHOOLS, students="student_id,school_id\n1,A",
        settings={"tables": [table]},
        facts={"student": {"core_marks": "count(grades where grades.failing years all)"}},
        sections="section_id,school_id,school_year,core\nm,A,2011-12,true\nm,A,2012-13,false",
        grades="student_id,school_year,section_id,mark,mark_type\n1,2011-12,m,B,final\n1,2012-13,m,B,final",
    )  # fmt: skip
    assert cell(compute(folder))["value"] == 1.0
    agree(folder)


def test_a_table_that_a_where_leads_to_must_be_there(tmp_path: Path) -> None:
    table = students(role_key(), where="roles.kind = 'student'")
    folder = project(tmp_path, table, ROLES, students="student_id\n1")
    with pytest.raises(ProblemError) as stopped:
        compute(folder)
    assert [(found.code, found.file) for found in stopped.value.problems] == [("missing-file", "data/roles.csv")]


def test_a_bad_cell_on_the_way_is_a_finding_not_a_reason_to_drop_the_row(tmp_path: Path) -> None:
    roles = {"name": "roles", "schema": ROLES["schema"] | {"fields": [
        {"name": "person"}, {"name": "kind", "categories": ["student", "teacher"]}, {"name": "school"}]}}  # fmt: skip
    table = students(role_key(), where="roles.kind = 'student'")
    folder = project(tmp_path, table, roles, students="student_id\n1\n2", roles="person,kind\n1,student\n2,pupil")
    with pytest.raises(ProblemError):
        compute(folder)
    dataset = read(make_plan(read_portfolio(folder)), Period(2013, "07-01", None), keep_going=True)
    assert dataset.tables["students"].aside["students.student_id"].cast(pl.String).to_list() == ["2"]


@pytest.mark.parametrize(
    ("tables", "at", "message"),
    [
        ([{"name": "sections", "schema": {"fields": [{"name": "subject", "default": "courses.subject"}]}},
          {"name": "courses", "schema": {"fields": [{"name": "main"}, {"name": "subject", "default": "sections.subject"}],
           "foreignKeys": [{"fields": "main", "reference": {"resource": "sections", "fields": "section_id"}}]}}],
         "default: courses.subject", "the default of 'sections.subject' is made of 'sections.subject' itself"),
        ([{"name": "roles", "where": "students.participating", "schema": ROLES["schema"] | {
            "foreignKeys": [{"fields": "person", "reference": {"resource": "students", "fields": "student_id"}}]}},
          {"name": "students", "where": "roles.kind = 'student'", "schema": {"foreignKeys": [role_key()]}}],
         "where: students.participating", "which rows are those of 'roles' cannot wait for the rows of 'roles'"),
    ],
)  # fmt: skip
def test_circles_are_problems_of_the_definitions(tmp_path: Path, tables: list[dict[str, Any]], at: str, message: str) -> None:
    folder = project(tmp_path, *tables, students="student_id\n1")
    found = [problem for problem in read_portfolio(folder).problems if problem.code == "circle"]
    assert message in [problem.message for problem in found]
    text = (folder / "rttd.yml").read_text(encoding="utf-8").splitlines()
    [first] = [problem for problem in found if problem.message == message]
    assert first.line is not None and at in text[first.line - 1]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("demographics.hispanik", "table 'demographics' has no column 'hispanik'"),
        ("demographic.hispanic", "there is no table 'demographic'"),
        ("demographics.hispanic", "the formula"),
        ("count(grades)", None),
    ],
)
def test_a_default_over_a_key_is_checked_before_any_data(tmp_path: Path, formula: str, message: str | None) -> None:
    table = students(key("demographics"), fields=[{"name": "race_ethnicity", "default": formula}])
    folder = project(tmp_path, table, DEMOGRAPHICS, students="student_id\n1", demographics=FLAGS)
    problems = rttd_metrics.open(folder).problems
    assert [problem.code for problem in problems] and all(problem.line for problem in problems)
    assert message is None or any(message in problem.message for problem in problems)
