"""Comparisons of grade levels: `in grades 4 to 8`, `whose student is in grade 9 or above`."""

from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Between, Column, Comparison, In, Literal, Node
from rttd_metrics.formula.scope import UNIT
from rttd_metrics.formula.values import UNGRADED
from rttd_metrics.formula.words import values
from rttd_metrics.formula.words.clause import Clause
from rttd_metrics.formula.words.compared import compared
from rttd_metrics.formula.words.owners import owned, possessive

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker


def graded_student(speaker: "Speaker", node: Node) -> str | None:
    """Whose grade level a column is, where it is a student's: the unit's own (an empty text), or that of an owner."""
    if not isinstance(node, Column) or node.field != "grade_level" or node.fact_of is not None:
        return None
    if (node.base, node.steps) == (UNIT, ()):
        return "" if speaker.level == "student" else None
    return possessive(owned(speaker, node)[0]) if speaker.owns(node) and node.steps[-1:] == ("students",) else None


def in_grades(speaker: "Speaker", owner: str, grades: str, *, holds: bool) -> Clause:
    told = f"{'' if holds else 'not '}{grades}"
    if owner:
        return Clause(f"the {owner} is {told}", f"whose {owner} is {told}")
    statement = f"the student is {told}"
    if speaker.table:
        return Clause(statement, f"{speaker.for_whom} {statement}")
    return Clause(statement, told, state=told, near=holds)


def grades(speaker: "Speaker", node: Comparison | Between | In) -> str:
    literals = [part for part in compared(node) if isinstance(part, Literal)]
    marks = "".join(speaker.notes.mark(name) for name in dict.fromkeys(part.parameter for part in literals) if name)
    codes = [int(part.value) for part in literals if isinstance(part.value, int | float)]
    if len(codes) < len(literals):
        return "in a grade that is not known"
    if codes == [UNGRADED] and isinstance(node, In | Comparison) and getattr(node, "op", "=") in ("=", "<>"):
        return f"{'not ' if getattr(node, 'op', '=') == '<>' else ''}ungraded{marks}"
    match node:
        case Between():
            return f"in {values.grade_range(codes[0], codes[1])}{marks}"
        case In():
            return f"in {values.grades(codes)}{marks}"
    grade = values.grade(codes[0]) + marks
    told = {"=": "in {}", "<>": "not in {}", ">=": "in {} or above", "<=": "in {} or below", ">": "above {}", "<": "below {}"}
    return told[node.op].format(grade)
