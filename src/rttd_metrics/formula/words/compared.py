"""What a comparison compares with."""

from rttd_metrics.formula.nodes import Between, Comparison, In, Node


def compared(node: Comparison | Between | In) -> tuple[Node, ...]:
    match node:
        case Comparison(right=right):
            return (right,)
        case Between(low=low, high=high):
            return (low, high)
    return node.options
