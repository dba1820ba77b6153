"""Where rows stand: the file and line of each row of an explanation."""

import polars as pl

from rttd_metrics.data.csv import ROW
from rttd_metrics.data.findings import Place
from rttd_metrics.data.source import FILE
from rttd_metrics.definitions.attendance_checks import DAYS, PERIODS
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.table_rows import TableRow

_Cells = tuple[object, ...]


class Places:
    """The places of rows, found by reading each table's files once more when first asked for a row of it."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._found: dict[str, dict[_Cells, tuple[Place, ...]]] = {}
        self._columns: dict[str, list[str]] = {}
        self._of_row: dict[int, tuple[Place, ...]] = {}
        self._given: dict[tuple[str, _Cells], int] = {}

    def of(self, row: TableRow) -> tuple[Place, ...]:
        """Of a row that was read; all of them where equal rows count once, none for a row that is made up."""
        if id(row) not in self._of_row:
            self._of_row[id(row)] = self._look_up(row)
        return self._of_row[id(row)]

    def _look_up(self, row: TableRow) -> tuple[Place, ...]:
        if row.table == DAYS and self._dataset.plan.made_of_periods:
            return tuple(place for period in _periods_of(row) for place in self.of(period))
        if row.table not in self._found:
            self._found[row.table] = self._look(row.table)
        cells = tuple(row.read_cells[name] for name in self._columns[row.table])
        places = self._found[row.table].get(cells, ())
        if self._dataset.plan.portfolio.tables[row.table].rows == "distinct":
            return places
        # Rows that are alike in all that is read of them stand in several lines: each is given one.
        number = self._given[row.table, cells] = self._given.get((row.table, cells), -1) + 1
        return places[number : number + 1]

    def _look(self, table: str) -> dict[_Cells, tuple[Place, ...]]:
        rows = self._dataset.tables[table]
        placed = rows.source.rows(places=True)
        in_files = placed.collect_schema().names()
        columns = self._columns[table] = [name for name in rows.good.columns if name in in_files]
        held = pl.concat([rows.good, rows.aside]).lazy().select(columns).unique()
        placed = placed.select(FILE, ROW, *columns)
        frame = placed.join(held, on=columns, how="semi", nulls_equal=True).sort(FILE, ROW).collect(engine="streaming")
        lines = {}
        for number, file in enumerate(rows.source.files):
            records = frame.filter(pl.col(FILE) == number)[ROW]
            lines[number] = dict(zip(records, file.lines(records), strict=True)) if len(records) else {}
        found: dict[_Cells, tuple[Place, ...]] = {}
        for row in frame.iter_rows(named=True):
            number, record = row.pop(FILE), row.pop(ROW)
            key = tuple(row.values())
            place = Place(rows.source.files[number].shown, lines[number].get(record))
            found[key] = (*found.get(key, ()), place)
        return found


def _periods_of(day: TableRow) -> list[TableRow]:
    """The class periods that a day is made of."""
    by_day = day.tables.index(PERIODS, "day", lambda row: (row.cell("student_id"), row.cell("date")))
    return by_day.get((day.cell("student_id"), day.cell("date")), [])
