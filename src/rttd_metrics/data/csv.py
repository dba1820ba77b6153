"""One CSV file: its rows as a lazy frame of typed columns, and the lines they stand in."""

import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from rttd_metrics.data.archive import Member
from rttd_metrics.data.cells import can_fail, text_of, value_of
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.shape import Uneven, records, shape_of
from rttd_metrics.definitions.tables import TableDefinition

ROW = "__row"
BAD = "bad."
OPEN_QUOTE = "a quote is not closed, or stands alone in a cell"


@dataclass
class CsvFile:
    """A file of a table. `present`: field -> headers for the fields that are in it; `blank`: it has blank lines."""

    table: TableDefinition
    path: Path | Member
    shown: str
    present: dict[str, list[str]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    blank: bool = False
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
            if can_fail(definition):
                columns.append((value.is_null() & text.is_not_null()).alias(BAD + name))
        return raw.select(*([pl.col(ROW)] if places else []), *columns)

    def _raw(self, places: bool) -> pl.LazyFrame:
        dialect = self.table.dialect
        source = self.path if self._is_utf8 and isinstance(self.path, Path) else self._content()
        frame = pl.scan_csv(
            source,
            separator=dialect.delimiter,
            quote_char=dialect.quote_char,
            infer_schema=False,
            null_values=self.table.table_schema.missing_values,
            row_index_name=ROW if places else None,
            glob=False,
        )
        return frame.filter(~pl.all_horizontal(pl.all().exclude(ROW).is_null())) if self.blank else frame

    @property
    def _is_utf8(self) -> bool:
        return self.table.encoding in ("utf-8", "utf-8-sig")

    def stream(self) -> BinaryIO:
        """The file as UTF-8. Raises UnicodeDecodeError where it is not in the table's encoding, unless that is UTF-8."""
        return self.path.open("rb") if self._is_utf8 else self._content()

    def _content(self) -> io.BytesIO:
        content = self.path.read_bytes()
        return io.BytesIO(content if self._is_utf8 else content.decode(self.table.encoding).encode())

    def lines(self, wanted: Collection[int]) -> dict[int, int]:
        """The physical line (from 1) of each record (from 0, the header not counted)."""
        dialect = self.table.dialect
        if not self._has_quotes():
            return {record: record + 2 for record in wanted}
        with self.stream() as stream:
            lines = enumerate(records(stream, dialect.delimiter, dialect.quote_char), -1)
            return {number: line for number, (line, _, _) in lines if number in wanted}

    def _has_quotes(self) -> bool:
        sign = self.table.dialect.quote_char.encode()
        with self.stream() as stream:
            return any(sign in block for block in iter(lambda: stream.read(1 << 20), b""))

    def why_unreadable(self) -> list[Finding]:
        """What Polars stumbled over: a byte that is no UTF-8, rows with an odd number of quotes; empty where it is neither."""
        dialect = self.table.dialect
        if (wrong := first_undecodable(self.path, self.table.encoding)) is not None:
            return [wrongly_encoded(self, wrong)]
        with self.stream() as stream:
            quotes = shape_of(stream, dialect.delimiter, dialect.quote_char).open_quotes
        return [uneven(self, "source-error", quotes, 0, OPEN_QUOTE)] if quotes.count else []


def first_undecodable(path: Path | Member, encoding: str) -> int | None:
    """The line of the first byte that is not text of this encoding, None where all are."""
    content = path.read_bytes()
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return None


def wrongly_encoded(opened: CsvFile, line: int) -> Finding:
    return Finding(
        "encoding-error", opened.table.name, (Place(opened.shown, line),), detail=f"it is not {opened.table.encoding.upper()}"
    )


def uneven(opened: CsvFile, rule: str, rows: Uneven, of: int, detail: str | None = None) -> Finding:
    places = tuple(Place(opened.shown, line) for line in rows.lines)
    return Finding(
        rule,
        opened.table.name,
        places,
        count=rows.count,
        rows=of,
        detail=detail,
        severity="warning" if rule == "blank-row" else "error",
    )
