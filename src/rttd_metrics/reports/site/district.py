"""The first page: the district's measures, what needs attention first, its schools and its subgroups."""

from dataclasses import dataclass, replace

from rttd_metrics.reports.site.attention import Attention, attention
from rttd_metrics.reports.site.figures import meets
from rttd_metrics.reports.site.links import DISTRICT, school_page
from rttd_metrics.reports.site.pages import (
    Chapter,
    Head,
    Matrix,
    Row,
    chapters,
    entry,
    matrix,
    measure_row,
    name_of,
    statuses,
    target_row,
)
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.subgroups import subgroup_matrix


@dataclass(frozen=True, slots=True)
class DistrictPage:
    head: Head
    statuses: tuple[tuple[str, int], ...]
    attention: tuple[Attention, ...]
    chapters: tuple[Chapter, ...]
    schools: Matrix | None
    subgroups: Matrix | None


def district_page(sources: Sources) -> DistrictPage:
    grid, key = sources.grid, ("district", sources.district.id)
    found = [(line, cell) for line in sources.lines if (cell := grid.cell(key, line)) is not None]
    rows = []
    for line, cell in found:
        met = meets([grid.cell(("school", school.id), line) for school in sources.schools])
        rows.append(replace(measure_row(sources, sources.district, line, cell), schools=met))
    head = Head(DISTRICT, name_of(sources.district), "district", ())
    return DistrictPage(
        head,
        statuses(rows),
        attention(found),
        chapters(rows),
        _schools(sources),
        subgroup_matrix(sources, sources.district),
    )


def _schools(sources: Sources) -> Matrix | None:
    """Every school against every measure that schools have, beside the district and its targets."""
    lines, grid = sources.lines, sources.grid
    of_district = [grid.cell(("district", sources.district.id), line) for line in lines]
    whole = tuple(entry(line, cell) for line, cell in zip(lines, of_district, strict=True))
    above = [Row(name_of(sources.district), "", whole), target_row(lines, of_district)]
    rows = [
        Row(name_of(school), school_page(school.id), tuple(entry(line, grid.cell(("school", school.id), line)) for line in lines))
        for school in sources.schools
    ]
    return matrix(lines, above, rows)
