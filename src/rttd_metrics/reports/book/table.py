"""A table on a sheet of its own: its head stays in sight and filters, its cells are what they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rttd_metrics.reports.book.styles import Styles
from rttd_metrics.reports.text import xml_text
from rttd_metrics.reports.xlsx import sheet_name

_LINE = 15
"""The height of a line of text, in points."""

Value = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell and the format it is written in."""

    value: Value
    style: Format | None


Cell = Value | Styled


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: float = 12


class Sheets:
    """Adds sheets to a workbook."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.styles = book, Styles(book)
        self._names: set[str] = set()

    def sheet(self, title: str) -> Worksheet:
        return self.book.add_worksheet(sheet_name(title, self._names))

    def table(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, frozen: int = 1
    ) -> Worksheet | None:
        """A sheet with a row of heads and these rows; none where there is no row. `frozen`: columns that stay in sight."""
        if not rows:
            return None
        sheet = self.sheet(title)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_row(0, _LINE * max(math.ceil(len(column.title) / (column.width - 2)) for column in columns))
        for place, column in enumerate(columns):
            sheet.write_string(0, place, xml_text(column.title), self.styles.head)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                self.write(sheet, number, place, cell)
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, cell: Cell, style: Format | None = None) -> None:
        """A cell as what it is: a text is never taken for a formula, a link or a number."""
        value = cell.value if isinstance(cell, Styled) else cell
        style = cell.style if isinstance(cell, Styled) else style
        match value:
            case None:
                return
            case str():
                sheet.write_string(row, column, xml_text(value), style)
            case date():
                sheet.write_datetime(row, column, value, style)
            case int():
                sheet.write_number(row, column, value, style or self.styles.count)
            case _:
                sheet.write_number(row, column, value, style)
