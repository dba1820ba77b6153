"""Constants in words: numbers and shares, dates, grade levels, school years, texts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rttd_metrics.formula.nodes import Literal, Type
from rttd_metrics.formula.values import GRADE_LEVELS, UNGRADED, school_year_label
from rttd_metrics.formula.words.notes import clean

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
"""Not those of the machine's language."""
_KINDERGARTEN = {-1: "pre-kindergarten", 0: "kindergarten", UNGRADED: "ungraded"}


def number(value: float) -> str:
    """1,234.5, never 1.2345e3."""
    return f"{Decimal(repr(value)):,f}".removesuffix(".0")


def percent(share: float) -> str:
    """10 % for 0.10."""
    shown = f"{Decimal(repr(share)) * 100:,f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + " %"


def day(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month_day(month: int, day_of_month: int) -> str:
    return f"{day_of_month} {_MONTHS[month - 1]}"


def quoted(text: str) -> str:
    return f"“{clean(text)}”"


def literal(node: Literal, *, share: bool = False, category: bool = False) -> str:
    """A constant; a text in quotes, unless it is a `category` of a closed list, which reads as a word."""
    value = node.value
    match value:
        case None:
            return "not known"
        case bool():
            return "true" if value else "false"
        case date():
            return day(value)
        case str():
            return clean(value).replace("_", " ") if category else quoted(value)
    if node.type is Type.GRADE_LEVEL:
        return grade(int(value))
    if node.type is Type.SCHOOL_YEAR:
        return school_year_label(int(value))
    return percent(value) if share else number(value)


def grade(code: int) -> str:
    """grade 9, kindergarten."""
    return _KINDERGARTEN.get(code) or f"grade {code}"


def grade_range(low: int, high: int) -> str:
    """grades 4 to 8, pre-kindergarten to grade 3."""
    if low > 0 and high - low == 1:
        return f"grades {low} and {high}"
    return f"grades {low} to {high}" if low > 0 and high < UNGRADED else f"{grade(low)} to {grade(high)}"


def grades(codes: Sequence[int]) -> str:
    """Grade levels of a list: three or more in a row as a range, the others one by one."""
    known = set(GRADE_LEVELS.values())
    found = sorted(code for code in set(codes) if code in known)
    runs: list[list[int]] = []
    for code in found:
        if runs and runs[-1][-1] == code - 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    parts = [part for run in runs for part in ([grade_range(run[0], run[-1])] if len(run) > 2 else map(grade, run))]
    return either(parts)


def either(parts: Sequence[str]) -> str:
    """a, b or c."""
    return f"{', '.join(parts[:-1])} or {parts[-1]}" if len(parts) > 1 else parts[0]


def neither(parts: Sequence[str]) -> str:
    """not a; neither a nor b; none of a, b and c."""
    if len(parts) > 2:
        return f"none of {together(parts)}"
    return f"neither {parts[0]} nor {parts[1]}" if len(parts) > 1 else f"not {parts[0]}"


def together(parts: Sequence[str]) -> str:
    """a, b and c."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
