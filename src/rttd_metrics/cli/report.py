"""`rttd report`: the results as a site that opens from disk, a workbook and a handout; of the district, one school or each."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.dates import day_option, year_option
from rttd_metrics.cli.exits import CouldNotRun, faults_shown, require_project
from rttd_metrics.cli.options import (
    AsOf,
    KeepGoing,
    LogFormat,
    LogFormatOption,
    ProjectPath,
    Quiet,
    SchoolYear,
    Verbose,
    chosen_formats,
    messages,
)
from rttd_metrics.cli.outputs import folder_locked
from rttd_metrics.cli.show import show
from rttd_metrics.problems import Problem, ProblemError


class Each(StrEnum):
    SCHOOL = "school"


class Names(StrEnum):
    PREFERRED = "preferred"
    LEGAL = "legal"
    NONE = "none"


_FORMATS = ("html", "xlsx", "pdf")


def report(
    project: ProjectPath,
    out: Annotated[Path | None, typer.Option("--out", help="Write the report into this folder.", show_default=False)] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", help="What to write: html,xlsx,pdf; html if not given, all in packets.", show_default=False),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help="The report of one school alone, such as school:0102.", show_default=False)
    ] = None,
    each: Annotated[Each | None, typer.Option(help="A packet for each school, with --packet.", show_default=False)] = None,
    packet: Annotated[
        Path | None, typer.Option(help="Write a folder for each school into this one, with --each.", show_default=False)
    ] = None,
    names: Annotated[Names, typer.Option(help="The names students go by; none: their ids alone.")] = Names.PREFERRED,
    measure: Annotated[
        list[str] | None, typer.Option(help="Show this measure only; may be repeated.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show the measures beside the portfolio too.")] = False,
    school_year: SchoolYear = None,
    as_of: AsOf = None,
    keep_going: KeepGoing = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Write the report: the district, its measures, schools and classrooms, and the students of each school.

    As a site, a workbook and a PDF to print; with --each school --packet DIR a folder for each principal.
    """
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, project) as texts:
        from rttd_metrics.jobs.compute import option_problems
        from rttd_metrics.jobs.project import Project
        from rttd_metrics.reports.selection import measure_problems

        folder = _folder(out, each, packet, unit)
        school = _school(unit)
        wanted = chosen_formats(formats, _FORMATS) if formats is not None else _FORMATS if packet else ("html",)
        year, day = year_option(school_year), day_option(as_of)
        require_project(project)
        opened = Project.open(project)
        texts.update(opened.portfolio.texts)
        asked = option_problems(opened.portfolio, school_year=year, as_of=day, engine="polars")
        asked += measure_problems([found.id for found in opened.portfolio.measures], measure or [])
        if asked:
            raise CouldNotRun(*asked)
        with folder_locked(folder):
            made = opened.report(
                school_year=year,
                as_of=day,
                measures=measure or [],
                everything=everything,
                keep_going=keep_going,
                names=names.value if names is not Names.NONE else None,
            )
            show(said, made.problems, opened.portfolio.folder, texts)
            with _writing():
                if packet is not None:
                    written = made.write_packets(folder, formats=wanted)
                else:
                    written = made.write(folder, formats=wanted, school=school)
        for path in written:
            said.info(f"wrote {path}", run_id=made.run.run_id, path=path)


def _folder(out: Path | None, each: Each | None, packet: Path | None, unit: str | None) -> Path:
    """The folder to write into, by options that go together."""
    if (each is None) != (packet is None):
        raise typer.BadParameter("packets are written with both: --each school --packet DIR", param_hint="--packet")
    if packet is not None and (out is not None or unit is not None):
        raise typer.BadParameter("packets are of every school: neither --out nor --unit goes with them", param_hint="--packet")
    folder = out if out is not None else packet
    if folder is None:
        raise typer.BadParameter("name a folder to write into, or --each school --packet DIR", param_hint="--out")
    return folder


def _school(unit: str | None) -> str | None:
    """The id of the school that is asked for."""
    from rttd_metrics.reports.selection import parse_unit

    if unit is None:
        return None
    try:
        level, id_ = parse_unit(unit)
    except ProblemError as error:
        raise CouldNotRun(*error.problems) from None
    if level != "school":
        raise CouldNotRun(Problem("selection", "a report is of the district or of a school", help="write school:ID"))
    return id_


@contextmanager
def _writing() -> Iterator[None]:
    """Raises CouldNotRun where the run has no such school, or the PDF cannot be made."""
    from rttd_metrics.reports.handout import HandoutError

    try:
        yield
    except ProblemError as error:
        raise CouldNotRun(*error.problems) from None
    except HandoutError as error:
        raise CouldNotRun(Problem("output", f"cannot write handout.pdf: {error}")) from None
