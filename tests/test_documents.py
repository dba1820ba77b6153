"""YAML with positions: what is read, what is refused, and that every place leads to the right characters."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rttd_metrics.documents import Document, Span, load, parse, tree
from rttd_metrics.problems import LINE_BREAK, Problem, ProblemError


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def both_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PyYAML's parser in C, where it is built, and the one in Python."""
    monkeypatch.setattr(tree, "_LOADER", getattr(yaml, request.param, yaml.SafeLoader))
    yield


def faults(text: str) -> list[Problem]:
    with pytest.raises(ProblemError) as caught:
        parse(text, "m.yml")
    return list(caught.value.problems)


def at(document: Document, span: Span) -> str:
    """The characters that stand at a place."""
    return LINE_BREAK.split(document.text)[span.line - 1][span.column - 1 : span.end_column - 1]


def inside(text: str, part: str) -> str:
    """What stands where `part` of the value of the key `k` is."""
    document = parse(text, "m.yml")
    start = document.value["k"].index(part)
    return at(document, document.span_inside(("k",), start, start + len(part)))


# Values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
        ("0", 0), ("12", 12), ("-7", -7), ("+7", 7), ("0.10", 0.1), (".5", 0.5), ("-18.25", -18.25),
        ("True", "True"), ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("Null", "Null"),
        ("012", "012"), ("0x1F", "0x1F"), ("0o7", "0o7"), ("1_000", "1_000"), ("1:30", "1:30"), ("1e3", "1e3"),
        ("5.", "5."), ("1.5e3", "1.5e3"), ("00.5", "00.5"), ("2012-11-16", "2012-11-16"), ("2012-13", "2012-13"),
        (".inf", ".inf"), (".nan", ".nan"), ("=", "="), ("٣", "٣"),
        ("'12'", "12"), ('"true"', "true"), ("''", ""), ('"\\t"', "\t"),
        ("1" * 18, int("1" * 18)), ("1" * 19, "1" * 19), ("1" * 5000, "1" * 5000),
        ("9" * 400 + ".0", "9" * 400 + ".0"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("both_parsers")
def test_only_plain_words_and_decimal_numbers_are_more_than_text(written: str, value: object):
    read = parse(f"k: {written}\n", "m.yml").value["k"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.usefixtures("both_parsers")
def test_keys_are_text():
    document = parse("{1: a, NO: b, true: c, 2011-12: d, '': e, 0.5: f}", "m.yml")
    assert document.value == {"1": "a", "NO": "b", "true": "c", "2011-12": "d", "": "e", "0.5": "f"}


@pytest.mark.usefixtures("both_parsers")
def test_nested_lists_and_mappings():
    document = parse("a: [1, {b: 2}, []]\nc:\n- d: e\n  f: {}\n-\n", "m.yml")
    assert document.value == {"a": [1, {"b": 2}, []], "c": [{"d": "e", "f": {}}, None]}


def test_raw_is_a_scalar_as_written():
    document = parse("a: true\nb: 0.10\nc: [1, 2]\nd: 'x'\ne:\n", "m.yml")
    assert [document.raw((key,)) for key in "abde"] == ["true", "0.10", "x", ""]
    assert document.raw(("c", 1)) == "2"
    for path in [("c",), ("zz",)]:
        with pytest.raises(KeyError):
            document.raw(path)


# Places


@pytest.mark.usefixtures("both_parsers")
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_places_of_keys_and_values(line_break: str, start: str):
    text = "# é 名\nid: 名前\n'ä key': [one, {two: 2}]\nmap:\n  deep:   'x y'  # why\n  none:\nlist:\n  - first\n  - second: s\n"
    document = parse(start + text.replace("\n", line_break), "m.yml")
    assert document.span_of_key(("id",)) == Span(2, 1, 3)
    assert document.span_of_value(("id",)) == Span(2, 5, 7)
    assert document.span_of_key(("ä key",)) == Span(3, 1, 8)
    assert document.span_of_value(("ä key",)) == Span(3, 10, 25)
    assert document.span_of_value(("ä key", 1, "two")) == Span(3, 22, 23)
    assert document.span_of_value(("map", "deep")) == Span(5, 11, 16)
    assert document.span_of_value(("map",)) == Span(5, 3, 7)  # a block starts with its first key
    assert document.span_of_value(("map", "none")) == document.span_of_key(("map", "none")) == Span(6, 3, 7)
    assert document.span_of_value(("list",)) == Span(8, 3, 10)
    assert document.span_of_value(("list", 0)) == document.span_of_key(("list", 0)) == Span(8, 5, 10)
    assert document.span_of_value(("list", 1)) == document.span_of_key(("list", 1)) == Span(9, 5, 11)
    assert document.span_of_value(()) == document.span_of_key(()) == Span(2, 1, 3)


@pytest.mark.usefixtures("both_parsers")
def test_what_goes_over_several_lines_is_placed_on_its_first():
    document = parse("a: [one,\n  two]\nb: one\n  two\nc: |  # text\n  one\nd: 'one   \n  two'\n", "m.yml")
    starts = [at(document, document.span_of_value((key,))) for key in "abcd"]
    assert starts == ["[one", "one", "|  # text", "'one"]


def test_an_unknown_path_is_its_nearest_parent():
    document = parse("map:\n  deep: 1\n", "m.yml")
    assert document.span_of_key(("map", "gone", 3)) == document.span_of_key(("map",)) == Span(1, 1, 4)
    assert document.span_of_value(("gone",)) == Span(1, 1, 4)
    assert document.span_inside(("map", "gone"), 0, 1) == document.span_of_value(("map",))


def test_a_problem_takes_the_place_of_the_value_the_key_or_the_inside():
    document = parse("formula: 'a + b'\n", "m.yml")
    problem = document.problem(("formula",), "c", "m", help="h", severity="warning")
    assert problem == Problem("c", "m", "warning", "h", "m.yml", 1, 10, 17)
    assert document.problem(("formula",), "c", "m", key=True).column == 1
    inner = document.problem(("formula",), "c", "m", inside=(4, 5))
    assert inner == Problem("c", "m", "error", None, "m.yml", 1, 11 + 4, 11 + 5)


# Inside a text


@pytest.mark.usefixtures("both_parsers")
@pytest.mark.parametrize(
    "text",
    [
        "k: one two  # c\n",
        "k: one\n  two\n",
        "k:\n  one\n\n  two\n",
        "k: 'it''s two'\n",
        "k: 'it''s  \n\n   two'\n",
        'k: "\\u00e9\\x41\\"\\t two"\n',
        'k: "on\\\n   e two"\n',
        'k: "a\\\n\n\n   b two"\n',
        "k: |\n  one\n   two\n",
        "k: |2-\n     one\n  two\n",
        "k: |+ # c\n\n    é名😀\n\n    two\n\n",
        "k: >\n  one\n  two\n",
        "k: >-\n\n  one\n\n\n    more\n    more\n\n  one\n  two\n",
        "k: >1+\n  one\n  \n two\n\n# c\n",
        "k: |\n  one\n  two",
        "{k: one\n two}",
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_word_inside_a_text_is_found(text: str, line_break: str):
    assert inside(text.replace("\n", line_break), "two") == "two"


@pytest.mark.usefixtures("both_parsers")
def test_escapes_are_found_whole():
    assert inside('k: "a \\u00e9 b"\n', "é") == "\\u00e9"
    assert inside('k: "a \\n b"\n', "\n") == "\\n"
    assert inside("k: 'it''s'\n", "'s") == "''s"
    assert inside('k: "a\\U0001F600"\n', "😀") == "\\U0001F600"


def test_a_part_of_several_lines_is_placed_on_its_first():
    assert inside("k: >\n  count(a   \n  where b)\n", "a    where") == "a"
    assert inside("k: |\n  count(a\n  where b)\n", "count(a\nwhere") == "count(a"


def test_a_place_between_characters():
    document = parse("k: 'ab'\nempty: ''\n", "m.yml")
    assert document.span_inside(("k",), 1, 1) == Span(1, 6, 6)
    assert document.span_inside(("k",), 2, 2) == Span(1, 6 + 1, 7)  # behind the last
    assert document.span_inside(("k",), 99, 120) == Span(1, 7, 7)
    assert document.span_inside(("k",), -5, 1) == Span(1, 5, 6)
    assert document.span_inside(("empty",), 0, 0) == Span(2, 8, 10)


def test_a_value_that_is_no_text_has_an_inside_too():
    document = parse("k: false\n", "m.yml")
    assert document.span_inside(("k",), 1, 3) == Span(1, 5, 7)


TEXT = st.text(st.sampled_from("ab c\n\t'\"\\:#é名😀-|>%\u2028"), min_size=1, max_size=40)


def check_every_character(text: str, path: tuple[str | int, ...], value: str) -> None:
    document = parse(text, "m.yml")
    assert document.raw(path) == value
    for index, char in enumerate(value):
        found = at(document, document.span_inside(path, index, index + 1))
        if char == "\n":  # a break, which no line holds, its escape, or a break that YAML alone knows
            assert found in {"", "\\n", "\x85"} or found.startswith(("\\u", "\\x")), (text, index, found)
        elif found.startswith("\\") and found != char:
            assert yaml.safe_load(f'"{found}"') == char
        elif char == "'":
            assert found in {"'", "''"}
        else:
            assert found == char or (char == " " and found == ""), (text, index, found)  # "": a folded break


@settings(deadline=None, max_examples=400)
@given(
    text=TEXT,
    style=st.sampled_from(["'", '"', "|", ">", None]),
    width=st.integers(5, 30),
    unicode=st.booleans(),
    line_break=st.sampled_from(["\n", "\r\n"]),
    indent=st.integers(2, 6),
)
def test_every_character_of_a_dumped_text_is_found(*, text, style, width, unicode, line_break, indent):
    value = {"k": [{"key": "x"}, {"deep": text}]}
    dumped = yaml.dump(value, default_style=style, width=width, allow_unicode=unicode, indent=indent)
    source = dumped.replace("\n", line_break)
    check_every_character(source, ("k", 1, "deep"), parse(source, "m.yml").value["k"][1]["deep"])


LINE = st.text(st.sampled_from("ab é名'\"#:\t"), max_size=8).map(str.rstrip)


@settings(deadline=None, max_examples=400)
@given(
    lines=st.lists(LINE, min_size=1, max_size=6),
    style=st.sampled_from("|>"),
    chomping=st.sampled_from(["", "-", "+"]),
    indent=st.integers(1, 4),
    explicit=st.booleans(),
    end=st.sampled_from(["", "\n", "\n\n"]),
)
def test_every_character_of_a_block_is_found(*, lines, style, chomping, indent, explicit, end):
    lines = ["text", *lines] if not explicit else lines
    assume(any(line.strip(" ") for line in lines))
    # The mapping around it starts in the first column, so that the indicator counts from there.
    header = f"{style}{indent if explicit else ''}{chomping}"
    source = f"k: {header}\n" + "\n".join(" " * indent + line for line in lines) + end
    check_every_character(source, ("k",), parse(source, "m.yml").value["k"])


# What is refused


@pytest.mark.usefixtures("both_parsers")
def test_every_problem_is_reported_not_only_the_first():
    text = (
        "a: 1\n"
        "a: 2\n"
        "b: {c: 1, c: 2, c: 3}\n"
        "d: &anchor 1\n"
        "e: *anchor\n"
        "<<: {f: 1}\n"
        "g: !!str x\n"
        "h: !local [x]\n"
        '"i\\0": "\\x1b"\n'
        "j: [x\n"
    )
    found = [(problem.code, problem.line, problem.column) for problem in faults(text)]
    assert found == [
        ("duplicate-key", 2, 1),
        ("duplicate-key", 3, 11),
        ("duplicate-key", 3, 17),
        ("yaml-anchor", 4, 4),
        ("yaml-alias", 5, 4),
        ("merge-key", 6, 1),
        ("yaml-tag", 7, 4),
        ("yaml-tag", 8, 4),
        ("control-character", 9, 1),
        ("control-character", 9, 8),
        ("yaml-syntax", 10, 4),
    ]


def test_a_duplicate_key_names_its_first_line():
    (problem,) = faults("a:\n  b: 1\n  'b': 2\n")
    assert problem == Problem("duplicate-key", "the key 'b' stands twice: first on line 2", file="m.yml",
                              line=3, column=3, end_column=6)  # fmt: skip


@pytest.mark.usefixtures("both_parsers")
@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "not-a-mapping", 1, 1),
        ("# only a comment\n", "not-a-mapping", 1, 1),
        ("\n- a\n- b\n", "not-a-mapping", 2, 1),
        ("just text\n", "not-a-mapping", 1, 1),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("? [a]\n: b\n", "yaml-key", 1, 3),
        ("a: {{ name }}\n", "yaml-key", 1, 5),
        ("?\n: b\n", "yaml-key", 1, 2),
        ("*a : b\n", "yaml-alias", 1, 1),
        ("&a b: c\n", "yaml-anchor", 1, 1),
        ("a: ! b\n", "yaml-tag", 1, 4),
        ("a: b\x1b[0m\n", "control-character", 1, 5),
        ("é: 1\r\nb: \x00\r\n", "control-character", 2, 4),
        ("a: \ufeff\n", "control-character", 1, 4),
        ('a: "\\u0085"\n', "control-character", 1, 4),
    ],
)
def test_what_definitions_do_not_use_is_refused(text: str, code: str, line: int, column: int):
    (problem,) = faults(text)
    assert (problem.code, problem.line, problem.column, problem.file) == (code, line, column, "m.yml")


ASTRAY = "this does not continue what stands above: its indentation or a quote is wrong"


@pytest.mark.parametrize("char", ["\ud800", "\udfff"])
def test_half_a_character_is_refused(char: str):
    assert [problem.code for problem in faults(f"a: {char}\n")] == ["control-character"]


@pytest.mark.usefixtures("both_parsers")
@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: 'it\nc: 3\n", 2, 4, "this quote is never closed"),
        ('a: 1\nb: "it\n', 2, 4, "this quote is never closed"),
        ('a: "x\n---\n"\n', 1, 4, "this quote is not closed before a line of --- or ..."),
        ('a: "\\d+"\n', 1, 5, "this is no escape of a double-quoted text"),
        ('a: "x\\xZZ"\n', 1, 6, "this is no escape of a double-quoted text"),
        ("a:\n\tb: 1\n", 2, 1, "a tab stands where YAML wants spaces"),
        ("a: @x\n", 1, 4, "a text cannot start with '@'"),
        ("a: `x`\n", 1, 4, "a text cannot start with '`'"),
        ("a: %x\n", 1, 4, "a text cannot start with '%'"),
        ("a: [1, 2\nb: 3\n", 1, 4, "this list is not closed, or a comma is missing in it"),
        ("a: {b: 1\nc: 3\n", 1, 4, "this mapping is not closed, or a comma is missing in it"),
        ("a: b: c\n", 1, 5, "a ':' is not expected here"),
        ("a: 1\n  b: 2\n", 2, 4, "a ':' is not expected here"),
        ("a: - x\n", 1, 4, "a list cannot start here"),
        ("a: 1\nfoo\nb: 2\n", 2, 1, "this line is no `key: value`"),
        ("a: 1\nfoo\n", 2, 1, "this line is no `key: value`"),
        ("a: ]\n", 1, 4, "a value is missing here"),
        ("a: |x\n  b\n", 1, 5, "this is no header of a text block"),
        ("a: !x!y z\n", 1, 4, "this is no YAML that definitions may use"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, ASTRAY),
        ("a: 'x' y\n", 1, 8, ASTRAY),
    ],
)
def test_syntax_errors_are_said_in_our_words(text: str, line: int, column: int, message: str):
    (problem,) = faults(text)
    assert problem.code == "yaml-syntax"
    assert (problem.line, problem.column, problem.message) == (line, column, message)


def test_the_depth_is_limited_before_anything_recurses():
    deepest = "a: " + "[" * 31 + "]" * 31
    assert parse(deepest, "m.yml").value  # the mapping itself is the 32nd
    for text in ("a: " + "[" * 32 + "]" * 32, "a: " + "[" * 400_000, "- " * 20_000, "{a: " * 20_000):
        (problem,) = faults(text)
        assert problem.code == "too-deep"


def test_the_number_of_values_is_limited():
    (problem,) = faults("a: [" + "1," * 100_000 + "]")
    assert (problem.code, problem.line) == ("too-large", 1)


def test_aliases_never_expand():
    names = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in names)
    assert {problem.code for problem in faults(bomb)} == {"yaml-anchor", "yaml-alias"}


@given(st.text(st.sampled_from("ab:- \n'\"[]{},#&*!|>%@`\t\\é\r?~<\u2028"), max_size=60))
@settings(deadline=None, max_examples=500)
def test_any_text_is_a_document_or_problems_with_places(text: str):
    try:
        document = parse(text, "m.yml")
    except ProblemError as error:
        assert error.problems
        lines = LINE_BREAK.split(text)
        for problem in error.problems:
            assert problem.line is not None and problem.column is not None
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    else:
        assert isinstance(document.value, dict)


# Files


def test_load_reads_a_file(tmp_path: Path):
    (tmp_path / "m.yml").write_bytes("\ufefftitle: Größe\r\n".encode())
    document = load(tmp_path / "m.yml", "measures/m.yml")
    assert (document.file, document.value) == ("measures/m.yml", {"title": "Größe"})
    assert document.span_of_value(("title",)) == Span(1, 8, 13)


def load_fault(path: Path) -> Problem:
    with pytest.raises(ProblemError) as caught:
        load(path, "m.yml")
    (problem,) = caught.value.problems
    assert problem.file == "m.yml"
    assert str(path.parent) not in problem.message  # the shown name, not where the machine keeps it
    return problem


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path):
    assert load_fault(tmp_path / "none.yml").code == "missing-file"
    assert load_fault(tmp_path).code == "not-a-file"
    (tmp_path / "m.yml").write_text("a: 1")
    assert load_fault(tmp_path / "m.yml" / "n.yml").code == "unreadable-file"
    assert load_fault(tmp_path / "a\0b").code == "unreadable-file"
    (tmp_path / "loop.yml").symlink_to(tmp_path / "loop.yml")
    assert load_fault(tmp_path / "loop.yml").code == "unreadable-file"
    os.mkfifo(tmp_path / "pipe.yml")
    assert load_fault(tmp_path / "pipe.yml").code == "not-a-file"


def test_a_large_file_is_refused(tmp_path: Path):
    content = b"a: 1\n# " + b"x" * 1_000_000
    (tmp_path / "m.yml").write_bytes(content[:1_000_000])
    assert load(tmp_path / "m.yml", "m.yml").value == {"a": 1}
    (tmp_path / "m.yml").write_bytes(content[:1_000_001])
    assert load_fault(tmp_path / "m.yml").code == "too-large"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("a: 1\nb: Größe\n".encode("cp1252"), 2, 4 + 2),
        ("\ufeffé: ü\r\n".encode() + b"\xe9", 2, 1),
        ("a: 1".encode("utf-16"), 1, 1),
    ],
)
def test_another_encoding_is_a_problem_with_a_place(tmp_path: Path, content: bytes, line: int, column: int):
    (tmp_path / "m.yml").write_bytes(content)
    problem = load_fault(tmp_path / "m.yml")
    assert (problem.code, problem.line, problem.column) == ("encoding-error", line, column)
