"""Projects as a whole: parameters and shipped measures, faults beside faults, what a calendar and stays can say."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from projects import cell, compute, measure, write_project
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.problems import ProblemError

SHIPPED = {"measures": ["package:library/attendance/chronic-absence.yml"]}
STUDENTS = "student_id,grade_level\n1,4\n2,9"
SCHOOLS = "school_id,name\nA,Adams"
ENROLLMENTS = "student_id,school_id,entry_date\n1,A,2012-09-04\n2,A,2012-09-04"


def attendance(absent: int, days: int) -> str:
    """Student 1 absent on the first of these days of September and October, student 2 never."""
    dates = [date(2012, 9 + number // 20, 1 + number % 20) for number in range(days)]
    rows = [f"{student},{day},{'absent' if student == 1 and place < absent else 'present'}"
            for student in (1, 2) for place, day in enumerate(dates)]  # fmt: skip
    return "\n".join(["student_id,date,status", *rows])


def test_one_shipped_measure_with_another_threshold(tmp_path: Path) -> None:
    settings = SHIPPED | {"parameters": {"chronic_threshold": 0.15}}
    folder = write_project(tmp_path, settings=settings, students=STUDENTS, schools=SCHOOLS, enrollments=ENROLLMENTS,
                           attendance=attendance(5, 40))  # fmt: skip
    # 5 of 40 days are 12.5 per cent: chronic at the shipped 10, not at the district's 15; the shipped examples still hold
    assert cell(compute(folder), measure="chronic_absence")["numerator"] == 0
    write_project(tmp_path, settings=SHIPPED)
    assert cell(compute(folder), measure="chronic_absence")["numerator"] == 1


def test_a_measure_of_the_project_stands_in_for_the_shipped_one(tmp_path: Path) -> None:
    own = measure(id="chronic_absence", formula="percent(absence_rate >= 0.5)", population="participating is true")
    folder = write_project(tmp_path, own, settings={"measures": ["package:library/attendance", "measures"]})
    [found] = [one for one in read_portfolio(folder).measures if one.id == "chronic_absence"]
    assert found.document.file == "measures/chronic_absence.yml"


def test_a_measure_file_is_read_with_its_project(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(tall)", population="tall is not null"),
                           facts={"student": {"tall": "grade_level > 3"}})  # fmt: skip
    assert read_portfolio(folder / "measures" / "m.yml").problems == ()


def test_a_faulty_facts_file_does_not_accuse_those_who_use_its_facts(tmp_path: Path) -> None:
    facts = {"student": {"tall": {"formula": "grade_level > 3", "tilte": "Tall"}, "short": "grade_lvel < 3"}}
    folder = write_project(tmp_path, measure(formula="percent(tall)", population="tall is not null"), facts=facts)
    found = [(problem.file, problem.code, problem.help) for problem in read_portfolio(folder).problems]
    assert found == [
        ("measures/facts.yml", "unknown-key", "did you mean 'title'?"),
        ("measures/facts.yml", "formula", "did you mean 'grade_level'?"),
    ]


def test_a_measure_built_on_a_broken_fact_through_another_is_not_accused_too(tmp_path: Path) -> None:
    facts = {"student": {"notes": "count(attendence)", "noted": "notes > 3"}}
    built = measure(population="participating", formula="percent(noted)", at_school="own",
                    examples=[{"name": "noted", "given": {"participating": True}, "expect": "n"}])  # fmt: skip
    folder = write_project(tmp_path, built, facts=facts)
    [problem] = read_portfolio(folder).problems
    assert (problem.file, problem.line, problem.help) == ("measures/facts.yml", 2, "did you mean 'attendance'?")


def test_the_faults_of_measures_are_told_with_those_of_the_project(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(true)", tagret={}), settings={"atendance": "daily"})
    with pytest.raises(ProblemError) as caught:
        read_portfolio(folder)
    assert [(problem.file, problem.code) for problem in caught.value.problems] == [
        ("rttd.yml", "unknown-key"), ("measures/m.yml", "unknown-key")]  # fmt: skip


def test_an_id_of_many_digits_stays_as_it_is_written(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="count(true)"), students=STUDENTS, schools=SCHOOLS, enrollments=ENROLLMENTS)
    project = yaml.safe_load((folder / "rttd.yml").read_text(encoding="utf-8")) | {"district": {"id": 1234567, "name": "D"}}
    (folder / "rttd.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    assert compute(folder).results["district_id"].unique().to_list() == ["1234567"]


@pytest.mark.parametrize("terms", [
    {"terms": "term_id,type,start_date,end_date\nT,year,2012-09-04,2013-06-14"},
    {"terms": "term_id,type,start_date,end_date\nF,semester,2012-09-04,2012-12-20\nS,semester,2013-01-07,2013-06-14"},
    {},
])  # fmt: skip
def test_a_calendar_kept_until_november_does_not_end_the_year(tmp_path: Path, terms: dict[str, str]) -> None:
    judged = measure(formula="percent(grade_level > 3)", final="year_end", target={"annual": {"2012-13": 50}})
    folder = write_project(tmp_path, judged, settings={"as_of": "2012-11-16"}, students=STUDENTS, schools=SCHOOLS,
                           enrollments=ENROLLMENTS, calendar="school_id,date\nA,2012-11-15\nA,2012-11-16", **terms)  # fmt: skip
    assert cell(compute(folder))["status"] == "in_progress"


def test_overlapping_stays_are_told_and_a_move_on_one_day_is_not(tmp_path: Path) -> None:
    stays = """
        student_id,school_id,entry_date,exit_date
        1,A,2012-09-04,2012-12-20
        1,B,2012-12-01,
        2,A,2012-09-04,2012-12-20
        2,B,2012-12-20,
    """
    folder = write_project(tmp_path, measure(formula="count(true)"), students=STUDENTS, schools="school_id,name\nA,Adams\nB,Burr",
                           enrollments=stays)  # fmt: skip
    [problem] = [problem for problem in compute(folder).problems if problem.code == "overlap"]
    assert (problem.severity, problem.file, problem.line) == ("warning", "data/enrollments.csv", 3)


def test_a_name_is_for_showing_only(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(population="students.name = 'Ann'", formula="count(true)"))
    [problem] = read_portfolio(folder).problems
    assert "no column 'name'" in problem.message
