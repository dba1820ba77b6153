"""Formulas in plain English, of random formulas: every one has words, no two meanings share them, no value is changed."""

import re
from collections.abc import Mapping
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evaluator_data import THIS_YEAR, make_district
from evaluator_formulas import BOOLEAN, KINDS, ORDERED, PARAMETERS, UNIT, Formulas, Names, inside, make_facts
from evaluator_unit import PlainStudent, PlainTables
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.readings import vocabulary
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.formula.nodes import Node, Type
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check
from rttd_metrics.formula.words import FactWords, Notes, Speaker, Text, Vocabulary
from rttd_metrics.formula.words.simplify import simplify

SHIPPED = read_portfolio(shipped_folder())
TABLES, WORDS = SHIPPED.facts.tables, vocabulary(SHIPPED)
SETTINGS = {name: tuple(value) if isinstance(value, list) else value for name, value in PARAMETERS.items()}
TITLES = ("Days absent", "Share of days missed", "Proficient in reading", "Has a plan", "Whether it is so", "Odd, or even", "GPA")


class Facts:
    """Random facts, each with one of the titles."""

    def __init__(self, rng: Random) -> None:
        self.nodes: dict[str, Node] = {}
        self.types: dict[str, Type] = {}
        self.titles: dict[str, str] = {}
        for name, formula in make_facts(rng, 8, 2).items():
            checked = check(formula, self.scope())
            assert checked.faults == ()
            self.nodes[name], self.types[name], self.titles[name] = checked.node, checked.type, rng.choice(TITLES)

    def scope(self) -> Scope:
        return Scope(TABLES, SETTINGS, level="student", aggregates=True, fact_names=tuple(self.types), fact_type=self.types.get)

    def speaker(self) -> Speaker:
        facts = Vocabulary(TABLES, lambda _, name: FactWords(self.titles[name], self.nodes[name]), WORDS.columns, WORDS.rows)
        return Speaker(facts, "student", Notes())

    def names(self) -> Names:
        known: Mapping[Type, list[str]] = {kind: [name for name, found in self.types.items() if found is kind] for kind in KINDS}
        return Names(UNIT.known, UNIT.listed, UNIT.tables, facts=known)


def well_formed(text: str) -> bool:
    plain = Text(text).plain
    balanced = all(plain.count(left) == plain.count(right) for left, right in ("()", "“”"))
    return bool(plain.strip()) and balanced and plain == " ".join(plain.split()) and "None" not in plain and ",," not in plain


@given(st.randoms(use_true_random=True))
@settings(max_examples=300, phases=[Phase.generate])
def test_every_formula_has_words(rng: Random) -> None:
    facts = Facts(rng)
    kind = rng.choice(KINDS)
    formula = Formulas(rng, facts.names()).formula(kind, 3)
    node = check(formula, facts.scope()).node
    said = [facts.speaker().value(node)]
    if kind is BOOLEAN:
        said += [facts.speaker().statement(node), facts.speaker().modifier(node), facts.speaker().described(node)]
    assert [text for text in said if not well_formed(text)] == [], formula
    assert facts.speaker().value(node) == said[0]


@given(st.randoms(use_true_random=True), st.randoms(use_true_random=True))
@settings(max_examples=200, phases=[Phase.generate])
def test_what_is_read_has_the_value_of_what_is_written(of_data: Random, of_formulas: Random) -> None:
    facts = Facts(of_formulas)
    tables = PlainTables(make_district(of_data), SHIPPED.defaults, facts.nodes)
    students = [PlainStudent(tables, row.values["student_id"]) for row in tables.rows("students") if row.year == THIS_YEAR]
    for _ in range(8):
        formula = Formulas(of_formulas, facts.names()).formula(of_formulas.choice((BOOLEAN, *KINDS)), 3)
        node = check(formula, facts.scope()).node
        read = simplify(node)
        for student in students:
            assert evaluate(read, student) == evaluate(node, student), formula


# -- other operators, other words -------------------------------------------------------------------------------------


def texts(facts: Facts, formulas: list[str]) -> dict[str, str]:
    """The words of formulas by themselves; those that parameters or constants settle say nothing of operators."""
    found = {}
    for formula in formulas:
        checked = check(formula, facts.scope())
        assert checked.faults == (), formula
        found[formula] = Text(facts.speaker().value(checked.node)).plain
    return found


def assert_all_differ(facts: Facts, formulas: list[str]) -> None:
    found = texts(facts, formulas)
    assert len(set(found.values())) == len(found), found


def column(rng: Random, kind: Type, *, but: str = "") -> str:
    """A name of this type that is no parameter: its value is not settled before any data is read."""
    return rng.choice([name for name in UNIT.known[kind] if name not in (*PARAMETERS, but)] or ["case when homeless then 1 end"])


@given(st.randoms(use_true_random=True))
@settings(max_examples=100, phases=[Phase.generate])
def test_comparisons_are_told_apart(rng: Random) -> None:
    facts, kind = Facts(rng), rng.choice(ORDERED)
    left = column(rng, kind)
    literal = {Type.NUMBER: "2.5", Type.DATE: "'2012-09-03'", Type.GRADE_LEVEL: "5", Type.SCHOOL_YEAR: "'2012-13'"}[kind]
    right = rng.choice([literal, "as_of" if kind is Type.DATE else literal])
    compared = [f"{left} {sign} {right}" for sign in ("=", "<>", "<", "<=", ">", ">=")]
    compared += [f"not {one}" for one in compared if kind is Type.GRADE_LEVEL and re.search("[<>]=? ", one) and "<>" not in one]
    assert_all_differ(facts, [*compared, f"{left} is null", f"{left} is not null", f"{left} between {right} and {right}",
                              f"{left} not between {right} and {right}"])  # fmt: skip


@given(st.randoms(use_true_random=True))
@settings(max_examples=50, phases=[Phase.generate])
def test_what_is_true_or_false_is_told_apart(rng: Random) -> None:
    facts = Facts(rng)
    names = [
        "disability",
        "participating",
        "homeless",
        "foster",
        *(name for name, kind in facts.types.items() if kind is BOOLEAN),
    ]
    a, b = rng.sample(names, 2)
    if facts.titles.get(a) == facts.titles.get(b) and a in facts.titles:
        return
    states = [f"{a} is {negated}{state}" for state in ("null", "true", "false") for negated in ("", "not ")]
    joined = [f"{a} and {b}", f"{a} or {b}", f"not ({a} and {b})", f"not ({a} or {b})", f"{a} and not {b}", f"not {a} and {b}"]
    others = [f"{a} = {b}", f"{a} <> {b}", f"coalesce({a}, {b})", f"not coalesce({a}, {b})"]
    cases = [f"case when {a} then {b} end", f"case when {b} then {a} end"]
    assert_all_differ(facts, [a, f"not {a}", *states, *joined, *others, *cases])


def test_functions_and_sums_are_told_apart() -> None:
    facts = Facts(Random(0))
    x = "max(grades.points)"
    assert_all_differ(facts, [x, f"{x} + 2", f"{x} - 2", f"{x} * 2", f"{x} / 2", f"2 - {x}", f"2 / {x}", f"-{x}", f"abs({x})",
                              f"round({x})", f"round({x}, 1)", f"round({x}, 2)", f"round({x}, -1)", f"floor({x})", f"ceil({x})",
                              f"least({x}, 2)", f"greatest({x}, 2)", f"coalesce({x}, 2)", f"number({x} > 2)", f"{x} + 2 * 3",
                              f"({x} + 2) * 3"])  # fmt: skip
    d = "diploma_date"
    assert_all_differ(facts, [d, f"add_months({d}, 1)", f"add_months({d}, -1)", f"week({d})", f"days_between({d}, as_of)",
                              f"days_between(as_of, {d})", f"school_days(school_id, {d}, as_of)", "school_year_day('06-30')",
                              "attendance_through(school_id)",
                              f"least({d}, as_of)", f"greatest({d}, as_of)", f"coalesce({d}, as_of)"])  # fmt: skip
    assert_all_differ(facts, ["cohort", "add_years(cohort, 1)", "add_years(cohort, -1)", "least(cohort, school_year)",
                              "greatest(cohort, school_year)"])  # fmt: skip
    assert_all_differ(facts, ["starts_with(gender, 'x')", "contains(gender, 'x')", "gender = 'x'", "gender <> 'x'",
                              "lower(gender) = 'x'", "gender in ('x', 'y')", "gender not in ('x', 'y')"])  # fmt: skip


@given(st.randoms(use_true_random=True))
@settings(max_examples=50, phases=[Phase.generate])
def test_aggregates_of_rows_are_told_apart(rng: Random) -> None:
    facts = Facts(rng)
    condition = Formulas(rng, inside(UNIT, "grades")).formula(BOOLEAN, 1)
    where = rng.choice(["", " where grades.failing", f" where {condition}"])
    of = [f"{name}(grades.points{where})" for name in ("sum", "avg", "median", "min", "max")]
    of += [f"count(grades{where}{years})" for years in ("", " years through", " years all")]
    of += [f"{name}(grades.points order by grades.school_year{where})" for name in ("first", "last")]
    of += [f"{name}(grades.failing{where})" for name in ("any", "all")]
    of += [f"not {name}(grades.failing{where})" for name in ("any", "all")]
    assert_all_differ(facts, [*of, f"count(distinct grades.points{where})", f"sum(number(grades.failing){where})",
                              f"avg(number(grades.failing){where})"])  # fmt: skip
