"""Values that a definition writes for cells of a field, in the field's type: bounds and members of lists."""

from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite

from rttd_metrics.formula.values import GRADE_LEVELS, LARGEST, parse_date, school_year_code

TypedValue = float | int | date | str


def typed_value(kind: str, text: str, formats: Sequence[str] = ()) -> TypedValue | None:
    """The value of a field's type that `text` writes, None where it is none. Dates: as in the file, else 2012-11-16."""
    match kind:
        case "string":
            return text
        case "number" | "integer":
            return _number(text, whole=kind == "integer")
        case "date":
            return _date(text, formats)
        case "grade_level":
            return GRADE_LEVELS.get(text)
        case "school_year":
            return school_year_code(text)
        case _:
            return None


def _number(text: str, whole: bool) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    fits = isfinite(number) and abs(number) <= LARGEST and (not whole or number.is_integer())
    return number if fits else None


def _date(text: str, formats: Sequence[str]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return parse_date(text)
