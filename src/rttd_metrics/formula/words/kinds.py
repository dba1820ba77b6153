"""What kind of number an expression gives: a count of things, or a share of a whole."""

from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Aggregate, Arithmetic, Case, Column, Fact, Function, Literal, Node, Type
from rttd_metrics.formula.words.titles import says_share
from rttd_metrics.formula.words.vocabulary import FactWords, Vocabulary

_WHOLE = frozenset({"floor", "ceil", "days_between", "school_days", "number"})
_MUCH = 10
_ONE_OF = frozenset({"coalesce", "least", "greatest"})


class Kinds:
    """Numbers of one level; facts are looked through."""

    def __init__(self, vocabulary: Vocabulary, level: str) -> None:
        self.vocabulary, self.level = vocabulary, level

    def fact(self, node: Node) -> FactWords | None:
        """The fact that a node stands for, of this level or of a unit that a path leads to."""
        match node:
            case Fact(name=name):
                return self.vocabulary.fact(self.level, name)
            case Column(fact_of=str(level), field=name):
                return self.vocabulary.fact(level, name)
        return None

    def _within(self, node: Node) -> "Kinds":
        return Kinds(self.vocabulary, node.fact_of) if isinstance(node, Column) and node.fact_of else self

    def whole(self, node: Node) -> bool:
        """Whether it is a whole number wherever it is known."""
        if (fact := self.fact(node)) is not None:
            return self._within(node).whole(fact.node)
        match node:
            case Literal(value=float(value)):
                return value.is_integer()
            case Literal(value=None):
                return True
            case Aggregate(name="count"):
                return True
            case Aggregate(name="sum" | "min" | "max" | "first" | "last", argument=Node() as argument):
                return self.whole(argument)
            case Arithmetic(op="+" | "-" | "*", left=left, right=right):
                return self.whole(left) and self.whole(right)
            case Function(name=name, arguments=arguments):
                of_parts = name in _ONE_OF and all(map(self.whole, arguments))
                return name in _WHOLE or of_parts or (name == "round" and len(arguments) == 1)
            case Case():
                return all(map(self.whole, _values(node)))
            case nodes.Negate(operand=operand):
                return self.whole(operand)
        return False

    def share(self, node: Node) -> bool:
        """Whether it is a part of a whole, so that 0.10 is 10 %."""
        if (fact := self.fact(node)) is not None:
            within = self._within(node)
            return within.share(fact.node) or (says_share(fact.title) and not within.scaled(fact.node))
        match node:
            case Column(type=Type.NUMBER):
                return says_share(self.vocabulary.column(node, self.level)[1])
            case Arithmetic(op="/", left=left, right=right):
                counted = self.counted(left)
                return counted is not None and counted == self.counted(right)
            case Arithmetic(op="-", left=Literal(value=1.0), right=right):
                return self.share(right)
            case Aggregate(name="avg", argument=Function(name="number")):
                return True
            case Aggregate(name="avg" | "median" | "min" | "max" | "first" | "last", argument=Node() as argument):
                return self.share(argument)
            case Function(name="coalesce" | "least" | "greatest" | "round", arguments=arguments):
                open_parts = [part for part in arguments if not isinstance(part, Literal)]
                return bool(open_parts) and all(map(self.share, open_parts))
            case Case():
                open_parts = [value for value in _values(node) if not isinstance(value, Literal)]
                return bool(open_parts) and all(map(self.share, open_parts))
        return False

    def scaled(self, node: Node) -> bool:
        """Whether it is multiplied to run to 100, whatever its title says."""
        for part in node.walk():
            if isinstance(part, Arithmetic) and part.op == "*":
                factors = (part.left, part.right)
                if any(isinstance(one, Literal) and isinstance(one.value, float) and abs(one.value) >= _MUCH for one in factors):
                    return True
            fact = self.fact(part)
            if fact is not None and self._within(part).scaled(fact.node):
                return True
        return False

    def counted(self, node: Node) -> tuple[str, str] | None:
        """The table and years whose rows are counted; None where it is no count of the rows of one table."""
        if (fact := self.fact(node)) is not None:
            return self._within(node).counted(fact.node)
        match node:
            case Aggregate(name="count", distinct=False, table=table, years=years):
                return table, years
            case Aggregate(name="sum", argument=Function(name="number"), table=table, years=years):
                return table, years
            case Function(name="coalesce", arguments=(first, Literal())):
                return self.counted(first)
        return None


def _values(node: Case) -> list[Node]:
    return [*(value for _, value in node.branches), *([node.otherwise] if node.otherwise else [])]
