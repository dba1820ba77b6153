"""Aggregates of rows in words: `the number of marks that are failing`, `the last exit type by entry date`."""

from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Aggregate, Column, Function, Node, Not, Type
from rttd_metrics.formula.words.clause import Clause
from rttd_metrics.formula.words.noun import Noun, closed
from rttd_metrics.formula.words.titles import named

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker

_YEARS = {"current": "", "through": " of this and earlier school years", "all": " of all school years"}
_WORDS = {"sum": "sum", "avg": "average", "median": "median"}
_EXTREMES = {
    "min": {Type.DATE: "earliest", Type.SCHOOL_YEAR: "earliest", Type.GRADE_LEVEL: "lowest", Type.NUMBER: "smallest"},
    "max": {Type.DATE: "latest", Type.SCHOOL_YEAR: "latest", Type.GRADE_LEVEL: "highest", Type.NUMBER: "largest"},
}


def read_rows(speaker: "Speaker", node: Aggregate) -> str:
    """The rows that an aggregate reads: marks whose mark type is semester."""
    inner = speaker.inside(node.table)
    return inner.with_conditions(inner.plural + _YEARS[node.years] + _by_which_key(speaker, node), node.where)


def _by_which_key(speaker: "Speaker", node: Aggregate) -> str:
    """Where rows could be the unit's by several keys, the one that counts."""
    chosen = next((step for step in node.chain if step not in speaker.vocabulary.tables.shapes), None)
    return f" by their {named(chosen)}" if chosen else ""


def noun(speaker: "Speaker", node: Aggregate) -> Noun:
    inner, read = speaker.inside(node.table), read_rows(speaker, node)
    argument = node.argument
    if argument is None:
        return Noun(f"number of {read}")
    if node.distinct:
        return Noun(f"number of different values of {_bare(inner, argument)}, among {read}")
    if node.order_by is not None:
        return _at_the_end(inner, node, argument, node.order_by, read)
    if isinstance(argument, Function) and argument.name == "number" and node.name in ("sum", "avg"):
        those = inner.clause(argument.arguments[0]).modifier
        if node.name == "avg":
            return Noun(f"share, among {read}, of those {those}")
        return Noun(f"number, among {read}, of those {those} (not known where none of them tells)")
    found = inner.noun(argument)
    if node.name in _EXTREMES:
        word = _EXTREMES[node.name][getattr(argument, "type", Type.NUMBER)]
        of = closed(found.bare) if isinstance(argument, Column) else f"value of {inner.part(argument)}"
        return Noun(f"{word} {of} among {read}")
    if isinstance(argument, Column) and found.simple:
        return Noun(f"{_WORDS[node.name]} of {found.full} over {read}")
    return Noun(f"{_WORDS[node.name]}, over {read}, of: {found.full}")


def _at_the_end(inner: "Speaker", node: Aggregate, argument: Node, order_by: Node, read: str) -> Noun:
    order, found = _bare(inner, order_by), inner.noun(argument)
    if isinstance(argument, Column) and argument.type is not Type.BOOLEAN and found.simple:
        return Noun(f"{node.name} {found.bare} by {order} among {read}")
    return Noun(f"value, for the {node.name} by {order} of {read}, of: {found.full}")


def _bare(speaker: "Speaker", node: Node) -> str:
    found = speaker.noun(node)
    return found.bare if isinstance(node, Column) else found.full


def condition(speaker: "Speaker", node: Aggregate, *, holds: bool) -> Clause:
    """`any` and `all`; of the other aggregates that are true or false, what they give."""
    argument, read = node.argument, read_rows(speaker, node)
    assert argument is not None
    if node.order_by is not None:
        inner = speaker.inside(node.table)
        said = inner.clause(argument if holds else Not(argument.span, argument)).statement
        statement = f"the {node.name} by {_bare(inner, node.order_by)} of {closed(read)} says that {said}"
        return Clause(statement, f"{speaker.for_whom} {statement}")
    those = speaker.inside(node.table).clause(argument).modifier
    who = {("any", True): "one or more", ("any", False): "none", ("all", True): "all", ("all", False): "not all"}
    statement = f"{who[node.name, holds]} of the {closed(read)} are ones {those}"
    return Clause(statement, f"{speaker.for_whom} {statement}")
