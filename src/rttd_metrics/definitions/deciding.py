"""Which clause of a measure decides what a unit is in it: the words of the definition that a difference comes down to."""

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.unit_role import POPULATION_UNKNOWN, UnitRole
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.rows import Unit, evaluate


def deciding_clause(measure: Measure, unit: Unit, role: UnitRole) -> str:
    """The clause that makes a unit what it is, as the definition writes it; the reason of an exclusion.

    `role` is what unit_role says of the unit.
    """
    if role.role == "excluded":
        return role.reason or ""
    definition = measure.definition
    if role.role == "outside" or role.reason == POPULATION_UNKNOWN:
        return _said(definition.population, _decisive(measure.population, unit))
    condition = measure.formula.arguments[0]
    if measure.formula.aggregate in ("percent", "count"):
        return _said(definition.formula, _decisive(condition, unit))
    unknown = [argument for argument in measure.formula.arguments if evaluate(argument, unit) is None]
    return _said(definition.formula, unknown[0] if unknown else condition)


def _said(formula: str, node: Node) -> str:
    return " ".join(formula[slice(*node.span)].split())


def _decisive(node: Node, unit: Unit) -> Node:
    """The smallest part that has the value of the whole: of an `and` that is false its first false part, of an `or` that is
    true its first true one; the whole where its parts decide it together."""
    value = evaluate(node, unit)
    match node:
        case nodes.Not(operand=operand):
            return _decisive(operand, unit)
        case nodes.And(operands=operands) if value is not True:
            return next((_decisive(part, unit) for part in operands if evaluate(part, unit) is value), node)
        case nodes.Or(operands=operands) if value is not False:
            return next((_decisive(part, unit) for part in operands if evaluate(part, unit) is value), node)
    return node
