"""What all definitions share: closed models and the small types their keys take."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from rttd_metrics.formula.values import parse_date, school_year_code, school_year_label


class Model(BaseModel):
    """A mapping of a definition file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=False)


def _formula(value: Any) -> Any:
    """`true` and `1` are formulas too, though YAML reads them as values."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else value


def _text(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _school_year(value: str) -> str:
    code = school_year_code(value)
    if code is None:
        raise ValueError(f"'{value}' is no school year: write it like 2012-13")
    return school_year_label(code)


def _date(value: str) -> date:
    day = parse_date(value)
    if day is None:
        raise ValueError(f"'{value}' is no date: write it like 2012-11-16")
    return day


FormulaText = Annotated[str, BeforeValidator(_formula)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
SchoolYear = Annotated[str, BeforeValidator(_text), AfterValidator(_school_year)]
"""Normalised to the form 2012-13."""
Label = Annotated[str, BeforeValidator(_text)]
"""A text that may look like a number, such as a grade level or a code."""


def read_date(value: Any) -> Any:
    return _date(value) if isinstance(value, str) else value


Date = Annotated[date, BeforeValidator(read_date)]
Parameter = bool | float | str | list[bool | float | str]
