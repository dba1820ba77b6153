"""The values formulas work on: tolerances, grade levels, school years, rounding. Shared by both evaluators."""

import math
import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date

TOLERANCE = 1e-9
"""Numbers this close are equal: `1 - 162/180 >= 0.10` is true, as a person says."""

LARGEST = 1e300
"""A product or quotient beyond this is null, so that infinity never arises."""

WHOLE = 2.0**52
"""From here on floating-point numbers have no fraction: there is nothing to round."""

UNGRADED = 100
"""The code of `UG`: equal to itself, but before or after no grade."""

GRADE_LEVELS = {"PK": -1, "KG": 0, **{str(grade): grade for grade in range(1, 13)}, "UG": UNGRADED}
_GRADE_LABELS = {code: label for label, code in GRADE_LEVELS.items()}

_YEAR_FORMS = (
    re.compile(r"(\d{4})[-_/](\d{2})"),
    re.compile(r"(\d{4})[-_/](\d{4})"),
    re.compile(r"()(\d{4})"),
)


def grade_level_code(text: str) -> int | None:
    """PK is -1, KG is 0, grades are themselves, UG stands apart; None for anything else."""
    return GRADE_LEVELS.get(text)


def grade_level_label(code: int) -> str:
    return _GRADE_LABELS[code]


def school_year_code(text: str) -> int | None:
    """The year in which a school year ends: 2013 for 2012-13, 2012_2013, 2012-2013 and 2013."""
    for form in _YEAR_FORMS:
        if match := form.fullmatch(text.strip()):
            start, end = match.groups()
            if not start:
                return int(end)
            follows = int(start) + 1
            return follows if str(follows).endswith(end) else None
    return None


def school_year_label(code: int) -> str:
    """2012-13 for 2013."""
    return f"{code - 1}-{code % 100:02d}"


def month_day(text: str) -> tuple[int, int] | None:
    """Month and day of a text like 06-30; None where no year has such a day."""
    try:
        day = date.fromisoformat(f"2012-{text}") if re.fullmatch(r"\d{2}-\d{2}", text) else None
    except ValueError:
        return None
    return (day.month, day.day) if day else None


def school_year_day(first_day: date, month: int, day: int) -> date:
    """The date with this month and day in the school year that begins on `first_day`; in a short February its last day."""
    year = first_day.year + ((month, day) < (first_day.month, first_day.day))
    return date(year, month, min(day, monthrange(year, month)[1]))


def parse_date(text: str) -> date | None:
    """A date written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def bounded(number: float) -> float | None:
    return number if abs(number) <= LARGEST else None


def round_half_away(number: float, digits: int = 0) -> float:
    """2.5 is 3 and -2.5 is -3; 2.675 to two digits is 2.68, though binary arithmetic stores a little less."""
    scale = 10.0**digits
    scaled = abs(number) * scale
    return math.copysign(math.floor(scaled + (0.5 + TOLERANCE)) / scale, number) if scaled < WHOLE else number


def add_months(day: date, months: int) -> date | None:
    """The same day of a later (or earlier) month, or that month's last day where it is shorter.

    None beyond the years that dates have: '9999-12-31' stands for "open" in many files.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
