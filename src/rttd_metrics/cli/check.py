"""`rttd check`: the data, without computing measures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.dates import day_option, year_option
from rttd_metrics.cli.exits import CouldNotRun, Exit, faults_shown, require_project
from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.options import (
    LogFormat,
    LogFormatOption,
    ProblemOutput,
    ProblemOutputOption,
    ProjectPath,
    Quiet,
    Verbose,
    messages,
)
from rttd_metrics.cli.outputs import output_faults
from rttd_metrics.cli.show import show, show_results
from rttd_metrics.cli.streams import reader_may_leave, terminal

if TYPE_CHECKING:
    from rttd_metrics.data.checks.outcome import DataCheck
    from rttd_metrics.problems import Problem
    from rttd_metrics.problems.suites import Suite


def check(
    project: ProjectPath,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write failures and coverage into this folder.", show_default=False)
    ] = None,
    school_year: Annotated[
        str | None, typer.Option(help="Tell the coverage of another school year than the project's.", show_default=False)
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Tell how late data are on this day.", show_default=False)] = None,
    output_format: ProblemOutputOption = ProblemOutput.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Check the files of a project: every table, column and school year, and what each school has sent."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, project, results=True) as texts:
        year, day = year_option(school_year), day_option(as_of)
        require_project(project)
        from rttd_metrics.jobs.compute import option_problems
        from rttd_metrics.jobs.project import Project

        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        if problems := option_problems(opened.portfolio, school_year=year, as_of=day, engine="polars"):
            raise CouldNotRun(*problems)
        found = opened.check(school_year=year, as_of=day)
        for path in _written(found, out) if out is not None else []:
            said.info(f"wrote {path}", path=path)
        _print(said, found, opened.portfolio.folder, texts)
        if found.errors:
            raise typer.Exit(Exit.FINDINGS)


def _written(found: "DataCheck", out: Path) -> list[Path]:
    from rttd_metrics.reports.data_check_files import write_check

    with output_faults():
        return write_check(found, out)


def _print(said: Messages, found: "DataCheck", folder: Path, texts: dict[str, str]) -> None:
    """The result in the format that is asked for."""
    if said.output_format == "json":
        from rttd_metrics.reports.data_check_files import check_json

        with reader_may_leave():
            typer.echo(check_json(found, errors_only=said.quiet))
    elif said.output_format == "text":
        from rttd_metrics.reports.data_check import print_check

        if said.log_json:
            show(said, found.problems, folder, texts)
        with reader_may_leave():
            print_check(found, terminal(), errors_only=said.quiet)
    else:
        show_results(said, found.problems, folder, texts, lambda problems: _suites(found, problems), about_data=True)


def _suites(found: "DataCheck", problems: "Sequence[Problem]") -> "list[Suite]":
    from rttd_metrics.problems.suites import file_suites

    return file_suites(found.files, problems)
