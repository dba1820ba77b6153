"""One CSV file: its rows as a lazy frame of typed columns, and the lines they stand in."""

import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from rttd_metrics.data.archive import Member
from rttd_metrics.data.cells import can_fail, dtype, text_of, value_of
from rttd_metrics.data.constraints import BAD, broken
from rttd_metrics.data.findings import PLACES_SHOWN, Finding, Place
from rttd_metrics.data.shape import Uneven, records, shape_of
from rttd_metrics.definitions.tables import TableDefinition

ROW = "__row"
CELL = "__cell"
OPEN_QUOTE = "a quote is not closed, or stands alone in a cell"


@dataclass
class CsvFile:
    """A file of a table. `present`: field -> headers for the fields that are in it; `blank`: it has blank lines;
    `header_line`: where its header stands, from 1; `pooled`: the fields that are read into shared pools of keys."""

    table: TableDefinition
    path: Path | Member
    shown: str
    present: dict[str, list[str]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    blank: bool = False
    header_line: int = 1
    pooled: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)

    def scan(self, fields: Collection[str], *, places: bool = False, cell: Collection[str] = ()) -> pl.LazyFrame:
        """The rows, every one: a column TABLE.field for each of `fields` that the file has, `bad.field` where a cell
        may not fit, `bad.field:constraint` for each constraint that it may break. With `places`, `__row` counts the records
        from 0, and `__cell` is the text of the columns of `cell`.
        """
        values: list[pl.Expr] = []
        kept: list[pl.Expr] = []
        if places:
            headers = [header for name in cell for header in self.present.get(name, [])]
            text = pl.concat_str(headers, separator="+", ignore_nulls=True) if headers else pl.lit(None, dtype=pl.String)
            empty = pl.all_horizontal(pl.col(headers).is_null()) if headers else pl.lit(True)
            values.append(pl.when(~empty).then(text).alias(CELL))
            kept += [pl.col(ROW), pl.col(CELL)]
        for name in sorted(fields):
            if name not in self.present:
                continue
            definition = self.table.fields[name]
            text, made = text_of(self.present[name], definition), f"{self.table.name}.{name}"
            value = pl.col(f"\0{made}")  # no header is called so
            values.append(value_of(text, definition, dtype(self.table, definition, self.pooled)).alias(f"\0{made}"))
            kept.append(value.alias(made))
            if can_fail(definition):
                kept.append((value.is_null() & text.is_not_null()).alias(BAD + name))
            kept += broken(text, value, definition)
        # In two steps, so that what flags are made of is made once.
        return self._raw(places).with_columns(values).select(kept)

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
            skip_lines=dialect.first_line - 1,
            comment_prefix=dialect.comment_char,
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

    def lines(self, wanted: pl.Series) -> pl.Series:
        """The physical line (from 1) of each record of `wanted` (from 0, the header not counted), in its order."""
        if not self._may_be_uneven():
            return wanted.cast(pl.Int64) + self.header_line + 1
        numbers = set(wanted.to_list())
        with self.stream() as stream:
            lines = enumerate(records(stream, self.table.dialect), -1)
            found = {number: line for number, (line, _, _) in lines if number in numbers}
        return wanted.replace_strict(found, default=None, return_dtype=pl.Int64)

    def _may_be_uneven(self) -> bool:
        """Whether a row may take several lines, or a line be none: the file has quotes or comments."""
        dialect = self.table.dialect
        signs = [sign.encode() for sign in (dialect.quote_char, dialect.comment_char) if sign]
        with self.stream() as stream:
            return any(sign in block for block in iter(lambda: stream.read(1 << 20), b"") for sign in signs)

    def why_unreadable(self) -> list[Finding]:
        """What Polars stumbled over: a byte that is no UTF-8, rows with an odd number of quotes; empty where it is neither."""
        if (wrong := first_undecodable(self.path, self.table.encoding)) is not None:
            return [wrongly_encoded(self, wrong)]
        with self.stream() as stream:
            quotes = shape_of(stream, self.table.dialect).open_quotes
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
    places = tuple(Place(opened.shown, line) for line in rows.lines[:PLACES_SHOWN])

    def failing() -> pl.DataFrame:
        lines = {"line": pl.Series(rows.lines, dtype=pl.Int64), "record": pl.Series(rows.records, dtype=pl.Int64)}
        return pl.DataFrame(lines).with_columns(file=pl.lit(opened.shown), cell=pl.lit(None))

    return Finding(
        rule,
        opened.table.name,
        places,
        count=rows.count,
        rows=of,
        detail=detail,
        severity="warning" if rule == "blank-row" else "error",
        failing=failing,
    )
