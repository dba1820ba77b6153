"""A measure: one aggregate of facts over the units of a level, with its target and its examples."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from rttd_metrics.definitions.attribution import Attribution
from rttd_metrics.definitions.base import (
    FormulaText,
    Identifier,
    Model,
    Number,
    Parameter,
    SchoolYear,
    Value,
    one_constant,
    read_date,
)
from rttd_metrics.definitions.gap import Gap
from rttd_metrics.definitions.targets import NewBaseline, Target
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.types import MeasureFormula

Level = Literal["student", "classroom", "school", "district"]
Frequency = Literal["daily", "weekly", "monthly", "grading_period", "quarterly", "semester", "yearly"]
Role = Literal["outside", "missing", "excluded", "n", "numerator"]


def _slot(value: str) -> str:
    if not re.fullmatch(r"(All|PreK-3|4-8|9-12)\([a-e]\)", value):
        raise ValueError(f"'{value}' is no slot of the notice: write All, PreK-3, 4-8 or 9-12 and a letter, like 4-8(c)")
    return value


class Exclusion(Model):
    when: FormulaText
    because: str


class Confidential(Model):
    """Whose data a value would reveal, and of how many people it must be made.

    `count` names a fact of the measure's level: the people behind one unit. Without it the students of a
    student-level measure are the respondents, and educators are those of the classrooms behind a cell.
    """

    of: Literal["educator", "respondent"]
    minimum: int = Field(ge=2)
    count: Identifier | None = None


class Narrative(Model):
    rationale: str | None = None
    leading_information: str | None = None
    review_and_improve: str | None = None


class Validation(Model):
    """How well an on-track indicator tells success: of students on track the share who succeed (`predictive`), of those
    who succeed the share who were on track (`comprehensive`); both fractions, from a study named by `source`."""

    predictive: float = Field(ge=0, le=1)
    comprehensive: float = Field(ge=0, le=1)
    source: str


class Example(Model):
    """One unit's facts, columns or rows, and the role it must have; the rest is null or empty."""

    name: str
    given: dict[str, Any] = Field(default_factory=dict)
    expect: Role
    value: Number | None = None
    reason: str | None = None
    as_of: Annotated[date | None, BeforeValidator(read_date)] = None
    school_year: SchoolYear | None = None


class Each(Model):
    """What a measure with `for_each` says of one value only."""

    title: str | None = None
    description: str | None = None
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    target: Target = Field(default_factory=Target)
    gap: Gap | None = None


def _as_values(value: Any) -> Any:
    """A list of values that have nothing of their own to say."""
    if not isinstance(value, dict):
        return value
    return {constant: {each: {} for each in values} if isinstance(values, list) else values for constant, values in value.items()}


_ForEach = Annotated[dict[Identifier, dict[Value, Each]], BeforeValidator(_as_values), AfterValidator(one_constant)]


class MeasureDefinition(Model):
    """One measure file. `portfolio: false`: it stands beside the portfolio, whose rules do not ask anything of it.

    `assessment`: from which school year on which test gives the value. `response_rate`: the fact of the measure's level
    that says which share of those asked answered.
    """

    id: Identifier
    title: str
    description: str | None = None
    slot: Annotated[str, AfterValidator(_slot)] | None = None
    portfolio: bool = True
    condition: Literal["effective_learning_environments", "effective_student_support", "organizational_efficacy", "outcome"]
    level: Level
    for_each: _ForEach | None = None
    population: FormulaText
    exclude: list[Exclusion] = Field(default_factory=list)
    formula: FormulaText
    improvement: Literal["increase", "decrease"]
    frequency: Frequency
    review_frequency: Frequency | None = None
    windows: list[Literal["year_to_date"]] = Field(default=["year_to_date"], min_length=1, max_length=1)
    at_school: Literal["own", "whole"] = "whole"
    attribution: Attribution | None = None
    final: Literal["any_day", "year_end"] | Annotated[date, BeforeValidator(read_date)] = "any_day"
    classrooms: FormulaText | None = None
    confidential: Confidential | None = None
    look_back: int = Field(0, ge=0, le=20)
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    target: Target = Field(default_factory=Target)
    gap: Gap | None = None
    assessment: dict[SchoolYear, str] = Field(default_factory=dict)
    validation: Validation | None = None
    response_rate: Identifier | None = None
    narrative: Narrative = Field(default_factory=Narrative)
    owner: str | None = None
    off_target: str | None = None
    source: str | None = None
    examples: list[Example] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measure:
    """A checked measure: its definition and its resolved formulas. `everyone`: the population is the word `all`.

    One of several that a `for_each` stands for: `bound` is its constant and value, `own_places` where the keys are
    written that are said for this value only.
    """

    definition: MeasureDefinition
    document: Document
    population: Node
    everyone: bool
    exclusions: tuple[tuple[Node, str], ...]
    formula: MeasureFormula
    classrooms: Node | None
    bound: Mapping[str, str] = field(default_factory=dict)
    own_places: Mapping[str, KeyPath] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def level(self) -> str:
        return self.definition.level

    def at(self, key: str) -> KeyPath:
        """Where a key of the measure is written in its document."""
        return self.own_places.get(key, (key,))

    def nodes(self) -> tuple[Node, ...]:
        """Every formula over the measure's units (not `classrooms`, which is over sections)."""
        return (self.population, *(when for when, _ in self.exclusions), *self.formula.arguments)
