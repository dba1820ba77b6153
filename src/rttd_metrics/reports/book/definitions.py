"""How each measure is computed, in words and as it is written."""

from rttd_metrics.reports.book.styles import Styles
from rttd_metrics.reports.book.table import Cell, Column, Styled
from rttd_metrics.reports.cells import WHOLE_YEAR
from rttd_metrics.reports.site.sources import Sources

_COLUMNS = (
    Column("Measure", 40), Column("Id", 26), Column("In words", 70), Column("Population", 40), Column("Left out", 40),
    Column("Formula", 40), Column("Source", 50), Column("Owner", 24),
)  # fmt: skip


def definitions(styles: Styles, sources: Sources) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and rows, one a measure."""
    rows: list[list[Cell]] = []
    for line in sources.lines:
        if line.window != WHOLE_YEAR:
            continue
        page = sources.definitions[line.info.id].page
        left_out = "\n".join(f"{row.formula}: {row.reason}" for row in page.exclusions)
        source = "\n".join(text for row in page.rules if row.label == "Source" for text in row.paragraphs)
        texts = (page.title, page.id, page.sentence.plain, page.population_formula, left_out, page.formula, source, page.owner)
        rows.append([Styled(text, styles.wrapped) for text in texts])
    return list(_COLUMNS), rows
