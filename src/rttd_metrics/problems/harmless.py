"""Texts of files and messages made fit to be shown: they may hold anything a file can hold."""

import unicodedata

_TAB = "    "
_NO_CHARACTERS = "\ufffe\uffff"
"""XML has none of them, and a text file only by mistake."""


def harmless(text: str) -> str:
    """The text without characters that move the cursor, reorder what stands around them or show nothing."""
    return "".join(map(_shown, text))


def width(text: str) -> int:
    """The columns that a terminal gives the text, once it is harmless."""
    return sum(_columns(char) for char in harmless(text))


def _shown(char: str) -> str:
    if char == "\t":
        return _TAB
    if " " <= char <= "~":
        return char
    if char < " ":
        return chr(0x2400 + ord(char))  # the picture of the control character
    unseen = char in _NO_CHARACTERS or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "\ufffd" if unseen else char


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
