"""`coalesce` of what is true or false, in words: whoever tells first is believed."""

from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Column, Function
from rttd_metrics.formula.words.functions import enumerated
from rttd_metrics.formula.words.owners import owned, possessive
from rttd_metrics.formula.words.predicates import Predicate, predicate
from rttd_metrics.formula.words.values import together

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker


def told(speaker: "Speaker", node: Function, *, holds: bool) -> str:
    """That the first answer which is known is yes, or no."""
    asked = _the_same_of_each(speaker, node)
    if asked is not None:
        sources, what = asked
        return what.of_one(f"the first of {sources} that tells", holds=holds)
    return f"the first answer that is known is {'yes' if holds else 'no'}, of: {_questions(speaker, node)}"


def unknown(speaker: "Speaker", node: Function, *, holds: bool) -> str:
    """That no answer is known, or that one is."""
    asked = _the_same_of_each(speaker, node)
    if asked is not None:
        sources, what = asked
        return f"{'none' if holds else 'at least one'} of {sources} tells whether {what.of_one('it', holds=True)}"
    return f"{'none' if holds else 'at least one'} of these answers is known: {_questions(speaker, node)}"


def _questions(speaker: "Speaker", node: Function) -> str:
    return enumerated([f"whether {speaker.clause(argument).statement}" for argument in node.arguments])


def _the_same_of_each(speaker: "Speaker", node: Function) -> tuple[str, Predicate] | None:
    """`the section, the course and the section’s course`, and what is asked of each; None where not all are asked the same."""
    columns = [part for part in node.arguments if isinstance(part, Column) and speaker.owns(part)]
    told_of = [owned(speaker, column) for column in columns]
    titles = {title for _, title in told_of}
    if len(columns) < len(node.arguments) or len(titles) > 1 or not all(owners for owners, _ in told_of):
        return None
    what = predicate(titles.pop())
    return None if what.by_itself else (together([f"the {possessive(owners)}" for owners, _ in told_of]), what)
