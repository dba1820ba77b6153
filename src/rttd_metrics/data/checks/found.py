"""How a check of rows says what it has found."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import polars as pl

from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows, keyed_finding
from rttd_metrics.definitions.data_rules import DATA_RULES


def has(rows: TableRows, *fields: str) -> bool:
    """Whether the files of the table have these fields."""
    return set(fields) <= set(rows.source.fields) and not set(fields) & set(rows.source.absent)


def columns_of(rows: TableRows, fields: Collection[str]) -> list[str]:
    return [rows.source.column(name) for name in fields]


def rows_where(
    rows: TableRows, rule: str, fields: Sequence[str], wrong: pl.Expr, *, by: Sequence[str] = (), detail: str | None = None
) -> Iterator[Finding]:
    """The rows for which `wrong` holds, if any. It is told of `fields`, and depends on the cells of these and of `by` alone."""
    found = rows.all.filter(wrong).select(columns_of(rows, dict.fromkeys([*fields, *by])))
    if found.height:
        yield rows_with(rows, rule, fields, found.unique(), found.height, detail=detail)


def rows_with(
    rows: TableRows, rule: str, fields: Sequence[str], keys: pl.DataFrame, count: int, *, detail: str | None = None
) -> Finding:
    """The `count` rows whose cells are among `keys`, by the columns of these."""
    found = keyed_finding(rule, rows.source, list(fields), keys, count, rows.all.height, detail)
    return replace(found, severity=DATA_RULES[rule].severity)


def rows_holding(rows: TableRows, rule: str, field: str, values: pl.Series, *, detail: str | None = None) -> Iterator[Finding]:
    """The rows that hold one of these texts in a field."""
    if values.len():
        column = rows.source.column(field)
        keys = values.unique().cast(rows.all.schema[column]).alias(column).to_frame()
        count = rows.all.join(keys, on=column, how="semi").height
        if count:
            yield rows_with(rows, rule, [field], keys, count, detail=detail)
