"""Packets: a folder a school, to be sent to its principal and no one else."""

from collections.abc import Sequence
from pathlib import Path

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.output import OutputError
from rttd_metrics.reports.report_files import ReportFiles, report_staging
from rttd_metrics.reports.site import Sources
from rttd_metrics.reports.site.links import file_name


def write_packets(sources: Sources, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write a packet of each school into `folder`, in place of the ones of an earlier run; returns their folders.

    A packet is the report of the school alone: it holds no student of another, no link leads out of it, and of the district
    it has only values of at least ten. All are written before any is put in its place; the packet of a school that is no
    longer there stays. Files are readable by their owner only. The caller holds `output_lock`. Raises OutputError,
    handout.HandoutError, and ValueError where a format is none of FORMATS.
    """
    with report_staging(folder, formats) as staged:
        names = _names(sources.schools, folder)
        files = ReportFiles(sources, staged, formats)
        for name, school in names.items():
            files.stage(school, within=f"{name}/")
        staged.replace()
    return [folder / name for name in names]


def _names(schools: Sequence[Unit], folder: Path) -> dict[str, Unit]:
    """The schools by the names of their folders. Raises OutputError where two would share one."""
    found: dict[str, Unit] = {}
    for school in schools:
        name = file_name(school.id)
        if name in found:
            raise OutputError(folder / name, f"it would be the packet of both school {found[name].id} and school {school.id}")
        found[name] = school
    return found
