"""`last(x order by x)` is the largest x, `last(c order by number(c))` whether any c holds: told so it is one pass, and plain."""

from dataclasses import replace

from rttd_metrics.formula.nodes import Aggregate, Function

_LARGEST = {"last": ("max", "any"), "first": ("min", "all")}


def plain_extreme(node: Aggregate) -> Aggregate:
    """The same value without an order, where rows are ordered by what is taken of them."""
    if node.order_by is None or node.argument is None:
        return node
    by_value, by_truth = _LARGEST[node.name]
    if node.order_by == node.argument:
        return replace(node, name=by_value, order_by=None)
    if isinstance(node.order_by, Function) and node.order_by.name == "number" and node.order_by.arguments == (node.argument,):
        return replace(node, name=by_truth, order_by=None)
    return node
