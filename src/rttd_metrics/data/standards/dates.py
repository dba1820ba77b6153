"""The format of a column of dates, by its texts. Day and month are never guessed: texts that fit both orders are a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

_YEAR_FIRST = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d")
_EITHER = (("%m/%d/%Y", "%d/%m/%Y"), ("%m-%d-%Y", "%d-%m-%Y"), ("%d.%m.%Y", "%m.%d.%Y"), ("%m/%d/%y", "%d/%m/%y"))
_PLAUSIBLE = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """`form` is None where no format fits. `other`: the format that fits as well; `ordered`: a day above 12 tells the order
    of day and month, and the year does not come first."""

    form: str | None
    other: str | None = None
    ordered: bool = False


def date_format(texts: Iterable[str]) -> DateFormat:
    """The one format in which all of the texts are dates."""
    found = set(texts)
    if not found:
        return DateFormat(None)
    for form in _YEAR_FIRST:
        if _all_fit(found, form):
            return DateFormat(form)
    for first, second in _EITHER:
        fits = [form for form in (first, second) if _all_fit(found, form)]
        if fits:
            return DateFormat(fits[0], fits[1] if len(fits) > 1 else None, ordered=len(fits) == 1)
    return DateFormat(None)


def _all_fit(texts: set[str], form: str) -> bool:
    try:
        return all(datetime.strptime(text, form).year in _PLAUSIBLE for text in texts)
    except ValueError:
        return False
