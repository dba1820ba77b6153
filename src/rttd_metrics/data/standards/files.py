"""CSV files as they are found: their header, their first rows as text, and how they seem to be written."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from rttd_metrics.data.archive import Member, members

ROWS_LOOKED_AT = 100_000
_BYTES_LOOKED_AT = 64 << 20
_SUFFIXES = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", ";", "\t", "|")
_ROWS_OF_TRIAL = 50


@dataclass
class FoundFile:
    """A file, and its first rows by column. `path`: where it lies in the folder or ZIP that is looked at; `whole`: no row
    was left out; `fault`: why it cannot be read."""

    path: str
    encoding: str = "utf-8"
    delimiter: str = ","
    labels: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    whole: bool = True
    fault: str | None = None

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label: place for place, label in reversed(list(enumerate(self.labels)))}

    def cells(self, *labels: str) -> list[tuple[str, ...]]:
        """The cells of some columns, row by row; rows that are too short are passed over."""
        places = [self._places[label] for label in labels]
        return [tuple(row[place].strip() for place in places) for row in self.rows if len(row) > max(places)]

    def counts(self, label: str) -> Counter[str]:
        """How often each text that is not empty stands in a column."""
        return Counter(cell for (cell,) in self.cells(label) if cell)

    def is_filled(self, label: str) -> bool:
        """Whether there is such a column, and no cell of it is empty."""
        return label in self.labels and bool(self.rows) and all(cell for (cell,) in self.cells(label))

    def is_key(self, *labels: str) -> bool:
        """Whether no two rows are alike in these columns, and none is empty in them."""
        cells = self.cells(*labels)
        return bool(cells) and len(set(cells)) == len(cells) and all(all(row) for row in cells)


def found_files(source: Path) -> list[FoundFile]:
    """The CSVs directly in a folder, or anywhere in a ZIP, by name. Raises ArchiveError for an unsafe ZIP, OSError."""
    if source.is_dir():
        paths: list[tuple[str, Path | Member]] = [(path.name, path) for path in source.iterdir() if path.is_file()]
    else:
        paths = [(name, Member(source, name)) for name in members(source)]
    wanted = [(shown, path) for shown, path in sorted(paths, key=lambda found: found[0]) if _is_csv(shown)]
    return [_look(shown, path) for shown, path in wanted]


def _is_csv(shown: str) -> bool:
    path = PurePosixPath(shown)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in _SUFFIXES and not hidden


def _look(shown: str, path: Path | Member) -> FoundFile:
    found = FoundFile(shown)
    with path.open("rb") as stream:
        content = stream.read(_BYTES_LOOKED_AT)
        found.whole = not stream.read(1)
    if not found.whole:
        content = content[: content.rfind(b"\n") + 1]
    encoding = _encoding_of(content)
    if not content.strip() or encoding is None:
        found.fault = "it is empty" if not content.strip() else "its text cannot be decoded"
        return found
    found.encoding = encoding
    text = content.decode(encoding).removeprefix("\ufeff")
    if "\n" not in text and "\r" in text:
        found.fault = "its lines end in CR only"
        return found
    found.delimiter = _delimiter_of(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=found.delimiter)
        found.labels = next(reader, [])
        same: dict[str, str] = {}  # cells that are alike share their text: most of a column are few
        for row in reader:
            if len(found.rows) == ROWS_LOOKED_AT:
                found.whole = False
                break
            if any(row):
                found.rows.append([same.setdefault(cell, cell) for cell in row])
    except csv.Error:
        found.fault = "a quote is not closed"
    return found


def _encoding_of(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else encoding
    return None


def _delimiter_of(text: str) -> str:
    """What parts the first rows into the most columns, the same number in each."""

    def columns(delimiter: str) -> int:
        try:
            reader = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=delimiter)
            widths = [len(row) for row, _ in zip(reader, range(_ROWS_OF_TRIAL), strict=False) if row]
        except csv.Error:
            return 0
        return widths[0] if widths[1:-1].count(widths[0]) == len(widths[1:-1]) else 0

    return max(_DELIMITERS, key=columns)
