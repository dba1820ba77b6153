"""The type check: what a formula means in its scope, and every fault of it at its place with what is allowed."""

from dataclasses import replace
from datetime import date

import pytest

from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.table_shapes import shapes
from rttd_metrics.formula.functions import ROW_AGGREGATES, ROW_FUNCTIONS
from rttd_metrics.formula.nodes import (
    Aggregate,
    Case,
    Column,
    Comparison,
    Constant,
    Fact,
    Function,
    In,
    Literal,
    Node,
    Type,
    Value,
)
from rttd_metrics.formula.scope import ChainError, Reference, Scope, Tables, TableShape
from rttd_metrics.formula.types import check, check_measure

KEPT = (
    "students",
    "schools",
    "enrollments",
    "attendance",
    "grades",
    "sections",
    "courses",
    "terms",
    "educators",
    "calendar",
    "surveys",
)
TABLES = shapes({name: table for name, table in standard_tables().items() if name in KEPT})
FACTS = {
    "days_absent": Type.NUMBER,
    "chronic": Type.BOOLEAN,
    "last_exit": Type.TEXT,
    "first_day": Type.DATE,
    "broken": Type.UNKNOWN,
}
PARAMETERS = {
    "threshold": 0.1,
    "word": "F",
    "flag": True,
    "start": "2012-09-01",
    "marks": ("F", "E"),
    "nothing": (),
    "mixed": ("F", 2.0),
    "grades_served": (9.0, "KG"),
    "fact_or_parameter": 1.0,
}
FACT = Scope(TABLES, PARAMETERS, level="student", aggregates=True, fact_names=tuple(FACTS), fact_type=FACTS.get)
MEASURE = replace(FACT, aggregates=False)
SECTION_ROW = Scope(TABLES, PARAMETERS, row_of="sections")


def node(formula: str, scope: Scope = FACT) -> Node:
    checked = check(formula, scope)
    assert not checked.faults, [fault.message for fault in checked.faults]
    return checked.node


def faults(formula: str, scope: Scope = FACT, *allowed: Type) -> list[tuple[str, str, str | None]]:
    """What each fault marks, what it says, and its hint."""
    checked = check(formula, scope, allowed or None)
    assert all(0 <= fault.start <= fault.end <= len(formula) for fault in checked.faults)
    return [(formula[fault.start : fault.end], fault.message, fault.help) for fault in checked.faults]


def column(path: str, kind: Type, categories: tuple[str, ...] | None = None) -> Column:
    base, *steps, field = path.split(".")
    return Column((0, 0), base, tuple(steps), field, kind, categories)


# -- names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "scope", "expected"),
    [
        ("days_absent", FACT, Fact((0, 0), "days_absent", Type.NUMBER)),
        ("grade_level", FACT, column("unit.grade_level", Type.GRADE_LEVEL)),
        ("students.gender", FACT, column("unit.gender", Type.TEXT)),
        ("schools.name", FACT, column("unit.schools.name", Type.TEXT)),
        ("students.schools.grade_low", FACT, column("unit.schools.grade_low", Type.GRADE_LEVEL)),
        ("school.name", FACT, column("school.name", Type.TEXT)),
        ("school.educators.years_experience", FACT, column("school.educators.years_experience", Type.NUMBER)),
        ("threshold", FACT, Literal((0, 0), 0.1, Type.NUMBER)),
        ("flag", FACT, Literal((0, 0), True, Type.BOOLEAN)),
        ("as_of", FACT, Constant((0, 0), "as_of", Type.DATE)),
        ("school_year", FACT, Constant((0, 0), "school_year", Type.SCHOOL_YEAR)),
        ("core", SECTION_ROW, column("sections.core", Type.BOOLEAN)),
        ("sections.core", SECTION_ROW, column("sections.core", Type.BOOLEAN)),
        ("courses.level", SECTION_ROW, column("sections.courses.level", Type.TEXT, ("regular", "honors", "ap", "ib", "dual"))),
    ],
)
def test_what_a_name_means(formula: str, scope: Scope, expected: Node) -> None:
    assert node(formula, scope) == expected


def test_a_fact_comes_before_a_column_and_a_column_before_a_parameter() -> None:
    known = {"gender": Type.NUMBER}
    assert node("gender", replace(FACT, fact_type=known.get)) == Fact((0, 0), "gender", Type.NUMBER)
    assert node("gender", replace(FACT, parameters={"gender": 1.0})) == column("unit.gender", Type.TEXT)
    assert node("fact_or_parameter", replace(FACT, fact_type={"fact_or_parameter": Type.TEXT}.get)) == Fact(
        (0, 0), "fact_or_parameter", Type.TEXT
    )


NEITHER = "is neither a fact of the student, a column of 'students' nor a parameter"
MANY = "has many rows for one unit: aggregate them"


@pytest.mark.parametrize(
    ("formula", "marked", "message", "hint"),
    [
        ("1 + days_absnt", "days_absnt", f"'days_absnt' {NEITHER}", "did you mean 'days_absent'?"),
        ("grde_level", "grde_level", f"'grde_level' {NEITHER}", "did you mean 'grade_level'?"),
        ("days_absent > thresold", "thresold", f"'thresold' {NEITHER}", "did you mean 'threshold'?"),
        ("as_off", "as_off", f"'as_off' {NEITHER}", "did you mean 'as_of'?"),
        ("qqq", "qqq", f"'qqq' {NEITHER}", None),
        ("Days_Absent", "Days_Absent", f"'Days_Absent' {NEITHER}", "did you mean 'days_absent'?"),
        ("attendance", "attendance", "'attendance' is a table", "count its rows: count(attendance where ...)"),
        ("attendance.absent", "attendance.absent", f"'attendance' {MANY}", "for example count(attendance where ...) in a fact"),
        ("attendence.absent", "attendence.absent", "there is no table 'attendence'", "did you mean 'attendance'?"),
        ("students.gendr", "students.gendr", "table 'students' has no column 'gendr'", "did you mean 'gender'?"),
        ("school.nme", "school.nme", "table 'schools' has no column 'nme'", "did you mean 'name'?"),
        (
            "schools.educatrs.role",
            "schools.educatrs.role",
            "'educatrs' is no key of table 'schools' (its keys lead to: educators)",
            "did you mean 'educators'?",
        ),
        ("marks", "marks", "'marks' is a list", "a list stands after `in`: x in marks"),
    ],
)
def test_a_name_that_is_not_known(formula: str, marked: str, message: str, hint: str | None) -> None:
    assert faults(formula) == [(marked, message, hint)]


def test_names_of_other_scopes() -> None:
    assert faults("days_absent", SECTION_ROW) == [
        ("days_absent", "'days_absent' is neither a column of 'sections' nor a parameter", None)
    ]
    assert faults("school.name", SECTION_ROW)[0][1] == "there is no table 'school'"
    assert faults("schools.name", replace(FACT, level="district"))[0][1] == f"'schools' {MANY}"
    assert faults("gender", replace(FACT, level="district"))[0][1] == "'gender' is neither a fact of the district nor a parameter"
    assert not faults("name = 'North'", replace(FACT, level="school"))
    assert not faults("core and courses.core and schools.name = 'North'", replace(FACT, level="classroom"))


# -- the type rules --------------------------------------------------------------------------------------

NUMBER, TEXT, BOOLEAN, DATE, GRADE, YEAR = Type.NUMBER, Type.TEXT, Type.BOOLEAN, Type.DATE, Type.GRADE_LEVEL, Type.SCHOOL_YEAR


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("1 + 2 * 3 / -4", NUMBER),
        ("-days_absent", NUMBER),
        ("days_absent > 1", BOOLEAN),
        ("gender = 'x'", BOOLEAN),
        ("gender = last_exit", BOOLEAN),
        ("chronic = true", BOOLEAN),
        ("first_day between '2012-09-01' and as_of", BOOLEAN),
        ("grade_level between 'PK' and 12", BOOLEAN),
        ("cohort < school_year", BOOLEAN),
        ("grade_level in ('KG', 1, '2')", BOOLEAN),
        ("gender is null", BOOLEAN),
        ("chronic is not true", BOOLEAN),
        ("not chronic and flag or chronic", BOOLEAN),
        ("case when chronic then 1 when flag then 2 else days_absent end", NUMBER),
        ("case when chronic then null else first_day end", DATE),
        ("coalesce(last_exit, gender, 'none')", TEXT),
        ("coalesce(first_day, '2012-09-01')", DATE),
        ("coalesce('KG', grade_level)", GRADE),
        ("least(cohort, '2012-13')", YEAR),
        ("greatest(days_absent, 1, 2)", NUMBER),
        ("abs(days_absent)", NUMBER),
        ("round(days_absent)", NUMBER),
        ("round(days_absent, -1)", NUMBER),
        ("floor(1.5)", NUMBER),
        ("ceil(1.5)", NUMBER),
        ("lower(gender)", TEXT),
        ("starts_with(gender, word)", BOOLEAN),
        ("contains(gender, 'x')", BOOLEAN),
        ("number(chronic)", NUMBER),
        ("days_between('2012-09-01', as_of)", NUMBER),
        ("add_months(first_day, -3)", DATE),
        ("add_years(cohort, -1)", YEAR),
        ("add_years('2012-13', 1)", YEAR),
        ("week(first_day)", DATE),
        ("school_year_day('06-30')", DATE),
        ("school_days(school_id, '2012-09-01', as_of)", NUMBER),
        ("attendance_through(school_id)", DATE),
        ("count(attendance)", NUMBER),
        ("count(distinct attendance.status)", NUMBER),
        ("sum(attendance.absent)", NUMBER),
        ("avg(attendance.absent)", NUMBER),
        ("median(attendance.absent)", NUMBER),
        ("min(attendance.date)", DATE),
        ("max(grades.sections.grade_level)", GRADE),
        ("any(attendance.excused)", BOOLEAN),
        ("all(attendance.excused)", BOOLEAN),
        ("first(grades.mark order by grades.school_year)", TEXT),
        ("last(attendance.excused order by attendance.date where chronic years all)", BOOLEAN),
        ("null", Type.UNKNOWN),
        ("broken", Type.UNKNOWN),
        ("broken + 1", NUMBER),
    ],
)
def test_the_type_of_a_formula(formula: str, kind: Type) -> None:
    checked = check(formula, FACT)
    assert (checked.type, [fault.message for fault in checked.faults]) == (kind, [])


def test_every_function_and_aggregate_is_tried_above() -> None:
    tried = " ".join(
        mark.args[1][place][0] for mark in test_the_type_of_a_formula.pytestmark for place in range(len(mark.args[1]))
    )
    assert not [name for name in (*ROW_FUNCTIONS, *ROW_AGGREGATES) if f"{name}(" not in tried]


ORDERED = "a number or date or grade level or school year"


@pytest.mark.parametrize(
    ("formula", "marked", "message"),
    [
        ("gender + 1", "gender", "`+` takes a number, this is a text"),
        ("days_absent - chronic", "chronic", "`-` takes a number, this is a boolean"),
        ("grade_level * 2", "grade_level", "`*` takes a number, this is a grade level"),
        ("1 / first_day", "first_day", "`/` takes a number, this is a date"),
        ("-gender", "gender", "a minus sign takes a number, this is a text"),
        ("not days_absent", "days_absent", "`not` takes a boolean, this is a number"),
        ("days_absent and chronic", "days_absent", "`and` takes a boolean, this is a number"),
        ("chronic or (gender)", "(gender)", "`or` takes a boolean, this is a text"),
        ("days_absent is not false", "days_absent", "`is false` takes a boolean, this is a number"),
        ("case when days_absent then 1 end", "days_absent", "`when` takes a boolean, this is a number"),
        ("case when chronic then 1 else 'x' end", "'x'", "`case` compares a number with a text"),
        ("gender = 5", "5", "`=` compares a text with a number"),
        ("chronic = 1", "1", "`=` compares a boolean with a number"),
        ("first_day <> school_year", "school_year", "`<>` compares a date with a school year"),
        ("days_absent >= '3'", "'3'", "`>=` compares a number with a text"),
        ("gender > 'a'", "gender > 'a'", f"`>` takes {ORDERED}, this is a text"),
        ("chronic < flag", "chronic < flag", f"`<` takes {ORDERED}, this is a boolean"),
        ("gender between 'a' and 'b'", "gender", f"`between` takes {ORDERED}, this is a text"),
        ("days_absent between 1 and 'b'", "'b'", "`between` compares a number with a text"),
        ("gender in (5)", "5", "`in` compares a text with a number"),
        ("coalesce(days_absent, gender)", "gender", "`coalesce` compares a number with a text"),
        ("least(gender, 'x')", "least(gender, 'x')", f"`least` takes {ORDERED}, this is a text"),
        ("greatest(chronic, flag)", "greatest(chronic, flag)", f"`greatest` takes {ORDERED}, this is a boolean"),
        ("abs('x')", "'x'", "`abs` takes a number, this is a text"),
        ("lower(5)", "5", "`lower` takes a text, this is a number"),
        ("number(days_absent)", "days_absent", "`number` takes a boolean, this is a number"),
        ("week(grade_level)", "grade_level", "`week` takes a date, this is a grade level"),
        ("days_between(first_day, 5)", "5", "'5' is not a date like '2012-11-16'"),
        ("school_days(1, as_of, as_of)", "1", "`school_days` takes a text, this is a number"),
        ("attendance_through(as_of)", "as_of", "`attendance_through` takes a text, this is a date"),
        ("starts_with(gender, 5)", "5", "`starts_with` takes a text, this is a number"),
        ("round(days_absent, 'x')", "'x'", "`round` takes a number, this is a text"),
    ],
)
def test_types_that_do_not_fit(formula: str, marked: str, message: str) -> None:
    [(place, found, _)] = faults(formula)
    assert (place, found) == (marked, message)


def test_the_type_that_is_wanted_of_the_whole_formula() -> None:
    assert not faults("days_absent > 1", FACT, BOOLEAN)
    assert faults("days_absent", FACT, BOOLEAN) == [("days_absent", "the formula takes a boolean, this is a number", None)]
    assert faults("days_absent", FACT, TEXT, GRADE) == [
        ("days_absent", "the formula takes a text or grade level, this is a number", None)
    ]
    assert not faults("null", FACT, BOOLEAN)
    assert check("'2012-11-16'", FACT, (DATE,)).node == Literal((0, 0), date(2012, 11, 16), DATE)


# -- literals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value", "kind"),
    [
        ("first_day = '2012-11-16'", date(2012, 11, 16), DATE),
        ("first_day = start", date(2012, 9, 1), DATE),  # a parameter
        ("grade_level = 'PK'", -1, GRADE),
        ("grade_level = 'KG'", 0, GRADE),
        ("grade_level = '9'", 9, GRADE),
        ("grade_level = 12", 12, GRADE),
        ("grade_level = 'UG'", 100, GRADE),
        ("cohort = '2012-13'", 2013, YEAR),
        ("cohort = '2012_2013'", 2013, YEAR),
        ("cohort = '1999-00'", 2000, YEAR),
        ("cohort = '2013'", 2013, YEAR),
        ("cohort = 2013", 2013, YEAR),
        ("gender = '2012-11-16'", "2012-11-16", TEXT),
        ("days_absent = 12", 12.0, NUMBER),
        ("days_absent = -12", -12.0, NUMBER),
    ],
)
def test_a_literal_takes_the_type_of_what_it_is_compared_with(formula: str, value: Value, kind: Type) -> None:
    left, _, right = formula.partition(" = ")
    for written in (formula, f"{right} = {left}"):
        found = node(written)
        assert isinstance(found, Comparison)
        assert found.of is kind
        assert Literal((0, 0), value, kind) in (found.left, found.right)


@pytest.mark.parametrize(
    ("formula", "marked", "message"),
    [
        ("first_day > '2012-13-45'", "'2012-13-45'", "'2012-13-45' is not a date like '2012-11-16'"),
        ("first_day > '2012-2-1'", "'2012-2-1'", "'2012-2-1' is not a date like '2012-11-16'"),
        ("first_day > '16.11.2012'", "'16.11.2012'", "'16.11.2012' is not a date like '2012-11-16'"),
        ("first_day > true", "true", "'True' is not a date like '2012-11-16'"),
        ("grade_level = 13", "13", "'13' is not a grade level: 'PK', 'KG', 1 to 12 or 'UG'"),
        ("grade_level = 9.5", "9.5", "'9.5' is not a grade level: 'PK', 'KG', 1 to 12 or 'UG'"),
        ("grade_level in ('KG', 'k')", "'k'", "'k' is not a grade level: 'PK', 'KG', 1 to 12 or 'UG'"),
        ("cohort = '2012-14'", "'2012-14'", "'2012-14' is not a school year like '2012-13'"),
        ("cohort between 13 and 2014", "13", "'13' is not a school year like '2012-13'"),
    ],
)
def test_a_literal_that_cannot_be_read_in_that_type(formula: str, marked: str, message: str) -> None:
    assert faults(formula) == [(marked, message, None)]


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("first_day = null", DATE),
        ("null = gender", TEXT),
        ("days_absent + null > 1", NUMBER),
        ("grade_level between 'PK' and null", GRADE),
        ("coalesce(null, first_day) = as_of", DATE),
        ("case when null then first_day end = as_of", BOOLEAN),
        ("-null = 1", NUMBER),
        ("coalesce(null, null) = cohort", YEAR),
        ("week(null) = as_of", DATE),
        ("max(null where attendance.excused) = first_day", DATE),
    ],
)
def test_null_has_the_type_that_is_wanted(formula: str, kind: Type) -> None:
    """An engine would refuse to compare a date with a null of another type."""
    nulls = [part for part in node(formula).walk() if isinstance(part, Literal) and part.value is None]
    assert [part.type for part in nulls] == [kind]


STATUSES = "'present', 'absent', 'tardy', 'early_departure', 'in_school_suspension', 'out_of_school_suspension'"


@pytest.mark.parametrize(
    ("condition", "wrong", "hint"),
    [
        ("attendance.status = 'absnt'", "absnt", "did you mean 'absent'?"),
        ("'absnt' = attendance.status", "absnt", "did you mean 'absent'?"),
        ("attendance.status <> 'A'", "A", None),
        ("attendance.status = 'Absent'", "Absent", "did you mean 'absent'?"),
        ("attendance.status in ('absent', 'tarde')", "tarde", "did you mean 'tardy'?"),
    ],
)
def test_a_literal_that_is_no_category(condition: str, wrong: str, hint: str | None) -> None:
    assert faults(f"count(attendance where {condition})") == [
        (f"'{wrong}'", f"'{wrong}' is no category of status: {STATUSES}", hint)
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "attendance.status = 'absent'",
        "attendance.status in ('absent', 'tardy')",
        "attendance.status = gender",
        "starts_with(attendance.status, 'abs')",
        "coalesce(attendance.status, 'none') = 'none'",
        "case when flag then attendance.status else 'other' end = 'other'",
    ],
)
def test_categories_bind_what_is_compared_with_the_column_only(condition: str) -> None:
    assert not faults(f"count(attendance where {condition})")


# -- list parameters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("gender in marks", ("F", "E")),
        ("gender not in marks", ("F", "E")),
        ("gender in (marks, 'x')", ("F", "E", "x")),
        ("gender in nothing", ()),
        ("gender in word", ("F",)),
        ("gender in ('a', word)", ("a", "F")),
        ("grade_level in grades_served", (9, 0)),
        ("days_absent in (-1, 0)", (-1.0, 0.0)),
        ("first_day in (start)", (date(2012, 9, 1),)),
    ],
)
def test_lists_of_constants(formula: str, values: tuple[Value, ...]) -> None:
    [within] = [part for part in node(formula).walk() if isinstance(part, In)]
    assert tuple(option.value for option in within.options if isinstance(option, Literal)) == values


@pytest.mark.parametrize(
    ("formula", "marked", "message"),
    [
        ("gender in mixed", "mixed", "`in` compares a text with a number"),
        ("gender in last_exit", "last_exit", "`in` takes a list of constants"),
        ("days_absent in (1, days_absent)", "days_absent", "`in` takes a list of constants"),
        ("gender in (null)", "null", "`in` takes a list of constants"),
        ("gender = marks", "marks", "'marks' is a list"),
    ],
)
def test_what_is_no_list_of_constants(formula: str, marked: str, message: str) -> None:
    assert [fault[:2] for fault in faults(formula)] == [(marked, message)]


# -- functions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "marked", "message", "hint"),
    [
        ("rond(1)", "rond", "there is no function `rond`", "did you mean 'round'?"),
        ("sume(attendance.absent)", "sume", "there is no function `sume`", "did you mean 'sum'?"),
        ("percent(chronic)", "percent", "`percent` stands once, at the start of a measure's formula", None),
        ("chronic = not (flag)", "not", "`not` stands before a whole condition", "put it in parentheses: (not ...)"),
        ("abs()", "abs()", "`abs` is written abs(number)", None),
        ("coalesce(1)", "coalesce(1)", "`coalesce` is written coalesce(a, b, ...): the first that is not null", None),
        (
            "abs(distinct 1)",
            "abs(distinct 1)",
            "`abs` is no aggregate: it takes no distinct, where, order by or years",
            "abs(number)",
        ),
        (
            "abs(1 where flag)",
            "abs(1 where flag)",
            "`abs` is no aggregate: it takes no distinct, where, order by or years",
            "abs(number)",
        ),
    ],
)
def test_functions_that_are_not_called_right(formula: str, marked: str, message: str, hint: str | None) -> None:
    assert faults(formula) == [(marked, message, hint)]


@pytest.mark.parametrize(
    ("formula", "marked", "message"),
    [
        ("round(1.5, days_absent)", "days_absent", "this part of `round` is a constant"),
        ("round(1.5, 1 + 1)", "1 + 1", "this part of `round` is a constant"),
        ("round(1.5, null)", "null", "this part of `round` is a constant"),
        ("round(1.5, 1.5)", "1.5", "this part of `round` is a whole number from -12 to 12"),
        ("round(1.5, 13)", "13", "this part of `round` is a whole number from -12 to 12"),
        ("add_months(first_day, 0.5)", "0.5", "this part of `add_months` is a whole number from -1200 to 1200"),
        ("add_years(cohort, 101)", "101", "this part of `add_years` is a whole number from -100 to 100"),
        ("school_year_day('02-30')", "'02-30'", "'02-30' is no month and day"),
        ("school_year_day(last_exit)", "last_exit", "this part of `school_year_day` is a constant"),
        ("starts_with(gender, last_exit)", "last_exit", "this part of `starts_with` is a constant"),
        ("contains(gender, null)", "null", "this part of `contains` is a constant"),
        ("round(1.5, mystery)", "mystery", f"'mystery' {NEITHER}"),
    ],
)
def test_parts_that_are_constants(formula: str, marked: str, message: str) -> None:
    assert [fault[:2] for fault in faults(formula)] == [(marked, message)]


# -- aggregates ------------------------------------------------------------------------------------------


def test_an_aggregate_knows_its_table_its_chain_and_its_years() -> None:
    found = node("sum(grades.points where grades.sections.courses.core and days_absent > 1 years through)")
    assert isinstance(found, Aggregate)
    assert (found.name, found.table, found.chain, found.years, found.distinct) == (
        "sum",
        "grades",
        ("students",),
        "through",
        False,
    )
    assert found.argument == column("grades.points", NUMBER)
    assert [part.path for part in found.walk() if isinstance(part, Column)] == ["grades.points", "grades.sections.courses.core"]


def test_own_rows_are_aggregated_and_the_own_row_is_beside_them() -> None:
    found = node("count(students where students.grade_level = grade_level years all)")
    assert isinstance(found, Aggregate)
    assert found.chain == ()
    assert {part.path for part in found.walk() if isinstance(part, Column)} == {"students.grade_level", "unit.grade_level"}


TAKES = f"takes {ORDERED}, this is a text"


@pytest.mark.parametrize(
    ("formula", "marked", "message", "hint"),
    [
        ("count(attendnce)", "attendnce", "there is no table 'attendnce'", "did you mean 'attendance'?"),
        ("sum(1)", "sum(1)", "`sum` names no table", "write its columns as table.column: sum(attendance.absent)"),
        (
            "sum(days_absent)",
            "sum(days_absent)",
            "`sum` names no table",
            "write its columns as table.column: sum(attendance.absent)",
        ),
        ("sum(attendance)", "attendance", "'attendance' is a table", "count its rows: count(attendance where ...)"),
        (
            "count(attendance.absent)",
            "attendance.absent",
            "`count` takes a table: count(attendance where ...)",
            "to count values say count(distinct table.column)",
        ),
        (
            "count(attendance, grades)",
            "count(attendance, grades)",
            "`count` takes one part",
            "for example count(table.column where condition)",
        ),
        (
            "count(attendance where status = 'absent')",
            "status",
            "'status' is a column of the rows that are read: write attendance.status",
            None,
        ),
        (
            "count(attendance where attendance.staus is null)",
            "attendance.staus",
            "table 'attendance' has no column 'staus'",
            "did you mean 'status'?",
        ),
        (
            "count(grades where grades.sectons.core)",
            "grades.sectons.core",
            "'sectons' is no key of table 'grades' (its keys lead to: students, sections, courses, terms)",
            "did you mean 'sections'?",
        ),
        (
            "count(grades where attendance.excused)",
            "attendance.excused",
            "an aggregate reads one table: 'attendance' is not 'grades'",
            "follow a key of 'grades', or make it a fact of its own",
        ),
        (
            "sum(grades.points + attendance.absent)",
            "sum(grades.points + attendance.absent)",
            "an aggregate reads one table, this one names grades and attendance",
            "follow a key, or make each a fact of its own",
        ),
        ("sum(attendance.status)", "attendance.status", "`sum` takes a number, this is a text", None),
        ("avg(attendance.excused)", "attendance.excused", "`avg` takes a number, this is a boolean", None),
        ("min(attendance.status)", "attendance.status", f"`min` {TAKES}", None),
        ("any(attendance.absent)", "attendance.absent", "`any` takes a boolean, this is a number", None),
        ("count(attendance where attendance.absent)", "attendance.absent", "`where` takes a boolean, this is a number", None),
        ("first(attendance.status)", "first(attendance.status)", "`first`: first(x order by y)", None),
        ("last(attendance.absent order by attendance.status)", "attendance.status", f"`order by` {TAKES}", None),
        (
            "sum(attendance.absent order by attendance.date)",
            "sum(attendance.absent order by attendance.date)",
            "`sum`: only `first` and `last` have an order",
            None,
        ),
        ("sum(distinct attendance.absent)", "sum(distinct attendance.absent)", "`distinct` goes with `count` only", None),
        ("count(attendance years last)", "years last", "'last' is no choice of years: current, through, all", None),
        (
            "count(attendance years curent)",
            "years curent",
            "'curent' is no choice of years: current, through, all",
            "did you mean 'current'?",
        ),
    ],
)
def test_aggregates_that_are_not_right(formula: str, marked: str, message: str, hint: str | None) -> None:
    assert faults(formula) == [(marked, message, hint)]


def test_aggregates_of_rows_stand_in_facts_and_are_never_nested() -> None:
    help_ = "define a fact for it and use its name"
    inner = "rows cannot be aggregated inside another aggregate: `sum` of rows stands in facts only"
    assert faults("count(attendance where sum(attendance.absent) > 1)") == [("sum", inner, help_)]
    here = "rows cannot be aggregated here: `count` of rows stands in facts only"
    assert faults("count(attendance) > 1", MEASURE) == [("count", here, help_)]
    assert faults("count(grades) > 1", SECTION_ROW) == [("count", here, help_)]


# -- chains of keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "level", "via", "chain"),
    [
        ("attendance", "student", None, ("students",)),
        ("students", "student", None, ()),
        ("grades", "student", None, ("students",)),
        ("grades", "classroom", None, ("sections",)),
        ("sections", "classroom", None, ()),
        ("sections", "school", None, ("schools",)),
        ("attendance", "school", None, ("schools",)),  # the shortest, though students have a school too
        ("attendance", "school", "student_id", ("students", "schools")),
        ("grades", "school", "section_id", ("sections", "schools")),
        ("grades", "school", "students", ("students", "schools")),
        ("enrollments", "school", "school_id", ("school",)),
        ("enrollments", "school", "responsible_school_id", ("responsible_school",)),
        ("surveys", "school", "educator_id", ("educators", "schools")),
        ("terms", "district", None, ()),
        ("grades", "district", None, ()),
    ],
)
def test_the_chain_of_keys_to_the_unit(table: str, level: str, via: str | None, chain: tuple[str, ...]) -> None:
    assert TABLES.chain(table, level, via) == chain
    found = node(f"count({table})", replace(FACT, level=level, via=via))
    assert isinstance(found, Aggregate)
    assert found.chain == chain


@pytest.mark.parametrize(
    ("table", "level", "message", "hint"),
    [
        (
            "calendar",
            "student",
            "no keys lead from 'calendar' to a student",
            "declare a foreign key of 'calendar', or define the fact at another level",
        ),
        (
            "attendance",
            "classroom",
            "no keys lead from 'attendance' to a classroom",
            "declare a foreign key of 'attendance', or define the fact at another level",
        ),
        (
            "grades",
            "school",
            "several keys lead from 'grades' to a school: grades.students.schools and grades.sections.schools",
            "say `via:` one of section_id, student_id",
        ),
        (
            "enrollments",
            "school",
            "several keys lead from 'enrollments' to a school: enrollments.school and enrollments.responsible_school",
            "say `via:` one of responsible_school_id, school_id",
        ),
    ],
)
def test_no_chain_or_several(table: str, level: str, message: str, hint: str) -> None:
    with pytest.raises(ChainError) as caught:
        TABLES.chain(table, level)
    assert (caught.value.message, caught.value.help) == (message, hint)
    formula = f"1 + count({table})"
    assert faults(formula, replace(FACT, level=level)) == [(f"count({table})", message, hint)]


def test_keys_in_a_circle_come_to_an_end() -> None:
    def table(name: str, *targets: str) -> TableShape:
        return TableShape(
            name, {}, {target: Reference(target, name, f"{target}_id", target, f"{target}_id") for target in targets}
        )

    tables = Tables({"a": table("a", "b", "a"), "b": table("b", "a"), "students": table("students")})
    with pytest.raises(ChainError, match="no keys lead from 'a' to a student"):
        tables.chain("a", "student")


# -- several faults, and the formulas of measures --------------------------------------------------------


def test_every_fault_of_a_formula_is_found() -> None:
    formula = (
        "days_absnt > 'x' and gender + 1 > 2 or count(attendance where attendance.staus = 1 and attendance.status = 'A') > gendr"
    )
    assert [(marked, hint) for marked, _, hint in faults(formula)] == [
        ("days_absnt", "did you mean 'days_absent'?"),
        ("gender", None),
        ("attendance.staus", "did you mean 'status'?"),
        ("'A'", None),
        ("gendr", "did you mean 'gender'?"),
    ]


def test_a_broken_fact_is_reported_where_it_stands_only() -> None:
    assert not faults("broken + 1 > 2 and broken = 'x' and broken is true and broken in ('a')")


def test_what_is_resolved_has_no_names_nor_calls_left() -> None:
    found = node("case when count(attendance where attendance.absent > threshold) > 1 then round(days_absent, 1) else -1 end")
    assert isinstance(found, Case)
    assert {type(part).__name__ for part in found.walk()} == {
        "Case",
        "Comparison",
        "Aggregate",
        "Column",
        "Literal",
        "Function",
        "Fact",
    }
    [call] = [part for part in found.walk() if isinstance(part, Function)]
    assert (call.name, call.type) == ("round", NUMBER)


@pytest.mark.parametrize(
    ("formula", "aggregate", "arguments", "per"),
    [
        ("percent(chronic)", "percent", 1, None),
        ("PERCENT(days_absent > 1)", "percent", 1, None),
        ("count(chronic)", "count", 1, None),
        ("avg(days_absent)", "avg", 1, None),
        ("median(-days_absent)", "median", 1, None),
        ("sum(days_absent * 2)", "sum", 1, None),
        ("rate(days_absent, 180, 100)", "rate", 2, 100.0),
        ("rate(days_absent, 180, threshold)", "rate", 2, 0.1),
        ("percent(null)", "percent", 1, None),
    ],
)
def test_the_one_aggregate_of_a_measure(formula: str, aggregate: str, arguments: int, per: float | None) -> None:
    found, wrong = check_measure(formula, MEASURE)
    assert found is not None
    assert (found.aggregate, len(found.arguments), found.per, wrong) == (aggregate, arguments, per, ())


ONE = "a measure is one aggregate over its units: percent, count, avg, median, sum, rate"
ROWS = "rows are counted in facts; units are left out by `population` and `exclude`"
PER = "the third part of `rate` is a number above zero, such as 100"


@pytest.mark.parametrize(
    ("formula", "marked", "message", "hint"),
    [
        ("chronic", "chronic", ONE, "for example percent(absence_rate >= 0.10)"),
        ("percnt(chronic)", "percnt", ONE, "did you mean 'percent'?"),
        ("sum(days_absent) + 1", "sum(days_absent) + 1", ONE, "for example percent(absence_rate >= 0.10)"),
        ("percent(days_absent)", "days_absent", "`percent` takes a boolean, this is a number", None),
        ("avg(chronic)", "chronic", "`avg` takes a number, this is a boolean", None),
        ("percent(chronic, flag)", "percent(chronic, flag)", "`percent` of a measure is written percent(...)", ROWS),
        ("percent(distinct chronic)", "percent(distinct chronic)", "`percent` of a measure is written percent(...)", ROWS),
        ("percent(chronic where flag)", "percent(chronic where flag)", "`percent` of a measure is written percent(...)", ROWS),
        ("rate(days_absent, 1)", "rate(days_absent, 1)", "`rate` of a measure is written rate(a, b, per)", ROWS),
        ("rate(days_absent, 1, 0)", "0", PER, None),
        ("rate(days_absent, 1, -1)", "-1", PER, None),
        ("rate(days_absent, 1, days_absent)", "days_absent", PER, None),
        ("percent(", "(", "the formula ends where a value, ) or `distinct` is needed", None),
    ],
)
def test_what_is_no_formula_of_a_measure(formula: str, marked: str, message: str, hint: str | None) -> None:
    found, [wrong] = check_measure(formula, MEASURE)
    assert found is None
    assert (formula[wrong.start : wrong.end], wrong.message, wrong.help) == (marked, message, hint)
