"""`rttd explain`: what a measure is made of, and why a student, a classroom or a school is what it is in it."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.dates import day_option, year_option
from rttd_metrics.cli.exits import CouldNotRun, faults_shown, require_project
from rttd_metrics.cli.options import (
    AsOf,
    KeepGoing,
    LogFormat,
    LogFormatOption,
    Output,
    OutputFormatOption,
    Quiet,
    SchoolYear,
    Verbose,
    messages,
)
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem, ProblemError

if TYPE_CHECKING:
    from rttd_metrics.definitions.portfolio import Portfolio
    from rttd_metrics.jobs.explain import When


class Rows(StrEnum):
    FIRST = "first"
    ALL = "all"


def explain(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="The id of the measure.")],
    project: Annotated[Path, typer.Argument(help="The project: a folder with rttd.yml, or that file.")] = Path(),
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Why this student counts, or not.", show_default=False)
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="LEVEL:ID", help="Who counts in this unit, such as school:0102.", show_default=False)
    ] = None,
    rows: Annotated[Rows, typer.Option(help="Show the first rows behind each fact, or all.")] = Rows.FIRST,
    school_year: SchoolYear = None,
    as_of: AsOf = None,
    keep_going: KeepGoing = False,
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Explain a measure; with --student or --unit, why they are what they are in it. Of students: for internal use."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, project) as texts:
        asked = _asked(student, unit)
        year, day = year_option(school_year), day_option(as_of)
        require_project(project)
        from rttd_metrics.jobs.explain import When
        from rttd_metrics.jobs.project import Project

        portfolio = Project.open(project).portfolio
        texts.update(portfolio.texts)
        shown = _shown(portfolio, measure, asked, When(year, day, keep_going), as_json=output_format is Output.JSON, rows=rows)
        with reader_may_leave():
            typer.echo(shown, nl=False)


def _asked(student: str | None, unit: str | None) -> tuple[str, str] | None:
    """Level and id of the unit; None where the measure itself is meant."""
    from rttd_metrics.reports.selection import parse_unit

    if student is not None and unit is not None:
        raise CouldNotRun(Problem("selection", "--student and --unit are two questions: ask one"))
    if student is not None:
        return "student", student
    try:
        return parse_unit(unit) if unit is not None else None
    except ProblemError as error:
        raise CouldNotRun(*error.problems) from None


def _shown(
    portfolio: "Portfolio", measure: str, asked: tuple[str, str] | None, when: "When", *, as_json: bool, rows: Rows
) -> str:
    from rich.console import Console

    from rttd_metrics.engine.explanation.contents import UnitExplanation
    from rttd_metrics.jobs.explain import explain as explained
    from rttd_metrics.jobs.explain import explain_measure
    from rttd_metrics.reports import explanation

    console = Console()
    with console.capture() as captured:
        if asked is None:
            page = explain_measure(portfolio, measure)
            if as_json:
                return explanation.measure_json(page) + "\n"
            explanation.print_measure(page, console)
        else:
            found = explained(portfolio, measure, *asked, when)
            if isinstance(found, UnitExplanation):
                if as_json:
                    return explanation.unit_json(found) + "\n"
                explanation.print_unit(found, console, all_rows=rows is Rows.ALL)
            else:
                if as_json:
                    return explanation.crowd_json(found) + "\n"
                explanation.print_crowd(found, console)
    return captured.get()
