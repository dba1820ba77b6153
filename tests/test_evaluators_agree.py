"""The column engine and the row evaluator give one answer: to random formulas over random districts, for every student."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from evaluator_data import THIS_YEAR, District, make_district, write
from evaluator_formulas import PARAMETERS, Formulas, Names, as_yaml, make_facts
from evaluator_unit import PlainStudent, PlainTables
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rttd_metrics.data.cells import FORMULA_DTYPES
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.tables import shapes, standard_tables
from rttd_metrics.engine.backend import collect, frame_of
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.facts import with_facts
from rttd_metrics.engine.membership import membership
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.units import units, with_school
from rttd_metrics.formula.nodes import Aggregate, Column, Type, Value
from rttd_metrics.formula.rows import Row, evaluate
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check

PROJECT = """
district: {id: "1", name: District}
school_year: 2012-13
as_of: AS_OF
measures: [measures]
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
level: student
population: all
formula: count(CONDITION)
improvement: increase
frequency: yearly
"""


def write_project(folder: Path, district: District, made: dict[str, str]) -> None:
    (folder / "measures").mkdir()
    (folder / "rttd.yml").write_text(PROJECT.replace("AS_OF", district.as_of.isoformat()), encoding="utf-8")
    (folder / "measures" / "facts.yml").write_text(as_yaml(made), encoding="utf-8")
    condition = " or ".join(f"{name} is null" for name in made)
    (folder / "measures" / "measure.yml").write_text(MEASURE.replace("CONDITION", condition), encoding="utf-8")
    write(district, folder)


def by_columns(portfolio: Portfolio) -> dict[str, dict[str, Value]]:
    """Student -> fact -> value, by the engine."""
    plan = make_plan(portfolio)
    project = portfolio.project
    dataset = read(plan, Period(portfolio.school_year, project.school_year_starts, project.as_of), keep_going=False)
    resolved = plan.facts["student"]
    columns = [node for fact in resolved for node in fact.node.walk() if isinstance(node, Column)]
    view = units(dataset, "student", [column for column in columns if column.base == "unit"])
    home = membership(dataset, view.frame).home
    assert home is not None
    view = with_facts(with_school(view, dataset, home, columns), dataset, resolved)
    rows = collect(view.frame).rows(named=True)
    return {row[view.key]: {fact.name: row[f"fact.{fact.name}"] for fact in resolved} for row in rows}


def by_rows(portfolio: Portfolio, district: District, made: dict[str, str]) -> dict[str, dict[str, Value]]:
    """The same, one student at a time."""
    resolved = {name: fact.node for name in made if (fact := portfolio.facts.fact("student", name))}
    tables = PlainTables(district, portfolio.defaults, resolved)
    numbers = [row.values["student_id"] for row in tables.rows("students") if row.year == THIS_YEAR]
    students = {number: PlainStudent(tables, number) for number in numbers}
    return {number: {name: evaluate(node, student) for name, node in resolved.items()} for number, student in students.items()}


def same(left: Value, right: Value) -> bool:
    """Equal; sums and averages of fractions may differ in the last digits, as engines add in different orders."""
    if isinstance(left, float) and isinstance(right, float):
        return left == pytest.approx(right, rel=1e-9, abs=1e-9)
    return left == right and isinstance(left, bool) is isinstance(right, bool)


def assert_agreement(district: District, made: dict[str, str]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, district, made)
        portfolio = read_portfolio(folder)
        assert not portfolio.problems, [problem.message for problem in portfolio.problems]
        columns, rows = by_columns(portfolio), by_rows(portfolio, district, made)
    assert columns.keys() == rows.keys()
    for number, values in rows.items():
        for fact, value in values.items():
            assert same(columns[number][fact], value), f"{fact}: {made[fact]}\n{number}: columns {columns[number][fact]}, rows {value}"


@given(st.randoms(use_true_random=True), st.randoms(use_true_random=True))
@settings(max_examples=80, phases=[Phase.generate])
def test_facts_of_students_agree(of_data: Random, of_formulas: Random) -> None:
    assert_agreement(make_district(of_data), make_facts(of_formulas, 15, 3))


# -- formulas without tables, over values at the edges of what numbers and dates can be --------------------

EDGES: dict[Type, tuple[Value, ...]] = {
    Type.NUMBER: (None, 0.0, -0.0, 0.1, 0.1 + 0.2, 0.3, 1 - 162 / 180, 1e-9, 2e-9, -1e-9, 5e-10, 2.5, -2.5, 2.675, 1.005, 7.0, 2.0**52 + 1,
                  2.0**53, 1e16, 1e300, -1e300, 1e-300),
    Type.TEXT: (None, "", "F", "f", "ΑΣ", "İz", "%", "a.b", "O'Neil"),
    Type.BOOLEAN: (None, True, False),
    Type.DATE: (None, date(2012, 2, 29), date(2012, 8, 31), date(2012, 9, 2), date(2012, 9, 3), date(1, 1, 1), date(9999, 12, 31)),
    Type.GRADE_LEVEL: (None, -1, 0, 9, 12, 100),
    Type.SCHOOL_YEAR: (None, 2012, 2013),
}  # fmt: skip
FACTS = {f"{kind.value}_{place}": kind for kind in EDGES for place in "ab"}
EDGE_NAMES = Names({kind: [name for name, of in FACTS.items() if of is kind] for kind in EDGES})


@dataclass(frozen=True)
class EdgeUnit:
    """A unit of which only facts are known."""

    facts: Mapping[str, Value]

    def fact(self, name: str) -> Value:
        return self.facts[name]

    def constant(self, name: str) -> Value:
        return date(2012, 11, 16) if name == "as_of" else THIS_YEAR

    def column(self, column: Column) -> Value:
        raise AssertionError(f"{column.path} is no fact")

    def rows(self, aggregate: Aggregate) -> Iterable[Row]:
        raise AssertionError("nothing to aggregate")

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        raise AssertionError("no calendar")


@given(st.randoms(use_true_random=True))
@settings(max_examples=150, phases=[Phase.generate])
def test_formulas_over_edge_values_agree(rng: Random) -> None:
    units = [EdgeUnit({name: rng.choice(EDGES[kind]) for name, kind in FACTS.items()}) for _ in range(30)]
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in PARAMETERS.items()}
    scope = Scope(shapes(standard_tables()), lists, level="student", fact_type=FACTS.get)
    texts = [Formulas(rng, EDGE_NAMES).formula(rng.choice(tuple(EDGES)), 3) for _ in range(12)]
    checked = [check(text, scope) for text in texts]
    assert not [fault.message for formula in checked for fault in formula.faults]
    frame = frame_of({f"fact.{name}": [unit.facts[name] for unit in units] for name in FACTS},
                     {f"fact.{name}": FORMULA_DTYPES[kind] for name, kind in FACTS.items()})  # fmt: skip
    columns = Columns(date(2012, 11, 16), THIS_YEAR)
    made = collect(frame.with_columns(*(columns.expression(formula.node).alias(f"r{place}") for place, formula in enumerate(checked))))
    for place, (text, formula) in enumerate(zip(texts, checked, strict=True)):
        for unit, value in zip(units, made[f"r{place}"].to_list(), strict=True):
            expected = evaluate(formula.node, unit)
            assert same(value, expected), f"{text}\n{unit.facts}: columns {value}, rows {expected}"
