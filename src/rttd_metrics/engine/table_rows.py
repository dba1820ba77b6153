"""The rows of a dataset one at a time, in plain Python: each finds the rows its keys lead to, and its schools."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.measure_checks import school_route
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.formula.nodes import Column, Value
from rttd_metrics.formula.rows import Unit, evaluate


class TableRow:
    """One row of a table; `year` is the school year it is of, `aside` whether a fault keeps it out."""

    __slots__ = ("_cells", "aside", "table", "tables", "year")

    def __init__(self, tables: "RowTables", table: str, cells: dict[str, Value], aside: bool) -> None:
        self.tables, self.table, self._cells, self.aside = tables, table, cells, aside
        self.year = cast(int, cells.get(YEAR, tables.year))

    @property
    def read_cells(self) -> dict[str, Value]:
        """The cells by TABLE.field, as they were read."""
        return self._cells

    def cell(self, name: str) -> Value:
        """A field's value, or its default made from the row's other cells."""
        value = self._cells.get(f"{self.table}.{name}")
        default = self.tables.portfolio.defaults.get((self.table, name)) if value is None else None
        return evaluate(default, self.tables.district, _AsRead(self)) if default is not None else value

    def as_read(self, name: str) -> Value:
        return self._cells.get(f"{self.table}.{name}")

    def with_cells(self, cells: dict[str, Value]) -> "TableRow":
        """The same row with other values in some fields."""
        changed = {f"{self.table}.{name}": value for name, value in cells.items()}
        return TableRow(self.tables, self.table, self._cells | changed, self.aside)

    def column(self, column: Column) -> Value:
        row = self.follow(column.steps)
        if row is None:
            return None
        return row.cell(column.field) if column.fact_of is None else self.tables.fact_of(row, column.fact_of, column.field)

    def follow(self, steps: Sequence[str]) -> "TableRow | None":
        """The row that the keys named by `steps` lead to; None where one is missed."""
        row: TableRow | None = self
        for step in steps:
            if row is None:
                return None
            reference = self.tables.shapes[row.table].references[step]
            row = self.tables.find(reference.target, reference.key, row.cell(reference.field), row.year)
        return row

    def unit(self, chain: Sequence[str]) -> Value:
        """The key of the unit that the steps of `chain` lead to; the row's own where there are none."""
        if not chain:
            return self.cell(self.tables.own_key(self.table))
        at = self.follow(chain[:-1])
        return at.cell(self.tables.shapes[at.table].references[chain[-1]].field) if at else None

    def schools(self) -> set[Value]:
        """Where the row was: the school it carries, else its section's, else those of the primary stays on its date,
        else the one the student is declared at."""
        table = self.tables.portfolio.tables[self.table]
        route = school_route(table)
        if route == "section_id":
            section = self.tables.find("sections", "section_id", self.cell("section_id"), self.tables.year)
            return {section.cell("school_id")} if section is not None else set()
        if route == "school_id" and (school := self.cell("school_id")) is not None:
            return {school}
        if not self.tables.dataset.has("enrollments"):
            student = self.tables.find("students", "student_id", self.cell("student_id"), self.tables.year)
            return {student.cell("school_id")} if student is not None else set()
        day = self.cell(table.date) if table.date else None
        if not isinstance(day, date):
            return set()
        stays = self.tables.stays(self.cell("student_id"), self.tables.year)
        return {
            stay.cell("school_id")
            for stay in stays
            if cast(date, stay.cell("entry_date")) <= day <= cast(date, stay.cell("counted_to") or date.max)
        }


@dataclass(frozen=True, slots=True)
class _AsRead:
    """A row as its default formulas see it: the cells of the file, whatever their own defaults are."""

    row: TableRow

    def column(self, column: Column) -> Value:
        if not column.steps:
            return self.row.as_read(column.field)
        tables = self.row.tables
        reference = tables.shapes[self.row.table].references[column.steps[0]]
        row = tables.find(reference.target, reference.key, self.row.as_read(reference.field), self.row.year)
        row = row.follow(column.steps[1:]) if row is not None else None
        return row.cell(column.field) if row is not None else None


class RowTables:
    """The tables of a dataset as rows, read and indexed once, each when first asked for.

    `district` is the unit for which formulas over a row by itself are evaluated: it knows the constants. `fact_of` gives a
    fact of the unit that a row is: row, level and name.
    """

    district: Unit
    fact_of: "Callable[[TableRow, str, str], Value]"

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.portfolio = dataset, dataset.plan.portfolio
        self.year = dataset.period.school_year
        self.shapes = self.portfolio.facts.tables.shapes
        self._rows: dict[tuple[str, bool], list[TableRow]] = {}
        self._days: dict[str, list[date] | None] = {}
        self._indexes: dict[Hashable, dict[Hashable, list[TableRow]]] = {}

    def own_key(self, table: str) -> str:
        return self.portfolio.tables[table].table_schema.primary_key[0]

    def rows(self, table: str, *, aside: bool = False) -> list[TableRow]:
        """The rows of a table, of all years that were read: those that are right, or those set aside."""
        if (table, aside) not in self._rows:
            read = self.dataset.tables.get(table)
            cells = (read.aside if aside else read.good).to_dicts() if read else []
            rows = [TableRow(self, table, row, aside) for row in cells]
            if table == "calendar":  # read to the year's end, but formulas see none of it after as-of
                rows = [row for row in rows if cast(date, row.cell("date") or date.min) <= self.dataset.as_of]
            self._rows[table, aside] = rows
        return self._rows[table, aside]

    def index(
        self, table: str, by: Hashable, key: Callable[[TableRow], Hashable], *, aside: bool = False
    ) -> dict[Hashable, list[TableRow]]:
        """Rows of a table by `key`; `by` names the key, so that the same index is made once."""
        if (table, by, aside) not in self._indexes:
            found: dict[Hashable, list[TableRow]] = {}
            for row in self.rows(table, aside=aside):
                found.setdefault(key(row), []).append(row)
            self._indexes[table, by, aside] = found
        return self._indexes[table, by, aside]

    def find(self, table: str, key: str, value: Value, year: int) -> TableRow | None:
        """The row of a year with this key; of the run's school year, where no other was read."""
        wanted = (value, year if self.dataset.has_years(table) else self.year)
        for aside in (False, True):
            found = self.index(table, (key, YEAR), lambda row: (row.cell(key), row.year), aside=aside)
            if value is not None and wanted in found:
                return found[wanted][0]
        return None

    def stays(self, student_id: Value, year: int) -> list[TableRow]:
        """A student's primary enrollments of a year."""
        stays = self.index("enrollments", "student_id", lambda row: row.cell("student_id")).get(student_id, [])
        return [stay for stay in stays if stay.year == year and stay.cell("primary") is True]

    @cached_property
    def attendance_through(self) -> dict[str, date]:
        """By school the date of its latest row of attendance this year: found when all rows were there, which here may be
        those of a few students."""
        latest = self.dataset.attendance_through
        return dict(collect(latest).iter_rows()) if latest is not None else {}

    def instructional_days(self, school_id: str) -> list[date] | None:
        """The school's instructional days up to as-of, in order; None where it has no calendar."""
        if school_id not in self._days:
            rows = self.index("calendar", "school_id", lambda row: row.cell("school_id")).get(school_id, [])
            days = {cast(date, row.cell("date")): row.cell("instructional") is not False for row in rows if row.year == self.year}
            self._days[school_id] = sorted(day for day, held in days.items() if held) if days else None
        return self._days[school_id]
