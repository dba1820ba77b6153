"""The dataset of a run: the tables of a plan as the engine sees them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.cells import dtype
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR, Period
from rttd_metrics.engine.columns import Columns
from rttd_metrics.engine.defaults import with_absent_fields, with_defaults
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.row_paths import ASIDE
from rttd_metrics.engine.window import Window
from rttd_metrics.formula.nodes import Aggregate, Node

LONGEST_SUMMER = timedelta(days=150)
"""A calendar that ends earlier than this before the school year's end is not the whole year's."""


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
    shared_keys: bool = True
    """Whether keys are read into pools that tables share, which pays where they are joined again and again."""
    attendance_through: "nw.LazyFrame[pl.LazyFrame] | None" = None
    """school, through: the date of each school's latest row of attendance; only where something asks for it."""
    class_names: pl.DataFrame | None = None
    """section_id, class_name: what classes are called, once that is read."""
    tallied: set[str] = field(default_factory=set)
    """Tables that were counted while they were read: of their rows only the different keys and latest dates are held."""
    window: Window | None = None
    """What is seen beside the year to date; None: all of the year to date."""

    def within(self, window: Window) -> "Dataset":
        """The same tables seen through a window, as of its last day: nothing is made of their rows yet."""
        return replace(self, as_of=window.end, at_schools={}, unit_facts={}, window=window)

    def pooled(self, table: str) -> frozenset[str]:
        """The fields of a table whose texts are kept in one pool with those they are joined to."""
        if not self.shared_keys:
            return frozenset()
        tables = self.plan.portfolio.tables
        keys = [(name, key) for name, other in tables.items() for key in other.table_schema.foreign_keys]
        own = {key.fields for name, key in keys if name == table}
        return frozenset(own | {key.reference.fields for _, key in keys if key.reference.resource == table})

    def has(self, table: str, *fields: str) -> bool:
        """Whether the table was read and its files have these fields."""
        if table not in self.tables:
            return False
        source = self.tables[table].source
        return set(fields) <= source.fields - set(source.absent)

    def has_years(self, table: str) -> bool:
        """Whether rows of more years than the run's were read, each of its own year."""
        return table in self.plan.all_years and table in self.tables and self.tables[table].source.says_years

    def rows(self, table: str, years: str = "current", *, aside: bool = False) -> nw.LazyFrame[pl.LazyFrame]:
        """The rows of a table with the defaults of its fields; `years` as in a formula; with `aside` those set aside too."""
        assert table not in self.tallied, f"the rows of {table} are not held"
        read = self.tables[table]
        native = read.good.lazy() if not aside else pl.concat([read.good, read.aside]).lazy()
        frame = self._of_years(nw.from_native(with_absent_fields(native, read.source)), years)
        if table == "calendar":
            frame = frame.filter(nw.col("calendar.date") <= self.as_of)
        return nw.from_native(with_defaults(frame.to_native(), self, table))

    def reached(self, table: str, fields: Collection[str], *, all_years: bool) -> pl.LazyFrame:
        """The rows of a table, those set aside last and marked in ASIDE, with the defaults of `fields`; none where its files
        cannot be read."""
        definition = self.plan.portfolio.tables[table]
        kinds = {f"{table}.{name}": dtype(definition, definition.fields[name], self.pooled(table)) for name in sorted(fields)}
        read = self.tables.get(table)
        if read is None:
            return pl.LazyFrame(schema={**kinds, ASIDE: pl.Boolean()})
        parts = ((read.good, False), (read.aside, True))
        native = pl.concat([rows.lazy().with_columns(pl.lit(aside).alias(ASIDE)) for rows, aside in parts])
        frame = self._of_years(nw.from_native(with_absent_fields(native, read.source)), "all" if all_years else "current")
        native = frame.to_native()
        there = native.collect_schema().names()
        lacking = [pl.lit(None, dtype=kind).alias(column) for column, kind in kinds.items() if column not in there]
        return with_defaults(native.with_columns(lacking), self, table, fields)

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

    def release_events(self) -> None:
        """Let go of the tables of events, which are the large ones, once every fact is made of them."""
        for name, rows in self.tables.items():
            if rows.source.table.is_events and name not in self.plan.reached:
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
            if rows.source.table.is_events and dated in rows.good.columns:
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
