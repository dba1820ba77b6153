"""What may be said under `windows`, and what commands show of the windows."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commands import rttd
from projects import measure, write_project
from rttd_metrics.definitions.json_schema import json_schema
from test_windows import FACTS, RATE, small_district

_SCHEMA = Draft202012Validator(json_schema("measure"))
SETTINGS = {"as_of": "2012-09-21"}


def _problems(folder: Path, windows: Any, formula: str = "sum(absent)", facts: Any = FACTS) -> list[tuple[str, int, str, str]]:
    project = write_project(folder, measure(formula=formula, windows=windows), facts=facts)
    found = rttd("validate", project, "--output-format", "json", code=1).problems
    return [(problem["code"], problem["line"], problem["message"], problem["help"]) for problem in found]


@pytest.mark.parametrize("windows", [
    ["year_to_date"], ["year_to_date", "last_1_days"], ["grading_period", "year_to_date"],
    ["last_999_days", "year_to_date", "last_20_days"],
])  # fmt: skip
def test_what_windows_may_be(tmp_path: Path, windows: list[str]) -> None:
    project = write_project(tmp_path, measure(formula="sum(absent)", windows=windows), facts=FACTS)
    assert rttd("validate", project, code=0).stdout == "1 measure with 0 examples: no problems.\n"
    assert _SCHEMA.is_valid(measure(formula="sum(absent)", windows=windows))


@pytest.mark.parametrize("windows", [
    ["year_to_date", "last_0_days"], ["year_to_date", "semester"], ["last_20_days"], [], "year_to_date",
    ["year_to_date", "year_to_date"],
])  # fmt: skip
def test_the_schema_for_editors_refuses_what_the_check_does(windows: Any) -> None:
    assert not _SCHEMA.is_valid(measure(formula="sum(absent)", windows=windows))


@pytest.mark.parametrize("window", ["last_0_days", "last_020_days", "last_1000_days", "last_days", "last_20_day", "semester", ""])
def test_what_is_no_window(tmp_path: Path, window: str) -> None:
    [(code, line, message, _)] = _problems(tmp_path, ["year_to_date", window])
    assert (code, line) == ("wrong-value", 11)
    assert f"'{window}' is no window: year_to_date, grading_period, or last_20_days with a number from 1 to 999" in message


def test_a_window_is_given_once(tmp_path: Path) -> None:
    windows = ["year_to_date", "last_20_days", "last_20_days"]
    assert _problems(tmp_path, windows) == [("window", 12, "the window 'last_20_days' is given twice", "delete one")]


def test_the_year_to_date_is_always_there(tmp_path: Path) -> None:
    [(code, line, message, help_)] = _problems(tmp_path, ["last_20_days"])
    assert (code, line, help_) == ("window", 10, "write [year_to_date, last_20_days]")
    assert message == "`windows` lacks year_to_date: other windows stand beside the year to date, not in its place"
    [(code, _, _, help_)] = _problems(tmp_path, [])
    assert (code, help_) == ("window", "write [year_to_date]")


@pytest.mark.parametrize(("formula", "facts"), [
    ("percent(grade_level > 4)", {}),
    ("sum(marks)", {"student": {"marks": "count(grades)"}}),
    ("sum(school.rooms)", {"school": {"rooms": "count(sections)"}}),
])  # fmt: skip
def test_a_window_needs_rows_with_dates(tmp_path: Path, formula: str, facts: Any) -> None:
    assert _problems(tmp_path, ["year_to_date", "grading_period"], formula, facts) == [(
        "window", 11, "a window cuts rows by their date, and no fact of this measure reads a table with dates",
        "write [year_to_date], or let a fact read a table that has `date:`",
    )]  # fmt: skip
    assert rttd("validate", write_project(tmp_path / "plain", measure(formula=formula), facts=facts), code=0).problems == []


@pytest.mark.parametrize(("formula", "facts"), [
    ("sum(twice)", {"student": {"twice": "2 * once", "once": "count(incidents)"}}),
    ("sum(school_days(school.school_id, '2012-09-01', as_of))", {}),
    ("sum(school.held)", {"school": {"held": "count(calendar)"}}),
])  # fmt: skip
def test_rows_with_dates_may_be_far_away(tmp_path: Path, formula: str, facts: Any) -> None:
    project = write_project(tmp_path, measure(formula=formula, windows=["year_to_date", "last_5_days"]), facts=facts)
    assert rttd("validate", project, code=0).problems == []


# -- what commands show ---------------------------------------------------------------------------------------------


def _project(folder: Path, **more: Any) -> Path:
    return write_project(folder, RATE | more, facts=FACTS, settings=SETTINGS, **small_district())


def test_the_report_shows_each_window_and_one_alone(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    every = rttd("compute", folder, code=0).stdout
    assert "1 measure:" in every
    shown = [line.split("  ")[0] for line in every.splitlines() if "24.4%" in line or "35.3%" in line]
    assert shown == ["A measure", "A measure, last 5 days"]  # 10/41, and 6/17
    assert "--window NAME (last_5_days, year_to_date)" in " ".join(every.split())
    alone = rttd("compute", folder, "--window", "last_5_days", code=0).stdout
    assert "24.4%" not in alone
    assert "A measure, last 5 days" in alone
    assert "1 measure:" in alone
    before = rttd("compute", folder, "--as-of", "2012-09-06", "--window", "last_5_days", code=0).stdout
    assert "Nothing to show" in before


def test_a_school_whose_window_is_not_full_is_told(tmp_path: Path) -> None:
    shown = rttd("compute", _project(tmp_path), "--unit", "school:C", code=0).stdout
    assert "Window not full here yet: m, last 5 days." in shown
    assert "Not measured" not in shown


def test_a_window_that_no_measure_has(tmp_path: Path) -> None:
    ended = rttd("compute", _project(tmp_path), "--window", "last_6_days", "--output-format", "json", code=2)
    assert ended.message("unknown-window") == "there is no window 'last_6_days' in this run"


def test_fail_on_looks_at_the_year_to_date(tmp_path: Path) -> None:
    """By the year to date 24.4 % has met a target of 30, by the last five days 35.3 % has not."""
    folder = _project(tmp_path, target={"annual": {"2012-13": 30.0}})
    rttd("compute", folder, "--fail-on", "not_met", code=0)
    rttd("compute", _project(tmp_path, target={"annual": {"2012-13": 20.0}}), "--fail-on", "not_met", code=1)


def test_the_catalog_says_which_windows(tmp_path: Path) -> None:
    folder = _project(tmp_path, windows=["year_to_date", "last_5_days", "grading_period"])
    text = rttd("catalog", folder, "--format", "md", code=0).stdout
    assert (
        "From the first day of school to the as-of date; beside it the school’s last 5 instructional days and the grading" in text
    )


def test_files_have_the_column(tmp_path: Path) -> None:
    folder, out = _project(tmp_path), tmp_path / "out"
    rttd("compute", folder, "--out", out, "--format", "csv,json,xlsx", code=0)
    rows = (out / "student_results.csv").read_text(encoding="utf-8").splitlines()
    place = rows[0].split(",").index("window")
    assert {row.split(",")[place] for row in rows[1:]} == {"year_to_date", "last_5_days"}
    assert '"windows": [\n' in (out / "results.json").read_text(encoding="utf-8")
