"""`rttd students`: the early-warning list of a small district, counted by hand."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from commands import rttd, rttd_process
from projects import measure, write_csv, write_project

SUMS = ("student_id", "school_id", "days_enrolled", "days_absent", "days_tardy")
ABSENT = measure(id="absent", title="Often absent", formula="percent(absence_rate >= 0.10)", improvement="decrease")
LATE = measure(id="late", title="Often late", formula="percent(tardy_days >= 2)", improvement="decrease")
STEADY = measure(id="steady", title="Never late", formula="percent(tardy_days = 0)", portfolio=False)
DAYS = measure(id="days", title="Days absent", formula="avg(days_absent)", improvement="decrease")
HOSTILE, ARABIC = '=HYPERLINK("http://x.example","y")', "مدرسة \u202eالنور"

# School A: 1 missed 20 of 100 days (20 %) and was late on 3: two flags.
#           2 missed 8 of 100 (8 %), late on 2: one flag; (8 + 2) / 102 = 0.098 and (8 + 3) / 103 = 0.1068: 3 days left.
#           3 missed 0 of 100, late on 4: one flag; 11 / 111 = 0.0991 and 12 / 112 = 0.107: 12 days left.
#           4 missed 0 of 100, late on 1: none.
# School B: 5 missed 10 of 100 (10 %, the limit is over it): one flag; 10 / 0.1 - 100 = 0, and 10 / 101 is under it: 1 to return.
# 1 to return of student 1: 20 / 0.1 = 200 exactly is still at the limit, so 201 days are enough: 101 more.
ROWS = [
    ("1", "A", 100, 20, 3),
    ("2", "A", 100, 8, 2),
    ("3", "A", 100, 0, 4),
    ("4", "A", 100, 0, 1),
    ("5", "B", 100, 10, 0),
]


def project(folder: Path, *measures: dict[str, Any], name: str = "Ann", school: str = "Adams") -> Path:
    def quoted(*cells: str) -> list[str]:
        return ['"' + cell.replace('"', '""') + '"' for cell in cells]

    people = {"1": name, "2": "Ben", "3": "Cho", "4": "Dee", "5": "Eve"}
    stays = [(one, home, "2012-08-20") for one, home, *_ in ROWS]
    return write_project(
        folder, *(measures or (ABSENT, LATE, STEADY, DAYS)), settings={"attendance": "sums", "as_of": "2013-01-31"},
        attendance_sums=[SUMS, *ROWS],
        students=[("student_id", "name", "grade_level"), *(quoted(*one, "7") for one in people.items())],
        enrollments=[("student_id", "school_id", "entry_date"), *stays],
        schools=[("school_id", "name"), quoted("A", school), ("B", "Bell")],
        sections=[("section_id", "school_id", "name"), ("S1", "A", "Room 1"), ("S2", "A", "Room 2"), ("S3", "B", "Room 3")],
        rosters=[("student_id", "section_id", "from_date"),
                 *((one, section, "2012-08-20") for one, section in (("1", "S1"), ("2", "S1"), ("3", "S2"), ("5", "S3")))],
        section_educators=[("section_id", "educator_id", "role", "from_date", "to_date"),
                           ("S1", "T1", "teacher_of_record", "2012-08-20", "2012-12-01"),
                           ("S1", "T2", "teacher_of_record", "2012-12-02", ""),
                           ("S2", "T2", "teacher_of_record", "2012-08-20", ""),
                           ("S3", "T1", "co_teacher", "2012-08-20", "")],
        educators=[("educator_id", "role", "name"), ("T1", "teacher", "Rivera"), ("T2", "teacher", "Okoye")])  # fmt: skip


def listed(folder: Path, *options: str) -> list[dict[str, Any]]:
    return rttd("students", folder, *options, "--output-format", "json", code=0).result["students"]


def told(folder: Path, *options: str) -> list[tuple[str, str, int]]:
    return [(row["school_id"], row["student_id"], row["number_of_flags"]) for row in listed(folder, *options)]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_most_flags_first_then_nearest_to_the_threshold(tmp_path: Path) -> None:
    rows = listed(project(tmp_path))
    assert [(row["school_id"], row["student_id"], row["number_of_flags"]) for row in rows] == [
        ("A", "1", 2), ("A", "2", 1), ("A", "3", 1), ("B", "5", 1)]  # fmt: skip
    assert [(row["days_to_threshold"], row["days_to_return"]) for row in rows] == [(None, 101), (3, None), (12, None), (None, 1)]
    assert rows[0]["flags"] == {
        "absent": {"state": "flagged", "values": {"absence_rate": 0.2}},
        "late": {"state": "flagged", "values": {"tardy_days": 3.0}},
    }
    assert rows[1]["flags"]["absent"] == {"state": "not_flagged", "values": {"absence_rate": 0.08}}


def test_the_teacher_of_record_at_the_end_is_the_students_teacher(tmp_path: Path) -> None:
    first, _, _, last = listed(project(tmp_path))
    assert first["classrooms"] == [{"id": "S1", "name": "Room 1, Okoye"}]
    assert first["educators"] == [{"id": "T2", "name": "Okoye"}]
    assert last["educators"] == []  # T1 only helps there


def test_a_flag_is_the_bad_side_whichever_that_is(tmp_path: Path) -> None:
    # never late is wanted: 1, 2, 3 and 4 were
    folder = project(tmp_path)
    assert told(folder, "--flag", "steady") == [("A", "1", 1), ("A", "2", 1), ("A", "3", 1), ("A", "4", 1)]
    document = rttd("students", folder, "--flag", "late", "--flag", "absent", "--output-format", "json", code=0).result
    assert [flag["measure"] for flag in document["flags"]] == ["late", "absent"]


def test_the_shipped_flags_are_those_of_a_project_that_has_them(tmp_path: Path) -> None:
    shipped = measure(id="flag_attendance", title="Attendance flag", formula="percent(absence_rate >= 0.20)",
                      improvement="decrease", portfolio=False)  # fmt: skip
    assert told(project(tmp_path, ABSENT, LATE, shipped)) == [("A", "1", 1)]


@pytest.mark.parametrize(
    ("options", "students"),
    [
        (("--school", "B"), ["5"]),
        (("--classroom", "S1"), ["1", "2"]),
        (("--educator", "T2"), ["1", "2", "3"]),
        (("--educator", "T2", "--classroom", "S2"), ["3"]),
        (("--school", "B", "--classroom", "S1"), []),
    ],
)
def test_a_school_a_classroom_a_teacher(tmp_path: Path, options: tuple[str, ...], students: list[str]) -> None:
    assert [one for _, one, _ in told(project(tmp_path), *options)] == students


def test_who_is_in_a_class_elsewhere_stands_in_the_list_of_the_class_alone(tmp_path: Path) -> None:
    folder = project(tmp_path)
    write_csv(
        folder / "data" / "rosters.csv", "student_id,section_id,from_date\n1,S1,2012-08-20\n1,S3,2012-08-20\n5,S3,2012-08-20"
    )
    assert told(folder, "--school", "B") == [("B", "5", 1)]
    assert [(row["school_id"], row["student_id"]) for row in listed(folder, "--classroom", "S3")] == [("B", "1"), ("B", "5")]


def test_whom_no_school_counts_is_listed_too(tmp_path: Path) -> None:
    write_project(
        tmp_path, measure(id="low", title="Low grades", formula="percent(grade_level <= 7)", improvement="decrease"),
        students="student_id,grade_level\n1,7\n2,8",
        schools="school_id,name\nA,Adams", enrollments="student_id,school_id,entry_date")  # fmt: skip
    assert told(tmp_path) == [(None, "1", 1)]
    assert "Counted at no school: 1 student" in rttd("students", tmp_path, code=0).stdout


def test_the_table_says_what_is_behind_each_flag(tmp_path: Path) -> None:
    text = rttd("students", project(tmp_path), code=0).stdout
    assert "Internal: contains student-level information" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    start = lines.index("Adams (school A): 3 students")
    assert lines[start + 1] == "flags student name grade days"
    assert lines[start + 3] == "2 1 Ann 7 reached"  # 101 days to return are more than 90
    assert lines[start + 4].startswith("✗ Often absent: ")
    assert "20% (20/100)" in " ".join(lines[start + 4 : start + 6])
    assert "2 1 Ben 7 3" not in lines
    assert "1 2 Ben 7 3" in lines
    assert "1 5 Eve 7 reached, 1 to return" in lines
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_wide_page_has_the_classes_and_plain_marks_where_the_terminal_has_no_others(tmp_path: Path) -> None:
    folder = project(tmp_path)
    wide = rttd_process("students", folder, code=0, COLUMNS="120", PYTHONIOENCODING="utf-8").stdout
    assert "       in Room 1, Okoye\n" in wide
    plain = rttd_process("students", folder, code=0, COLUMNS="80", PYTHONIOENCODING="ascii").stdout
    assert plain.isascii()
    assert "       x Often absent: " in plain
    assert "Okoye" not in plain


def test_names_that_want_to_be_formulas_or_turn_the_text_stay_text(tmp_path: Path) -> None:
    folder, out = project(tmp_path / "project", name=HOSTILE, school=ARABIC), tmp_path / "out" / "list.csv"
    assert "\u202e" not in rttd("students", folder, "--out", out, code=0).stdout
    first, *_ = table(out)
    assert first["name"] == f"'{HOSTILE}"
    assert first["absent"] == "flagged"
    assert first["absent values"].endswith("20% (20/100)")
    assert (first["number_of_flags"], first["days_to_threshold"], first["days_to_return"]) == ("2", "", "101")
    assert (first["classroom_ids"], first["educators"]) == ("S1", "Okoye")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_the_file_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    for name in ("a.csv", "b.csv"):
        rttd("students", folder, "--out", tmp_path / name, "--quiet", code=0)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--flag", "abscent"), "unknown-measure", "there is no measure 'abscent' in this run"),
        (("--flag", "days"), "selection", "'days' flags no student"),
        (("--school", "Z"), "unknown-unit", "there is no school 'Z' in this run"),
        (("--classroom", "S9"), "unknown-unit", "there is no classroom 'S9' in this run"),
        (("--educator", "T1"), "unknown-unit", "no educator 'T1' teaches a classroom in this run"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, options: tuple[str, ...], code: str, message: str) -> None:
    ended = rttd("students", project(tmp_path), *options, "--output-format", "json")
    assert ended.code in (1, 2)
    assert ended.message(code) == message


def test_a_project_without_flags_says_how_to_get_some(tmp_path: Path) -> None:
    ended = rttd("students", project(tmp_path, DAYS), "--output-format", "json")
    assert ended.message("selection") == "no measure of the portfolio flags students"


def test_the_list_is_written_into_a_csv_file_only(tmp_path: Path) -> None:
    ended = rttd("students", project(tmp_path), "--out", tmp_path / "list.xlsx", code=2)
    assert "a file named .csv" in " ".join(ended.stderr.replace("│", " ").split())


def test_nobody_is_said_in_words(tmp_path: Path) -> None:
    folder = project(tmp_path)
    write_csv(folder / "data" / "attendance_sums.csv", [SUMS, *((one, home, 100, 0, 0) for one, home, *_ in ROWS)])
    assert "Nobody here has a flag." in rttd("students", folder, code=0).stdout
    assert json.loads(rttd("students", folder, "--output-format", "json", code=0).stdout)["students"] == []
