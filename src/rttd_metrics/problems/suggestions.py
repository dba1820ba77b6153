"""What a mistyped word most likely means."""

import difflib
from collections.abc import Iterable

_LONGEST_WORD = 100  # difflib takes quadratic time, and nobody mistypes a longer name


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
