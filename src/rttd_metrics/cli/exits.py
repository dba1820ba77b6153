"""Exit codes, and what every command does with what goes wrong."""

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import typer

from rttd_metrics.cli.messages import Messages
from rttd_metrics.problems import Problem, ProblemError, render_json, render_text

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Why a disk takes no more: no fault of ours."""


class Exit(IntEnum):
    DONE = 0
    FINDINGS = 1
    """Problems in definitions, examples or data; or `--fail-on` holds."""
    COULD_NOT_RUN = 2
    """Usage, no project, unwritable output, or a fault of ours."""
    LOCKED = 3
    """Another run holds the lock of the output folder."""


class CouldNotRun(Exception):
    """What the user asked for cannot be done, for a reason outside definitions and data."""

    def __init__(self, *problems: Problem, code: Exit = Exit.COULD_NOT_RUN) -> None:
        super().__init__(problems)
        self.problems, self.code = problems, code


def require_project(path: Path) -> None:
    """Raises CouldNotRun where `path` is no project: a folder with rttd.yml, or that file."""
    file = path / "rttd.yml" if path.is_dir() else path
    if not path.exists():
        raise CouldNotRun(Problem("no-project", f"there is no file or folder '{path}'", help="`rttd init DIR` starts a project"))
    if file.name != "rttd.yml" or not file.is_file():
        raise CouldNotRun(
            Problem("no-project", f"'{path}' holds no rttd.yml", help="name a project folder; `rttd init DIR` starts one")
        )


def require_path(path: Path) -> None:
    """Raises CouldNotRun where there is nothing at `path`."""
    if not path.exists():
        raise CouldNotRun(Problem("no-project", f"there is no file or folder '{path}'", help="`rttd init DIR` starts a project"))


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Print to a reader (a pager, `head`) that may go when it has what it wanted; what is printed after that is dropped."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it flushes at the end


@contextmanager
def faults_shown(messages: Messages, folder: Path | None = None) -> Iterator[dict[str, str]]:
    """Turn what goes wrong inside into messages and an exit code; a traceback only with -v, and only of our own faults.

    Gives a dict for the texts of definition files by their shown names, so that problems can show their lines.
    """
    texts: dict[str, str] = {}
    try:
        yield texts
    except ProblemError as error:
        show(messages, error.problems, folder, texts)
        raise typer.Exit(Exit.FINDINGS) from None
    except CouldNotRun as error:
        show(messages, error.problems, folder)
        raise typer.Exit(error.code) from None
    except KeyboardInterrupt:
        messages.warning("interrupted")
        raise typer.Exit(Exit.COULD_NOT_RUN) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:  # the last line of defence: our own fault is told without data or traceback
        if isinstance(error, OSError) and error.errno in _FULL:
            messages.error(f"cannot write: {error.strerror}")
            raise typer.Exit(Exit.COULD_NOT_RUN) from None
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        messages.error(f"a fault of rttd itself: {type(error).__name__} at {place}; please report it (-v shows the traceback)")
        if messages.verbose:
            messages.plain("".join(traceback.format_tb(error.__traceback__)))  # the message may hold data: it is left out
        raise typer.Exit(Exit.COULD_NOT_RUN) from None


def show(
    messages: Messages,
    problems: Iterable[Problem],
    folder: Path | None,
    texts: dict[str, str] | None = None,
    *,
    on_stdout: bool = False,
) -> None:
    """Print problems: as results on stdout (`rttd validate`), else as messages on stderr."""
    problems = [problem for problem in problems if problem.severity == "error" or not messages.quiet]
    stream = sys.stdout if on_stdout else sys.stderr
    with reader_may_leave():
        if messages.log_json and not on_stdout:
            for problem in problems:
                messages.problem(problem)
        elif messages.output_format == "json" and (problems or on_stdout):
            typer.echo(render_json(problems), file=stream)
        elif problems:
            reader: Callable[[str], str | None] = _reader(folder, texts or {})
            typer.echo(render_text(problems, reader, color=messages.color(stream)), file=stream)


def _reader(folder: Path | None, texts: dict[str, str]) -> Callable[[str], str | None]:
    """Source lines to show: of definition files only; a line of a data file would show a student's values."""

    def read(shown: str) -> str | None:
        if shown in texts:
            return texts[shown]
        file = (folder if folder and folder.is_dir() else (folder or Path()).parent) / shown
        if file.suffix not in (".yml", ".yaml") or not file.is_file():
            return None
        return file.read_text(encoding="utf-8", errors="replace")

    return read
