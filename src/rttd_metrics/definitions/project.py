"""`rttd.yml`: the district, its school year, the measures it uses, its subgroups and what differs in its tables."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from rttd_metrics.definitions.attendance_form import AttendanceForm
from rttd_metrics.definitions.attribution import DAY_OF_YEAR, Attribution, date_text, day_of_year
from rttd_metrics.definitions.base import (
    IDENTIFIER,
    Date,
    FormulaText,
    Identifier,
    Label,
    Model,
    Parameter,
    SchoolYear,
    matches,
)
from rttd_metrics.definitions.slots import GradeBand
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.values import school_year_label

PROJECT_FILE = "rttd.yml"


class District(Model):
    """The district."""

    id: Label
    """The id by which the state knows it: a text, in quotes, so that leading zeros stay."""
    name: str
    """The name that reports show."""


def _when_in_program(value: str) -> str:
    if value in ("as_of", "any_day"):
        return value
    try:
        return day_of_year(value)
    except ValueError:
        raise ValueError(f"'{value}' is no time: write as_of, any_day, a month and day like 10-01, or a date") from None


_On = Annotated[str, BeforeValidator(date_text), AfterValidator(_when_in_program), matches(rf"as_of|any_day|{DAY_OF_YEAR}")]


class Subgroup(Model):
    """A dimension that divides the students: by a formula, or by a program."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["formula"]}, {"required": ["program"]}]})

    formula: FormulaText | None = None
    """The formula over a student whose values divide them: a text, true or false, or a grade level."""
    program: Label | None = None
    """Instead of a formula: a value of the column `program` of [programs](tables.md#programs). Yes for students who are in
    it, No for all others."""
    on: _On = "as_of"
    """Of a program, when a student must be in it: `as_of` (the default), `any_day` of the school year up to as-of, or on
    one day, of every school year (`10-01`) or of this one (`2012-10-01`)."""

    @model_validator(mode="after")
    def _one_way(self) -> "Subgroup":
        if (self.formula is None) == (self.program is None):
            raise ValueError("say `formula:` or `program:`")
        if self.program is None and "on" in self.model_fields_set:
            raise ValueError("`on:` says when a student must be in a program: say `program:`")
        return self


def _as_subgroup(value: Any) -> Any:
    return {"formula": value} if isinstance(value, str) else value


_Dimension = Annotated[Identifier, matches(rf"(?!all$){IDENTIFIER}")]
_Subgroup = Annotated[Subgroup, BeforeValidator(_as_subgroup, json_schema_input_type=str | Subgroup)]


class SchoolLevel(Model):
    """In which school a student is counted."""

    attribution: Attribution = "last_enrolled"
    """`last_enrolled` (the default), `longest_enrolled` (most days), `every_enrollment` (each school of the year), or by days."""


class Levels(Model):
    """Where students are counted."""

    school: SchoolLevel = Field(default_factory=SchoolLevel)
    """In which school a student is counted."""


_TOLERANCE = r"\d+|\d+(\.\d+)?%"


def _tolerance(value: str) -> str:
    if not re.fullmatch(_TOLERANCE, value):
        raise ValueError(f"'{value}' is no tolerance: write a number of findings (5) or a share of the rows (0.5%)")
    return value


class RuleSetting(Model):
    """What a district makes of a rule."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["tolerate"]}, {"required": ["severity"]}]})

    tolerate: Annotated[Label, AfterValidator(_tolerance), matches(_TOLERANCE, {"type": "integer", "minimum": 0})] | None = None
    """How many findings are passed over, faulty rows being set aside: a number (`5`) or a share of the rows (`0.5%`)."""
    severity: Literal["error", "warning", "off"] | None = None
    """How serious a finding is: `error`, `warning`, or `off`."""
    because: str
    """Why."""

    @model_validator(mode="after")
    def _says_something(self) -> "RuleSetting":
        if self.tolerate is None and self.severity is None:
            raise ValueError("say `tolerate:` or `severity:`")
        return self


_SHARE = r"(100|\d?\d(\.\d+)?)%"
_COVERED = rf"{IDENTIFIER}(\.{IDENTIFIER})?"


def _share(value: str) -> str:
    if not re.fullmatch(_SHARE, value):
        raise ValueError(f"'{value}' is no share: write it like 95%")
    return value


class PortfolioSettings(Model):
    """What the rules of a portfolio (`rttd validate --portfolio`) hold the measures against.

    The defaults are those of the Race to the Top-District grants of 2012: four grant years and the year after.
    """

    grade_bands: list[GradeBand] = Field(default=["PreK-3", "4-8", "9-12"], min_length=1)
    """The grades the plan serves: `PreK-3`, `4-8`, `9-12`; all three if not given."""
    baseline_year: SchoolYear = "2011-12"
    """The year that needs a baseline; `2011-12` if not given."""
    grant_years: list[SchoolYear] = Field(default=["2012-13", "2013-14", "2014-15", "2015-16"], min_length=1)
    """The years that need targets; `2012-13` to `2015-16` if not given."""
    post_grant_year: SchoolYear = "2016-17"
    """The year after the grant, which needs targets too; `2016-17` if not given."""
    smallest_annual_gain: Annotated[float, Field(ge=0)] = 0.0
    """The gain a year, in points, from which on a target is ambitious; 0 if not given."""
    largest_annual_gain: Annotated[float, Field(gt=0)] = 10.0
    """The gain a year, in points, up to which a target is achievable; 10 if not given."""
    minimum_n: Annotated[int, Field(ge=1)] = 10
    """The fewest people a published value rests on; 10 if not given."""
    disclosure: str = "NCES 2011-603"
    """The scheme by which small groups are protected; `NCES 2011-603` if not given."""
    on_track_predictive: Annotated[float, Field(ge=0, le=1)] = 0.80
    """The share of students on track, as a fraction, that should succeed; 0.80 if not given."""
    on_track_comprehensive: Annotated[float, Field(ge=0, le=1)] = 0.90
    """The share of those who succeed, as a fraction, that should have been on track; 0.90 if not given."""


_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d)"


def _month_day(value: str) -> str:
    if not re.fullmatch(_MONTH_DAY, value):
        raise ValueError(f"'{value}' is no day of the year: write it like 07-01 (to the 29th)")
    return value


class ProjectDefinition(Model):
    """The project of a school district: its school year, its measures, its subgroups, and what differs in its tables."""

    district: District
    """Needed. `id` and `name`. Ids are texts: in quotes, so that leading zeros stay."""
    school_year: SchoolYear
    """Needed. The year that is computed: `2012-13`; `2012_2013`, `2012-2013` and `2013` mean the same."""
    as_of: Date | None = None
    """The day as of which data are seen. Without it the latest day in attendance, at most the last of the year; never
    today."""
    school_year_starts: Annotated[str, AfterValidator(_month_day), matches(_MONTH_DAY)] = "07-01"
    """Month and day, `07-01` if not given: tells the school year of a date."""
    attendance: AttendanceForm = "daily"
    """[How attendance is kept](attendance.md). `daily` (the default): a row a student and day. `exceptions`: rows only for
    days not simply attended, against [calendar](tables.md#calendar). `periods`: a row a class period. `sums`: a year's days."""
    measures: list[str] = Field(min_length=1)
    """Needed. Files and folders of the project, and `package:NAME` or `package:NAME/FILE.yml` of
    [what ships](measures.md#what-ships)."""
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    """Values in place of those that tables, facts and measures declare; of the same kind."""
    subgroups: dict[_Dimension, _Subgroup] = Field(default_factory=dict)
    """The [dimensions](#subgroups): a name, and the formula over a student whose values divide the students: a text, true or
    false, or a grade level; or a program."""
    levels: Levels = Field(default_factory=Levels)
    """[Which school](#which-school) a student counts in: `school: {attribution: ...}`."""
    rules: dict[str, RuleSetting] = Field(default_factory=dict)
    """Findings in the data that are [passed over](data.md#passing-over-findings), or more or less serious here, as are
    [rules of a portfolio](rules.md#changing-a-rule)."""
    freshness: dict[Identifier, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """How many days behind as-of the latest row of a school may be, by table: [`attendance: 5`](data.md#rigorous-and-timely).
    School days where calendar tells them."""
    completeness: dict[Annotated[str, matches(_COVERED)], Annotated[Label, AfterValidator(_share), matches(_SHARE)]] = Field(
        default_factory=dict
    )
    """The least share that each school must reach: of cells that are filled (`students.english_learner: 98%`), or of its
    students who have a row (`attendance: 95%`); see [data.md](data.md#rigorous-and-timely)."""
    portfolio: PortfolioSettings = PortfolioSettings()
    """What the rules of a [portfolio](#portfolio) hold the measures against."""
    tables: list[TableDefinition] = Field(default_factory=list)
    """[What differs](#tables) from the [standard tables](tables.md)."""

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
