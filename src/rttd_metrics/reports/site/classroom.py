"""The page of a classroom: its measures against the school and the district, and which of its students need a look."""

from collections.abc import Mapping
from dataclasses import dataclass

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.numbers import with_unit
from rttd_metrics.reports.site.figures import Figure, figure, title
from rttd_metrics.reports.site.links import DISTRICT, classroom_page, school_page
from rttd_metrics.reports.site.pages import Head, name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.students import Student, StudentList, class_address

_MOST = 6
"""So many students are named; the others are in the list of the school."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A measure; `school`: the value there."""

    number: int
    title: str
    figure: Figure
    school: str


@dataclass(frozen=True, slots=True)
class ClassroomPage:
    """`looked_at`: the students with most concerns, and the numbers of the measures in which they are not on the good side;
    `more`: how many others are not somewhere. `roster`: how many students, and the address of their part of the school's
    list."""

    head: Head
    rows: tuple[ClassRow, ...]
    looked_at: tuple[tuple[Student, str], ...]
    more: int
    roster: tuple[int, str] | None


def classroom_page_of(
    sources: Sources, school: Unit, classroom: Unit, listed: StudentList | None, students: Mapping[int, list[Student]]
) -> ClassroomPage:
    """`students`: those of the school by the places of their classes."""
    grid = sources.grid
    rows: list[ClassRow] = []
    numbers: dict[str, int] = {}
    for line in sources.lines:
        cell = grid.cell(("classroom", classroom.id), line)
        if cell is None or cell.status == "no_units":
            continue
        above = grid.cell(("school", school.id), line)
        numbers[line.name] = len(rows) + 1
        of_school = with_unit(line.info, above.value) if above is not None and above.value is not None else ""
        rows.append(ClassRow(len(rows) + 1, title(line), figure(line, cell), of_school))
    crumbs = ((name_of(sources.district), DISTRICT), (name_of(school), school_page(school.id)))
    head = Head(classroom_page(school.id, classroom.id), name_of(classroom), "classroom", crumbs)
    place = listed.class_place(classroom.id) if listed is not None else None
    if listed is None or place is None:
        return ClassroomPage(head, tuple(rows), (), 0, None)
    seated = students.get(place, [])
    looked_at = [(student, told) for student in seated if (told := [numbers[name] for name in student.off if name in numbers])]
    looked_at.sort(key=lambda one: -len(one[1]))
    roster = (len(seated), f"{listed.head.path}#{class_address(place)}")
    shown = tuple((student, ", ".join(map(str, told))) for student, told in looked_at[:_MOST])
    return ClassroomPage(head, tuple(rows), shown, max(len(looked_at) - _MOST, 0), roster)
