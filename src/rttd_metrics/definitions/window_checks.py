"""Checks of a measure's windows: each once, the year to date among them, and rows that a window can cut."""

from collections.abc import Iterable, Iterator, Mapping

from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.definitions.windows import YEAR_TO_DATE
from rttd_metrics.documents import Document
from rttd_metrics.formula.nodes import Aggregate, Column, Function, Node
from rttd_metrics.problems import Problem


def window_problems(
    document: Document, measure: Measure, book: FactBook, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    """What is wrong with `windows` whose names are right."""
    windows = measure.definition.windows
    for position, window in enumerate(windows):
        if window in windows[:position]:
            yield document.problem(("windows", position), "window", f"the window '{window}' is given twice", help="delete one")
    if YEAR_TO_DATE not in windows:
        yield document.problem(
            ("windows",),
            "window",
            f"`windows` lacks {YEAR_TO_DATE}: other windows stand beside the year to date, not in its place",
            help=f"write [{', '.join([YEAR_TO_DATE, *windows])}]",
        )
    others = [position for position, window in enumerate(windows) if window != YEAR_TO_DATE]
    if others and not _reads_dated_rows(measure.level, measure.nodes(), book, tables):
        yield document.problem(
            ("windows", others[0]),
            "window",
            "a window cuts rows by their date, and no fact of this measure reads a table with dates",
            help=f"write [{YEAR_TO_DATE}], or let a fact read a table that has `date:`",
        )


def _reads_dated_rows(level: str, nodes: Iterable[Node], book: FactBook, tables: Mapping[str, TableDefinition]) -> bool:
    """Whether these formulas of `level`, the facts that they use or those of larger units that their paths end in see rows
    that have a date, or count the days of a school."""
    nodes = [*nodes]
    parts = [part for node in (*nodes, *(fact.node for fact in book.needed(level, nodes))) for part in node.walk()]
    for part in parts:
        if isinstance(part, Aggregate) and tables[part.table].date is not None:
            return True
        if isinstance(part, Function) and part.name == "school_days":
            return True
        if isinstance(part, Column) and part.fact_of is not None:
            fact = book.fact(part.fact_of, part.field)
            if fact is not None and _reads_dated_rows(part.fact_of, [fact.node], book, tables):
                return True
    return False
