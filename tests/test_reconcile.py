"""`rttd reconcile`: published figures against ours, and the students behind a difference."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import measure, write_csv, write_project
from rttd_metrics.data.published import published_value

FACTS = {"student": {"days_missed": "count(attendance where attendance.absent >= 0.5)"}}
ABSENT = measure(
    id="absent",
    population="grade_level between 1 and 8",
    exclude=[{"when": "exit_type = 'transferred_out'", "because": "Verified transfer"}],
    formula="percent(days_missed >= 2)",
    improvement="decrease",
)
STUDENTS = """
    student_id,grade_level,exit_type,english_learner
    1,4,,true
    2,4,,false
    3,5,,false
    4,9,,false
    5,4,transferred_out,false
    6,,,false
"""
STAYS = """
    student_id,school_id,entry_date
    1,A,2012-09-04
    2,A,2012-09-04
    3,B,2012-09-04
    4,B,2012-09-04
    5,A,2012-09-04
    6,A,2012-09-04
"""
DAYS = """
    student_id,date,status
    1,2012-09-04,absent
    1,2012-09-05,absent
    2,2012-09-04,absent
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Counted are 1, 2 and 3, of whom 1 missed two days: 33.3 % in the district, 50 % at school A, 0 % at B."""
    return write_project(
        tmp_path / "district", ABSENT, facts=FACTS, settings={"subgroups": {"english_learner": "students.english_learner"}},
        students=STUDENTS, schools="school_id,name\nA,Adams\nB,Burr", enrollments=STAYS, attendance=DAYS,
    )  # fmt: skip


def cells(folder: Path, official: str, code: int) -> dict[tuple[str, str], dict[str, Any]]:
    """By unit and subgroup, what is said of each cell."""
    write_csv(folder / "official.csv", official)
    rows = json.loads(rttd("reconcile", folder, folder / "official.csv", "--output-format", "json", code=code).stdout)["cells"]
    return {(row["unit_id"], row["subgroup"]): row for row in rows}


def test_figures_agree_to_the_decimals_that_are_published(folder: Path) -> None:
    found = cells(folder, "measure,level,unit_id,value,n\nabsent,district,,33.3,3\nabsent,school,A,50%,2\nabsent,school,B,0,1", 0)
    assert {key: row["outcome"] for key, row in found.items()} == dict.fromkeys(
        [("D", "all"), ("A", "all"), ("B", "all")], "agrees"
    )


def test_differences_have_a_size_and_a_sign(folder: Path) -> None:
    found = cells(folder, "measure,level,unit_id,value,n\nabsent,district,,33.4,3\nabsent,school,A,50.0,4", 1)
    district, school = found["D", "all"], found["A", "all"]
    assert (district["outcome"], district["difference"]) == ("differs", -0.066667)  # 33.333333 - 33.4
    # the value agrees, but it is made of other students: that is a difference too
    assert (school["outcome"], school["our_n"], school["published_n"]) == ("agrees", 2, 4)
    assert found["B", "all"]["outcome"] == "only_ours"  # schools are published, but not this one


def test_ranges_withheld_cells_and_cells_we_lack(folder: Path) -> None:
    official = """
        measure,level,unit_id,dimension,subgroup,value
        absent,district,,english_learner,Yes,GE95
        absent,district,,english_learner,No,<5
        absent,school,A,,,21-39
        absent,school,B,,,*
        absent,school,C,,,12
    """
    found = cells(folder, official, 1)
    assert {key: row["outcome"] for key, row in found.items()} == {
        ("D", "Yes"): "agrees",  # 1 of 1 is 100
        ("D", "No"): "agrees",  # 0 of 2
        ("A", "all"): "differs",
        ("B", "all"): "withheld",
        ("C", "all"): "only_theirs",
    }
    assert found["A", "all"]["difference"] == 50 - 39


def test_students_on_one_side_are_parted_by_a_clause(folder: Path, tmp_path: Path) -> None:
    write_csv(folder / "official.csv", "measure,value\nabsent,33.3")
    # the state counts 2 among the absent, 4, 5 and 6 at all, and does not know 3
    write_csv(folder / "state.csv", """
        student_id,counted,numerator
        1,true,true
        2,true,true
        4,true,
        5,true,
        6,true,
        99,true,
    """)  # fmt: skip
    rttd("reconcile", folder, folder / "official.csv", "--students", folder / "state.csv", "--out", tmp_path / "out", code=1)
    with (tmp_path / "out" / "students.csv").open() as stream:
        found = {row["student_id"]: (row["side"], row["role"], row["clause"]) for row in csv.DictReader(stream)}
    assert found == {
        "2": ("numerator_theirs", "n", "days_missed >= 2"),
        "3": ("only_ours", "n", "counted here, not in their file"),
        "4": ("only_theirs", "outside", "grade_level between 1 and 8"),
        "5": ("only_theirs", "excluded", "Verified transfer"),
        "6": ("only_theirs", "missing", "grade_level between 1 and 8"),
        "99": ("only_theirs", "outside", "not in the table students"),
    }
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").glob("*.csv")} == {0o600}


def test_the_text_counts_students_and_names_none(folder: Path) -> None:
    write_csv(folder / "official.csv", "measure,value\nabsent,30")
    write_csv(folder / "state.csv", "student_id\n1\n2\n3\n5")
    text = rttd("reconcile", folder, folder / "official.csv", "--students", folder / "state.csv", code=1).stdout
    assert "1 cells: 1 differ" in " ".join(text.split())
    assert "absent, district 33.3% 30 +3.3" in " ".join(text.split())
    assert "counted by the state, not here Verified transfer 1" in " ".join(text.split())


@pytest.mark.parametrize(("official", "line", "message"), [
    ("measur,value\nabsent,1", 1, "the header lacks 'measure'"),
    ("measure,value\nabsnt,1", 2, "the project has no measure 'absnt'"),
    ("measure,value,level\nabsent,1,schol", 2, "'schol' is no level"),
    ("measure,value,level\nabsent,1,school", 2, "a school needs its id in 'unit_id'"),
    ("measure,value,school_year\nabsent,1,2012-14", 2, "'2012-14' is no school year"),
])  # fmt: skip
def test_a_faulty_file_is_told_by_line(folder: Path, official: str, line: int, message: str) -> None:
    write_csv(folder / "official.csv", official)
    ended = rttd("reconcile", folder, folder / "official.csv", "--output-format", "json")
    assert (ended.code, [(problem["line"], problem["message"]) for problem in ended.problems]) == (1, [(line, message)])


@pytest.mark.parametrize(("text", "low", "high"), [
    ("61.5", 61.5, 61.5), ("61.5 %", 61.5, 61.5), ("1,234", 1234, 1234), ("21-39", 21, 39), ("20 to 24", 20, 24),
    ("<5", -1e300, 5), ("LE5", -1e300, 5), (">=95", 95, 1e300), ("GE95", 95, 1e300),
])  # fmt: skip
def test_published_numbers(text: str, low: float, high: float) -> None:
    value = published_value(text)
    assert value is not None
    assert (value.low, value.high) == (low, high)


@pytest.mark.parametrize("text", ["", "*", "N<10", "n/a", "PS", "nan", "inf"])
def test_what_tells_no_number_is_withheld(text: str) -> None:
    assert published_value(text) is None
