"""`rttd test`: the measures' examples, and the clauses that none reaches."""

from pathlib import Path
from typing import Annotated

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


def test(
    path: DefinitionsPath = Path(),
    require_coverage: Annotated[
        bool, typer.Option("--require-coverage", help="Fail on clauses that no example reaches.")
    ] = False,
    output_format: OutputFormatOption = Output.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Run the examples of the measures, and list the clauses that none of them makes true, or false."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, path):
        require_path(path)
        from rttd_metrics.jobs.examples import try_examples

        trial = try_examples(path)
        problems = [
            *trial.portfolio.problems,
            *(outcome.as_problem() for outcome in trial.failed),
            *(clause.as_problem() for clause in trial.uncovered),
        ]
        show(said, problems, trial.portfolio.folder, dict(trial.portfolio.texts), on_stdout=True)
        if output_format is Output.TEXT and not quiet and not trial.portfolio.errors:
            held = len(trial.outcomes) - len(trial.failed)
            unreached = counted(len(trial.uncovered), "clause")
            typer.echo(f"{held} of {len(trial.outcomes):,} examples hold; {unreached} not reached both ways.")
        if trial.portfolio.errors or trial.failed or (require_coverage and trial.uncovered):
            raise typer.Exit(Exit.FINDINGS)
