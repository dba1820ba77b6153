"""The rules about data, through `rttd check`: each is triggered at its exact line by a file, and by no clean file."""

import re
from pathlib import Path
from typing import Any

import pytest

from check_projects import DAYS, STUDENTS, attendance_rows, changed, district, files, more
from commands import Ended, rttd
from rttd_metrics.definitions.data_rules import DATA_RULES

Case = tuple[dict[str, Any], str, str, int | None, int, str]
"""The files that differ; the rule, the file and the first line of what is found, how many rows, what the message says."""

PRIVATE = re.compile(r"Jane|Jos|0010\d|0020\d|2012-09-0[4-9]|2012-09-1")
"""What the cells hold of students, and no message may repeat."""


def check(folder: Path, *arguments: str | Path, code: int) -> Ended:
    ended = rttd("check", folder, "--output-format", "json", *arguments, code=code)
    assert not PRIVATE.search(ended.stdout.partition('"as_of"')[0])
    return ended


def without(rows: list[tuple[str, ...]], school: str) -> str:
    return "student_id,school_id,date,status,absent\n" + "".join(",".join(row) + "\n" for row in rows if row[1] != school)


ATTENDANCE, STUDENT, GRADES = "data/attendance.csv", "data/students.csv", "data/grades.csv"
FIRST_DAY, SECOND_DAY = DAYS[0], DAYS[1]

CASES: dict[str, Case] = {
    # Whole files
    "no file": ({"attendance": None}, "missing-file", ATTENDANCE, None, 1, "there is no such file"),
    "an empty file": ({"grades": ""}, "empty-file", GRADES, None, 1, "not even a header"),
    "another delimiter": ({"attendance": files()["attendance"].replace(",", ";")}, "source-error", ATTENDANCE, 1, 1,
                          "which semicolons seem to part"),
    "lines that end in CR": ({"attendance": files()["attendance"].replace("\n", "\r")}, "source-error", ATTENDANCE, 1, 1,
                             "its lines end in CR only"),
    "UTF-16": ({"attendance": files()["attendance"].encode("utf-16")}, "encoding-error", ATTENDANCE, 1, 1, "UTF-16"),
    "cp1252": ({"students": files()["students"].replace("Jane", "José").encode("cp1252")}, "encoding-error", STUDENT, 2, 1,
               "it is not UTF-8"),
    "rows without a header": ({"attendance": files()["attendance"].partition("\n")[2]}, "blank-label", ATTENDANCE, 1, 1,
                              "it seems to be a row"),
    "a column twice": (changed("attendance", ",absent", ",status"), "duplicate-label", ATTENDANCE, 1, 1,
                       "column 'status': the header names a column twice"),
    "a column that is needed": (changed("attendance", "date", "day"), "missing-label", ATTENDANCE, 1, 1, "column 'date'"),
    "a short row": (more("attendance", "00101,01,2012-09-18"), "missing-cell", ATTENDANCE, 62, 1, "1 of 61 rows"),
    "a long row": (more("attendance", "00101,01,2012-09-18,present,,"), "extra-cell", ATTENDANCE, 62, 1, "1 of 61 rows"),
    # Cells and keys
    "a date in another form": (changed("attendance", f"{SECOND_DAY}", "9/5/2012"), "type-error", ATTENDANCE, 3, 1,
                               "date, format %Y-%m-%d"),
    "a number that is not finite": (changed("attendance", "present,", "present,NaN"), "type-error", ATTENDANCE, 2, 1, "number"),
    "an infinite number": (changed("attendance", "present,", "present,1e400"), "type-error", ATTENDANCE, 2, 1, "number"),
    "a code of the district's own": (changed("attendance", "present", "X"), "category", ATTENDANCE, 2, 1, "does not list"),
    "an empty cell": (changed("attendance", f"{SECOND_DAY}", ""), "required", ATTENDANCE, 3, 1, "required field"),
    "a key twice": (more("students", "00101,2012-13,01,9,F,Jane"), "primary-key", STUDENT, 2, 2, "(2 of 7 rows); also line 8"),
    "an id that leads nowhere": (more("attendance", "90101,01,2012-09-18,present,"), "foreign-key", ATTENDANCE, 62, 1,
                                 "no such row in 'students'"),
    "an unused column of the wrong type": (changed("grades", ",0.5,", ",half,"), "type-error", GRADES, 2, 1, "number"),
    "a row of another year": (more("attendance", "00101,01,2011-10-32,present,"), "type-error", ATTENDANCE, 62, 1, "date"),
    # Warnings of the reader
    "trailing blank lines": (more("attendance", "", ""), "blank-row", ATTENDANCE, 62, 2, "(2 of 62 rows); also line 63"),
    "a header only": ({"attendance": "student_id,school_id,date,status,absent\n"}, "no-rows", ATTENDANCE, 1, 1, "no rows"),
    "stays that overlap": (more("enrollments", "00101,02,2012-09-10,"), "overlap", "data/enrollments.csv", 8, 1,
                            "is counted in one (1 of 7 rows)"),
    # Texts
    "a padded header": (changed("students", "gender", " gender"), "padded-label", STUDENT, 1, 1, "spaces around it: ' gender'"),
    "a NUL": (changed("students", "Jane", "Ja\0ne"), "control-character", STUDENT, 2, 1, "1 of 6 rows"),
    "a letter of no width in a name": (changed("students", "Jane", "Ja\u200bne"), "invisible-character", STUDENT, 2, 1,
                                       "column 'name'"),
    "a space of no width in an id": (changed("attendance", "00102,", "00102\u200b,", 2), "invisible-character", ATTENDANCE, 12, 2,
                                     "column 'student_id'"),
    "a text decoded wrongly": (changed("students", "Jane", "JosÃ©"), "garbled-text", STUDENT, 2, 1, "decoded wrongly"),
    "an apostrophe decoded wrongly": (changed("students", "Jane", "Janeâ€™s"), "garbled-text", STUDENT, 2, 1, "decoded wrongly"),
    "a letter that was lost": (changed("students", "Jane", "Jos\ufffd"), "garbled-text", STUDENT, 2, 1, "decoded wrongly"),
    # Ids
    "ids without their zeros": (changed("attendance", "00102,", "102,", 10), "lost-zeros", ATTENDANCE, 12, 10,
                                "'students' has them with zeros (10 of 60 rows)"),
    "ids without their zeros where they are defined": (changed("students", "00203", "203"), "lost-zeros", STUDENT, 7, 1,
                                                       "with zeros"),
    "ids of several widths": (more("schools", "3,Mill Creek"), "mixed-widths", "data/schools.csv", 4, 1, "these are shorter"),
    "an id with another case": ({**changed("sections", "A1", "a1")}, "alike-ids", GRADES, 2, 3,
                              "'sections' has them with another case"),
    "an id with spaces": (changed("attendance", "00102,", "00102 ,"), "alike-ids", ATTENDANCE, 12, 1, "with other spaces"),
    "an id in another Unicode form": (
        {**changed("sections", "A1", "\u00c91"), **changed("grades", "A1", "E\u03011", 3)}, "alike-ids", GRADES, 2, 3,
        "with another Unicode form"),
    "two ids of one table": (more("sections", "a1,01,Algebra"), "alike-ids", "data/sections.csv", 2, 2, "with another case"),
    # Values and dates
    "more than a day absent": (changed("attendance", "present,", "absent,1.5"), "impossible-value", ATTENDANCE, 2, 1,
                               "column 'absent': values that cannot be: not from 0 to 1"),
    "less than no day absent": (changed("attendance", "present,", "absent,-0.5"), "impossible-value", ATTENDANCE, 2, 1, "0 to 1"),
    "more credits earned than attempted": (changed("grades", "0.5,0.5", "0.5,1"), "impossible-value", GRADES, 2, 1,
                                           "more than credits_attempted"),
    "a stay that ends before it begins": (changed("enrollments", "2012-09-04,", "2012-09-04,2012-09-03"), "reversed-dates",
                                          "data/enrollments.csv", 2, 1, "end before they begin"),
    "a date that is another year's": (more("attendance", "00101,01,2013-09-18,present,"), "outside-school-year", ATTENDANCE, 62,
                                      1, "later than 2012-13"),
    "students of no year": (
        {"students": files()["students"].replace(",school_year", "").replace(",2012-13", ""),
         **more("attendance", "00101,01,2011-10-03,present,")}, "undated-status", STUDENT, 1, 1, "looked at too: 2011-12"),
    "a day twice": (more("attendance", "00101,01,2012-09-05,absent,"), "duplicate-day", ATTENDANCE, 3, 2, "also line 62"),
    # Schools
    "a school that sent nothing": ({"attendance": without(attendance_rows(), "02")}, "no-rows-for-school", ATTENDANCE, None, 1,
                                   "they have none: 02 (1 of 2 schools)"),
}  # fmt: skip


@pytest.mark.parametrize(("files_", "rule", "file", "line", "count", "says"), CASES.values(), ids=CASES)
def test_a_rule_is_triggered_at_its_line(
    tmp_path: Path, files_: dict[str, Any], rule: str, file: str, line: int | None, count: int, says: str
) -> None:
    is_error = DATA_RULES[rule].severity == "error"
    folder = district(tmp_path, **files_)
    ended = rttd("check", folder, "--output-format", "json")
    [found] = [one for one in ended.problems if (one["code"], one["file"], one["line"]) == (rule, file, line)]
    assert says in found["message"]
    assert found["severity"] == ("error" if is_error else "warning")
    assert ended.code == (1 if any(one["severity"] == "error" for one in ended.problems) else 0)
    assert not PRIVATE.search(found["message"])
    told = [one for one in ended.result["findings"] if (one["rule"], one["places"][0]) == (rule, {"file": file, "line": line})]
    assert [one["count"] for one in told] == [count]


def test_each_rule_of_the_data_has_a_case_or_a_test_of_its_own() -> None:
    elsewhere = {"no-column", "stale-table", "incomplete-field", "incomplete-table"}
    elsewhere |= {"constraint-error", "unique-error", "unplaced", "passed-over", "not-submitted"}  # of every run
    elsewhere |= {"unknown-mark", "unmapped-course", "unknown-program"}
    assert {case[1] for case in CASES.values()} | elsewhere == set(DATA_RULES)


CLEAN: dict[str, dict[str, Any]] = {
    "the district": {},
    "a byte order mark": {"students": "\ufeff" + files()["students"]},
    "CRLF": {name: text.replace("\n", "\r\n") for name, text in files().items()},
    "names with accents": changed("students", "Jane", "José Ângelo Åström Straße Ñandú", 6),
    "a name of two lines": changed("students", "Jane", '"Jane\nAnn"'),
    "a name with a tab": changed("students", "Jane", "Jane\tAnn"),
    "ids that grow longer": {name: text.replace("00203", "900203") for name, text in files().items()},
    "a mover": changed("enrollments", f"00101,01,{FIRST_DAY},", f"00101,01,{FIRST_DAY},2012-09-07\n00101,02,2012-09-10,"),
    "part of a day": changed("attendance", "present,", "absent,0.5"),
    "credits not earned": changed("grades", "0.5,0.5", "0.5,0"),
    "a stay of one day": changed("enrollments", "2012-09-04,", "2012-09-04,2012-09-04"),
    "a day at two schools": more("attendance", "00101,02,2012-09-05,absent,"),
    "another year, and students that say theirs": {
        **more("students", "00101,2011-12,01,8,F,Jane"), **more("attendance", "00101,01,2011-10-03,present,")},
    "ids of letters and digits": {name: text.replace("A1", "A10").replace("B1", "B-9") for name, text in files().items()},
}  # fmt: skip


@pytest.mark.parametrize("files_", CLEAN.values(), ids=CLEAN)
def test_a_clean_file_triggers_none(tmp_path: Path, files_: dict[str, Any]) -> None:
    assert check(district(tmp_path, **files_), code=0).problems == []


def test_a_column_that_no_file_has(tmp_path: Path) -> None:
    folder = district(tmp_path, **changed("grades", "credits_attempted", "attempted"))
    assert check(folder, code=0).found == []  # no formula names it
    text = (folder / "measures" / "m.yml").read_text(encoding="utf-8").replace("grade_level >= 9", "cohort > '2012-13'")
    (folder / "measures" / "m.yml").write_text(text, encoding="utf-8")
    assert check(folder, code=0).found == [("no-column", STUDENT, 1)]


def test_a_table_that_no_measure_needs_is_checked_where_it_has_a_file(tmp_path: Path) -> None:
    incidents = "incident_id,student_id,date,action,days\n1,00101,2012-09-05,other,-1\n2,00109,2012-09-05,other,\n"
    ended = check(district(tmp_path, incidents=incidents), code=1)
    assert ended.found == [("impossible-value", "data/incidents.csv", 2), ("foreign-key", "data/incidents.csv", 3)]


def test_columns_that_no_measure_needs_may_be_absent(tmp_path: Path) -> None:
    # A file of another program that has the name of a table, and one without a column that only other measures need.
    incidents = "incident_id,student_id,date\n1,00101,2012-09-05\n"
    ended = check(district(tmp_path, courses="CourseCode,CourseTitle\n1,Algebra\n", incidents=incidents), code=0)
    assert ended.found == [("missing-label", "data/courses.csv", 1)] * 2 + [("missing-label", "data/incidents.csv", 1)]
    assert all("no measure needs it" in problem["message"] for problem in ended.problems)


def test_a_file_that_rttd_yml_names_is_missed(tmp_path: Path) -> None:
    # Without stays students are where students.csv says: a run can be, but who named the file meant it to be there.
    folder = district(tmp_path, {"tables": [{"name": "enrollments", "path": "data/stays.csv"}]}, enrollments=None)
    [problem] = check(folder, code=0).problems
    assert (problem["code"], problem["severity"], problem["file"]) == ("missing-file", "warning", "data/stays.csv")
    rttd("compute", folder, "--quiet", code=0)


def test_every_year_of_a_file_is_checked(tmp_path: Path) -> None:
    files_ = {**more("students", "00101,2011-12,01,8,F,Jane"),
              **more("attendance", "00101,01,2011-10-03,present,7", "00103,01,2011-10-03,present,")}  # fmt: skip
    ended = check(district(tmp_path, **files_), code=1)
    # 00103 was no student in 2011-12.
    assert ended.found == [("impossible-value", ATTENDANCE, 62), ("foreign-key", ATTENDANCE, 63)]


# -- what a project makes of a rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "setting", "told"), [
    ("duplicate-day", {"severity": "off"}, None), ("attendance.duplicate-day", {"severity": "off"}, None),
    ("grades.duplicate-day", {"severity": "off"}, "warning"), ("duplicate-day", {"severity": "error"}, "error"),
    ("duplicate-day", {"tolerate": "2"}, None), ("duplicate-day", {"tolerate": "1"}, "warning"),
    ("duplicate-day", {"severity": "error", "tolerate": "2"}, "warning"),
    ("duplicate-day", {"tolerate": "3.3%"}, None), ("duplicate-day", {"tolerate": "3.2%"}, "warning"),
])  # fmt: skip
def test_a_rule_is_as_serious_as_the_project_says(tmp_path: Path, name: str, setting: dict[str, str], told: str | None) -> None:
    # Two of 61 rows: 3.28 %.
    settings = {"rules": {name: {**setting, "because": "Two clerks"}}}
    folder = district(tmp_path, settings, **more("attendance", "00101,01,2012-09-05,absent,"))
    ended = check(folder, code=1 if told == "error" else 0)
    assert [problem["severity"] for problem in ended.problems] == ([told] if told else [])


def test_a_tolerance_of_rows_is_that_of_a_run(tmp_path: Path) -> None:
    settings = {"rules": {"foreign-key": {"tolerate": "1", "because": "A guest"}}}
    folder = district(tmp_path, settings, **more("attendance", "90101,01,2012-09-17,present,"))
    [problem] = check(folder, code=0).problems
    assert (problem["code"], problem["severity"]) == ("foreign-key", "warning")
    assert rttd("compute", folder, "--quiet", code=0).stderr == ""


def test_the_severity_of_a_warning_holds_in_a_run_too(tmp_path: Path) -> None:
    files_ = more("enrollments", "00101,02,2012-09-10,")
    for severity, code in (("error", 1), ("warning", 0), ("off", 0)):
        settings = {"rules": {"overlap": {"severity": severity, "because": "Afternoons at the career center"}}}
        ended = rttd("compute", district(tmp_path, settings, **files_), "--output-format", "json", code=code)
        assert ("overlap" in {found[0] for found in ended.found}) == (severity != "off")


def test_a_run_says_why_ids_lead_nowhere(tmp_path: Path) -> None:
    ended = rttd("compute", district(tmp_path, **changed("attendance", "00102,", "102,", 10)), "--output-format", "json", code=1)
    assert [(one["code"], one["severity"], one["line"]) for one in ended.problems] == [
        ("foreign-key", "error", 12), ("lost-zeros", "warning", 12)]  # fmt: skip
    assert ended.message("lost-zeros").endswith("with zeros (10 of 60 rows); also lines 13, 14, 15, 16, ...")


def test_a_run_of_another_year_says_that_students_are_of_no_year(tmp_path: Path) -> None:
    undated = files()["students"].replace(",school_year", "").replace(",2012-13", "")
    folder = district(tmp_path, students=undated, **more("attendance", "00101,01,2011-10-03,present,"))
    assert "undated-status" not in rttd("compute", folder, code=0).stderr
    ended = rttd("compute", folder, "--school-year", "2011-12", "--output-format", "json", code=0)
    assert ("undated-status", STUDENT, 1) in ended.found


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("warning", 0), ("off", 0)])
def test_the_severity_of_what_only_a_run_tells(tmp_path: Path, severity: str, code: int) -> None:
    settings = {"rules": {"unknown-mark": {"severity": severity, "because": "Marks of the evening school"}}}
    folder = district(tmp_path, settings, **changed("grades", ",B,", ",ZZ,"))
    ended = rttd("compute", folder, "--output-format", "json", code=code)
    assert ("unknown-mark" in {found[0] for found in ended.found}) == (severity != "off")


@pytest.mark.parametrize(("name", "setting", "says", "hint"), [
    ("duplicate-dya", {"severity": "off"}, "'duplicate-dya' is no rule about data", "did you mean 'duplicate-day'?"),
    ("atendance.duplicate-day", {"severity": "off"}, "there is no table 'atendance'", "did you mean 'attendance'?"),
    ("missing-file", {"severity": "off"}, "'missing-file' cannot be set: it is about a whole file, which has to be mended", None),
])  # fmt: skip
def test_a_rule_that_there_is_not(tmp_path: Path, name: str, setting: dict[str, str], says: str, hint: str | None) -> None:
    folder = district(tmp_path, {"rules": {name: {**setting, "because": "x"}}})
    [problem] = rttd("validate", folder, "--output-format", "json", code=1).problems
    assert (problem["message"], problem["help"]) == (says, hint)
    assert (problem["file"], problem["line"], problem["column"]) == ("rttd.yml", 8, 3)


def test_the_students_of_the_district_are_private() -> None:
    assert all(PRIVATE.search(student) for student in STUDENTS)
