"""Several school years at once: which there are, what each is, and where they go."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import rttd_metrics
from commands import rttd
from projects import cell, measure, write_project
from rttd_metrics.problems import ProblemError

STUDENTS = """
    school_year,student_id,gender
    2010-11,1,female
    2010-11,2,male
    2011-12,1,female
    2012-13,1,female
    2012-13,2,male
    2012-13,3,male
    """


@pytest.fixture
def project(tmp_path: Path) -> Path:
    counted = measure(formula="count(students.gender = 'male')", improvement="increase")
    return write_project(
        tmp_path / "project",
        counted,
        students=STUDENTS,
        schools="school_id,name\n0101,School\n",
        settings={"as_of": "2013-01-15"},
    )


def of_year(run: rttd_metrics.engine.results.Run) -> dict[str, float | None]:
    return {year.school_year: cell(year)["numerator"] for year in run.years}


def test_all_is_every_school_year_of_which_a_table_has_rows(project: Path) -> None:
    run = rttd_metrics.open(project).compute(school_year="all")
    assert of_year(run) == {"2010-11": 1, "2011-12": 0, "2012-13": 2}
    assert run.school_year == "2012-13"
    assert [other.school_year for other in run.other_years] == ["2010-11", "2011-12"]


def test_each_year_is_the_run_that_it_is_by_itself(project: Path) -> None:
    opened = rttd_metrics.open(project)
    run = opened.compute(school_year=["2012-13", "2010-11"])
    for year in run.years:
        alone = opened.compute(school_year=year.school_year)
        assert alone.run_id == year.run_id
        assert alone.results.equals(year.results)
        assert alone.as_of == year.as_of


def test_the_year_of_several_is_the_projects_or_the_last(project: Path) -> None:
    opened = rttd_metrics.open(project)
    assert opened.compute(school_year=["2012-13", "2010-11"]).school_year == "2012-13"
    assert opened.compute(school_year=["2011-12", "2010-11"]).school_year == "2011-12"


def test_a_day_is_for_the_year_it_lies_in(project: Path) -> None:
    run = rttd_metrics.open(project).compute(school_year="all", as_of=date(2011, 12, 1))
    assert {year.school_year: year.as_of for year in run.years} == {
        "2010-11": date(2011, 6, 30), "2011-12": date(2011, 12, 1), "2012-13": date(2013, 1, 15)}  # fmt: skip


def test_a_day_in_none_of_the_years_is_a_problem(project: Path) -> None:
    with pytest.raises(ProblemError) as raised:
        rttd_metrics.open(project).compute(school_year=["2010-11", "2012-13"], as_of=date(2011, 12, 1))
    assert [problem.code for problem in raised.value.problems] == ["as-of"]


def test_years_are_told_by_dates_where_no_table_names_them(tmp_path: Path) -> None:
    late = {"formula": "count(incidents where incidents.action = 'other') > 0"}
    incidents = """
        incident_id,student_id,date,action
        1,1,2011-09-01,other
        2,1,2012-06-30,other
        3,1,2012-07-01,other
        """
    project = write_project(
        tmp_path / "project", measure(formula="percent(late)"), facts={"student": {"late": late}},
        students="student_id\n1\n", schools="school_id,name\n0101,School\n", incidents=incidents)  # fmt: skip
    assert [year.school_year for year in rttd_metrics.open(project).compute(school_year="all").years] == ["2011-12", "2012-13"]


def test_the_files_hold_every_year_oldest_first(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = rttd(
        "compute", project, "--school-year", "2012-13", "--school-year", "2010-11", "--out", out, "--format", "csv,json", code=0
    )
    assert "Computed too, for --out: 2010-11 (run " in " ".join(ended.stdout.split())
    rows = pl.read_csv(out / "results.csv")
    assert rows["school_year"].unique(maintain_order=True).to_list() == ["2010-11", "2012-13"]
    [other] = json.loads((out / "manifest.json").read_text())["other_years"]
    assert (other["school_year"], other["run_id"]) == ("2010-11", rows["run_id"][0])
    assert len(json.loads((out / "results.json").read_text())["results"]) == rows.height


def test_what_is_no_school_year_is_told(project: Path) -> None:
    ended = rttd("compute", project, "--school-year", "every", code=2)
    assert "'every' is no school year" in ended.stderr
