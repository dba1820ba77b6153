"""The options that are a day or a school year, as typed."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import date


def day_option(text: str | None, hint: str = "--as-of") -> "date | None":
    """Raises typer.BadParameter where the text is no date."""
    from rttd_metrics.formula.values import parse_date

    if text is None:
        return None
    day = parse_date(text)
    if day is None:
        raise typer.BadParameter(f"'{text}' is no date: write it like 2012-11-16", param_hint=hint)
    return day


def year_option(text: str | None, hint: str = "--school-year") -> str | None:
    """Raises typer.BadParameter where the text is no school year."""
    from rttd_metrics.formula.values import school_year_code

    if text is not None and school_year_code(text) is None:
        raise typer.BadParameter(f"'{text}' is no school year: write it like 2012-13", param_hint=hint)
    return text


def years_option(texts: list[str] | None) -> list[str]:
    """School years, or the word for all of them. Raises typer.BadParameter where a text is neither."""
    from rttd_metrics.jobs.compute import ALL_YEARS

    for text in texts or []:
        if text != ALL_YEARS:
            year_option(text)
    return texts or []
