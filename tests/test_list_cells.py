"""Cells that hold a list: the first item, or the only one."""

from pathlib import Path

import pytest

from projects import compute, measure, write_project, write_yaml
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.problems import ProblemError

LISTS = 'student_id,grades\n1,"09, 10"\n2,10\n3,""\n4,",11"\n5,"12,"\n'


def grades(folder: Path, item: str, text: str = LISTS) -> dict[str, str]:
    """By student, the grade level as a subgroup shows it."""
    fields = [{"name": "grade_level", "source": "grades", "item": item}]
    write_project(folder, measure(formula="count(true)"), students=text, schools="school_id,name\nA,First School",
                  settings={"subgroups": {"grade": "students.grade_level"},
                            "tables": [{"name": "students", "schema": {"fields": fields}}]})  # fmt: skip
    run = compute(folder)
    found = {row["subgroup"]: row["population"] for row in run.results.filter(level="district", dimension="grade").to_dicts()}
    return {subgroup: count for subgroup, count in found.items() if count}


def test_the_first_item(tmp_path: Path) -> None:
    """Of 4 the first is empty."""
    assert grades(tmp_path, "first") == {"9": 1, "10": 1, "12": 1, "Unknown": 2}


def test_the_only_item(tmp_path: Path) -> None:
    """1, 4 and 5 hold several, if empty ones: which counts is not known."""
    assert grades(tmp_path, "only") == {"10": 1, "Unknown": 4}


def test_an_item_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as stopped:
        grades(tmp_path, "first", 'student_id,grades\n1,"ninth,10"\n')
    assert [(found.code, found.line) for found in stopped.value.problems if found.severity == "error"] == [("type-error", 2)]


def test_no_other_item(tmp_path: Path) -> None:
    write_project(tmp_path, measure(formula="count(true)"), students="student_id\n1")
    project = {"district": {"id": "D", "name": "D"}, "school_year": "2012-13", "measures": ["measures"],
               "tables": [{"name": "students", "schema": {"fields": [{"name": "gender", "item": "last"}]}}]}  # fmt: skip
    write_yaml(tmp_path / "rttd.yml", project)
    with pytest.raises(ProblemError, match="'item' must be 'first' or 'only', not 'last'"):
        read_portfolio(tmp_path)
