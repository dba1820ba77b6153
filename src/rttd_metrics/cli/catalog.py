"""`rttd catalog`: the measures as a document."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.exits import faults_shown, require_path
from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.options import (
    DefinitionsPath,
    LogFormat,
    LogFormatOption,
    Quiet,
    Verbose,
    messages,
)
from rttd_metrics.cli.outputs import output_faults
from rttd_metrics.cli.show import show
from rttd_metrics.cli.streams import reader_may_leave

if TYPE_CHECKING:
    from rttd_metrics.reports.catalog import Catalog

_FORMATS = ("md", "html")


def catalog(
    path: DefinitionsPath = Path(),
    out: Annotated[Path | None, typer.Option("--out", help="Write the document into this folder.", show_default=False)] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", help="md, html or md,html; with --out both, else md.", show_default=False),
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Write the measures as a document: in plain words, with their targets, and their facts down to the columns."""
    said = messages(quiet, verbose, log_format)
    with faults_shown(said, path) as texts:
        wanted = _wanted(formats, writing=out is not None)
        require_path(path)
        from rttd_metrics.definitions.portfolio import read_portfolio
        from rttd_metrics.jobs.catalog import catalog as make_catalog
        from rttd_metrics.reports.catalog import render

        portfolio = read_portfolio(path)
        texts.update(portfolio.texts)
        made = make_catalog(portfolio)
        show(said, portfolio.problems, portfolio.folder, texts)
        if out is not None:
            _write(said, made, out, wanted)
            return
        with reader_may_leave():
            typer.echo(render(made, wanted[0]), nl=False)


def _wanted(text: str | None, *, writing: bool) -> list[str]:
    if text is None:
        return list(_FORMATS) if writing else ["md"]
    wanted = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not wanted or not set(wanted) <= set(_FORMATS):
        raise typer.BadParameter(f"'{text}': choose from {', '.join(_FORMATS)}, parted by commas", param_hint="--format")
    if len(wanted) > 1 and not writing:
        raise typer.BadParameter(f"'{text}': one format is printed; --out writes both", param_hint="--format")
    return wanted


def _write(said: Messages, made: "Catalog", out: Path, formats: list[str]) -> None:
    from rttd_metrics.reports.catalog import write_catalog

    with output_faults():
        for written in write_catalog(made, out, formats):
            said.info(f"wrote {written}", path=written)
