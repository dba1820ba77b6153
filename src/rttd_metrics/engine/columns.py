"""The formula language as Narwhals expressions: a whole frame at once, the same answers as formula/rows.py.

Written inside what Polars, DuckDB and Spark agree on: divisors are guarded, booleans are cast before they are summed,
rounding is our own, dates move by whole days and months only.
"""

from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Column, Literal, Node, Type
from rttd_metrics.formula.values import LARGEST, TOLERANCE, UNGRADED, WHOLE, month_day, school_year_day

DTYPES: Mapping[Type, Any] = {
    Type.NUMBER: nw.Float64,
    Type.TEXT: nw.String,
    Type.BOOLEAN: nw.Boolean,
    Type.DATE: nw.Date,
    Type.GRADE_LEVEL: nw.Int16,
    Type.SCHOOL_YEAR: nw.Int32,
    Type.UNKNOWN: nw.Boolean,
}


def fact_column(name: str) -> str:
    return f"fact.{name}"


class Columns:
    """Turns resolved formulas into expressions over a frame.

    Columns stand under their path (`attendance.status`, `unit.grade_level`), facts under `fact.NAME`;
    `computed` names the columns that hold aggregates and school-day counts, which are made beforehand.
    """

    def __init__(self, as_of: date, school_year: int, first_day: date, computed: Mapping[Node, str] | None = None) -> None:
        self.constants: dict[str, Any] = {"as_of": as_of, "school_year": school_year}
        self.first_day = first_day
        self.computed = computed or {}

    def expression(self, node: Node) -> nw.Expr:  # noqa: PLR0911, PLR0912 - one line a kind of node
        match node:
            case Literal(value=value, type=kind):
                return nw.lit(value, dtype=DTYPES[kind])
            case nodes.Constant(name=name, type=kind):
                return nw.lit(self.constants[name], dtype=DTYPES[kind])
            case nodes.Fact(name=name):
                return nw.col(fact_column(name))
            case Column(type=Type.TEXT):
                return nw.col(node.path).cast(nw.String)
            case Column():
                return nw.col(node.path)
            case nodes.Negate(operand=operand):
                return -self.expression(operand)
            case nodes.Arithmetic():
                return self.arithmetic(node)
            case nodes.Not(operand=operand):
                return ~self.expression(operand)
            case nodes.And(operands=operands):
                return reduce(lambda a, b: a & b, [self.expression(part) for part in operands])
            case nodes.Or(operands=operands):
                return reduce(lambda a, b: a | b, [self.expression(part) for part in operands])
            case nodes.Comparison():
                return self.compare(node.op, node.left, node.right, node.of)
            case nodes.Between():
                return self.compare(">=", node.operand, node.low, node.of) & self.compare("<=", node.operand, node.high, node.of)
            case nodes.In(options=()):
                return nw.lit(False)
            case nodes.In():
                return reduce(lambda a, b: a | b, [self.compare("=", node.operand, option, node.of) for option in node.options])
            case nodes.Is():
                return self.state(node)
            case nodes.Case():
                return self.case(node)
            case nodes.Function(name="school_days" | "attendance_through") | nodes.Aggregate():
                return nw.col(self.computed[node])
            case nodes.Function(name="school_year_day", arguments=(Literal(value=str(text)),)):
                month, day = month_day(text) or (1, 1)  # the type check has seen that it is one
                return nw.lit(school_year_day(self.first_day, month, day), dtype=nw.Date)
            case nodes.Function():
                return self.function(node)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def arithmetic(self, node: nodes.Arithmetic) -> nw.Expr:
        left, right = self.expression(node.left), self.expression(node.right)
        match node.op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return _bounded(left * right)
            case _:
                # A null divisor keeps the division from ever seeing zero, whatever an engine makes of x/0.
                return _bounded(left / nw.when(right != 0.0).then(right))

    def comparable(self, node: Node, other: Node) -> nw.Expr:
        """A text column beside a literal is compared in its own, cheaper type."""
        if isinstance(node, Column) and node.type is Type.TEXT and isinstance(other, Literal):
            return nw.col(node.path)
        return self.expression(node)

    def compare(self, op: str, left_node: Node, right_node: Node, kind: Type) -> nw.Expr:
        left, right = self.comparable(left_node, right_node), self.comparable(right_node, left_node)
        if kind is Type.NUMBER:
            difference = left - right
            return {
                "=": lambda: difference.abs() <= TOLERANCE,
                "<>": lambda: difference.abs() > TOLERANCE,
                "<": lambda: difference < -TOLERANCE,
                "<=": lambda: difference <= TOLERANCE,
                ">": lambda: difference > TOLERANCE,
                ">=": lambda: difference >= -TOLERANCE,
            }[op]()
        compared: nw.Expr = {
            "=": lambda: left == right,
            "<>": lambda: left != right,
            "<": lambda: left < right,
            "<=": lambda: left <= right,
            ">": lambda: left > right,
            ">=": lambda: left >= right,
        }[op]()
        if kind is not Type.GRADE_LEVEL or op in ("=", "<>"):
            return compared
        ungraded = ((left == UNGRADED) & ~right.is_null()) | ((right == UNGRADED) & ~left.is_null())
        return nw.when(ungraded).then(nw.lit(False)).otherwise(compared)

    def state(self, node: nodes.Is) -> nw.Expr:
        operand = self.expression(node.operand)
        found = operand.is_null() if node.state is None else (operand if node.state else ~operand).fill_null(False)
        return ~found if node.negated else found

    def case(self, node: nodes.Case) -> nw.Expr:
        result = self.expression(node.otherwise) if node.otherwise else nw.lit(None, dtype=DTYPES[node.type])
        for condition, value in reversed(node.branches):
            result = nw.when(self.expression(condition)).then(self.expression(value)).otherwise(result)
        return result

    def function(self, node: nodes.Function) -> nw.Expr:
        return _FUNCTIONS[node.name](
            *(
                argument.value
                if isinstance(argument, Literal) and position in _CONSTANT.get(node.name, ())
                else self.expression(argument)
                for position, argument in enumerate(node.arguments)
            )
        )


def _bounded(number: nw.Expr) -> nw.Expr:
    return nw.when(number.abs() <= LARGEST).then(number)


def _round(number: nw.Expr, digits: float = 0) -> nw.Expr:
    scale = 10.0 ** int(digits)
    scaled = number.abs() * scale
    size = (scaled + (0.5 + TOLERANCE)).floor() / scale
    return nw.when(scaled < WHOLE).then(nw.when(number < 0).then(-size).otherwise(size)).otherwise(number)


def _add_months(day: nw.Expr, months: float) -> nw.Expr:
    """Null beyond the years that dates have, told by the day's own year and month."""
    index = day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1 + int(months)
    kept = nw.when((index >= MINYEAR * 12) & (index < (MAXYEAR + 1) * 12)).then(day)
    return kept.dt.offset_by(f"{int(months)}mo").cast(nw.Date)


def _week(day: nw.Expr) -> nw.Expr:
    """The Monday: moved by a whole number of days, since engines name weekdays and weeks differently."""
    weekday = day.dt.weekday() % 7  # a Sunday is 7 or 0
    monday = day.dt.offset_by("-6d")
    for number in range(1, 7):
        monday = nw.when(weekday == number).then(day.dt.offset_by(f"-{number - 1}d")).otherwise(monday)
    return nw.when(~day.is_null()).then(monday).cast(nw.Date)


_CONSTANT = {"round": (1,), "add_months": (1,), "add_years": (1,), "starts_with": (1,), "contains": (1,)}

_FUNCTIONS: dict[str, Callable[..., nw.Expr]] = {
    "coalesce": nw.coalesce,
    "abs": lambda number: number.abs(),
    "round": _round,
    "floor": lambda number: (number + TOLERANCE).floor(),
    "ceil": lambda number: -((-number + TOLERANCE).floor()),
    "least": nw.min_horizontal,
    "greatest": nw.max_horizontal,
    "lower": lambda text: text.str.to_lowercase(),
    "starts_with": lambda text, part: text.str.starts_with(part),
    "contains": lambda text, part: text.str.contains(part, literal=True),
    "number": lambda condition: condition.cast(nw.Float64),
    "days_between": lambda start, end: (end - start).dt.total_minutes() / 1440.0,
    "add_months": _add_months,
    "add_years": lambda year, years: (year + int(years)).cast(nw.Int32),
    "week": _week,
}
