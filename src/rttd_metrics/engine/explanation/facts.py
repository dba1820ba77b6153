"""The facts of one unit, each with the rows that it is made of."""

from collections.abc import Iterator, Sequence

from rttd_metrics.definitions.facts import ResolvedFact
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.readings import title_of
from rttd_metrics.engine.explain import TableUnit
from rttd_metrics.engine.explanation.contents import CountedRows, ShownFact, ShownRow
from rttd_metrics.engine.explanation.labels import labelled
from rttd_metrics.engine.explanation.places import Places
from rttd_metrics.engine.table_rows import TableRow
from rttd_metrics.formula.nodes import Aggregate, Column, Value
from rttd_metrics.formula.rows import evaluate


def shown_facts(measure: Measure, unit: TableUnit, places: Places) -> tuple[ShownFact, ...]:
    """Every fact that the measure uses, those it names first, then what these are made of."""
    needed = unit.units.portfolio.facts.needed(unit.level, measure.nodes())
    return tuple(_fact(fact, unit, places) for fact in reversed(needed))


def _fact(fact: ResolvedFact, unit: TableUnit, places: Places) -> ShownFact:
    return ShownFact(
        fact.name,
        title_of(fact.definition.title or fact.name),
        " ".join(fact.definition.formula.split()),
        labelled(unit.fact(fact.name), fact.type),
        tuple(_rows(fact, unit, places)),
        unit.is_lost(fact),
    )


def _rows(fact: ResolvedFact, unit: TableUnit, places: Places) -> Iterator[CountedRows]:
    formula = fact.definition.formula
    for node in dict.fromkeys(node for node in fact.node.walk() if isinstance(node, Aggregate)):
        rows = unit.rows(node)
        kept = [row for row in rows if node.where is None or evaluate(node.where, unit, row) is True]
        columns = _columns(node)
        dated = unit.units.portfolio.tables[node.table].date
        if dated is not None:
            kept.sort(key=lambda row: str(row.cell(dated) or ""))
        yield CountedRows(
            node.table,
            " ".join(formula[slice(*node.span)].split()),
            tuple(ShownRow(places.of(row), _cells(row, dated, columns)) for row in kept),
            len(rows) - len(kept),
        )


def _columns(node: Aggregate) -> list[Column]:
    """The columns that decide whether a row counts, and for how much."""
    return list(dict.fromkeys(part for part in node.walk() if isinstance(part, Column) and part.base == node.table))


def _cells(row: TableRow, dated: str | None, columns: Sequence[Column]) -> dict[str, Value]:
    """The day of the row, and what the columns hold, by the path that the formula writes."""
    cells: dict[str, Value] = {dated: row.cell(dated)} if dated is not None else {}
    return cells | {".".join((*column.steps, column.field)): labelled(row.column(column), column.type) for column in columns}
