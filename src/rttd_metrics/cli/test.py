"""`rttd test`: the measures' examples, and the clauses that none reaches."""

from pathlib import Path
from typing import Annotated

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


def test(
    path: DefinitionsPath = Path(),
    require_coverage: Annotated[
        bool, typer.Option("--require-coverage", help="Fail on clauses that no example reaches.")
    ] = False,
    output_format: ProblemOutputOption = ProblemOutput.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Run the examples of the measures, and list the clauses that none of them makes true, or false."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, path, results=True):
        require_path(path)
        from rttd_metrics.jobs.examples import try_examples

        trial = try_examples(path, "error" if require_coverage else "warning")
        show_results(said, trial.problems, trial.portfolio.folder, trial.portfolio.texts, trial.suites)
        if output_format is ProblemOutput.TEXT and not quiet and not trial.portfolio.errors:
            held = len(trial.outcomes) - len(trial.failed)
            unreached = counted(len(trial.uncovered), "clause")
            typer.echo(f"{held} of {len(trial.outcomes):,} examples hold; {unreached} not reached both ways.")
        if any(problem.severity == "error" for problem in trial.problems):
            raise typer.Exit(Exit.FINDINGS)
