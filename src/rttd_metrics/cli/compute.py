"""`rttd compute`: the main job."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.dates import day_option, years_option
from rttd_metrics.cli.exits import CouldNotRun, Exit, faults_shown, require_project
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
    Verbose,
    chosen_formats,
    messages,
)
from rttd_metrics.cli.outputs import folder_locked
from rttd_metrics.cli.show import show
from rttd_metrics.cli.streams import reader_may_leave, terminal
from rttd_metrics.problems import ProblemError

if TYPE_CHECKING:
    from rttd_metrics.engine.results import Run


class Level(StrEnum):
    DISTRICT = "district"
    SCHOOL = "school"
    CLASSROOM = "classroom"
    STUDENT = "student"


class Engine(StrEnum):
    POLARS = "polars"


class FailOn(StrEnum):
    NOT_MET = "not_met"


_FORMATS = ("csv", "parquet", "json", "xlsx")


def compute(
    project: ProjectPath,
    out: Annotated[Path | None, typer.Option("--out", help="Write the results into this folder.", show_default=False)] = None,
    formats: Annotated[str, typer.Option("--format", help="Which files to write: csv,parquet,json,xlsx.")] = "csv",
    level: Annotated[Level | None, typer.Option(help="Print this level only.", show_default=False)] = None,
    measure: Annotated[
        list[str] | None, typer.Option(help="Print this measure only; may be repeated.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print the measures beside the portfolio too.")] = False,
    unit: Annotated[str | None, typer.Option(help="Print one unit, such as school:0102.", show_default=False)] = None,
    subgroup: Annotated[str | None, typer.Option(help="Print the subgroups of a dimension.", show_default=False)] = None,
    window: Annotated[
        str | None, typer.Option(help="Print one window of the year, such as last_20_days.", show_default=False)
    ] = None,
    school_year: Annotated[
        list[str] | None,
        typer.Option(help="Another school year than the project's; may be repeated; all: every one.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    engine: Annotated[Engine, typer.Option(help="What computes.")] = Engine.POLARS,
    keep_going: KeepGoing = False,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Exit with 1 where a district target is not met.", show_default=False)
    ] = None,
    raw_csv: Annotated[
        bool, typer.Option("--raw-csv", help="Write CSV texts as they are, unsafe to open in a spreadsheet.")
    ] = False,
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Compute every measure of a project and print the report; with --out, write the results too.

    --level, --measure, --unit, --subgroup and --window choose what is printed; what is written is always everything.
    """
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, project) as texts:
        from rttd_metrics.jobs.compute import option_problems
        from rttd_metrics.jobs.project import Project

        asked = _Asked.read(level, unit, measure or [], subgroup, window, everything)
        wanted = chosen_formats(formats, _FORMATS)
        years, day = years_option(school_year), day_option(as_of)
        require_project(project)
        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        if problems := option_problems(opened.portfolio, school_year=years, as_of=day, engine=engine):
            raise CouldNotRun(*problems)
        with folder_locked(out):
            run = opened.compute(school_year=years, as_of=day, engine=engine.value, keep_going=keep_going)
            asked.check(run)
            for path in _write(run, out, wanted, raw_csv=raw_csv) if out is not None else []:
                said.info(f"wrote {path}", run_id=run.run_id, path=path)
        show(said, run.problems, opened.portfolio.folder, texts)
        _print(said, run, asked)
        said.info(f"run {run.run_id} done", run_id=run.run_id, measures=len(run.measures), rows=run.results.height)
        if fail_on is FailOn.NOT_MET and _misses(run):
            said.warning(f"targets not met: {', '.join(_misses(run))}", run_id=run.run_id)
            raise typer.Exit(Exit.FINDINGS)


def _write(run: "Run", out: Path, formats: list[str], *, raw_csv: bool) -> list[Path]:
    from rttd_metrics.reports.files import write_results

    return write_results(run, out, formats, raw_csv=raw_csv)


@dataclass(frozen=True)
class _Asked:
    """What is to be printed of a run."""

    level: str | None
    unit: tuple[str, str] | None
    measures: list[str]
    subgroup: str | None
    window: str | None
    everything: bool

    @classmethod
    def read(
        cls,
        level: Level | None,
        unit: str | None,
        measures: list[str],
        subgroup: str | None,
        window: str | None,
        everything: bool,
    ) -> "_Asked":
        from rttd_metrics.reports.selection import parse_unit

        try:
            chosen = parse_unit(unit) if unit is not None else None
        except ProblemError as error:
            raise CouldNotRun(*error.problems) from None
        return cls(level.value if level else None, chosen, measures, subgroup, window, everything)

    def check(self, run: "Run") -> None:
        """Raises CouldNotRun where the run has no such thing."""
        from rttd_metrics.reports.selection import check_selection

        problems = check_selection(
            run, level=self.level, unit=self.unit, measures=self.measures, subgroup=self.subgroup, window=self.window
        )
        if problems:
            raise CouldNotRun(*problems)


def _print(said: Messages, run: "Run", asked: _Asked) -> None:
    """The report, or the part of it that is asked for."""
    from rttd_metrics.reports.files import run_as_json
    from rttd_metrics.reports.terminal import render

    with reader_may_leave():
        if said.output_format == "json":
            typer.echo(run_as_json(run))
        elif not said.quiet:
            render(
                run,
                level=asked.level,
                unit=asked.unit,
                measures=asked.measures,
                subgroup=asked.subgroup,
                window=asked.window,
                everything=asked.everything,
                console=terminal(),
            )


def _misses(run: "Run") -> list[str]:
    """The measures of the portfolio whose district target is not met by the year to date."""
    rows = run.results.filter(level="district", dimension="all", window="year_to_date", status="not_met")
    portfolio = {info.id for info in run.measures if info.portfolio}
    return [measure for measure in rows["measure"].to_list() if measure in portfolio]
