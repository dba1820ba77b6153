"""What all workbooks share: how they are opened, so that cells are what they are, and the names of their sheets."""

from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter

from rttd_metrics.reports.text import xml_text

# Texts never become formulas, links or numbers.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}
_SHEET_NAME = 31  # characters that Excel allows


def new_book(path: Path, title: str, as_of: date, *, scratch: Path) -> xlsxwriter.Workbook:
    """A workbook whose rows are written from the first to the last, and a row from its first cell to its last.

    `scratch` is a folder for its parts until they are packed. It is dated by its data: the same data give the same bytes.
    """
    book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(scratch)})
    book.use_zip64()
    book.set_properties({"title": title, "created": datetime.combine(as_of, time())})
    return book


def sheet_name(wanted: str, names: set[str]) -> str:
    """A name that Excel takes and no other sheet has."""
    base = "".join("_" if character in "[]:*?/\\" else character for character in xml_text(wanted)).strip("'")
    for number in range(1, len(names) + 2):
        ending = "" if number == 1 else f" ({number})"
        name = base[: _SHEET_NAME - len(ending)] + ending
        if name.casefold() not in names:
            break
    names.add(name.casefold())
    return name
