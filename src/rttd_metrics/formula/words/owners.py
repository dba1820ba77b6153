"""Whose a fact or a column is: `section’s course` of `grades.sections.courses.credits`."""

from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Column, Fact, Node

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker


def owned(speaker: "Speaker", node: Node) -> tuple[tuple[str, ...], str]:
    """Whose a fact or column is, and its title."""
    if isinstance(node, Fact):
        return (), speaker.vocabulary.fact(speaker.level, node.name).title
    assert isinstance(node, Column)
    return speaker.vocabulary.column(node, speaker.level)


def possessive(owners: tuple[str, ...]) -> str:
    """section’s course."""
    return "’s ".join(owners)
