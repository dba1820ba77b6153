"""The clauses of a measure for one unit: each with its value, what it names, and whether it decides."""

from collections.abc import Iterator, Sequence

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.readings import vocabulary
from rttd_metrics.definitions.unit_role import UnitRole
from rttd_metrics.engine.explain import TableUnit
from rttd_metrics.engine.explanation.contents import Clause, ClauseOf, Named
from rttd_metrics.engine.explanation.labels import labelled
from rttd_metrics.formula.nodes import And, Column, Fact, Literal, Node
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.words import Notes, Speaker, Text, Vocabulary

_NO_FURTHER = ("outside", "missing", "excluded")


class ClauseReader:
    """Reads the clauses of one measure."""

    def __init__(self, measure: Measure, words: Vocabulary) -> None:
        self._measure, self._words = measure, words
        self._speaker = Speaker(words, measure.level, Notes())

    def read(self, unit: TableUnit, role: UnitRole) -> tuple[Clause, ...]:
        """The clauses in the order in which they are tested: population, exclusions, formula; those of an `and` one by one."""
        definition, measure = self._measure.definition, self._measure
        found: list[Clause] = []
        if not measure.everyone:
            in_it = role.role in ("outside", "missing") and role.reason != "value unknown"
            found += self._conditions("population", definition.population, measure.population, unit, decides=in_it)
        for written, (when, because) in zip(definition.exclude, measure.exclusions, strict=True):
            decides = role.role == "excluded" and role.reason == because and not any(one.decides for one in found)
            found.append(self._clause("exclusion", written.when, when, unit, decides=decides, because=because))
        counted = role.role not in _NO_FURTHER
        unknown = role.role == "missing" and role.reason == "value unknown"
        for argument in measure.formula.arguments:
            if measure.formula.aggregate in ("percent", "count"):
                found += self._conditions("formula", definition.formula, argument, unit, decides=counted or unknown)
            else:
                value = evaluate(argument, unit)
                found.append(self._clause("formula", definition.formula, argument, unit, decides=counted or value is None))
        return tuple(found)

    def _conditions(self, of: ClauseOf, formula: str, node: Node, unit: TableUnit, *, decides: bool) -> Iterator[Clause]:
        """The parts of an `and`, or the one condition. Those decide that have the value of the whole."""
        parts: Sequence[Node] = node.operands if isinstance(node, And) else (node,)
        whole = evaluate(node, unit)
        for part in parts:
            yield self._clause(of, formula, part, unit, decides=decides and evaluate(part, unit) is whole)

    def _clause(
        self, of: ClauseOf, formula: str, node: Node, unit: TableUnit, *, decides: bool, because: str | None = None
    ) -> Clause:
        value = evaluate(node, unit)
        said = Text(self._speaker.statement(node) if self._is_condition(of) else self._speaker.value(node)).plain
        text = " ".join(formula[slice(*node.span)].split())
        return Clause(of, text, said, value, tuple(self._named(node, unit)), decides, because)

    def _is_condition(self, of: ClauseOf) -> bool:
        return of != "formula" or self._measure.formula.aggregate in ("percent", "count")

    def _named(self, node: Node, unit: TableUnit) -> Iterator[Named]:
        """The facts, columns and parameters of a clause, each once."""
        seen = set()
        for part in node.walk():
            name, title = self._called(part)
            if name and name not in seen:
                seen.add(name)
                assert isinstance(part, Fact | Column | Literal)
                yield Named(name, title, labelled(evaluate(part, unit), part.type))

    def _called(self, node: Node) -> tuple[str, str]:
        match node:
            case Fact(name=name):
                return name, self._words.fact(self._measure.level, name).title
            case Column():
                owners, title = self._words.column(node, self._measure.level)
                return node.path.removeprefix("unit."), " ".join((*owners, title))
            case Literal(parameter=str(name)):
                return name, name
        return "", ""


def clause_reader(measure: Measure, unit: TableUnit) -> ClauseReader:
    return ClauseReader(measure, vocabulary(unit.units.portfolio))
