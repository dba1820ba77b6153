"""A window of the school year in plain Python, one unit and one row at a time: windows.py and window.py said a second time."""

from datetime import date
from typing import cast

from rttd_metrics.definitions.windows import days_in
from rttd_metrics.engine.table_rows import RowTables, TableRow
from rttd_metrics.formula.nodes import Value

_LENGTHS = {"quarter": 1 / 4, "trimester": 1 / 3, "semester": 1 / 2, "year": 1.0}


class RowWindow:
    """`end`: the last day of the window."""

    def __init__(self, name: str, tables: RowTables, first_day: date) -> None:
        self._tables, self._days, self.end = tables, days_in(name), tables.dataset.as_of
        if self._days is None:
            self._term = self._latest_term(first_day)
            self.end = min(self.end, self._term[1]) if self._term else self.end
        else:
            self._schools = {cast(str, row.cell("school_id")) for row in tables.rows("calendar")}

    def begins(self, school: str | None) -> date | None:
        """The first day for a school, or for what belongs to none; None where the window is not full."""
        if self._days is None:
            return self._term[0] if self._term else None
        if school is not None:
            days = self._tables.instructional_days(school) or []
        elif any(self.begins(each) for each in self._schools):
            days = sorted({day for each in self._schools for day in self._tables.instructional_days(each) or ()})
        else:
            return None
        return days[-self._days] if len(days) >= self._days else None

    def _latest_term(self, first_day: date) -> tuple[date, date] | None:
        """First and last day of the latest term that has begun this year, among those of the shortest type."""
        terms = [
            (_LENGTHS[kind], cast(date, row.cell("start_date")), cast(date, row.cell("end_date")))
            for row in self._tables.rows("terms")
            if (kind := str(row.cell("type"))) in _LENGTHS and row.year == self._tables.year
        ]
        terms = [term for term in terms if term[1] <= self.end and term[2] >= first_day]
        shortest = min((length for length, _, _ in terms), default=None)
        return max(((start, end) for length, start, end in terms if length == shortest), default=None)

    def cut(self, row: TableRow, start: date) -> TableRow | None:
        """The row as the window sees it, None where it is not seen; a row without a date is."""
        table = self._tables.portfolio.tables[row.table]
        if table.date is None:
            return row
        day = cast("date | None", row.cell(table.date))
        last = cast("date | None", row.cell(table.end_date)) if table.end_date else day
        if (day is not None and day > self.end) or (last is not None and last < start):
            return None
        if table.end_date is None:
            return row
        seen: dict[str, Value] = {table.date: max(day, start) if day is not None else None}
        seen[table.end_date] = last if last is not None and last <= self.end else None
        return row.with_cells(seen)
