"""Problems as text for people: each with its source line, the place marked beneath."""

from collections.abc import Callable, Iterable

from rttd_metrics.problems.harmless import harmless, width
from rttd_metrics.problems.problem import LINE_BREAK, Problem, in_order

_EXCERPT = 120  # characters of a source line that are shown
_BEFORE = 60  # of them before the column in question, where the line is longer
_RED, _YELLOW, _CYAN, _BOLD, _RESET = "\x1b[1;31m", "\x1b[1;33m", "\x1b[36m", "\x1b[1m", "\x1b[0m"


def render_text(problems: Iterable[Problem], read_source: Callable[[str], str | None], color: bool = False) -> str:
    """Every problem with its source line, by file and line, then a summary line; empty where there is none.

    `read_source` gives the text of a shown file, None where it cannot be read. Control characters of messages
    and sources are replaced, so that no file can play tricks with a terminal.
    """
    ordered = in_order(problems)
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


def _painted(text: str, style: str) -> str:
    return f"{style}{text}{_RESET}" if text else text


def _unpainted(text: str, style: str) -> str:  # noqa: ARG001 - the same shape as _painted
    return text


def _block(problem: Problem, lines: list[str], paint: Callable[[str, str], str]) -> str:
    tone = _RED if problem.severity == "error" else _YELLOW
    kind = paint(f"{problem.severity}[{harmless(problem.code)}]", tone)
    shown = [f"{paint(harmless(problem.before()), _BOLD)}{kind}: {harmless(problem.message)}"]
    if problem.line is not None and 1 <= problem.line <= len(lines):
        number = f"{problem.line:>5}"
        source, carets = _excerpt(lines[problem.line - 1], problem.column, problem.end_column)
        shown.append(f"{paint(number + ' |', _CYAN)} {source}".rstrip())
        if carets:
            shown.append(f"{paint(' ' * len(number) + ' |', _CYAN)} {paint(carets, tone)}")
    if problem.help is not None:
        shown.append(f"      {paint('help:', _CYAN)} {harmless(problem.help)}")
    return "\n".join(shown)


def _excerpt(line: str, column: int | None, end_column: int | None) -> tuple[str, str]:
    """The source line as a terminal shows it, and the carets beneath; a long line is cut around the place."""
    first = min((column or 1) - 1, len(line))
    last = max(first + 1, (end_column or 0) - 1)
    start = max(0, first - _BEFORE) if len(line) > _EXCERPT else 0
    stop = start + _EXCERPT
    head, tail = "…" * (start > 0), "…" * (len(line) > stop)
    source = head + harmless(line[start:stop]) + tail
    if column is None:
        return source, ""
    marked = max(1, width(line[first : min(last, stop)]))
    return source, " " * (len(head) + width(line[start:first])) + "^" * marked


def _summary(problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    parts = [
        f"{count} {noun}{'s' * (count != 1)}" for count, noun in ((errors, "error"), (len(problems) - errors, "warning")) if count
    ]
    return f"Found {' and '.join(parts)}."
