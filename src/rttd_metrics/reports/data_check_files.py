"""A check of the data as files and as JSON, for programs and for whoever mends the rows."""

import json
from pathlib import Path

import polars as pl

from rttd_metrics.data.checks.outcome import DataCheck
from rttd_metrics.problems import render_json
from rttd_metrics.reports.files import write_csv, write_parquet
from rttd_metrics.reports.output import make_folder, output_errors, output_lock, staging


def write_check(check: DataCheck, folder: Path) -> list[Path]:
    """failures and coverage, each as CSV and as Parquet, readable by their owner only; returns the paths written.

    failures: every row behind a finding (DataCheck.failures), no value of a person in it. coverage: data.checks.coverage.
    Raises OutputError and FolderLocked.
    """
    frames = {"failures": check.failures(), "coverage": check.coverage}
    with output_lock(folder), output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        for name, frame in frames.items():
            write_csv(frame, staged.path(f"{name}.csv"))
            write_parquet(frame, staged.path(f"{name}.parquet"))
        return staged.replace()


def check_json(check: DataCheck, *, errors_only: bool = False) -> str:
    """`{"problems": [...], "school_year", "as_of", "unread", "findings": [...], "coverage": [...]}`.

    problems: as of every command. findings: rule, severity, table, field, column, count, rows, places (file and line).
    """
    told = [finding for finding in check.findings if finding.is_error or not errors_only]
    findings = [
        {
            "rule": finding.rule,
            "severity": "error" if finding.is_error else "warning",
            "table": finding.table,
            "field": finding.field,
            "column": finding.header,
            "count": finding.count,
            "rows": finding.rows,
            "places": [{"file": place.file, "line": place.line} for place in finding.places],
        }
        for finding in told
    ]
    about = {"school_year": check.school_year, "as_of": check.as_of.isoformat(), "unread": check.unread}
    coverage = check.coverage.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
    problems = json.loads(render_json(finding.as_problem() for finding in told))
    return json.dumps({**problems, **about, "findings": findings, "coverage": coverage}, indent=2)
