"""`rttd synth`: a district that does not exist, of any size, in our tables or as OneRoster."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, faults_shown
from rttd_metrics.cli.options import LogFormat, LogFormatOption, Quiet, Verbose, messages
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem


class SynthFormat(StrEnum):
    TABLES = "tables"
    ONEROSTER_1_1 = "oneroster-1.1"
    ONEROSTER_1_2 = "oneroster-1.2"


class AttendanceForm(StrEnum):
    DAILY = "daily"
    EXCEPTIONS = "exceptions"


def synth(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make, or a ZIP: a name that ends in .zip.")],
    students: Annotated[int, typer.Option(min=1, max=5_000_000, help="Students in the last school year.")] = 1000,
    years: Annotated[int, typer.Option(min=1, max=30, help="School years with every table.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="What decides every draw: another seed, another district.")] = 1,
    format_: Annotated[SynthFormat, typer.Option("--format", help="Our tables, or a OneRoster bundle.")] = SynthFormat.TABLES,
    attendance: Annotated[
        AttendanceForm, typer.Option(help="A row for each day of a student, or for the days not simply present.")
    ] = AttendanceForm.DAILY,
    class_size: Annotated[int, typer.Option("--class-size", min=1, help="The most students in a class.")] = 25,
    missing: Annotated[float, typer.Option(min=0, max=1, help="The share of cells left empty, of those that may be.")] = 0.0,
    dirty: Annotated[float, typer.Option(min=0, max=1, help="The share of cells made wrong, listed in dirty.csv.")] = 0.0,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Make up a district: schools, students, classes, attendance, marks, tests, surveys; the same bytes for the same options."""
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, target):
        if format_ is not SynthFormat.TABLES and (years > 1 or missing or dirty or attendance is not AttendanceForm.DAILY):
            raise CouldNotRun(
                Problem(
                    "usage",
                    "a OneRoster bundle holds one school year, no attendance and no faults",
                    help="leave out --years, --attendance, --missing and --dirty, or use --format tables",
                )
            )
        from rttd_metrics.jobs.init import FolderNotEmpty
        from rttd_metrics.jobs.synth import Order, write_district
        from rttd_metrics.synth.setting import Setting

        order = Order(Setting(students, years, seed, class_size, attendance.value), format_.value, missing, dirty)
        try:
            write_district(order, target)
        except FolderNotEmpty:
            raise CouldNotRun(Problem("not-empty", f"'{target}' already holds files", help="name a new folder or ZIP")) from None
        except OSError as error:
            raise CouldNotRun(Problem("output", f"'{target}' cannot be made: {error.strerror}")) from None
        if not quiet:
            with reader_may_leave():
                typer.echo(f"wrote {target}: {students:,} students\n")
                typer.echo(_next(shlex.quote(str(target)), format_, zipped=target.suffix.lower() == ".zip"))


def _next(target: str, format_: SynthFormat, *, zipped: bool) -> str:
    if format_ is not SynthFormat.TABLES:
        return f"Now: rttd init NEW --from {target}"
    return f"Now: unzip {target} -d FOLDER && rttd compute FOLDER" if zipped else f"Now: rttd compute {target}"
