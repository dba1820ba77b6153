"""Problems as text and as JSON: places, carets, hints, and that no file can play tricks with a terminal."""

import json

import pytest

from rttd_metrics.problems import (
    Problem,
    ProblemError,
    did_you_mean,
    render_json,
    render_text,
    suggest,
)


def shown(source: str, *problems: Problem, color: bool = False) -> str:
    return render_text(problems, lambda file: source, color)


def carets(source: str, column: int, end_column: int | None = None) -> tuple[str, str]:
    """The source line and the caret line, without the gutter."""
    text = shown(source, Problem("c", "m", file="f.yml", line=1, column=column, end_column=end_column))
    _, line, under = text.split("\n\n")[0].split("\n")
    return line[len("    1 | ") :], under[len("      | ") :]


def test_text_has_the_place_the_line_carets_and_help():
    source = "id: a\nlevel: schol\n"
    problem = Problem("wrong-value", "'level' is wrong", help="did you mean 'school'?",
                      file="measures/a.yml", line=2, column=8, end_column=8 + len("schol"))  # fmt: skip
    assert shown(source, problem) == (
        "measures/a.yml:2:8: error[wrong-value]: 'level' is wrong\n"
        "    2 | level: schol\n"
        "      |        ^^^^^\n"
        "      help: did you mean 'school'?\n"
        "\n"
        "Found 1 error."
    )


def test_text_without_a_place_or_a_source_is_the_message_alone():
    assert shown("", Problem("no-project", "there is no project")) == ("error[no-project]: there is no project\n\nFound 1 error.")
    unread = render_text([Problem("c", "m", file="gone.yml", line=3, column=1)], lambda file: None)
    assert unread == "gone.yml:3:1: error[c]: m\n\nFound 1 error."
    assert shown("one line", Problem("c", "m", file="f", line=9)) == "f:9: error[c]: m\n\nFound 1 error."


def test_a_line_without_a_column_has_no_carets():
    assert shown("a: 1", Problem("c", "m", file="f", line=1)).splitlines()[1:3] == ["    1 | a: 1", ""]


def test_no_problems_are_no_text():
    assert render_text([], lambda file: None) == ""


@pytest.mark.parametrize(
    ("errors", "warnings", "summary"),
    [
        (1, 0, "Found 1 error."),
        (3, 1, "Found 3 errors and 1 warning."),
        (0, 2, "Found 2 warnings."),
        (1, 1, "Found 1 error and 1 warning."),
    ],
)
def test_summary_counts_errors_and_warnings(errors: int, warnings: int, summary: str):
    problems = [Problem("c", "m")] * errors + [Problem("c", "m", "warning")] * warnings
    assert shown("", *problems).endswith("\n\n" + summary)


def test_order_is_by_file_line_and_column_as_numbers():
    places = [("b.yml", 1, 1), ("a.yml", 10, 2), ("a.yml", 9, 30), ("a.yml", 10, 1)]
    problems = [Problem("c", "m", file=file, line=line, column=column) for file, line, column in places]
    listed = json.loads(render_json([*problems, Problem("c", "whole")]))["problems"]
    assert [(each["file"], each["line"], each["column"]) for each in listed] == [
        (None, None, None),
        ("a.yml", 9, 30),
        ("a.yml", 10, 1),
        ("a.yml", 10, 2),
        ("b.yml", 1, 1),
    ]


def test_json_has_every_key_in_order():
    text = render_json([Problem("c", "é", "warning", "h", "f", 1, 2, 3)])
    assert list(json.loads(text)["problems"][0].items()) == [
        ("code", "c"), ("severity", "warning"), ("message", "é"), ("help", "h"),
        ("file", "f"), ("line", 1), ("column", 2), ("end_column", 3),
    ]  # fmt: skip
    assert text.isascii()
    assert json.loads(render_json([])) == {"problems": []}


def test_carets_stand_below_what_a_terminal_shows():
    assert carets("a: bad", 4, 7) == ("a: bad", "   ^^^")
    assert carets("\ta: bad", 5, 8) == ("    a: bad", "       ^^^")  # a tab is four spaces
    assert carets("名: bad", 4, 7) == ("名: bad", "    ^^^")  # 名 is two columns wide
    assert carets("a: 名前", 4, 6) == ("a: 名前", "   ^^^^")
    assert carets("e\u0301: bad", 5, 8) == ("e\u0301: bad", "   ^^^")  # the accent has no column of its own


def test_carets_where_there_is_no_text():
    assert carets("a:", 3, 3) == ("a:", "  ^")
    assert carets("a:", 99) == ("a:", "  ^")
    assert carets("a: b", 4) == ("a: b", "   ^")


def test_a_long_line_is_cut_around_the_place():
    source = "x" * 500 + "bad" + "y" * 500
    line, under = carets(source, 501, 504)
    assert len(line) == 1 + 120 + 1  # an ellipsis on both sides
    assert line[0] == line[-1] == "…"
    assert line[under.index("^") : under.index("^") + under.count("^")] == "bad"
    line, under = carets(source, 501)
    assert under.strip() == "^"
    line, under = carets("x" * 5000, 1, 5001)
    assert under == "^" * 120


def test_line_breaks_are_those_of_editors():
    source = "a: 1\r\nb: 2\rc: \u2028 3\nd: 4"
    lines = [shown(source, Problem("c", "m", file="f", line=n)).splitlines()[1] for n in (1, 2, 3, 4)]
    assert lines == ["    1 | a: 1", "    2 | b: 2", "    3 | c: \ufffd 3", "    4 | d: 4"]


def test_a_byte_order_mark_is_no_column():
    assert carets("\ufeffa: 1", 1, 2) == ("a: 1", "^")


def test_control_characters_reach_no_terminal():
    evil = "\x1b]0;title\x07\x9b31m\u202e\u2066\u200b\x7f\r"
    problem = Problem(f"c{evil}", f"m{evil}\nforged: error", help=f"h{evil}", file=f"f{evil}", line=1, column=1)
    text = render_text([problem], lambda file: f"source {evil}".replace("\r", ""))
    assert all(char == "\n" or char.isprintable() for char in text)
    assert len(text.splitlines()) == 6  # head, source, carets, help, an empty line, summary
    assert "␛]0;title␇" in text


def test_color_is_asked_for():
    problem = Problem("c", "m", help="h", file="f", line=1, column=1)
    plain, colored = shown("a", problem), shown("a", problem, color=True)
    assert "\x1b" not in plain
    assert colored.count("\x1b[") > 4
    assert "m[0m" not in colored.replace("\x1b[0m", "")


def test_suggest_finds_the_closest():
    assert suggest("tagret", ["target", "title", "owner"]) == "target"
    assert suggest("Target", ["target"]) == "target"
    assert suggest("STUDENT", ["Student", "school"]) == "Student"
    assert suggest("zzz", ["target"]) is None
    assert suggest("target", []) is None
    assert suggest("x" * 100_000, ["x" * 100_000]) is None  # no time for it
    assert suggest("aa", iter(["ab", "ac"])) == suggest("aa", iter(["ac", "ab"]))


def test_did_you_mean():
    assert did_you_mean("schol", ["school"]) == "did you mean 'school'?"
    assert did_you_mean("zzz", ["school"]) is None


def test_problem_error_holds_its_problems_and_reads_as_text():
    problems = (Problem("c", "first", file="f", line=1, column=2), Problem("c", "second"))
    error = ProblemError(iter(problems))
    assert error.problems == problems
    assert str(error) == "f:1:2: first\nsecond"
