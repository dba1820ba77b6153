"""Formats of dates: which parts they may name, and pairs of which one text could mean two days."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import permutations

ISO = "%Y-%m-%d"
_PARTS = frozenset("YymdbBejaAHMSTpIFDR%")
"""What may stand after `%`: parts of a day, and of a time, which is passed over."""
_DAYS = [date(2008, 1, 1) + timedelta(days=days) for days in range(0, 2200, 5)]
"""Days of every month, of years whose last two digits can be a month or a day."""


def unknown_part(form: str) -> str | None:
    """The first `%x` of a format that names no part of a date."""
    return next((f"%{part}" for part in re.findall(r"%(.?)", form) if part not in _PARTS), None)


_AS_PATTERN = {"Y": "[0-9]{4}", "y": "[0-9]{2}", "j": "[0-9]{1,3}", "b": "[A-Za-z]+", "B": "[A-Za-z]+", "%": "%"}


def as_pattern(form: str) -> str:
    """A regular expression that takes every text of a format, and some that are no dates."""
    pieces = re.split(r"%(.)", form)
    taken = [_AS_PATTERN.get(part, "[0-9]{1,2}") for part in pieces[1::2]]
    return "".join(re.escape(plain) + part for plain, part in zip(pieces[::2], [*taken, ""], strict=True))


def same_text(formats: Sequence[str]) -> tuple[str, str, str] | None:
    """Two formats of which one text means two days, and such a text: 01/02/2012 of %m/%d/%Y and %d/%m/%Y."""
    for one, other in permutations(formats, 2):
        for day in _DAYS:
            text = day.strftime(one)
            try:
                meant = datetime.strptime(text, other).date()
            except ValueError:
                continue
            if meant != day:
                return one, other, text
    return None
