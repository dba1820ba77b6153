"""The subgroups of a district or a school against the measures."""

from rttd_metrics.reports.catalog.paragraphs import dimension_title
from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.site.pages import Matrix, Row, entry, matrix, name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.text import plain


def subgroup_title(subgroup: str) -> str:
    """`hispanic_or_latino` is Hispanic or latino."""
    words = plain(subgroup).replace("_", " ")
    return words[:1].upper() + words[1:]


def subgroup_matrix(sources: Sources, unit: Unit) -> Matrix | None:
    """Every subgroup in which somebody is counted, by dimension; measures of anything but students have none."""
    lines = [line for line in sources.lines if line.info.level == "student"]
    key = (unit.level, unit.id)
    rows = []
    for dimension, subgroups in sources.subgroups.items():
        for subgroup in subgroups:
            entries = tuple(entry(line, sources.grid.cell(key, line, dimension, subgroup)) for line in lines)
            if any(one is not None for one in entries):
                rows.append(Row(subgroup_title(subgroup), "", entries, dimension_title(dimension)))
    everyone = Row(f"Everyone in {name_of(unit)}", "", tuple(entry(line, sources.grid.cell(key, line)) for line in lines))
    return matrix(lines, [everyone], rows)
