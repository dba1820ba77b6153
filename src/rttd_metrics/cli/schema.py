"""`rttd schema`: JSON Schemas of the YAML files, for editors."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, faults_shown, require_path
from rttd_metrics.cli.options import LogFormat, LogFormatOption, Quiet, Verbose, messages
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem


class Kind(StrEnum):
    PROJECT = "project"
    MEASURE = "measure"
    FACTS = "facts"


def schema(
    kind: Annotated[
        Kind | None, typer.Argument(help="The kind of file; with --out all, if not given.", show_default=False)
    ] = None,
    data_package: Annotated[
        Path | None,
        typer.Option(
            "--data-package", metavar="PROJECT", help="Print the Data Package of a project's tables instead.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write KIND.schema.json, or datapackage.json, into this folder.", show_default=False),
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Print the JSON Schema of a kind of file, or write those of all kinds into a folder, where editors find them.

    With --data-package, the descriptor of a project's tables, by which Frictionless and other programs read its files.
    """
    said = messages(quiet, verbose, log_format)
    if data_package is not None:
        if kind is not None:
            raise typer.BadParameter("a Data Package is of a project, no kind of file", param_hint="KIND")
        with faults_shown(said, data_package):
            _write_data_package(data_package, out, quiet)
        return
    if kind is None and out is None:
        raise typer.BadParameter(f"say which: {', '.join(Kind)}; or write all with --out DIR", param_hint="KIND")
    with faults_shown(said, out or Path()):
        from rttd_metrics.jobs.schema import schema_text, write_schemas

        if out is None:
            assert kind is not None
            with reader_may_leave():
                typer.echo(schema_text(kind), nl=False)
            return
        try:
            written = write_schemas(out, Kind if kind is None else [kind])
        except OSError as error:
            raise CouldNotRun(Problem("output", f"'{out}' cannot be written: {error.strerror}")) from None
        if not quiet:
            with reader_may_leave():
                for path in written:
                    typer.echo(f"wrote {path}")


def _write_data_package(project: Path, out: Path | None, quiet: bool) -> None:
    require_path(project)
    from rttd_metrics.definitions.portfolio import read_portfolio
    from rttd_metrics.jobs.data_package import FILE, data_package, descriptor_text

    portfolio = read_portfolio(project)
    try:
        text = descriptor_text(data_package(portfolio, out or portfolio.folder))
    except ValueError:
        problem = Problem("output", f"'{out}' does not hold the project", help="paths of a Data Package may not lead upwards")
        raise CouldNotRun(problem) from None
    if out is not None:
        try:
            (out / FILE).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CouldNotRun(Problem("output", f"'{out}' cannot be written: {error.strerror}")) from None
    if out is None or not quiet:
        with reader_may_leave():
            typer.echo(text if out is None else f"wrote {out / FILE}\n", nl=False)
