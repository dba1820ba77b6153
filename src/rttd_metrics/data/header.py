"""Opening a CSV file: what its header says, and whether its rows are as long as that."""

import codecs
import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from rttd_metrics.data.archive import Member
from rttd_metrics.data.csv import OPEN_QUOTE, CsvFile, first_undecodable, uneven, wrongly_encoded
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.shape import is_even, records, shape_of
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.problems import did_you_mean

_HEAD = 1 << 16
_LABELS_SHOWN = 12
_NUMBER_OR_DATE = re.compile(r"[\d./: -]*\d[\d./: -]*")
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}


def open_csv(
    table: TableDefinition, path: Path | Member, shown: str, fields: Collection[str], pooled: frozenset[str] = frozenset()
) -> CsvFile:
    """Look at the head of a file; what is wrong stands in `findings`."""
    opened = CsvFile(table, path, shown, pooled=pooled)
    opened.findings += _look(opened, fields)
    return opened


def _look(opened: CsvFile, fields: Collection[str]) -> Iterator[Finding]:
    table, here = opened.table, (Place(opened.shown, opened.table.dialect.first_line),)
    try:
        if not opened.path.exists():
            yield Finding("missing-file", table.name, (Place(opened.shown),))
            return
        if not opened.path.is_file():
            reason = "it is a folder" if opened.path.is_dir() else "it is no regular file"
            yield Finding("source-error", table.name, (Place(opened.shown),), detail=reason)
            return
        with opened.path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        yield Finding("source-error", table.name, (Place(opened.shown),), detail=error.strerror)
        return
    if not head.strip():
        yield Finding("empty-file", table.name, (Place(opened.shown),))
        return
    wide = table.encoding.startswith(("utf-16", "utf-32"))
    if not wide and (head[:2] in (b"\xff\xfe", b"\xfe\xff") or head.count(0) * 4 > len(head)):
        yield Finding("encoding-error", table.name, here, detail="it looks like UTF-16")
        return
    if b"\r" in head and b"\n" not in head:
        yield Finding("source-error", table.name, here, detail="its lines end in CR only; save it with line feeds")
        return
    try:
        opened.header_line, opened.labels = _labels(head, table)
    except (UnicodeDecodeError, csv.Error):
        line = first_undecodable(opened.path, table.encoding)
        if line is None:
            yield Finding("source-error", table.name, here, detail=OPEN_QUOTE)
        else:
            yield wrongly_encoded(opened, line)
        return
    if not any(label.strip() for label in opened.labels):
        yield Finding("blank-label", table.name, here)
        return
    yield from _match(opened, fields)


def _labels(head: bytes, table: TableDefinition) -> tuple[int, list[str]]:
    """The line of the header and its cells; `head` may end anywhere."""
    text = codecs.getincrementaldecoder(table.encoding)().decode(head)
    line, cells, read = next(records(io.BytesIO(text.encode()), table.dialect), (table.dialect.first_line, [], ""))
    if not cells and read == table.dialect.quote_char:
        raise csv.Error
    return line, cells


def look_at_rows(opened: CsvFile) -> Iterator[Finding]:
    """Rows that are shorter or longer than the header, which Polars would fill or cut, and blank lines."""
    name, dialect = opened.table.name, opened.table.dialect
    columns = [opened.labels.index(header) for headers in opened.present.values() for header in headers]
    try:
        with opened.stream() as stream:
            if is_even(stream, dialect, len(opened.labels)):
                return
        with opened.stream() as stream:
            shape = shape_of(stream, dialect, columns)
    except UnicodeDecodeError:
        yield from opened.why_unreadable()
        return
    except OSError as error:
        yield Finding("source-error", name, (Place(opened.shown),), detail=error.strerror)
        return
    if shape.open_quotes.count:  # the rows after it may be cut at the wrong places
        yield uneven(opened, "source-error", shape.open_quotes, 0, OPEN_QUOTE)
        return
    if shape.short.count:
        yield uneven(opened, "missing-cell", shape.short, shape.rows)
    if shape.long.count:
        yield uneven(opened, "extra-cell", shape.long, shape.rows)
    if shape.control.count:
        yield uneven(opened, "control-character", shape.control, shape.rows)
    if shape.blank.count:
        opened.blank = True
        yield uneven(opened, "blank-row", shape.blank, shape.rows)


def _match(opened: CsvFile, fields: Collection[str]) -> Iterator[Finding]:
    """Which fields the header has, and which it lacks."""
    table, labels = opened.table, opened.labels
    here = (Place(opened.shown, opened.header_line),)
    for name in sorted(fields):
        definition = table.fields[name]
        headers = definition.headers
        lacking = [header for header in headers if header not in labels]
        if repeated := [header for header in headers if labels.count(header) > 1]:
            yield Finding("duplicate-label", table.name, here, name, repeated[0])
        elif not lacking:
            opened.present[name] = headers
        elif hint := _other_delimiter(opened):
            yield Finding("source-error", table.name, here, detail=hint)
            return
        elif _is_row(opened):
            yield Finding("blank-label", table.name, here, detail="it seems to be a row")
            return
        elif table.needs(name) or len(lacking) < len(headers):
            yield Finding("missing-label", table.name, here, name, lacking[0], detail=_nearest(lacking[0], opened))


def _other_delimiter(opened: CsvFile) -> str | None:
    """What a header that is one column is more likely to be parted by."""
    for sign, name in _OTHER_DELIMITERS.items():
        if len(opened.labels) == 1 and sign in opened.labels[0]:
            return f"its header is one column, which {name} seem to part: say `dialect: {{delimiter: {json.dumps(sign)}}}`"
    return None


def _is_row(opened: CsvFile) -> bool:
    """Whether the first line is more likely a student's row, of which nothing may be shown."""
    has_numbers = any(_NUMBER_OR_DATE.fullmatch(label.strip()) for label in opened.labels)
    return has_numbers and _known_labels(opened) * 2 < len(opened.labels)


def _known_labels(opened: CsvFile) -> int:
    known = {header.casefold() for field in opened.table.fields.values() for header in field.headers}
    return sum(label.strip().casefold() in known for label in opened.labels)


def _nearest(header: str, opened: CsvFile) -> str | None:
    """The label that a header may be misspelt as, else all of them where they are certainly labels."""
    labels = opened.labels
    if not _known_labels(opened):
        return close_label(header, labels)
    listed = ", ".join(f"'{label}'" for label in labels[:_LABELS_SHOWN]) + ", ..." * (len(labels) > _LABELS_SHOWN)
    return close_label(header, labels) or f"it has {listed}"


def same_label(header: str, labels: list[str]) -> str | None:
    """The label that differs in case, or in spaces around it, only."""
    return {label.strip().casefold(): label for label in labels}.get(header.strip().casefold())


def close_label(header: str, labels: list[str]) -> str | None:
    """`did you mean 'x'?` for the label that a header may be misspelt as."""
    alike = same_label(header, labels)
    return f"did you mean '{alike}'?" if alike else did_you_mean(header, labels)
