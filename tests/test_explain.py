"""`rttd explain`: a measure, one student to the row, a school and its target; and that a change said to flip a role does."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import rttd_metrics
from commands import rttd
from projects import LAKESIDE, measure, write_project
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.results import Run
from rttd_metrics.jobs.explain import When, explain_students

FACTS = {
    "student": {
        "days_missed": {"formula": "count(attendance where attendance.absent >= 0.5)", "title": "Days missed"},
        "days_held": {"formula": "count(attendance)", "title": "Days held"},
        "share_missed": {"formula": "days_missed / days_held", "title": "Share of days missed"},
    }
}
ABSENT = measure(
    id="absent",
    title="Often absent",
    population="participating and grade_level <= 8",
    exclude=[{"when": "days_held < 3", "because": "Fewer than three days"}],
    formula="percent(share_missed >= 0.25)",
    improvement="decrease",
    at_school="own",
    target={"annual": {"2012-13": 30}},
)
STUDENTS = """
    student_id,grade_level,participating
    1,4,true
    2,4,true
    3,4,true
    4,9,true
    5,,true
"""
STAYS = """
    student_id,school_id,entry_date,exit_date
    1,A,2012-09-03,2012-09-06
    1,B,2012-09-07,
    2,A,2012-09-03,
    3,A,2012-09-03,
    4,A,2012-09-03,
    5,A,2012-09-03,
"""
# Student 1 was absent on two of four days at A and on none of four at B; student 2 on none of four.
DAYS = """
    student_id,school_id,date,status
    1,A,2012-09-03,absent
    1,A,2012-09-04,present
    1,A,2012-09-05,absent
    1,A,2012-09-06,present
    1,B,2012-09-07,present
    1,B,2012-09-10,present
    1,B,2012-09-11,present
    1,B,2012-09-12,present
    2,A,2012-09-03,present
    2,A,2012-09-04,present
    2,A,2012-09-05,present
    2,A,2012-09-06,present
    3,A,2012-09-03,present
    3,A,2012-09-04,absent
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(
        tmp_path / "district", ABSENT, facts=FACTS, settings={"as_of": "2012-09-12"},
        students=STUDENTS, schools="school_id,name\nA,Adams\nB,Burr", enrollments=STAYS, attendance=DAYS,
    )  # fmt: skip


def explained(folder: Path, *arguments: str) -> dict[str, Any]:
    return json.loads(rttd("explain", "absent", folder, *arguments, "--output-format", "json", code=0).stdout)


def test_a_mover_is_explained_for_the_year_and_at_each_school(folder: Path) -> None:
    whole, at_a, at_b = explained(folder, "--student", "1")["views"]
    assert (whole["school_id"], whole["role"], whole["value"]) == (None, "numerator", 1.0)  # 2 / 8 = 0.25, which is enough
    assert (at_a["school_id"], at_a["counts"], at_a["role"]) == ("A", False, "numerator")  # 2 / 4
    assert (at_b["school_id"], at_b["counts"], at_b["role"]) == ("B", True, "n")  # 0 / 4
    shares = [{fact["name"]: fact["value"] for fact in view["facts"]}["share_missed"] for view in (whole, at_a, at_b)]
    assert shares == [2 / 8, 2 / 4, 0 / 4]


def test_every_row_behind_a_fact_is_named_by_file_and_line(folder: Path) -> None:
    whole = explained(folder, "--student", "1")["views"][0]
    [missed] = [fact["rows"][0] for fact in whole["facts"] if fact["name"] == "days_missed"]
    assert [row["places"] for row in missed["rows"]] == [[["data/attendance.csv", 2]], [["data/attendance.csv", 4]]]
    assert [(row["date"], row["absent"]) for row in missed["rows"]] == [("2012-09-03", 1.0), ("2012-09-05", 1.0)]
    assert missed["passed_over"] == 6


def test_clauses_say_what_holds_and_which_decides(folder: Path) -> None:
    told = {student: explained(folder, "--student", student)["views"][0] for student in "1345"}
    clauses = {(clause["formula"], clause["value"], clause["decides"]) for clause in told["1"]["clauses"]}
    assert clauses == {
        ("participating", True, False),
        ("grade_level <= 8", True, False),
        ("days_held < 3", False, False),
        ("share_missed >= 0.25", True, True),
    }
    assert told["3"]["role"] == "excluded"
    assert told["3"]["reason"] == "Fewer than three days"
    [excluding] = [clause for clause in told["3"]["clauses"] if clause["decides"]]
    assert (excluding["because"], excluding["named"]) == ("Fewer than three days", {"days_held": 2.0})
    assert told["4"]["role"] == "outside"
    [deciding] = [clause for clause in told["4"]["clauses"] if clause["decides"]]
    assert (deciding["formula"], deciding["value"], deciding["named"]) == ("grade_level <= 8", False, {"grade_level": "9"})
    assert (told["5"]["role"], told["5"]["reason"]) == ("missing", "population unknown")
    assert [clause["formula"] for clause in told["5"]["clauses"] if clause["decides"]] == ["grade_level <= 8"]


def test_the_smallest_changes_are_said_with_their_arithmetic(folder: Path) -> None:
    changes = {one["action"]: one for one in explained(folder, "--student", "1")["views"][0]["changes"]}
    # 2 of 8: one absence fewer leaves 1 of 7, one of them made present 1 of 8, and with one day present more it is 2 of 9.
    assert {action: (one["rows"], one["facts"]["share_missed"]) for action, one in changes.items()} == {
        "remove": (1, [2 / 8, 1 / 7]),
        "change": (1, [2 / 8, 1 / 8]),
        "add": (1, [2 / 8, 2 / 9]),
    }
    # 0 of 4: one day of five more is a fifth, two of six a third; one of four changed is a quarter.
    changes = {one["action"]: one for one in explained(folder, "--student", "2")["views"][0]["changes"]}
    assert "add" not in changes  # there is no absence of hers to make another like
    # 2 days are too few to count: with a third she would
    [added] = [one for one in explained(folder, "--student", "3")["views"][0]["changes"] if one["action"] == "add"]
    assert (added["rows"], added["role"]) == (1, "numerator")  # 1 of 3, or 2 of 3


def test_a_school_says_who_counts_and_how_far_its_target_is(folder: Path) -> None:
    # Students 2 (counted), 3 (excluded) and 5 (missing) count at A; 4 is outside, 1 counts at B.
    found = explained(folder, "--unit", "school:A")
    assert {(one["role"], one["reason"]): one["units"] for one in found["roles"]} == {
        ("excluded", "Fewer than three days"): 1,
        ("missing", "population unknown"): 1,
        ("n", None): 1,
    }
    assert found["missing"] == [{"unit_id": "5", "reason": "population unknown"}]
    assert (found["value"], found["target"], found["short"], found["nearest"]) == (0.0, 30.0, 0, [])
    # In the district 1 of 2 is absent: 50 %, and at most 30 % of 2 = 0.6 may be, so one is too many.
    district = explained(folder, "--unit", "district:D")
    assert (district["n"], district["numerator"], district["short"]) == (2, 1.0, 1)
    assert [one["student_id"] for one in district["nearest"]] == ["1"]


def test_a_measure_is_explained_without_data(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    found = explained(folder)
    assert found["formula"] == "percent(share_missed >= 0.25)"
    assert found["words"].startswith("Of participating students in grade 8 or below, leaving out those")
    assert [fact["name"] for fact in found["facts"]] == ["days_held", "share_missed"]
    assert {part["name"]: part["columns"] for part in found["facts"][1]["facts"]}["days_missed"] == [
        "attendance.student_id",
        "attendance.absent",
        "attendance.status",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["absent", "--student", "77"], 1, "the data have no such student"),
        (["absnt"], 1, "did you mean 'absent'?"),
        (["absent", "--unit", "school:X"], 1, "the measure has no school 'X'"),
        (["absent", "--unit", "schol:A"], 1, "there is no level 'schol'"),
        (["absent", "--unit", "A"], 2, "write LEVEL:ID"),
        (["absent", "--unit", "school:A", "--student", "1"], 2, "two questions"),
        (["absent", "--as-of", "12.9.2012"], 2, "is no date"),
        (["absent", "--student", "1", "--school-year", "twelve"], 2, "is no school year"),
    ],
)
def test_what_cannot_be_explained_is_said(folder: Path, arguments: list[str], code: int, says: str) -> None:
    ended = rttd("explain", arguments[0], folder, *arguments[1:], code=code)
    assert says in " ".join(ended.stderr.split())
    assert not ended.stdout


def test_a_confidential_measure_names_nobody(folder: Path) -> None:
    file = folder / "measures" / "absent.yml"
    definition = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump(definition | {"confidential": {"of": "respondent", "minimum": 5}}), encoding="utf-8")
    for asked in (["--student", "1"], ["--unit", "school:A"]):
        ended = rttd("explain", "absent", folder, *asked, code=1)
        assert "the measure is confidential" in ended.stderr
    rttd("explain", "absent", folder, code=0)


def test_hostile_texts_stay_texts(folder: Path) -> None:
    schools = 'school_id,name\nA,"{}31m[bold]Adams[/bold]"\nB,Burr\n'
    (folder / "data" / "schools.csv").write_text(schools.format("\x9b"), encoding="utf-8")  # what stands for ESC [
    shown = rttd("explain", "absent", folder, "--unit", "school:A", code=0).stdout
    assert "[bold]Adams[/bold]" in shown
    assert "\x9b" not in shown
    (folder / "data" / "schools.csv").write_text(schools.format("\x1b["), encoding="utf-8")
    ended = rttd("explain", "absent", folder, "--unit", "school:A", code=1)
    assert "error[control-character]" in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr


# -- Lakeside ---------------------------------------------------------------------------------------------------


def views(run: Run, measure_id: str) -> dict[tuple[str, str | None], tuple[str, str | None, float | None]]:
    rows = run.student_results.filter(measure=measure_id)
    keys = rows.select("student_id", "school_id").iter_rows()
    return dict(zip(keys, rows.select("role", "reason", "value").iter_rows(), strict=True))


@pytest.mark.parametrize("measure_id", ["chronic_absence_4_8", "freshman_on_track"])
def test_every_student_of_lakeside_is_explained_as_counted(lakeside: Run, measure_id: str) -> None:
    counted = views(lakeside, measure_id)
    students = sorted({student for student, _ in counted})
    seen = {}
    for found in explain_students(read_portfolio(LAKESIDE), measure_id, students, When()):
        for view in found.views:
            if view.counts:
                seen[found.unit_id, view.school] = (view.role.role, view.role.reason, view.role.value)
            decided = [clause for clause in view.clauses if clause.decides]
            assert decided or found.measure.everyone, found.unit_id
    whole = {key: told for key, told in counted.items() if key[1] is None}
    assert {key: told for key, told in seen.items() if key[1] is None} == whole
    # Who was at one school only is the same there as for the year; the others are explained at each.
    at_schools = {key: told for key, told in counted.items() if key[1] is not None}
    assert all(seen.get(key, seen[key[0], None]) == told for key, told in at_schools.items())


def test_the_changes_do_flip_the_role(tmp_path: Path, lakeside: Run) -> None:
    """Each kind of change of some students, made in the files."""
    tried = set()
    for measure_id in ("chronic_absence_4_8", "freshman_on_track"):
        for student in _to_try(lakeside, measure_id):
            found = json.loads(
                rttd("explain", measure_id, LAKESIDE, "--student", student, "--output-format", "json", code=0).stdout
            )
            for number, change in enumerate(found["views"][0]["changes"]):
                tried.add((measure_id, change["action"]))
                folder = _with(tmp_path / f"{measure_id}-{student}-{number}", measure_id, change)
                run = rttd_metrics.open(folder).compute()
                then = views(run, measure_id)[student, None][0]
                assert (student, change["action"], then) == (student, change["action"], change["role"])
    assert {("chronic_absence_4_8", "remove"), ("freshman_on_track", "remove"), ("freshman_on_track", "change")} <= tried


def _to_try(run: Run, measure_id: str) -> list[str]:
    """Two students of each role that a change can alter."""
    rows = run.student_results
    rows = rows.filter((rows["measure"] == measure_id) & rows["school_id"].is_null())
    return [
        student
        for role in ("n", "numerator", "excluded")
        for student in rows.filter(role=role)["student_id"].sort().to_list()[:2]
    ]


def _with(folder: Path, measure_id: str, change: dict[str, Any]) -> Path:
    """Lakeside with a change made in its files, and that measure only."""
    shutil.copytree(LAKESIDE, folder)
    project = yaml.safe_load((LAKESIDE / "rttd.yml").read_text(encoding="utf-8"))
    (folder / "rttd.yml").write_text(yaml.safe_dump(project | {"measures": ["package:student-support"]}), encoding="utf-8")
    file = folder / "data" / f"{change['table']}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    lines = [line for _, line in change["places"]]
    assert len(lines) == change["rows"] or change["action"] == "add"
    if change["action"] == "remove":
        rows = [row for number, row in enumerate(rows, 2) if number not in lines]
    elif change["action"] == "change":
        for line in lines:
            cells = dict(zip(header, rows[line - 2], strict=True)) | _texts(change["fields"], header)
            rows[line - 2] = [cells[name] for name in header]
    else:
        dated = [change["fields"] | {"date": day} for day in change["dates"]]
        added = [dict.fromkeys(header, "") | _texts(fields, header) for fields in dated]
        rows += [[cells[name] for name in header] for cells in added]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return folder


def _texts(fields: dict[str, Any], header: list[str]) -> dict[str, str]:
    texts: dict[Any, str] = {True: "true", False: "false", None: ""}
    held = {name: value for name, value in fields.items() if name in header}
    return {name: texts[value] if isinstance(value, bool | None) else str(value) for name, value in held.items()}
