"""Where things stand in a YAML text: lines and columns, and the characters of a scalar's value."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rttd_metrics.problems import LINE_BREAK

Part = tuple[int, int]
"""The part [start, end) of the text, in characters."""

_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"  # YAML 1.1 knows more breaks than editors do
_YAML_BREAK = re.compile(_BREAK)
_SPACES = r"(?P<spaces>[ \t]+)"
_FOLD = rf"(?P<fold>(?:{_BREAK}[ \t]*)+)"
_JOINED = rf"\\(?P<joined>(?:{_BREAK}[ \t]*)+)"
_ESCAPE = r"(?P<escape>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
_TOKENS = {
    "": re.compile(rf"{_SPACES}|{_FOLD}|(?P<char>.)", re.DOTALL),
    "'": re.compile(rf"{_SPACES}|{_FOLD}|(?P<escape>'')|(?P<char>.)", re.DOTALL),
    '"': re.compile(rf"{_SPACES}|{_FOLD}|{_JOINED}|{_ESCAPE}|(?P<char>.)", re.DOTALL),
}
_BLOCK_LINE = re.compile(rf"(?P<spaces> *)(?P<rest>[^\r\n\x85\u2028\u2029]*)(?P<end>{_BREAK}?)")


@dataclass(frozen=True, slots=True)
class Span:
    """A place on one line, counted from 1 in characters; `end_column` is the first column after it."""

    line: int
    column: int
    end_column: int


class Lines:
    """The lines of a text, to tell the line and the columns of a part of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        breaks = [(match.start(), match.end()) for match in LINE_BREAK.finditer(text)]
        self._starts = [0, *(end for _, end in breaks)]
        self._ends = [*(start for start, _ in breaks), len(text)]

    def span(self, start: int, end: int) -> Span:
        """The place of the part [start, end); of a part of several lines, what stands on the first."""
        row = bisect_right(self._starts, start) - 1
        first, stop = self._starts[row], self._ends[row]
        if end > stop:
            end = first + len(self._text[first:stop].rstrip())
        column = min(start, stop) - first + 1
        return Span(row + 1, column, max(column, end - first + 1))


def scalar_parts(text: str, part: Part, style: str, value: str) -> list[Part] | None:
    """For each character of the scalar's `value`, the part of the text that it was written as.

    `part` is the scalar with its quotes or its block header; `style` one of "" (plain), ', ", | and >. The
    result is held against the value: None where they disagree, so that nobody is pointed to a wrong place.
    """
    start, end = part
    if style in {"|", ">"}:
        characters = _block(text, start, end, style == ">", value)
    else:
        quote = len(style)
        characters = _flow(text, start + quote, end - quote, style)
    parts = []
    # Chomping dropped breaks from the end of a block scalar; an escape may stand for any character.
    for (char, begin, stop), expected in zip(characters, value, strict=False):
        if char not in (expected, None):
            return None
        parts.append((begin, stop))
    return parts if len(parts) == len(value) else None


_Character = tuple[str | None, int, int]
"""A character of a value, None for that of an escape, and the part of the text that it was written as."""


def _flow(text: str, start: int, end: int, style: str) -> Iterator[_Character]:
    """The characters of a plain or quoted scalar: spaces around breaks go, breaks fold."""
    spaces: Part | None = None
    for token in _TOKENS[style].finditer(text, start, end):
        kind = token.lastgroup
        if kind == "spaces":
            spaces = token.span()
            continue
        if spaces is not None and kind != "fold":
            yield from _verbatim(text, *spaces)
        spaces = None
        if kind == "fold":
            yield from _folded(text, *token.span())
        elif kind == "joined":  # a backslash before a break: the first break goes altogether
            yield from list(_breaks(text, *token.span(kind)))[1:]
        elif kind == "escape":
            yield None, *token.span()
        else:
            yield token.group(), *token.span()
    if spaces is not None:
        yield from _verbatim(text, *spaces)


def _verbatim(text: str, start: int, end: int) -> Iterator[_Character]:
    return ((text[index], index, index + 1) for index in range(start, end))


def _breaks(text: str, start: int, end: int) -> Iterator[_Character]:
    for match in _YAML_BREAK.finditer(text, start, end):
        yield _normal(match.group()), *match.span()


def _normal(line_break: str) -> str:
    return line_break if line_break in "\u2028\u2029" else "\n"


def _folded(text: str, start: int, end: int) -> Iterator[_Character]:
    (char, begin, stop), *rest = _breaks(text, start, end)
    if char != "\n":
        yield char, begin, stop
    elif not rest:
        yield " ", begin, stop
    yield from rest


def _block(text: str, start: int, end: int, folds: bool, value: str) -> Iterator[_Character]:
    """The characters of a literal or folded block scalar, all breaks at its end kept."""
    header = _YAML_BREAK.search(text, start, end)
    if header is None:
        return
    lines = [match for match in _BLOCK_LINE.finditer(text, header.end(), end) if match.group()]
    indent = _indent(lines, value)
    broken: list[_Character] = []  # the breaks since the last line of text
    text_before = False  # such a line, without spaces at its start, stands before them
    for line in lines:
        if line.group("rest") or line.end("spaces") - line.start() > indent:
            first = line.start() + indent
            text_here = text[first : first + 1] not in " \t"
            if folds and text_before and text_here and broken[0][0] == "\n":
                broken = broken[1:] or [(" ", *broken[0][1:])]
            yield from broken
            yield from _verbatim(text, first, line.end("rest"))
            broken, text_before = [], text_here
        if line.group("end"):
            broken.append((_normal(line.group("end")), *line.span("end")))
    yield from broken


def _indent(lines: list[re.Match[str]], value: str) -> int:
    """The spaces before each line that are not part of the value: those of the first text, less its own."""
    for line in lines:
        if line.group("rest"):
            before = re.match(r"[ \n\u2028\u2029]*", value)
            kept = re.search(r" *\Z", before.group()) if before else None
            return len(line.group("spaces")) - (len(kept.group()) if kept else 0)
    return max((len(line.group("spaces")) for line in lines), default=0)
