"""Conditions as parts of a sentence, and how they are joined without ambiguity."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_BOUNDS = re.compile(r"\bor (more|fewer|less|above|below|later|earlier)\b")


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition about things in the plural.

    `statement` stands by itself: `the share is 10 % or more`. `modifier` follows the noun: `whose share is 10 % or more`.
    `before` precedes it, where there is such a word: `participating`. `state` follows `are`, where that says it all.
    `near`: the modifier stands next to the noun. `group`: several conditions, joined by another word than those around it.
    """

    statement: str
    modifier: str
    before: str | None = None
    state: str | None = None
    near: bool = False
    group: bool = False


def joined(parts: Sequence[str], word: str) -> str:
    """`a and b`; with a comma where a part has an `and`, an `or` or a comma of its own."""
    if len(parts) == 1:
        return parts[0]
    comma = "," if len(parts) > 2 or any(_is_long(part) for part in parts) else ""
    return f"{', '.join(parts[:-1])}{comma} {word} {parts[-1]}"


def _is_long(part: str) -> bool:
    plain = _BOUNDS.sub("", part)
    return "," in plain or " and " in plain or " or " in plain


def all_of(clauses: Sequence[Clause]) -> Clause:
    return Clause(joined([_bracketed(clause).statement for clause in clauses], "and"), _modifiers(clauses))


def any_of(clauses: Sequence[Clause], who: str) -> Clause:
    """`who are either homeless or in foster care`, `either with 3 or more suspensions or whose ...`."""
    bracketed = [_bracketed(clause) for clause in clauses]
    states = [clause.state for clause in clauses if clause.state]
    if len(states) == len(clauses):
        modifier = f"{who} are either {joined(states, 'or')}"
    else:
        modifier = "either " + joined([clause.modifier for clause in bracketed], "or")
    return Clause(joined([clause.statement for clause in bracketed], "or"), modifier)


def described(noun: str, clauses: Sequence[Clause]) -> str:
    """The noun with all of these conditions: participating students in grades 4 to 8 with 3 or more suspensions."""
    before = [clause.before for clause in clauses if clause.before]
    after = [clause for clause in clauses if not clause.before]
    near = [clause.modifier for clause in after if clause.near]
    rest = [clause for clause in after if not clause.near]
    return " ".join([*before, noun, *near, *([_modifiers(rest)] if rest else [])])


def _modifiers(clauses: Sequence[Clause]) -> str:
    """One after the other; a single group comes last, where it needs no brackets."""
    ordered = sorted(clauses, key=lambda clause: (clause.group, not clause.near))
    groups = [clause for clause in ordered if clause.group]
    shown = ordered if len(groups) < 2 else [_bracketed(clause) for clause in ordered]
    return joined([clause.modifier for clause in shown], "and")


def _bracketed(clause: Clause) -> Clause:
    if not clause.group:
        return clause
    return replace(clause, statement=f"({clause.statement})", modifier=f"({clause.modifier})", state=None)
