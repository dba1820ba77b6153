"""The page of a classroom: its measures against the school and the district, and which of its students need a look."""

from collections.abc import Mapping
from dataclasses import dataclass

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.site.figures import Figure, figure, title
from rttd_metrics.reports.site.links import DISTRICT, classroom_page, school_page
from rttd_metrics.reports.site.pages import Head, name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.students import Student, StudentList, class_address


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A measure; `school`, `district`: the values there."""

    number: int
    title: str
    figure: Figure
    school: str
    district: str


@dataclass(frozen=True, slots=True)
class ClassroomPage:
    """`looked_at`: students not on the good side somewhere: who, and the numbers of the measures. `roster`: how many
    students, and the address of their part of the school's list."""

    head: Head
    rows: tuple[ClassRow, ...]
    looked_at: tuple[tuple[Student, str], ...]
    roster: tuple[int, str] | None


def classroom_page_of(
    sources: Sources, school: Unit, classroom: Unit, listed: StudentList | None, students: Mapping[int, list[Student]]
) -> ClassroomPage:
    """`students`: those of the school by the places of their classes."""
    grid = sources.grid
    rows: list[ClassRow] = []
    above = (("school", school.id), ("district", sources.district.id))
    numbers: dict[str, int] = {}
    for line in sources.lines:
        cell = grid.cell(("classroom", classroom.id), line)
        if cell is None or cell.status == "no_units":
            continue
        values = [figure(line, found).value if (found := grid.cell(key, line)) is not None else "" for key in above]
        numbers[line.name] = len(rows) + 1
        rows.append(ClassRow(len(rows) + 1, title(line), figure(line, cell), *values))
    crumbs = ((name_of(sources.district), DISTRICT), (name_of(school), school_page(school.id)))
    head = Head(classroom_page(school.id, classroom.id), name_of(classroom), "classroom", crumbs)
    place = listed.class_place(classroom.id) if listed is not None else None
    if listed is None or place is None:
        return ClassroomPage(head, tuple(rows), (), None)
    seated = students.get(place, [])
    looked_at = [(student, _concerns(listed, student, numbers)) for student in seated]
    roster = (len(seated), f"{listed.head.path}#{class_address(place)}")
    return ClassroomPage(head, tuple(rows), tuple((student, told) for student, told in looked_at if told), roster)


def _concerns(listed: StudentList, student: Student, numbers: Mapping[str, int]) -> str:
    """The numbers of the measures, among those of the page, in which a student is not on the good side."""
    found = (
        numbers[column.line.name]
        for column, cell in zip(listed.columns, student.cells, strict=True)
        if cell is not None and cell.off and column.line.name in numbers
    )
    return ", ".join(map(str, found))
