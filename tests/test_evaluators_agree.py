"""The column engine and the row evaluator give one answer: to random formulas over random districts, for every student."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evaluator_data import HEADERS, SCHOOLS, THIS_YEAR, District, Values, make_district, write
from evaluator_formulas import PARAMETERS, Formulas, Names, as_yaml, make_facts
from evaluator_unit import STARTS, PlainStudent, PlainTables
from rttd_metrics.data.cells import FORMULA_DTYPES
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.table_shapes import shapes
from rttd_metrics.engine.backend import collect, frame_of
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.facts import with_facts
from rttd_metrics.engine.membership import membership
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.units import AT_SCHOOL, at_each_school, units, with_school
from rttd_metrics.formula.nodes import Aggregate, Column, Type, Value
from rttd_metrics.formula.rows import Row, evaluate
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check

PROJECT = """
district: {id: "1", name: District}
school_year: 2012-13
as_of: AS_OF
measures: [measures]
levels: {school: {attribution: every_enrollment}}
tables:
  - name: attendance
    schema:
      fields:
        - name: status
          categories: [{value: P, label: present}, {value: A, label: absent}, {value: T, label: tardy},
                       {value: O, label: out_of_school_suspension}]
"""
MEASURE = """
id: all_facts
title: Every fact is needed
condition: outcome
level: LEVEL
population: all
formula: count(CONDITION)
improvement: increase
frequency: yearly
"""
Unit = tuple[str, str | None]
"""A student and the school that sees the student, None for the whole year."""
Facts = Mapping[Unit, Mapping[str, Value]]


def write_project(
    folder: Path, district: District, made: Mapping[str, str | Mapping[str, str]], level: str = "student"
) -> Portfolio:
    (folder / "measures").mkdir()
    (folder / "rttd.yml").write_text(PROJECT.replace("AS_OF", district.as_of.isoformat()), encoding="utf-8")
    (folder / "measures" / "facts.yml").write_text(as_yaml(made, level), encoding="utf-8")
    condition = " or ".join(f"{name} is null" for name in made)
    (folder / "measures" / "measure.yml").write_text(
        MEASURE.replace("CONDITION", condition).replace("LEVEL", level), encoding="utf-8"
    )
    write(district, folder)
    portfolio = read_portfolio(folder)
    assert not portfolio.problems, [problem.message for problem in portfolio.problems]
    return portfolio


def by_columns(portfolio: Portfolio, level: str = "student", *, own: bool = False) -> Facts:
    """The value of every fact of every unit, by the engine; `own`: of students as each school sees them, too."""
    plan = make_plan(portfolio)
    project = portfolio.project
    dataset = read(plan, Period(portfolio.school_year, project.school_year_starts, project.as_of), keep_going=False)
    resolved = plan.facts[level]
    columns = [node for fact in resolved for node in fact.node.walk() if isinstance(node, Column)]
    view = units(dataset, level, [column for column in columns if column.base == "unit"])
    views = []
    if level == "student":
        members = membership(dataset, view.frame)
        assert members.home is not None
        assert members.schools is not None
        view = with_school(view, dataset, members.home, columns)
        views = [at_each_school(view, dataset, [members.schools], columns)] if own else []
    # The schools' own first, as in a run: what was counted there may be used again.
    rows = [row for each in (*views, view) for row in collect(with_facts(each, dataset, resolved).frame).rows(named=True)]
    return {(row[view.key], row.get(AT_SCHOOL)): {fact.name: row[f"fact.{fact.name}"] for fact in resolved} for row in rows}


def by_rows(portfolio: Portfolio, district: District, made: Mapping[str, str], *, own: bool = False) -> Facts:
    """The same, one student at a time."""
    resolved = {name: fact.node for name in made if (fact := portfolio.facts.fact("student", name))}
    tables = PlainTables(district, portfolio.defaults, resolved)
    seen = [PlainStudent(tables, row.values["student_id"]) for row in tables.rows("students") if row.year == THIS_YEAR]
    if own:
        seen += [PlainStudent(tables, student.number, stay["school_id"]) for student in seen for stay in student.stays()]
    return {
        (str(student.number), student.at): {name: evaluate(node, student) for name, node in resolved.items()} for student in seen
    }


def same(left: Value, right: Value) -> bool:
    """Equal; sums and averages of fractions may differ in the last digits, as engines add in different orders."""
    if isinstance(left, float) and isinstance(right, float):
        return left == pytest.approx(right, rel=1e-9, abs=1e-9)
    return left == right and isinstance(left, bool) is isinstance(right, bool)


def assert_agreement(district: District, made: Mapping[str, str], *, own: bool = False) -> None:
    with TemporaryDirectory() as name:
        portfolio = write_project(Path(name), district, made)
        columns, rows = by_columns(portfolio, own=own), by_rows(portfolio, district, made, own=own)
    assert columns.keys() == rows.keys()
    for unit, values in rows.items():
        for fact, value in values.items():
            found = columns[unit][fact]
            assert same(found, value), f"{fact}: {made[fact]}\n{unit}: columns {found}, rows {value}"


@given(st.randoms(use_true_random=True), st.randoms(use_true_random=True))
@settings(max_examples=60, phases=[Phase.generate])
def test_facts_of_students_agree(of_data: Random, of_formulas: Random) -> None:
    assert_agreement(make_district(of_data), make_facts(of_formulas, 15, 3))


@given(st.randoms(use_true_random=True), st.randoms(use_true_random=True))
@settings(max_examples=30, phases=[Phase.generate])
def test_facts_of_students_as_each_school_sees_them_agree(of_data: Random, of_formulas: Random) -> None:
    made = {name: re.sub(" years [a-z]+", "", text) for name, text in make_facts(of_formulas, 15, 3).items()}
    assert_agreement(make_district(of_data), made, own=True)


# -- what random districts leave out ----------------------------------------------------------------------

STUDENTS = [
    {
        "student_id": "s1",
        "school_year": year,
        "school_id": "01",
        "grade_level": 9,
        "gender": None,
        "english_learner": None,
        "disability": None,
        "participating": None,
        "cohort": None,
        "diploma_date": date(2012, 9, 5),
    }
    for year in (2012, 2013)
]
STAYS = [
    {"student_id": "s1", "school_id": "01", "entry_date": day, "exit_date": None, "exit_type": None, "primary": None}
    for day in (date(2011, 9, 5), date(2012, 9, 4))
]
MARKS = [
    {
        "student_id": "s1",
        "school_year": year,
        "section_id": None,
        "course_id": "math",
        "mark": "F",
        "mark_type": "final",
        "failing": None,
        "points": None,
        "recovery": None,
    }
    for year in (2012, 2013)
]
OPEN, SHUT = (
    [{"school_id": "01", "date": date(2012, 9, number), "instructional": kept} for number in range(3, 8)]
    for kept in (True, False)
)
COURSES = [{"course_id": "math", "title": "math", "core": True, "credits": 1.0, "level": None}]


def district(absent: Mapping[str, frozenset[str]] | None = None, **tables: list[Values]) -> District:
    schools = [
        {"school_id": number, "school_year": year, "name": "x", "grade_low": 9} for number in SCHOOLS for year in (2012, 2013)
    ]
    empty: dict[str, list[Values]] = {name: [] for name in HEADERS}
    return District(
        empty | {"students": STUDENTS, "schools": schools, "enrollments": STAYS} | tables, absent or {}, date(2012, 11, 16)
    )


def test_more_rows_than_a_small_whole_number_holds() -> None:
    days = [
        {"student_id": "s1", "school_id": "01", "date": date(2012, 9, 3), "status": "absent", "excused": None, "absent": None}
    ] * 40_000
    assert_agreement(
        district(attendance=days), {"f0": "count(attendance where attendance.absent >= 0.5)", "f1": "sum(attendance.absent)"}
    )


def test_a_day_in_two_stays_at_a_school_counts_once_there() -> None:
    days = [
        {
            "student_id": "s1",
            "school_id": None,
            "date": date(2012, 9, number),
            "status": "absent",
            "excused": None,
            "absent": None,
        }
        for number in (3, 4, 5)
    ]
    made = {"f0": "count(attendance where attendance.absent >= 0.5)"}
    assert_agreement(district(attendance=days), made, own=True)
    with TemporaryDirectory() as name:
        assert by_columns(write_project(Path(name), district(attendance=days), made), own=True) == {
            ("s1", None): {"f0": 3.0},
            ("s1", "01"): {"f0": 3.0},
        }


def test_an_open_stay_comes_after_one_that_ends_on_the_as_of_date() -> None:
    stays = [STAYS[0], STAYS[1] | {"school_id": "02", "exit_date": date(2012, 11, 16)}]
    made = {"f0": "school.school_id"}
    assert_agreement(district(enrollments=stays), made)
    with TemporaryDirectory() as name:
        assert by_columns(write_project(Path(name), district(enrollments=stays), made)) == {("s1", None): {"f0": "01"}}


def test_facts_wait_for_the_facts_their_rows_are_chosen_by() -> None:
    assert_agreement(
        district(grades=MARKS),
        {
            "f0": "max(grades.school_year years all)",
            "f1": "count(grades where grades.school_year = f0 years all)",
            "f2": "count(grades where f1 > 0 and grades.failing years through) + f1",
            "f3": "f2 / f1 + f0_again",
            "f0_again": "count(students years all)",
        },
    )


def test_nobody_and_nothing() -> None:
    assert_agreement(district(students=[], enrollments=[]), {"f0": "count(grades)", "f1": "grade_level"})


@pytest.mark.parametrize(
    "made",
    [
        {"f0": "school_days(school_id, min(enrollments.entry_date), as_of)"},
        {"f0": "min(enrollments.entry_date)", "f1": "school_days(school_id, f0, as_of)"},
        {"f0": "school_days(school_id, case when school_days(school_id, '2012-09-03', as_of) > 3 then diploma_date end, as_of)"},
    ],
)
def test_school_days_of_what_is_computed(made: dict[str, str]) -> None:
    assert_agreement(district(calendar=OPEN), made)


def test_a_calendar_of_holidays_only() -> None:
    assert_agreement(district(calendar=SHUT), {"f0": "school_days(school_id, '2012-09-03', as_of)"})


def test_an_open_stay_is_of_this_year_whatever_else_is_asked() -> None:
    assert_agreement(district(), {"f0": "count(enrollments)", "f1": "count(enrollments years all)"})


def test_rows_of_earlier_years_reach_their_school_whatever_else_is_asked() -> None:
    sections = [
        {
            "section_id": "A",
            "school_year": year,
            "school_id": school,
            "course_id": None,
            "subject": None,
            "core": None,
            "grade_level": None,
        }
        for year, school in ((2012, "02"), (2013, "01"))
    ]
    data = district(grades=[mark | {"section_id": "A"} for mark in MARKS], sections=sections)
    rows_of = {"formula": "count(grades years through)", "via": "section_id"}
    beside = {"formula": "count(grades where grades.sections.core years through)", "via": "section_id"}
    for made in ({"f0": rows_of}, {"f0": rows_of, "f1": beside}):
        with TemporaryDirectory() as name:
            found = by_columns(write_project(Path(name), data, made, "school"), "school")
        assert {unit[0]: values["f0"] for unit, values in found.items()} == {"01": 1.0, "02": 1.0}


def test_rows_of_earlier_years_refer_to_a_table_without_years() -> None:
    absent = {"courses": frozenset({"school_year"})}
    assert_agreement(district(absent, grades=MARKS, courses=COURSES), {"f0": "count(grades where grades.courses.core years all)"})


# -- formulas without tables, over values at the edges of what numbers and dates can be --------------------

EDGES: dict[Type, tuple[Value, ...]] = {
    Type.NUMBER: (
        None,
        0.0,
        -0.0,
        0.1,
        0.1 + 0.2,
        0.3,
        1 - 162 / 180,
        1e-9,
        2e-9,
        -1e-9,
        5e-10,
        2.5,
        -2.5,
        2.675,
        1.005,
        7.0,
        2.0**52 + 1,
        2.0**53,
        1e16,
        1e300,
        -1e300,
        1e-300,
    ),
    Type.TEXT: (None, "", "F", "f", "ΑΣ", "İz", "%", "a.b", "O'Neil"),
    Type.BOOLEAN: (None, True, False),
    Type.DATE: (
        None,
        date(2012, 2, 29),
        date(2012, 8, 31),
        date(2012, 9, 2),
        date(2012, 9, 3),
        date(1, 1, 1),
        date(9999, 12, 31),
    ),
    Type.GRADE_LEVEL: (None, -1, 0, 9, 12, 100),
    Type.SCHOOL_YEAR: (None, 2012, 2013),
}
FACTS = {f"{kind.value}_{place}": kind for kind in EDGES for place in "ab"}
EDGE_NAMES = Names({kind: [name for name, of in FACTS.items() if of is kind] for kind in EDGES})


@dataclass(frozen=True)
class EdgeUnit:
    """A unit of which only facts are known."""

    facts: Mapping[str, Value]

    def fact(self, name: str) -> Value:
        return self.facts[name]

    def constant(self, name: str) -> Value:
        return {"as_of": date(2012, 11, 16), "school_year": THIS_YEAR, "first_day": STARTS}[name]

    def column(self, column: Column) -> Value:
        raise AssertionError(f"{column.path} is no fact")

    def rows(self, aggregate: Aggregate) -> Iterable[Row]:
        raise AssertionError("nothing to aggregate")

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        raise AssertionError("no calendar")

    def attendance_through(self, school_id: str) -> date | None:
        raise AssertionError("no attendance")


@given(st.randoms(use_true_random=True))
@settings(max_examples=120, phases=[Phase.generate])
def test_formulas_over_edge_values_agree(rng: Random) -> None:
    units = [EdgeUnit({name: rng.choice(EDGES[kind]) for name, kind in FACTS.items()}) for _ in range(30)]
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in PARAMETERS.items()}
    scope = Scope(shapes(standard_tables()), lists, level="student", fact_type=FACTS.get)
    texts = [Formulas(rng, EDGE_NAMES).formula(rng.choice(tuple(EDGES)), 3) for _ in range(12)]
    checked = [check(text, scope) for text in texts]
    assert not [fault.message for formula in checked for fault in formula.faults]
    frame = frame_of(
        {f"fact.{name}": [unit.facts[name] for unit in units] for name in FACTS},
        {f"fact.{name}": FORMULA_DTYPES[kind] for name, kind in FACTS.items()},
    )
    columns = Columns(date(2012, 11, 16), THIS_YEAR, STARTS)
    made = collect(
        frame.with_columns(*(columns.expression(formula.node).alias(f"r{place}") for place, formula in enumerate(checked)))
    )
    for place, (text, formula) in enumerate(zip(texts, checked, strict=True)):
        for unit, value in zip(units, made[f"r{place}"].to_list(), strict=True):
            expected = evaluate(formula.node, unit)
            assert same(value, expected), f"{text}\n{unit.facts}: columns {value}, rows {expected}"
