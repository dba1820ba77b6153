"""Subgroups over dated stays in programs: as of the day of the run, on any day of the year, on one day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, write_project
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.results import Run
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.problems import ProblemError

STUDENTS = ("all_year", "left", "joined", "in_and_out", "again", "last_year", "other", "no_row")
STAYS = """
    student_id,program,from_date,to_date
    all_year,el,2011-08-29,
    left,el,2011-08-29,2012-10-01
    joined,el,2012-10-02,2013-06-07
    in_and_out,el,2012-11-05,2012-11-30
    again,el,2012-08-27,2012-09-14
    again,el,2013-01-07,2013-02-01
    again,el,2013-04-01,
    last_year,el,2011-08-29,2012-06-08
    other,lunch,2012-08-27,
"""


def district(folder: Path, settings: Any, programs: str | None = STAYS, **keys: Any) -> Path:
    students = "\n".join(["student_id,grade_level", *(f"{student},9" for student in STUDENTS)])
    tables = {"students": students, "schools": "school_id,name\nA,Adams"} | ({} if programs is None else {"programs": programs})
    plain = measure(formula="count(true)")
    return write_project(folder, plain, settings={"as_of": "2013-05-31", "subgroups": settings, **keys}, **tables)


def sizes(run: Run, dimension: str) -> dict[str, int]:
    """How many students each subgroup of a dimension has."""
    rows = run.results.filter(dimension=dimension, level="district").select("subgroup", "n")
    return dict(rows.iter_rows())


def members(folder: Path, dimension: str, as_of: date) -> dict[bool | None, set[str]]:
    """By the row evaluator, who is in and who is not."""
    portfolio = read_portfolio(folder)
    units = TableUnits(read(make_plan(portfolio), Period(2013, "07-01", as_of), keep_going=False))
    node, _ = portfolio.subgroups[dimension]
    found: dict[bool | None, set[str]] = {}
    for student in units.ids("student"):
        found.setdefault(evaluate(node, units.unit("student", student)), set()).add(student)
    return found


@pytest.mark.parametrize(("on", "as_of", "expected"), [
    # On May 31 `joined` is still in (to June 7), and `again` for the third time.
    ("as_of", "2013-05-31", {"all_year", "joined", "again"}),
    # On November 16 `left` is out since October 1, `in_and_out` is in for these four weeks.
    ("as_of", "2012-11-16", {"all_year", "joined", "in_and_out"}),
    # The last day of a stay belongs to it.
    ("as_of", "2012-11-30", {"all_year", "joined", "in_and_out"}),
    ("as_of", "2012-12-03", {"all_year", "joined"}),
    # Any day of 2012-13: `last_year` had none, `left` the first three months.
    ("any_day", "2013-05-31", {"all_year", "left", "joined", "in_and_out", "again"}),
    # By October 1 `joined` and `in_and_out` have not begun.
    ("any_day", "2012-10-01", {"all_year", "left", "again"}),
    # October 1 is the last day of `left`, the day before the first of `joined`; `again` is between two stays.
    ("10-01", "2013-05-31", {"all_year", "left"}),
    ("2012-10-02", "2013-05-31", {"all_year", "joined"}),
    ("09-14", "2013-05-31", {"all_year", "left", "again"}),
    # A day after as-of reads as as-of.
    ("05-01", "2012-11-16", {"all_year", "joined", "in_and_out"}),
    ("2013-05-01", "2012-09-14", {"all_year", "left", "again"}),
])  # fmt: skip
def test_a_student_in_and_out_counts_as_on_says(tmp_path: Path, on: str, as_of: str, expected: set[str]) -> None:
    folder = district(tmp_path, {"el": {"program": "el", "on": on}})
    run = compute(folder, as_of=date.fromisoformat(as_of))
    assert sizes(run, "el") == {"Yes": len(expected), "No": len(STUDENTS) - len(expected)}
    assert members(folder, "el", date.fromisoformat(as_of)) == {True: expected, False: set(STUDENTS) - expected}


def test_without_on_it_is_as_of(tmp_path: Path) -> None:
    run = compute(district(tmp_path, {"el": {"program": "el"}, "lunch": {"program": "lunch"}}))
    assert sizes(run, "el") == {"Yes": 3, "No": 5}
    assert sizes(run, "lunch") == {"Yes": 1, "No": 7}


def test_stays_with_a_school_year_of_their_own(tmp_path: Path) -> None:
    """A file may say the year of its rows: a stay that goes on has a row in each."""
    rows = """
        school_year,student_id,program,from_date,to_date
        2011-12,all_year,el,2011-08-29,2012-06-08
        2012-13,all_year,el,2012-08-27,
        2011-12,last_year,el,2011-08-29,
        2012-13,left,el,2011-08-29,2012-06-30
    """
    run = compute(district(tmp_path, {"el": {"program": "el", "on": "any_day"}}, rows))
    assert sizes(run, "el") == {"Yes": 1, "No": 7}  # the last stay of `left` ended the day before the school year


def test_a_stay_that_ends_before_it_begins_has_no_day(tmp_path: Path) -> None:
    rows = "student_id,program,from_date,to_date\nleft,el,2012-10-05,2012-10-01"
    run = compute(district(tmp_path, {"el": {"program": "el", "on": "any_day"}, "lunch": {"program": "el", "on": "10-03"}}, rows))
    assert sizes(run, "el") == sizes(run, "lunch") == {"No": 8}


def test_without_the_file_it_is_unknown(tmp_path: Path) -> None:
    folder = district(tmp_path, {"el": {"program": "el", "on": "any_day"}, "grade": "grade_level"}, None)
    run = compute(folder)
    assert sizes(run, "el") == {"Unknown": 8}
    assert sizes(run, "grade") == {"9": 8}
    assert members(folder, "el", date(2013, 5, 31)) == {None: set(STUDENTS)}
    [warning] = [problem for problem in run.problems if problem.file == "data/programs.csv"]
    assert (warning.code, warning.severity) == ("missing-file", "warning")
    assert warning.message == "table 'programs': there is no such file: without it el is Unknown for everyone"


def test_a_row_set_aside_leaves_its_student_unknown(tmp_path: Path) -> None:
    broken = STAYS.replace("left,el,2011-08-29,2012-10-01", "left,el,2011-08-29,soon")
    folder = district(tmp_path, {"el": {"program": "el", "on": "any_day"}}, broken)
    assert sizes(compute(folder, keep_going=True), "el") == {"Yes": 4, "No": 3, "Unknown": 1}


def test_a_program_of_which_there_is_no_row_is_told(tmp_path: Path) -> None:
    run = compute(district(tmp_path, {"sped": {"program": "special_educaton"}}))
    assert sizes(run, "sped") == {"No": 8}
    [warning] = [problem for problem in run.problems if problem.code == "unknown-program"]
    assert warning.file == "data/programs.csv"
    assert warning.message == ("table 'programs', column 'program': no row of this school year is of a program that a subgroup "
                               "asks for: 'special_educaton', so sped is No for everyone")  # fmt: skip


def test_codes_of_the_file_are_labels(tmp_path: Path) -> None:
    labels = [{"value": "el", "label": "english_learner"}, {"value": "lunch", "label": "lunch"}]
    table = {"name": "programs", "schema": {"fields": [{"name": "program", "categories": labels}]}}
    folder = district(tmp_path, {"el": {"program": "english_learner", "on": "10-01"}}, tables=[table])
    assert sizes(compute(folder), "el") == {"Yes": 2, "No": 6}
    wrong = district(tmp_path, {"el": {"program": "english_learners", "on": "10-01"}}, tables=[table])
    [problem] = read_portfolio(wrong).problems
    assert (problem.code, problem.line) == ("unknown-name", 10)
    assert problem.message == "'english_learners' is no category of programs.program: english_learner, lunch"
    assert problem.help == "did you mean 'english_learner'?"


def test_measures_may_read_it(tmp_path: Path) -> None:
    folder = district(tmp_path, {"el": {"program": "el", "on": "any_day"}})
    write_project(folder, measure(formula="percent(subgroups.el)"), settings={
        "as_of": "2013-05-31", "subgroups": {"el": {"program": "el", "on": "any_day"}}})  # fmt: skip
    assert cell(compute(folder))["value"] == 62.5  # 5 of 8
    assert cell(compute(folder), dimension="el", subgroup="Yes")["value"] == 100.0


@pytest.mark.parametrize(("subgroup", "message"), [
    ({"on": "any_day"}, "say `formula:` or `program:`"),
    ({"formula": "true", "program": "el"}, "say `formula:` or `program:`"),
    ({"formula": "true", "on": "10-01"}, "`on:` says when a student must be in a program: say `program:`"),
    ({"program": "el", "on": "anyday"},
     "'anyday' is no time: write as_of, any_day, a month and day like 10-01, or a date"),
    ({"program": "el", "on": "2011-10-03"},
     "2011-10-03 is no day of the school year 2012-13, which runs from 2012-07-01 to 2013-06-30"),
])  # fmt: skip
def test_what_makes_no_sense_is_told(tmp_path: Path, subgroup: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError) as caught:
        compute(district(tmp_path, {"el": subgroup}))
    assert [problem.message for problem in caught.value.problems] == [message]
