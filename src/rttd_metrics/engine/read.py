"""From files to a dataset: the tables of a plan, read, cut, checked; what is wrong stops the run or is set aside."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl
from polars.exceptions import PolarsError

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.csv import BAD
from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.header import close_label, same_label
from rttd_metrics.data.keys import TableRows, lost_keys, orphans, overlapping_stays, repeated_keys
from rttd_metrics.data.source import YEAR, Period, TableSource, open_table
from rttd_metrics.definitions.project import ROW_RULES, ProjectDefinition
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.plan import Plan
from rttd_metrics.formula.nodes import Aggregate, Column, Node

LONGEST_SUMMER = timedelta(days=150)
"""A calendar that ends earlier than this before the school year's end is not the whole year's."""


class DataFaults(Exception):
    """Findings that stop the run."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"{len(self.findings)} findings in the data")


@dataclass
class Dataset:
    """The tables as the engine sees them, columns TABLE.field. `findings`: warnings, and what was set aside."""

    plan: Plan
    period: Period
    as_of: date
    tables: dict[str, TableRows] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    at_schools: "dict[Aggregate, tuple[nw.LazyFrame[pl.LazyFrame], str]]" = field(default_factory=dict)
    """Aggregates already made for each student at each school (where no measure asks for schools, perhaps for each student
    only): a frame and the column in it."""
    unit_facts: "dict[str, tuple[nw.LazyFrame[pl.LazyFrame], str]]" = field(default_factory=dict)
    """By level, the units with the facts that paths of smaller units end in, and the column of their key."""
    tallied: set[str] = field(default_factory=set)
    """Tables that were counted while they were read: of their rows only the different keys and latest dates are held."""

    def has(self, table: str, *fields: str) -> bool:
        """Whether the table was read and its files have these fields."""
        if table not in self.tables:
            return False
        source = self.tables[table].source
        return set(fields) <= source.fields - set(source.absent)

    def has_years(self, table: str) -> bool:
        """Whether rows of more years than the run's were read, each of its own year."""
        return table in self.plan.all_years and self.tables[table].source.says_years

    def rows(self, table: str, years: str = "current", *, aside: bool = False) -> nw.LazyFrame[pl.LazyFrame]:
        """The rows of a table with the defaults of its fields; `years` as in a formula; with `aside` those set aside too."""
        assert table not in self.tallied, f"the rows of {table} are not held"
        read = self.tables[table]
        native = read.good.lazy() if not aside else pl.concat([read.good, read.aside]).lazy()
        frame = self._of_years(nw.from_native(with_absent_fields(native, read.source)), years)
        if table == "calendar":
            frame = frame.filter(nw.col("calendar.date") <= self.as_of)
        return with_defaults(frame, self.plan, table, self.columns())

    def aside(self, table: str, years: str = "current") -> nw.LazyFrame[pl.LazyFrame]:
        read = self.tables[table]
        return self._of_years(nw.from_native(with_absent_fields(read.aside.lazy(), read.source)), years)

    def _of_years(self, frame: nw.LazyFrame[pl.LazyFrame], years: str) -> nw.LazyFrame[pl.LazyFrame]:
        if years == "all" or YEAR not in frame.collect_schema().names():
            return frame
        year = self.period.school_year
        return frame.filter(nw.col(YEAR) == year if years == "current" else nw.col(YEAR) <= year)

    def columns(self, computed: dict[Node, str] | None = None) -> Columns:
        return Columns(self.as_of, self.period.school_year, self.period.first_day, computed)

    def _is_events(self, name: str) -> bool:
        table = self.tables[name].source.table
        return table.date is not None and table.end_date is None and name != "calendar"

    def release_events(self) -> None:
        """Let go of the tables of events, which are the large ones, once every fact is made of them."""
        for name, rows in self.tables.items():
            if self._is_events(name):
                rows.good = rows.good.clear()

    def forget_tally(self, table: str) -> None:
        self.tallied.discard(table)
        self.at_schools = {node: made for node, made in self.at_schools.items() if node.table != table}

    @property
    def data_through(self) -> date | None:
        """The last day of which the data tell anything: the latest date of rows that are events, not stays or schedules."""
        latest = []
        for name, rows in self.tables.items():
            dated = f"{name}.{rows.source.table.date}"
            if self._is_events(name) and dated in rows.good.columns:
                latest.append(rows.good[dated].max())
        return max((day for day in latest if isinstance(day, date)), default=None)

    @property
    def year_end(self) -> date:
        """The last instructional day of the calendar, else the end of the last term, else of the school year.

        A calendar that is kept only so far, to before the last term or to months before the year's end, does not say it.
        """
        last_held = self._latest("calendar", "date", held="instructional")
        starts = self._latest("terms", "start_date") or date.min
        if last_held is not None and last_held >= max(starts, self.period.last_day - LONGEST_SUMMER):
            return last_held
        return self._latest("terms", "end_date") or self.period.last_day

    def _latest(self, table: str, field: str, held: str | None = None) -> date | None:
        """The latest date of a column this year, of the rows where `held` is not false; None where nothing tells."""
        if not self.has(table, field):
            return None
        rows = self._this_year(table)
        if held is not None and f"{table}.{held}" in rows.columns:
            rows = rows.filter(pl.col(f"{table}.{held}").fill_null(True))
        latest = rows[f"{table}.{field}"].max()
        return latest if isinstance(latest, date) else None

    def _this_year(self, table: str) -> pl.DataFrame:
        good = self.tables[table].good
        return good.filter(pl.col(YEAR) == self.period.school_year) if YEAR in good.columns else good


def with_absent_fields(frame: pl.LazyFrame, source: TableSource) -> pl.LazyFrame:
    """The rows with a null column for each field that no file has: made when asked for, not kept in memory."""
    there = set(frame.collect_schema().names())
    lacking = [
        pl.lit(None, dtype=dtype(source.table, source.table.fields[name])).alias(source.column(name))
        for name in sorted(source.fields)
        if source.column(name) not in there
    ]
    return frame.with_columns(lacking) if lacking else frame


def with_defaults(frame: nw.LazyFrame[pl.LazyFrame], plan: Plan, table: str, columns: Columns) -> nw.LazyFrame[pl.LazyFrame]:
    """Each field that has a default: the cell, else the default made from the row's other cells."""
    names = frame.collect_schema().names()
    filled = [
        nw.coalesce(nw.col(f"{table}.{name}"), columns.expression(node)).alias(f"{table}.{name}")
        for (of, name), node in plan.portfolio.defaults.items()
        if of == table and f"{table}.{name}" in names
    ]
    return frame.with_columns(*filled) if filled else frame


Tallier = Callable[[Dataset, TableSource], TableRows | None]
"""Counts a table while it is read; None where it has to be read row by row."""


def read(plan: Plan, period: Period, *, keep_going: bool, tally: Tallier | None = None) -> Dataset:
    """Read every table of the plan; with `tally` those that it can count are not held row by row.

    Raises DataFaults where findings are errors that no rule tolerates; with `keep_going` only faults of whole
    files stop the run.
    """
    project, folder = plan.portfolio.project, plan.portfolio.folder
    as_of = period.as_of or _latest_attendance(plan, folder, period) or period.last_day
    period = replace(period, as_of=min(as_of, period.last_day) if period.as_of is None else as_of)
    dataset = Dataset(plan, period, period.as_of or as_of)
    names = sorted(plan.fields)
    # Two at once: what looks at a file's lines, and what reads small files, does not keep every core busy.
    with ThreadPoolExecutor(2) as pool:
        for name, (rows, findings) in zip(names, pool.map(lambda name: _read_table(dataset, name, tally), names), strict=True):
            dataset.findings += findings
            if rows is not None:
                dataset.tables[name] = rows
    _check_keys(dataset)
    judged = [_judge(finding, project, keep_going) for finding in dataset.findings]
    if any(finding.severity == "error" and not finding.tolerated for finding in judged):
        raise DataFaults(judged)
    dataset.findings = judged
    return dataset


def _latest_attendance(plan: Plan, folder: Path, period: Period) -> date | None:
    """The latest attendance date of the school year, where the project names no as-of date."""
    table = plan.portfolio.tables["attendance"]
    source = open_table(table, folder, {"date", "school_year"} & set(table.fields), period, all_years=False)
    if source.findings:
        return None
    try:
        latest = source.rows().select(pl.col("attendance.date").max()).collect(engine="streaming").item()
    except (PolarsError, UnicodeDecodeError):
        return None  # the reader tells what is wrong with the file
    return latest if isinstance(latest, date) else None


def _read_table(dataset: Dataset, name: str, tally: Tallier | None = None) -> tuple[TableRows | None, list[Finding]]:
    """The rows of one table, None where there are none to be had, and what is wrong with its files and cells."""
    plan, folder = dataset.plan, dataset.plan.portfolio.folder
    table = plan.portfolio.tables[name]
    source = open_table(
        table, folder, plan.fields[name], dataset.period, all_years=name in plan.all_years, keep_schedule=name == "calendar"
    )
    source.where = _where(plan, source, dataset)
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
    return _parted(source, frame), [*faults, *source.bad_cells(frame), *_emptiness(source, frame, plan)]


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


def _where(plan: Plan, source: TableSource, dataset: Dataset) -> Callable[[pl.LazyFrame], pl.LazyFrame] | None:
    name = source.table.name
    node = plan.portfolio.wheres.get(name)
    if node is None:
        return None
    columns = dataset.columns()

    def keep(frame: pl.LazyFrame) -> pl.LazyFrame:
        filled = with_defaults(nw.from_native(with_absent_fields(frame, source)), plan, name, columns)
        condition = columns.expression(node)
        told = frame.collect_schema().names()
        for flag in sorted({BAD + part.field for part in node.walk() if isinstance(part, Column)} & set(told)):
            condition = condition | (condition.is_null() & nw.col(flag))  # a bad cell is a finding, not a reason to drop its row
        return filled.filter(condition).to_native().select(told)

    return keep


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
        found.append(Finding("no-rows", name, (Place(source.files[0].shown, 1),), severity="warning"))
    for field_name in sorted(source.fields & plan.asked.get(name, set())):
        header = source.table.fields[field_name].header
        has_default = (name, field_name) in plan.portfolio.defaults
        lacking = [file for file in source.files if field_name not in file.present]
        for file in lacking[:1] if field_name in source.absent else lacking:
            if not has_default or same_label(header, file.labels):
                hint = close_label(header, file.labels)
                place = (Place(file.shown, 1),)
                found.append(Finding("no-column", name, place, field_name, header, detail=hint, severity="warning"))
    return found


def _parted(source: TableSource, frame: pl.DataFrame) -> TableRows:
    """Rows that are right and rows with a bad or a missing required cell; then repeats, where the table allows them."""
    flags = [name for name in frame.columns if name.startswith(BAD)]
    wrong: pl.Expr = pl.lit(False)
    for name in flags:
        if frame[name].any():
            wrong = wrong | pl.col(name)
    for name in source.fields:
        present = any(name in file.present for file in source.files)
        if source.table.fields[name].required and present and frame[source.column(name)].null_count():
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


def _check_keys(dataset: Dataset) -> None:
    for rows in dataset.tables.values():
        dataset.findings += [finding for finding in (repeated_keys(rows), overlapping_stays(rows)) if finding is not None]
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
    rows, findings = _read_table(dataset, name)
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


def _judge(finding: Finding, project: ProjectDefinition, keep_going: bool) -> Finding:
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
