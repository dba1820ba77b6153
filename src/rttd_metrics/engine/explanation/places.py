"""Where rows stand: the file and line of each row of an explanation."""

from collections.abc import Iterable

import polars as pl

from rttd_metrics.data.csv import ROW
from rttd_metrics.data.findings import Place
from rttd_metrics.data.source import FILE
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.table_rows import TableRow


class Places:
    """The places of rows, found by reading each table's files once more when first asked for a row of it."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._found: dict[str, dict[tuple[object, ...], tuple[Place, ...]]] = {}

    def of(self, row: TableRow) -> tuple[Place, ...]:
        """Of a row that was read; several where equal rows of the files count once, none for a row that is made up."""
        if row.table not in self._found:
            self._found[row.table] = self._look(row.table)
        return self._found[row.table].get(_key(row.read_cells.values()), ())

    def _look(self, table: str) -> dict[tuple[object, ...], tuple[Place, ...]]:
        rows = self._dataset.tables[table]
        columns = rows.good.columns
        held = pl.concat([rows.good, rows.aside]).lazy().unique()
        placed = rows.source.rows(places=True).select(FILE, ROW, *columns)
        frame = placed.join(held, on=columns, how="semi", nulls_equal=True).sort(FILE, ROW).collect(engine="streaming")
        lines = {
            number: file.lines(frame.filter(pl.col(FILE) == number)[ROW].to_list())
            for number, file in enumerate(rows.source.files)
            if frame.height
        }
        found: dict[tuple[object, ...], tuple[Place, ...]] = {}
        for row in frame.iter_rows(named=True):
            number, record = row.pop(FILE), row.pop(ROW)
            key = _key(row.values())
            place = Place(rows.source.files[number].shown, lines[number].get(record))
            found[key] = (*found.get(key, ()), place)
        return found


def _key(cells: Iterable[object]) -> tuple[object, ...]:
    return tuple(cells)
