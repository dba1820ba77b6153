"""The options that commands share."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rttd_metrics.cli.messages import Messages


class Output(StrEnum):
    """Of commands whose results are data."""

    TEXT = "text"
    JSON = "json"


class ProblemOutput(StrEnum):
    """Of commands whose results are problems."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


ProjectPath = Annotated[Path, typer.Argument(help="The project: a folder with rttd.yml, or that file.", show_default=False)]
DefinitionsPath = Annotated[Path, typer.Argument(help="A project, or a folder or file of measures.")]
OutputFormatOption = Annotated[Output, typer.Option("--output-format", help="How results and problems are printed.")]
ProblemOutputOption = Annotated[ProblemOutput, typer.Option("--output-format", help="How problems are printed.")]
SchoolYear = Annotated[str | None, typer.Option(help="Another school year than the project's.", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="See the data as of this day (2012-11-16).", show_default=False)]
KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Set rows with faults aside; what they belong to is missing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell each step.")]
LogFormatOption = Annotated[LogFormat, typer.Option("--log-format", help="Log lines as text, or a JSON object a line.")]


def messages(quiet: bool, verbose: bool, log_format: LogFormat, output: Output | ProblemOutput = Output.TEXT) -> Messages:
    return Messages(quiet, verbose, log_format is LogFormat.JSON, output.value)


def chosen_formats(text: str, known: Sequence[str]) -> list[str]:
    """The formats in a text that parts them by commas. Raises BadParameter where one is not known, or there is none."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    if not wanted or set(wanted) - set(known):
        raise typer.BadParameter(f"'{text}': choose from {', '.join(known)}, parted by commas", param_hint="--format")
    return list(dict.fromkeys(wanted))
