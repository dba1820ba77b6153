"""`rttd reconcile`: ours against the state's figures, cell by cell, and the students behind a difference."""

from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import Exit, faults_shown, require_project
from rttd_metrics.cli.options import (
    KeepGoing,
    LogFormat,
    LogFormatOption,
    Output,
    OutputFormatOption,
    ProjectPath,
    Quiet,
    Verbose,
    messages,
)
from rttd_metrics.cli.outputs import output_faults
from rttd_metrics.cli.streams import reader_may_leave


def reconcile(
    project: ProjectPath,
    official: Annotated[Path, typer.Argument(metavar="OFFICIAL.csv", help="The published figures, a row each.")],
    students: Annotated[
        Path | None, typer.Option(help="The students that the state has counted, a row each.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write cells.csv and students.csv into this folder.", show_default=False)
    ] = None,
    keep_going: KeepGoing = False,
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Hold published figures against the project's own: what agrees, what differs, what one side lacks."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, project) as texts:
        require_project(project)
        from rich.console import Console

        from rttd_metrics.jobs.project import Project
        from rttd_metrics.jobs.reconcile import reconcile as hold_against
        from rttd_metrics.reports.reconciliation import print_reconciliation, reconciliation_json, write_reconciliation

        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        found = hold_against(opened.portfolio, official, students=students, keep_going=keep_going)
        with output_faults():
            for path in write_reconciliation(found, out) if out is not None else []:
                said.info(f"wrote {path}", path=path)
        with reader_may_leave():
            if output_format is Output.JSON:
                typer.echo(reconciliation_json(found))
            elif not quiet:
                print_reconciliation(found, Console())
        if not found.agrees:
            raise typer.Exit(Exit.FINDINGS)
