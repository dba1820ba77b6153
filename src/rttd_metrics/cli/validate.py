"""`rttd validate`: the definitions only, no data."""

from functools import partial
from pathlib import Path

import typer

from rttd_metrics.cli.exits import Exit, faults_shown, require_path
from rttd_metrics.cli.messages import counted
from rttd_metrics.cli.options import (
    DefinitionsPath,
    LogFormat,
    LogFormatOption,
    ProblemOutput,
    ProblemOutputOption,
    Quiet,
    Verbose,
    messages,
)
from rttd_metrics.cli.show import show_results


def validate(
    path: DefinitionsPath = Path(),
    output_format: ProblemOutputOption = ProblemOutput.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Check measures, facts and rttd.yml without any data: every problem, at its key."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, path, results=True):
        require_path(path)
        from rttd_metrics.definitions.portfolio import read_portfolio
        from rttd_metrics.problems.suites import file_suites

        portfolio = read_portfolio(path)
        suites = partial(file_suites, portfolio.own_files)
        show_results(said, portfolio.problems, portfolio.folder, portfolio.texts, suites)
        if portfolio.errors:
            raise typer.Exit(Exit.FINDINGS)
        if output_format is ProblemOutput.TEXT and not quiet:
            examples = sum(len(measure.definition.examples) for measure in portfolio.measures)
            left = "no errors" if portfolio.problems else "no problems"
            typer.echo(f"{counted(len(portfolio.measures), 'measure')} with {counted(examples, 'example')}: {left}.")
