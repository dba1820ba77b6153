"""Text of a formula -> nodes. Knows the grammar, not which names or functions exist."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Node, Span
from rttd_metrics.formula.values import LARGEST

MAX_LENGTH = 4000
MAX_DEPTH = 40

_STATES = {"null": None, "true": True, "false": False}
_WORDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "TEXT": "a text in 'quotes'",
    "STATE": "null, true or false",
    "COMPARISON": "a comparison (= <> < <= > >=)",
    "PLUS_MINUS": "+ or -",
    "TIMES_OVER": "* or /",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "DOT": "a dot",
    "$END": "the end",
}
_OPERATORS = {"PLUS_MINUS", "TIMES_OVER", "COMPARISON", "_AND", "_OR", "_NOT", "_IN", "_IS", "_BETWEEN", "DOT", "LPAR"}
_STARTS_A_VALUE = {"NAME", "NUMBER", "TEXT", "STATE", "LPAR", "_CASE", "_NOT"}
_HINTS = {
    '"': "a text stands in single quotes: 'present'",
    "!": "`not equal` is written <>",
    "&": "`and` is written as a word",
    "|": "`or` is written as a word",
    "%": "ten percent is written 0.10",
    "'": "the text that starts here is not closed",
    "=": "equality is written with one =",
}


class FormulaError(Exception):
    """The formula cannot be read: characters [start, end) of its text, what was found, what is allowed."""

    def __init__(self, start: int, end: int, message: str, help: str | None = None) -> None:  # noqa: A002 - the word of Problem
        super().__init__(message)
        self.start, self.end, self.message, self.help = start, end, message, help


@lru_cache(1024)  # one formula stands for a fact or measure of each value of its `for_each`
def parse(text: str) -> Node:
    """Read a formula.

    Raises FormulaError where it breaks the grammar, is longer than MAX_LENGTH characters or is nested
    deeper than MAX_DEPTH.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            MAX_LENGTH, len(text), f"the formula is longer than {MAX_LENGTH:,} characters", "give its parts names as facts"
        )
    if not text.strip():
        raise FormulaError(0, len(text), "the formula is empty")
    try:
        node: Node = _nodes().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise _readable(error, text) from None
    except VisitError as error:
        raise error.orig_exc from None
    _check_depth(node)
    return node


@cache
def _parser() -> Lark:
    grammar = files("rttd_metrics.formula").joinpath("formula.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, g_regex_flags=re.IGNORECASE | re.ASCII)


@cache
def _nodes() -> "_Nodes":
    return _Nodes(visit_tokens=False)


def _check_depth(node: Node) -> None:
    stack = [(node, 1)]
    while stack:
        current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise FormulaError(
                *current.span, f"the formula is nested deeper than {MAX_DEPTH} levels", "give its parts names as facts"
            )
        stack.extend((child, depth + 1) for child in current.children())


def _readable(error: UnexpectedInput, text: str) -> FormulaError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        token = error.token
        start = token.start_pos if token.start_pos is not None else len(text)
        return FormulaError(
            start,
            start + max(1, len(token)),
            f"found '{token}' where {_expected(error.accepts or error.expected)} is allowed",
            _HINTS.get(str(token)[:1]) if token == "=" else None,
        )
    if isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        return FormulaError(start, start + 1, f"found '{text[start]}', which is no part of a formula", _HINTS.get(text[start]))
    end = len(text.rstrip())
    expected = _expected(error.accepts or error.expected if isinstance(error, UnexpectedToken) else ())
    return FormulaError(max(0, end - 1), end, f"the formula ends where {expected} is needed")


def _expected(terminals: Iterable[str]) -> str:
    found = set(terminals)
    words = []
    if found >= _STARTS_A_VALUE - {"_NOT"}:
        words.append("a value")
        found -= _STARTS_A_VALUE | {"PLUS_MINUS"}
    elif "PLUS_MINUS" in found:
        words.append("an operator")
        found -= _OPERATORS
    words += sorted(_WORDS.get(name, f"`{name.strip('_').lower()}`") for name in found)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _span(meta: Meta) -> Span:
    return (meta.start_pos, meta.end_pos)


def _over(first: Node, last: Node) -> Span:
    return (first.span[0], last.span[1])


@v_args(meta=True)
class _Nodes(Transformer_NonRecursive[Token, Node]):
    """One method a rule of the grammar; not recursive, so that deep nesting meets our limit, not Python's."""

    def either(self, meta: Meta, items: list[Node]) -> Node:
        return items[0] if len(items) == 1 else nodes.Or(_span(meta), tuple(items))

    def both(self, meta: Meta, items: list[Node]) -> Node:
        return items[0] if len(items) == 1 else nodes.And(_span(meta), tuple(items))

    def negate(self, meta: Meta, items: list[Node]) -> Node:
        return nodes.Not(_span(meta), items[0])

    def compare(self, meta: Meta, items: list[Any]) -> Node:
        return nodes.Comparison(_span(meta), str(items[1]), items[0], items[2])

    def between(self, meta: Meta, items: list[Node]) -> Node:
        return nodes.Between(_span(meta), items[0], items[1], items[2])

    def within(self, meta: Meta, items: list[Node]) -> Node:
        return nodes.In(_span(meta), items[0], tuple(items[1:]))

    def not_between(self, meta: Meta, items: list[Node]) -> Node:
        return nodes.Not(_span(meta), self.between(meta, items))

    def not_within(self, meta: Meta, items: list[Node]) -> Node:
        return nodes.Not(_span(meta), self.within(meta, items))

    def is_state(self, meta: Meta, items: list[Any]) -> Node:
        return nodes.Is(_span(meta), items[0], _STATES[items[1].lower()], negated=False)

    def is_not_state(self, meta: Meta, items: list[Any]) -> Node:
        return nodes.Is(_span(meta), items[0], _STATES[items[1].lower()], negated=True)

    def chain(self, meta: Meta, items: list[Any]) -> Node:
        result: Node = items[0]
        for op, operand in zip(items[1::2], items[2::2], strict=True):
            result = nodes.Arithmetic(_over(result, operand), str(op), result, operand)
        return result

    def sign(self, meta: Meta, items: list[Any]) -> Node:
        sign, operand = items
        if sign == "-" and isinstance(operand, nodes.Literal) and isinstance(operand.value, float):
            return nodes.Literal(_span(meta), -operand.value, operand.type)  # a constant, as lists and digits need one
        return nodes.Negate(_span(meta), operand) if sign == "-" else operand

    def number(self, meta: Meta, items: list[Token]) -> Node:
        value = float(items[0])
        if value > LARGEST:
            raise FormulaError(*_span(meta), "the number is too large")
        return nodes.Literal(_span(meta), value, nodes.Type.NUMBER)

    def text(self, meta: Meta, items: list[Token]) -> Node:
        return nodes.Literal(_span(meta), items[0][1:-1].replace("''", "'"), nodes.Type.TEXT)

    def constant(self, meta: Meta, items: list[Token]) -> Node:
        value = _STATES[items[0].lower()]
        kind = nodes.Type.UNKNOWN if value is None else nodes.Type.BOOLEAN
        return nodes.Literal(_span(meta), value, kind)

    def path(self, meta: Meta, items: list[Token]) -> Node:
        return nodes.Name(_span(meta), tuple(str(item) for item in items))

    def group(self, meta: Meta, items: list[Node]) -> Node:
        return replace(items[0], span=_span(meta))

    def branch(self, meta: Meta, items: list[Node]) -> tuple[Node, Node]:
        return (items[0], items[1])

    def case(self, meta: Meta, items: list[Any]) -> Node:
        *branches, otherwise = items
        return nodes.Case(_span(meta), tuple(branches), otherwise)

    def arguments(self, meta: Meta, items: list[Node]) -> tuple[Node, ...]:
        return tuple(items)

    def order(self, meta: Meta, items: list[Node]) -> Node:
        return items[0]

    where = order

    def years(self, meta: Meta, items: list[Token]) -> nodes.Name:
        return nodes.Name(_span(meta), (str(items[0]).lower(),))

    def call_body(self, meta: Meta, items: list[Any]) -> dict[str, Any]:
        distinct, arguments, order, where, years = items
        return {"distinct": distinct is not None, "arguments": arguments, "order_by": order, "where": where, "years": years}

    def call(self, meta: Meta, items: list[Any]) -> Node:
        name, body = items
        start = name.start_pos
        return nodes.Call(_span(meta), str(name).lower(), (start, start + len(name)), **(body or {}))
