"""Who counts in a unit and who does not, and how far its target is, on a terminal."""

from rich.console import Console
from rich.text import Text

from rttd_metrics.engine.explanation.contents import CrowdExplanation
from rttd_metrics.engine.explanation.crowd import MOST_SEARCHED
from rttd_metrics.reports.catalog.paragraphs import paragraphs
from rttd_metrics.reports.explanation.values import ROLES, change_text
from rttd_metrics.reports.numbers import count, plain_number
from rttd_metrics.reports.terminal_grid import Page, grid, page

_SHOWN = 20
_STATUSES = {
    "met": "the target is met",
    "not_met": "the target is not met",
    "in_progress": "the year is not over",
    "no_target": "there is no target",
    "no_units": "nobody counts",
    "withheld": "withheld: too few people stand behind it",
}


def print_crowd(found: CrowdExplanation, console: Console) -> None:
    """Units by role and reason, who is missing, how many the target lacks, and who is nearest to it."""
    paper = page(console)
    title = " ".join(paragraphs(found.measure.definition.title))
    paper.print([paper.data(title, "bold"), paper.data(found.measure.id, "dim")])
    name = "" if found.unit_name == found.unit_id else f" ({found.unit_name})"
    paper.print([paper.data(f"{found.level} {found.unit_id}{name}, {found.school_year}, as of {found.as_of}"), Text()])
    value = "none" if found.value is None else plain_number(found.value)
    target = "" if found.target is None else f", target {plain_number(found.target)}"
    paper.print([paper.data(f"Value {value} of {count(found.n)} {_units(found)}{target}: {_STATUSES[found.status]}")])
    rows = [[paper.data(_role(role, reason)), Text(count(number))] for (role, reason), number in found.roles.items()]
    _section(paper, "Who counts, and who does not", rows, "<>")
    _section(paper, "Missing", [[paper.data(one), paper.data(why)] for one, why in found.missing[:_SHOWN]], "<<")
    if len(found.missing) > _SHOWN:
        paper.note(f"and {count(len(found.missing) - _SHOWN)} more: --output-format json lists them.")
    _target(paper, found)


def _target(paper: Page, found: CrowdExplanation) -> None:
    if not found.short:
        return
    side = "more" if found.measure.definition.improvement == "increase" else "fewer"
    who = _units(found) if found.short > 1 else found.measure.level
    paper.print([Text(), Text(f"{count(found.short)} {who} {side} in the numerator would meet the target.", "bold")])
    rows = [[paper.data(one.student_id), paper.data(change_text(one.change))] for one in found.nearest[:_SHOWN]]
    _section(paper, "Nearest to it", rows, "<<")
    if found.to_search > MOST_SEARCHED:
        paper.note(f"Looked at {count(MOST_SEARCHED)} of {count(found.to_search)} {_units(found)}.")


def _section(paper: Page, title: str, rows: list[list[Text]], align: str) -> None:
    if not rows:
        return
    paper.print([Text(), Text(title, "bold"), paper.rule()])
    for lines in grid(paper, rows, align, flexible=len(align) - 1 if align == "<<" else 0):
        paper.print(lines)


def _role(role: str, reason: str | None) -> str:
    return f"{ROLES[role]}: {reason}" if reason else ROLES[role]


def _units(found: CrowdExplanation) -> str:
    return f"{found.measure.level}s"
