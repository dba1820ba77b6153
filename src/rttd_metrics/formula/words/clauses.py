"""Conditions in words, of nodes that are simplified."""

from dataclasses import replace
from typing import TYPE_CHECKING

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import And, Case, Column, Fact, Function, Is, Literal, Node, Not, Or
from rttd_metrics.formula.words import comparisons, first_known, rows
from rttd_metrics.formula.words.clause import Clause, all_of, any_of, joined
from rttd_metrics.formula.words.functions import not_there
from rttd_metrics.formula.words.nouns import is_boolean
from rttd_metrics.formula.words.owners import owned, possessive
from rttd_metrics.formula.words.predicates import predicate

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker


def clause(speaker: "Speaker", node: Node, *, holds: bool = True) -> Clause:
    """`node` as a condition; with `holds` false, that it is false."""
    match node:
        case Not(operand=operand):
            return clause(speaker, operand, holds=not holds)
        case And(operands=operands) if holds:
            return all_of([part(speaker, operand, And) for operand in operands])
        case Or(operands=operands) if holds:
            return any_of([part(speaker, operand, Or) for operand in operands], speaker.who)
        case nodes.Comparison() | nodes.Between() | nodes.In():
            return comparisons.comparison(speaker, node, holds=holds)
        case Is(state=None):
            return _unknown(speaker, node, holds=holds)
        case Is():
            return _certain(speaker, node, holds=holds)
        case Literal(value=None):
            return about(speaker, "this is never known")
        case Literal(value=value):
            return about(speaker, "this always holds" if value is holds else "this never holds")
        case Fact() | Column():
            return _predicate(speaker, node, holds=holds)
        case Function(name="coalesce"):
            return about(speaker, first_known.told(speaker, node, holds=holds))
        case Function():
            return comparisons.part_of_text(speaker, node, holds=holds)
        case nodes.Aggregate():
            return rows.condition(speaker, node, holds=holds)
        case Case():
            return about(speaker, _case(speaker, node, holds=holds))
    return about(speaker, f"it is not true that {clause(speaker, node).statement}")


def part(speaker: "Speaker", node: Node, of: type[Node]) -> Clause:
    """A condition among others that `and`, or `or`, joins."""
    found = clause(speaker, node)
    return replace(found, group=found.group or (isinstance(node, And | Or) and not isinstance(node, of)))


def about(speaker: "Speaker", statement: str) -> Clause:
    return Clause(statement, f"{speaker.for_whom} {statement}")


def _predicate(speaker: "Speaker", node: Fact | Column, *, holds: bool, certain: str = "") -> Clause:
    """Something true or false: participating, proficient in mathematics, whose section is core."""
    owners, title = owned(speaker, node)
    found, own = predicate(title), speaker.owns(node)
    if own and not owners:
        statement = found.of_one("" if found.by_itself else speaker.the_one, holds=holds, certain=certain)
        if not found.follows_who(holds=holds, certain=certain):
            return about(speaker, statement)
        before = found.before if holds and not certain else None
        state = found.state(holds=holds) if not certain else None
        return Clause(statement, found.after_noun(speaker.who, holds=holds, certain=certain), before, state)
    subject = f"the {possessive(owners if own else (speaker.level, *owners))}"
    statement = found.of_one(subject, holds=holds, certain=certain)
    if own and (found.form == "clause" or found.follows_who(holds=holds, certain=certain)):
        return Clause(statement, f"whose {statement.removeprefix('the ')}")
    return about(speaker, statement)


def _certain(speaker: "Speaker", node: Is, *, holds: bool) -> Clause:
    """`is true`, `is not true`: what is not known counts as no."""
    known = "known" if node.negated is not holds else "not known"
    if known == "not known" and isinstance(node.operand, Not):
        found = clause(speaker, node.operand.operand)
        modifier = joined([found.modifier, f"{speaker.for_whom} that is not known"], "or")
        return Clause(f"{found.statement}, or that is not known", f"either {modifier}", group=True)
    positive = not isinstance(node.operand, Not)
    inner = node.operand.operand if isinstance(node.operand, Not) else node.operand
    if isinstance(inner, Fact | Column):
        return _predicate(speaker, inner, holds=positive, certain=f"{known} to")
    return about(speaker, f"it is {known} that {clause(speaker, node.operand).statement}")


def _unknown(speaker: "Speaker", node: Is, *, holds: bool) -> Clause:
    """`is null`, `is not null`."""
    unknown, operand = node.negated is not holds, node.operand
    if isinstance(operand, Function) and operand.name == "coalesce" and is_boolean(operand):
        return about(speaker, first_known.unknown(speaker, operand, holds=unknown))
    if is_boolean(operand):
        return _unknown_whether(speaker, operand, f"it is {'not ' if unknown else ''}known whether")
    return comparisons.with_subject(speaker, operand, lambda verb: f"{verb} {'not ' if unknown else ''}{not_there(operand)}")


def _unknown_whether(speaker: "Speaker", operand: Node, told: str) -> Clause:
    inner = operand.operand if isinstance(operand, Not) else operand
    statement = f"{told} {clause(speaker, inner).statement}"
    if isinstance(inner, Fact | Column) and speaker.owns(inner):
        owners, title = owned(speaker, inner)
        found = predicate(title)
        if not owners and not found.by_itself:
            return Clause(statement, f"{speaker.for_whom} {told} {found.of_many('they', holds=True)}")
    return about(speaker, statement)


def _case(speaker: "Speaker", node: Case, *, holds: bool) -> str:
    def answer(value: Node | None) -> str:
        if value is None or isinstance(value, Literal):
            settled = None if value is None else value.value
            return "it is not known" if settled is None else "it is so" if settled is holds else "it is not so"
        return clause(speaker, value, holds=holds).statement

    parts = [f"{answer(value)} if {clause(speaker, condition).statement}" for condition, value in node.branches]
    return f"({'; otherwise '.join([*parts, answer(node.otherwise)])})"
