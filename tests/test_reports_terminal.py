"""The report on a terminal: what it says, at every width, in colour and without, in ASCII, and of bad data."""

import io
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from report_runs import ABSENCE, ADAMS, LAKESIDE, OBSERVATION, PENA, STUDENTS, info, make_run, row, student
from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA, Run
from rttd_metrics.problems import Problem, ProblemError
from rttd_metrics.reports.numbers import difference, number, value_and_target, with_unit
from rttd_metrics.reports.selection import check_selection, parse_unit
from rttd_metrics.reports.terminal import render
from rttd_metrics.reports.terminal_students import MOST_ROWS
from rttd_metrics.reports.text import plain, shorten_names, to_ascii

VIEWS: list[dict[str, Any]] = [
    {},
    {"level": "district"},
    {"level": "school"},
    {"level": "classroom"},
    {"level": "student"},
    {"unit": ("school", "0101")},
    {"unit": ("school", "0101"), "level": "classroom"},
    {"unit": ("school", "0101"), "subgroup": "english_learner"},
    {"unit": ("classroom", "0101-1")},
    {"unit": ("student", "S1")},
    {"subgroup": "english_learner"},
    {"subgroup": "english_learner", "level": "school"},
    {"measures": ["observation"]},
]


def shown(run: Run, width: int = 80, **selection: Any) -> str:
    """What is printed on a terminal without colours."""
    file = io.StringIO()
    render(run, console=Console(file=file, width=width), **selection)
    return file.getvalue()


def line_of(text: str, part: str) -> str:
    [line] = [line for line in text.splitlines() if part in line]
    return " ".join(line.split())


def test_the_heading_says_whose_numbers_of_when() -> None:
    first, second, *_ = shown(make_run()).splitlines()
    assert first.split("  ")[0] == "Lakeside Unified"
    assert first.endswith("2012-13, as of 2012-11-16")
    assert second == "data through 2012-11-14 · run 3f9c2a71b0de"


def test_what_stands_beside_the_portfolio_is_shown_when_it_is_asked_for() -> None:
    measures = (ABSENCE, replace(OBSERVATION, portfolio=False))
    run = make_run(measures=measures, results=make_run().results.filter(pl.col("measure") != "educator_survey"))
    told = "1 more measure stands beside the portfolio: --all shows everything, --measure ID one."
    assert [part in shown(run, width=120) for part in ("Classroom observation score", told)] == [False, True]
    for asked in ({"everything": True}, {"measures": ["observation"]}):
        assert [part in shown(run, width=120, **asked) for part in ("Classroom observation score", told)] == [True, False]
    alone = make_run(measures=measures[1:], results=run.results.filter(pl.col("measure") == "observation"))
    assert "Classroom observation score" in shown(alone)  # a district without a portfolio sees what it has


def test_old_data_and_warnings_are_told() -> None:
    run = make_run(data_through=None, problems=(Problem("no-rows", "data/terms.csv has no rows", "warning"),))
    text = shown(run)
    assert "no dated data" in text
    assert "1 warning about the data" in text
    run = make_run(data_through=run.as_of.replace(day=1))
    assert "data through 2012-11-01 (15 days before)" in shown(run)  # 16 - 1


def test_measures_stand_under_their_conditions_in_the_order_of_the_paper() -> None:
    text = shown(make_run(), level="district")
    heads = ["Effective learning environments", "Effective student support", "Organizational efficacy"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    assert "3 measures:   ✗ 2 not met   ○ 1 in progress" in text


def test_a_measure_has_value_target_change_status_and_counts() -> None:
    text = shown(make_run(), level="district")
    assert line_of(text, "Chronically absent") == "Chronically absent students 17.3% ≤16.7% ▼-0.9 ✗ not met"
    assert line_of(text, "  chronic_absence") == "chronic_absence 1,234 students · 12 excluded · 3 missing"
    assert line_of(text, "Classroom observation") == "Classroom observation score 2.66 ≥2.70 ▲+0.06 ✗ not met"
    assert line_of(text, "  observation") == "observation 12 classrooms"
    # 55 - 70 = -15
    assert line_of(text, "Educators who") == "Educators who answered 55.0% ≥74.0% ▼-15.0 ○ in progress"
    assert "excluded: set aside by a rule" in text


def test_a_wide_page_has_counts_and_id_on_the_same_line() -> None:
    text = shown(make_run(), 140, level="district")
    assert line_of(text, "Chronically absent") == (
        "Chronically absent students 17.3% ≤16.7% ▼-0.9 ✗ not met 1,234 12 3 chronic_absence"
    )


def test_schools_stand_beside_the_district_and_its_targets() -> None:
    text = shown(make_run(), level="school")
    assert line_of(text, "Target") == "Target ≥2.70 ≤16.7"
    assert line_of(text, "0101") == "0101 Adams Elementary School 2.75 ✓ 14.2~✓"
    assert line_of(text, "0102") == "0102 Peña Bilingual Academy * ·"
    assert "Left out of tables in which they count nobody: educator_survey." in text


def test_the_legend_explains_what_was_printed_and_nothing_else() -> None:
    text = shown(make_run(), level="school")
    assert "· nobody to count" in text
    assert "* withheld: too few people behind it" in text
    assert "~ uncertain: fewer than 30 counted, or too close to the target to be sure" in text
    assert "in progress" not in text
    assert "uncertain" not in shown(make_run(), level="district")


def test_many_measures_are_split_into_tables_that_fit() -> None:
    measures = tuple(info(f"measure_{letter}", f"Measure {letter}") for letter in "abcdefghijklmn")
    rows = [row(measure.id, unit, 50.0, "no_target") for measure in measures for unit in (LAKESIDE, ADAMS, PENA)]
    run = make_run(rows, measures=measures)
    for width, tables in ((80, 3), (140, 2)):
        text = shown(run, width, level="school")
        lines = [line for line in text.splitlines() if line.startswith("0101")]
        assert len(lines) == tables
        assert sum(line.count("50.0 –") for line in lines) == 14
        counts = [line.count("50.0") for line in lines]
        assert max(counts) - min(counts) <= tables  # about as many columns in each


def test_one_school_stands_beside_the_district_then_its_classrooms() -> None:
    text = shown(make_run(), unit=("school", "0101"))
    assert text.startswith("Adams Elementary School (school 0101)")
    # 14.2 - 17.3 = -3.1; 2.75 - 2.66 = 0.09
    assert line_of(text, "Chronically absent") == "Chronically absent students 14.2%~ ≤16.7% 17.3% -3.1 ✓ met"
    assert line_of(text, "Classroom observation") == "Classroom observation score 2.75 ≥2.70 2.66 +0.09 ✓ met"
    assert "Not measured for a school: educator_survey." in text
    assert line_of(text, "0101-1") == "0101-1 Room 1 * 12.5~✓"


def test_a_unit_does_not_list_measures_of_nobody() -> None:
    text = shown(make_run(), unit=("school", "0102"))
    assert "Nobody to count here: chronic_absence." in text
    assert "* withheld" in line_of(text, "Classroom observation")


def test_a_classroom_stands_beside_its_school() -> None:
    # 12.5 - 14.2 = -1.7
    assert line_of(shown(make_run(), unit=("classroom", "0101-1")), "Chronically") == (
        "Chronically absent students 12.5%~ ≤16.7% 14.2% -1.7 ✓ met"
    )


def test_subgroups_stand_beside_everyone() -> None:
    text = shown(make_run(), subgroup="english_learner", measures=["chronic_absence", "educator_survey"])
    rows = [" ".join(line.split()) for line in text.splitlines() if line.startswith("  ")]
    assert rows == [
        "All 17.3% ≤16.7% ✗ not met 1,234",
        "No 16.1% ≤16.7% -1.2 ✓ met 1,034",  # 16.1 - 17.3
        "Yes 21.0% ≤16.7% +3.7 ✗ not met 200",  # 21.0 - 17.3
        "Unknown ≤16.7% · no units 0",
    ]
    assert "No subgroups of english_learner to show: educator_survey." in text


def test_subgroups_of_schools_are_a_table_a_measure() -> None:
    text = shown(make_run(), subgroup="english_learner", level="school", measures=["chronic_absence"])
    assert "Schools: Chronically absent students" in text
    assert line_of(text, " 21.0 ✗") == "Lakeside Unified 17.3 ✗ 21.0 ✗"
    assert line_of(text, "0101") == "0101 Adams Elementary School 14.2~✓ 25.0~✗"


def test_students_are_listed_with_a_warning_those_of_concern_first() -> None:
    text = shown(make_run(), 140, level="student")
    assert text.index("Internal: contains student-level information") < text.index("S1")
    rows = [" ".join(line.split()) for line in text.splitlines() if re.match(r"S\d", line)]
    assert rows == [
        "S1 all chronic_absence numerator 1 ✗ no",
        "S4 all chronic_absence missing",
        "S3 all chronic_absence excluded Enrolled fewer than 10 days",
        "S2 all chronic_absence n 0 ✓ yes",
    ]


def test_a_school_lists_what_counts_there_and_a_student_everything() -> None:
    rows = re.findall(r"^(S\d) +(\w+) ", shown(make_run(), level="student", unit=("school", "0101")), re.MULTILINE)
    assert rows == [("S3", "0101"), ("S1", "0101"), ("S2", "0101")]
    rows = re.findall(r"^(all|\d{4}) +chronic_absence +(\w+)", shown(make_run(), unit=("student", "S1")), re.MULTILINE)
    assert rows == [("all", "numerator"), ("0102", "numerator"), ("0101", "n")]


def test_a_long_list_of_students_says_how_much_is_left() -> None:
    many = [student(f"S{number:05d}", None, "n", 0.0, True) for number in range(MOST_ROWS + 7)]
    text = shown(make_run(student_results=pl.DataFrame(many, schema=STUDENT_RESULT_SCHEMA)), level="student")
    assert len(re.findall(r"^S\d", text, re.MULTILINE)) == MOST_ROWS
    assert "7 more rows are not shown" in text


def test_windows_of_a_measure_stand_apart() -> None:
    rows = [
        row("chronic_absence", LAKESIDE, 17.3, "no_target"),
        row("chronic_absence", LAKESIDE, 9.1, "no_target", window="last_20_days"),
    ]
    text = shown(make_run(rows), level="district")
    assert line_of(text, "Chronically absent students  ") == "Chronically absent students 17.3% – no target"
    assert (
        line_of(text, "Chronically absent students, last 20 days") == "Chronically absent students, last 20 days 9.1% – no target"
    )


@pytest.mark.parametrize("selection", VIEWS, ids=str)
@pytest.mark.parametrize("width", [80, 100, 120, 140, 200])
def test_no_line_is_wider_than_the_page_nor_ends_in_blanks(selection: dict[str, Any], width: int) -> None:
    for line in shown(make_run(), width, **selection).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("selection", VIEWS, ids=str)
def test_ascii_is_enough(selection: dict[str, Any]) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")  # strict: any other character raises
    render(make_run(), console=Console(file=file, width=80), **selection)
    file.flush()
    assert raw.getvalue()


def test_ascii_says_the_same() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    render(make_run(), console=Console(file=file, width=80))
    file.flush()
    text = raw.getvalue().decode()
    assert line_of(text, "Chronically absent") == "Chronically absent students 17.3% <=16.7% v-0.9 x not met"
    assert line_of(text, "0102") == "0102 Pena Bilingual Academy * ."


def test_colour_comes_beside_symbol_and_word_and_goes_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    def printed() -> str:
        file = io.StringIO()
        render(make_run(), console=Console(file=file, width=80, force_terminal=True, color_system="standard"))
        return file.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31m✗ not met" in printed()
    assert "\x1b[32m▼-0.9" in printed()  # down is the good side of an absence
    monkeypatch.setenv("NO_COLOR", "1")
    codes = {code for sequence in re.findall(r"\x1b\[([\d;]*)m", printed()) for code in sequence.split(";")}
    assert codes <= {"", "0", "1", "2"}  # bold and dim are no colours
    assert "✗ not met" in printed()


def test_data_cannot_play_tricks_with_the_terminal() -> None:
    name = "[red]Evil[/red] \x1b[2J\x1b]0;title\x07School\u202e\x9b31m\n:smile:"
    rows = [row("chronic_absence", LAKESIDE, 17.3, "met"), row("chronic_absence", ADAMS | {"unit_name": name}, 10.0, "met")]
    text = shown(make_run(rows, district_name="[bold]Lakeside"), 140)
    assert text.startswith("[bold]Lakeside ")
    assert "0101  [red]Evil[/red] School :smile:" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_nothing_to_show_is_said() -> None:
    run = make_run(results=pl.DataFrame(schema=RESULT_SCHEMA), student_results=pl.DataFrame(schema=STUDENT_RESULT_SCHEMA))
    assert "Nothing to show" in shown(run)
    assert "Nobody: none of the chosen measures counts single students here." in shown(run, level="student")
    assert "Nothing to show" in shown(make_run(), level="school", measures=["educator_survey"])


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        (ABSENCE, 12.35, "12.4%"),  # half away from zero, though 12.35 is a little less in binary
        (ABSENCE, 100.0, "100.0%"),
        (OBSERVATION, 2.675, "2.68"),
        (info("r", "r", aggregate="rate", per=100.0), 94.12, "94.1%"),
        (info("r", "r", aggregate="rate", per=1000.0), 1214.4, "1,214.40"),
        (info("c", "c", aggregate="count"), 1234.0, "1,234"),
        (info("s", "s", aggregate="sum"), 1234.0, "1,234"),
        (info("s", "s", aggregate="sum"), 0.5, "0.50"),
        (info("m", "m", aggregate="median"), 49.0, "49.00"),
        (OBSERVATION, -0.001, "0.00"),
        (OBSERVATION, 1e30, f"{10**30:,}.00"),
    ],
)
def test_values_are_written_as_their_aggregate_wants(measure: Any, value: float, expected: str) -> None:
    assert with_unit(measure, value) == expected


def test_a_value_that_misses_its_target_never_looks_like_it() -> None:
    assert value_and_target(ABSENCE, 16.74, 16.7) == ("16.74%", "16.70%")
    assert value_and_target(ABSENCE, 16.7, 16.7) == ("16.7%", "16.7%")
    assert value_and_target(ABSENCE, 17.3, 16.7) == ("17.3%", "16.7%")
    assert value_and_target(ABSENCE, 16.700001, 16.7) == ("16.700001%", "16.700000%")


def test_differences_are_signed_as_they_are_shown() -> None:
    assert difference(ABSENCE, 17.3, 18.2) == ("-0.9", -1)
    assert difference(OBSERVATION, 2.7, 2.6) == ("+0.10", 1)
    assert difference(ABSENCE, 17.34, 17.3) == ("0.0", 0)  # 0.04 rounds to nothing
    assert number(ABSENCE, 17.34) == "17.3"


def test_text_is_made_plain() -> None:
    assert plain("a\tb\r\nc\x00\x1b[1;31md\x1b[0m") == "a b cd"
    assert plain("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\") == "link"
    assert to_ascii("Peña – 学校") == "Pena ? ??"
    assert shorten_names(["Adams Elementary School", "Lakeside High School"], 30, "…") == [
        "Adams Elementary School",
        "Lakeside High School",
    ]
    assert shorten_names(["Washington Elementary School", "Lakeside High School"], 20, "…") == ["Washington Elem.", "Lakeside HS"]
    assert shorten_names(["Washington Elementary School"], 9, "…") == ["Washingt…"]


def test_a_selection_is_checked_with_suggestions() -> None:
    run = make_run()
    assert check_selection(run) == []
    for selection in VIEWS:
        assert check_selection(run, **selection) == []
    problems = check_selection(
        run, level="schol", unit=("school", "01010"), measures=["chronic_absense", "observation"], subgroup="english_learners"
    )
    assert [(problem.code, problem.help) for problem in problems] == [
        ("unknown-level", "did you mean 'school'?"),
        ("unknown-measure", "did you mean 'chronic_absence'?"),
        ("unknown-unit", "did you mean '0101'?"),
        ("unknown-subgroup", "did you mean 'english_learner'?"),
    ]


def test_a_unit_may_be_meant_by_its_name() -> None:
    for meant in ("adams elementary school", "Adams Elementry School", "adams"):
        [problem] = check_selection(make_run(), unit=("school", meant))
        assert problem.help == "did you mean '0101' (Adams Elementary School)?"


def test_a_wrong_student_reveals_no_other() -> None:
    [problem] = check_selection(make_run(), unit=("student", "S11"))
    assert problem.help is None
    assert not any(f"'{row['student_id']}'" in problem.message for row in STUDENTS)


@pytest.mark.parametrize(
    "selection",
    [
        {"unit": ("school", "0101"), "level": "district"},
        {"unit": ("classroom", "0101-1"), "level": "student"},
        {"level": "student", "subgroup": "english_learner"},
        {"unit": ("student", "S1"), "subgroup": "english_learner"},
    ],
    ids=str,
)
def test_what_cannot_go_together_is_refused(selection: dict[str, Any]) -> None:
    [problem] = check_selection(make_run(), **selection)
    assert problem.code == "selection"


def test_units_are_written_with_their_level() -> None:
    assert parse_unit("school:0102") == ("school", "0102")
    assert parse_unit("classroom:a:b") == ("classroom", "a:b")
    for text in ("0102", "school:", ""):
        with pytest.raises(ProblemError):
            parse_unit(text)
