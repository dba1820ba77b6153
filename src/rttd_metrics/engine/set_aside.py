"""Rows that are right and rows that are not, and which findings a run passes over."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from rttd_metrics.data.constraints import BAD
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR, TableSource
from rttd_metrics.definitions.data_rules import ROW_RULES
from rttd_metrics.definitions.project import ProjectDefinition
from rttd_metrics.definitions.tables import Precedence


def parted(source: TableSource, frame: pl.DataFrame) -> tuple[TableRows, list[Finding]]:
    """Rows that are right and rows with a bad or a missing required cell; then repeats, where the table allows them.

    The findings are warnings of rows that another of their key stands for.
    """
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
    if source.table.rows != "distinct":
        return TableRows(source, good, aside), []
    distinct = good.unique(maintain_order=True)
    kept = _one_a_key(source, distinct)
    passed = distinct.join(kept, on=distinct.columns, how="anti", nulls_equal=True) if kept.height < distinct.height else None
    return TableRows(source, kept, aside), [] if passed is None else [_passed_over(source, good, passed)]


def _one_a_key(source: TableSource, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that count by the table's `conflicts`: where that is an error, all of them."""
    conflicts = source.table.conflicts
    named = [source.column(name) for name in source.table.table_schema.primary_key]
    key = [name for name in (*named, YEAR) if name in frame.columns]
    if conflicts == "error" or not key:
        return frame
    if isinstance(conflicts, Precedence):
        value, last = pl.col(source.column(conflicts.field)).cast(pl.String), len(conflicts.order)
        place = value.replace_strict(conflicts.order, list(range(last)), default=last, return_dtype=pl.UInt32).fill_null(last)
        frame = frame.filter(place == place.min().over(key))
        if conflicts.ties == "error":
            return frame
    return frame.unique(subset=key, keep="last", maintain_order=True)


def _passed_over(source: TableSource, rows: pl.DataFrame, passed: pl.DataFrame) -> Finding:
    """A warning of the `rows` that do not count: those that are like one of `passed`."""

    def pick(frame: pl.LazyFrame) -> pl.LazyFrame:
        flags = [pl.col(name).fill_null(False) for name in frame.collect_schema().names() if name.startswith(BAD)]
        right = frame.filter(~pl.any_horizontal(pl.lit(False), *flags))
        return right.join(passed.lazy(), on=passed.columns, how="semi", nulls_equal=True)

    conflicts = source.table.conflicts
    detail = f"by the order of '{conflicts.field}'" if isinstance(conflicts, Precedence) else "the last row counts"
    count = pick(rows.lazy()).select(pl.len()).collect().item()
    found = source.finding_of("passed-over", source.table.table_schema.primary_key, count, rows.height, pick, detail)
    return replace(found, severity="warning")


def told(findings: Iterable[Finding], project: ProjectDefinition, keep_going: bool) -> list[Finding]:
    """The findings, each as serious as the project takes it to be, without those that it does not want told."""
    judged = (_judged(finding, project, keep_going) for finding in findings)
    return [finding for finding in judged if finding is not None]


def _judged(finding: Finding, project: ProjectDefinition, keep_going: bool) -> Finding | None:
    """A finding as serious as the project takes it to be; None where it is not to be told.

    Faulty rows are passed over by --keep-going, or by the project's tolerance for the rule. Of other rules the project
    sets the severity; within a tolerance an error is a warning, and a warning is not told.
    """
    setting = project.rules.get(f"{finding.table}.{finding.rule}") or project.rules.get(finding.rule)
    tolerated = setting is not None and setting.tolerate is not None and _allows(setting.tolerate, finding)
    if finding.rule in ROW_RULES:
        return replace(finding, tolerated=keep_going or tolerated)
    severity = setting.severity if setting is not None and setting.severity is not None else finding.severity
    if severity == "off" or (tolerated and severity == "warning"):
        return None
    return replace(finding, severity="warning" if tolerated else severity)


def _allows(limit: str, finding: Finding) -> bool:
    return finding.count <= (float(limit[:-1]) / 100 * finding.rows if limit.endswith("%") else float(limit))
