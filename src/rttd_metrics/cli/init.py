"""`rttd init`: a commented starter project that computes at once, or one made from files that are there."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, faults_shown
from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.options import LogFormat, LogFormatOption, Quiet, Verbose, messages
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; with --from it may hold the files.")],
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder or ZIP with OneRoster, Ed-Fi or plain CSVs.", show_default=False)
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Confirm every guess, of this start or an earlier one.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Start a project: with made-up data to replace, or with --from one that reads the files that are there."""
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, folder):
        try:
            if source is not None:
                _from_files(said, folder, source, accept)
            elif accept:
                _accept(said, folder)
            else:
                _starter(said, folder)
        except OSError as error:
            raise CouldNotRun(Problem("output", f"'{folder}' cannot be made: {error.strerror}")) from None


def _starter(said: Messages, folder: Path) -> None:
    from rttd_metrics.jobs.init import FolderNotEmpty, start_project

    try:
        written = start_project(folder)
    except FolderNotEmpty:
        raise CouldNotRun(Problem("not-empty", f"'{folder}' already holds files", help="name a new folder")) from None
    if not said.quiet:
        with reader_may_leave():
            for path in written:
                typer.echo(f"wrote {path}")
            typer.echo(f"\nNow: rttd compute {shlex.quote(str(folder))}")


def _from_files(said: Messages, folder: Path, source: Path, accept: bool) -> None:
    from rich.console import Console

    from rttd_metrics.jobs.init import FolderNotEmpty
    from rttd_metrics.jobs.init_from import NoSource, start_from
    from rttd_metrics.reports.started import next_commands, print_draft

    try:
        started = start_from(folder, source, accept=accept)
    except FolderNotEmpty:
        help_ = "name a new folder, or one that holds the files of --from and no rttd.yml"
        raise CouldNotRun(Problem("not-empty", f"'{folder}' already holds files", help=help_)) from None
    except NoSource as error:
        help_ = "name the folder or ZIP that holds the CSVs"
        raise CouldNotRun(Problem("no-source", f"'{source}' {error}", help=help_)) from None
    if not said.quiet:
        with reader_may_leave():
            for path in started.written:
                typer.echo(f"{'copied' if path in started.copied else 'wrote'} {path}")
            print_draft(started.draft, accepted=accept, console=Console())
            typer.echo("")
            for command in next_commands(str(folder), started.draft, accepted=accept):
                typer.echo(f"Now: {command}")


def _accept(said: Messages, folder: Path) -> None:
    from rttd_metrics.cli.exits import require_project
    from rttd_metrics.jobs.init_from import accept_guesses

    require_project(folder)
    confirmed = accept_guesses(folder)
    if not said.quiet:
        typer.echo(f"{confirmed} lines of {folder / 'rttd.yml'} were guesses and are confirmed now")
