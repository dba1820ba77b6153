"""Comparisons in words: `whose share is 10 % or more`, `with 3 or more suspensions`, `in grades 4 to 8`."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import (
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
from rttd_metrics.formula.words import values
from rttd_metrics.formula.words.clause import Clause
from rttd_metrics.formula.words.compared import compared
from rttd_metrics.formula.words.functions import FROM_A_CONSTANT
from rttd_metrics.formula.words.graded import graded_student, grades, in_grades
from rttd_metrics.formula.words.noun import closed
from rttd_metrics.formula.words.quantities import counted

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
    owner = graded_student(speaker, subject)
    if owner is not None and all(isinstance(part, Literal) for part in compared(node)):
        return in_grades(speaker, owner, grades(speaker, node), holds=holds)
    found = counted(speaker, node, subject) if holds else None
    if found is not None:
        return found
    tail = _tail(speaker, node, subject, holds=holds)
    return with_subject(speaker, subject, lambda verb: f"{verb} {tail}", counted=True)


def _of_answers(speaker: "Speaker", node: Comparison | Between | In, subject: Node, *, holds: bool) -> Clause:
    """What is true or false, compared: nobody writes it, but the language allows it."""
    asked = speaker.part(subject)
    if isinstance(node, Comparison):
        same = "the same" if (node.op == "=") is holds else "different"
        statement = f"the answers to these two are {same}: {asked}; and {speaker.part(node.right)}"
    else:
        answers = ["yes" if isinstance(part, Literal) and part.value else "no" for part in compared(node)]
        statement = f"the answer to {asked} is {values.either(answers) if holds else values.neither(answers)}"
    return Clause(statement, f"{speaker.for_whom} {statement}")


def with_subject(speaker: "Speaker", subject: Node, predicate: Callable[[str], str], *, counted: bool = False) -> Clause:
    """`subject` and what is said of it, which is made from its verb; `counted`: of its number, not of the things."""
    noun = speaker.noun(subject)
    bare, plural = noun.bare, noun.plural
    if counted and plural and speaker.kinds.whole(subject):
        bare, plural = f"number of {bare}", False
    full = noun.full if bare == noun.bare else f"the {bare}"
    if isinstance(subject, Case | Arithmetic | Negate):
        full = speaker.part(subject)
    said = predicate("are" if plural else "is")
    statement = f"{closed(full)} {said}"
    if noun.own:
        return Clause(statement, f"whose {closed(bare)} {said}")
    return Clause(statement, f"{speaker.for_whom} {statement}")


def _tail(speaker: "Speaker", node: Comparison | Between | In, subject: Node, *, holds: bool) -> str:
    share = node.of is Type.NUMBER and speaker.kinds.share(subject)
    categories = subject.categories or () if isinstance(subject, Column) else ()

    def told(part: Node) -> str:
        if isinstance(part, Literal):
            return speaker.constant(part, share=share, category=part.value in categories)
        found = speaker.noun(part)
        if not (found.plural and isinstance(part, Fact | Column)):
            return speaker.part(part)
        return f"the number of {found.bare}" if speaker.kinds.whole(part) else f"the {found.bare}"

    match node:
        case Between(low=low, high=high):
            return f"{'' if holds else 'not '}from {told(low)} to {told(high)}"
        case In(options=options):
            if node.of is Type.GRADE_LEVEL and len(options) > 2:
                return f"{'' if holds else 'not '}one of {grades(speaker, node).removeprefix('in ')}"
            found = [told(option) for option in _marked_once(options)]
            return values.either(found) if holds else values.neither(found)
    denied = "" if holds else "not "
    other = told(node.right)
    constant = isinstance(node.right, Literal | Constant) or getattr(node.right, "name", "") in FROM_A_CONSTANT
    kinds = _CONSTANT if isinstance(node.right, Literal) else _OTHER
    if node.of not in kinds or (constant and node.op in ("=", "<>")):
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
