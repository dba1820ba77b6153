"""Text from data and definitions, made safe for where it is shown."""

import re
import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

# A whole ANSI sequence goes (colours, cursor moves, window titles, links): no half of it stays as text.
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?|\x9b[0-?]*[ -/]*[@-~]")
# How districts shorten the names of their schools.
_SCHOOLS = (
    ("Elementary School", "Elem."),
    ("Elementary", "Elem."),
    ("Junior High School", "JHS"),
    ("Middle School", "MS"),
    ("High School", "HS"),
    (" School", ""),
)
# What XML 1.0 cannot hold.
NOT_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


def plain(text: str) -> str:
    """`text` on one line, without control sequences, control characters and marks that turn the direction."""
    if text.isascii() and text.isprintable():  # most texts, and lists have a hundred thousand
        return " ".join(text.split())
    text = _ANSI.sub("", text)
    shown = (
        " " if character in "\t\r\n" else "" if unicodedata.category(character) in ("Cc", "Cf") else character
        for character in text
    )
    return " ".join("".join(shown).split())


def to_ascii(text: str) -> str:
    """`text` for a terminal that knows ASCII only: letters without their accents, `?` for the rest."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = (character for character in decomposed if not unicodedata.combining(character))
    return "".join(letters).encode("ascii", "replace").decode("ascii")


def shorten(text: str, width: int, ellipsis: str) -> str:
    """`text` in at most `width` terminal cells, cut at its end."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - len(ellipsis), 0)).rstrip() + ellipsis


def shorten_names(names: Sequence[str], width: int, ellipsis: str) -> list[str]:
    """Names of units in at most `width` terminal cells: where one is longer, all are abbreviated."""
    shown = list(names)
    if any(cell_len(name) > width for name in shown):
        for long, short in _SCHOOLS:
            shown = [re.sub(rf"{long}\b", short, name) for name in shown]
    return [shorten(name, width, ellipsis) for name in shown]


def xml_text(text: str) -> str:
    """`text` without the characters that a workbook cannot hold."""
    return re.sub(NOT_XML, "", text)
