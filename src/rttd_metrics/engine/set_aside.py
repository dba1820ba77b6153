"""Rows that are right and rows that are not, and which findings a run passes over."""

from dataclasses import replace

import polars as pl

from rttd_metrics.data.constraints import BAD
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR, TableSource
from rttd_metrics.definitions.project import ROW_RULES, ProjectDefinition


def parted(source: TableSource, frame: pl.DataFrame) -> TableRows:
    """Rows that are right and rows with a bad or a missing required cell; then repeats, where the table allows them."""
    flags = [name for name in frame.columns if name.startswith(BAD)]
    wrong: pl.Expr = pl.lit(False)
    for name in flags:
        if frame[name].any():
            wrong = wrong | pl.col(name)
    for name in source.fields:
        present = any(name in file.present for file in source.files)
        if source.table.needs(name) and present and frame[source.column(name)].null_count():
            wrong = wrong | pl.col(source.column(name)).is_null()
    any_wrong = frame.select(wrong.any()).item() if frame.height else False
    aside = frame.filter(wrong).drop(flags) if any_wrong else frame.clear().drop(flags)
    good = (frame.filter(~wrong) if any_wrong else frame).drop(flags)
    if source.table.rows == "distinct":
        good = _distinct(source, good)
    return TableRows(source, good, aside)


def _distinct(source: TableSource, frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.unique(maintain_order=True)
    if source.table.conflicts == "error":
        return frame
    key = [source.column(name) for name in source.table.table_schema.primary_key]
    return frame.unique(subset=[*key, *([YEAR] if YEAR in frame.columns else [])], keep="last", maintain_order=True)


def judged(finding: Finding, project: ProjectDefinition, keep_going: bool) -> Finding:
    """Whether a finding of rows is passed over: by --keep-going, or by the project's tolerance for the rule."""
    if finding.rule not in ROW_RULES or finding.severity != "error":
        return finding
    setting = project.rules.get(f"{finding.table}.{finding.rule}") or project.rules.get(finding.rule)
    tolerated = keep_going
    if setting is not None and setting.tolerate is not None:
        limit = setting.tolerate
        allowed = float(limit[:-1]) / 100 * finding.rows if limit.endswith("%") else float(limit)
        tolerated = tolerated or finding.count <= allowed
    return replace(finding, tolerated=tolerated)
