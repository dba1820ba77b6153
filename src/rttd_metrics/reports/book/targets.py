"""The district's baselines and targets, a row a measure, a column a school year."""

from rttd_metrics.reports.book.styles import Styles
from rttd_metrics.reports.book.table import Cell, Column, Styled
from rttd_metrics.reports.cells import WHOLE_YEAR
from rttd_metrics.reports.site.figures import title
from rttd_metrics.reports.site.sources import Sources


def targets(styles: Styles, sources: Sources) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and rows of the measures that have any."""
    lines = [line for line in sources.lines if line.window == WHOLE_YEAR]
    told = {line: sources.definitions[line.info.id] for line in lines}
    baselines = sorted({year for one in told.values() for year in one.baselines})
    years = sorted({year for one in told.values() for year in one.targets})
    rows: list[list[Cell]] = []
    for line, one in told.items():
        if not one.baselines and not one.targets:
            continue
        style = styles.value(line.info)
        values = [one.baselines.get(year) for year in baselines] + [one.targets.get(year) for year in years]
        better = "higher" if line.info.improvement == "increase" else "lower"
        rows.append([title(line), better, *(Styled(value, style) for value in values)])
    heads = [Column("Measure", 46), Column("Better is", 10)]
    heads += [Column(f"Baseline {year}", 12) for year in baselines] + [Column(f"Target {year}", 12) for year in years]
    return heads, rows
