"""Facts: named values of one unit, each defined once, checked in the order in which they use each other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from rttd_metrics.definitions.attendance_form import AttendanceForms
from rttd_metrics.definitions.base import ONE_KEY, FormulaText, Identifier, Model, Parameter, Value, one_constant
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.grammar import FormulaError
from rttd_metrics.formula.nodes import Fact, Node, Type
from rttd_metrics.formula.scope import LEVELS, ParameterValue, Scope, Tables, UnitFact, full_name
from rttd_metrics.formula.types import check
from rttd_metrics.problems import Problem


class FactDefinition(Model):
    """A named value of one unit."""

    formula: FormulaText
    """Its [formula](language.md)."""
    title: str | None = None
    """What it is."""
    description: str | None = None
    """More about it."""
    source: str | None = None
    """Where it comes from."""
    via: Identifier | None = None
    """Which key leads to the unit, [where several do](language.md#aggregates-of-rows-facts)."""
    for_each: Annotated[dict[Identifier, list[Value]], AfterValidator(one_constant), ONE_KEY] | None = None
    """[One fact for each value](#one-definition-several-measures) of a constant."""


def _as_fact(value: Any) -> Any:
    return {"formula": value} if isinstance(value, str) else value


_Facts = dict[Identifier, Annotated[FactDefinition, BeforeValidator(_as_fact, json_schema_input_type=str | FactDefinition)]]


class FactsFile(Model):
    """Facts by level: named values of one unit, each a formula, or a formula with words about it."""

    attendance: AttendanceForms | None = None
    """Its facts are for projects that keep [attendance](attendance.md) so, in this form or one of these; without it, for
    all."""
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    """Named numbers, texts, truth values or lists that formulas use; `rttd.yml` may set others."""
    choices: dict[Identifier, Annotated[list[str], Field(min_length=2)]] = Field(default_factory=dict)
    """Of parameters that are texts: the only ones there are."""
    student: _Facts = Field(default_factory=dict)
    """Facts of a student."""
    classroom: _Facts = Field(default_factory=dict)
    """Facts of a classroom."""
    school: _Facts = Field(default_factory=dict)
    """Facts of a school."""
    district: _Facts = Field(default_factory=dict)
    """Facts of the district."""

    def of_level(self, level: str) -> dict[str, FactDefinition]:
        return dict(getattr(self, level))


@dataclass(frozen=True, slots=True)
class DeclaredFact:
    """A fact where it is written; `bound`: the constant of its `for_each` and the value that it stands for."""

    definition: FactDefinition
    document: Document
    at: KeyPath
    bound: Mapping[str, str] = field(default_factory=dict)

    @property
    def formula_at(self) -> KeyPath:
        return (*self.at, "formula") if isinstance(_value(self.document, self.at), dict) else self.at


def _value(document: Document, at: KeyPath) -> Any:
    value: Any = document.value
    for key in at:
        value = value[key]
    return value


@dataclass(frozen=True, slots=True)
class ResolvedFact:
    """A fact whose formula is checked. `uses`: the facts of its level that it reads."""

    level: str
    name: str
    definition: FactDefinition
    file: str
    node: Node
    type: Type

    @property
    def uses(self) -> frozenset[str]:
        return frozenset(node.name for node in self.node.walk() if isinstance(node, Fact))


@dataclass
class FactBook:
    """All facts of a project by level and name; each is checked when first asked for."""

    tables: Tables
    parameters: Mapping[str, ParameterValue]
    declared: Mapping[str, Mapping[str, DeclaredFact]]
    problems: list[Problem] = field(default_factory=list)
    _resolved: dict[tuple[str, str], ResolvedFact | None] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def scope(
        self, level: str, *, aggregates: bool = False, via: str | None = None, bound: Mapping[str, str] | None = None
    ) -> Scope:
        """What a formula about one unit of `level` can see; `bound` is the constant of its `for_each`."""
        names = tuple(self.declared.get(level, {}))
        return Scope(
            self.tables,
            self.parameters,
            level=level,
            aggregates=aggregates,
            via=via,
            fact_names=names,
            fact_type=lambda name: self.type_of(level, name),
            bound=bound or {},
            unit_fact=self.unit_facts(level, bound or {}),
        )

    def unit_facts(self, below: str, bound: Mapping[str, str]) -> Callable[[str, str], UnitFact | None]:
        """How a formula about a unit of level `below`, or about its rows, finds the facts of the units its paths lead to."""

        def find(level: str, name: str) -> UnitFact | None:
            full = self.full_name(level, name, bound)
            if full not in self.declared.get(level, {}):
                return None
            larger = LEVELS.index(level) > LEVELS.index(below)
            kind = self.type_of(level, full) if larger else None
            return UnitFact(level, full, kind or Type.UNKNOWN, larger)

        return find

    def full_name(self, level: str, name: str, bound: Mapping[str, str]) -> str:
        """The fact that a name means where a constant has a value: `tests` is `tests.reading` there, if there is one."""
        return full_name(name, bound, self.declared.get(level, {}))

    def type_of(self, level: str, name: str) -> Type | None:
        """A fact's type; None where there is no such fact, UNKNOWN where it is broken."""
        if name not in self.declared.get(level, {}):
            return None
        fact = self.fact(level, name)
        return fact.type if fact else Type.UNKNOWN

    def fact(self, level: str, name: str) -> ResolvedFact | None:
        """The checked fact, None where it or one that it uses is broken; problems are collected once, where they are."""
        key = (level, name)
        if key in self._open:
            self._cycle(key)
            return None
        if key not in self._resolved:
            self._open.append(key)
            resolved = self._check(level, name)
            self._open.pop()
            self._resolved.setdefault(key, resolved)
        return self._resolved[key]

    def check_all(self, level_names: Iterable[tuple[str, str]]) -> None:
        for level, name in level_names:
            self.fact(level, name)

    def needed(self, level: str, nodes: Iterable[Node]) -> list[ResolvedFact]:
        """The facts that these formulas of `level` need, each after those it uses itself."""
        ordered: dict[str, ResolvedFact] = {}

        def visit(node: Node) -> None:
            for part in node.walk():
                if isinstance(part, Fact) and part.name not in ordered:
                    fact = self.fact(level, part.name)
                    assert fact is not None, "a measure with a broken fact is never evaluated"
                    visit(fact.node)
                    ordered[part.name] = fact

        for node in nodes:
            visit(node)
        return list(ordered.values())

    def _check(self, level: str, name: str) -> ResolvedFact | None:
        declared = self.declared[level][name]
        definition = declared.definition
        checked = check(definition.formula, self.scope(level, aggregates=True, via=definition.via, bound=declared.bound))
        for fault in checked.faults:
            self.problems.append(formula_problem(declared.document, declared.formula_at, fault))
        if checked.faults or (level, name) in self._resolved:
            return None
        resolved = ResolvedFact(level, name, definition, declared.document.file, checked.node, checked.type)
        built_on_broken = any(self.fact(level, used) is None for used in resolved.uses)
        return None if built_on_broken else resolved

    def _cycle(self, key: tuple[str, str]) -> None:
        circle = [*self._open[self._open.index(key) :], key]
        path = " -> ".join(name for _, name in circle)
        declared = self.declared[key[0]][key[1]]
        self.problems.append(
            declared.document.problem(
                declared.at, "fact-cycle", f"the fact uses itself: {path}", key=True, help="define one of them from tables alone"
            )
        )
        for part in circle:
            self._resolved[part] = None


def formula_problem(document: Document, at: KeyPath, fault: FormulaError) -> Problem:
    """A fault inside a formula at its place in the file."""
    return document.problem(at, "formula", fault.message, inside=(fault.start, fault.end), help=fault.help)
