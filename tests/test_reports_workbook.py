"""The workbook: its sheets, that every cell is what it is, and tables longer than a sheet."""

import datetime
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from report_runs import ADAMS, AS_OF, LAKESIDE, PENA, RESULTS, ROOM, STUDENTS, info, make_run, row, student
from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA, Run
from rttd_metrics.reports.workbook import EXCEL_ROWS, write_workbook


def written(run: Run, folder: Path, rows_per_sheet: int = EXCEL_ROWS) -> Path:
    scratch = folder / "scratch"
    scratch.mkdir()
    write_workbook(run, folder / "results.xlsx", scratch=scratch, rows_per_sheet=rows_per_sheet)
    assert list(scratch.iterdir()) == []
    return folder / "results.xlsx"


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, values, strict=True)) for values in rows]


def opened(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def test_a_sheet_to_read_first_then_one_a_level(tmp_path: Path) -> None:
    book = opened(written(make_run(), tmp_path))
    assert book.sheetnames == ["Read me", "District", "Schools", "Classrooms", "Students"]
    cells = [tuple(value for value in line if value) for line in book["Read me"].iter_rows(values_only=True)]
    assert cells[0] == ("Lakeside Unified, 2012-13",)
    for line in (("District", "Lakeside Unified (0600001)"), ("School year", "2012-13"), ("As of", "2012-11-16"),
                 ("Data through", "2012-11-14"), ("Run", "3f9c2a71b0de")):  # fmt: skip
        assert line in cells
    explained = {line[0] for line in cells if line}
    assert explained >= {*RESULT_SCHEMA, *STUDENT_RESULT_SCHEMA, *{one["status"] for one in RESULTS}, "chronic_absence"}


def test_the_sheets_hold_the_same_columns_and_values_as_the_frames(tmp_path: Path) -> None:
    run = make_run()
    book = opened(written(run, tmp_path))
    for title, level in (("District", "district"), ("Schools", "school"), ("Classrooms", "classroom")):
        found = rows_of(book[title])
        expected = run.results.filter(pl.col("level") == level).to_dicts()
        assert [{**line, "as_of": line["as_of"].date()} for line in found] == expected
    found = rows_of(book["Students"])
    assert [{**line, "as_of": line["as_of"].date()} for line in found] == run.student_results.to_dicts()
    assert set(found[0]) == set(STUDENT_RESULT_SCHEMA)


def test_numbers_are_shown_as_their_measure_wants(tmp_path: Path) -> None:
    sheet = opened(written(make_run(), tmp_path))["District"]
    head = [cell.value for cell in sheet[1]]
    formats = {line[head.index("measure")].value: line[head.index("value")].number_format for line in sheet.iter_rows(min_row=2)}
    assert formats == {"chronic_absence": '0.0"%"', "observation": "#,##0.00", "educator_survey": '0.0"%"'}
    assert sheet.cell(2, head.index("as_of") + 1).number_format == "yyyy-mm-dd"


def test_the_head_stays_in_sight_and_filters(tmp_path: Path) -> None:
    book = opened(written(make_run(), tmp_path))
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example", "mailto:a@b", "0102", "1e5", "TRUE"])
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    path = written(make_run([row("chronic_absence", ADAMS | {"unit_name": text, "unit_id": text}, 1.0, "met")]), tmp_path)
    [line] = rows_of(opened(path)["Schools"])
    assert (line["unit_name"], line["unit_id"]) == (text, text)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f>|<f |<hyperlink", archive.read(name)), name


def test_text_that_looks_like_an_escape_is_escaped(tmp_path: Path) -> None:
    path = written(make_run([row("chronic_absence", ADAMS | {"unit_name": "_x000D_"}, 1.0, "met")]), tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert b"<t>_x005F_x000D_</t>" in archive.read("xl/worksheets/sheet3.xml")  # Excel shows _x000D_


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    rows = [row("chronic_absence", ADAMS | {"unit_name": "A\x00d\x0bam\x1fs\uffff"}, 1.0, "met")]
    book = opened(written(make_run(rows, district_name="Lake\x01side"), tmp_path))
    assert rows_of(book["Schools"])[0]["unit_name"] == "Adams"
    assert book["Read me"]["A1"].value == "Lakeside, 2012-13"


def test_a_run_without_rows_has_its_sheets(tmp_path: Path) -> None:
    book = opened(written(make_run([], student_results=pl.DataFrame(schema=STUDENT_RESULT_SCHEMA)), tmp_path))
    assert [rows_of(sheet) for sheet in book.worksheets[1:]] == [[], [], [], []]


def test_a_table_longer_than_a_sheet_is_split_by_school_and_a_long_school_in_parts(tmp_path: Path) -> None:
    rooms = [ROOM | {"unit_id": f"0101-{number}"} for number in range(5)] + [ROOM | {"unit_id": "0102-1", "school_id": "0102"}]
    rows = [row("chronic_absence", room, 10.0, "met") for room in rooms] + [row("chronic_absence", LAKESIDE, 10.0, "met")]
    students = pl.DataFrame([student("S1", None, "n", 0.0, True), *STUDENTS[:4]], schema=STUDENT_RESULT_SCHEMA)
    # a sheet holds its head and 3 rows: 5 + 1 classrooms are 3 + 2 of one school and 1 of the other
    book = opened(written(make_run(rows, student_results=students), tmp_path, rows_per_sheet=4))
    assert {sheet.title: len(rows_of(sheet)) for sheet in book.worksheets[1:]} == {
        "District": 1, "Schools": 0, "Classrooms 0101": 3, "Classrooms 0101 (2)": 2, "Classrooms 0102": 1,
        "Students whole year": 3, "Students 0101": 1, "Students 0102": 1,
    }  # fmt: skip


def test_a_table_that_just_fits_is_not_split(tmp_path: Path) -> None:
    rows = [row("chronic_absence", unit, 10.0, "met") for unit in (ADAMS, PENA)]
    assert "Schools" in opened(written(make_run(rows), tmp_path, rows_per_sheet=3)).sheetnames


def test_names_of_sheets_are_such_as_excel_takes(tmp_path: Path) -> None:
    ids = ["a/b", "a:b", "A?B", "x" * 40, "x" * 41, "it's'"]
    rows = [row("chronic_absence", ROOM | {"school_id": id_, "unit_id": id_}, 10.0, "met") for id_ in ids]
    names = opened(written(make_run(rows), tmp_path, rows_per_sheet=2)).sheetnames
    rooms = [name for name in names if name.startswith("Classrooms")]
    assert len({name.casefold() for name in rooms}) == len(ids)
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) and not name.endswith("'") for name in rooms)


def test_the_date_of_the_file_is_the_runs(tmp_path: Path) -> None:
    book = opened(written(make_run(), tmp_path))
    assert book.properties.created == datetime.datetime.combine(AS_OF, datetime.time())
    assert book.properties.title == "Lakeside Unified, 2012-13"


def test_counts_are_whole_numbers(tmp_path: Path) -> None:
    measure = info("suspensions", "Suspensions", aggregate="count")
    rows = [row("suspensions", LAKESIDE, 1234.0, "no_target")]
    run = make_run(rows, measures=(measure,), student_results=pl.DataFrame(schema=STUDENT_RESULT_SCHEMA))
    sheet = opened(written(run, tmp_path))["District"]
    cell = sheet.cell(2, [cell.value for cell in sheet[1]].index("value") + 1)
    assert (cell.value, cell.number_format) == (1234, "#,##0")
