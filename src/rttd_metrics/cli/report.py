"""`rttd report`: the results as a site that opens from disk."""

from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.dates import day_option, year_option
from rttd_metrics.cli.exits import CouldNotRun, faults_shown, require_project
from rttd_metrics.cli.options import LogFormat, LogFormatOption, ProjectPath, Quiet, Verbose, messages
from rttd_metrics.cli.outputs import folder_locked
from rttd_metrics.cli.show import show


def report(
    project: ProjectPath,
    out: Annotated[Path, typer.Option("--out", help="Write the site into this folder.", show_default=False)],
    measure: Annotated[
        list[str] | None, typer.Option(help="Show this measure only; may be repeated.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show the measures beside the portfolio too.")] = False,
    school_year: Annotated[str | None, typer.Option(help="Another school year than the project's.", show_default=False)] = None,
    as_of: Annotated[str | None, typer.Option(help="See the data as of this day (2012-11-16).", show_default=False)] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Set rows with faults aside; what they belong to is missing.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Write the report as a site: the district, its measures, schools and classrooms, and the students of each school."""
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, project) as texts:
        from rttd_metrics.jobs.compute import option_problems
        from rttd_metrics.jobs.project import Project
        from rttd_metrics.reports.selection import measure_problems

        year, day = year_option(school_year), day_option(as_of)
        require_project(project)
        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        asked = option_problems(opened.portfolio, school_year=year, as_of=day, engine="polars")
        asked += measure_problems([found.id for found in opened.portfolio.measures], measure or [])
        if asked:
            raise CouldNotRun(*asked)
        with folder_locked(out):
            made = opened.report(
                school_year=year, as_of=day, measures=measure or [], everything=everything, keep_going=keep_going
            )
            show(said, made.problems, opened.portfolio.folder, texts)
            first = made.write(out)
        said.info(f"wrote {first}", run_id=made.run.run_id, path=first)
