"""One CSV file: what its header says, and its rows as a lazy frame of typed columns."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from rttd_metrics.data.cells import can_fail, text_of, value_of
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.problems import did_you_mean

ROW = "__row"
BAD = "bad."
_HEAD = 1 << 16
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass
class CsvFile:
    """A file of a table. `present`: field -> headers for the fields that are in it."""

    table: TableDefinition
    path: Path
    shown: str
    present: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def scan(self, fields: Collection[str], *, places: bool = False) -> pl.LazyFrame:
        """The rows, every one: a column TABLE.field for each of `fields` that the file has, `bad.field` where a cell
        may not fit. With `places`, `__row` counts the records from 0.
        """
        raw = self._raw(places)
        columns: list[pl.Expr] = []
        for name in sorted(fields):
            if name not in self.present:
                continue
            definition = self.table.fields[name]
            text = text_of(self.present[name], definition)
            value = value_of(text, self.table, definition)
            columns.append(value.alias(f"{self.table.name}.{name}"))
            if can_fail(self.table, definition):
                columns.append((value.is_null() & text.is_not_null()).alias(BAD + name))
        return raw.select(*([pl.col(ROW)] if places else []), *columns)

    def _raw(self, places: bool) -> pl.LazyFrame:
        dialect = self.table.dialect
        encoding = self.table.encoding.lower().replace("_", "-")
        source: Path | io.BytesIO = self.path
        if encoding not in ("utf-8", "utf8"):
            source = io.BytesIO(self.path.read_bytes().decode(encoding).encode())
        return pl.scan_csv(source, separator=dialect.delimiter, quote_char=dialect.quote_char, infer_schema=False,
                           null_values=self.table.table_schema.missing_values, row_index_name=ROW if places else None, glob=False)  # fmt: skip

    def lines(self, records: Collection[int]) -> dict[int, int]:
        """The physical line (from 1) of each record (from 0, the header not counted)."""
        if b'"' not in self._bytes_with_quotes():
            return {record: record + 2 for record in records}
        wanted, found = set(records), {}
        with self.path.open(encoding=self.table.encoding, newline="", errors="replace") as stream:
            reader = csv.reader(stream, delimiter=self.table.dialect.delimiter, quotechar=self.table.dialect.quote_char)
            start = 1
            for number, _ in enumerate(reader):
                if number - 1 in wanted:
                    found[number - 1] = start
                start = reader.line_num + 1
        return found

    def _bytes_with_quotes(self) -> bytes:
        with self.path.open("rb") as stream:
            return b'"' if any(b'"' in block for block in iter(lambda: stream.read(1 << 20), b"")) else b""


def open_csv(table: TableDefinition, path: Path, shown: str, fields: Collection[str]) -> CsvFile:
    """Look at the head of a file; what is wrong with it stands in `findings`."""
    opened = CsvFile(table, path, shown)
    opened.findings += _look(opened, fields)
    return opened


def _look(opened: CsvFile, fields: Collection[str]) -> Iterator[Finding]:
    table, here = opened.table, (Place(opened.shown, 1),)
    if not opened.path.is_file():
        reason = "it is a folder" if opened.path.is_dir() else None
        yield Finding("source-error" if reason else "missing-file", table.name, (Place(opened.shown),), detail=reason)
        return
    try:
        with opened.path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        yield Finding("source-error", table.name, (Place(opened.shown),), detail=error.strerror)
        return
    if not head.strip():
        yield Finding("empty-file", table.name, (Place(opened.shown),))
        return
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        yield Finding("encoding-error", table.name, here, detail="it looks like UTF-16")
        return
    if b"\r" in head and b"\n" not in head:
        yield Finding("source-error", table.name, here, detail="its lines end in CR only; save it with line feeds")
        return
    try:
        labels = _labels(head, table)
    except (UnicodeDecodeError, LookupError, csv.Error) as error:
        yield Finding("encoding-error", table.name, here, detail=str(error) if isinstance(error, LookupError) else None)
        return
    yield from _match(opened, labels, fields)


def _labels(head: bytes, table: TableDefinition) -> list[str]:
    cut = head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1] or head
    text = cut.decode(table.encoding).removeprefix("\ufeff")
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=table.dialect.delimiter, quotechar=table.dialect.quote_char))


def _match(opened: CsvFile, labels: list[str], fields: Collection[str]) -> Iterator[Finding]:
    """Which fields the header has, and which it lacks."""
    table = opened.table
    here = (Place(opened.shown, 1),)
    by_plain = {label.strip().casefold(): label for label in labels}
    for name in sorted(fields):
        definition = table.fields[name]
        headers = definition.headers
        lacking = [header for header in headers if header not in labels]
        if repeated := [header for header in headers if labels.count(header) > 1]:
            yield Finding("duplicate-label", table.name, here, name, repeated[0])
        elif not lacking:
            opened.present[name] = headers
        elif definition.required or len(lacking) < len(headers):
            yield Finding("missing-label", table.name, here, name, lacking[0], detail=_nearest(lacking[0], labels, by_plain, table))


def _nearest(header: str, labels: list[str], by_plain: dict[str, str], table: TableDefinition) -> str:
    if len(labels) == 1:
        for sign, name in _OTHER_DELIMITERS.items():
            if sign in labels[0] and sign != table.dialect.delimiter:
                return f"the header is one column; it seems to be parted by {name}: say dialect: {{delimiter: '{sign}'}}"
    alike = by_plain.get(header.strip().casefold())
    hint = f"did you mean '{alike}'?" if alike else did_you_mean(header, labels)
    return hint or "it has " + ", ".join(f"'{label}'" for label in labels[:12]) + (", ..." if len(labels) > 12 else "")
