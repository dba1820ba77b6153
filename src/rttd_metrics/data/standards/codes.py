"""Codes of a file beside known ones: descriptors with their URI or without, flags, grade levels, names compared loosely."""

import re
import unicodedata
from collections.abc import Iterable

from rttd_metrics.definitions.cell_forms import FALSE, GRADE_FORMS, TRUE
from rttd_metrics.formula.values import school_year_code

_URI = re.compile(r"uri://([^/#]+)(?:/[^#]*)?#(.*)")
STANDARD_NAMESPACE = "ed-fi.org"


def code_of(text: str) -> tuple[str, bool]:
    """The short code of a descriptor, and whether its namespace is a district's own: `uri://ed-fi.org/RaceDescriptor#White`
    and `White` are the same."""
    match = _URI.fullmatch(text)
    return (match[2], match[1] != STANDARD_NAMESPACE) if match else (text, False)


def loosely(name: str) -> str:
    """A name without what writers vary: case, spaces, signs, accents; `Student ID`, `student_id` and `StudentID` are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^0-9a-z]", "", plain)


def are_flags(texts: Iterable[str]) -> bool:
    """Whether all texts are those that a boolean takes."""
    return all(text.lower() in (*TRUE, *FALSE) for text in texts)


def are_grade_levels(texts: Iterable[str]) -> bool:
    return all(text in GRADE_FORMS for text in texts)


def are_numbers(texts: Iterable[str]) -> bool:
    return all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in texts)


def are_school_years(texts: Iterable[str]) -> bool:
    return all(school_year_code(text) is not None for text in texts)
