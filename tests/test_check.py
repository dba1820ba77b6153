"""`rttd check` as a command: what it prints, what it writes, how it ends."""

import csv
import fcntl
import json
import re
from pathlib import Path

import polars as pl
import pytest

import rttd_metrics
from check_projects import changed, district, more
from commands import rttd, rttd_process
from projects import LAKESIDE
from rttd_metrics.data.checks.outcome import FAILURE_COLUMNS, masked
from schemas import check_junit, check_sarif
from test_check_rules import PRIVATE

BAD = {**changed("students", "00203", "203"), **more("attendance", "00101,01,2012-09-05,absent,2"),
       **changed("grades", ",semester", ",Midterm", 2)}  # fmt: skip


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A lost zero, a day twice with an impossible part, and two codes that are not listed."""
    return district(tmp_path / "bad", **BAD)


def test_a_clean_district(tmp_path: Path) -> None:
    ended = rttd_process("check", district(tmp_path), code=0)
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [
        "Sent for 2012-13, as of 2012-09-17",
        "table                                            rows  schools   last date  behind  filled  students",
        "─" * 100,
        "attendance                                         60   2 of 2  2012-09-17       0            100.0%",
        "calendar                                           20   2 of 2  2012-09-17",
        "enrollments                                         6   2 of 2  2012-09-04                    100.0%",
        "grades                                              6   2 of 2                                100.0%",
        "schools                                             2   2 of 2",
        "sections                                            2   2 of 2",
        "students                                            6   2 of 2                      100.0%    100.0%",
        "behind: school days since the latest row (days, where no calendar tells), of the school that is",
        "furthest behind; filled: cells of the columns that measures use; students: those who have a row.",
        "",
        "7 files with 102 rows: no findings.",
    ]


def test_a_rule_is_explained_once_and_each_place_is_named(bad: Path) -> None:
    ended = rttd_process("check", bad, code=1, COLUMNS="140")
    assert ended.stderr == ""
    shown = ended.stdout.partition("Sent for")[0]
    assert shown.splitlines()[:3] == [
        "✗ category  cells hold codes that the field does not list",
        "  add each code to the field's `categories:` in rttd.yml",
        "    grades.mark_type  2 of 6 rows  data/grades.csv:2, 3",
    ]
    assert "    attendance.absent  1 of 61 rows  data/attendance.csv:62; not from 0 to 1\n" in shown
    assert "data/students.csv:7; 'attendance', 'enrollments', 'grades' have them with zeros\n" in shown
    assert shown.count("○ duplicate-day  students have several rows for one day at a school\n") == 1
    assert ended.stdout.splitlines()[-2].startswith("7 files with 103 rows: 6 errors and 1 warning.")
    assert not PRIVATE.search(shown)


def test_places_are_the_first_and_counts_are_exact(tmp_path: Path) -> None:
    folder = district(tmp_path, **changed("attendance", "present,", "present,x", 60))
    shown = rttd_process("check", folder, code=1).stdout
    assert "    attendance.absent  60 of 60 rows  data/attendance.csv:2, 3, 4, 5, 6, ...; number\n" in shown


def test_a_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    # What cannot be read is not looked at, and not taken for what is not there.
    folder = district(tmp_path, **more("sections", "C1"))
    ended = rttd_process("check", folder, code=1)
    assert "\nnot read: sections\n" in ended.stdout
    result = rttd("check", folder, "--output-format", "json", code=1).result
    assert result["unread"] == ["sections"]
    assert [one["rule"] for one in result["findings"]] == ["missing-cell"]


def test_quiet_prints_errors_only(bad: Path, tmp_path: Path) -> None:
    assert "duplicate-day" not in rttd("check", bad, "--quiet", code=1).stdout
    assert rttd("check", district(tmp_path / "clean"), "--quiet", code=0).stdout == ""


def test_a_narrow_and_a_plain_terminal(bad: Path) -> None:
    for columns in ("60", "80", "140"):
        shown = rttd_process("check", bad, code=1, COLUMNS=columns).stdout
        assert max(map(len, shown.splitlines())) <= max(int(columns), 80)
    assert rttd_process("check", bad, code=1, PYTHONIOENCODING="ascii").stdout.startswith("x category")


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (("nowhere",), 2, "there is no file or folder 'nowhere'"), ((str(LAKESIDE / "data"),), 2, "holds no rttd.yml"),
    ((str(LAKESIDE), "--as-of", "soon"), 2, "write it like 2012-11-16"),
    ((str(LAKESIDE), "--school-year", "2012-14"), 2, "write it like 2012-13"),
    ((str(LAKESIDE), "--as-of", "2011-01-01"), 2, "has not begun"),
])  # fmt: skip
def test_what_cannot_run(arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in " ".join(rttd("check", *arguments, code=code).stderr.split())


def test_wrong_definitions_are_told_as_results(tmp_path: Path) -> None:
    folder = district(tmp_path)
    (folder / "measures" / "m.yml").write_text("id: m\n", encoding="utf-8")
    assert rttd("check", folder, "--output-format", "json", code=1).problems[0]["file"] == "measures/m.yml"


# -- formats --------------------------------------------------------------------------------------------------------


def test_json(bad: Path) -> None:
    result = rttd("check", bad, "--output-format", "json", code=1).result
    assert (result["school_year"], result["as_of"], result["unread"]) == ("2012-13", "2012-09-17", [])
    assert len(result["problems"]) == len(result["findings"]) == 7
    [found] = [one for one in result["findings"] if one["rule"] == "duplicate-day"]
    assert found == {
        "rule": "duplicate-day", "severity": "warning", "table": "attendance", "field": "date", "column": "date",
        "count": 2, "rows": 61,
        "places": [{"file": "data/attendance.csv", "line": 3}, {"file": "data/attendance.csv", "line": 62}]}  # fmt: skip
    [covered] = [one for one in result["coverage"] if (one["table"], one["school_id"]) == ("attendance", "01")]
    assert (covered["rows"], covered["last_date"], covered["students_covered"]) == (31, "2012-09-17", 100.0)


def test_formats_of_ci(bad: Path, tmp_path: Path) -> None:
    concise = rttd_process("check", bad, "--output-format", "concise", code=1, folder=bad).stdout.splitlines()
    assert concise[0].startswith("data/attendance.csv:3: warning[duplicate-day]: table 'attendance', column 'date': students")
    github = rttd_process("check", bad, "--output-format", "github", code=1, folder=bad).stdout.splitlines()
    assert github[2].startswith("::error title=impossible-value,file=data/attendance.csv,line=62::")
    sarif = rttd("check", bad, "--output-format", "sarif", code=1).result
    check_sarif(sarif)
    rules = {rule["id"]: rule for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["lost-zeros"]["shortDescription"]["text"] == "Ids have lost their leading zeros"
    junit = rttd_process("check", bad, "--output-format", "junit", code=1, folder=bad).stdout
    check_junit(junit)
    assert 'name="data/schools.csv" tests="1" failures="0"' in junit  # a file that is right is told as well


# -- files ----------------------------------------------------------------------------------------------------------


def test_every_row_that_fails_is_written_and_no_value_of_a_person(bad: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rttd("check", bad, "--out", out, code=1)
    assert sorted(path.name for path in out.glob("[!.]*")) == [
        "coverage.csv", "coverage.parquet", "failures.csv", "failures.parquet"]  # fmt: skip
    assert {oct(path.stat().st_mode & 0o777) for path in out.iterdir()} == {"0o600"} and out.stat().st_mode & 0o777 == 0o700
    with (out / "failures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == FAILURE_COLUMNS
    shown = [tuple(row.values()) for row in rows if row["rule"] != "foreign-key"]
    assert shown == [
        ("impossible-value", "error", "attendance", "absent", "absent", "data/attendance.csv", "62", "61", "01", "#"),
        ("category", "error", "grades", "mark_type", "mark_type", "data/grades.csv", "2", "1", "", "Midterm"),
        ("category", "error", "grades", "mark_type", "mark_type", "data/grades.csv", "3", "2", "", "Midterm"),
        ("lost-zeros", "error", "students", "student_id", "student_id", "data/students.csv", "7", "6", "02", "###"),
        ("duplicate-day", "warning", "attendance", "date", "date", "data/attendance.csv", "3", "2", "01", "####-##-##"),
        ("duplicate-day", "warning", "attendance", "date", "date", "data/attendance.csv", "62", "61", "01", "####-##-##"),
    ]
    # The other errors are those of rows that refer to 00203: ten days, a stay and a mark.
    lost = [row for row in rows if row["rule"] == "foreign-key"]
    assert [(row["table"], int(row["line"])) for row in lost] == [
        *(("attendance", line) for line in range(52, 62)), ("enrollments", 7), ("grades", 7)]  # fmt: skip
    assert {row["value"] for row in lost} == {"#####"}
    assert not PRIVATE.search((out / "failures.csv").read_text(encoding="utf-8"))
    parquet = pl.read_parquet(out / "failures.parquet")
    assert parquet.columns == list(FAILURE_COLUMNS) and parquet.height == len(rows)


def test_a_school_that_is_missed_is_a_row(tmp_path: Path) -> None:
    folder = district(tmp_path, {"completeness": {"students.gender": "98%"}}, **changed("students", ",9,F", ",9,"))
    [row] = rttd_metrics.open(folder).check().failures().to_dicts()
    assert row == {"rule": "incomplete-field", "severity": "error", "table": "students", "field": "gender", "column": "gender",
                   "file": "data/students.csv", "line": None, "record": None, "school_id": "01", "value": None}  # fmt: skip


def test_a_key_with_a_person_in_it_is_masked(tmp_path: Path) -> None:
    # Its first column is not personal, its second is.
    table = {"name": "clubs", "schema": {"fields": [{"name": "club", "personal": False}, {"name": "student_id"}],
                                         "primaryKey": ["club", "student_id"]}}  # fmt: skip
    folder = district(tmp_path, {"tables": [table]}, clubs="club,student_id\nChess,00101\nChess,00101\n")
    assert rttd_metrics.open(folder).check().failures()["value"].to_list() == ["Xxxxx+#####"] * 2


@pytest.mark.parametrize(("text", "shape"), [
    ("00123", "#####"), ("A99-ñ É", "X##-x X"), ("E\u0301", "X"), ("日本", "xx"), ("a\tb\0", "x·x·"), ("=1+2", "=#+#"),
    (None, None),
])  # fmt: skip
def test_the_shape_of_a_value(text: str | None, shape: str | None) -> None:
    assert pl.DataFrame({"cell": [text]}, schema={"cell": pl.String}).select(masked(pl.col("cell"))).item() == shape


def test_a_formula_in_a_cell_is_no_formula_in_the_file(tmp_path: Path) -> None:
    folder = district(tmp_path / "d", **changed("grades", ",semester", ",=1+2"))
    rttd("check", folder, "--out", tmp_path / "out", code=1)
    assert ",'=1+2\n" in (tmp_path / "out" / "failures.csv").read_text(encoding="utf-8")


def test_two_checks_write_the_same_bytes(bad: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        rttd("check", bad, "--out", tmp_path / name, code=1)
    for file in ("failures.csv", "failures.parquet", "coverage.csv", "coverage.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_folder_that_is_written_to_by_another(bad: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (out / ".rttd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another process is writing" in rttd("check", bad, "--out", out, code=3).stderr
    assert [path.name for path in out.iterdir()] == [".rttd.lock"]


def test_a_folder_that_cannot_be_written(bad: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "it lies on a file" in rttd("check", bad, "--out", tmp_path / "file", code=2).stderr


# -- Python ---------------------------------------------------------------------------------------------------------


def test_the_check_of_python(bad: Path) -> None:
    check = rttd_metrics.open(bad).check()
    assert (check.school_year, str(check.as_of), check.errors) == ("2012-13", "2012-09-17", 6)
    assert [problem.code for problem in check.problems] == [finding.rule for finding in check.findings]
    assert check.rows["attendance"] == 61
    assert check.failures().height == 18


def test_lakeside_is_clean() -> None:
    ended = rttd("check", LAKESIDE, "--output-format", "json", code=0)
    assert ended.problems == []
    assert not re.search(r"[A-Z][a-z]+, [A-Z]", json.dumps(ended.result["findings"]))
