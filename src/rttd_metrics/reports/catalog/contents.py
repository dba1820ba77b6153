"""What the document holds, as data: templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rttd_metrics.definitions.lineage import ColumnKey, FactKey
from rttd_metrics.formula.words import Text
from rttd_metrics.reports.catalog.chart import Chart

_FACTS_OF = {
    "student": "Facts of students",
    "classroom": "Facts of classrooms",
    "school": "Facts of schools",
    "district": "Facts of the district",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what it says, a paragraph each."""

    label: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    reason: str
    words: Text
    formula: str


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """`note`: the number under which the reading marks it, None where it does not name it. `shipped`: the value that the
    definitions declare, where the project has set another."""

    name: str
    value: str
    note: int | None
    shipped: str | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """The path of one group: baseline and targets by the years of the table, as shown; None where there is none.

    `label` is empty for everyone."""

    label: str
    baseline: str | None
    targets: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class TargetTable:
    caption: str
    years: tuple[str, ...]
    rows: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class Targets:
    """`years`: of everyone, school year and what stands there: `baseline 18 %`, `16.5 %`."""

    chart: Chart | None
    years: tuple[tuple[str, str, str], ...]
    tables: tuple[TargetTable, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactTree:
    """A fact and what it is made of. `seen`: it stands further up in the same tree, with its parts."""

    key: FactKey
    title: str
    formula: str
    source: str | None
    columns: tuple[ColumnKey, ...]
    tables: tuple[str, ...]
    parts: "tuple[FactTree, ...]"
    seen: bool


@dataclass(frozen=True, slots=True)
class ExampleRow:
    name: str
    given: tuple[str, ...]
    expected: str


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """`examples_as_shipped`: they hold for the parameters as the definitions declare them, of which the project sets others."""

    id: str
    title: str
    condition: str
    slot: str | None
    level: str
    better: str
    owner: str | None
    sentence: Text
    description: tuple[str, ...]
    glance: tuple[Row, ...]
    reasons: tuple[Row, ...]
    rules: tuple[Row, ...]
    population: Text
    population_formula: str
    exclusions: tuple[ExclusionRow, ...]
    formula: str
    parameters: tuple[ParameterRow, ...]
    targets: Targets
    facts: tuple[FactTree, ...]
    columns: tuple[ColumnKey, ...]
    examples: tuple[ExampleRow, ...]
    examples_as_shipped: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """The measures of one condition, of the portfolio or beside it."""

    anchor: str
    title: str
    measures: tuple[MeasurePage, ...]


@dataclass(frozen=True, slots=True)
class SlotRow:
    name: str
    asks: str
    measures: tuple[MeasurePage, ...]


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact in the index: what it gives, what it is made of, who uses it."""

    key: FactKey
    title: str
    words: Text
    notes: tuple[str, ...]
    description: tuple[str, ...]
    formula: str
    source: str | None
    type: str
    facts: tuple[FactKey, ...]
    columns: tuple[ColumnKey, ...]
    tables: tuple[str, ...]
    by_measures: tuple[str, ...]
    by_facts: tuple[FactKey, ...]


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    name: str
    title: str
    type: str
    description: str
    by_facts: tuple[FactKey, ...]
    by_measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table of which something is read, and the columns that are. `only`: the part of its rows that a project reads."""

    name: str
    description: tuple[str, ...]
    only: Text | None
    columns: tuple[ColumnEntry, ...]
    by_facts: tuple[FactKey, ...]


@dataclass(frozen=True, slots=True)
class SubgroupRow:
    name: str
    words: Text
    formula: str


@dataclass(frozen=True)
class Catalog:
    """`district` and `school_year` are None for measures that belong to no project."""

    district: str | None
    school_year: str | None
    as_of: str | None
    chapters: tuple[Chapter, ...]
    slots: tuple[SlotRow, ...]
    subgroups: tuple[SubgroupRow, ...]
    facts: tuple[FactEntry, ...]
    tables: tuple[TableEntry, ...]
    version: str

    @cached_property
    def measures(self) -> Sequence[MeasurePage]:
        return [page for chapter in self.chapters for page in chapter.measures]

    @property
    def facts_by_level(self) -> Sequence[tuple[str, str, Sequence[FactEntry]]]:
        """Level, heading and facts of each level that has any."""
        by_level = {level: [entry for entry in self.facts if entry.key[0] == level] for level in _FACTS_OF}
        return [(level, _FACTS_OF[level], entries) for level, entries in by_level.items() if entries]

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Titles of measures by their ids."""
        return {page.id: page.title for page in self.measures}

    @cached_property
    def fact_titles(self) -> Mapping[FactKey, str]:
        return {entry.key: entry.title for entry in self.facts}
