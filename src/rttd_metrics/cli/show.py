"""How commands show problems: as messages on stderr, or as results on stdout where problems are what was asked for."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import typer

from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.streams import reader_may_leave
from rttd_metrics.problems import Problem, render_json, render_text
from rttd_metrics.problems.suites import Suite


def show(messages: Messages, problems: Iterable[Problem], folder: Path, texts: Mapping[str, str]) -> None:
    """Problems as messages: lines of the log, JSON where results are JSON, else text.

    Files are shown as seen from `folder`; `texts` are those of definition files by their shown names.
    """
    told = [problem for problem in problems if messages.tells(problem)]
    with reader_may_leave():
        if messages.log_json:
            for problem in told:
                messages.problem(problem)
        elif told and messages.output_format == "json":
            typer.echo(render_json(told), err=True)
        elif told:
            typer.echo(render_text(told, _reader(folder, texts), color=messages.color(sys.stderr)), err=True)


def show_results(
    messages: Messages,
    problems: Iterable[Problem],
    folder: Path,
    texts: Mapping[str, str],
    suites: Callable[[Sequence[Problem]], Iterable[Suite]],
    *,
    about_data: bool = False,
) -> None:
    """Problems as results, in the format that is asked for; `suites` sorts them by what was checked."""
    told = [problem for problem in problems if messages.tells(problem)]
    if messages.output_format == "text":
        shown = render_text(told, _reader(folder, texts), color=messages.color(sys.stdout))
    elif messages.output_format == "json":
        shown = render_json(told)
    else:
        from rttd_metrics.cli.ci_formats import render

        shown = render(messages.output_format, told, folder, suites(told), about_data=about_data)
    with reader_may_leave():
        if shown:
            typer.echo(shown)


def _reader(folder: Path, texts: Mapping[str, str]) -> Callable[[str], str | None]:
    """Source lines to show: of definition files only; a line of a data file would show a student's values."""

    def read(shown: str) -> str | None:
        if shown in texts:
            return texts[shown]
        file = folder / shown
        if file.suffix not in (".yml", ".yaml") or not file.is_file():
            return None
        return file.read_text(encoding="utf-8", errors="replace")

    return read
