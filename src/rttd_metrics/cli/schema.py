"""`rttd schema`: JSON Schemas of the YAML files, for editors."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, faults_shown
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
    out: Annotated[
        Path | None, typer.Option("--out", help="Write KIND.schema.json into this folder.", show_default=False)
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Print the JSON Schema of a kind of file, or write those of all kinds into a folder, where editors find them."""
    said = messages(quiet, verbose, log_format)
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
