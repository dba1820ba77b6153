"""Text made safe for Markdown: what people wrote is shown as they wrote it."""

import re
from typing import Any

from markupsafe import Markup

from rttd_metrics.formula.words import Text

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


def escaped(value: Any) -> Any:
    """A value as text of Markdown: none of its signs means anything."""
    if isinstance(value, Markup):
        return value
    return Markup(_escape(str(value)))


def _escape(text: str) -> str:
    """`_` and `*` within a word mean nothing and stay as they are, so that names can be read."""
    shown = _SIGNS.sub(r"\\\1", text)
    shown = re.sub(r"(?<=\w)\\_(?=\w)", "_", shown)
    return _AT_START.sub(r"\1\\\2", shown)


def code(text: str) -> Markup:
    """A piece of code, with as many backticks around it as it takes."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return Markup(f"{fence}{space}{text}{space}{fence}")


def in_cell(text: Any) -> Markup:
    """A text, or code, within a table: on one line, its own bars shown."""
    shown = str(escaped(text)) if not isinstance(text, Markup) else re.sub(r"(?<!\\)\|", r"\\|", str(text))
    return Markup(" ".join(shown.split()))


def one_line(text: str) -> Markup:
    """What a macro made, without the ends of its lines."""
    return Markup(" ".join(text.split()))


def linked_reading(text: Text) -> Markup:
    """A reading with the numbers of its notes."""
    pieces = [_escape(piece) if isinstance(piece, str) else f"<sup>{piece}</sup>" for piece in text.pieces()]
    return Markup("".join(pieces))
