"""Why one unit is what it is, on a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from rttd_metrics.engine.explanation.contents import Clause, CountedRows, ShownFact, UnitExplanation, View
from rttd_metrics.reports.catalog.paragraphs import paragraphs
from rttd_metrics.reports.explanation.values import change_text, role_text, value_text
from rttd_metrics.reports.numbers import count
from rttd_metrics.reports.terminal_grid import Page, grid, page

ROWS_SHOWN = 5
_OF = {"population": "counts if", "exclusion": "left out if", "formula": "counted for"}


def print_unit(found: UnitExplanation, console: Console, *, all_rows: bool = False) -> None:
    """Each view: the role, the clauses with their values, the facts with their rows, what would change the role."""
    paper = page(console)
    title = " ".join(paragraphs(found.measure.definition.title))
    paper.print([paper.data(title, "bold"), paper.data(found.measure.id, "dim")])
    who = f"{found.level} {found.unit_id}, {found.school_year}, as of {found.as_of}"
    paper.print([paper.data(who), Text()])
    if found.level == "student":
        paper.note("Internal: tells of one student.")
    _side_by_side(paper, found.views)
    for view in found.views:
        _view(paper, view, named=len(found.views) > 1, all_rows=all_rows)


def _side_by_side(paper: Page, views: Sequence[View]) -> None:
    """Of a student who was at several schools: what each view makes of him."""
    if len(views) == 1:
        return
    facts = [fact.name for fact in views[0].facts]
    rows = [[paper.data(_seen_by(view)), paper.data(role_text(view.role)), *_values(paper, view, facts[:3])] for view in views]
    titles = [paper.data(fact.name, "dim") for fact in views[0].facts[:3]]
    laid = grid(paper, [[Text("Seen by", "bold"), Text("role", "dim"), *titles], *rows], "<<" + ">" * len(titles), flexible=1)
    paper.print([Text(), *laid[0], paper.rule()])
    for lines in laid[1:]:
        paper.print(lines)


def _values(paper: Page, view: View, names: Iterable[str]) -> list[Text]:
    by_name = {fact.name: fact for fact in view.facts}
    return [paper.data(value_text(by_name[name].value)) for name in names]


def _seen_by(view: View) -> str:
    if view.school is None:
        return "the whole year"
    return f"school {view.school}" + ("" if view.counts else " (does not count there)")


def _view(paper: Page, view: View, *, named: bool, all_rows: bool) -> None:
    head = f"{_seen_by(view)}: {role_text(view.role)}" if named else role_text(view.role)
    paper.print([Text(), paper.data(head[:1].upper() + head[1:], "bold"), paper.rule()])
    for lines in grid(paper, [_clause(paper, clause) for clause in view.clauses], "<<<", flexible=2):
        paper.print(lines)
    if view.facts:
        paper.print([Text(), Text("What it is made of", "bold"), paper.rule()])
    for fact in view.facts:
        _fact(paper, fact, all_rows=all_rows)
    if view.changes:
        paper.print([Text(), Text("The smallest changes that would make it another", "bold"), paper.rule()])
        for change in view.changes:
            _below(paper, paper.data(change_text(change)), 2)


def _clause(paper: Page, clause: Clause) -> list[Text]:
    """Whether it holds, what it is, and how it is said with the values it names."""
    decides = "bold" if clause.decides else ""
    named = ", ".join(f"{one.name} {value_text(one.value)}" for one in clause.named)
    words = f"{clause.words} [{named}]" if named else clause.words
    mark = value_text(clause.value)
    pointer = ">" if clause.decides else " "
    return [Text(f"{pointer} {_OF[clause.of]}", decides), paper.data(mark, decides), paper.data(words, decides)]


def _fact(paper: Page, fact: ShownFact, *, all_rows: bool) -> None:
    value = "not known: rows were set aside" if fact.lost else value_text(fact.value)
    paper.print(paper.data(f"{fact.title}: {value}").wrap(paper.console, paper.width))
    _below(paper, paper.data(f"{fact.name} = {fact.formula}", "dim"), 2)
    for rows in fact.rows:
        _rows(paper, rows, all_rows=all_rows)


def _rows(paper: Page, counted: CountedRows, *, all_rows: bool) -> None:
    over = f", {count(counted.passed_over)} passed over" if counted.passed_over else ""
    _below(paper, paper.data(f"{count(len(counted.rows))} row{'s' * (len(counted.rows) != 1)} of {counted.table}{over}"), 2)
    shown = counted.rows if all_rows else counted.rows[:ROWS_SHOWN]
    for row in shown:
        at = ", ".join(f"{place.file}:{place.line}" if place.line else place.file for place in row.places)
        cells = ", ".join(f"{name} {value_text(value)}" for name, value in row.cells.items())
        _below(paper, paper.data(f"{at}: {cells}"), 4)
    if len(shown) < len(counted.rows):
        _below(paper, paper.data(f"and {count(len(counted.rows) - len(shown))} more: --rows all shows them", "dim"), 4)


def _below(paper: Page, text: Text, indent: int) -> None:
    """A text, wrapped below its own indent."""
    paper.print(Text(" " * indent) + line for line in text.wrap(paper.console, paper.width - indent))
