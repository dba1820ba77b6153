"""The pages of a site, one after the other, and how they are written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rttd_metrics.engine.results import Run
from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.site.classroom import classroom_page_of
from rttd_metrics.reports.site.district import district_page
from rttd_metrics.reports.site.links import STYLE, school_folder
from rttd_metrics.reports.site.measure import measure_report
from rttd_metrics.reports.site.render import Page, about, render, style_sheet
from rttd_metrics.reports.site.school import school_page_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.students import Student, StudentList, StudentLists


def pages(sources: Sources) -> Iterator[Page]:
    """Every page of the site: the schools with what is theirs, the measures, the district."""
    lists = StudentLists(sources)
    listed: dict[str, StudentList] = {}
    for school in sources.schools:
        students = lists.of(school)
        if students is not None:
            listed[school.id] = students.without_rows()
        yield from school_pages(sources, school, students)
    for line in sources.lines:
        report = measure_report(sources, line, listed)
        if report is not None:
            yield report
    yield district_page(sources)


def pages_alone(sources: Sources, lists: StudentLists, school: Unit) -> Iterator[Page]:
    """The pages of one school to be handed on: nothing leads out of its folder, whose first page is the school's."""
    root = f"{school_folder(school.id)}/"
    for page in school_pages(sources, school, lists.of(school), alone=True):
        yield replace(page, head=replace(page.head, root=root))


def school_pages(sources: Sources, school: Unit, students: StudentList | None, *, alone: bool = False) -> Iterator[Page]:
    """The pages of one school: itself, the list of its students, its classrooms."""
    yield school_page_of(sources, school, students, alone=alone)
    seated: dict[int, list[Student]] = {}
    if students is not None:
        yield students
        for student in students.rows:
            for place in student.classes:
                seated.setdefault(place, []).append(student)
    for classroom in sources.classrooms.get(school.id, ()):
        yield classroom_page_of(sources, school, classroom, students, seated)


def write_pages(found: Iterable[Page], run: Run, place: Callable[[str], Path]) -> None:
    """Write pages and their style sheet to the files that `place` gives for their paths."""
    told = about(run)
    place(STYLE).write_text(style_sheet(), encoding="utf-8")
    for page in found:
        place(page.head.file).write_text(render(page, told), encoding="utf-8")
