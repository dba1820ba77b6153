"""Printing to a reader that may leave."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Print to a reader (a pager, `head`) that may go when it has what it wanted; what is printed after that is dropped."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it flushes at the end


def terminal() -> "Console":
    """Standard output for reports; print to it where the reader may leave."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # Rich would end the process with 1, which means findings

    return Terminal()
