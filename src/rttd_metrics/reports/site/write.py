"""The pages of a site, one after the other, and the folder they are written to: whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.output import make_folder, output_errors, staging
from rttd_metrics.reports.site.classroom import classroom_page_of
from rttd_metrics.reports.site.district import district_page
from rttd_metrics.reports.site.links import DISTRICT, STYLE
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


def school_pages(sources: Sources, school: Unit, students: StudentList | None) -> Iterator[Page]:
    """The pages of one school: itself, the list of its students, its classrooms."""
    yield school_page_of(sources, school, students)
    seated: dict[int, list[Student]] = {}
    if students is not None:
        yield students
        for student in students.rows:
            for place in student.classes:
                seated.setdefault(place, []).append(student)
    for classroom in sources.classrooms.get(school.id, ()):
        yield classroom_page_of(sources, school, classroom, students, seated)


def write_site(sources: Sources, folder: Path) -> Path:
    """Write the site into `folder`, in place of an earlier one; returns the path of its first page.

    Everything is written beside the earlier site before any of it is replaced. Files are readable by their owner only.
    The caller holds `output_lock`. Raises OutputError.
    """
    with output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        roots: dict[str, Path] = {}
        run = about(sources.run)
        staged.path(STYLE).write_text(style_sheet(), encoding="utf-8")
        for page in pages(sources):
            first, _, rest = page.head.path.partition("/")
            if not rest:
                path = staged.path(first)
            else:
                if first not in roots:
                    roots[first] = staged.folder(first)
                path = roots[first] / rest
                _make_folders(path.parent, roots[first])
            _write(path, render(page, run))
        staged.replace()
    return folder / DISTRICT


def _make_folders(folder: Path, root: Path) -> None:
    """`parents=True` would give the folders between the rights of everybody."""
    for parent in (*reversed(folder.relative_to(root).parents), folder.relative_to(root)):
        (root / parent).mkdir(mode=0o700, exist_ok=True)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
