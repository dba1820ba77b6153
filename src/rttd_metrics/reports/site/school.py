"""The page of a school: its measures against the district, its subgroups, its classrooms, and the way to its students."""

from dataclasses import dataclass, replace

from rttd_metrics.reports.cells import Cell, Line, Unit
from rttd_metrics.reports.site.attention import Attention, attention
from rttd_metrics.reports.site.figures import figure, title
from rttd_metrics.reports.site.links import DISTRICT, classroom_page, school_page, student_list
from rttd_metrics.reports.site.pages import (
    Behind,
    Chapter,
    Head,
    Matrix,
    MeasureRow,
    Row,
    chapters,
    entry,
    matrix,
    measure_row,
    name_of,
    outside,
    statuses,
    target_row,
)
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.students import StudentList, address
from rttd_metrics.reports.site.subgroups import subgroup_matrix


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """`nobody`: the titles of measures that count nobody here. `students`: the address of the list, and how many are on it."""

    head: Head
    id: str
    statuses: tuple[tuple[str, int], ...]
    attention: tuple[Attention, ...]
    chapters: tuple[Chapter, ...]
    nobody: tuple[str, ...]
    subgroups: Matrix | None
    classrooms: Matrix | None
    students: tuple[str, int] | None


def school_page_of(sources: Sources, school: Unit, listed: StudentList | None, *, alone: bool = False) -> SchoolPage:
    """`alone`: to be handed on, with values of the district only where at least ten are counted."""
    grid, key = sources.grid, ("school", school.id)
    found = [(line, cell) for line in sources.lines if (cell := grid.cell(key, line)) is not None]
    counted = [(line, cell) for line, cell in found if cell.status != "no_units"]
    rows = [_row(sources, school, line, cell, listed, alone=alone) for line, cell in counted]
    head = Head(school_page(school.id), name_of(school), "school", ((name_of(sources.district), DISTRICT),))
    return SchoolPage(
        head,
        school.id,
        statuses(rows),
        attention(counted),
        chapters(rows),
        tuple(title(line) for line, cell in found if cell.status == "no_units"),
        subgroup_matrix(sources, school),
        _classrooms(sources, school),
        (student_list(school.id), len(listed.rows)) if listed is not None else None,
    )


def _row(sources: Sources, school: Unit, line: Line, cell: Cell, listed: StudentList | None, *, alone: bool) -> MeasureRow:
    above = outside(sources, line) if alone else sources.grid.cell(("district", sources.district.id), line)
    against = figure(line, above) if above is not None and above.value is not None else None
    row = replace(measure_row(sources, school, line, cell), against=against)
    return replace(row, behind=behind(listed, line)) if listed is not None else row


def behind(listed: StudentList, line: Line) -> Behind | None:
    """Where the students behind the counts of a measure are listed."""
    place = listed.place(line)
    if place is None:
        return None
    path = listed.head.path
    kinds = (listed.columns[place - 1].numerator, "counted", "excluded", "missing")
    return Behind(*(f"{path}#{address(kind, place)}" for kind in kinds))


def _classrooms(sources: Sources, school: Unit) -> Matrix | None:
    lines, grid = sources.lines, sources.grid
    of_school = [grid.cell(("school", school.id), line) for line in lines]
    whole = tuple(entry(line, cell) for line, cell in zip(lines, of_school, strict=True))
    above = [Row(name_of(school), "", whole), target_row(lines, of_school)]
    rows = []
    for classroom in sources.classrooms.get(school.id, ()):
        entries = tuple(entry(line, grid.cell(("classroom", classroom.id), line), careful=False) for line in lines)
        rows.append(Row(name_of(classroom), classroom_page(school.id, classroom.id), entries))
    return matrix(lines, above, rows)
