"""Write the document into a folder, whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from rttd_metrics.reports.catalog.contents import Catalog
from rttd_metrics.reports.catalog.render import FORMATS, render
from rttd_metrics.reports.output import make_folder, output_errors, output_lock, staging


def write_catalog(catalog: Catalog, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write catalog.md, catalog.html or both into `folder`; returns the paths written.

    Raises OutputError where that cannot be done, FolderLocked where another process writes there.
    """
    with output_lock(folder), output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        for format_ in (format_ for format_ in FORMATS if format_ in formats):
            staged.path(f"catalog.{format_}").write_text(render(catalog, format_), encoding="utf-8")
        return staged.replace()
