"""`rttd validate`: the definitions only, no data."""

import textwrap
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rttd_metrics.cli.exits import CouldNotRun, Exit, faults_shown, require_path
from rttd_metrics.cli.messages import Messages, counted
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
from rttd_metrics.problems import Problem

if TYPE_CHECKING:
    from rttd_metrics.definitions.portfolio import Portfolio

_WIDTH = 88
"""Of a line of prose on a terminal."""


class RuleSet(StrEnum):
    RTTD_D = "rttd-d"


def validate(
    path: DefinitionsPath = Path(),
    portfolio: Annotated[
        RuleSet | None, typer.Option(help="Hold the measures against the rules of a portfolio too.", show_default=False)
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="CODE", help="Print what one rule of a portfolio asks, and why.", show_default=False)
    ] = None,
    output_format: ProblemOutputOption = ProblemOutput.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Check measures, facts and rttd.yml without any data: every problem, at its key."""
    said = messages(quiet, verbose, log_format, output_format)
    with faults_shown(said, path, results=True):
        if explain is not None:
            typer.echo(_explanation(explain))
            return
        require_path(path)
        from rttd_metrics.definitions.portfolio import read_portfolio
        from rttd_metrics.jobs.patterns import pattern_problems
        from rttd_metrics.problems.suites import file_suites

        read = read_portfolio(path)
        problems = read.problems if portfolio is None else _held_against_rules(said, read)
        problems = (*problems, *pattern_problems(read))
        show_results(said, problems, read.folder, read.texts, partial(file_suites, read.own_files))
        if any(problem.severity == "error" for problem in problems):
            raise typer.Exit(Exit.FINDINGS)
        if output_format is ProblemOutput.TEXT and not quiet:
            typer.echo(f"{_looked_at(read, portfolio)}: {'no errors' if problems else 'no problems'}.")


def _held_against_rules(said: Messages, read: "Portfolio") -> tuple[Problem, ...]:
    from rttd_metrics.definitions.rules.catalogue import RULES
    from rttd_metrics.definitions.rules.holding import held_against_rules

    for code, setting in read.project.rules.items():
        if code in RULES and setting.severity is not None:
            said.info(f"{code} is {setting.severity}: {setting.because}")
    return held_against_rules(read)


def _looked_at(read: "Portfolio", portfolio: RuleSet | None) -> str:
    examples = sum(len(measure.definition.examples) for measure in read.measures)
    looked_at = f"{counted(len(read.measures), 'measure')} with {counted(examples, 'example')}"
    if portfolio is None:
        return looked_at
    held = sum(measure.definition.portfolio for measure in read.measures)
    return f"{looked_at}, {held:,} of them held against the rules of {portfolio}"


def _explanation(code: str) -> str:
    """What a rule asks, wrapped for a terminal. Raises CouldNotRun where there is no such rule."""
    from rttd_metrics.definitions.rules.catalogue import RULES, code_hint

    rule = RULES.get(code.upper())
    if rule is None:
        raise CouldNotRun(Problem("unknown-rule", f"there is no rule '{code}'", help=code_hint(code)))
    text = textwrap.fill(rule.text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"{rule.code} ({rule.severity}): {rule.title}\n\n{text}"
