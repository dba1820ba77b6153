"""Rules about what a measure counts: of how many, from which tables, and not what another one counts."""

from collections.abc import Iterable, Iterator

from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.rules.plan import Plan, slot_of
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Node

_OF_SOMETHING = ("percent", "rate", "avg", "median")


def _denominator(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        aggregate, slot = measure.formula.aggregate, measure.definition.slot
        if slot_of(measure).counted and aggregate != "percent":
            yield Finding(
                f"the slot {slot} asks for number and percentage: a {aggregate} gives none",
                ("formula",),
                measure,
                help="write percent(...)",
            )
        elif aggregate not in _OF_SOMETHING:
            message = f"a {aggregate} has no denominator: it says how many, not of how many"
            yield Finding(message, ("formula",), measure, help=f"write {', '.join(_OF_SOMETHING[:-1])} or {_OF_SOMETHING[-1]}")


DENOMINATOR = Rule(
    "L07",
    "error",
    "Every value has a denominator",
    "The slots that ask for number and percentage (All(a), All(b), 4-8(a), 9-12(a), 9-12(b)) are filled by a `percent`, and "
    "every other measure is a percent, rate, average or median. A bare count or sum rises and falls with enrolment, and as "
    "schools join the plan. A percent's numerator is part of its denominator by construction. To mend it, write the formula "
    "as a percent of the population. Basis: the wording of (E)(3), and the tables' A / B * 100.",
    _denominator,
)


def _response_rate(plan: Plan) -> Iterator[Finding]:
    for measure in plan.measures:
        if measure.definition.response_rate is None and "surveys" in _tables(plan.facts, measure.level, measure.nodes()):
            hint = f"a {measure.level} fact: the share of those asked who answered"
            yield Finding("the measure is made from surveys and has no `response_rate`", ("formula",), measure, help=hint)


def _tables(book: FactBook, level: str, formulas: Iterable[Node]) -> set[str]:
    """The tables whose rows the facts behind these formulas aggregate, those of larger units included."""
    found = set()
    formulas = list(formulas)
    for formula in (*formulas, *(fact.node for fact in book.needed(level, formulas))):
        for node in formula.walk():
            if isinstance(node, nodes.Aggregate):
                found.add(node.table)
            elif isinstance(node, nodes.Column) and node.fact_of is not None:
                fact = book.fact(node.fact_of, node.field)
                found |= _tables(book, node.fact_of, [fact.node]) if fact is not None else set()
    return found


RESPONSE_RATE = Rule(
    "L25",
    "warning",
    "A survey measure has a response rate",
    "A measure whose facts read the table surveys names the fact that says which share of those asked has answered "
    "(`response_rate`). Favorable answers of a third of the students say little of the others, and a value that rises while "
    "fewer answer may mean the opposite. To mend it, write the fact and name it. Basis: criterion (E)(3)(b), rigorous "
    "information; the rule is our own.",
    _response_rate,
)


def _same(plan: Plan) -> Iterator[Finding]:
    first: dict[object, str] = {}
    for measure in plan.measures:
        seen = first.setdefault((measure.level, measure.population, measure.exclusions, measure.formula), measure.id)
        if seen != measure.id:
            yield Finding(f"'{measure.id}' counts just what '{seen}' counts", ("formula",), measure)


DUPLICATE = Rule(
    "L28",
    "warning",
    "No two measures count the same",
    "No two measures of the portfolio have the same population, exclusions and formula, however they are written. Two slots "
    "filled by one construct tell one thing twice, and where it moves both move. To mend it, propose another measure for one "
    "of the slots. Basis: criterion (E)(3) asks for a measure for each slot; that they differ is our reading.",
    _same,
)
