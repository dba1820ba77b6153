"""A window of the school year: when it begins for each school, on which day it ends, and the rows that lie in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.engine.backend import Frame, frame_of

START = "window.start"
"""In the frame of units, and of their rows, the first day of the unit's window; null where it is not full."""


@dataclass(frozen=True)
class Window:
    """`end`: the last day, for all alike. `starts`: the first day by the schools whose window is full; `elsewhere` that of
    what belongs to no school, and of the district itself."""

    name: str
    end: date
    starts: Mapping[str, date]
    elsewhere: date

    @property
    def schools(self) -> Frame:
        """school (a text) and START."""
        schema = {"school": pl.String(), START: pl.Date()}
        return frame_of({"school": list(self.starts), START: list(self.starts.values())}, schema)

    def cut(self, rows: Frame, table: TableDefinition) -> Frame:
        """Of rows with START those that lie in the window; stays that reach into it are cut to it, and open where they end
        after it. Rows without a date are seen as always."""
        start = nw.col(START)
        rows = rows.filter(~start.is_null())
        if table.date is None:
            return rows
        day = nw.col(f"{table.name}.{table.date}")
        rows = rows.filter(day.is_null() | (day <= self.end))
        if table.end_date is None:
            return rows.filter(day.is_null() | (day >= start))
        last = nw.col(f"{table.name}.{table.end_date}")
        return rows.filter(last.is_null() | (last >= start)).with_columns(
            later(day, start).alias(f"{table.name}.{table.date}"),
            nw.when(last <= self.end).then(last).alias(f"{table.name}.{table.end_date}"),
        )


def later(day: nw.Expr, start: nw.Expr) -> nw.Expr:
    """The later of the two days; null where `day` is."""
    return nw.when(day < start).then(start).otherwise(day)
