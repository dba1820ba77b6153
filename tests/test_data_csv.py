"""Bad files beside good ones, through the command line: what each finding says, where, and what a run does then."""

import csv
import os
import re
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis.strategies import lists, sampled_from

from commands import Ended, Found, rttd, rttd_process
from projects import cell, compute, counts, measure, role, write_project
from rttd_metrics.data.shape import is_even, shape_of
from rttd_metrics.definitions.tables import Dialect

FACTS = {"student": {"missed": "count(attendance where attendance.absent >= 0.5)"}}
MISSED = measure(population="grade_level >= 9 and participating", formula="percent(missed >= 1)",
                 exclude=[{"when": "students.cohort > '2030'", "because": "Graduates later"}])  # fmt: skip

# The good files: three students, of whom 001 was absent on one day.
TABLES = {
    "schools": "school_id,name\nS1,Heron Bay\nS2,Cedar Point\n",
    "sections": "section_id,school_id\nC1,S1\n",
    "rosters": "student_id,section_id\n001,C1\n",
    "students": """student_id,school_id,grade_level,participating,cohort,gender
001,S1,9,true,2013,Secretive
002,S1,10,yes,2012-13,M
003,S2,11,1,2014,
""",
    "attendance": """student_id,school_id,date,status,absent
001,S1,2012-09-04,absent,
001,S1,2012-09-05,present,
002,S1,2012-09-04,tardy,0.25
003,S2,2012-09-04,present,0
""",
}
HEADER = TABLES["attendance"].splitlines()[0]
STUDENTS_HEADER = TABLES["students"].splitlines()[0]
GOOD = (3, 0, 0, 3, 1)  # population, excluded, missing, n, numerator

PRIVATE = re.compile(r"Secretive|Whisper|0099\d|2012-09-3\d|ZZ9")
"""What the bad rows of these tests hold of students, and no message may repeat."""


def project(folder: Path, settings: Mapping[str, Any] | None = None, /, **files: str | bytes | None) -> Path:
    """The good files, with some of them replaced; None: not there."""
    write_project(folder, MISSED, facts=FACTS, settings=settings)
    for name, text in {**TABLES, **files}.items():
        if text is not None:
            (folder / "data" / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def more(*rows: str, table: str = "attendance") -> str:
    """A good file with more rows: the first of them is line 6 of attendance, line 5 of students."""
    return TABLES[table] + "".join(f"{row}\n" for row in rows)


def check(folder: Path, *arguments: str, code: int = 1) -> Ended:
    ended = rttd("compute", folder, "--output-format", "json", *arguments, code=code)
    assert not PRIVATE.search(ended.stderr), ended.stderr
    return ended


def settings(table: str, **keys: Any) -> dict[str, Any]:
    return {"tables": [{"name": table, **keys}]}


def test_the_good_files_have_no_findings(tmp_path: Path) -> None:
    ended = rttd_process("compute", project(tmp_path), code=0)
    assert ended.stderr == ""
    assert counts(compute(tmp_path)) == GOOD


WHOLE_FILES: dict[str, tuple[dict[str, str | bytes | None], Found, str]] = {
    "missing": ({"attendance": None}, ("missing-file", "data/attendance.csv", None), "there is no such file"),
    "empty": ({"attendance": ""}, ("empty-file", "data/attendance.csv", None), "not even a header"),
    "only blank lines": ({"attendance": "\n \r\n"}, ("empty-file", "data/attendance.csv", None), "not even a header"),
    "only a byte order mark": ({"attendance": "\ufeff"}, ("blank-label", "data/attendance.csv", 1), "no header"),
    "a blank line first": ({"attendance": "\n" + TABLES["attendance"]}, ("blank-label", "data/attendance.csv", 1), "no header"),
    "no header, rows only": ({"attendance": TABLES["attendance"].partition("\n")[2]}, ("blank-label", "data/attendance.csv", 1),
                             "it seems to be a row"),
    "column lacking": ({"attendance": TABLES["attendance"].replace("date", "when")}, ("missing-label", "data/attendance.csv", 1),
                       "column 'date': the header lacks a column: it has 'student_id', 'school_id', 'when', 'status', 'absent'"),
    "column in other case": ({"attendance": TABLES["attendance"].replace("date,", "Date,")},
                             ("missing-label", "data/attendance.csv", 1), "lacks a column: did you mean 'Date'?"),
    "column with spaces": ({"attendance": TABLES["attendance"].replace(",status", ", status")},
                           ("missing-label", "data/attendance.csv", 1), "did you mean ' status'?"),
    "column misspelt": ({"students": TABLES["students"].replace("student_id", "student_idd")},
                        ("missing-label", "data/students.csv", 1), "did you mean 'student_idd'?"),
    "column twice": ({"attendance": TABLES["attendance"].replace(",absent\n", ",status\n", 1)},
                     ("duplicate-label", "data/attendance.csv", 1), "column 'status': the header names a column twice"),
    "semicolons": ({"attendance": TABLES["attendance"].replace(",", ";")}, ("source-error", "data/attendance.csv", 1),
                   'which semicolons seem to part: say `dialect: {delimiter: ";"}`'),
    "tabs": ({"attendance": TABLES["attendance"].replace(",", "\t")}, ("source-error", "data/attendance.csv", 1),
             'which tabs seem to part: say `dialect: {delimiter: "\\t"}`'),
    "UTF-16": ({"attendance": TABLES["attendance"].encode("utf-16")}, ("encoding-error", "data/attendance.csv", 1), "UTF-16"),
    "UTF-16 without a mark": ({"attendance": TABLES["attendance"].encode("utf-16-le")},
                              ("encoding-error", "data/attendance.csv", 1), "UTF-16"),
    "cp1252": ({"schools": TABLES["schools"].replace("Cedar", "Cédar").encode("cp1252")},
               ("encoding-error", "data/schools.csv", 3), "it is not UTF-8"),
    "cp1252 in the header": ({"schools": TABLES["schools"].replace("name", "name,où").encode("cp1252")},
                             ("encoding-error", "data/schools.csv", 1), "it is not UTF-8"),
    "CR only": ({"attendance": TABLES["attendance"].replace("\n", "\r")}, ("source-error", "data/attendance.csv", 1), "CR only"),
    "a quote left open": ({"attendance": more('002,S1,2012-09-05,"absent,1', "002,S1,2012-09-06,absent,1")},
                          ("source-error", "data/attendance.csv", 6), "a quote is not closed"),
    "a quote in a word": ({"students": more('004,S1,9,true,2013,O"Whisper', table="students")},
                          ("source-error", "data/students.csv", 5), "stands alone in a cell"),
    "a quote in two words": ({"students": more('004,S1,9,true,2013,O"Whisper', '005,S1,9,true,2013,O"Whisper', table="students")},
                             ("source-error", "data/students.csv", 5), "stands alone in a cell; also line 6"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "found", "says"), WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_a_file_that_cannot_be_read(tmp_path: Path, files: dict[str, Any], found: Found, says: str) -> None:
    ended = check(project(tmp_path, **files))
    assert ended.found == [found]
    assert says in ended.message(found[0])
    assert check(tmp_path, "--keep-going").found == [found]  # there is nothing to go on with


@pytest.mark.parametrize(("files", "found", "says"), [WHOLE_FILES[name] for name in ("missing", "semicolons", "cp1252")])
def test_the_same_as_a_person_sees_it(tmp_path: Path, files: dict[str, Any], found: Found, says: str) -> None:
    ended = rttd_process("compute", project(tmp_path, **files), code=1)
    code, file, line = found
    place = f"{file}:{line}" if line else f"{file}"
    assert ended.stderr.startswith(f"{place}: error[{code}]: table '")
    assert says in ended.stderr and ended.stderr.endswith("Found 1 error.\n")
    assert ended.stdout == ""


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    (project(tmp_path, attendance=None) / "data" / "attendance.csv").mkdir()
    ended = rttd_process("compute", tmp_path, code=1)
    assert ended.stderr.splitlines() == [
        "data/attendance.csv: error[source-error]: table 'attendance': this cannot be read: it is a folder", "",
        "Found 1 error."]  # fmt: skip


def test_a_header_only_is_a_warning(tmp_path: Path) -> None:
    ended = rttd_process("compute", project(tmp_path, attendance=HEADER + "\n"), code=0)
    assert ended.stderr.splitlines() == [
        "data/attendance.csv:1: warning[no-rows]: table 'attendance': the file has a header but no rows of this school year "
        "up to the as-of date", "", "Found 1 warning."]  # fmt: skip
    assert counts(compute(tmp_path)) == (3, 0, 0, 3, 0)


@pytest.mark.parametrize("text", [
    "\ufeff" + TABLES["attendance"],
    TABLES["attendance"].replace("\n", "\r\n"),
    TABLES["attendance"].removesuffix("\n"),
    "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in TABLES["attendance"].splitlines()),
], ids=["byte order mark", "CRLF", "no line feed at the end", "all quoted"])  # fmt: skip
def test_other_ways_to_write_the_same_file(tmp_path: Path, text: str) -> None:
    assert check(project(tmp_path, attendance=text), code=0).found == []
    assert counts(compute(tmp_path)) == GOOD


@pytest.mark.parametrize(("encoding", "declared"), [
    ("cp1252", "cp1252"), ("latin-1", "ISO-8859-1"), ("utf-16", "utf-16"), ("utf-16-le", "UTF-16LE"), ("utf-8-sig", "utf8"),
])  # fmt: skip
def test_a_declared_encoding(tmp_path: Path, encoding: str, declared: str) -> None:
    schools = TABLES["schools"].replace("Cedar", "Cédar").encode(encoding)
    assert check(project(tmp_path, settings("schools", encoding=declared), schools=schools), code=0).found == []
    assert cell(compute(tmp_path), "school", "S2")["unit_name"] == "Cédar Point"


def test_a_declared_encoding_that_is_not_that_of_the_file(tmp_path: Path) -> None:
    schools = TABLES["schools"].encode() + b"S3,\x81\n"  # no character of cp1252
    ended = check(project(tmp_path, settings("schools", encoding="cp1252"), schools=schools))
    assert ended.found == [("encoding-error", "data/schools.csv", 4)]
    assert "it is not CP1252" in ended.message("encoding-error")


@pytest.mark.parametrize(("key", "value", "says"), [
    ("encoding", "cp1253x", "there is no encoding 'cp1253x'"), ("encoding", "hex", "there is no encoding 'hex'"),
    ("dialect", {"delimiter": "§"}, "is not one sign"), ("dialect", {"delimiter": ", "}, "is not one sign"),
    ("path", "../attendance.csv", "leads outside the project"), ("path", "/etc/passwd", "leads outside the project"),
    ("path", "https://example.org/a.csv", "leads outside the project"),
])  # fmt: skip
def test_a_declaration_that_makes_no_sense(tmp_path: Path, key: str, value: object, says: str) -> None:
    [problem] = check(project(tmp_path, settings("attendance", **{key: value}))).problems
    assert problem["file"] == "rttd.yml" and problem["line"] and says in problem["message"]


def test_another_delimiter(tmp_path: Path) -> None:
    text = TABLES["attendance"].replace(",", ";")
    folder = project(tmp_path, settings("attendance", dialect={"delimiter": ";"}), attendance=text)
    assert check(folder, code=0).found == []
    assert counts(compute(tmp_path)) == GOOD
    (tmp_path / "data" / "attendance.csv").write_text(TABLES["attendance"], encoding="utf-8")
    assert "which commas seem to part" in check(folder).message("source-error")


# Rows that are not as long as the header. Polars would fill the short ones and cut the long ones.

ROWS: dict[str, tuple[str, str, int, str]] = {
    "short": (more("00991,S1,2012-09-05"), "missing-cell", 6, "rows have fewer cells than the header (1 of 5 rows)"),
    "short by the last cell": (more("001,S1,2012-09-06,present"), "missing-cell", 6, "(1 of 5 rows)"),
    "short first row": (f"{HEADER}\n00991\n00992,S1,2012-09-30,absent,\n", "missing-cell", 2, "(1 of 2 rows)"),
    "long": (more("00991,S1,2012-09-05,absent,1,x", "00992,S1,2012-09-05,absent,1,x"), "extra-cell", 6,
             "rows have more cells than the header (2 of 6 rows); also line 7"),
    "long by an empty cell": (more("001,S1,2012-09-06,present,,"), "extra-cell", 6, "(1 of 5 rows)"),
    "one of each": (more("001,S1,2012-09-06,present,,", "001,S1,2012-09-07,present"), "extra-cell", 6, "(1 of 6 rows)"),
    "a line of spaces": (more("   "), "missing-cell", 6, "(1 of 5 rows)"),
    "after quoted line feeds": (more('001,S1,2012-09-06,"present","\n\n"', "00991"), "missing-cell", 9, "(1 of 6 rows)"),
    "a thousand": (more(*["00991"] * 1000), "missing-cell", 6, "(1,000 of 1,004 rows); also lines 7, 8, 9, 10, ..."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "says"), ROWS.values(), ids=ROWS)
def test_rows_of_another_length_than_the_header(tmp_path: Path, text: str, code: str, line: int, says: str) -> None:
    ended = check(project(tmp_path, attendance=text))
    assert (code, "data/attendance.csv", line) in ended.found
    assert says in ended.message(code)


def test_a_long_row_is_found_whichever_columns_are_read(tmp_path: Path) -> None:
    # A comma in a name that is not quoted moves every cell after it; the run reads none of the last columns.
    header = "student_id,grade_level,cohort,name,school_id,note\n"
    students = header + "001,9,,Whisper,S1,\n002,9,,Whisper, Jane,S1,\n003,9,,Whisper,S2,\n"
    assert check(project(tmp_path, students=students)).found == [("extra-cell", "data/students.csv", 3)]
    quoted = students.replace("Whisper, Jane", '"Whisper, Jane"')
    assert check(project(tmp_path, students=quoted), code=0).found == []


def test_blank_lines_are_passed_over_and_told(tmp_path: Path) -> None:
    text = TABLES["attendance"].replace("002,", "\n002,") + "\n\n"
    ended = check(project(tmp_path, attendance=text), code=0)
    assert ended.found == [("blank-row", "data/attendance.csv", 4)]
    assert ended.message("blank-row") == "table 'attendance': blank lines were passed over (3 of 7 rows); also lines 7, 8"
    assert counts(compute(tmp_path)) == GOOD


def test_blank_lines_of_windows_and_lines_after_them(tmp_path: Path) -> None:
    text = (TABLES["attendance"] + "\n00991,S1,2012-09-05,absent,\n").replace("\n", "\r\n")
    assert check(project(tmp_path, attendance=text)).found == [
        ("blank-row", "data/attendance.csv", 6), ("foreign-key", "data/attendance.csv", 7)]  # fmt: skip


CELLS_AS_WRITTEN = ["", "a", '"a"', '"a,b"', '"a""b"', 'a"b', 'a"b"', '"a\nb"', '"a', '""', '"a"b', "a\x0bb", '"a\x00"']
ROWS_AS_WRITTEN = lists(lists(sampled_from(CELLS_AS_WRITTEN), min_size=2, max_size=4), max_size=5)


class InPieces(BytesIO):
    """A file that is read a few bytes at a time: what belongs together lies in two blocks."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(3)


@given(rows=ROWS_AS_WRITTEN, line_feed=sampled_from(["\n", "\r\n"]))
@settings_of_hypothesis(max_examples=400, deadline=None)
def test_what_is_let_pass_is_read_as_it_stands(rows: list[list[str]], line_feed: str) -> None:
    # Where no fault of the shape is found, Polars reads what Python's csv module reads, or refuses the file.
    text = "".join(",".join(row) + line_feed for row in [["a", "b", "c"], *rows])
    shape = shape_of(BytesIO(text.encode()), Dialect(), range(3))
    faults = shape.blank.count + shape.short.count + shape.long.count + shape.open_quotes.count + shape.control.count
    even = is_even(BytesIO(text.encode()), Dialect(), 3)
    assert is_even(InPieces(text.encode()), Dialect(), 3) == even
    if even:
        assert not faults
    elif faults:
        return
    try:
        read = pl.scan_csv(BytesIO(text.encode()), infer_schema=False, null_values=[""]).collect(engine="streaming").rows()
    except pl.exceptions.PolarsError:
        return
    expected = list(csv.reader(StringIO(text, newline="")))[1:]
    assert read == [tuple(cell or None for cell in row) for row in expected]


def test_quotes_inside_words_do_no_harm(tmp_path: Path) -> None:
    students = more('004,S1,9,true,2013,5"6" or 6"1"', '005,S1,9,true,2013,Jane "J" Whisper', table="students")
    assert check(project(tmp_path, students=students), code=0).found == []
    assert counts(compute(tmp_path)) == (5, 0, 0, 5, 1)


PREAMBLE = 'Attendance report,"of the\nAs of;2012-11-16\n'
COMMENTS = """# made "by hand
student_id,school_id,date,status,absent
# one
001,S1,2012-09-04,absent,
#,,
001,S1,2012-09-05,"pre
#",
#
"""
DIALECTS: dict[str, tuple[dict[str, Any], str, Found]] = {
    "a title first": ({"headerRows": [3]}, PREAMBLE + more("00991,S1,2012-09-06,absent,"),
                      ("foreign-key", "data/attendance.csv", 8)),
    "comments": ({"commentChar": "#"}, COMMENTS, ("category", "data/attendance.csv", 6)),
    "a title, then comments": ({"commentChar": "#", "headerRows": [3]}, PREAMBLE + "#x\n" + more("001,S1"),
                               ("missing-cell", "data/attendance.csv", 9)),
    "the wrong line": ({"headerRows": [2]}, TABLES["attendance"], ("blank-label", "data/attendance.csv", 2)),
    "a header lower down": ({"headerRows": [3]}, PREAMBLE + TABLES["attendance"].replace("date", "when"),
                            ("missing-label", "data/attendance.csv", 3)),
    "past the end": ({"headerRows": [30]}, TABLES["attendance"], ("blank-label", "data/attendance.csv", 30)),
}  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "found"), DIALECTS.values(), ids=DIALECTS)
def test_where_the_header_stands_and_what_is_no_row(tmp_path: Path, dialect: dict[str, Any], text: str, found: Found) -> None:
    folder = project(tmp_path, settings("attendance", dialect=dialect), attendance=text)
    assert check(folder).found == [found]


def test_a_title_and_comments_change_nothing(tmp_path: Path) -> None:
    text = PREAMBLE + "# a comment\n" + TABLES["attendance"].replace("\n", '\n#,,,"\n') + "# another"
    folder = project(tmp_path, settings("attendance", dialect={"headerRows": [3], "commentChar": "#"}), attendance=text)
    assert check(folder, code=0).found == []
    assert counts(compute(folder)) == GOOD


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\x7f"])
def test_characters_that_cannot_be_seen(tmp_path: Path, sign: str) -> None:
    folder = project(tmp_path, attendance=more(f"002,S1,2012-09-05,abs{sign}ent,", f'002,S1,2012-09-06,"{sign}absent",'))
    ended = check(folder)
    assert ended.found == [("control-character", "data/attendance.csv", 6)]
    assert ended.message("control-character").endswith("(2 of 6 rows); also line 7")
    # Where no measure reads the column it does no harm.
    notes = TABLES["attendance"].replace("\n", f",a{sign}note\n").replace(f",a{sign}note", ",notes", 1)
    assert check(project(tmp_path, attendance=notes), code=0).found == []


# Cells.

CELLS: dict[str, tuple[str, str, str, int, str]] = {
    "dates": ("attendance", more("001,S1,09/06/2012,absent,", "001,S1,2012-02-30,absent,"),
              "type-error", 6,
              "column 'date': cells cannot be read as the declared type: date, format %Y-%m-%d (2 of 6 rows); also line 7"),
    "a year of two digits": ("attendance", more("001,S1,12-09-06,absent,"),
                             "type-error", 6, "date, format %Y-%m-%d (1 of 5 rows)"),
    "a time of day": ("attendance", more("001,S1,2012-09-06 00:00,absent,"), "type-error", 6, "(1 of 5 rows)"),
    "numbers": ("attendance", more("001,S1,2012-09-06,absent,half", '001,S1,2012-09-07,absent,"0,5"',
                                   "001,S1,2012-09-07,absent, 1"),
                "type-error", 6, "'absent': cells cannot be read as the declared type: number (3 of 7 rows); also lines 7, 8"),
    "no numbers in truth": (
        "attendance", more(*(f"001,S1,2012-09-06,absent,{text}" for text in ("1e400", "NaN", "inf", "-inf"))),
        "type-error", 6, "number (4 of 8 rows); also lines 7, 8, 9"),
    "grade levels": ("students", more("00991,S1,13,true,2013,F", "00992,S1,9th,true,2013,F", table="students"),
                     "type-error", 5, "'grade_level': cells cannot be read as the declared type: grade level (2 of 5 rows)"),
    "truth values": ("students", more("00991,S1,9,maybe,2013,F", table="students"), "type-error", 5, "column 'participating'"),
    "school years": ("students", more("00991,S1,9,true,12-13,F", "00992,S1,9,true,2012-14,F", table="students"), "type-error", 5,
                     "column 'cohort': cells cannot be read as the declared type: school year (2 of 5 rows); also line 6"),
    "codes": ("attendance", more("001,S1,2012-09-06,ZZ9,", "001,S1,2012-09-07,absent ,"), "category", 6,
              "column 'status': cells hold codes that the field does not list (2 of 6 rows); also line 7"),
    "empty": ("attendance", more("001,S1,,absent,"), "required", 6,
              "column 'date': cells of a required field are empty (1 of 5 rows)"),
    "repeated key": ("students", more("001,S1,9,true,2013,F", "002,S1,9,true,2013,F", table="students"), "primary-key", 2,
                     "column 'student_id': rows repeat a key that must be unique (4 of 5 rows); also lines 3, 5, 6"),
    "orphan": ("attendance", more("00991,S1,2012-09-06,absent,"), "foreign-key", 6,
               "column 'student_id': rows refer to a row that is not there: no such row in 'students' (1 of 5 rows)"),
    "orphan of another table": ("attendance", more("001,S9,2012-09-06,absent,"), "foreign-key", 6, "column 'school_id'"),
    "after quoted line feeds": ("students", STUDENTS_HEADER + '\n001,S1,9,true,2013,"F\nor\nso"\n002,S1,10,true,2013,"F, so"\n'
                                '003,S2,xx,1,2014,""\n', "type-error", 6, "(1 of 3 rows)"),
    "in a row of several lines": (
        "students", STUDENTS_HEADER + '\n001,S1,9,true,2013,F\n002,S1,xx,true,2013,"a\nb"\n003,S2,9,1,2014,\n',
        "type-error", 3, "(1 of 3 rows)"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "text", "code", "line", "says"), CELLS.values(), ids=CELLS)
def test_cells_that_are_wrong(tmp_path: Path, table: str, text: str, code: str, line: int, says: str) -> None:
    ended = check(project(tmp_path, **{table: text}))
    assert (code, f"data/{table}.csv", line) in ended.found
    assert says in ended.message(code)
    # --keep-going sets the rows aside and says so; nothing else is lost.
    gone_on = check(tmp_path, "--keep-going", code=0)
    assert says in gone_on.message(code) and gone_on.message(code).endswith("; these rows were set aside")
    assert {problem["severity"] for problem in gone_on.problems} == {"warning"}


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    ended = rttd_process("compute", project(
        tmp_path, schools=None,
        students=more("001,S1,9,perhaps,2013,Whisper", table="students"),
        attendance=more("00991,S1,2012-09-06,ZZ9,2e999", ",S1,,absent,")), code=1)  # fmt: skip
    lines = [line.partition(":")[0] + re.sub(r"^[^:]*(:\d+)?: \w+\[([\w-]+)\].*", r"\1 \2", line)
             for line in ended.stderr.splitlines() if "error[" in line]  # fmt: skip
    assert lines == [
        "data/attendance.csv:6 type-error", "data/attendance.csv:6 category", "data/attendance.csv:6 foreign-key",
        "data/attendance.csv:7 required", "data/attendance.csv:7 required", "data/schools.csv missing-file",
        "data/students.csv:2 primary-key", "data/students.csv:5 type-error"]  # fmt: skip
    assert ended.stderr.endswith("Found 8 errors.\n")
    assert not PRIVATE.search(ended.stderr)


def test_the_help_says_what_to_do(tmp_path: Path) -> None:
    ended = check(project(tmp_path, attendance=more("001,S1,2012-09-06,ZZ9,")))
    assert ended.problems[0]["help"] == "add each code to the field's `categories:` in rttd.yml"
    assert ended.problems[0]["column"] is None  # a column of the YAML files, not of a CSV


def test_rows_set_aside_take_those_that_refer_to_them_along(tmp_path: Path) -> None:
    # Student 003 has an unreadable grade level: the row goes, the attendance of 003 follows without a finding of its own.
    folder = project(tmp_path, students=TABLES["students"].replace("003,S2,11", "003,S2,eleven"))
    assert check(folder).found == [("type-error", "data/students.csv", 4)]
    assert check(folder, "--keep-going", code=0).found == [("type-error", "data/students.csv", 4)]
    run = compute(folder, keep_going=True)
    assert counts(run) == (3, 0, 1, 2, 1)  # nobody is lost: 003 is missing
    assert (role(run, "001"), role(run, "002"), role(run, "003")) == ("numerator", "n", "missing")


def test_a_student_is_not_judged_on_half_the_rows(tmp_path: Path) -> None:
    # 002 has four days of attendance, one of them unreadable: what 002 missed is unknown.
    folder = project(tmp_path, attendance=more("002,S1,2012-09-05,ZZ9,", "002,S1,2012-09-06,present,"))
    run = compute(folder, keep_going=True)
    assert counts(run) == (3, 0, 1, 2, 1)
    assert role(run, "002") == "missing"


RULES: list[tuple[str, str, int]] = [
    ("foreign-key", "2", 0), ("foreign-key", "1", 1), ("attendance.foreign-key", "2", 0), ("students.foreign-key", "2", 1),
    ("foreign-key", "33.4%", 0), ("foreign-key", "33.3%", 1), ("foreign-key", "0", 1), ("type-error", "100%", 1),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "tolerate", "code"), RULES)
def test_tolerance(tmp_path: Path, rule: str, tolerate: str, code: int) -> None:
    # Two orphans of six rows: a third.
    attendance = more("00991,S1,2012-09-06,absent,", "00992,S1,2012-09-06,absent,")
    rules = {"rules": {rule: {"tolerate": tolerate, "because": "Guests of the district"}}}
    ended = check(project(tmp_path, rules, attendance=attendance), code=code)
    assert ended.found == [("foreign-key", "data/attendance.csv", 6)]
    assert ended.problems[0]["severity"] == ("error" if code else "warning")
    if not code:
        assert counts(compute(tmp_path)) == GOOD


@pytest.mark.parametrize(("name", "says", "hint"), [
    ("foriegn-key", "'foriegn-key' is no rule about data", "did you mean 'foreign-key'?"),
    ("atendance.category", "there is no table 'atendance'", "did you mean 'attendance'?"),
    ("missing-file", "'missing-file' cannot be set: it is about a whole file, which has to be mended", None),
])  # fmt: skip
def test_a_rule_that_does_not_exist(tmp_path: Path, name: str, says: str, hint: str) -> None:
    [problem] = check(project(tmp_path, {"rules": {name: {"tolerate": 1, "because": "x"}}})).problems
    assert (problem["file"], problem["line"], problem["column"]) == ("rttd.yml", 8, 3)
    assert (problem["message"], problem["help"]) == (says, hint)


def test_a_format_that_is_none(tmp_path: Path) -> None:
    fields = [{"name": "date", "format": "YYYY-MM-DD"}, {"name": "status", "format": "%Y"}]
    ended = check(project(tmp_path, settings("attendance", schema={"fields": fields})))
    assert [problem["message"] for problem in ended.problems] == [
        "'YYYY-MM-DD' names no part of a date", "'status' is no date: only dates have a format"]  # fmt: skip


def test_dates_as_a_district_writes_them(tmp_path: Path) -> None:
    fields = [{"name": "date", "format": "%m/%d/%Y"}]
    rows = "student_id,school_id,date,status,absent\n001,S1,9/4/2012,absent,\n002,S1,09/04/2012,present,\n"
    folder = project(tmp_path, settings("attendance", schema={"fields": fields}), attendance=rows)
    assert check(folder, code=0).found == []
    (tmp_path / "data" / "attendance.csv").write_text(rows + "003,S2,9/4/12,absent,\n", encoding="utf-8")
    assert check(folder).message("type-error").endswith("date, format %m/%d/%Y (1 of 3 rows)")


def test_identifiers_are_text(tmp_path: Path) -> None:
    # With and without leading zeros they are two students; twenty digits are no number either.
    long_id = "12345678901234567890"
    students = more("1,S1,9,true,2013,F", f"{long_id},S1,9,true,2013,F", table="students")
    attendance = more("1,S1,2012-09-04,present,", f"{long_id},S1,2012-09-04,absent,")
    folder = project(tmp_path, students=students, attendance=attendance)
    assert check(folder, code=0).found == []
    run = compute(folder)
    assert (role(run, "001"), role(run, "1"), role(run, long_id)) == ("numerator", "n", "numerator")


def test_a_column_that_no_formula_names_is_not_looked_at(tmp_path: Path) -> None:
    text = TABLES["students"].replace("gender", "birth date")
    assert check(project(tmp_path, students=text), code=0).found == []


def test_a_column_that_a_formula_names_and_no_file_has(tmp_path: Path) -> None:
    text = TABLES["students"].replace("cohort", "grad")
    ended = check(project(tmp_path, students=text), code=0)
    assert ended.found == [("no-column", "data/students.csv", 1)]
    assert ended.message("no-column") == "table 'students', column 'cohort': the file has no such column: it reads as empty"


def test_a_default_does_not_hide_a_header_in_another_case(tmp_path: Path) -> None:
    # Without the column everybody takes part; but here a column says who does.
    ended = check(project(tmp_path, students=TABLES["students"].replace("participating", "Participating")), code=0)
    assert ended.message("no-column").endswith("it reads as empty: did you mean 'Participating'?")
    absent = TABLES["students"].replace("participating", "note")
    assert check(project(tmp_path, students=absent), code=0).found == []


def test_a_bad_cell_does_not_leave_a_part_of_a_file_unseen(tmp_path: Path) -> None:
    # Only the rows of one kind are the table's; a row whose kind cannot be read may be one of them.
    flat = "student_id,school_id,date,status,excused\n001,S1,2012-09-04,absent,yes\n002,S1,2012-09-04,absent,no\n"
    table = settings("attendance", where="excused")
    folder = project(tmp_path, table, attendance=flat)
    assert check(folder, code=0).found == [] and counts(compute(folder)) == (3, 0, 0, 3, 1)
    (tmp_path / "data" / "attendance.csv").write_text(flat + "003,S2,2012-09-04,absent,perhaps\n", encoding="utf-8")
    assert check(folder).found == [("type-error", "data/attendance.csv", 4)]


# Several files, and where they lie.


def months(folder: Path, **files: str) -> Path:
    project(folder, settings("attendance", path="data/att-*.csv"), attendance=None)
    for name, text in files.items():
        (folder / "data" / f"att-{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_one_table_of_several_files(tmp_path: Path) -> None:
    september = f"{HEADER}\n001,S1,2012-09-04,absent,\n"
    october = f"{HEADER}\n002,S1,2012-10-04,absent,\n003,S2,2012-10-04,present,\n"
    folder = months(tmp_path, a=september, b=october)
    assert check(folder, code=0).found == [] and counts(compute(folder)) == (3, 0, 0, 3, 2)
    months(tmp_path, b=october + "003,S2,2012-10-05,ZZ9,\n", c=f"{HEADER}\n00991,S2,2012-10-04,absent,\n")
    ended = check(folder)
    assert ended.found == [("category", "data/att-b.csv", 4), ("foreign-key", "data/att-c.csv", 2)]
    assert "(1 of 5 rows)" in ended.message("category")


def test_a_column_that_only_one_of_the_files_has(tmp_path: Path) -> None:
    rows = [f"{HEADER}\n001,S1,2012-09-04,absent,\n", "student_id,date\n002,2012-10-04\n"]
    ended = check(months(tmp_path, a=rows[0], b=rows[1]))
    assert ended.found == [("missing-label", "data/att-b.csv", 1)]
    assert "column 'status'" in ended.message("missing-label")


def test_an_optional_column_that_only_one_of_the_files_has(tmp_path: Path) -> None:
    folder = project(tmp_path, settings("students", path="data/students*.csv"))
    (folder / "data" / "students2.csv").write_text("student_id,grade_level\n004,9\n", encoding="utf-8")
    assert check(folder, code=0).found == [("no-column", "data/students2.csv", 1)]
    assert role(compute(folder), "004") == "n"


def test_a_pattern_that_matches_nothing(tmp_path: Path) -> None:
    ended = check(months(tmp_path))
    assert ended.found == [("missing-file", "data/att-*.csv", None)]
    assert ended.message("missing-file").endswith("no file matches the pattern")


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_link_that_leads_outside(tmp_path: Path, link: str) -> None:
    folder = project(tmp_path / "district")
    outside = tmp_path / "elsewhere"
    target = folder / "data" / "attendance.csv" if link == "file" else folder / "data"
    target.rename(outside)
    target.symlink_to(outside)
    ended = check(folder)
    assert ("source-error", "data/attendance.csv", None) in ended.found
    assert {found[0] for found in ended.found} == {"source-error"}
    assert "it leads outside the project; copy the file into it" in ended.problems[0]["message"]


def test_a_link_inside_the_project_is_followed(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "data" / "attendance.csv").rename(folder / "export.csv")
    (folder / "data" / "attendance.csv").symlink_to(folder / "export.csv")
    assert check(folder, code=0).found == [] and counts(compute(folder)) == GOOD


def test_a_link_to_nothing_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    folder = project(tmp_path, attendance=None, schools=None)
    (folder / "data" / "attendance.csv").symlink_to("gone.csv")
    os.mkfifo(folder / "data" / "schools.csv")  # reading it would never end
    assert check(folder).found == [("missing-file", "data/attendance.csv", None), ("source-error", "data/schools.csv", None)]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    ended = check(project(tmp_path, settings("attendance", path=f"data/{'x' * 300}.csv")))
    assert ended.found == [("source-error", f"data/{'x' * 300}.csv", None)]


def test_a_project_whose_path_has_spaces_and_accents(tmp_path: Path) -> None:
    folder = project(tmp_path / "Schulbezirk Süd [2012]" / "März 年")
    ended = rttd_process("compute", folder, code=0, LC_ALL="C", PYTHONUTF8="1")
    assert ended.stderr == ""
    (folder / "data" / "attendance.csv").unlink()
    assert check(folder).found == [("missing-file", "data/attendance.csv", None)]
    assert check(folder / "rttd.yml").found == [("missing-file", "data/attendance.csv", None)]
