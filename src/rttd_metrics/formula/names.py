"""Names in formulas: which fact, column, parameter or constant a name means."""

from dataclasses import dataclass

from rttd_metrics.formula import nodes
from rttd_metrics.formula.grammar import FormulaError
from rttd_metrics.formula.nodes import Column, Constant, Fact, Literal, Name, Node, Span, Type
from rttd_metrics.formula.scope import (
    ATTRIBUTED_SCHOOL,
    CONSTANTS,
    LEVEL_OF,
    UNIT,
    ParameterValue,
    Scope,
    TableShape,
    UnitFact,
    full_name,
)
from rttd_metrics.problems import did_you_mean

_NOTHING = (Literal((0, 0), None, Type.UNKNOWN), Type.UNKNOWN)


@dataclass
class Names:
    """Resolves names in one scope; inside an aggregate, `aggregated` is the table whose rows are read."""

    scope: Scope
    faults: list[FormulaError]
    aggregated: str | None = None

    def resolve(self, name: Name) -> tuple[Node, Type]:
        if len(name.parts) > 1 and str(name) in self.scope.fact_names:
            return self._fact(name.span, str(name)) or _NOTHING
        return self._single(name) if len(name.parts) == 1 else self._path(name)

    def _fact(self, span: Span, word: str) -> tuple[Node, Type] | None:
        full = full_name(word, self.scope.bound, self.scope.fact_names)
        kind = self.scope.fact_type(full)
        return None if kind is None else (Fact(span, full, kind), kind)

    # -- one word ---------------------------------------------------------------------------------------

    def _single(self, name: Name) -> tuple[Node, Type]:
        """A constant, a fact of the level, a column of the unit's own table (or the row's), a parameter.

        The constant of a `for_each` comes first: whoever binds a name means it.
        """
        scope, word = self.scope, name.parts[0]
        if word in CONSTANTS:
            return Constant(name.span, word, CONSTANTS[word]), CONSTANTS[word]
        if word in scope.bound:
            return Literal(name.span, scope.bound[word], Type.TEXT), Type.TEXT
        if (fact := self._fact(name.span, word)) is not None:
            return fact
        own = scope.own_table
        if own and word in scope.tables.shapes[own].fields:
            return self._column(name.span, self._own_base, (), scope.tables.shapes[own], word)
        if word in scope.parameters:
            return self._parameter(name.span, word, scope.parameters[word])
        self._unknown_word(name, word)
        return _NOTHING

    def _unknown_word(self, name: Name, word: str) -> None:
        scope = self.scope
        shapes = scope.tables.shapes
        if self.aggregated and word in shapes[self.aggregated].fields:
            self._fault(name.span, f"'{word}' is a column of the rows that are read: write {self.aggregated}.{word}")
            return
        if word in shapes:
            self._fault(name.span, f"'{word}' is a table", f"count its rows: count({word} where ...)")
            return
        own = scope.own_table
        columns = list(shapes[own].fields) if own else []
        known = [*scope.fact_names, *columns, *scope.parameters, *CONSTANTS]
        what = f"a fact of the {scope.level}, a column of '{own}'" if scope.level and own else f"a fact of the {scope.level}"
        if scope.row_of:
            what = f"a column of '{own}'"
        self._fault(name.span, f"'{word}' is neither {what} nor a parameter", did_you_mean(word, known))

    def _parameter(self, span: Span, word: str, value: ParameterValue) -> tuple[Node, Type]:
        if isinstance(value, tuple):
            self._fault(span, f"'{word}' is a list", f"a list stands after `in`: x in {word}")
            return _NOTHING
        literal = _literal(span, value, word)
        return literal, literal.type

    def list_parameter(self, option: Node) -> list[Node] | None:
        """The values of a list parameter as literals; None where `option` is anything else."""
        if not isinstance(option, Name) or len(option.parts) > 1:
            return None
        word = option.parts[0]
        values = self.scope.parameters.get(word)
        return [_literal(option.span, value, word) for value in values] if isinstance(values, tuple) else None

    @property
    def _own_base(self) -> str:
        return self.scope.row_of or UNIT

    # -- paths ------------------------------------------------------------------------------------------

    def _path(self, name: Name) -> tuple[Node, Type]:
        """table.column, table.step.column, step.column of the unit's own table, school.column."""
        first, *rest = name.parts
        scope = self.scope
        own = scope.own_table
        if first == self.aggregated:
            return self._follow(name, first, scope.tables.shapes[first], rest)
        if first == own:
            return self._follow(name, self._own_base, scope.tables.shapes[first], rest)
        if first == ATTRIBUTED_SCHOOL and scope.level == "student":
            return self._follow(name, ATTRIBUTED_SCHOOL, scope.tables.shapes["schools"], rest)
        if own and first in scope.tables.shapes[own].references:
            return self._follow(name, self._own_base, scope.tables.shapes[own], list(name.parts))
        self._unknown_start(name, first)
        return _NOTHING

    def _follow(self, name: Name, base: str, shape: TableShape, rest: list[str]) -> tuple[Node, Type]:
        *steps, field = rest
        for step in steps:
            reference = shape.references.get(step)
            if reference is None:
                known = ", ".join(shape.references) or "none"
                self._fault(
                    name.span,
                    f"'{step}' is no key of table '{shape.name}' (its keys lead to: {known})",
                    did_you_mean(step, shape.references),
                )
                return _NOTHING
            shape = self.scope.tables.shapes[reference.target]
        if field not in shape.fields and (fact := self._unit_fact(shape, field)) is not None:
            if fact.larger:
                return Column(name.span, base, tuple(steps), fact.name, fact.type, fact_of=fact.level), fact.type
            self._fault(name.span, f"'{field}' is a fact of the {fact.level}: a path may end in facts of larger units only")
            return _NOTHING
        if field not in shape.fields:
            self._fault(name.span, f"table '{shape.name}' has no column '{field}'", did_you_mean(field, shape.fields))
            return _NOTHING
        return self._column(name.span, base, tuple(steps), shape, field)

    def _unit_fact(self, shape: TableShape, name: str) -> UnitFact | None:
        """The fact that a path means which ends at a row that is a unit."""
        return self.scope.unit_fact(LEVEL_OF[shape.name], name) if shape.name in LEVEL_OF else None

    def _column(self, span: Span, base: str, steps: tuple[str, ...], shape: TableShape, field: str) -> tuple[Node, Type]:
        found = shape.fields[field]
        return Column(span, base, steps, field, found.type, found.categories), found.type

    def _unknown_start(self, name: Name, first: str) -> None:
        shapes = self.scope.tables.shapes
        if first in shapes and self.aggregated:
            self._fault(
                name.span,
                f"an aggregate reads one table: '{first}' is not '{self.aggregated}'",
                f"follow a key of '{self.aggregated}', or make it a fact of its own",
            )
        elif first in shapes:
            self._fault(
                name.span,
                f"'{first}' has many rows for one unit: aggregate them",
                f"for example count({first} where ...) in a fact",
            )
        else:
            self._fault(name.span, f"there is no table '{first}'", did_you_mean(first, shapes))

    # -- aggregates -------------------------------------------------------------------------------------

    def aggregated_table(self, call: nodes.Call) -> str | None:
        """The one table whose rows an aggregate reads: named in its argument, else in its conditions."""
        shapes = self.scope.tables.shapes
        argument = call.arguments[0]
        if isinstance(argument, Name) and len(argument.parts) == 1 and argument.parts[0] in shapes:
            return argument.parts[0]
        for part in (argument, call.where, call.order_by):
            if part is not None and (named := self._tables_named(part)):
                others = [table for table in named if table != self.scope.own_table]
                if len(others) < 2:
                    return (others or named)[0]
                self._fault(
                    call.span,
                    f"an aggregate reads one table, this one names {' and '.join(others)}",
                    "follow a key, or make each a fact of its own",
                )
                return None
        if isinstance(argument, Name) and call.name == "count":
            self._fault(argument.span, f"there is no table '{argument}'", did_you_mean(str(argument), shapes))
        else:
            self._fault(
                call.span, f"`{call.name}` names no table", f"write its columns as table.column: {call.name}(attendance.absent)"
            )
        return None

    def _tables_named(self, part: Node) -> list[str]:
        named = [node.parts[0] for node in part.walk() if isinstance(node, Name) and len(node.parts) > 1]
        return [table for table in dict.fromkeys(named) if table in self.scope.tables.shapes]

    def _fault(self, span: Span, message: str, help: str | None = None) -> None:  # noqa: A002 - the word of Problem
        self.faults.append(FormulaError(*span, message, help))


def _literal(span: Span, value: float | bool | str, parameter: str) -> Literal:
    if isinstance(value, bool):
        return Literal(span, value, Type.BOOLEAN, parameter)
    if isinstance(value, str):
        return Literal(span, value, Type.TEXT, parameter)
    return Literal(span, float(value), Type.NUMBER, parameter)
