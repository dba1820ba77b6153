"""The folder a command writes into, for this process alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rttd_metrics.cli.exits import CouldNotRun, Exit
from rttd_metrics.problems import Problem


@contextmanager
def folder_locked(out: Path | None) -> Iterator[None]:
    """The output folder for this run alone; with no folder there is nothing to lock."""
    from rttd_metrics.reports.output import FolderLocked, OutputError, output_lock

    if out is None:
        yield
        return
    try:
        with output_lock(out):
            yield
    except FolderLocked as error:
        raise CouldNotRun(Problem("locked", str(error), help="wait until it has finished"), code=Exit.LOCKED) from None
    except OutputError as error:
        raise CouldNotRun(Problem("output", str(error))) from None
