"""Comparisons of what can be counted: `with 3 or more suspensions`, `whose course has more than 0.5 credits`."""

from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Aggregate, Arithmetic, Between, Column, Comparison, Fact, In, Literal, Node
from rttd_metrics.formula.words.clause import Clause
from rttd_metrics.formula.words.compared import compared
from rttd_metrics.formula.words.owners import owned, possessive
from rttd_metrics.formula.words.titles import lowered, without_number_of

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker


def counted(speaker: "Speaker", node: Comparison | Between | In, subject: Node) -> Clause | None:
    """`with 3 or more suspensions`, `whose course has more than 0.5 credits`: of things that can be counted."""
    things = _things(speaker, subject)
    quantity = _quantity(speaker, node, subject, things) if things is not None else None
    if quantity is None:
        return None
    owner = "" if isinstance(subject, Aggregate | Arithmetic) else _owner(speaker, subject)
    if not owner:
        return Clause(f"there are {quantity}", f"with {quantity}")
    statement = f"the {owner} has {quantity}"
    own = isinstance(subject, Column) and speaker.owns(subject)
    return Clause(statement, f"whose {owner} has {quantity}" if own else f"{speaker.for_whom} {statement}")


def _owner(speaker: "Speaker", subject: Node) -> str:
    """Whose a fact or column is, where it is not that of what is spoken of."""
    owners = owned(speaker, subject)[0]
    return possessive(owners if speaker.owns(subject) else (speaker.level, *owners))


def _quantity(speaker: "Speaker", node: Comparison | Between | In, subject: Node, things: str) -> str | None:
    """`3 or more suspensions`, `no days enrolled`; None where the comparison is no such."""
    others = [part for part in compared(node) if isinstance(part, Literal) and isinstance(part.value, float)]
    if len(others) < len(compared(node)) or isinstance(node, In) or speaker.kinds.share(subject):
        return None
    numbers = [speaker.constant(part) for part in others]
    if isinstance(node, Between):
        return f"{numbers[0]} to {numbers[1]} {things}"
    value, plain = others[0].value, others[0].parameter is None
    if plain and speaker.kinds.whole(subject) and (node.op, value) in ((">", 0), (">=", 1)):
        return f"one or more {things}"
    if node.op == "=" and value == 0:
        return f"no {things}" if plain else f"{numbers[0]} {things}"
    if node.op == "<=" and value == 0:
        return f"no more than {numbers[0]} {things}"
    told = {">=": "{} or more", ">": "more than {}", "<=": "{} or fewer", "<": "fewer than {}"}.get(node.op)
    return f"{told.format(numbers[0])} {things}" if told else None


def _things(speaker: "Speaker", subject: Node) -> str | None:
    """What is counted, in the plural: days absent; marks that are failing. None where it is nothing to be counted."""
    if isinstance(subject, Aggregate) and subject.argument is None:
        return speaker.noun(subject).bare.removeprefix("number of ")
    if isinstance(subject, Arithmetic) and subject.op == "+":
        parts = [_things(speaker, part) for part in (subject.left, subject.right)]
        own = [part for part in parts if part is not None]
        return f"{' and '.join(own)}, taken together" if len(own) == len(parts) else None
    if not isinstance(subject, Fact | Column) or not speaker.noun(subject).plural:
        return None
    return lowered(without_number_of(owned(speaker, subject)[1]))
