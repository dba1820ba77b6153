"""One thing that is wrong, and the error that carries such things to whoever asked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line in an editor, hence in every line number of a problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `code` is a stable kebab-case word, `message` one sentence, `help` what to do.

    `file` is the path as it is shown, `line` and `column` count from 1 in characters, `end_column` is the
    first column after the place, on the same line.
    """

    code: str
    message: str
    severity: Severity = "error"
    help: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_column: int | None = None

    def place(self) -> str:
        """`file:line:column`, as much of it as is known."""
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join([self.file, *numbers]) if self.file is not None else ""

    def before(self) -> str:
        """The place as what is said of it begins: `file:line:column: `, or nothing."""
        place = self.place()
        return f"{place}: " if place else ""

    def moved(self, find: Callable[[str], str]) -> "Problem":
        """The same, its file named as `find` says."""
        return self if self.file is None else replace(self, file=find(self.file))


class ProblemError(Exception):
    """What the user can put right: shown as `problems`, never as a traceback."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{problem.before()}{problem.message}" for problem in self.problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column, as every format tells them."""
    return sorted(problems, key=lambda problem: (problem.file or "", problem.line or 0, problem.column or 0))
