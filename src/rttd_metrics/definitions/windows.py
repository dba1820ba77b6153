"""The names of windows: the parts of the school year that a measure's facts are made of."""

import re
from typing import Annotated

from pydantic import AfterValidator

from rttd_metrics.definitions.base import matches

YEAR_TO_DATE = "year_to_date"
GRADING_PERIOD = "grading_period"

_LAST_DAYS = r"last_([1-9][0-9]{0,2})_days"


def days_in(window: str) -> int | None:
    """The number of `last_N_days`; None of the other windows."""
    found = re.fullmatch(_LAST_DAYS, window)
    return int(found[1]) if found else None


def _window(value: str) -> str:
    if value not in (YEAR_TO_DATE, GRADING_PERIOD) and days_in(value) is None:
        raise ValueError(f"'{value}' is no window: {YEAR_TO_DATE}, {GRADING_PERIOD}, or last_20_days with a number from 1 to 999")
    return value


Window = Annotated[str, AfterValidator(_window), matches(f"{YEAR_TO_DATE}|{GRADING_PERIOD}|{_LAST_DAYS}")]
