"""From the text of a formula to nodes: what is read, how strongly it binds, and what is said of what cannot be read."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rttd_metrics.formula.grammar import MAX_DEPTH, MAX_LENGTH, FormulaError, parse
from rttd_metrics.formula.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Case,
    Comparison,
    In,
    Is,
    Literal,
    Name,
    Negate,
    Node,
    Not,
    Or,
    Type,
)

HERE = (0, 0)  # places do not count when nodes are compared


def number(value: float) -> Literal:
    return Literal(HERE, value, Type.NUMBER)


def text(value: str) -> Literal:
    return Literal(HERE, value, Type.TEXT)


def truth(value: bool) -> Literal:
    return Literal(HERE, value, Type.BOOLEAN)


def name(path: str) -> Name:
    return Name(HERE, tuple(path.split(".")))


def arithmetic(left: Node, op: str, right: Node) -> Arithmetic:
    return Arithmetic(HERE, op, left, right)


def compare(left: Node, op: str, right: Node) -> Comparison:
    return Comparison(HERE, op, left, right)


a, b, c, d, x, y = (name(word) for word in "abcdxy")
NULL = Literal(HERE, None, Type.UNKNOWN)


# -- literals and names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "node"),
    [
        ("5", number(5)),
        ("0.10", number(0.1)),
        ("007", number(7)),
        ("-5", number(-5)),
        ("+5", number(5)),
        ("- 2.5", number(-2.5)),
        ("-(3)", number(-3)),
        ("--3", number(3)),
        ("1" + "0" * 300, number(1e300)),
        ("'present'", text("present")),
        ("''", text("")),
        ("'O''Neil'", text("O'Neil")),
        ("''''", text("'")),
        ("'and (or'", text("and (or")),
        ("'İ ΑΣ'", text("İ ΑΣ")),
        ("'two\nlines'", text("two\nlines")),
        ("true", truth(True)),
        ("False", truth(False)),
        ("NULL", NULL),
        ("x", x),
        ("grades.sections.core", name("grades.sections.core")),
        ("grades . core", name("grades.core")),
        ("_x1", name("_x1")),
        ("(((x)))", x),
        (" \t\r\n x\n", x),
    ],
)
def test_literals_and_names(formula: str, node: Node) -> None:
    assert parse(formula) == node


@pytest.mark.parametrize(
    "word",
    [
        "years_experience",
        "in_y",
        "order_id",
        "notes",
        "nullable",
        "trueness",
        "android",
        "case_id",
        "ending",
        "is_new",
        "between_x",
        "bypass",
        "whereabouts",
        "distinction",
        "thence",
        "elsewhere",
        "not1",
        "or_",
    ],
)
def test_words_that_begin_like_keywords_are_names(word: str) -> None:
    assert parse(word) == name(word)
    assert parse(f"x in ({word})") == In(HERE, x, (name(word),))
    assert parse(f"not {word}") == Not(HERE, name(word))
    assert parse(f"x.{word} = 1") == compare(name(f"x.{word}"), "=", number(1))
    assert parse(f"case when {word} then {word} else {word} end") == Case(HERE, ((name(word), name(word)),), name(word))


def test_a_keyword_ends_where_the_word_ends() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("x in_y")
    assert (caught.value.start, caught.value.end) == (2, 6)
    assert parse("x in(1)") == In(HERE, x, (number(1),))
    assert parse("not(x)") == Not(HERE, x)
    assert parse("case when(a)then(b)end") == Case(HERE, ((a, b),), None)


KEYWORDS = r"\b(not|and|or|between|in|is|null|true|case|when|then|else|end|where|years|distinct|order|by)\b"


@pytest.mark.parametrize("style", [str.lower, str.upper, str.title, str.swapcase])
@pytest.mark.parametrize(
    "formula",
    [
        "not a and b or c",
        "x between 1 and 2",
        "x not between 1 and 2",
        "x in (1, 2)",
        "x not in (1)",
        "x is not null",
        "x is true",
        "case when a then b else c end",
        "count(a where b years c)",
        "count(distinct a)",
        "first(x order by y)",
    ],
)
def test_keywords_may_be_written_in_any_case(formula: str, style: Callable[[str], str]) -> None:
    assert parse(re.sub(KEYWORDS, lambda word: style(word[0]), formula)) == parse(formula)


def test_names_keep_their_case_and_functions_lose_it() -> None:
    assert parse("Days_Absent") == name("Days_Absent")
    assert parse("COUNT(Attendance)") == Call(HERE, "count", HERE, (name("Attendance"),))


# -- what binds how strongly -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "node"),
    [
        ("a + b * c", arithmetic(a, "+", arithmetic(b, "*", c))),
        ("a * b + c", arithmetic(arithmetic(a, "*", b), "+", c)),
        ("(a + b) * c", arithmetic(arithmetic(a, "+", b), "*", c)),
        ("a - b - c", arithmetic(arithmetic(a, "-", b), "-", c)),
        ("a / b / c", arithmetic(arithmetic(a, "/", b), "/", c)),
        ("a - (b - c)", arithmetic(a, "-", arithmetic(b, "-", c))),
        ("-a * b", arithmetic(Negate(HERE, a), "*", b)),
        ("a - -b", arithmetic(a, "-", Negate(HERE, b))),
        ("a --5", arithmetic(a, "-", number(-5))),
        ("a + b < c * d", compare(arithmetic(a, "+", b), "<", arithmetic(c, "*", d))),
        ("a or b and c", Or(HERE, (a, And(HERE, (b, c))))),
        ("a and b or c", Or(HERE, (And(HERE, (a, b)), c))),
        ("(a or b) and c", And(HERE, (Or(HERE, (a, b)), c))),
        ("a and b and c", And(HERE, (a, b, c))),
        ("a or b or c", Or(HERE, (a, b, c))),
        ("not a and b", And(HERE, (Not(HERE, a), b))),
        ("not a = b", Not(HERE, compare(a, "=", b))),
        ("not not a", Not(HERE, Not(HERE, a))),
        ("not x in (1)", Not(HERE, In(HERE, x, (number(1),)))),
        ("x between 1 and 2 and c", And(HERE, (Between(HERE, x, number(1), number(2)), c))),
        ("x between a and b or c", Or(HERE, (Between(HERE, x, a, b), c))),
        ("x between a + 1 and b * 2", Between(HERE, x, arithmetic(a, "+", number(1)), arithmetic(b, "*", number(2)))),
        ("x not between 1 and 2", Not(HERE, Between(HERE, x, number(1), number(2)))),
        ("x in (1, -2)", In(HERE, x, (number(1), number(-2)))),
        ("x not in (1)", Not(HERE, In(HERE, x, (number(1),)))),
        ("x in failing_marks", In(HERE, x, (name("failing_marks"),))),
        ("x not in marks and a", And(HERE, (Not(HERE, In(HERE, x, (name("marks"),))), a))),
        ("a + b is null", Is(HERE, arithmetic(a, "+", b), None, negated=False)),
        ("(a = b) is true", Is(HERE, compare(a, "=", b), True, negated=False)),
        ("a is not false and b", And(HERE, (Is(HERE, a, False, negated=True), b))),
        ("not a is null", Not(HERE, Is(HERE, a, None, negated=False))),
        ("case when a then b end + 1", arithmetic(Case(HERE, ((a, b),), None), "+", number(1))),
        ("case when a then b when c then d else 1 end", Case(HERE, ((a, b), (c, d)), number(1))),
    ],
)
def test_precedence(formula: str, node: Node) -> None:
    assert parse(formula) == node


@pytest.mark.parametrize("op", ["=", "<>", "<", "<=", ">", ">="])
def test_comparisons_need_no_blanks(op: str) -> None:
    assert parse(f"a{op}b") == compare(a, op, b)


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ("f()", {}),
        ("f(a)", {"arguments": (a,)}),
        ("f(a, b + 1)", {"arguments": (a, arithmetic(b, "+", number(1)))}),
        ("f(distinct a)", {"arguments": (a,), "distinct": True}),
        ("f(a where b)", {"arguments": (a,), "where": b}),
        ("f(a years through)", {"arguments": (a,), "years": name("through")}),
        ("f(a years ALL)", {"arguments": (a,), "years": name("all")}),
        ("f(a order by b where c years all)", {"arguments": (a,), "order_by": b, "where": c, "years": name("all")}),
    ],
)
def test_calls(formula: str, parts: dict[str, object]) -> None:
    assert parse(formula) == Call(HERE, "f", HERE, **parts)  # type: ignore[arg-type]


def test_nodes_know_their_place() -> None:
    formula = "count(attendance where absent >= 0.5) > 3 and (not x)"
    node = parse(formula)
    found = {type(part).__name__: formula[slice(*part.span)] for part in node.walk()}
    assert found["And"] == formula
    assert found["Call"] == "count(attendance where absent >= 0.5)"
    assert found["Not"] == "(not x)"  # parentheses are part of what they hold
    [comparison, *_] = [part for part in node.walk() if isinstance(part, Comparison)]
    assert formula[slice(*comparison.span)] == "count(attendance where absent >= 0.5) > 3"


# -- what cannot be read ---------------------------------------------------------------------------------

BAD = [  # formula, what is underlined, message, help, and the nearest formula that is right
    ("", "", "the formula is empty", None, "x"),
    (" \n\t", " \n\t", "the formula is empty", None, "x"),
    ("a +", "+", "the formula ends where a value is needed", None, "a + 1"),
    ("a + \n ", "+", "the formula ends where a value is needed", None, "a + 1"),
    ("(a", "a", "the formula ends where ) is needed", None, "(a)"),
    ("f(a, ", ",", "the formula ends where a value is needed", None, "f(a, b)"),
    ("x between 1", "1", "the formula ends where `and` is needed", None, "x between 1 and 2"),
    ("x is not", "t", "the formula ends where null, true or false is needed", None, "x is not null"),
    ("x in (1", "1", "the formula ends where ) or a comma is needed", None, "x in (1)"),
    ("grades.", ".", "the formula ends where a name is needed", None, "grades.mark"),
    ("case when a then b", "b", "the formula ends where `else`, `end` or `when` is needed", None, "case when a then b end"),
    ("a b", "b", "found 'b' where an operator or the end is allowed", None, "a + b"),
    ("a)", ")", "found ')' where the end is allowed", None, "(a)"),
    ("a, b", ",", "found ',' where the end is allowed", None, "f(a, b)"),
    ("f(a where)", ")", "found ')' where a value is allowed", None, "f(a where b)"),
    ("count(distinct)", ")", "found ')' where a value is allowed", None, "count(distinct a)"),
    ("f(,)", ",", "found ',' where a value, ) or `distinct` is allowed", None, "f(a)"),
    ("f(a order b)", "b", "found 'b' where `by` is allowed", None, "f(a order by b)"),
    ("f(a where b order by c)", "order", "found 'order' where ) or `years` is allowed", None, "f(a order by c where b)"),
    ("f(a years 2)", "2", "found '2' where a name is allowed", None, "f(a years all)"),
    ("a < b < c", "<", "found '<' where `and`, `or` or the end is allowed", None, "a < b and b < c"),
    ("x is 5", "5", "found '5' where `not` or null, true or false is allowed", None, "x = 5"),
    ("x in 5", "5", "found '5' where ( or a name is allowed", None, "x in (5)"),
    ("x in ()", ")", "found ')' where a value is allowed", None, "x in (1)"),
    ("a not b", "b", "found 'b' where `between` or `in` is allowed", None, "a and not b"),
    ("case else 1 end", "else", "found 'else' where `when` is allowed", None, "case when a then b else 1 end"),
    ("5abc", "abc", "found 'abc' where an operator or the end is allowed", None, "5 * abc"),
    ("1e3", "e3", "found 'e3' where an operator or the end is allowed", None, "1000"),
    (".5", ".", "found '.' where a value is allowed", None, "0.5"),
    ("a..b", ".", "found '.' where a name is allowed", None, "a.b"),
    ("a => b", ">", "found '>' where a value is allowed", None, "a >= b"),
    ("a == b", "=", "found '=' where a value is allowed", "equality is written with one =", "a = b"),
    ("a != b", "!", "found '!', which is no part of a formula", "`not equal` is written <>", "a <> b"),
    ("a && b", "&", "found '&', which is no part of a formula", "`and` is written as a word", "a and b"),
    ("a || b", "|", "found '|', which is no part of a formula", "`or` is written as a word", "a or b"),
    ("a > 10%", "%", "found '%', which is no part of a formula", "ten percent is written 0.10", "a > 0.10"),
    ('a = "F"', '"', "found '\"', which is no part of a formula", "a text stands in single quotes: 'present'", "a = 'F'"),
    ("a = 'F", "'", "found ''', which is no part of a formula", "the text that starts here is not closed", "a = 'F'"),
    ("a; b", ";", "found ';', which is no part of a formula", None, "a"),
    ("a\u00a0+ 1", "\u00a0", "found '\u00a0', which is no part of a formula", None, "a + 1"),
    ("1" + "0" * 301, "1" + "0" * 301, "the number is too large", None, "1" + "0" * 300),
]


@pytest.mark.parametrize(("formula", "marked", "message", "hint", "good"), BAD, ids=[repr(row[0][:30]) for row in BAD])
def test_what_cannot_be_read_is_told_at_its_place(formula: str, marked: str, message: str, hint: str | None, good: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(formula)
    error = caught.value
    assert (formula[error.start : error.end], error.message, error.help) == (marked, message, hint)
    parse(good)


def test_the_place_is_that_of_the_fault_not_of_the_first_such_word() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("a = 1 and b = = 2")
    assert (caught.value.start, caught.value.end) == (14, 15)


@pytest.mark.parametrize("formula", ["falſe", "ıs null", "x ın (1)", "٣ = 3", "ſum(x)", "ΚΑΙ", "x İn (1)"])
def test_letters_and_digits_are_those_of_ascii(formula: str) -> None:
    """Unicode knows other letters that fold to i, k and s, and other digits: none is taken for these."""
    with pytest.raises(FormulaError, match=r"no part of a formula|is allowed"):
        parse(formula)


# -- limits ----------------------------------------------------------------------------------------------


def test_a_formula_may_have_so_many_characters() -> None:
    longest = "x +" + " " * (MAX_LENGTH - 4) + "1"
    assert parse(longest) == arithmetic(x, "+", number(1))
    with pytest.raises(FormulaError, match="longer than 4,000 characters") as caught:
        parse(longest + " ")
    assert (caught.value.start, caught.value.end) == (MAX_LENGTH, MAX_LENGTH + 1)
    assert caught.value.help == "give its parts names as facts"


@pytest.mark.parametrize(
    "nest",
    [
        lambda levels: "not " * (levels - 1) + "x",
        lambda levels: "-" * (levels - 1) + "x",
        lambda levels: "f(" * (levels - 1) + "x" + ")" * (levels - 1),
        lambda levels: "x" + " + 1" * (levels - 1),
        lambda levels: "(" * 50 + "not (" * (levels - 1) + "x" + ")" * (levels - 1) + ")" * 50,
    ],
)
def test_a_formula_may_be_nested_so_deep(nest: Callable[[int], str]) -> None:
    parse(nest(MAX_DEPTH))
    with pytest.raises(FormulaError, match="nested deeper than 40 levels") as caught:
        parse(nest(MAX_DEPTH + 1))
    assert caught.value.help == "give its parts names as facts"


def test_long_conditions_are_wide_not_deep() -> None:
    assert parse(" and ".join(["a"] * 500)) == And(HERE, (a,) * 500)
    assert parse(f"x in ({', '.join(['1'] * 900)})") == In(HERE, x, (number(1),) * 900)


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 1999 + "x" + ")" * 1999,
        "not " * 999 + "x",
        "-" * 3999 + "x",
        "f(" * 1300 + ")" * 1300,
        "(" * 4000,
        "'" * 3999,
        "case when " * 390,
    ],
)
def test_nothing_is_nested_too_deep_for_the_parser_itself(formula: str) -> None:
    assert reads_or_complains(formula)


# -- any text --------------------------------------------------------------------------------------------


def reads_or_complains(formula: str) -> bool:
    """The one promise for every text: nodes that lie in it, or a FormulaError at a place of it."""
    try:
        node = parse(formula)
    except FormulaError as error:
        assert 0 <= error.start <= error.end <= len(formula)
        assert error.message
        return True
    assert all(0 <= part.span[0] < part.span[1] <= len(formula) for part in node.walk())
    return True


@given(st.text(max_size=60))
def test_any_text(formula: str) -> None:
    assert reads_or_complains(formula)


SOUP = """
    and or not between in is null true false case when then else end where order by years distinct current all AND Is NULL
    count first sum percent coalesce x days_absent grades.mark . .. , ( ) () + - * / = <> < <= > >= == != % ; ' '' "
    'present' 'it''s' 0 1 0.10 1e3 5. ſ İ ٣
"""
WORDS = [*SOUP.split(), "\u00a0", "\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["", " "]))
@settings(max_examples=400)
def test_any_soup_of_the_words_of_the_language(words: list[str], between: str) -> None:
    assert reads_or_complains(between.join(words))


_PIECES = st.recursive(
    st.sampled_from(["x", "1", "'a'", "null", "grades.mark", "f()"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner).map(lambda parts: f"(not {parts[0]} = {parts[1]} and {parts[1]} is null)"),
        st.tuples(inner, inner).map(lambda parts: f"case when {parts[0]} then {parts[1]} end"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} between {parts[1]} and {parts[2]})"),
        inner.map(lambda part: f"first({part} order by x where {part} years all)"),
    ),
    max_leaves=12,
)


@given(_PIECES)
def test_what_follows_the_grammar_is_read(formula: str) -> None:
    node = parse(formula)
    assert parse(formula.upper().replace("'A'", "'a'").replace("X", "x").replace("GRADES.MARK", "grades.mark")) == node
    assert parse(f" ( {formula}\n) ") == node


@given(_PIECES, st.data())
def test_what_is_cut_or_doubled_is_told(formula: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(formula)))
    end = data.draw(st.integers(start, len(formula)))
    assert reads_or_complains(formula[:start] + formula[end:])
    assert reads_or_complains(formula[:end] + formula[start:])
