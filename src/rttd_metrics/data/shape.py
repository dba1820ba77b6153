"""The shape of a CSV file: whether every row has as many cells as the header. Polars fills short rows and cuts long ones."""

import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_BLOCK = 1 << 18
_UNITS = 1 << 16


def is_even(stream: BinaryIO, delimiter: str, quote: str, cells: int) -> bool:
    """Whether every line has `cells` cells, by what parts them alone: 0.1 seconds for 100 MB without quotes.

    A true answer can be trusted; a false one may be owed to a cell of several lines, or to quotes inside cells.
    """
    if cells == 1:
        return False  # a blank line would pass for a row
    sign, mark = delimiter.encode(), quote.encode()
    unit = sign * (cells - 1) + b"\n"
    pattern = unit * _UNITS
    dropped = bytes(set(range(256)) - set(sign + mark + b"\n"))
    quoted = re.compile(re.escape(mark) + b"[^\n" + re.escape(mark) + b"]*" + re.escape(mark))
    rest, last, quotes, opening, closing = b"", b"\n", 0, 0, 0
    while block := stream.read(_BLOCK):
        rest += block.translate(None, dropped)
        held = b""
        if mark in rest or last == mark:
            quotes += block.count(mark)
            near = last + block
            opening += near.count(sign + mark) + near.count(b"\n" + mark)
            closing += near.count(mark + sign) + near.count(mark + b"\n") + near.count(mark + b"\r")
            # What stands between quotes parts nothing; pairs with nothing between them are dropped by the quicker way.
            rest = quoted.sub(b"", rest.replace(mark * 2, b""))
            plain, opened, after = rest.partition(mark)
            rest, held = plain, opened + after
            if b"\n" in held:
                return False
        whole = len(rest) // len(unit) * len(unit)
        if not _repeats(rest[:whole], pattern):
            return False
        rest, last = rest[whole:] + held, block[-1:]
    at_cells = quotes == 2 * opening == 2 * (closing + (last == mark))
    return at_cells and rest == (b"" if last == b"\n" else unit[:-1])


def _repeats(text: bytes, pattern: bytes) -> bool:
    return all(pattern.startswith(text[start : start + len(pattern)]) for start in range(0, len(text), len(pattern)))


@dataclass
class Uneven:
    """Rows of one kind: the line each begins in, and which record it is; both from 1, the header being no record."""

    lines: "array[int]" = field(default_factory=lambda: array("q"))
    records: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def count(self) -> int:
        return len(self.lines)

    def add(self, line: int, record: int) -> None:
        self.lines.append(line)
        self.records.append(record)


@dataclass
class Shape:
    """What a file holds besides rows as long as its header. `open_quotes`: rows whose quotes do not come in pairs."""

    rows: int = 0
    blank: Uneven = field(default_factory=Uneven)
    short: Uneven = field(default_factory=Uneven)
    long: Uneven = field(default_factory=Uneven)
    open_quotes: Uneven = field(default_factory=Uneven)


def shape_of(stream: BinaryIO, delimiter: str, quote: str) -> Shape:
    """Every row looked at, slowly: for files that `is_even` or Polars stumbled over."""
    shape = Shape()
    width = None
    sign, mark = re.escape(delimiter), re.escape(quote)
    form = f"(?:{mark}(?:[^{mark}]|{mark}{mark})*{mark}|[^{mark}{sign}\r\n]*)"
    well_formed = re.compile(f"{form}(?:{sign}{form})*[\r\n]*")
    for line, cells, text in records(stream, delimiter, quote):
        if width is None:
            width = len(cells)
            continue
        shape.rows += 1
        # A quote inside a word is let pass where it does no harm; a row of several lines may be made by it.
        if text.count(quote) % 2 or (any("\n" in cell for cell in cells) and not well_formed.fullmatch(text)):
            shape.open_quotes.add(line, shape.rows)
        elif not cells:
            shape.blank.add(line, shape.rows)
        elif len(cells) != width:
            (shape.short if len(cells) < width else shape.long).add(line, shape.rows)
    return shape


def records(stream: BinaryIO, delimiter: str, quote: str) -> Iterator[tuple[int, list[str], str]]:
    """The records of UTF-8 text, the header first: the line each begins in, its cells, and its text.

    A blank line is a record without cells. A cell too long to be meant ends them: its text is the quote that opens it.
    """
    read: list[str] = []

    def lines(text: Iterable[str]) -> Iterator[str]:
        for line in text:
            read.append(line)
            yield line

    with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text:
        reader = csv.reader(lines(text), delimiter=delimiter, quotechar=quote)
        start = 1
        try:
            for cells in reader:
                yield start, cells, "".join(read)
                read.clear()
                start = reader.line_num + 1
        except csv.Error:
            yield start, [], quote
