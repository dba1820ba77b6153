"""Notes to single words of a text: which value is that of a parameter, by its name."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

_FIRST = 0xE000
_MARK = re.compile("([\ue000-\uf8ff])")
"""A mark is a sign of the private use area: no text of a definition keeps one (`clean`), so none is ever mistaken."""


def clean(text: str) -> str:
    """A text of a definition on one line, without control signs, marks of direction and signs of private use."""
    shown = (" " if sign.isspace() else "" if unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") else sign for sign in text)
    return " ".join("".join(shown).split())


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may hold marks of notes."""

    marked: str

    @property
    def plain(self) -> str:
        return _MARK.sub("", self.marked)

    def pieces(self) -> Iterator[str | int]:
        """The text in turn with the numbers of its notes, from 1 on."""
        for piece in _MARK.split(self.marked):
            if piece:
                yield ord(piece) - _FIRST if _MARK.fullmatch(piece) else piece

    def __str__(self) -> str:
        return self.plain


@dataclass
class Notes:
    """The parameters that texts name, in the order in which they are first named."""

    names: list[str] = field(default_factory=list)

    def mark(self, parameter: str) -> str:
        if parameter not in self.names:
            self.names.append(parameter)
        return chr(_FIRST + 1 + self.names.index(parameter))
