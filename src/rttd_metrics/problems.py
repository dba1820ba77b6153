"""What is wrong, where, and what to do about it; shown as text with the source line, or as JSON."""

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line in an editor, hence in every line number of a problem."""

_LONGEST_WORD = 100  # difflib takes quadratic time, and nobody mistypes a longer name
_EXCERPT = 120  # characters of a source line that are shown
_BEFORE = 60  # of them before the column in question, where the line is longer
_TAB = "    "
_RED, _YELLOW, _CYAN, _BOLD, _RESET = "\x1b[1;31m", "\x1b[1;33m", "\x1b[36m", "\x1b[1m", "\x1b[0m"


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


class ProblemError(Exception):
    """What the user can put right: shown as `problems`, never as a traceback."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{_before(problem)}{problem.message}" for problem in self.problems)


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` most likely means (letter case apart), None where none is close."""
    if len(word) > _LONGEST_WORD:
        return None
    folded: dict[str, str] = {}
    for candidate in sorted(candidates):
        folded.setdefault(candidate.casefold(), candidate)
    close = difflib.get_close_matches(word.casefold(), folded, n=1)
    return folded[close[0]] if close else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """`did you mean 'x'?` for the closest candidate: the help of many problems."""
    meant = suggest(word, candidates)
    return None if meant is None else f"did you mean '{meant}'?"


def render_text(problems: Iterable[Problem], read_source: Callable[[str], str | None], color: bool = False) -> str:
    """Every problem with its source line, by file and line, then a summary line; empty where there is none.

    `read_source` gives the text of a shown file, None where it cannot be read. Control characters of messages
    and sources are replaced, so that no file can play tricks with a terminal.
    """
    ordered = _in_order(problems)
    if not ordered:
        return ""
    sources: dict[str, list[str]] = {}
    for problem in ordered:
        if problem.file is not None and problem.line is not None and problem.file not in sources:
            text = read_source(problem.file)
            sources[problem.file] = LINE_BREAK.split(text.removeprefix("\ufeff")) if text is not None else []
    paint = _painted if color else _unpainted
    blocks = [_block(problem, sources.get(problem.file or "", []), paint) for problem in ordered]
    return "\n\n".join([*blocks, _summary(ordered)])


def render_json(problems: Iterable[Problem]) -> str:
    """`{"problems": [{code, severity, message, help, file, line, column, end_column}]}`, by file and line."""
    keys = ("code", "severity", "message", "help", "file", "line", "column", "end_column")
    listed = [{key: values[key] for key in keys} for values in map(asdict, _in_order(problems))]
    return json.dumps({"problems": listed}, indent=2)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file or "", problem.line or 0, problem.column or 0))


def _before(problem: Problem) -> str:
    place = problem.place()
    return f"{place}: " if place else ""


def _painted(text: str, style: str) -> str:
    return f"{style}{text}{_RESET}" if text else text


def _unpainted(text: str, style: str) -> str:  # noqa: ARG001 - the same shape as _painted
    return text


def _block(problem: Problem, lines: list[str], paint: Callable[[str, str], str]) -> str:
    tone = _RED if problem.severity == "error" else _YELLOW
    kind = paint(f"{problem.severity}[{_harmless(problem.code)}]", tone)
    shown = [f"{paint(_harmless(_before(problem)), _BOLD)}{kind}: {_harmless(problem.message)}"]
    if problem.line is not None and 1 <= problem.line <= len(lines):
        number = f"{problem.line:>5}"
        source, carets = _excerpt(lines[problem.line - 1], problem.column, problem.end_column)
        shown.append(f"{paint(number + ' |', _CYAN)} {source}".rstrip())
        if carets:
            shown.append(f"{paint(' ' * len(number) + ' |', _CYAN)} {paint(carets, tone)}")
    if problem.help is not None:
        shown.append(f"      {paint('help:', _CYAN)} {_harmless(problem.help)}")
    return "\n".join(shown)


def _excerpt(line: str, column: int | None, end_column: int | None) -> tuple[str, str]:
    """The source line as a terminal shows it, and the carets beneath; a long line is cut around the place."""
    first = min((column or 1) - 1, len(line))
    last = max(first + 1, (end_column or 0) - 1)
    start = max(0, first - _BEFORE) if len(line) > _EXCERPT else 0
    stop = start + _EXCERPT
    head, tail = "…" * (start > 0), "…" * (len(line) > stop)
    source = head + _harmless(line[start:stop]) + tail
    if column is None:
        return source, ""
    marked = max(1, _width(line[first : min(last, stop)]))
    return source, " " * (len(head) + _width(line[start:first])) + "^" * marked


def _harmless(text: str) -> str:
    """The text without characters that move the cursor, reorder what stands around them or show nothing."""
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char == "\t":
        return _TAB
    if " " <= char <= "~":
        return char
    if char < " ":
        return chr(0x2400 + ord(char))  # the picture of the control character
    return "\ufffd" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char


def _width(text: str) -> int:
    """The columns that a terminal gives the text, once it is harmless."""
    return sum(_columns(char) for char in _harmless(text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _summary(problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    parts = [
        f"{count} {noun}{'s' * (count != 1)}" for count, noun in ((errors, "error"), (len(problems) - errors, "warning")) if count
    ]
    return f"Found {' and '.join(parts)}."
