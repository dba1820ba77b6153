"""YAML's syntax errors in plain words: PyYAML's two parsers word them differently, and for parser writers."""

import re
from dataclasses import dataclass

import yaml

_QUOTE = "text that holds ': ' or ' #', or starts with a special character, needs quotes"
_INDENT = "the keys of a mapping start in one column, and so do the items of a list"


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A syntax error at the character `index` of the text."""

    index: int
    message: str
    help: str | None


# What the parser says of context and problem; our words; help; whether to point to the start of the context.
_WORDS: tuple[tuple[str, str, str | None, bool], ...] = (
    (r"tab character", "a tab stands where YAML wants spaces", "indent with spaces", False),
    (r"quoted scalar .*unexpected end of stream", "this quote is never closed", None, True),
    (r"quoted scalar .*document", "this quote is not closed before a line of --- or ...", None, True),
    (
        r"unknown escape|hexdecimal|hexadecimal|invalid Unicode",
        "this is no escape of a double-quoted text",
        "write a backslash as \\\\, or use single quotes",
        False,
    ),
    (r"flow sequence .*expected", "this list is not closed, or a comma is missing in it", f"close it with ']'; {_QUOTE}", True),
    (
        r"flow mapping .*expected",
        "this mapping is not closed, or a comma is missing in it",
        f"close it with '}}'; {_QUOTE}",
        True,
    ),
    (r"node content", "a value is missing here", _QUOTE, False),
    (
        r"values are not allowed",
        "a ':' is not expected here",
        f"text that holds ': ' needs quotes; a key needs a space after its ':'; {_INDENT}",
        False,
    ),
    (r"sequence entries are not allowed", "a list cannot start here", "start it on the next line, or write [a, b]", False),
    (r"expected ':'", "this line is no `key: value`", "indent a text that goes on from the line above", True),
    (r"block scalar", "this is no header of a text block", "write | or > at the end of the line, the text indented below", False),
    (r"alias|anchor|tag|directive|YAML document", "this is no YAML that definitions may use", _QUOTE, False),
    (
        r"block collection|block mapping|document start",
        "this does not continue what stands above: its indentation or a quote is wrong",
        f"{_INDENT}; {_QUOTE}",
        False,
    ),
)


def syntax_fault(error: yaml.YAMLError, text: str) -> SyntaxFault:
    """What the parser's error means, in words for the writer of the file."""
    context = getattr(error, "context", None) or ""
    problem = getattr(error, "problem", None) or str(error)
    index = _index(error, "problem_mark", "context_mark")
    said = f"{context} {problem}"
    if "cannot start any token" in said:
        return _bad_start(index, text)
    if "escape" in said or "hex" in said:  # one parser points to the backslash, the other behind it
        index = max(text.rfind("\\", 0, index + 1), 0)
    for pattern, message, help_, at_start in _WORDS:
        if re.search(pattern, said):
            index = _index(error, "context_mark", "problem_mark") if at_start else index
            return SyntaxFault(index, message, help_)
    return SyntaxFault(index, "this is no valid YAML", _QUOTE)


def is_nesting_limit(error: yaml.YAMLError) -> bool:
    """Whether the parser gave up before us: newer ones have a limit of their own, beyond ours, and read far ahead."""
    return "maximum nesting depth" in (getattr(error, "problem", None) or "")


def _bad_start(index: int, text: str) -> SyntaxFault:
    if text[index : index + 1] == "\t":
        return SyntaxFault(index, "a tab stands where YAML wants spaces", "indent with spaces")
    return SyntaxFault(index, f"a text cannot start with '{text[index : index + 1]}'", "put it in quotes")


def _index(error: yaml.YAMLError, *names: str) -> int:
    marks = [getattr(error, name, None) for name in names]
    return next((int(mark.index) for mark in marks if mark is not None), 0)
