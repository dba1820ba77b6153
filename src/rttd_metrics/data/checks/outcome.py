"""What a check of the data has found, and every row behind it, masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from rttd_metrics.data.checks.places import SCHOOL, key_column_of
from rttd_metrics.data.csv import ROW
from rttd_metrics.data.failures import failures
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import FILE, TableSource
from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.problems import Problem

FAILURE_COLUMNS = ("rule", "severity", "table", "field", "column", "file", "line", "record", "school_id", "value")
_MASKED = (
    (r"\p{M}", ""),
    (r"[\p{L}--\p{Lu}]", "x"),
    (r"\p{Lu}", "X"),
    (r"\p{N}", "#"),
    (r"\p{C}", "\N{MIDDLE DOT}"),
)
"""The shape of a text: what each kind of character becomes. Signs and spaces stay."""


@dataclass(frozen=True)
class DataCheck:
    """The findings about the data of a project, coverage by school (data.checks.coverage.COVERAGE), and what was read.

    `rows`: how many each table has, of all school years. `files`: those read, by table, as they are shown.
    """

    school_year: str
    as_of: date
    findings: tuple[Finding, ...]
    coverage: pl.DataFrame
    rows: Mapping[str, int]
    sources: Mapping[str, TableSource]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(finding.as_problem() for finding in self.findings)

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)

    @property
    def unread(self) -> list[str]:
        """The tables whose files cannot be read as they are: of these nothing else is known."""
        return sorted({finding.table for finding in self.findings if finding.is_error} - set(self.rows))

    @property
    def files(self) -> list[str]:
        return sorted(file.shown for source in self.sources.values() for file in source.files)

    def failures(self) -> pl.DataFrame:
        """Every row behind a finding, in the order of the findings, then of files and lines; FAILURE_COLUMNS, all texts but
        line and record.

        field, column: our name and the file's header. line: of the file, from 1; record: the row, from 1. school_id: where the
        row tells it, and of a rule about schools. value: the cell, only its shape (X for a capital, x for another letter, #
        for a digit) unless the field is declared `personal: false`. Reads files with findings once more.
        """
        schema = dict.fromkeys(FAILURE_COLUMNS, pl.String()) | {"line": pl.Int64(), "record": pl.Int64()}
        parts = [self._failures(finding) for finding in self.findings]
        return pl.concat([pl.DataFrame(schema=schema), *parts])

    def _failures(self, finding: Finding) -> pl.DataFrame:
        rows = failures(finding)
        source = self.sources.get(finding.table)
        if DATA_RULES[finding.rule].of == "schools":
            rows = rows.with_columns(pl.col("cell").alias("school_id"), cell=pl.lit(None, dtype=pl.String))
        elif source is not None and (school := key_column_of(source, SCHOOL)) is not None and rows["record"].count():
            rows = rows.join(_schools_of(source, school, rows), on=["file", "record"], how="left", maintain_order="left")
        else:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("school_id"))
        value = pl.col("cell") if source is not None and _is_open(source, finding) else masked(pl.col("cell"))
        severity = pl.lit("error" if finding.is_error else "warning")
        made = rows.with_columns(severity.alias("severity"), value.alias("value"), column=pl.col("header"))
        return made.select(FAILURE_COLUMNS)


def masked(text: pl.Expr) -> pl.Expr:
    """The shape of a text, which tells a person what is wrong with it and nobody what it says."""
    for kind, sign in _MASKED:
        text = text.str.replace_all(kind, sign)
    return text


def _is_open(source: TableSource, finding: Finding) -> bool:
    """Whether all fields whose cells a finding shows are declared not to be personal."""
    fields, table = source.table.fields, source.table
    by_header = {field.header: [field] for field in fields.values()}
    key = [fields[name] for name in table.table_schema.primary_key if name in fields]
    by_header.setdefault(", ".join(field.header for field in key), key)
    shown = by_header.get(finding.header or "", [])
    return bool(shown) and not any(field.personal for field in shown)


def _schools_of(source: TableSource, column: str, rows: pl.DataFrame) -> pl.DataFrame:
    """file, record and school_id of the rows that failed, by the table's own column."""
    numbers = {file.shown: number for number, file in enumerate(source.files)}
    number = pl.col("file").replace_strict(numbers, default=None, return_dtype=pl.UInt16)
    wanted = rows.select("file", "record", number.alias(FILE)).unique()
    every = source.rows(places=True).select(
        FILE, (pl.col(ROW).cast(pl.Int64) + 1).alias("record"), pl.col(column).cast(pl.String).alias("school_id")
    )
    found = every.join(wanted.lazy(), on=[FILE, "record"], how="inner")
    return found.select("file", "record", "school_id").collect(engine="streaming")
