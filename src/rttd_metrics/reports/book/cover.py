"""The cover: whose numbers these are and of when, how they stand, and what the signs mean."""

from collections.abc import Iterator, Sequence

from rttd_metrics.reports.book.styles import STATUS_COLORS, Styles
from rttd_metrics.reports.book.table import Cell, Sheets, Styled
from rttd_metrics.reports.cells import Cell as ResultCell
from rttd_metrics.reports.cells import Line, Unit
from rttd_metrics.reports.marks import STATUS_MEANINGS, UNICODE
from rttd_metrics.reports.site.attention import attention
from rttd_metrics.reports.site.pages import name_of
from rttd_metrics.reports.site.sources import Sources

Rows = Iterator[Sequence[Cell]]
Found = Sequence[tuple[Line, ResultCell]]

_INTERNAL = "Internal: contains small groups of students. Not for publication."


def write_cover(sheets: Sheets, sources: Sources, unit: Unit) -> None:
    """The first sheet."""
    sheet, styles = sheets.sheet("Cover"), sheets.styles
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 3, 26)
    found = [(line, cell) for line in sources.lines if (cell := sources.grid.cell((unit.level, unit.id), line)) is not None]
    blocks = (_about(styles, sources, unit), _standing(styles, found), _attention(styles, found), _signs(styles))
    number = 0
    for block in blocks:
        for row in block:
            for place, value in enumerate(row):
                sheets.write(sheet, number, place, value)
            number += 1
        number += 1


def _about(styles: Styles, sources: Sources, unit: Unit) -> Rows:
    run = sources.run
    yield [Styled(name_of(unit), styles.title)]
    yield [Styled(_INTERNAL, styles.warning)]
    if unit.level != "district":
        yield ["District", name_of(sources.district)]
    yield ["School year", run.school_year]
    yield ["As of", run.as_of.isoformat()]
    yield ["Data through", run.data_through.isoformat() if run.data_through else "no dated data"]
    yield ["Run", run.run_id]


def _standing(styles: Styles, found: Found) -> Rows:
    """How many measures have each status."""
    yield [Styled("How the measures stand", styles.heading)]
    for status, words in STATUS_MEANINGS.items():
        if number := sum(cell.status == status for _, cell in found):
            yield [f"{UNICODE.status[status]} {words}", number]


def _attention(styles: Styles, found: Found) -> Rows:
    off = attention(found)
    if off:
        yield [Styled(text, styles.head) for text in ("What needs attention first", "Value", "Target", "")]
    for one in off:
        yield [one.title, one.figure.value, one.figure.target, one.short]


def _signs(styles: Styles) -> Rows:
    yield [Styled("The signs", styles.heading)]
    for status in STATUS_COLORS:
        yield [Styled(f"{UNICODE.status[status]} {STATUS_MEANINGS[status]}", styles.status(status))]
    yield ["In italics: a small group, of fewer than 30."]
    yield ["An empty cell: nobody is counted."]
