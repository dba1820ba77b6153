"""The measures of a district or a school: value, target, status, change, who is counted, and the trend as a sparkline."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from rttd_metrics.reports.book.table import Cell, Column, Sheets, Styled
from rttd_metrics.reports.cells import CONDITIONS, Line, Unit
from rttd_metrics.reports.cells import Cell as ResultCell
from rttd_metrics.reports.marks import STATUS_MEANINGS, UNICODE
from rttd_metrics.reports.site.figures import figure, meets, title
from rttd_metrics.reports.site.pages import outside
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.trends import Point, trend


def write_measures(sheets: Sheets, sources: Sources, unit: Unit) -> None:
    """A row a measure, by condition; its values through the years stand at the right, where the sparkline takes them from."""
    found = [(line, cell) for line in sources.lines if (cell := sources.grid.cell((unit.level, unit.id), line)) is not None]
    order = list(CONDITIONS)
    found.sort(key=lambda one: order.index(one[0].info.condition))
    trends = {line: {point.year: point for point in trend(sources, line, unit)} for line, _ in found}
    years = sorted({year for points in trends.values() for year in points})
    beside = "Schools that meet it" if unit.level == "district" else "District"
    heads = [
        Column("Measure", 46), Column("Condition", 24), Column("Value", 11), Column("Target", 11), Column("Status", 24),
        Column("Off by", 9), Column("Trend", 16), Column(beside, 12), Column("Counted", 10), Column("Excluded", 10),
        Column("Missing", 10), *(Column(year, 11) for year in years),
    ]  # fmt: skip
    rows = [_row(sheets, sources, unit, line, cell, [trends[line].get(year) for year in years]) for line, cell in found]
    sheet = sheets.table("District" if unit.level == "district" else "School", heads, rows)
    if sheet is None or len(years) < 2:
        return
    first, last = len(heads) - len(years), len(heads) - 1
    for row in range(1, len(rows) + 1):
        cells = f"{xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last)}"
        drawn = {"range": f"'{sheet.get_name()}'!{cells}", "last_point": True, "show_hidden": True, "empty_cells": "connect"}
        sheet.add_sparkline(row, 6, drawn)


def _row(
    sheets: Sheets, sources: Sources, unit: Unit, line: Line, cell: ResultCell, points: Sequence[Point | None]
) -> list[Cell]:
    styles, info = sheets.styles, line.info
    words = f"{UNICODE.status[cell.status]} {STATUS_MEANINGS[cell.status]}"
    return [
        title(line),
        CONDITIONS[info.condition],
        Styled(cell.value, styles.value(info, cell.status)),
        Styled(cell.target, styles.value(info)),
        Styled(words, styles.status(cell.status)),
        figure(line, cell).off,
        None,
        _beside(sheets, sources, unit, line),
        cell.n,
        cell.excluded,
        cell.missing,
        *(Styled(point.value, styles.value(info)) if point is not None else None for point in points),
    ]


def _beside(sheets: Sheets, sources: Sources, unit: Unit, line: Line) -> Cell:
    """Of the district how many schools meet their target; of a school the district's value."""
    if unit.level == "district":
        met = meets([sources.grid.cell(("school", school.id), line) for school in sources.schools])
        return f"{met[0]} of {met[1]}" if met else None
    above = outside(sources, line)
    return Styled(above.value, sheets.styles.value(line.info)) if above is not None else None
