"""Clause coverage: the conditions of a measure that its examples never make true, or never false."""

from collections.abc import Iterator
from dataclasses import dataclass

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.rows import Unit, evaluate
from rttd_metrics.problems import Problem


@dataclass(frozen=True, slots=True)
class UncoveredClause:
    """A clause and what no example makes of it: `never` is "true", "false", or both."""

    measure: Measure
    at: KeyPath
    formula: str
    start: int
    end: int
    never: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.formula[self.start : self.end].split())

    def as_problem(self) -> Problem:
        """The clause at its place in the file, as a warning."""
        never = " and none makes it ".join(self.never)
        return self.measure.document.problem(
            self.at,
            "uncovered-clause",
            f"no example of {self.measure.id} makes `{self.text}` {never}",
            inside=(self.start, self.end),
            severity="warning",
            help="add an example that does",
        )


def uncovered_clauses(measure: Measure, units: list[Unit]) -> list[UncoveredClause]:
    """The clauses of population, exclusions and condition that the units of the examples leave untried."""
    found = []
    for at, text, formula in _conditions(measure):
        for clause in _clauses(formula):
            values = [evaluate(clause, unit) for unit in units]
            never = tuple(word for word, value in (("true", True), ("false", False)) if value not in values)
            if never:
                found.append(UncoveredClause(measure, at, text, *clause.span, never))
    return found


def _conditions(measure: Measure) -> Iterator[tuple[KeyPath, str, Node]]:
    definition = measure.definition
    if not measure.everyone:
        yield ("population",), definition.population, measure.population
    for position, (when, _) in enumerate(measure.exclusions):
        yield ("exclude", position, "when"), definition.exclude[position].when, when
    if measure.formula.aggregate in ("percent", "count"):
        yield ("formula",), definition.formula, measure.formula.arguments[0]


def _clauses(node: Node) -> Iterator[Node]:
    """The parts that `and`, `or` and `not` join."""
    if isinstance(node, nodes.And | nodes.Or):
        for operand in node.operands:
            yield from _clauses(operand)
    elif isinstance(node, nodes.Not):
        yield from _clauses(node.operand)
    else:
        yield node
