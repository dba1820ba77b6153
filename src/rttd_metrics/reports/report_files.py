"""The files of a report, of the district or of one school: the site, the workbook, the handout."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from xlsxwriter.exceptions import XlsxWriterException

from rttd_metrics.reports.book import write_book
from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.handout import handout, render_handout
from rttd_metrics.reports.output import OutputError, Staging, make_folder, output_errors, staging
from rttd_metrics.reports.site import Sources, pages, pages_alone, write_pages
from rttd_metrics.reports.site.links import DISTRICT, STYLE
from rttd_metrics.reports.site.students import StudentLists

FIRST = {"html": DISTRICT, "xlsx": "report.xlsx", "pdf": "handout.pdf"}
"""By format the file to open."""
FORMATS = tuple(FIRST)
_SITE = (DISTRICT, STYLE, "students.html", "measures", "schools", "classes")
"""What the site of the district, or of a school, has in its folder."""


class ReportFiles:
    """Stages reports made of the same sources; what they share is made once. Raises handout.HandoutError, OutputError."""

    def __init__(self, sources: Sources, staged: Staging, formats: Sequence[str]) -> None:
        self._sources, self._staged, self._formats = sources, staged, formats

    def stage(self, school: Unit | None, within: str = "") -> None:
        """The files of the district, or of a school alone; `within`: the folder they lie in, ending in `/`."""
        sources = self._sources

        def place(path: str) -> Path:
            return self._staged.place(within + path)

        if "html" in self._formats:
            found = pages(sources) if school is None else pages_alone(sources, self._lists, school)
            write_pages(found, sources.run, place)
        if "xlsx" in self._formats:
            path = place(FIRST["xlsx"])
            try:
                write_book(sources, path, scratch=self._scratch, school=school)
            except XlsxWriterException as error:
                raise OutputError(path, str(error)) from error
        if "pdf" in self._formats:
            place(FIRST["pdf"]).write_bytes(render_handout(handout(sources, school)))

    @cached_property
    def _lists(self) -> StudentLists:
        return StudentLists(self._sources, alone=True)

    @cached_property
    def _scratch(self) -> Path:
        return self._staged.scratch(FIRST["xlsx"])


@contextmanager
def report_staging(folder: Path, formats: Sequence[str]) -> Iterator[Staging]:
    """Stage reports in `folder`. Raises ValueError where a format is none of FORMATS, OutputError."""
    if unknown := set(formats) - set(FORMATS):
        raise ValueError(f"no formats of reports: {', '.join(sorted(unknown))}")
    if (folder / "rttd.yml").exists():
        raise OutputError(folder, "it is a project, whose folders a report would replace")
    with output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        yield staged


def write_report(sources: Sources, folder: Path, formats: Sequence[str], school: Unit | None = None) -> list[Path]:
    """Write the report into `folder`; returns the path to open of each format.

    Everything is written beside an earlier report before any of it is replaced. The report of a school leaves nothing there
    of another: the folder can be handed on. Files are readable by their owner only. The caller holds `output_lock`. Raises
    OutputError, handout.HandoutError, and ValueError where a format is none of FORMATS.
    """
    with report_staging(folder, formats) as staged:
        ReportFiles(sources, staged, formats).stage(school)
        if school is not None:
            staged.supersede(*FIRST.values(), *(_SITE if (folder / STYLE).exists() else ()))
        staged.replace()
    return [folder / FIRST[format_] for format_ in formats]
