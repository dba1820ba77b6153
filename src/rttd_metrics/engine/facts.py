"""Facts: the columns of a view of units, made of their rows and of each other."""

from collections.abc import Iterable, Iterator, Sequence

import narwhals.stable.v2 as nw

from rttd_metrics.definitions.facts import ResolvedFact
from rttd_metrics.engine.aggregates import lost_column, with_aggregates
from rttd_metrics.engine.backend import materialize
from rttd_metrics.engine.columns import DTYPES, fact_column
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.paths import with_school_days
from rttd_metrics.engine.units import View
from rttd_metrics.formula.nodes import Aggregate, Fact, Node


def with_facts(view: View, dataset: Dataset, facts: Sequence[ResolvedFact]) -> View:
    """The units with a column `fact.NAME` for each fact; `facts` come in an order in which each follows those it uses.

    A fact made of a table of which rows of the unit were set aside is null, whatever its formula makes of null; so is one
    made of a table that the project need not have, and has not.
    Facts whose rows are chosen by other facts wait for these: hence rounds, of which there is nearly always one.
    """
    rounds, reached = _rounds(facts), _reached(facts)
    absent = {lost_column(node) for fact in facts for node in _aggregates(fact) if not dataset.has(node.table)}
    for number in range(max(rounds.values(), default=-1) + 1):
        now = [fact for fact in facts if rounds[fact.name] == number]
        known = [fact for fact in now if not reached[fact.name] & absent]
        aggregates = list(dict.fromkeys(node for fact in known for node in _aggregates(fact)))
        names: dict[Node, str] = {node: f"aggregate.{number}.{place}" for place, node in enumerate(aggregates)}
        if aggregates:
            view = with_aggregates(view, dataset, aggregates, names)
        frame = view.frame
        marks = {name for name in frame.collect_schema().names() if name.startswith("lost.")}
        unknown = [nw.lit(None, dtype=DTYPES[fact.type]).alias(fact_column(fact.name)) for fact in now if fact not in known]
        frame = frame.with_columns(*unknown) if unknown else frame
        for place, fact in enumerate(known):
            frame, days = with_school_days(frame, dataset, [fact.node], names, f"days.{number}.{place}")
            value = dataset.columns(names | days).expression(fact.node)
            for lost in sorted(marks & reached[fact.name]):
                value = nw.when(nw.col(lost).is_null()).then(value)
            frame = frame.with_columns(value.alias(fact_column(fact.name))).drop(*days.values())
        view = View(view.level, view.key, materialize(frame.drop(*names.values())), view.at_schools)
    return view


def _aggregates(fact: ResolvedFact) -> Iterator[Aggregate]:
    yield from (node for node in fact.node.walk() if isinstance(node, Aggregate))


def _rounds(facts: Iterable[ResolvedFact]) -> dict[str, int]:
    """In which round a fact can be made: one later than the facts its aggregates read."""
    rounds: dict[str, int] = {}
    for fact in facts:
        inside = {node.name for aggregate in _aggregates(fact) for node in aggregate.walk() if isinstance(node, Fact)}
        rounds[fact.name] = max([rounds[name] + (name in inside) for name in fact.uses], default=0)
    return rounds


def _reached(facts: Iterable[ResolvedFact]) -> dict[str, set[str]]:
    """The marks of the tables that a fact is made of, by itself or through the facts it uses."""
    reached: dict[str, set[str]] = {}
    for fact in facts:
        own = {lost_column(node) for node in _aggregates(fact)}
        reached[fact.name] = own.union(*(reached[name] for name in fact.uses))
    return reached
