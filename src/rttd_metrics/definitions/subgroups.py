"""What the subgroups of a dimension are called, as far as definitions can tell."""

from rttd_metrics.formula.nodes import Column, Node, Type
from rttd_metrics.formula.values import GRADE_LEVELS

EVERYONE = "all"
"""The dimension, and the subgroup, of everyone together."""
UNKNOWN = "Unknown"
"""The subgroup of those of whom it is not known."""


def subgroup_names(node: Node, kind: Type) -> tuple[str, ...] | None:
    """The subgroups that a dimension can have; None where only the data can tell."""
    if kind is Type.BOOLEAN:
        return ("Yes", "No", UNKNOWN)
    if kind is Type.GRADE_LEVEL:
        return (*GRADE_LEVELS, UNKNOWN)
    if isinstance(node, Column) and node.categories is not None:
        return tuple(dict.fromkeys([*node.categories, UNKNOWN]))
    return None
