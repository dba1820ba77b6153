"""`rttd`: the commands. Importing this loads neither Polars nor pydantic, so that --help is quick."""

from typing import Annotated

import typer

from rttd_metrics import __version__
from rttd_metrics.cli import catalog, check, compute, explain, init, reconcile, report, schema, students, synth, test, validate

app = typer.Typer(
    name="rttd",
    help="Metrics as code for school districts: measures in YAML, student CSVs in, district-to-student reports out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(compute.compute)
app.command()(check.check)
app.command()(report.report)
app.command()(students.students)
app.command()(validate.validate)
app.command()(test.test)
app.command()(catalog.catalog)
app.command()(explain.explain)
app.command()(init.init)
app.command()(reconcile.reconcile)
app.command()(schema.schema)
app.command()(synth.synth)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rttd-metrics {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Metrics as code for school districts."""


def run() -> None:
    """The entry point `rttd`."""
    app()
