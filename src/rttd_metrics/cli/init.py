"""`rttd init`: a commented starter project that computes at once."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, faults_shown
from rttd_metrics.cli.options import LogFormat, LogFormatOption, Quiet, Verbose, messages
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it must not hold anything yet.")],
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Start a project: rttd.yml, a measure and facts of its own, and a little made-up data to replace."""
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, folder):
        from rttd_metrics.jobs.init import FolderNotEmpty, start_project

        try:
            written = start_project(folder)
        except FolderNotEmpty:
            raise CouldNotRun(Problem("not-empty", f"'{folder}' already holds files", help="name a new folder")) from None
        except OSError as error:
            raise CouldNotRun(Problem("output", f"'{folder}' cannot be made: {error.strerror}")) from None
        if not quiet:
            with reader_may_leave():
                for path in written:
                    typer.echo(f"wrote {path}")
                typer.echo(f"\nNow: rttd compute {shlex.quote(str(folder))}")
