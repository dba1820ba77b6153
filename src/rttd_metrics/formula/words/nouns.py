"""Values as things in a sentence: facts, columns, sums, the results of functions and of `case`."""

from typing import TYPE_CHECKING

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Case, Column, Constant, Fact, Literal, Node, Type
from rttd_metrics.formula.words import rows
from rttd_metrics.formula.words.functions import FROM_A_CONSTANT, function
from rttd_metrics.formula.words.noun import Noun
from rttd_metrics.formula.words.owners import owned, possessive
from rttd_metrics.formula.words.titles import is_clause, is_plural, lowered, without_number_of
from rttd_metrics.formula.words.values import quoted

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker

_CONSTANTS = {"as_of": "as-of date", "school_year": "school year that is computed"}
_OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def noun(speaker: "Speaker", node: Node) -> Noun:
    if is_boolean(node) and not isinstance(node, Case):
        return Noun(f"whether {speaker.clause(node).statement}", article=False)
    match node:
        case Literal():
            return Noun(speaker.constant(node), article=False)
        case Constant(name=name):
            return Noun(_CONSTANTS[name])
        case Fact() | Column():
            return named(speaker, node)
        case nodes.Negate(operand=operand):
            return Noun(f"minus {part(speaker, operand)}", article=False)
        case nodes.Arithmetic(op=op, left=left, right=right):
            return Noun(f"{part(speaker, left)} {_OPERATORS[op]} {part(speaker, right)}", article=False)
        case Case():
            return Noun(_case(speaker, node), article=False)
        case nodes.Function():
            return function(speaker, node)
        case nodes.Aggregate():
            return rows.noun(speaker, node)
    raise AssertionError(f"no words for {type(node).__name__}")


def is_boolean(node: Node) -> bool:
    if isinstance(node, nodes.And | nodes.Or | nodes.Not | nodes.Comparison | nodes.Between | nodes.In | nodes.Is):
        return True
    return getattr(node, "type", None) is Type.BOOLEAN and not isinstance(node, Literal)


def named(speaker: "Speaker", node: Node) -> Noun:
    """A fact or a column by its title; of another thing than the one that is spoken of, with its owner."""
    owners, title = owned(speaker, node)
    own = speaker.owns(node)
    if is_clause(title):
        of = f" of the {possessive(owners)}" if owners else ""
        return Noun(f"{quoted(title)}{of}", article=False)
    words = lowered(without_number_of(title))
    if not own:
        owners = (speaker.level, *owners) if isinstance(node, Column) else owners
    bare = f"{possessive(owners)}’s {words}" if owners else words
    plural = not (isinstance(node, Column) and node.type is not Type.NUMBER) and is_plural(words)
    return Noun(bare, plural, own=own, owned=bool(owners))


def part(speaker: "Speaker", node: Node) -> str:
    """A part of something larger, in brackets where it has parts itself."""
    found = speaker.noun(node)
    plain = isinstance(node, Fact | Column | Literal | Constant) or (
        isinstance(node, nodes.Function) and node.name in FROM_A_CONSTANT
    )
    single = plain and not is_boolean(node) and found.simple
    return found.full if single else f"({found.full})"


def _case(speaker: "Speaker", node: Case) -> str:
    parts = [f"{_branch(speaker, value)} if {speaker.clause(condition).statement}" for condition, value in node.branches]
    parts.append(_branch(speaker, node.otherwise) if node.otherwise else "not known")
    return "; otherwise ".join(parts)


def _branch(speaker: "Speaker", node: Node) -> str:
    if isinstance(node, Literal) and isinstance(node.value, bool):
        return "yes" if node.value else "no"
    found = speaker.noun(node)
    return found.full if found.simple and " if " not in found.bare else f"({found.full})"
