"""What goes wrong with an output folder, told the same way by every command that writes one."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rttd_metrics.cli.exits import CouldNotRun, Exit
from rttd_metrics.problems import Problem


@contextmanager
def output_faults() -> Iterator[None]:
    """Raises CouldNotRun, with the exit code, where another run holds the folder's lock or nothing can be written there."""
    from rttd_metrics.reports.output import FolderLocked, OutputError

    try:
        yield
    except FolderLocked as error:
        raise CouldNotRun(Problem("locked", str(error), help="wait until it has finished"), code=Exit.LOCKED) from None
    except OutputError as error:
        raise CouldNotRun(Problem("output", str(error))) from None


@contextmanager
def folder_locked(out: Path | None) -> Iterator[None]:
    """The output folder for this run alone; with no folder there is nothing to lock."""
    from rttd_metrics.reports.output import output_lock

    with output_faults(), output_lock(out) if out is not None else nullcontext():
        yield
