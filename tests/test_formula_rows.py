"""What formulas are worth, by the row evaluator: tables of an expression and its value, arithmetic left in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.table_shapes import shapes
from rttd_metrics.formula.nodes import Aggregate, Column, Type, Value
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check
from rttd_metrics.formula.values import school_year_code, school_year_label

AS_OF, THIS_YEAR = date(2012, 11, 16), 2013
TABLES = shapes(standard_tables())
FACTS = {
    "n": Type.NUMBER,
    "m": Type.NUMBER,
    "p": Type.BOOLEAN,
    "q": Type.BOOLEAN,
    "t": Type.TEXT,
    "d": Type.DATE,
    "e": Type.DATE,
    "g": Type.GRADE_LEVEL,
    "h": Type.GRADE_LEVEL,
    "y": Type.SCHOOL_YEAR,
}
SCOPE = Scope(TABLES, {"none": (), "marks": ("F", "E")}, level="student", aggregates=True, fact_type=FACTS.get)
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class TableRow:
    """A row; what its keys lead to stands under dotted names."""

    values: Mapping[str, Any]

    def column(self, column: Column) -> Value:
        value: Value = self.values.get(".".join((*column.steps, column.field)))
        return value


@dataclass(frozen=True)
class Student:
    """A student of whom facts and rows are given; the rest is null or empty."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Rows] = field(default_factory=dict)

    def fact(self, name: str) -> Value:
        value: Value = self.facts.get(name)
        return value

    def column(self, column: Column) -> Value:
        return self.fact(column.path)

    def constant(self, name: str) -> Value:
        return {"as_of": AS_OF, "school_year": THIS_YEAR, "first_day": date(THIS_YEAR - 1, 7, 1)}[name]

    def rows(self, aggregate: Aggregate) -> Iterable[TableRow]:
        return [TableRow(row) for row in self.tables.get(aggregate.table, ())]

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        """School 01 is open on the 3rd to the 7th of September."""
        return float(sum(start <= date(2012, 9, day) <= end for day in range(3, 8))) if school_id == "01" else None

    def attendance_through(self, school_id: str) -> date | None:
        """School 01 has submitted its attendance to the 6th of September."""
        return date(2012, 9, 6) if school_id == "01" else None


def value(formula: str, tables: Mapping[str, Rows] | None = None, **facts: Any) -> Value:
    checked = check(formula, SCOPE)
    assert not checked.faults, [fault.message for fault in checked.faults]
    return evaluate(checked.node, Student(facts, tables or {}))


def day(text: str) -> date:
    return date.fromisoformat(text)


# -- three-valued logic ----------------------------------------------------------------------------------

T, F, N = True, False, None


@pytest.mark.parametrize(
    ("p", "q", "conjunction", "disjunction"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, N, N, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, N, F, N),
        (N, T, N, T),
        (N, F, F, N),
        (N, N, N, N),
    ],
)
def test_and_or(p: bool | None, q: bool | None, conjunction: bool | None, disjunction: bool | None) -> None:
    assert value("p and q", p=p, q=q) is conjunction
    assert value("p or q", p=p, q=q) is disjunction
    assert value("q and p and p", p=p, q=q) is conjunction
    assert value("not p or not q", p=p, q=q) is (None if conjunction is None else not conjunction)


@pytest.mark.parametrize(
    ("p", "negation", "null", "true", "false"),
    [(T, F, F, T, F), (F, T, F, F, T), (N, N, T, F, F)],
)
def test_not_and_is(p: bool | None, negation: bool | None, null: bool, true: bool, false: bool) -> None:
    assert value("not p", p=p) is negation
    assert (value("p is null", p=p), value("p is not null", p=p)) == (null, not null)
    assert (value("p is true", p=p), value("p is not true", p=p)) == (true, not true)
    assert (value("p is false", p=p), value("p is not false", p=p)) == (false, not false)


@pytest.mark.parametrize("op", ["=", "<>", "<", "<=", ">", ">="])
@pytest.mark.parametrize(("n", "m"), [(None, 1.0), (1.0, None), (None, None)])
def test_a_comparison_with_null_is_null(op: str, n: float | None, m: float | None) -> None:
    assert value(f"n {op} m", n=n, m=m) is None


@pytest.mark.parametrize(
    ("formula", "facts", "expected"),
    [
        ("n between 4 and 8", {"n": 4.0}, T),
        ("n between 4 and 8", {"n": 8.0}, T),
        ("n between 4 and 8", {"n": 8.5}, F),
        ("n between 8 and 4", {"n": 6.0}, F),
        ("n not between 4 and 8", {"n": 3.0}, T),
        ("n between 4 and 8", {}, N),
        ("n between m and 8", {"n": 9.0}, F),  # above 8, whatever the lower end is
        ("n between m and 8", {"n": 7.0}, N),
        ("n not between m and 8", {"n": 9.0}, T),
        ("n in (1, 2)", {"n": 2.0}, T),
        ("n in (1, 2)", {"n": 3.0}, F),
        ("n not in (1, 2)", {"n": 3.0}, T),
        ("n in (1, 2)", {}, N),
        ("n not in (1, 2)", {}, N),
        ("t in marks", {"t": "F"}, T),
        ("t in marks", {"t": "A"}, F),
        ("t in none", {"t": "A"}, F),
        ("t in none", {}, F),
        ("g between 4 and 8", {"g": 4}, T),
        ("d between '2012-09-01' and as_of", {"d": AS_OF}, T),
        ("y between '2011-12' and school_year", {"y": 2013}, T),
        ("t = 'a' or t is null", {}, T),
        ("t <> 'a'", {"t": "A"}, T),
        ("p = q", {"p": F, "q": F}, T),
        ("case when p then 1 else 2 end", {}, 2.0),
        ("case when p then 1 when q then 2 end", {"q": T}, 2.0),
        ("case when p then 1 when q then 2 end", {"p": F}, N),
        ("case when p then 1 when true then 2 end", {"p": T}, 1.0),
        ("coalesce(n, m, 3)", {}, 3.0),
        ("coalesce(n, m, 3)", {"m": 2.0}, 2.0),
        ("coalesce(n, m)", {}, N),
        ("least(n, m, 3)", {"n": 2.0}, 2.0),
        ("least(n, m)", {}, N),
        ("greatest(n, m)", {"m": -1.0}, -1.0),
        ("greatest(d, e, '2012-09-01')", {"d": day("2012-08-01")}, day("2012-09-01")),
    ],
)
def test_what_is_null_and_what_is_known_for_all_that(formula: str, facts: dict[str, Any], expected: Value) -> None:
    found = value(formula, **facts)
    assert (found, type(found)) == (expected, type(expected))


# -- numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "facts", "expected"),
    [
        ("n + m * 2", {"n": 1.0, "m": 3.0}, 1 + 3 * 2),
        ("(n + m) * 2", {"n": 1.0, "m": 3.0}, (1 + 3) * 2),
        ("n - m - 1", {"n": 1.0, "m": 3.0}, 1 - 3 - 1),
        ("n / m", {"n": 1.0, "m": 4.0}, 1 / 4),
        ("-n", {"n": 2.0}, -2),
        ("n / m", {"n": 1.0, "m": 0.0}, None),
        ("n / m", {"n": 0.0, "m": 0.0}, None),
        ("n / (m - m)", {"n": 1.0, "m": 0.1}, None),
        ("n / m is null", {"n": 1.0, "m": 0.0}, True),
        ("n / 2", {}, None),
        ("n + m", {"n": 1.0}, None),
        ("n * 0", {}, None),
        ("-n", {}, None),
        ("n * m", {"n": 1e200, "m": 1e200}, None),  # beyond the largest number there is nothing
        ("n / m", {"n": 1e200, "m": 1e-200}, None),
        ("n * m", {"n": 1e150, "m": 1e149}, 1e150 * 1e149),
        ("n * m - n * m", {"n": -1e200, "m": 1e200}, None),
        ("number(p)", {"p": True}, 1.0),
        ("number(p)", {"p": False}, 0.0),
        ("number(p)", {}, None),
        ("number(p) + number(q)", {"p": True, "q": True}, 2.0),
        ("abs(n)", {"n": -1.5}, 1.5),
        ("abs(n)", {}, None),
    ],
)
def test_arithmetic(formula: str, facts: dict[str, Any], expected: Value) -> None:
    assert value(formula, **facts) == expected


@pytest.mark.parametrize(
    ("n", "m", "equal", "less"),
    [
        (1 - 162 / 180, 0.10, True, False),  # 18 of 180 days: exactly ten percent, as a person says
        (0.1 + 0.2, 0.3, True, False),
        (0.0, 1e-9, True, False),
        (0.0, 1.0001e-9, False, True),
        (1e-9, 0.0, True, False),
        (0.0999999989, 0.10, False, True),
        (0.0999999991, 0.10, True, False),
        (1e9, 1e9 + 1, False, True),
        (-1.0, 1.0, False, True),
        (0.0, -0.0, True, False),
    ],
)
def test_numbers_within_a_billionth_are_equal(n: float, m: float, equal: bool, less: bool) -> None:
    found = {op: value(f"n {op} m", n=n, m=m) for op in ("=", "<>", "<", "<=", ">", ">=")}
    assert found == {"=": equal, "<>": not equal, "<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}
    assert value("n in (0.10)", n=n) is value("n = 0.10", n=n)
    assert value("n between m and m", n=n, m=m) is equal


def test_the_chronic_threshold() -> None:
    assert value("1 - n / m >= 0.10", n=162.0, m=180.0) is True
    assert value("1 - n / m >= 0.10", n=163.0, m=180.0) is False
    assert value("n / m >= 0.10", n=18.0, m=180.0) is True


@pytest.mark.parametrize(
    ("formula", "n", "expected"),
    [
        ("round(n)", 2.5, 3),
        ("round(n)", -2.5, -3),
        ("round(n)", 0.5, 1),
        ("round(n)", 1.5, 2),
        ("round(n)", 2.4999, 2),
        ("round(n)", -2.4, -2),
        ("round(n, 2)", 2.675, 2.68),  # though binary arithmetic stores a little less
        ("round(n, 2)", 1.005, 1.01),
        ("round(n, 2)", -1.005, -1.01),
        ("round(n, 1)", 12.35, 12.4),
        ("round(n, 1)", 12.3499, 12.3),
        ("round(n, -1)", 25.0, 30),
        ("round(n, -2)", 1250.0, 1300),
        ("round(n, -2)", 1249.0, 1200),
        ("round(n, 0)", 7.0, 7),
        ("round(n)", 4503599627370497.0, 4503599627370497),
        ("round(n, 12)", 1e300, 1e300),
        ("round(n)", None, None),
        ("floor(n)", 2.9, 2),
        ("floor(n)", -2.1, -3),
        ("floor(n)", 2.9999999999, 3),  # three thirds
        ("floor(n * 10)", 0.3, 3),
        ("floor(n)", 3.0, 3),
        ("floor(n)", None, None),
        ("ceil(n)", 2.1, 3),
        ("ceil(n)", -2.9, -2),
        ("ceil(n)", 2.0000000001, 2),
        ("ceil(n * 3)", 1.1, 4),
        ("ceil(n * 10)", 0.1 + 0.2, 3),
        ("ceil(n)", None, None),
    ],
)
def test_rounding(formula: str, n: float | None, expected: float | None) -> None:
    assert value(formula, n=n) == expected


# -- grade levels and school years -----------------------------------------------------------------------

UG = 100


@pytest.mark.parametrize(
    ("formula", "g", "expected"),
    [
        ("g < 'KG'", -1, True),
        ("g < 1", 0, True),
        ("g between 'PK' and 3", -1, True),
        ("g > 9", 10, True),
        ("g = 'KG'", 0, True),
        ("g in ('KG', 1, 2)", 2, True),
        ("g = 'UG'", UG, True),
        ("g <> 'UG'", UG, False),
        ("g <> 12", UG, True),
        ("g in (12, 'UG')", UG, True),
        ("g > 12", UG, False),
        ("g < 12", UG, False),
        ("g >= 'UG'", UG, False),
        ("g <= 'UG'", UG, False),
        ("g <= 'UG'", 5, False),
        ("not g > 12", UG, True),
        ("g between 'PK' and 'UG'", UG, False),
        ("g between 'PK' and 'UG'", 5, False),
        ("g not between 'PK' and 12", UG, True),
        ("g > h", UG, None),  # the other is not known
        ("g > 12", None, None),
        ("g <= 'UG'", None, None),
    ],
)
def test_ungraded_is_before_and_after_no_grade(formula: str, g: int | None, expected: bool | None) -> None:
    assert value(formula, g=g) is expected


def test_school_years_are_ordered() -> None:
    assert value("y < school_year", y=2012) is True
    assert [value("y = add_years(school_year, -1)", y=year) for year in (2011, 2012, 2013)] == [False, True, False]
    assert value("add_years(y, 2)", y=2012) == 2014
    assert value("add_years(y, 2)") is None
    assert value("y = '2012-13'", y=2013) is True
    assert value("y >= '1999-00'", y=2000) is True
    assert [school_year_code(text) for text in ("2012-13", "2012_2013", "2012-2013", "2012/13", "2013", " 2013 ")] == [2013] * 6
    assert [school_year_code(text) for text in ("2012-14", "2012-2012", "13", "12-13", "2012-", "")] == [None] * 6
    assert [school_year_label(code) for code in (2013, 2000, 2100)] == ["2012-13", "1999-00", "2099-00"]


# -- texts and dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "facts", "expected"),
    [
        ("lower(t)", {"t": "ÉCOLE A"}, "école a"),
        ("lower(t)", {}, None),
        ("t = 'a'", {"t": "A"}, False),
        ("lower(t) = 'a'", {"t": "A"}, True),
        ("starts_with(t, 'Hon')", {"t": "Honors"}, True),
        ("starts_with(t, 'hon')", {"t": "Honors"}, False),
        ("starts_with(t, '')", {"t": "x"}, True),
        ("starts_with(t, 'x')", {}, None),
        ("contains(t, '.')", {"t": "ab"}, False),  # a part, no pattern
        ("contains(t, 'on')", {"t": "Honors"}, True),
        ("contains(t, 'on')", {}, None),
        ("days_between(d, e)", {"d": day("2012-02-28"), "e": day("2012-03-01")}, 2),
        ("days_between(d, e)", {"d": day("2013-02-28"), "e": day("2013-03-01")}, 1),
        ("days_between(d, e)", {"d": day("2012-09-10"), "e": day("2012-09-03")}, -7),
        ("days_between(d, d)", {"d": day("2012-09-10")}, 0),
        ("days_between(d, e)", {"d": day("2012-09-10")}, None),
        ("days_between('2012-11-06', as_of)", {}, 10),
        ("school_year_day('07-01')", {}, day("2012-07-01")),
        ("school_year_day('06-30')", {}, day("2013-06-30")),
        ("school_year_day('02-29')", {}, day("2013-02-28")),  # 2013 has no such day: the month's last
        ("add_months(d, 1)", {"d": day("2012-01-31")}, day("2012-02-29")),
        ("add_months(d, 1)", {"d": day("2013-01-31")}, day("2013-02-28")),
        ("add_months(d, 16)", {"d": day("2012-08-31")}, day("2013-12-31")),
        ("add_months(d, 12)", {"d": day("2012-02-29")}, day("2013-02-28")),
        ("add_months(d, -12)", {"d": day("2012-02-29")}, day("2011-02-28")),
        ("add_months(d, -1)", {"d": day("2012-01-15")}, day("2011-12-15")),
        ("add_months(d, 0)", {"d": day("2012-01-15")}, day("2012-01-15")),
        ("add_months(add_months(d, 1), -1)", {"d": day("2012-01-31")}, day("2012-01-29")),
        ("add_months(d, 1)", {"d": day("9999-11-30")}, day("9999-12-30")),
        ("add_months(d, 1)", {"d": day("9999-12-31")}, None),  # "open" in many files; dates end there
        ("add_months(d, -1)", {"d": day("0001-01-31")}, None),
        ("add_months(d, 1)", {}, None),
        ("week(d)", {"d": day("2012-11-12")}, day("2012-11-12")),  # a Monday
        ("week(d)", {"d": day("2012-11-18")}, day("2012-11-12")),  # the Sunday that ends its week
        ("week(d)", {"d": day("2013-01-01")}, day("2012-12-31")),
        ("week(d) = week(e)", {"d": day("2012-11-16"), "e": day("2012-11-19")}, False),
        ("week(d)", {}, None),
        ("school_days('01', '2012-09-01', as_of)", {}, 5),
        ("school_days('01', d, d)", {"d": day("2012-09-07")}, 1),
        ("school_days('01', d, d)", {"d": day("2012-09-08")}, 0),
        ("school_days('01', as_of, '2012-09-01')", {}, 0),
        ("school_days('02', '2012-09-01', as_of)", {}, None),
        ("school_days(t, '2012-09-01', as_of)", {}, None),
        ("school_days('01', d, as_of)", {}, None),
        ("attendance_through('01')", {}, day("2012-09-06")),
        ("attendance_through('02')", {}, None),
        ("attendance_through(t)", {}, None),
        ("school_days('01', '2012-09-01', attendance_through('01'))", {}, 4),
        ("as_of", {}, AS_OF),
        ("school_year = '2012-13'", {}, True),
    ],
)
def test_texts_and_dates(formula: str, facts: dict[str, Any], expected: Value) -> None:
    assert value(formula, **facts) == expected


def test_the_column_of_a_unit_and_of_its_school() -> None:
    facts = {"unit.gender": "F", "school.name": "North", "unit.schools.name": "South"}
    assert value("students.gender = 'F' and school.name = 'North' and schools.name = 'South'", **facts) is True


# -- aggregates ------------------------------------------------------------------------------------------

DAYS: Rows = [
    {"date": day("2012-09-03"), "status": "absent", "absent": 1.0, "excused": True, "school_id": "01"},
    {"date": day("2012-09-04"), "status": "tardy", "absent": 0.5, "excused": None, "school_id": "01"},
    {"date": day("2012-09-05"), "status": "present", "absent": 0.0, "excused": False, "school_id": "02"},
    {"date": day("2012-09-06"), "status": "absent", "absent": None, "excused": None, "school_id": None},
]
UNKNOWN: Rows = [{"date": None, "absent": None, "excused": None, "status": "absent"}] * 3


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("count(attendance)", 4),
        ("count(attendance where attendance.absent >= 0.5)", 2),
        ("count(attendance where attendance.absent < 0.5)", 1),  # a null is neither
        ("count(attendance where not attendance.excused)", 1),
        ("count(attendance where attendance.excused is not true)", 3),
        ("count(distinct attendance.status)", 3),
        ("count(distinct attendance.school_id)", 2),
        ("count(distinct attendance.school_id where attendance.absent > 0)", 1),
        ("count(distinct week(attendance.date))", 1),
        ("sum(attendance.absent)", 1 + 0.5 + 0),
        ("avg(attendance.absent)", (1 + 0.5 + 0) / 3),
        ("median(attendance.absent)", 0.5),
        ("median(attendance.absent where attendance.status <> 'tardy')", (0 + 1) / 2),
        ("min(attendance.absent)", 0),
        ("max(attendance.absent)", 1),
        ("min(attendance.date)", day("2012-09-03")),
        ("max(attendance.date where attendance.excused)", day("2012-09-03")),
        ("any(attendance.excused)", True),
        ("all(attendance.excused)", False),
        ("all(attendance.excused where attendance.date < '2012-09-05')", True),  # of those that are known
        ("any(attendance.excused where attendance.date > '2012-09-03')", False),
        ("any(attendance.absent > n)", None),
        ("sum(attendance.absent * 2) - count(attendance)", (1 + 0.5 + 0) * 2 - 4),
        ("count(attendance where attendance.absent > m)", 2),
        ("sum(case when attendance.status = 'absent' then 1 else 0 end)", 2),
    ],
)
def test_aggregates(formula: str, expected: Value) -> None:
    assert value(formula, {"attendance": DAYS}, m=0.25) == expected


@pytest.mark.parametrize("rows", [[], UNKNOWN])
@pytest.mark.parametrize(
    "formula",
    [
        "sum(attendance.absent)",
        "avg(attendance.absent)",
        "median(attendance.absent)",
        "min(attendance.date)",
        "max(attendance.date)",
        "any(attendance.excused)",
        "all(attendance.excused)",
        "first(attendance.absent order by attendance.date)",
        "last(attendance.status order by attendance.date)",
        "min(attendance.absent where attendance.status = 'absent')",
    ],
)
def test_over_nothing_or_only_nulls_an_aggregate_is_null(formula: str, rows: Rows) -> None:
    assert value(formula, {"attendance": rows}) is None


def test_counts_of_nothing_are_zero() -> None:
    assert value("count(attendance)") == 0.0
    assert value("count(attendance where attendance.excused)", {"attendance": UNKNOWN}) == 0.0
    assert value("count(distinct attendance.date)", {"attendance": UNKNOWN}) == 0.0
    assert value("count(attendance) > 0") is False


MARKS: Rows = [
    {"mark": "B", "points": 3.0, "terms.start_date": day("2012-09-03"), "school_year": 2013},
    {"mark": "A", "points": 4.0, "terms.start_date": day("2012-09-03"), "school_year": 2013},
    {"mark": None, "points": None, "terms.start_date": day("2012-08-01"), "school_year": 2013},
    {"mark": "C", "points": 2.0, "terms.start_date": None, "school_year": None},
    {"mark": "D", "points": 1.0, "terms.start_date": day("2013-02-04"), "school_year": 2013},
    {"mark": "F", "points": 0.0, "terms.start_date": day("2013-02-04"), "school_year": 2013},
]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("first(grades.mark order by grades.terms.start_date)", "A"),  # of several earliest the smallest
        ("last(grades.mark order by grades.terms.start_date)", "F"),  # of several latest the largest
        ("first(grades.points order by grades.terms.start_date)", 3.0),
        ("last(grades.points order by grades.terms.start_date)", 1.0),
        ("first(grades.mark order by grades.points)", "F"),
        ("last(grades.mark order by grades.points)", "A"),
        ("first(grades.mark order by -grades.points)", "A"),
        ("first(grades.mark order by grades.terms.start_date where grades.points < 3)", "D"),
        ("first(grades.mark order by grades.terms.start_date where grades.points > 4)", None),
        ("first(grades.points > 3 order by grades.terms.start_date)", False),  # false comes before true
        ("last(grades.points > 0 order by grades.terms.start_date)", True),
        ("first(grades.terms.start_date order by grades.points)", day("2013-02-04")),
    ],
)
def test_first_and_last(formula: str, expected: Value) -> None:
    """A row without a place or without a value is passed over; ties are broken by the value, never by the order of rows."""
    assert value(formula, {"grades": MARKS}) == expected
    assert value(formula, {"grades": MARKS[::-1]}) == expected


def test_the_facts_of_the_unit_are_seen_from_its_rows() -> None:
    rows = [{"grade_level": 8, "school_year": 2012}, {"grade_level": 9, "school_year": 2013}]
    assert (
        value(
            "count(students where students.grade_level < g and students.school_year < y years through)",
            {"students": rows},
            g=9,
            y=2013,
        )
        == 1
    )
