"""A measure: one aggregate of facts over the units of a level, with its target and its examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from rttd_metrics.definitions.attribution import Attribution
from rttd_metrics.definitions.base import (
    ONE_KEY,
    Date,
    FormulaText,
    Identifier,
    Model,
    Number,
    Parameter,
    SchoolYear,
    Value,
    matches,
    one_constant,
)
from rttd_metrics.definitions.gap import Gap
from rttd_metrics.definitions.slots import SLOTS
from rttd_metrics.definitions.targets import NewBaseline, Target
from rttd_metrics.definitions.windows import YEAR_TO_DATE, Window
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.types import MeasureFormula

Level = Literal["student", "classroom", "school", "district"]
Frequency = Literal["daily", "weekly", "monthly", "grading_period", "quarterly", "semester", "yearly"]
Role = Literal["outside", "missing", "excluded", "n", "numerator"]


_SLOT = "|".join(name.replace("(", r"\(").replace(")", r"\)") for name in SLOTS)


def _slot(value: str) -> str:
    if value not in SLOTS:
        raise ValueError(f"'{value}' is no slot of the notice: {', '.join(SLOTS)}")
    return value


class Exclusion(Model):
    """Units that are left out, and why. An exclusion that cannot be told (null) does not hold."""

    when: FormulaText
    """The condition that leaves a unit out."""
    because: str
    """The reason, shown beside every student whom it leaves out."""


class Confidential(Model):
    """Whose data a value would reveal, and of how many people it must be made: other cells are withheld from every output.

    Without `count` the students of a student-level measure are the respondents, and educators are those of the classrooms
    behind a cell.
    """

    of: Literal["educator", "respondent"]
    """`educator`: the value tells about the educators of the classrooms behind the cell; `respondent`: it is people's own
    answers."""
    minimum: int = Field(ge=2)
    """How many people must stand behind a value, at least 2."""
    count: Identifier | None = None
    """A fact of the measure's level that counts the people behind one unit; needed for respondents of anything but
    students."""


class Narrative(Model):
    """The three answers that the notice asks for."""

    rationale: str | None = None
    """Why the measure was chosen."""
    leading_information: str | None = None
    """How it gives rigorous, timely and formative information, ahead of the results that it stands for."""
    review_and_improve: str | None = None
    """How the measure itself is reviewed, and improved where it does not tell enough."""


class Validation(Model):
    """How well an on-track indicator tells success."""

    predictive: float = Field(ge=0, le=1)
    """Of the students on track, the share who succeed, as a fraction."""
    comprehensive: float = Field(ge=0, le=1)
    """Of those who succeed, the share who were on track, as a fraction."""
    source: str
    """The study that the two come from."""


class Example(Model):
    """One unit, and what must come out for it."""

    name: str
    """What it shows; no two of a measure are alike."""
    given: dict[str, Any] = Field(default_factory=dict)
    """Facts and columns of the unit, and the rows of tables; everything else is null or empty."""
    expect: Role
    """`outside`, `missing`, `excluded`, `numerator`, or `n`: counted, and in a percent or count not in the numerator."""
    value: Number | None = None
    """Of avg, median, sum and rate: what the unit's own value is."""
    reason: str | None = None
    """Of `excluded`: the words of the exclusion; of `missing`: `population unknown` or `value unknown`."""
    as_of: Date | None = None
    """When the unit is seen; without it as the project says, where it names no day at the year's end."""
    school_year: SchoolYear | None = None
    """The school year of the unit; without it that of the project."""


class Each(Model):
    """What a measure with `for_each` says of one value only."""

    title: str | None = None
    """How reports call this one, instead of the title of all."""
    description: str | None = None
    """More about this one, instead of the description of all."""
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    """Where the district started with this one, by school year."""
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    """Where this one starts anew, by school year, since its assessment changed."""
    target: Target = Field(default_factory=Target)
    """What this one should reach."""
    gap: Gap | None = None
    """How far subgroups stand behind others in this one."""


def _as_values(value: Any) -> Any:
    """A list of values that have nothing of their own to say."""
    if not isinstance(value, dict):
        return value
    return {constant: {each: {} for each in values} if isinstance(values, list) else values for constant, values in value.items()}


_ForEach = Annotated[
    dict[Identifier, dict[Value, Each]],
    BeforeValidator(_as_values, json_schema_input_type=dict[Identifier, list[Value] | dict[Value, Each]]),
    AfterValidator(one_constant),
    ONE_KEY,
]


class MeasureDefinition(Model):
    """A measure: what is counted, among whom, at which level, and what its target is. One file holds one."""

    id: Identifier
    """Its name: small letters, digits and `_`; no two measures of a project share one."""
    title: str
    """How reports call it."""
    description: str | None = None
    """What it tells, in a few sentences."""
    slot: Annotated[str, AfterValidator(_slot), matches(_SLOT)] | None = None
    """The place in the Race to the Top-District notice that a required measure fills, from `All(a)` to `9-12(e)`; absent
    from others."""
    portfolio: bool = True
    """True if not given; false: the measure stands beside the portfolio, whose [rules](rules.md) ask nothing of it."""
    condition: Literal["effective_learning_environments", "effective_student_support", "organizational_efficacy", "outcome"]
    """Which condition it belongs to: `effective_learning_environments`, `effective_student_support`,
    `organizational_efficacy` or `outcome`."""
    level: Level
    """What one unit is: `student`, `classroom` (a section), `school` or `district`."""
    for_each: _ForEach | None = None
    """A constant and its values: [one definition](#one-definition-several-measures), and a measure for each value."""
    population: FormulaText
    """Who belongs to it: a condition, or the word `all`."""
    exclude: list[Exclusion] = Field(default_factory=list)
    """Who of them is left out, and why. The first that holds counts."""
    formula: FormulaText
    """One [aggregate](language.md#aggregates-of-units-measures) over the units that count."""
    improvement: Literal["increase", "decrease"]
    """Which way is better: `increase` or `decrease`."""
    frequency: Frequency
    """How often it is looked at: `daily`, `weekly`, `monthly`, `grading_period`, `quarterly`, `semester` or `yearly`."""
    review_frequency: Frequency | None = None
    """How often the people responsible look at it together, in the words of `frequency`."""
    windows: list[Window] = Field(
        default=[YEAR_TO_DATE], json_schema_extra={"uniqueItems": True, "contains": {"const": YEAR_TO_DATE}}
    )
    """The parts of the year that are counted, each by itself: `year_to_date`, from the first day to as-of, and beside it
    `last_20_days` (or another number), the school's latest instructional days, or `grading_period`, the present term."""
    at_school: Literal["own", "whole"] = "whole"
    """Of measures of students. `whole` (the default): a school sees the student's whole year; `own`: what happened there."""
    attribution: Attribution | None = None
    """Of measures of students: in which schools they count, in place of the project's
    [attribution](project.md#which-school)."""
    final: Literal["any_day", "year_end"] | Date = "any_day"
    """From when on a value below its target is not met; before, it is in progress. `any_day` (the default), `year_end`, or a
    date."""
    classrooms: FormulaText | None = None
    """In which sections the measure makes sense: a condition over the columns of sections. Without it, in all."""
    weight: Literal["rosters.weight"] | None = None
    """Of measures of students, a percent, an average or a rate. `rosters.weight`: in a classroom a student counts by the part
    of the instruction that counts for the section; one of weight 0 does not count there."""
    confidential: Confidential | None = None
    """Of how many people a value must be made to be shown."""
    look_back: int = Field(0, ge=0, le=20)
    """Of measures of students: how many earlier years' students are counted too, each by the latest row. Up to 20."""
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    """Named numbers, texts, truth values or lists that formulas use; `rttd.yml` may set others."""
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    """Where the district started, by school year. The latest of this year or before is shown."""
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    """Where it starts anew, by school year, since the assessment changed."""
    target: Target = Field(default_factory=Target)
    """What the measure should reach, for whom."""
    gap: Gap | None = None
    """How far the subgroups of a dimension stand behind others: results of their own."""
    assessment: dict[SchoolYear, str] = Field(default_factory=dict)
    """The test that gives the value, from each school year on."""
    validation: Validation | None = None
    """Of an on-track indicator: the share of students on track who succeed (`predictive`), the share of those who succeed
    that were on track (`comprehensive`), as fractions, and the study they come from (`source`)."""
    response_rate: Identifier | None = None
    """Of a survey: the fact of the measure's level that says which share of those asked has answered."""
    narrative: Narrative = Field(default_factory=Narrative)
    """The three answers that the notice asks for: `rationale`, `leading_information` and `review_and_improve`."""
    owner: str | None = None
    """Who answers for it."""
    off_target: str | None = None
    """What is done when a school misses the target."""
    source: str | None = None
    """Where the definition comes from."""
    examples: list[Example] = Field(default_factory=list)
    """Units, each with what must come out for it. `rttd test` runs them, and so does every `rttd compute`."""


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
