"""Who speaks of what: one level's units, or the rows of a table, and what everything is called."""

from dataclasses import dataclass, replace

from rttd_metrics.formula.nodes import And, Column, Constant, Fact, Literal, Node
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, UNIT
from rttd_metrics.formula.words import clauses, nouns, values
from rttd_metrics.formula.words.clause import Clause, described
from rttd_metrics.formula.words.kinds import Kinds
from rttd_metrics.formula.words.notes import Notes
from rttd_metrics.formula.words.noun import Noun
from rttd_metrics.formula.words.simplify import simplify
from rttd_metrics.formula.words.titles import lowered, singular
from rttd_metrics.formula.words.vocabulary import Vocabulary

_PLURAL = {"student": "students", "classroom": "classrooms", "school": "schools", "district": "districts"}

_LARGEST_SHARE = 2
"""Compared with more than this, what is called a share must run to 100: the number stands as it is."""


@dataclass(frozen=True)
class Speaker:
    """Puts formulas about units of `level` into words; with `table`, formulas about one of its rows.

    Parameters that are named are marked in `notes`.
    """

    vocabulary: Vocabulary
    level: str
    notes: Notes
    table: str | None = None

    def inside(self, table: str) -> "Speaker":
        return replace(self, table=table)

    # -- formulas ---------------------------------------------------------------------------------------

    def statement(self, condition: Node) -> str:
        """A condition as a sentence of its own, without full stop."""
        return self.clause(simplify(condition)).statement

    def modifier(self, condition: Node) -> str:
        """A condition as it follows the noun: `whose share is 10 % or more`."""
        return self.clause(simplify(condition)).modifier

    def described(self, condition: Node | None) -> str:
        """The units, or rows, that meet a condition: `participating students in grades 4 to 8`."""
        return self.with_conditions(self.plural, simplify(condition) if condition is not None else None)

    def value(self, formula: Node) -> str:
        """What a formula gives: `the number of marks that are failing`, `whether ...`."""
        return self.noun(simplify(formula)).full

    # -- their parts, of nodes that are simplified ------------------------------------------------------

    def clause(self, node: Node) -> Clause:
        return clauses.clause(self, node)

    def noun(self, node: Node) -> Noun:
        return nouns.noun(self, node)

    def part(self, node: Node) -> str:
        """A value within a larger one, in brackets where it has parts itself."""
        return nouns.part(self, node)

    def with_conditions(self, noun: str, condition: Node | None) -> str:
        if condition is None:
            return noun
        if not isinstance(condition, And):
            return described(noun, [self.clause(condition)])
        return described(noun, [clauses.part(self, node, And) for node in condition.operands])

    def constant(self, node: Literal, *, share: bool = False, category: bool = False) -> str:
        mark = self.notes.mark(node.parameter) if node.parameter else ""
        part_of_whole = share and isinstance(node.value, float) and abs(node.value) <= _LARGEST_SHARE
        return values.literal(node, share=part_of_whole, category=category) + mark

    # -- what is spoken of ------------------------------------------------------------------------------

    @property
    def plural(self) -> str:
        return lowered(self.vocabulary.rows_of(self.table)) if self.table else _PLURAL[self.level]

    @property
    def the_one(self) -> str:
        return f"the {singular(self.plural)}" if self.table else f"the {self.level}"

    @property
    def persons(self) -> bool:
        return self.level == "student" and not self.table

    @property
    def who(self) -> str:
        return "who" if self.persons else "that"

    @property
    def for_whom(self) -> str:
        return "for whom" if self.persons else "for which"

    def owns(self, node: Node) -> bool:
        """Whether a fact or column belongs to what is spoken of, rather than to the unit whose rows are read."""
        match node:
            case Fact():
                return self.table is None
            case Column(base=base):
                return self.table is None or base not in (UNIT, ATTRIBUTED_SCHOOL)
            case Constant():
                return False
        return False

    @property
    def kinds(self) -> Kinds:
        return Kinds(self.vocabulary, self.level)
