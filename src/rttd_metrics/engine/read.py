"""From files to a dataset: the tables of a plan, read, cut, checked; what is wrong stops the run or is set aside."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.header import close_label, same_label
from rttd_metrics.data.keys import TableRows, lost_keys, orphans, overlapping_stays, repeats
from rttd_metrics.data.source import Period, TableSource, open_table
from rttd_metrics.definitions.attendance_checks import DAYS, PERIODS
from rttd_metrics.engine.counted_days import count_days_once
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.days_of_periods import days_of_periods
from rttd_metrics.engine.defaults import where_of
from rttd_metrics.engine.hints import hints
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.reading_order import reading_order, waits_for
from rttd_metrics.engine.set_aside import parted, told
from rttd_metrics.engine.submitted import attendance_through, behind


class DataFaults(Exception):
    """Findings that stop the run."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"{len(self.findings)} findings in the data")


Tallier = Callable[[Dataset, TableSource], TableRows | None]
"""Counts a table while it is read; None where it has to be read row by row."""


def read(plan: Plan, period: Period, *, keep_going: bool, tally: Tallier | None = None) -> Dataset:
    """Read every table of the plan; with `tally` those that it can count are not held row by row.

    Raises DataFaults where findings are errors that no rule tolerates; with `keep_going` only faults of whole
    files stop the run.
    """
    folder = plan.portfolio.folder
    as_of = period.as_of or _latest_attendance(plan, folder, period) or period.last_day
    period = replace(period, as_of=min(as_of, period.last_day) if period.as_of is None else as_of)
    dataset = Dataset(plan, period, period.as_of or as_of)
    read_tables(dataset, plan.fields.keys() - ({DAYS} if plan.made_of_periods else set()), tally)
    if "enrollments" in dataset.tables:
        count_days_once(dataset.tables["enrollments"])
    found, dataset.findings = [*dataset.findings, *hints(dataset)], []
    tell(dataset, found, keep_going=keep_going)
    if plan.made_of_periods:
        dataset.tables[DAYS] = days_of_periods(plan, dataset.tables[PERIODS], dataset.tables["sections"], dataset.pooled(DAYS))
    if plan.asks_attendance_through or plan.made_of_periods:
        dataset.attendance_through = attendance_through(dataset)
        tell(dataset, behind(dataset), keep_going=keep_going)
    return dataset


def tell(dataset: Dataset, findings: Iterable[Finding], *, keep_going: bool) -> None:
    """Findings join those of the dataset, as the project takes them. Raises DataFaults where one of them is an error."""
    dataset.findings = [*dataset.findings, *told(findings, dataset.plan.portfolio.project, keep_going)]
    if any(finding.is_error for finding in dataset.findings):
        raise DataFaults(dataset.findings)


def read_tables(dataset: Dataset, tables: Collection[str], tally: Tallier | None = None) -> None:
    """Read and check these tables of the dataset's plan; what is wrong joins its findings, not yet judged.

    A table is not read where one that its `where` leads to cannot be: which rows are its own is not known.
    """
    for names in reading_order(dataset.plan, tables):
        ready = [name for name in names if waits_for(dataset.plan, name) <= dataset.tables.keys()]
        # Two at once: what looks at a file's lines, and what reads small files, does not keep every core busy.
        with ThreadPoolExecutor(2) as pool:
            for name, (rows, findings) in zip(ready, pool.map(lambda name: read_table(dataset, name, tally), ready), strict=True):
                dataset.findings += findings
                if rows is not None:
                    dataset.tables[name] = rows
    check_keys(dataset)


def _latest_attendance(plan: Plan, folder: Path, period: Period) -> date | None:
    """The latest attendance date of the school year, where the project names no as-of date."""
    name = {"periods": PERIODS, "sums": None}.get(plan.portfolio.project.attendance, DAYS)
    if name is None:
        return None
    table = plan.portfolio.tables[name]
    source = open_table(table, folder, {"date", "school_year"} & set(table.fields), period, all_years=False)
    if source.findings:
        return None
    try:
        latest = source.rows().select(pl.col(f"{name}.date").max()).collect(engine="streaming").item()
    except (PolarsError, UnicodeDecodeError, OSError):
        return None  # the reader tells what is wrong with the file
    return latest if isinstance(latest, date) else None


def read_table(dataset: Dataset, name: str, tally: Tallier | None = None) -> tuple[TableRows | None, list[Finding]]:
    """The rows of one table, None where there are none to be had, and what is wrong with its files and cells."""
    plan, folder = dataset.plan, dataset.plan.portfolio.folder
    table = plan.portfolio.tables[name]
    source = open_table(
        table,
        folder,
        plan.fields[name],
        dataset.period,
        all_years=name in plan.all_years,
        keep_schedule=name == "calendar",
        pooled=dataset.pooled(name),
    )
    source.where = where_of(dataset, source)
    counted = _looked_at_and_counted(dataset, source, tally)
    faults = source.findings
    if name not in plan.required and {finding.rule for finding in faults} == {"missing-file"}:
        return None, []
    if any(finding.severity == "error" for finding in faults):
        dataset.forget_tally(name)
        return None, faults
    if counted is not None:
        return counted, [*faults, *_emptiness(source, counted.good, plan)]
    try:
        frame = source.rows().collect(engine="streaming")
    except (PolarsError, UnicodeDecodeError):
        return None, [*faults, *_unreadable(source)]
    rows, passed = parted(source, frame)
    return rows, [*faults, *source.bad_cells(frame), *passed, *_emptiness(source, frame, plan)]


def _looked_at_and_counted(dataset: Dataset, source: TableSource, tally: Tallier | None) -> TableRows | None:
    """Look at the rows of the files, and count them at the same time where that may do: most files are right."""
    if source.findings:
        return None
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(source.look_at_rows)
        try:
            counted = tally(dataset, source) if tally else None
        except (PolarsError, UnicodeDecodeError):
            counted = None  # what is wrong is told by the lengths of rows, or when the table is read by itself
        looking.result()
    if any(file.blank for file in source.files):  # which were counted as rows
        dataset.forget_tally(source.table.name)
        return None
    return counted


def _unreadable(source: TableSource) -> list[Finding]:
    """Files that Polars gives up on; its message may hold cell values, so it is not passed on."""
    found = [finding for file in source.files for finding in file.why_unreadable()]
    return found or [Finding("source-error", source.table.name, (Place(source.files[0].shown),))]


def _emptiness(source: TableSource, frame: pl.DataFrame, plan: Plan) -> list[Finding]:
    """Warnings: no rows at all, and columns that a formula names and a file lacks. Those with a default are meant to be
    absent, unless a header differs from the name in its case only."""
    name = source.table.name
    found = []
    if frame.is_empty():
        found.append(Finding("no-rows", name, (Place(source.files[0].shown, source.files[0].header_line),), severity="warning"))
    for field_name in sorted(source.fields & plan.asked.get(name, set())):
        header = source.table.fields[field_name].header
        has_default = (name, field_name) in plan.portfolio.defaults
        lacking = [file for file in source.files if field_name not in file.present]
        for file in lacking[:1] if field_name in source.absent else lacking:
            if not has_default or same_label(header, file.labels):
                hint = close_label(header, file.labels)
                place = (Place(file.shown, file.header_line),)
                found.append(Finding("no-column", name, place, field_name, header, detail=hint, severity="warning"))
    return found


def check_keys(dataset: Dataset) -> None:
    for rows in dataset.tables.values():
        dataset.findings += repeats(rows)
        overlap = overlapping_stays(rows)
        dataset.findings += [] if overlap is None else [overlap]
    for name in _referred_first(dataset):
        references = [
            (foreign, dataset.tables[foreign.reference.resource])
            for foreign in dataset.tables[name].source.table.table_schema.foreign_keys
            if foreign.reference.resource in dataset.tables
        ]
        if name in dataset.tallied and any(lost_keys(dataset.tables[name], *reference) is not None for reference in references):
            _read_by_row(dataset, name)
        found = [orphans(dataset.tables[name], *reference) for reference in references]
        dataset.findings += [finding for finding in found if finding is not None]


def _read_by_row(dataset: Dataset, name: str) -> None:
    """A table that was counted, once more: rows of it have to be set aside. Its cells are right, and it was warned of."""
    dataset.forget_tally(name)
    rows, findings = read_table(dataset, name)
    if rows is None:  # the files are not what they were
        raise DataFaults(findings)
    dataset.tables[name] = rows


def _referred_first(dataset: Dataset) -> list[str]:
    """Tables in an order in which what is set aside of one is known before those that refer to it are checked."""
    ordered: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered or name in path or name not in dataset.tables:
            return
        for foreign in dataset.tables[name].source.table.table_schema.foreign_keys:
            visit(foreign.reference.resource, (*path, name))
        ordered.append(name)

    for name in sorted(dataset.tables):
        visit(name, ())
    return ordered
