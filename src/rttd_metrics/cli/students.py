"""`rttd students`: the early-warning list."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.dates import day_option, year_option
from rttd_metrics.cli.exits import CouldNotRun, faults_shown, require_project
from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.options import (
    AsOf,
    KeepGoing,
    LogFormat,
    LogFormatOption,
    Output,
    OutputFormatOption,
    ProjectPath,
    Quiet,
    SchoolYear,
    Verbose,
    messages,
)
from rttd_metrics.cli.outputs import output_faults
from rttd_metrics.cli.show import show
from rttd_metrics.cli.streams import reader_may_leave, terminal

if TYPE_CHECKING:
    from rttd_metrics.reports.students.flagged import FlagList


def students(
    project: ProjectPath,
    flag: Annotated[
        list[str] | None, typer.Option(help="A measure that flags students; may be repeated.", show_default=False)
    ] = None,
    school: Annotated[str | None, typer.Option(help="List the students of this school only.", show_default=False)] = None,
    classroom: Annotated[str | None, typer.Option(help="List the students of this classroom only.", show_default=False)] = None,
    educator: Annotated[
        str | None, typer.Option(help="List the students of this educator's classrooms only.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the list into this CSV file.", show_default=False)] = None,
    school_year: SchoolYear = None,
    as_of: AsOf = None,
    keep_going: KeepGoing = False,
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """List the students with early-warning flags, those with most first. Internal: it names students."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, project) as texts:
        from rttd_metrics.jobs.compute import option_problems
        from rttd_metrics.jobs.project import Project
        from rttd_metrics.jobs.students import students as listed_students

        year, day = year_option(school_year), day_option(as_of)
        if out is not None and out.suffix.lower() != ".csv":
            raise typer.BadParameter(f"'{out.name}': the list is written as CSV, into a file named .csv", param_hint="--out")
        require_project(project)
        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        if problems := option_problems(opened.portfolio, school_year=year, as_of=day, engine="polars"):
            raise CouldNotRun(*problems)
        listed = listed_students(
            opened.portfolio,
            flags=flag or [],
            school=school,
            classroom=classroom,
            educator=educator,
            school_year=year,
            as_of=day,
            keep_going=keep_going,
        )
        show(said, listed.run.problems, opened.portfolio.folder, texts)
        if out is not None:
            _write(said, listed, out)
        _print(said, listed)


def _write(said: Messages, listed: "FlagList", out: Path) -> None:
    from rttd_metrics.reports.student_list_files import write_students

    with output_faults():
        written = write_students(listed, out)
    said.info(f"wrote {written}", run_id=listed.run.run_id, path=written)


def _print(said: Messages, listed: "FlagList") -> None:
    from rttd_metrics.reports.student_list_files import students_json
    from rttd_metrics.reports.student_list_terminal import print_students

    with reader_may_leave():
        if said.output_format == "json":
            typer.echo(students_json(listed))
        elif not said.quiet:
            print_students(listed, terminal())
