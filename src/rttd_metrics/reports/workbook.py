"""The workbook: a sheet to read first, then one a level, each a table with filters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rttd_metrics.engine.results import MeasureInfo, Run
from rttd_metrics.reports.columns import COLUMNS, ROLES, STATUSES
from rttd_metrics.reports.numbers import excel_format
from rttd_metrics.reports.text import NOT_XML, xml_text
from rttd_metrics.reports.xlsx import new_book, sheet_name

EXCEL_ROWS = 1_048_576
# The columns of results, those that people read first; what is the same in every row stands last.
_RESULTS = (
    "measure",
    "window",
    "school_id",
    "unit_id",
    "unit_name",
    "dimension",
    "subgroup",
    "value",
    "target",
    "status",
    "uncertain",
    "n",
    "population",
    "excluded",
    "missing",
    "numerator",
    "denominator",
    "ci_low",
    "ci_high",
    "baseline",
    "level",
    "district_id",
    "school_year",
    "as_of",
    "run_id",
)
_STUDENTS = ("measure", "window", "student_id", "school_id", "role", "reason", "value", "met", "school_year", "as_of", "run_id")
_IN_UNITS_OF_THE_MEASURE = {"value", "target", "ci_low", "ci_high", "baseline"}
_WIDTHS = {"measure": 30, "unit_name": 30, "subgroup": 26, "reason": 30, "dimension": 16, "run_id": 18, "student_id": 14}
_WIDTH = 12
_ROWS_AT_ONCE = 50_000
_STATUS_COLORS = {"met": "#1B6E3C", "not_met": "#A61B1B"}


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, measures: Iterable[MeasureInfo]) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
        self.bold = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.status = {status: book.add_format({"bold": True, "font_color": color}) for status, color in _STATUS_COLORS.items()}
        made: dict[str, Format] = {}
        for pattern in {excel_format(info): None for info in measures}:
            made[pattern] = book.add_format({"num_format": pattern})
        self.measures = {info.id: made[excel_format(info)] for info in measures}


def write_workbook(run: Run, path: Path, *, scratch: Path, rows_per_sheet: int = EXCEL_ROWS) -> None:
    """Write results and student results to `path`, a row at a time, so that memory does not grow with the rows.

    `scratch` is a folder for the parts until they are packed. A table of more than `rows_per_sheet` rows, its head
    included, is split by school. The same run gives the same bytes.
    """
    book = new_book(path, _title(run), run.as_of, scratch=scratch)
    styles = Styles(book, run.measures)
    _read_me(book, styles, run)
    names: set[str] = set()
    for title, frame, columns in _tables(run):
        for name, part in _sheets(title, frame.select(columns), rows_per_sheet - 1, names):
            _write_table(book.add_worksheet(name), styles, part)
    book.close()  # not on the way out of an error: it would first pack what is there


def _title(run: Run) -> str:
    return f"{xml_text(run.district_name)}, {run.school_year}"


def _tables(run: Run) -> Iterator[tuple[str, pl.DataFrame, Sequence[str]]]:
    for title, level in (("District", "district"), ("Schools", "school"), ("Classrooms", "classroom")):
        yield title, run.all_results.filter(pl.col("level") == level), _RESULTS
    yield "Students", run.all_student_results, _STUDENTS


def _read_me(book: xlsxwriter.Workbook, styles: Styles, run: Run) -> None:
    """Whose numbers these are and of when, the measures, and what every column means."""
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 7, 16)
    about = (
        ("District", f"{run.district_name} ({run.district_id})"),
        ("School year", run.school_year),
        ("As of", run.as_of.isoformat()),
        ("Data through", run.data_through.isoformat() if run.data_through else "no dated data"),
        ("Run", run.run_id),
        ("Version", run.version),
        ("Internal", "Contains student-level information and small groups. Not for publication."),
    )
    row = _write_block(sheet, 0, [(_title(run),)], styles.title)
    row = _write_block(sheet, row, about, None)
    measures = [
        (
            info.id,
            info.title,
            info.condition.replace("_", " "),
            info.slot or "",
            info.level,
            f"{info.gap.kind} of {info.aggregate}" if info.gap else info.aggregate,
            info.improvement,
            info.frequency,
            info.owner or "",
        )
        for info in run.measures
    ]
    heads = ("Measure", "Title", "Condition", "Slot", "Level", "Aggregate", "Improvement", "Frequency", "Owner")
    row = _write_block(sheet, row + 1, [heads], styles.head)
    row = _write_block(sheet, row, measures, None)
    for head, meanings in (("Column", COLUMNS), ("Status", STATUSES), ("Role", ROLES)):
        row = _write_block(sheet, row + 1, [(head, "Meaning")], styles.head)
        row = _write_block(sheet, row, meanings.items(), None)


def _write_block(sheet: Worksheet, row: int, lines: Iterable[Sequence[str]], style: Format | None) -> int:
    """Write lines of texts from `row` on; returns the row after them."""
    for line in lines:
        for column, text in enumerate(line):
            sheet.write_string(row, column, xml_text(text), style)
        row += 1
    return row


def _sheets(title: str, frame: pl.DataFrame, rows: int, names: set[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    """The sheets of a table by name: one, or where it is too long one a school, a long school in parts."""
    if frame.height <= rows:
        yield sheet_name(title, names), frame
        return
    for part in frame.partition_by("school_id", maintain_order=True):
        school = part["school_id"][0]
        for piece in part.iter_slices(rows):
            yield sheet_name(f"{title} {'whole year' if school is None else school}", names), piece


def _write_table(sheet: Worksheet, styles: Styles, frame: pl.DataFrame) -> None:
    sheet.freeze_panes(1, 1)
    for column, name in enumerate(frame.columns):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, name, styles.head)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)
    writers = [_writer(sheet, styles, name, dtype) for name, dtype in frame.schema.items()]
    measure = frame.columns.index("measure")
    for row, values in enumerate(_rows(frame), start=1):
        of_measure = styles.measures[values[measure]]
        for column, value in enumerate(values):
            if value is not None:
                writers[column](row, column, value, of_measure)


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows, their texts without characters that XML cannot hold; a part of the frame is in hand at a time."""
    for part in frame.iter_slices(_ROWS_AT_ONCE):
        yield from part.with_columns(pl.col(pl.String).str.replace_all(NOT_XML, "")).iter_rows()


def _writer(sheet: Worksheet, styles: Styles, name: str, dtype: pl.DataType) -> Callable[[int, int, Any, Format], object]:
    """How the cells of a column are written; the last argument is the format of the row's measure."""
    if name == "status":
        return lambda row, column, value, _: sheet.write_string(row, column, value, styles.status.get(value))
    if name in _IN_UNITS_OF_THE_MEASURE:
        number: Callable[[int, int, Any, Format], object] = sheet.write_number
        return number
    if dtype == pl.String:
        return lambda row, column, value, _: sheet.write_string(row, column, value)
    if dtype == pl.Boolean:
        return lambda row, column, value, _: sheet.write_boolean(row, column, value)
    if dtype == pl.Date:
        return lambda row, column, value, _: sheet.write_datetime(row, column, value)
    style = styles.count if dtype.is_integer() else None
    return lambda row, column, value, _: sheet.write_number(row, column, value, style)
