"""A resolved formula with the same value in every case, null included, that reads more easily.

Settled parts are dropped (`true or x` where a parameter is true), `not` moves down to what it denies, constants stand to the
right of what they are compared with, and values of one thing that are joined by `or` become one list.
"""

from dataclasses import replace
from typing import cast

from rttd_metrics.formula import nodes
from rttd_metrics.formula.extremes import plain_extreme
from rttd_metrics.formula.nodes import And, Case, Comparison, In, Is, Literal, Node, Not, Or, Type
from rttd_metrics.formula.rows import Unit, evaluate

_NOBODY = cast(Unit, None)
"""Constants ask nothing of a unit."""
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def simplify(node: Node) -> Node:
    found = _simplified(node)
    settled = isinstance(found, Comparison | nodes.Between | In) and all(isinstance(part, Literal) for part in found.children())
    return Literal(node.span, evaluate(found, _NOBODY), Type.BOOLEAN) if settled else found


def _simplified(node: Node) -> Node:
    match node:
        case And() | Or():
            return _joined(node)
        case Not(operand=operand):
            return _denied(simplify(operand))
        case Is(operand=operand, state=False):
            return simplify(replace(node, operand=Not(operand.span, operand), state=True))
        case Is(operand=operand):
            return _state(replace(node, operand=simplify(operand)))
        case Comparison():
            return _comparison(node)
        case nodes.Between():
            return replace(node, operand=simplify(node.operand), low=simplify(node.low), high=simplify(node.high))
        case In(operand=operand, options=options):
            return replace(node, operand=simplify(operand)) if options else _truth(node, False)
        case Case():
            return _case(node)
        case nodes.Function():
            return _function(node)
        case nodes.Aggregate():
            where = simplify(node.where) if node.where else None
            parts = replace(
                node,
                argument=simplify(node.argument) if node.argument else None,
                order_by=simplify(node.order_by) if node.order_by else None,
                where=None if _is_truth(where, True) else where,
            )
            return plain_extreme(parts)
        case nodes.Negate(operand=operand):
            return replace(node, operand=simplify(operand))
        case nodes.Arithmetic():
            return _arithmetic(node)
    return node


def _truth(node: Node, value: bool) -> Literal:
    return Literal(node.span, value, Type.BOOLEAN)


def _is_truth(node: Node | None, value: bool) -> bool:
    return isinstance(node, Literal) and node.value is value


def _joined(node: And | Or) -> Node:
    """One flat list without the parts that settle nothing; the one part that settles all, where there is one."""
    neutral = isinstance(node, And)
    parts: list[Node] = []
    for operand in map(simplify, node.operands):
        if _is_truth(operand, not neutral):
            return operand
        parts += operand.operands if isinstance(operand, type(node)) else [operand]
    parts = [part for part in dict.fromkeys(parts) if not _is_truth(part, neutral)]
    if isinstance(node, Or):
        parts = _listed(parts)
    if not parts:
        return _truth(node, neutral)
    return parts[0] if len(parts) == 1 else replace(node, operands=tuple(parts))


def _listed(parts: list[Node]) -> list[Node]:
    """`x = a or x in (b, c)` as `x in (a, b, c)`."""
    found: list[Node] = []
    for part in parts:
        as_list = _as_list(part)
        place = next((number for number, other in enumerate(found) if as_list and _same_operand(other, as_list)), None)
        if as_list is None or place is None:
            found.append(part)
            continue
        other = _as_list(found[place])
        assert other is not None
        found[place] = replace(other, options=tuple(dict.fromkeys((*other.options, *as_list.options))))
    return found


def _as_list(node: Node) -> In | None:
    if isinstance(node, In):
        return node
    known = isinstance(node, Comparison) and node.op == "=" and isinstance(node.right, Literal) and node.right.value is not None
    return In(node.span, node.left, (node.right,), node.of) if known and isinstance(node, Comparison) else None


def _same_operand(node: Node, other: In) -> bool:
    found = _as_list(node)
    return found is not None and found.operand == other.operand


def _denied(node: Node) -> Node:
    """`not node`, of a node that is simplified."""
    match node:
        case Not(operand=operand):
            return operand
        case Literal(value=bool(value)):
            return replace(node, value=not value)
        case Literal(value=None):
            return node
        case And(operands=operands):
            return _joined(Or(node.span, tuple(Not(part.span, part) for part in operands)))
        case Or(operands=operands):
            return _joined(And(node.span, tuple(Not(part.span, part) for part in operands)))
        case Is(negated=negated):
            return replace(node, negated=not negated)
        case Comparison(op=op, of=of) if of is not Type.GRADE_LEVEL or op in ("=", "<>"):  # UG is neither below nor above
            return replace(node, op=_DENIED[op])
        case Case(branches=branches, otherwise=otherwise):
            denied = tuple((condition, _denied(value)) for condition, value in branches)
            return replace(node, branches=denied, otherwise=_denied(otherwise) if otherwise else None)
    return Not(node.span, node)


def _state(node: Is) -> Node:
    known = node.operand.value if isinstance(node.operand, Literal) else node
    return node if known is node else _truth(node, (known is node.state) is not node.negated)


def _comparison(node: Comparison) -> Node:
    left, right, op = simplify(node.left), simplify(node.right), node.op
    if _constant(left) and not _constant(right):
        left, right, op = right, left, _FLIPPED[op]
    if node.of is Type.BOOLEAN and isinstance(right, Literal) and isinstance(right.value, bool):
        return left if (op == "=") is right.value else _denied(left)
    return replace(node, left=left, right=right, op=op)


def _constant(node: Node) -> bool:
    return isinstance(node, Literal | nodes.Constant)


def _case(node: Case) -> Node:
    branches: list[tuple[Node, Node]] = []
    otherwise = simplify(node.otherwise) if node.otherwise else None
    for condition, value in ((simplify(condition), simplify(value)) for condition, value in node.branches):
        if _is_truth(condition, True):
            otherwise = value
            break
        if not (isinstance(condition, Literal) and condition.value in (False, None)):
            branches.append((condition, value))
    if not branches:
        return otherwise or Literal(node.span, None, node.type)
    if isinstance(otherwise, Literal) and otherwise.value is None:
        otherwise = None
    return replace(node, branches=tuple(branches), otherwise=otherwise)


def _function(node: nodes.Function) -> Node:
    arguments = tuple(map(simplify, node.arguments))
    if node.name == "coalesce":
        arguments = _until_known(arguments)
        if len(arguments) < 2:
            return arguments[0] if arguments else Literal(node.span, None, node.type)
        first, *others = arguments
        if len(others) == 1 and isinstance(others[0], Literal) and isinstance(others[0].value, bool):
            return simplify(Is(node.span, first, state=not others[0].value, negated=others[0].value))
    return replace(node, arguments=arguments)


def _until_known(arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    """Without what is never known, and what comes after something that always is."""
    found: list[Node] = []
    for argument in arguments:
        if isinstance(argument, Literal) and argument.value is None:
            continue
        found.append(argument)
        if isinstance(argument, Literal | nodes.Constant):
            break
    return tuple(found)


def _arithmetic(node: nodes.Arithmetic) -> Node:
    left, right = simplify(node.left), simplify(node.right)
    if node.op in "+-" and isinstance(right, Literal) and right.value == 0:
        return left
    if node.op == "+" and isinstance(left, Literal) and left.value == 0:
        return right
    return replace(node, left=left, right=right)
