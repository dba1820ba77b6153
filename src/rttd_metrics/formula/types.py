"""The type check: parsed nodes and a scope -> resolved nodes, or every fault at its place in the formula."""

from dataclasses import dataclass, replace

from rttd_metrics.formula import nodes
from rttd_metrics.formula.functions import (
    AGGREGATE_ARGUMENTS,
    MEASURE_AGGREGATES,
    ORDERED,
    ROW_AGGREGATES,
    ROW_FUNCTIONS,
    YEARS,
    Signature,
)
from rttd_metrics.formula.grammar import FormulaError, parse
from rttd_metrics.formula.names import Names
from rttd_metrics.formula.nodes import Literal, Node, Span, Type
from rttd_metrics.formula.scope import ChainError, Scope
from rttd_metrics.formula.values import grade_level_code, month_day, parse_date, school_year_code
from rttd_metrics.problems import did_you_mean

_COMPARED_BY_ORDER = ("<", "<=", ">", ">=")
_WRITTEN = {
    Type.DATE: (parse_date, "a date like '2012-11-16'"),
    Type.GRADE_LEVEL: (grade_level_code, "a grade level: 'PK', 'KG', 1 to 12 or 'UG'"),
    Type.SCHOOL_YEAR: (school_year_code, "a school year like '2012-13'"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A resolved formula, its type, and what is wrong with it; evaluate it only where nothing is."""

    node: Node
    type: Type
    faults: tuple[FormulaError, ...]


@dataclass(frozen=True, slots=True)
class MeasureFormula:
    """The one aggregate of a measure: its name, its resolved arguments; `per` for a rate."""

    aggregate: str
    arguments: tuple[Node, ...]
    per: float | None = None


def check(text: str, scope: Scope, allowed: tuple[Type, ...] | None = None) -> Checked:
    """Parse and check one formula; `allowed` are the types it may have (all where None)."""
    try:
        parsed = parse(text)
    except FormulaError as fault:
        return Checked(Literal((0, len(text)), None, Type.UNKNOWN), Type.UNKNOWN, (fault,))
    checker = _Checker(scope)
    node, found = checker.resolve(parsed)
    if allowed is not None and isinstance(node, Literal):
        node, found = checker.coerce(node, found, allowed[0])
    if allowed is not None:
        checker.expect(node.span, found, allowed, "the formula")
    return Checked(node, found, tuple(checker.faults))


def check_measure(text: str, scope: Scope) -> tuple[MeasureFormula | None, tuple[FormulaError, ...]]:
    """Parse and check the formula of a measure: one aggregate over its units."""
    try:
        call = parse(text)
    except FormulaError as fault:
        return None, (fault,)
    names = ", ".join(MEASURE_AGGREGATES)
    if not isinstance(call, nodes.Call) or call.name not in MEASURE_AGGREGATES:
        found = call.name if isinstance(call, nodes.Call) else None
        span = call.name_span if isinstance(call, nodes.Call) else call.span
        hint = found and did_you_mean(found, MEASURE_AGGREGATES)
        return None, (
            FormulaError(
                *span, f"a measure is one aggregate over its units: {names}", hint or "for example percent(absence_rate >= 0.10)"
            ),
        )
    checker = _Checker(scope)
    return checker.measure(call), tuple(checker.faults)


class _Checker:
    """Walks one formula; collects its faults."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[FormulaError] = []
        self.names = Names(scope, self.faults)

    # -- what an aggregate of a measure says ------------------------------------------------------------

    def measure(self, call: nodes.Call) -> MeasureFormula | None:
        wanted = MEASURE_AGGREGATES[call.name]
        if len(call.arguments) != len(wanted) or call.distinct or call.order_by or call.where or call.years:
            usage = {1: f"{call.name}(...)", 3: "rate(a, b, per)"}[len(wanted)]
            self.fault(
                call.span,
                f"`{call.name}` of a measure is written {usage}",
                "rows are counted in facts; units are left out by `population` and `exclude`",
            )
            return None
        resolved = []
        for argument, allowed in zip(call.arguments, wanted, strict=True):
            resolved.append(self.typed(argument, (allowed,), f"`{call.name}`"))
        if call.name != "rate":
            return None if self.faults else MeasureFormula(call.name, tuple(resolved))
        per = resolved.pop()
        if not isinstance(per, Literal) or not isinstance(per.value, float) or per.value <= 0:
            self.fault(per.span, "the third part of `rate` is a number above zero, such as 100")
        elif not self.faults:
            return MeasureFormula("rate", tuple(resolved), per.value)
        return None

    # -- faults -----------------------------------------------------------------------------------------

    def fault(self, span: Span, message: str, help: str | None = None) -> None:  # noqa: A002 - the word of Problem
        self.faults.append(FormulaError(*span, message, help))

    def expect(self, span: Span, found: Type, allowed: tuple[Type, ...], who: str) -> None:
        if found is not Type.UNKNOWN and found not in allowed:
            wanted = " or ".join(dict.fromkeys(str(kind).replace("_", " ") for kind in allowed))
            self.fault(span, f"{who} takes {_article(wanted)}, this is {_article(str(found).replace('_', ' '))}")

    # -- one method a kind of node ----------------------------------------------------------------------

    def resolve(self, node: Node) -> tuple[Node, Type]:
        match node:
            case Literal():
                return node, node.type
            case nodes.Name():
                return self.names.resolve(node)
            case nodes.Call():
                return self.aggregate(node) if self.is_aggregate(node) else self.function(node)
            case nodes.Negate(operand=operand):
                return replace(node, operand=self.typed(operand, (Type.NUMBER,), "a minus sign")), Type.NUMBER
            case nodes.Arithmetic(left=left, right=right):
                who = f"`{node.op}`"
                return replace(
                    node, left=self.typed(left, (Type.NUMBER,), who), right=self.typed(right, (Type.NUMBER,), who)
                ), Type.NUMBER
            case nodes.Not(operand=operand):
                return replace(node, operand=self.typed(operand, (Type.BOOLEAN,), "`not`")), Type.BOOLEAN
            case nodes.And(operands=operands) | nodes.Or(operands=operands):
                who = "`and`" if isinstance(node, nodes.And) else "`or`"
                return replace(node, operands=tuple(self.typed(part, (Type.BOOLEAN,), who) for part in operands)), Type.BOOLEAN
            case nodes.Is():
                return self.state(node), Type.BOOLEAN
            case nodes.Comparison():
                return self.comparison(node), Type.BOOLEAN
            case nodes.Between():
                return self.between(node), Type.BOOLEAN
            case nodes.In():
                return self.within(node), Type.BOOLEAN
            case nodes.Case():
                return self.case(node)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def typed(self, node: Node, allowed: tuple[Type, ...], who: str) -> Node:
        resolved, found = self.resolve(node)
        if found is Type.UNKNOWN:
            resolved, found = self.coerce(resolved, found, allowed[0])
        self.expect(node.span, found, allowed, who)
        return resolved

    def is_aggregate(self, call: nodes.Call) -> bool:
        return call.name in ROW_AGGREGATES

    def state(self, node: nodes.Is) -> Node:
        operand, found = self.resolve(node.operand)
        if node.state is not None:
            self.expect(node.operand.span, found, (Type.BOOLEAN,), f"`is {str(node.state).lower()}`")
        return replace(node, operand=operand)

    # -- comparisons ------------------------------------------------------------------------------------

    def comparison(self, node: nodes.Comparison) -> Node:
        (left, right), kind = self.alike((node.left, node.right), f"`{node.op}`")
        self.check_categories([left, right])
        if node.op in _COMPARED_BY_ORDER:
            self.expect(node.span, kind, ORDERED, f"`{node.op}`")
        return replace(node, left=left, right=right, of=kind)

    def between(self, node: nodes.Between) -> Node:
        (operand, low, high), kind = self.alike((node.operand, node.low, node.high), "`between`")
        self.expect(node.operand.span, kind, ORDERED, "`between`")
        return replace(node, operand=operand, low=low, high=high, of=kind)

    def within(self, node: nodes.In) -> Node:
        (operand, *options), kind = self.alike((node.operand, *self.options(node)), "`in`")
        self.check_categories([operand, *options])
        for option in options:
            if not isinstance(option, Literal) or option.value is None:
                self.fault(option.span, "`in` takes a list of constants", "compare with = and `or` instead")
        return replace(node, operand=operand, options=tuple(options), of=kind)

    def options(self, node: nodes.In) -> list[Node]:
        """The options as written, list parameters opened."""
        opened: list[Node] = []
        for option in node.options:
            values = self.names.list_parameter(option)
            opened.extend([option] if values is None else values)
        return opened

    def alike(self, parts: tuple[Node, ...], who: str) -> tuple[tuple[Node, ...], Type]:
        """Resolve parts that must share a type; literals take the type of what they stand beside."""
        resolved = [self.resolve(part) for part in parts]
        # A constant's type counts where all are constants: beside a misspelt name '2012-11-16' may be meant as a date.
        open_parts = [
            found
            for part, (node, found) in zip(parts, resolved, strict=True)
            if not isinstance(node, Literal) or (found is Type.UNKNOWN and not isinstance(part, Literal))
        ]
        known = [found for found in open_parts or [found for _, found in resolved] if found is not Type.UNKNOWN]
        wanted = known[0] if known else Type.UNKNOWN
        fitted = [self.coerce(node, found, wanted) for node, found in resolved]
        for node, found in fitted:
            if Type.UNKNOWN not in (found, wanted) and found is not wanted:
                self.fault(
                    node.span,
                    f"{who} compares {_article(str(wanted).replace('_', ' '))} with {_article(str(found).replace('_', ' '))}",
                )
        return tuple(node for node, _ in fitted), wanted

    def coerce(self, node: Node, found: Type, wanted: Type) -> tuple[Node, Type]:
        """A literal in the type it is compared with: '2012-11-16' beside a date, 9 beside a grade level.

        What has no type is null, or reported already: it becomes a null of the wanted type, since engines refuse
        to compare a date with a null of another.
        """
        if found is Type.UNKNOWN and not isinstance(node, nodes.Fact):
            return Literal(node.span, None, wanted), found
        if not isinstance(node, Literal) or found is wanted or wanted not in _WRITTEN:
            return node, found
        reader, form = _WRITTEN[wanted]
        text = f"{node.value:g}" if isinstance(node.value, float) else str(node.value)
        value = reader(text)
        if value is None:
            self.fault(node.span, f"'{text}' is not {form}")
            return node, Type.UNKNOWN
        return replace(node, value=value, type=wanted), wanted

    def check_categories(self, parts: list[Node]) -> None:
        """A literal that no row can hold is a mistake: 'sememster' is never a mark type.

        Of what is compared only: coalesce(exit_type, 'unknown') may give another text. The lists of a table, such as its
        passing marks, may hold more than a district uses.
        """
        for column in parts:
            if not isinstance(column, nodes.Column) or column.categories is None:
                continue
            for literal in parts:
                if not isinstance(literal, Literal) or (literal.parameter is not None and self.scope.row_of is not None):
                    continue
                if isinstance(literal.value, str) and literal.value not in column.categories:
                    allowed = ", ".join(f"'{label}'" for label in column.categories)
                    self.fault(
                        literal.span,
                        f"'{literal.value}' is no category of {column.field}: {allowed}",
                        did_you_mean(literal.value, column.categories),
                    )

    def case(self, node: nodes.Case) -> tuple[Node, Type]:
        conditions = [self.typed(condition, (Type.BOOLEAN,), "`when`") for condition, _ in node.branches]
        values = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise else [])
        fitted, kind = self.alike(tuple(values), "`case`")
        branches = tuple(zip(conditions, fitted[: len(conditions)], strict=True))
        return replace(node, branches=branches, otherwise=fitted[-1] if node.otherwise else None, type=kind), kind

    # -- row functions ----------------------------------------------------------------------------------

    def function(self, call: nodes.Call) -> tuple[Node, Type]:
        signature = ROW_FUNCTIONS.get(call.name)
        if signature is None:
            self.unknown_function(call)
            return Literal(call.span, None, Type.UNKNOWN), Type.UNKNOWN
        if call.distinct or call.order_by or call.where or call.years:
            self.fault(
                call.span, f"`{call.name}` is no aggregate: it takes no distinct, where, order by or years", signature.usage
            )
        if not signature.least <= len(call.arguments) <= signature.most:
            self.fault(call.span, f"`{call.name}` is written {signature.usage}")
            return Literal(call.span, None, Type.UNKNOWN), Type.UNKNOWN
        if signature.same:
            fitted, kind = self.alike(call.arguments, f"`{call.name}`")
            self.expect(call.span, kind, signature.argument(0), f"`{call.name}`")
            return nodes.Function(call.span, call.name, fitted, kind), kind
        arguments = []
        for position, argument in enumerate(call.arguments):
            node, found = self.resolve(argument)
            node, found = self.coerce(node, found, signature.argument(position)[0])
            self.expect(argument.span, found, signature.argument(position), f"`{call.name}`")
            if position in signature.constant:
                self.constant(argument, node, signature)
            arguments.append(node)
        assert signature.result is not None
        return nodes.Function(call.span, call.name, tuple(arguments), signature.result), signature.result

    def constant(self, argument: Node, node: Node, signature: Signature) -> None:
        """An argument that is the same for every unit; `node` is what it was resolved to."""
        largest = signature.largest
        if not isinstance(node, Literal) or (isinstance(argument, Literal) and argument.value is None):
            self.fault(argument.span, f"this part of `{signature.name}` is a constant", signature.usage)
        elif signature.name == "school_year_day" and isinstance(node.value, str) and month_day(node.value) is None:
            self.fault(argument.span, f"'{node.value}' is no month and day", "write it like '06-30'")
        elif largest and isinstance(node.value, float) and (node.value % 1 or abs(node.value) > largest):
            self.fault(
                argument.span, f"this part of `{signature.name}` is a whole number from -{largest} to {largest}", signature.usage
            )

    def unknown_function(self, call: nodes.Call) -> None:
        known = [*ROW_FUNCTIONS, *(ROW_AGGREGATES if self.scope.aggregates else ())]
        if call.name == "not":  # where only a value can stand, the word is read as a name
            self.fault(call.name_span, "`not` stands before a whole condition", "put it in parentheses: (not ...)")
        elif call.name in MEASURE_AGGREGATES:
            self.fault(call.name_span, f"`{call.name}` stands once, at the start of a measure's formula")
        else:
            self.fault(call.name_span, f"there is no function `{call.name}`", did_you_mean(call.name, known))

    # -- aggregates of rows -----------------------------------------------------------------------------

    def aggregate(self, call: nodes.Call) -> tuple[Node, Type]:
        unknown = Literal(call.span, None, Type.UNKNOWN), Type.UNKNOWN
        if not self.scope.aggregates:
            where = "inside another aggregate" if self.names.aggregated else "here"
            self.fault(
                call.name_span,
                f"rows cannot be aggregated {where}: `{call.name}` of rows stands in facts only",
                "define a fact for it and use its name",
            )
            return unknown
        if len(call.arguments) != 1:
            self.fault(call.span, f"`{call.name}` takes one part", f"for example {call.name}(table.column where condition)")
            return unknown
        table = self.names.aggregated_table(call)
        if table is None:
            return unknown
        try:
            chain = self.scope.tables.chain(table, self.scope.level or "district", self.scope.via)
        except ChainError as error:
            self.fault(call.span, error.message, error.help)
            return unknown
        inner = _Checker(replace(self.scope, aggregates=False))
        inner.faults, inner.names = self.faults, Names(self.scope, self.faults, aggregated=table)
        return inner.aggregate_parts(call, table, chain)

    def aggregate_parts(self, call: nodes.Call, table: str, chain: tuple[str, ...]) -> tuple[Node, Type]:
        argument, kind = self.aggregate_argument(call, table)
        where = self.typed(call.where, (Type.BOOLEAN,), "`where`") if call.where else None
        order_by = self.typed(call.order_by, ORDERED, "`order by`") if call.order_by else None
        if (call.name in ("first", "last")) != (order_by is not None):
            needed = f"{call.name}(x order by y)" if order_by is None else "only `first` and `last` have an order"
            self.fault(call.span, f"`{call.name}`: {needed}")
        years = call.years.parts[0] if call.years else "current"
        if years not in YEARS:
            self.fault(
                call.years.span if call.years else call.span,
                f"'{years}' is no choice of years: {', '.join(YEARS)}",
                did_you_mean(years, YEARS),
            )
        result = ROW_AGGREGATES[call.name] or kind
        node = nodes.Aggregate(call.span, call.name, table, chain, argument, call.distinct, order_by, where, years, result)
        return node, result

    def aggregate_argument(self, call: nodes.Call, table: str) -> tuple[Node | None, Type]:
        argument = call.arguments[0]
        if call.name == "count" and not call.distinct:
            if not isinstance(argument, nodes.Name) or argument.parts != (table,):
                self.fault(
                    argument.span,
                    "`count` takes a table: count(attendance where ...)",
                    "to count values say count(distinct table.column)",
                )
            return None, Type.NUMBER
        if call.distinct and call.name != "count":
            self.fault(call.span, "`distinct` goes with `count` only")
        node, found = self.resolve(argument)
        allowed = AGGREGATE_ARGUMENTS.get(call.name, tuple(Type))
        if found is Type.UNKNOWN and call.name not in ("count", "first", "last"):
            node, found = self.coerce(node, found, allowed[0])
        self.expect(argument.span, found, allowed, f"`{call.name}`")
        return node, found


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
