"""Attribution: in which school, or schools, a student counts."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from rttd_metrics.definitions.base import Model, matches
from rttd_metrics.formula.values import month_day, parse_date, school_year_day

DAY_OF_YEAR = r"(\d{4}-)?\d{2}-\d{2}"


def day_of_year(value: str) -> str:
    """A DayOfYear as it is written; raises ValueError for anything else."""
    if month_day(value) is None and parse_date(value) is None:
        raise ValueError(f"'{value}' is no day: write a month and day like 10-01, or a date like 2012-10-01")
    return value


def date_text(value: Any) -> Any:
    """Dates that are dates already, as text."""
    return value.isoformat() if isinstance(value, date) else value


DayOfYear = Annotated[str, BeforeValidator(date_text), AfterValidator(day_of_year), matches(DAY_OF_YEAR)]
"""A day of every school year (10-01), or of one (2012-10-01)."""


def day_in_year(text: str, first_day: date) -> date:
    """The date that a DayOfYear is in the school year that begins on `first_day`."""
    parts = month_day(text)
    day = school_year_day(first_day, *parts) if parts else parse_date(text)
    assert day is not None, "the definition was checked"
    return day


class FullYear(Model):
    """At one school for so many of its instructional days, or from one day to another with no longer gap than permitted."""

    minimum_days: Annotated[int, Field(ge=1)] | None = None
    """How many instructional days of the school the student must have been there."""
    first: DayOfYear | None = Field(None, alias="from")
    """The first day of the full year, such as `10-01`."""
    last: DayOfYear | None = Field(None, alias="to")
    """The last day of the full year, such as `04-15`."""
    permitted_gap: Annotated[int, Field(ge=0)] = 0
    """How many days between two stays do not matter; 0 if not given."""

    @model_validator(mode="after")
    def _one_way(self) -> "FullYear":
        days, dates = self.minimum_days is not None, (self.first is not None, self.last is not None)
        if days == any(dates) or any(dates) != all(dates):
            raise ValueError("say `minimum_days:`, or `from:` and `to:` with a `permitted_gap:`")
        return self


class AttributionByDays(Model):
    """A school that days decide on: one of the two keys."""

    enrolled_on: DayOfYear | None = None
    """The school of the primary stay that holds the day: of every school year (`10-01`), or of one (`2012-10-01`)."""
    full_academic_year: FullYear | None = None
    """Each school where the student was for the full year; one who moved may have none."""

    @model_validator(mode="after")
    def _one_rule(self) -> "AttributionByDays":
        if (self.enrolled_on is None) == (self.full_academic_year is None):
            raise ValueError("say `enrolled_on:` or `full_academic_year:`")
        return self


Attribution = Literal["last_enrolled", "longest_enrolled", "every_enrollment"] | AttributionByDays
