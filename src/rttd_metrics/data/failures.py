"""The rows behind a finding: every one of them with its place, made when they are asked for.

A run counts what is wrong and names the first places. Whoever wants the rest asks here: only then are the files of that
table read once more, so nothing is read twice where nothing is wrong.
"""

import polars as pl

from rttd_metrics.data.findings import Finding

FAILURES: dict[str, pl.DataType] = {
    "rule": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "record": pl.Int64(),
    "field": pl.String(),
    "header": pl.String(),
    "cell": pl.String(),
}
"""The columns of `failures`."""


def failures(finding: Finding) -> pl.DataFrame:
    """Every row that a finding counts, in the order of files and lines; the columns of FAILURES.

    file: as in the finding's places. line: of the file, from 1, as an editor counts; the first of a row of several lines.
    record: the row of the file, from 1, the header not counted; null where the fault is the file's. field, header: the column
    at fault, null where it is the whole row. cell: what the file holds there (the cells of a key of several columns are joined
    by `+`), null where it is empty or a missing value; it may tell of a person, so whoever shows it masks it.

    Raises OSError and polars.exceptions.PolarsError where the file is not what it was.
    """
    rows = finding.failing() if finding.failing is not None else _places(finding)
    said = {"rule": finding.rule, "table": finding.table, "field": finding.field, "header": finding.header}
    return rows.select(
        (pl.lit(said[name], dtype=kind) if name in said else pl.col(name).cast(kind)).alias(name)
        for name, kind in FAILURES.items()
    )


def _places(finding: Finding) -> pl.DataFrame:
    """Of a finding about whole files its places are all there is."""
    lines = {"file": [place.file for place in finding.places], "line": [place.line for place in finding.places]}
    return pl.DataFrame(lines, schema_overrides={"line": pl.Int64}).with_columns(record=pl.lit(None), cell=pl.lit(None))
