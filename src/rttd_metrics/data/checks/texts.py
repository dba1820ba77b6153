"""Texts with something in them that nobody meant: headers with spaces, characters of no width, letters decoded wrongly."""

from collections.abc import Iterator

import polars as pl

from rttd_metrics.data.checks.found import rows_holding
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.keys import TableRows
from rttd_metrics.definitions.data_rules import DATA_RULES

_INVISIBLE = r"[\x{80}-\x{9F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FEFF}]"
"""What has no width and what turns the direction of writing; the control characters of ASCII are a fault of the file."""
_CP1252 = bytes(byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)).decode("cp1252")
_GARBLED = rf"[\x{{C2}}\x{{C3}}][\x{{80}}-\x{{BF}}{_CP1252}]|\x{{E2}}(\x{{20AC}}|\x{{80}}).|\x{{FFFD}}"
"""The bytes of a UTF-8 letter read as cp1252 or Latin-1 (Ã©, â€™), or the sign for a letter that was lost."""


def padded_labels(rows: TableRows) -> Iterator[Finding]:
    """Names of columns with spaces around them, a finding a file."""
    for file in rows.source.files:
        padded = [label for label in file.labels if label != label.strip()]
        if padded:
            # A header is no cell, but a column that is not declared may be anything: only its trimmed known name is told.
            known = {header for field in rows.source.table.fields.values() for header in field.headers}
            named = ", ".join(f"'{label}'" for label in padded if label.strip() in known)
            yield Finding("padded-label", rows.source.table.name, (Place(file.shown, file.header_line),), count=len(padded),
                          detail=named or None, severity=DATA_RULES["padded-label"].severity)  # fmt: skip


def text_findings(rows: TableRows) -> Iterator[Finding]:
    """Invisible characters and wrongly decoded letters in the cells of open texts and keys."""
    for name in sorted(rows.source.fields):
        column = rows.source.column(name)
        if column not in rows.good.columns or not isinstance(rows.good.schema[column], pl.String | pl.Categorical):
            continue
        texts = rows.all[column].unique().cast(pl.String).drop_nulls()
        yield from rows_holding(rows, "invisible-character", name, texts.filter(texts.str.contains(_INVISIBLE)))
        yield from rows_holding(rows, "garbled-text", name, texts.filter(texts.str.contains(_GARBLED)))
