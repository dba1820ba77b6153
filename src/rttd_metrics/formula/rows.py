"""The formula language in plain Python, one unit at a time: what `rttd test` and explanations run.

It is also the oracle of the column evaluator in engine/columns.py, so the two share no code but values.py.
Values: numbers are floats, grade levels and school years their codes, None is null.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any, Protocol, cast

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Column, Node, Type, Value
from rttd_metrics.formula.values import (
    TOLERANCE,
    UNGRADED,
    add_months,
    bounded,
    month_day,
    round_half_away,
    school_year_day,
)


class Row(Protocol):
    def column(self, column: Column) -> Value: ...


class Unit(Row, Protocol):
    """One unit and what is known of it."""

    def fact(self, name: str) -> Value: ...
    def constant(self, name: str) -> Value:
        """`as_of`, `school_year`, or `first_day`: the day on which the school year begins."""
        ...

    def rows(self, aggregate: nodes.Aggregate) -> Iterable[Row]: ...
    def school_days(self, school_id: str, start: date, end: date) -> float | None: ...
    def attendance_through(self, school_id: str) -> date | None: ...


def evaluate(node: Node, unit: Unit, row: Row | None = None) -> Value:
    """The value of a resolved formula for `unit`; inside an aggregate, for one `row` of its table."""
    return _Evaluation(unit, row).value(node)


class _Evaluation:
    def __init__(self, unit: Unit, row: Row | None) -> None:
        self.unit, self.row = unit, row

    def value(self, node: Node) -> Value:  # noqa: PLR0911, PLR0912 - one line a kind of node
        match node:
            case nodes.Literal(value=value):
                return value
            case nodes.Constant(name=name):
                return self.unit.constant(name)
            case nodes.Fact(name=name):
                return self.unit.fact(name)
            case nodes.Column(base=base):
                source = self.row if self.row is not None and base not in ("unit", "school") else self.unit
                return source.column(node)
            case nodes.Negate(operand=operand):
                number = self.number(operand)
                return None if number is None else -number
            case nodes.Arithmetic():
                return self.arithmetic(node)
            case nodes.Not(operand=operand):
                truth = self.value(operand)
                return None if truth is None else not truth
            case nodes.And(operands=operands):
                return _all([self.value(part) for part in operands])
            case nodes.Or(operands=operands):
                return _any([self.value(part) for part in operands])
            case nodes.Comparison():
                return _compare(node.op, self.value(node.left), self.value(node.right), node.of)
            case nodes.Between():
                operand_value = self.value(node.operand)
                return _all(
                    [
                        _compare(">=", operand_value, self.value(node.low), node.of),
                        _compare("<=", operand_value, self.value(node.high), node.of),
                    ]
                )
            case nodes.In():
                found = self.value(node.operand)
                return _any([_compare("=", found, self.value(option), node.of) for option in node.options])
            case nodes.Is(operand=operand, state=state, negated=negated):
                return (self.value(operand) is state) is not negated
            case nodes.Case():
                return self.case(node)
            case nodes.Function():
                return self.function(node)
            case nodes.Aggregate():
                return self.aggregate(node)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def number(self, node: Node) -> float | None:
        return cast("float | None", self.value(node))

    def arithmetic(self, node: nodes.Arithmetic) -> Value:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            return None
        match node.op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return bounded(left * right)
            case _:
                return None if right == 0 else bounded(left / right)

    def case(self, node: nodes.Case) -> Value:
        for condition, value in node.branches:
            if self.value(condition) is True:
                return self.value(value)
        return self.value(node.otherwise) if node.otherwise else None

    def function(self, node: nodes.Function) -> Value:  # noqa: PLR0911, PLR0912 - one line a function
        values: list[Any] = [self.value(argument) for argument in node.arguments]
        known = [value for value in values if value is not None]
        match node.name:
            case "coalesce":
                return known[0] if known else None
            case "least":
                return cast(Value, min(known, default=None))
            case "greatest":
                return cast(Value, max(known, default=None))
        if len(known) < len(values):
            return None
        match node.name, values:
            case "abs", [number]:
                return float(abs(number))
            case "round", [number, *digits]:
                return round_half_away(number, int(digits[0]) if digits else 0)
            case "floor", [number]:
                return float(_whole_below(number))
            case "ceil", [number]:
                return float(-_whole_below(-number))
            case "lower", [text]:
                return cast(str, text.lower())
            case "starts_with", [text, part]:
                return cast(bool, text.startswith(part))
            case "contains", [text, part]:
                return part in text
            case "number", [truth]:
                return 1.0 if truth else 0.0
            case "days_between", [start, end]:
                return float((end - start).days)
            case "add_months", [day, months]:
                return add_months(day, int(months))
            case "add_years", [year, years]:
                return cast(int, year) + int(years)
            case "week", [day]:
                return cast(date, day - timedelta(days=day.weekday()))
            case "school_year_day", [text]:
                month, day = month_day(text) or (1, 1)  # the type check has seen that it is one
                return school_year_day(cast(date, self.unit.constant("first_day")), month, day)
            case "school_days", [school_id, start, end]:
                return self.unit.school_days(school_id, start, end)
            case "attendance_through", [school_id]:
                return self.unit.attendance_through(school_id)
        raise AssertionError(f"no rule for {node.name}")

    def aggregate(self, node: nodes.Aggregate) -> Value:  # noqa: PLR0911 - one line an aggregate
        rows = [row for row in self.unit.rows(node) if node.where is None or evaluate(node.where, self.unit, row) is True]
        if node.argument is None:
            return float(len(rows))
        if node.order_by is not None:
            return self.extreme(node, node.argument, node.order_by, rows)
        found = [value for row in rows if (value := evaluate(node.argument, self.unit, row)) is not None]
        values: list[Any] = found
        if node.distinct:
            return float(len(set(values)))
        if not values:
            return None
        match node.name:
            case "sum":
                return cast(float, sum(values))
            case "avg":
                return cast(float, sum(values) / len(values))
            case "median":
                return float(median(values))
            case "min":
                return cast(Value, min(values))
            case "max":
                return cast(Value, max(values))
            case "any":
                return any(values)
            case _:
                return all(values)

    def extreme(self, node: nodes.Aggregate, argument: Node, order_by: Node, rows: list[Row]) -> Value:
        """`first`: the value of the earliest row, of several earliest the smallest; `last` mirrors it."""
        pairs: list[Any] = [
            (place, value)
            for row in rows
            if (place := evaluate(order_by, self.unit, row)) is not None
            and (value := evaluate(argument, self.unit, row)) is not None
        ]
        if not pairs:
            return None
        return cast(Value, (min(pairs) if node.name == "first" else max(pairs))[1])


def _whole_below(number: float) -> float:
    """floor, where 2.9999999999 is 3."""
    return (number + TOLERANCE) // 1


def _all(values: list[Value]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[Value]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _compare(op: str, left: Any, right: Any, kind: Type) -> bool | None:
    if left is None or right is None:
        return None
    if kind is Type.NUMBER:
        left, right = left - right, 0.0
        if abs(left) <= TOLERANCE:
            left = 0.0
    if kind is Type.GRADE_LEVEL and op not in ("=", "<>") and UNGRADED in (left, right):
        return False
    match op:
        case "=":
            return bool(left == right)
        case "<>":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)
