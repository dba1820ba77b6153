"""Comparisons in words: `whose share is 10 % or more`, `with 3 or more suspensions`, `in grades 4 to 8`."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import (
    Aggregate,
    Arithmetic,
    Between,
    Case,
    Column,
    Comparison,
    Constant,
    Fact,
    Function,
    In,
    Literal,
    Negate,
    Node,
    Type,
)
from rttd_metrics.formula.scope import UNIT
from rttd_metrics.formula.words import values
from rttd_metrics.formula.words.clause import Clause
from rttd_metrics.formula.words.noun import closed
from rttd_metrics.formula.words.owners import owned, possessive

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker

_CONSTANT = {
    Type.NUMBER: {"=": "{}", "<>": "not {}", ">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "less than {}"},
    Type.DATE: {"=": "{}", "<>": "not {}", ">=": "{} or later", ">": "later than {}", "<=": "{} or earlier",
                "<": "earlier than {}"},
    Type.GRADE_LEVEL: {"=": "{}", "<>": "not {}", ">=": "{} or above", ">": "above {}", "<=": "{} or below", "<": "below {}"},
}  # fmt: skip
_CONSTANT[Type.SCHOOL_YEAR] = _CONSTANT[Type.DATE]
_OTHER = {
    Type.NUMBER: {"=": "equal to {}", "<>": "other than {}", ">=": "at least {}", ">": "more than {}", "<=": "at most {}",
                  "<": "less than {}"},
    Type.DATE: {"=": "the same as {}", "<>": "other than {}", ">=": "on or after {}", ">": "after {}", "<=": "on or before {}",
                "<": "before {}"},
    Type.GRADE_LEVEL: {"=": "the same as {}", "<>": "other than {}", ">=": "the same as or above {}", ">": "above {}",
                       "<=": "the same as or below {}", "<": "below {}"},
}  # fmt: skip
_OTHER[Type.SCHOOL_YEAR] = _OTHER[Type.DATE] | {">=": "not before {}", "<=": "not after {}"}
_SAME = {"=": "the same as {}", "<>": "not the same as {}"}


def comparison(speaker: "Speaker", node: Comparison | Between | In, *, holds: bool) -> Clause:
    subject = node.left if isinstance(node, Comparison) else node.operand
    if node.of is Type.BOOLEAN:
        return _of_answers(speaker, node, subject, holds=holds)
    owner = _graded_student(speaker, subject)
    if owner is not None and all(isinstance(part, Literal) for part in _others(node)):
        return _in_grades(speaker, owner, _grades(speaker, node), holds=holds)
    if holds and (quantity := _quantity(speaker, node, subject)) is not None:
        own = speaker.owns(subject) or isinstance(subject, Arithmetic)
        modifier = f"with {quantity}" if own else f"{speaker.for_whom} there are {quantity}"
        return Clause(f"there are {quantity}", modifier)
    tail = _tail(speaker, node, subject, holds=holds)
    return with_subject(speaker, subject, lambda verb: f"{verb} {tail}", counted=True)


def _of_answers(speaker: "Speaker", node: Comparison | Between | In, subject: Node, *, holds: bool) -> Clause:
    """What is true or false, compared: nobody writes it, but the language allows it."""
    asked = speaker.part(subject)
    if isinstance(node, Comparison):
        same = "the same" if (node.op == "=") is holds else "different"
        statement = f"the answers to these two are {same}: {asked}; and {speaker.part(node.right)}"
    else:
        answers = ["yes" if isinstance(part, Literal) and part.value else "no" for part in _others(node)]
        statement = f"the answer to {asked} is {values.either(answers) if holds else values.neither(answers)}"
    return Clause(statement, f"{speaker.for_whom} {statement}")


def _others(node: Comparison | Between | In) -> tuple[Node, ...]:
    match node:
        case Comparison(right=right):
            return (right,)
        case Between(low=low, high=high):
            return (low, high)
    return node.options


def with_subject(
    speaker: "Speaker", subject: Node, predicate: Callable[[str], str], *, counted: bool = False, verb: str | None = None
) -> Clause:
    """`subject` and what is said of it, which is made from its verb; `counted`: of its number, not of the things."""
    noun = speaker.noun(subject)
    bare, plural = noun.bare, noun.plural
    if counted and plural and speaker.kinds.whole(subject):
        bare, plural = f"number of {bare}", False
    full = noun.full if bare == noun.bare else f"the {bare}"
    if isinstance(subject, Case | Arithmetic | Negate):
        full = speaker.part(subject)
    said = predicate(verb or ("are" if plural else "is"))
    statement = f"{closed(full)} {said}"
    if noun.own:
        return Clause(statement, f"whose {closed(bare)} {said}")
    return Clause(statement, f"{speaker.for_whom} {statement}")


# -- grade levels -----------------------------------------------------------------------------------------


def _graded_student(speaker: "Speaker", node: Node) -> str | None:
    """Whose grade level a column is, where it is a student's: the unit's own (an empty text), or that of an owner."""
    if not isinstance(node, Column) or node.field != "grade_level" or node.fact_of is not None:
        return None
    if (node.base, node.steps) == (UNIT, ()):
        return "" if speaker.level == "student" else None
    return possessive(owned(speaker, node)[0]) if speaker.owns(node) and node.steps[-1:] == ("students",) else None


def _in_grades(speaker: "Speaker", owner: str, grades: str, *, holds: bool) -> Clause:
    told = f"{'' if holds else 'not '}{grades}"
    if owner:
        return Clause(f"the {owner} is {told}", f"whose {owner} is {told}")
    statement = f"the student is {told}"
    if speaker.table:
        return Clause(statement, f"{speaker.for_whom} {statement}")
    return Clause(statement, told, state=told, near=holds)


def _grades(speaker: "Speaker", node: Comparison | Between | In) -> str:
    literals = [part for part in _others(node) if isinstance(part, Literal)]
    marks = "".join(speaker.notes.mark(name) for name in dict.fromkeys(part.parameter for part in literals) if name)
    codes = [int(part.value) for part in literals if isinstance(part.value, int | float)]
    if len(codes) < len(literals):
        return "in a grade that is not known"
    match node:
        case Between():
            return f"in {values.grade_range(codes[0], codes[1])}{marks}"
        case In():
            return f"in {values.grades(codes)}{marks}"
    grade = values.grade(codes[0]) + marks
    told = {"=": "in {}", "<>": "not in {}", ">=": "in {} or above", "<=": "in {} or below", ">": "above {}", "<": "below {}"}
    return told[node.op].format(grade)


# -- numbers of things ------------------------------------------------------------------------------------


def _quantity(speaker: "Speaker", node: Comparison | Between | In, subject: Node) -> str | None:
    """`3 or more suspensions`, `no days enrolled`: of things that can be counted, compared with a number."""
    things = _things(speaker, subject)
    others = [part for part in _others(node) if isinstance(part, Literal) and isinstance(part.value, float)]
    if things is None or len(others) < len(_others(node)) or isinstance(node, In) or speaker.kinds.share(subject):
        return None
    numbers = [speaker.constant(part) for part in others]
    if isinstance(node, Between):
        return f"{numbers[0]} to {numbers[1]} {things}"
    whole, value = speaker.kinds.whole(subject), others[0].value
    if others[0].parameter is None and whole and (node.op, value) in ((">", 0), (">=", 1)):
        return f"one or more {things}"
    if node.op == "=" and value == 0:
        return f"no {things}" if others[0].parameter is None else f"{numbers[0]} {things}"
    if value == 0 and node.op == "<=":
        return f"no more than {numbers[0]} {things}"
    told = {">=": "{} or more", ">": "more than {}", "<=": "{} or fewer", "<": "fewer than {}"}.get(node.op)
    return f"{told.format(numbers[0])} {things}" if told else None


def _things(speaker: "Speaker", subject: Node) -> str | None:
    """What is counted, in the plural: days absent; marks that are failing."""
    if isinstance(subject, Aggregate) and subject.argument is None:
        return speaker.noun(subject).bare.removeprefix("number of ")
    if isinstance(subject, Arithmetic) and subject.op == "+":
        parts = [_things(speaker, part) for part in (subject.left, subject.right)]
        known = [part for part in parts if part is not None]
        return f"{' and '.join(known)}, taken together" if len(known) == len(parts) else None
    noun = speaker.noun(subject)
    if isinstance(subject, Function) and subject.name == "coalesce" and not speaker.owns(subject.arguments[0]):
        return None
    own = noun.own and isinstance(subject, Fact | Column) and not (isinstance(subject, Column) and subject.steps)
    return noun.bare if noun.plural and own else None


# -- everything else --------------------------------------------------------------------------------------


def _tail(speaker: "Speaker", node: Comparison | Between | In, subject: Node, *, holds: bool) -> str:
    share = node.of is Type.NUMBER and speaker.kinds.share(subject)
    categories = subject.categories or () if isinstance(subject, Column) else ()

    def told(part: Node) -> str:
        if isinstance(part, Literal):
            return speaker.constant(part, share=share, category=part.value in categories)
        things = _things(speaker, part)
        if things is None:
            return speaker.part(part)
        return f"the number of {things}" if speaker.kinds.whole(part) else f"the {things}"

    match node:
        case Between(low=low, high=high):
            return f"{'' if holds else 'not '}from {told(low)} to {told(high)}"
        case In(options=options):
            if node.of is Type.GRADE_LEVEL and len(options) > 2:
                return f"{'' if holds else 'not '}one of {_grades(speaker, node).removeprefix('in ')}"
            found = [told(option) for option in _marked_once(options)]
            return values.either(found) if holds else values.neither(found)
    denied = "" if holds else "not "
    other = told(node.right)
    constant = isinstance(node.right, Literal | Constant)
    kinds = _CONSTANT if isinstance(node.right, Literal) else _OTHER
    if node.of not in kinds:
        return denied + ("{}" if node.op == "=" else "not {}" if constant else _SAME[node.op]).format(other)
    return denied + kinds[node.of][node.op].format(other)


def _marked_once(options: tuple[Node, ...]) -> list[Node]:
    """Values of a list parameter one after the other: only the last of them is marked."""
    names = [part.parameter if isinstance(part, Literal) else None for part in options]
    return [
        replace(part, parameter=None) if isinstance(part, Literal) and name == following else part
        for part, name, following in zip(options, names, [*names[1:], None], strict=True)
    ]


def part_of_text(speaker: "Speaker", node: Function, *, holds: bool) -> Clause:
    """`begins with`, `contains`."""
    subject, piece = node.arguments
    assert isinstance(piece, Literal)
    does = {"starts_with": "begin{} with", "contains": "contain{}"}[node.name]

    def told(verb: str) -> str:
        many = verb == "are"
        said = does.format("" if many or not holds else "s")
        return f"{'' if holds else 'do not ' if many else 'does not '}{said} {speaker.constant(piece)}"

    return with_subject(speaker, subject, told)
