"""What a measure is made of, on a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from rttd_metrics.reports.catalog.contents import FactTree, MeasurePage, ParameterRow, Row
from rttd_metrics.reports.terminal_grid import Page, page


def print_measure(found: MeasurePage, console: Console) -> None:
    """Plain words, parameters, whom it counts and leaves out, its facts down to the tables, targets, rules and source."""
    paper = page(console)
    paper.print([paper.data(found.title, "bold"), paper.data(found.id, "dim"), Text()])
    _said(paper, found.sentence.plain)
    for text in found.description:
        _said(paper, text)
    _section(paper, "How it is computed", _computed(found))
    _section(paper, "Parameters", map(_parameter, found.parameters))
    _section(paper, "Facts", (line for tree in found.facts for line in _tree(tree, 0)))
    _section(paper, "Targets", (": ".join(part for part in year if part) for year in found.targets.years))
    _section(paper, "Rules", _rows(found.rules))
    _section(paper, "What it is for", _rows(found.reasons))


def _parameter(row: ParameterRow) -> str:
    return f"{row.name} = {row.value}" + (f" (shipped: {row.shipped})" if row.shipped else "")


def _computed(found: MeasurePage) -> Iterable[str]:
    yield f"population: {found.population_formula}"
    yield f"  {found.population.plain}"
    for row in found.exclusions:
        yield f"left out: {row.formula}"
        yield f"  {row.reason}"
    yield f"formula: {found.formula}"


def _tree(tree: FactTree, depth: int) -> Iterable[str]:
    """A fact, its formula, where its definition comes from; then the facts and columns it is made of."""
    indent = "  " * depth
    yield f"{indent}{tree.title}: {tree.key[1]} = {tree.formula}"
    if tree.seen:
        return
    if tree.source:
        yield f"{indent}  source: {tree.source}"
    if tree.columns:
        yield f"{indent}  columns: {', '.join(f'{table}.{name}' for table, name in tree.columns)}"
    for part in tree.parts:
        yield from _tree(part, depth + 1)


def _rows(rows: Iterable[Row]) -> Iterable[str]:
    return (f"{row.label}: {' '.join(row.paragraphs)}" for row in rows)


def _section(paper: Page, title: str, lines: Iterable[str]) -> None:
    told = list(lines)
    if told:
        paper.print([Text(), Text(title, "bold"), paper.rule()])
    for line in told:
        _said(paper, line)


def _said(paper: Page, line: str) -> None:
    """A line, wrapped below its own indent."""
    words = line.lstrip()
    indent = " " * (len(line) - len(words))
    paper.print(Text(indent) + part for part in paper.data(words).wrap(paper.console, paper.width - len(indent)))
