"""How cells of a file may write truth values, grade levels and school years, where a table does not say it."""

from rttd_metrics.formula.values import GRADE_LEVELS

TRUE, FALSE = ("true", "1", "yes", "y", "t"), ("false", "0", "no", "n", "f")
"""In any case."""

GRADE_FORMS = {**GRADE_LEVELS, "K": 0, **{f"{grade:02d}": grade for grade in range(1, 10)}}
"""Each way to write a grade level, and its code."""


def year_forms() -> dict[str, int]:
    """Each way to write a school year, and the year in which it ends."""
    forms: dict[str, int] = {}
    for end in range(1951, 2101):
        start = end - 1
        forms |= {
            f"{start}-{end % 100:02d}": end,
            f"{start}_{end}": end,
            f"{start}-{end}": end,
            str(end): end,
            f"{start}/{end}": end,
            f"{start}/{end % 100:02d}": end,
            f"{start}_{end % 100:02d}": end,
        }
    return forms


YEAR_PATTERN = "(?:19|20)[0-9]{2}(?:[-_/](?:19|20)?[0-9]{2})?"
"""A regular expression that takes every way to write a school year, and few others."""


def in_any_case(forms: tuple[str, ...]) -> list[str]:
    """Texts in small letters, with a capital, and in capitals, each once."""
    return list(dict.fromkeys(written for form in forms for written in (form, form.capitalize(), form.upper())))
