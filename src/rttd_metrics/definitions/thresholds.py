"""What decides a measure for one unit: its facts that are held against a limit, and how far a student is from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from rttd_metrics.definitions.facts import FactBook, ResolvedFact
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.formula.nodes import (
    And,
    Arithmetic,
    Between,
    Case,
    Comparison,
    Fact,
    Function,
    Is,
    Literal,
    Node,
    Not,
    Or,
    Type,
)

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ENROLLED, _ABSENT, _PRESENT = "days_enrolled", "days_absent", "days_present"
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """`fact op limit` speaks for the condition of a measure.

    `limit` is a number, or the fact that holds it; `share`: the two facts whose quotient `fact` is, where it is one.
    """

    fact: str
    title: str
    op: str
    limit: float | str
    share: tuple[str, str] | None

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact whose value says how things stand."""
        limit = (self.limit,) if isinstance(self.limit, str) else ()
        return (self.fact, *(self.share or ()), *limit)

    @property
    def counts_days_absent(self) -> bool:
        """Whether it can be told how many more days absent lead over the threshold."""
        return self.fact == _ABSENT or self.share in ((_ABSENT, _ENROLLED), (_PRESENT, _ENROLLED))


def thresholds(measure: Measure, book: FactBook) -> tuple[Threshold, ...]:
    """The comparisons that decide the condition of a percent or a count, each once, in the order of the formula.

    Facts that are true or false are followed to the comparisons they are made of; conditions that only say when a
    comparison holds (the `when` of a case that gives another) are not.
    """
    if measure.formula.aggregate not in ("percent", "count"):
        return ()
    found = _deciding(measure.formula.arguments[0], measure.level, book, negated=False)
    return tuple(dict.fromkeys(found))


def _deciding(node: Node, level: str, book: FactBook, *, negated: bool) -> Iterator[Threshold]:
    match node:
        case Fact(name=name, type=Type.BOOLEAN):
            fact = book.fact(level, name)
            if fact is not None:
                yield from _deciding(fact.node, level, book, negated=negated)
        case Comparison():
            yield from _compared(node, level, book, negated=negated)
        case Between(operand=Fact() as fact, low=low, high=high):
            for op, limit in ((">=", low), ("<=", high)):
                yield from _compared(Comparison(node.span, op, fact, limit), level, book, negated=negated)
        case And(operands=operands) | Or(operands=operands):
            for operand in operands:
                yield from _deciding(operand, level, book, negated=negated)
        case Not(operand=operand):
            yield from _deciding(operand, level, book, negated=not negated)
        case Is(operand=operand, state=bool(state), negated=against):
            yield from _deciding(operand, level, book, negated=negated ^ against ^ (not state))
        case Function(name="coalesce", arguments=(first, *_)):
            yield from _deciding(first, level, book, negated=negated)
        case Case():
            for deciding in _parts_of(node):
                yield from _deciding(deciding, level, book, negated=negated)


def _parts_of(case: Case) -> Iterator[Node]:
    """The parts of a case that decide: what a branch gives, or its condition where it gives true. Where it gives false or
    null another branch decides."""
    for when, then in case.branches:
        if not isinstance(then, Literal):
            yield then
        elif then.value is True:
            yield when
    if case.otherwise is not None:
        yield case.otherwise


def _compared(node: Comparison, level: str, book: FactBook, *, negated: bool) -> Iterator[Threshold]:
    left, right, op = node.left, node.right, node.op
    if isinstance(left, Literal) and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    if not isinstance(left, Fact) or left.type is not Type.NUMBER:
        return
    limit = _limit(right)
    fact = book.fact(level, left.name)
    if fact is None or limit is None:
        return
    title = fact.definition.title or left.name.replace("_", " ")
    yield Threshold(left.name, title, _NEGATED.get(op, op) if negated else op, limit, _share(fact))


def _limit(node: Node) -> float | str | None:
    if isinstance(node, Literal) and isinstance(node.value, float | int) and not isinstance(node.value, bool):
        return float(node.value)
    return node.name if isinstance(node, Fact) and node.type is Type.NUMBER else None


def _share(fact: ResolvedFact) -> tuple[str, str] | None:
    match fact.node:
        case Arithmetic(op="/", left=Fact(name=above), right=Fact(name=below)):
            return above, below
    return None


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """`absent` more days absent in a row reach the threshold; where it is reached, `present` days without an absence lead
    back. None where no number of days does."""

    absent: int | None
    present: int | None


def days_left(op: str, limit: float, *, absent: float, enrolled: float | None) -> DaysLeft:
    """How far a student is from a threshold of days absent, or with `enrolled` of their share.

    `op` and `limit` are for the share absent (or the days): `>=` and `<` part at a limit that itself is over it, `>` and
    `<=` at one that is not.
    """
    strict = op in (">", "<=")
    if enrolled is None:
        short = limit - absent
        over = short < -_TOLERANCE if strict else short <= _TOLERANCE
        return DaysLeft(None if over else _at_least(short, strict=strict), None)
    share = absent / enrolled if enrolled else 0.0
    over = share > limit + _TOLERANCE if strict else share >= limit - _TOLERANCE
    if over:
        return DaysLeft(None, None if limit <= 0 else _at_least(absent / limit - enrolled, strict=not strict))
    return DaysLeft(None if limit >= 1 else _at_least((limit * enrolled - absent) / (1 - limit), strict=strict), None)


def _at_least(days: float, *, strict: bool) -> int:
    """The first whole number of days that is enough; with `strict` exactly `days` are not."""
    return max(floor(days + _TOLERANCE) + 1 if strict else ceil(days - _TOLERANCE), 1)


def days_to(threshold: Threshold, facts: dict[str, float | None]) -> DaysLeft | None:
    """The same from a student's facts; None where the threshold is not one of days absent, or a fact is not known."""
    limit = facts.get(threshold.limit) if isinstance(threshold.limit, str) else threshold.limit
    if not threshold.counts_days_absent or limit is None or threshold.op not in _MIRRORED:
        return None
    if threshold.share is None:
        absent = facts.get(_ABSENT)
        return None if absent is None else days_left(threshold.op, limit, absent=absent, enrolled=None)
    above, enrolled = facts.get(threshold.share[0]), facts.get(_ENROLLED)
    if above is None or enrolled is None:
        return None
    if threshold.share[0] == _ABSENT:
        return days_left(threshold.op, limit, absent=above, enrolled=enrolled)
    return days_left(_MIRRORED[threshold.op], 1 - limit, absent=enrolled - above, enrolled=enrolled)
