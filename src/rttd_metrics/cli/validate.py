"""`rttd validate`: the definitions only, no data."""

from pathlib import Path

import typer

from rttd_metrics.cli.exits import Exit, faults_shown, require_path, show
from rttd_metrics.cli.messages import counted
from rttd_metrics.cli.options import (
    DefinitionsPath,
    LogFormat,
    LogFormatOption,
    Output,
    OutputFormatOption,
    Quiet,
    Verbose,
    messages,
)


def validate(
    path: DefinitionsPath = Path(),
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Check measures, facts and rttd.yml without any data: every problem, at its key."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, path):
        require_path(path)
        from rttd_metrics.definitions.portfolio import read_portfolio

        portfolio = read_portfolio(path)
        show(said, portfolio.problems, portfolio.folder, dict(portfolio.texts), on_stdout=True)
        if portfolio.errors:
            raise typer.Exit(Exit.FINDINGS)
        if output_format is Output.TEXT and not quiet:
            examples = sum(len(measure.definition.examples) for measure in portfolio.measures)
            left = "no errors" if portfolio.problems else "no problems"
            typer.echo(f"{counted(len(portfolio.measures), 'measure')} with {counted(examples, 'example')}: {left}.")
