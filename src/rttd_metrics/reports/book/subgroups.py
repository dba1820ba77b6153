"""The subgroups of a district or a school, a row a measure and group, beside everyone."""

from rttd_metrics.reports.book.styles import Styles
from rttd_metrics.reports.book.table import Cell, Column, Styled
from rttd_metrics.reports.catalog.paragraphs import dimension_title
from rttd_metrics.reports.cells import Cell as ResultCell
from rttd_metrics.reports.cells import Line, Unit
from rttd_metrics.reports.marks import STATUS_MEANINGS, UNICODE
from rttd_metrics.reports.numbers import difference
from rttd_metrics.reports.site.figures import SMALL, care, title
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.subgroups import subgroup_title

_COLUMNS = (
    Column("Measure", 46), Column("Groups by", 22), Column("Group", 28), Column("Value", 11), Column("Everyone", 11),
    Column("Difference", 11), Column("Target", 11), Column("Status", 24), Column("Counted", 10), Column("Excluded", 10),
    Column("Missing", 10),
)  # fmt: skip


def subgroups(styles: Styles, sources: Sources, unit: Unit) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and rows; groups in which nobody is counted are left out."""
    rows = []
    for line in sources.lines:
        everyone = sources.grid.cell((unit.level, unit.id), line)
        for dimension, groups in sources.subgroups.items():
            for group in groups:
                cell = sources.grid.cell((unit.level, unit.id), line, dimension, group)
                if cell is not None and everyone is not None and cell.status != "no_units":
                    named: list[Cell] = [title(line), dimension_title(dimension), subgroup_title(group)]
                    rows.append(named + _numbers(styles, line, cell, everyone))
    return list(_COLUMNS), rows


def _numbers(styles: Styles, line: Line, cell: ResultCell, everyone: ResultCell) -> list[Cell]:
    apart = None
    if cell.value is not None and everyone.value is not None:
        apart, _ = difference(line.info, cell.value, everyone.value)
    words = f"{UNICODE.status[cell.status]} {STATUS_MEANINGS[cell.status]}"
    return [
        Styled(cell.value, styles.value(line.info, cell.status, small=care(line, cell) == SMALL)),
        Styled(everyone.value, styles.value(line.info)),
        apart,
        Styled(cell.target, styles.value(line.info)),
        Styled(words, styles.status(cell.status)),
        cell.n,
        cell.excluded,
        cell.missing,
    ]
