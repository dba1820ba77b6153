"""What all definitions share: closed models and the small types their keys take."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from rttd_metrics.formula.values import parse_date, school_year_code, school_year_label


class Model(BaseModel):
    """A mapping of a definition file: unknown keys are refused, a text is no number, nothing changes after reading.

    The text under a field says what its key is for: the documentation and the JSON Schemas are made from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def matches(pattern: str, *others: JsonSchemaValue) -> WithJsonSchema:
    """How a JSON Schema says what a validator checks: a text that is `pattern` from end to end, or one of `others`."""
    text: JsonSchemaValue = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return WithJsonSchema({"anyOf": [text, *others]} if others else text)


IDENTIFIER = r"[a-z][a-z0-9_]*"


def number_text(value: float) -> str:
    """A number as a person writes it: 1234567, 0.1, never 1.23457e+06."""
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _formula(value: Any) -> Any:
    """`true` and `1` are formulas too, though YAML reads them as values."""
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _text(value: Any) -> Any:
    return number_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _identifier(value: str) -> str:
    if not re.fullmatch(IDENTIFIER, value):
        raise ValueError(f"'{value}' is no name: write small letters, digits and _, beginning with a letter")
    return value


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


FormulaText = Annotated[str, BeforeValidator(_formula, json_schema_input_type=str | float | bool)]
Identifier = Annotated[str, AfterValidator(_identifier), matches(IDENTIFIER)]
Value = Identifier
"""A value of a `for_each`: it becomes part of a name."""
Number = float
"""A number as YAML writes it: no text, no truth value."""
SchoolYear = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_school_year),
    matches(r"\s*(\d{4}[-_/])?\d{4}\s*|\s*\d{4}[-_/]\d{2}\s*", {"type": "integer", "minimum": 1000, "maximum": 9999}),
]
"""Normalised to the form 2012-13."""
Label = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | float)]
"""A text that may look like a number, such as a grade level or a code."""


def read_date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value} is no date: write it like 2012-11-16")
    return _date(value)


def one_constant(value: dict[str, Any]) -> dict[str, Any]:
    """`for_each` names one constant and its values."""
    if len(value) != 1:
        raise ValueError("`for_each` names one constant and its values: {subject: [reading, mathematics]}")
    if not next(iter(value.values())):
        raise ValueError("`for_each` needs at least one value")
    return value


ONE_KEY = Field(json_schema_extra={"minProperties": 1, "maxProperties": 1})
"""How a JSON Schema says what `one_constant` checks."""
Date = Annotated[
    date,
    BeforeValidator(read_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Parameter = bool | float | str | list[bool | float | str]
