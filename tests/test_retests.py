"""Retests: of several valid attempts at a test the best, the first or the last one counts, as the project says."""

from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, value, write_project
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read

STUDENTS = "student_id,school_id,grade_level,participating\n" + "\n".join(f"{number},A,5,true" for number in range(1, 8))
TABLES = {"students": STUDENTS, "schools": "school_id,name\nA,Adams"}
HEAD = "student_id,assessment,subject,window,date,attempt,test_status,proficient,scale_score,growth_percentile\n"
# 1 by number: no, yes, no.  2 by day: yes, no.  3: the first is invalid, the second no, the third yes.  4 only once.
# 5: neither number nor day tells the attempts apart.  6 was never validly tested.  7 has an attempt without a result.
STATE = (
    HEAD
    + """\
1,state,mathematics,,2013-04-01,2,tested,true,220,
1,state,mathematics,,2013-04-01,1,tested,false,190,
1,state,mathematics,,2013-04-01,3,tested,false,205,
2,state,mathematics,,2013-05-06,,tested,false,180,
2,state,mathematics,,2013-04-01,,tested,true,230,
3,state,mathematics,,2013-04-01,1,invalid,true,300,
3,state,mathematics,,2013-04-15,2,tested,false,170,
3,state,mathematics,,2013-05-01,3,tested,true,215,
4,state,mathematics,,,,tested,true,240,
5,state,mathematics,,,,tested,false,150,
5,state,mathematics,,,,tested,true,250,
6,state,mathematics,,2013-04-01,1,absent,,,
7,state,mathematics,,2013-04-01,1,tested,,,
7,state,mathematics,,2013-05-01,2,tested,false,160,
"""
)
STATE_MEASURE = "package:library/assessment/state-proficiency.yml"
MATH = "state_proficiency.mathematics"
EXPECTED = {
    "best": {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "7": 0},  # 5 of 6
    "first": {"1": 0, "2": 1, "3": 0, "4": 1, "5": 1, "7": 0},  # 3 of 6
    "last": {"1": 0, "2": 0, "3": 1, "4": 1, "5": 1, "7": 0},  # 3 of 6
}


def district(folder: Path, retest: str | None, *packages: str, assessments: str = STATE) -> Path:
    parameters = {} if retest is None else {"retest": retest}
    settings = {"as_of": "2013-06-07", "parameters": parameters, "measures": list(packages)}
    return write_project(folder, settings=settings, assessments=assessments, **TABLES)


def chosen(retest: str) -> dict[str, Any]:
    return {"as_of": "2013-06-07", "parameters": {"retest": retest}}


@pytest.mark.parametrize("retest", ["best", "first", "last", None])
def test_which_attempt_makes_a_student_proficient(tmp_path: Path, retest: str | None) -> None:
    folder = district(tmp_path, retest, STATE_MEASURE)
    run, expected = compute(folder), EXPECTED[retest or "best"]
    assert {student: value(run, student, measure=MATH) for student in expected} == expected
    found = cell(run, measure=MATH)
    assert (found["missing"], found["n"], found["numerator"]) == (1, 6, float(sum(expected.values())))
    [asked] = [one for one in read_portfolio(folder).measures if one.id == MATH]
    units = TableUnits(read(make_plan(read_portfolio(folder)), Period(2013, "07-01", run.as_of), keep_going=False))
    assert {student: units.unit("student", student).role(asked).value for student in expected} == expected


GROWTH = (
    HEAD
    + """\
1,state,mathematics,,2013-04-01,1,tested,,,30
1,state,mathematics,,2013-05-01,2,tested,,,55
1,state,mathematics,,2013-06-01,3,tested,,,40
2,state,mathematics,,2013-04-01,1,tested,,,70
"""
)


@pytest.mark.parametrize(("retest", "median"), [
    ("best", 62.5),  # of 55 and 70
    ("first", 50.0),  # of 30 and 70
    ("last", 55.0),  # of 40 and 70
])  # fmt: skip
def test_which_growth_percentile_counts(tmp_path: Path, retest: str, median: float) -> None:
    own = measure(formula="median(math_growth_percentile)")
    run = compute(write_project(tmp_path, own, settings=chosen(retest), assessments=GROWTH, **TABLES))
    assert cell(run)["value"] == median


WINDOWS = (
    HEAD
    + """\
1,interim,reading,fall,2012-09-10,1,tested,,200,
1,interim,reading,fall,2012-09-20,2,tested,,206,
1,interim,reading,spring,2013-05-06,1,tested,,215,
1,interim,reading,spring,2013-05-20,2,tested,,209,
"""
)


@pytest.mark.parametrize(("retest", "points"), [
    ("best", 9.0),  # 215 - 206
    ("first", 15.0),  # 215 - 200
    ("last", 3.0),  # 209 - 206
])  # fmt: skip
def test_growth_is_between_the_attempts_that_count(tmp_path: Path, retest: str, points: float) -> None:
    own = measure(formula="avg(growth_points.reading)")
    run = compute(write_project(tmp_path, own, settings=chosen(retest), assessments=WINDOWS, **TABLES))
    assert cell(run)["value"] == points


@pytest.mark.parametrize(("retest", "message", "hint"), [
    ("lsat", "parameter 'retest' is one of best, first, last, not lsat", "did you mean 'last'?"),
    (True, "parameter 'retest' is a text, not true or false", None),
])  # fmt: skip
def test_another_choice_is_told(tmp_path: Path, retest: Any, message: str, hint: str | None) -> None:
    [problem] = read_portfolio(district(tmp_path, retest, STATE_MEASURE)).problems
    assert (problem.message, problem.help) == (message, hint)
    assert (problem.file, problem.code) == ("rttd.yml", "wrong-value" if hint else "type")


def test_facts_of_ones_own_may_have_choices(tmp_path: Path) -> None:
    facts = {"choices": {"count_as": ["days", "hours"]}, "parameters": {"count_as": "hrs"},
             "student": {"counted": "case when count_as = 'days' then 1 else 7 end"}}  # fmt: skip
    folder = write_project(tmp_path, measure(formula="avg(counted)"), facts=facts, **TABLES)
    [problem] = read_portfolio(folder).problems
    assert (problem.file, problem.line) == ("measures/facts.yml", 6)
    assert problem.message == "parameter 'count_as' is one of days, hours, not hrs"
