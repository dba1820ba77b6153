"""What `rttd init --from` found, as a person reads it: the guesses with their reasons, the questions, what to do next."""

import shlex
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rttd_metrics.data.standards.drafts import ProjectDraft
from rttd_metrics.reports.terminal_grid import Page, page


def print_draft(draft: ProjectDraft, *, accepted: bool, console: Console) -> None:
    """The standard, a row for each guess, and the questions that are left."""
    paper = page(console)
    tables = ", ".join(table.name for table in draft.tables) or "none"
    paper.print([Text()])
    paper.note(f"Found: {draft.standard}. Tables: {tables}.")
    guesses = list(draft.guesses())
    if guesses:
        what = "was confirmed" if accepted else "stays unused until it is confirmed"
        paper.print([Text(), Text(f"Guesses: each {what}", "bold")])
        rows = [(f"{table}.{name}".strip("."), column, guess.confidence, guess.reason) for table, name, column, guess in guesses]
        _print_table(paper, ("table and field", "column or code", "confidence", "reason"), rows)
    if draft.questions:
        paper.print([Text(), Text("Questions: write the answers into rttd.yml", "bold")])
        asked = [(f"{question.table}.{question.field}", question.column, question.asks) for question in draft.questions]
        _print_table(paper, ("table and field", "column", "question"), asked)


def _print_table(paper: Page, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(paper.data(cell) for cell in row))
    paper.console.print(table)


def next_commands(folder: str, draft: ProjectDraft, *, accepted: bool) -> list[str]:
    """What to do now, in order."""
    quoted = shlex.quote(folder)
    confirm = [] if accepted or not any(draft.guesses()) else [f"rttd init {quoted} --accept"]
    return [*confirm, *(f"rttd {command} {quoted}" for command in ("validate", "check", "compute"))]
