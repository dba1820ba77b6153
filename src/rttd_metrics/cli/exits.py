"""Exit codes, and what every command does with what goes wrong."""

import errno
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import partial
from pathlib import Path

import typer

from rttd_metrics.cli.messages import Messages
from rttd_metrics.cli.show import show, show_results
from rttd_metrics.problems import Problem, ProblemError

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
def faults_shown(messages: Messages, path: Path, *, results: bool = False) -> Iterator[dict[str, str]]:
    """Turn what goes wrong inside into messages and an exit code; a traceback only with -v, and only of our own faults.

    `path`: what the command works on; `results`: problems of it are what was asked for, and go to stdout. Gives a dict for
    the texts of definition files by their shown names, so that problems can show their lines.
    """
    texts: dict[str, str] = {}
    try:
        yield texts
    except ProblemError as error:
        _show_problems(messages, error.problems, path, texts, results=results)
        raise typer.Exit(Exit.FINDINGS) from None
    except CouldNotRun as error:
        show(messages, error.problems, path, {})
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


def _show_problems(messages: Messages, problems: Iterable[Problem], path: Path, texts: dict[str, str], *, results: bool) -> None:
    from rttd_metrics.definitions.sources import project_folder
    from rttd_metrics.problems.suites import file_suites

    folder = project_folder(path)
    if results:
        show_results(messages, problems, folder, texts, partial(file_suites, ()))
    else:
        show(messages, problems, folder, texts)
