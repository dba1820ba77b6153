"""Units against measures: a value a cell, with the symbol and colour of its status."""

from collections.abc import Iterator, Sequence

from rttd_metrics.reports.book.styles import Styles
from rttd_metrics.reports.book.table import Cell, Styled
from rttd_metrics.reports.cells import Line, Unit
from rttd_metrics.reports.numbers import unit as measured_in
from rttd_metrics.reports.site.figures import SMALL, care, has_value, title
from rttd_metrics.reports.site.pages import name_of
from rttd_metrics.reports.site.sources import Sources


def unit_columns(sources: Sources, units: Sequence[Unit]) -> list[tuple[Line, str]]:
    """The lines that any of these units has a value in, with the heads of their columns."""
    grid = sources.grid
    kept = [line for line in sources.lines if any(has_value(grid.cell((unit.level, unit.id), line)) for unit in units)]
    return [(line, f"{title(line)} ({measured_in(line.info)})") for line in kept]


def unit_rows(
    styles: Styles, sources: Sources, units: Sequence[tuple[str, Unit]], lines: Sequence[tuple[Line, str]]
) -> Iterator[tuple[str, list[Cell]]]:
    """By unit: what it is in, and its name, id and values; empty where nobody counts or the value is withheld."""
    for group, unit in units:
        yield group, [name_of(unit), unit.id, *(_value(styles, sources, unit, line) for line, _ in lines)]


def _value(styles: Styles, sources: Sources, unit: Unit, line: Line) -> Cell:
    cell = sources.grid.cell((unit.level, unit.id), line)
    if cell is None or cell.value is None:
        return "withheld" if cell is not None and cell.status == "withheld" else None
    return Styled(cell.value, styles.value(line.info, cell.status, small=care(line, cell) == SMALL))
