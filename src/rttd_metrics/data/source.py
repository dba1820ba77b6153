"""The rows of one table: all its files, cut to what a run may see, with the places of any of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from rttd_metrics.data.archive import Member
from rttd_metrics.data.archive import parted as archived
from rttd_metrics.data.constraints import BAD, constraint_flags, constraint_words
from rttd_metrics.data.csv import CELL, ROW, CsvFile
from rttd_metrics.data.findings import PLACES_SHOWN, Finding, Place
from rttd_metrics.data.header import look_at_rows, open_csv
from rttd_metrics.definitions.date_formats import ISO
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.tables import TableDefinition

FILE = "__file"
YEAR = "__year"
Pick = Callable[[pl.LazyFrame], pl.LazyFrame]
"""Keeps some rows of a frame."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a run sees: one school year (or all to its end) and nothing dated after `as_of` (None: to the year's end)."""

    school_year: int
    starts: str
    as_of: date | None

    @property
    def first_day(self) -> date:
        return date.fromisoformat(f"{self.school_year - 1}-{self.starts}")

    @property
    def last_day(self) -> date:
        return date.fromisoformat(f"{self.school_year}-{self.starts}") - timedelta(days=1)


@dataclass
class TableSource:
    """A table's files and how its rows are cut. `where` keeps a part of the rows, given the frame."""

    table: TableDefinition
    fields: frozenset[str]
    period: Period
    all_years: bool
    keep_schedule: bool = False
    pooled: frozenset[str] = frozenset()
    where: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None
    files: list[CsvFile] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        return [finding for file in self.files for finding in file.findings]

    def look_at_rows(self) -> None:
        """Look at the length of the rows of every file whose head is right; what is wrong joins the findings."""
        for file in self.files:
            if not file.findings:
                file.findings += look_at_rows(file)

    @property
    def absent(self) -> list[str]:
        """Fields that no file of the table has."""
        return sorted(name for name in self.fields if not any(name in file.present for file in self.files))

    def column(self, name: str) -> str:
        return f"{self.table.name}.{name}"

    def rows(self, *, places: bool = False, cell: Collection[str] = ()) -> pl.LazyFrame:
        """Typed columns TABLE.field, `bad.field` flags, and YEAR where all years are read; with places ROW, FILE and CELL."""
        parts = []
        for number, file in enumerate(self.files):
            part = file.scan(self.fields, places=places, cell=cell)
            parts.append(part.with_columns(pl.lit(number, dtype=pl.UInt16).alias(FILE)) if places else part)
        frame = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
        frame = self._cut_to_year(frame)
        frame = self._cut_to_as_of(frame)
        return self.where(frame) if self.where else frame

    def _present(self, name: str | None) -> bool:
        return name is not None and name in self.fields and any(name in file.present for file in self.files)

    @property
    def says_years(self) -> bool:
        """Whether rows tell their school year; those of a catalog without one stand for every year."""
        return self._present(self.table.year_field) or self._present(self.table.date)

    def _cut_to_year(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """By the row's school year, else by the days of its stay, else by its date; rows without either are this year's."""
        period, table = self.period, self.table
        by_year, by_date = self._present(table.year_field), self._present(table.date)
        day = pl.col(self.column(table.date or ""))
        if self.all_years:
            dated = self._year_of_row(day) if by_date else pl.lit(period.school_year)
            year = pl.col(self.column("school_year")) if by_year else dated
            return frame.with_columns(year.fill_null(period.school_year).cast(pl.Int32).alias(YEAR))
        if by_year:
            return frame.filter((pl.col(self.column("school_year")) == period.school_year).fill_null(True))
        if not by_date:
            return frame
        if self._present(table.end_date):
            return frame.filter(self._holds_this_year(day))
        # Two comparisons take a third of the time that the school year of every date would.
        return frame.filter(day.is_between(period.first_day, period.last_day).fill_null(True))

    def _holds_this_year(self, start: pl.Expr) -> pl.Expr:
        """Whether a stay has a day in this school year."""
        end = pl.col(self.column(self.table.end_date or ""))
        started, ended = (start <= self.period.last_day).fill_null(True), (end < self.period.first_day).fill_null(False)
        return started & ~ended

    def _year_of_row(self, day: pl.Expr) -> pl.Expr:
        """The school year a date lies in; of a stay that reaches into this year, this one, else that of its start."""
        dated = self._year_of(day)
        if not self._present(self.table.end_date):
            return dated
        year = self.period.school_year
        past = (
            pl.when(dated < year).then(dated).otherwise(year - 1)
        )  # a stay that ends before it begins is of no year: of none seen
        gone = (day <= self.period.last_day).fill_null(True)
        return pl.when(self._holds_this_year(day)).then(year).when(gone).then(past).otherwise(dated)

    def _year_of(self, day: pl.Expr) -> pl.Expr:
        """The school year a date lies in."""
        month, first = (int(part) for part in self.period.starts.split("-"))
        started = (day.dt.month() > month) | ((day.dt.month() == month) & (day.dt.day() >= first))
        return day.dt.year() + started.cast(pl.Int32)

    def _cut_to_as_of(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Rows dated after as-of are not seen; an end after as-of is not known yet."""
        as_of, table = self.period.as_of or self.period.last_day, self.table
        if self.keep_schedule:
            return frame
        if self._present(table.date):
            frame = frame.filter((pl.col(self.column(table.date or "")) <= as_of).fill_null(True))
        if self._present(table.end_date):
            end = pl.col(self.column(table.end_date or ""))
            frame = frame.with_columns(pl.when(end <= as_of).then(end).alias(self.column(table.end_date or "")))
        return frame

    def finding_of(
        self, rule: str, fields: Sequence[str], count: int, rows: int, pick: Pick, detail: str | None = None
    ) -> Finding:
        """A finding of the rows that `pick` keeps, concerning these fields; reads the files once more for the first places."""
        header = ", ".join(self.table.fields[name].header for name in fields)
        places = [Place(file, line) for file, line in self._places(pick, (), PLACES_SHOWN).select("file", "line").iter_rows()]
        failing = partial(self._places, pick, fields)
        return Finding(rule, self.table.name, tuple(places), fields[0], header, count, rows, detail, failing=failing)

    def _places(self, pick: Pick, cell: Collection[str], first: int | None = None) -> pl.DataFrame:
        """file, line, record (both from 1) and cell, the text of the columns of `cell`, of the rows that `pick` keeps."""
        picked = pick(self.rows(places=True, cell=cell)).select(FILE, ROW, CELL).sort(FILE, ROW)
        found = (picked if first is None else picked.head(first)).collect(engine="streaming")
        parts = []
        for number, file in enumerate(self.files):
            part = found.filter(pl.col(FILE) == number)
            if part.height:
                lines = file.lines(part[ROW]).alias("line")
                parts.append(part.select(pl.lit(file.shown).alias("file"), lines, record=pl.col(ROW) + 1, cell=CELL))
        return pl.concat(parts) if parts else found.select(file=pl.lit(""), line=ROW, record=ROW, cell=CELL)

    def bad_cells(self, frame: pl.DataFrame) -> list[Finding]:
        """Unreadable and missing required cells of the rows read, counted, with their places."""
        found = []
        for name in sorted(self.fields):
            definition = self.table.fields[name]
            flag = BAD + name
            if flag in frame.columns and (count := int(frame[flag].sum())):
                rule = "category" if definition.categories is not None else "type-error"
                detail = _wanted(definition) if rule == "type-error" else None
                found.append(self._finding(rule, name, count, frame.height, pl.col(flag), detail))
            if self.table.needs(name) and self._present(name):
                empty = pl.col(self.column(name)).is_null() & (~pl.col(flag) if flag in frame.columns else True)
                if count := frame.select(empty.sum()).item():
                    found.append(self._finding("required", name, count, frame.height, empty))
            for constraint in constraint_flags(name, frame.columns):
                if count := int(frame[constraint].sum()):
                    detail = constraint_words(definition, constraint)
                    found.append(self._finding("constraint-error", name, count, frame.height, pl.col(constraint), detail))
        return found

    def _finding(self, rule: str, name: str, count: int, rows: int, wrong: pl.Expr, detail: str | None = None) -> Finding:
        return self.finding_of(rule, [name], count, rows, lambda frame: frame.filter(wrong), detail)


def _wanted(field: FieldDefinition) -> str:
    kind = field.type.replace("_", " ")
    return f"{kind}, format {' or '.join(field.formats or [ISO])}" if field.type == "date" else kind


def open_table(
    table: TableDefinition,
    folder: Path,
    fields: Collection[str],
    period: Period,
    *,
    all_years: bool,
    keep_schedule: bool = False,
    pooled: frozenset[str] = frozenset(),
) -> TableSource:
    """Find the files of a table under `folder` and look at their heads. `pooled`: fields to read into shared pools of keys."""
    source = TableSource(table, frozenset(fields), period, all_years, keep_schedule, pooled)
    for path in table.paths:
        found = _located(folder, path)
        if not found:
            missing = CsvFile(table, folder / path, path)
            missing.findings.append(Finding("missing-file", table.name, (Place(path),), detail="no file matches the pattern"))
            source.files.append(missing)
        for shown, file in found:
            on_disk = file.archive if isinstance(file, Member) else file
            if not on_disk.resolve().is_relative_to(folder.resolve()):
                outside = CsvFile(table, file, shown)
                detail = "it leads outside the project; copy the file into it"
                outside.findings.append(Finding("source-error", table.name, (Place(shown),), detail=detail))
                source.files.append(outside)
                continue
            source.files.append(open_csv(table, file, shown, fields, pooled))
    return source


def _located(folder: Path, path: str) -> list[tuple[str, Path | Member]]:
    """The files that a path of a project names, each with its path in the project."""
    if (within := archived(path)) and not (folder / within[0]).is_dir():
        return [(path, Member(folder / within[0], within[1]))]
    found = sorted(folder.glob(path)) if any(sign in path for sign in "*?[") else [folder / path]
    return [(file.relative_to(folder).as_posix(), file) for file in found]
