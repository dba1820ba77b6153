"""`rttd.yml`: the district, its school year, the measures it uses, its subgroups and what differs in its tables."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from rttd_metrics.definitions.attribution import Attribution
from rttd_metrics.definitions.base import Date, FormulaText, Identifier, Label, Model, Parameter, SchoolYear
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.values import school_year_label

PROJECT_FILE = "rttd.yml"


class District(Model):
    id: Label
    name: str


class Subgroup(Model):
    """A dimension: the formula whose values divide the students."""

    formula: FormulaText


def _as_subgroup(value: Any) -> Any:
    return {"formula": value} if isinstance(value, str) else value


class SchoolLevel(Model):
    attribution: Attribution = "last_enrolled"


class Levels(Model):
    school: SchoolLevel = Field(default_factory=SchoolLevel)


def _tolerance(value: str) -> str:
    if not re.fullmatch(r"\d+|\d+(\.\d+)?%", value):
        raise ValueError(f"'{value}' is no tolerance: write a number of findings (5) or a share of the rows (0.5%)")
    return value


ROW_RULES = ("type-error", "category", "required", "primary-key", "foreign-key")
"""Rules about rows, which can be set aside; a run cannot go on without a file or a column."""


class RuleSetting(Model):
    """What a district makes of a rule, and why: how many findings a run passes over, setting the rows aside, or how
    serious a finding is."""

    tolerate: Annotated[Label, AfterValidator(_tolerance)] | None = None
    severity: Literal["error", "warning", "off"] | None = None
    because: str

    @model_validator(mode="after")
    def _says_something(self) -> "RuleSetting":
        if self.tolerate is None and self.severity is None:
            raise ValueError("say `tolerate:` or `severity:`")
        return self


GradeBand = Literal["PreK-3", "4-8", "9-12"]


class PortfolioSettings(Model):
    """What the rules of a portfolio (`rttd validate --portfolio`) hold the measures against.

    The defaults are those of the Race to the Top-District grants of 2012: four grant years and the year after. Gains are
    points a year.
    """

    grade_bands: list[GradeBand] = Field(default=["PreK-3", "4-8", "9-12"], min_length=1)
    baseline_year: SchoolYear = "2011-12"
    grant_years: list[SchoolYear] = Field(default=["2012-13", "2013-14", "2014-15", "2015-16"], min_length=1)
    post_grant_year: SchoolYear = "2016-17"
    smallest_annual_gain: Annotated[float, Field(ge=0)] = 0.0
    largest_annual_gain: Annotated[float, Field(gt=0)] = 10.0
    minimum_n: Annotated[int, Field(ge=1)] = 10
    disclosure: str = "NCES 2011-603"


def _month_day(value: str) -> str:
    if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d)", value):
        raise ValueError(f"'{value}' is no day of the year: write it like 07-01 (to the 29th)")
    return value


class ProjectDefinition(Model):
    district: District
    school_year: SchoolYear
    as_of: Date | None = None
    school_year_starts: Annotated[str, AfterValidator(_month_day)] = "07-01"
    attendance: Literal["daily", "exceptions"] = "daily"
    measures: list[str] = Field(min_length=1)
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    subgroups: dict[Identifier, Annotated[Subgroup, BeforeValidator(_as_subgroup)]] = Field(default_factory=dict)
    levels: Levels = Field(default_factory=Levels)
    rules: dict[str, RuleSetting] = Field(default_factory=dict)
    portfolio: PortfolioSettings = PortfolioSettings()
    tables: list[TableDefinition] = Field(default_factory=list)

    @field_validator("subgroups")
    @classmethod
    def _all_is_everyone(cls, value: dict[str, Subgroup]) -> dict[str, Subgroup]:
        if "all" in value:
            raise ValueError("'all' is the name of everyone together: choose another name for the dimension")
        return value


def before_school_year(as_of: date, school_year: int, starts: str) -> str | None:
    """What is wrong with an as-of date on which nothing of the school year has happened; None where it is later."""
    first = date.fromisoformat(f"{school_year - 1}-{starts}")
    if as_of >= first:
        return None
    return f"on {as_of} the school year {school_year_label(school_year)} has not begun: its first day is {first}"
