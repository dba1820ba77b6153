"""The early-warning list on a terminal: by school, the students with most flags first."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.numbers import count
from rttd_metrics.reports.students.cells import days_text
from rttd_metrics.reports.students.flagged import Flagged, FlagList, Named
from rttd_metrics.reports.terminal import heading
from rttd_metrics.reports.terminal_grid import Page, grid, page
from rttd_metrics.reports.terminal_students import MOST_ROWS, print_internal

_HEADS = ("flags", "student", "name", "grade", "days")
_INDENT = " " * 7  # what stands under a student begins where his id does


def print_students(listed: FlagList, console: Console) -> None:
    paper, run = page(console), listed.run
    heading(paper, run, Unit("district", run.district_id, run.district_name, None))
    print_internal(paper)
    paper.note(f"Flags: {', '.join(info.title for info in listed.flags)}.")
    if not listed.rows:
        paper.note("Nobody here has a flag.")
        return
    shown = listed.rows[:MOST_ROWS]
    for school, rows in groupby(shown, lambda row: row.school):
        _school(paper, listed, school, [row for row in listed.rows if row.school == school], list(rows))
    paper.print([Text()])
    if any(row.student.left for row in shown):
        paper.note(
            "days: so many days absent in a row, from today on, reach the first threshold that days absent decide. "
            "reached, N to return: so many days without an absence lead back."
        )
    if len(listed.rows) > MOST_ROWS:
        paper.note(f"{count(len(listed.rows) - MOST_ROWS)} more are not shown: choose a school, or write them to a file.")


def _school(paper: Page, listed: FlagList, school: Named | None, everyone: Sequence[Flagged], rows: Sequence[Flagged]) -> None:
    name = "Counted at no school" if school is None else f"{school.name} (school {school.id})"
    number = f"{count(len(everyone))} {'student' if len(everyone) == 1 else 'students'}"
    paper.print([Text(), *paper.data(f"{name}: {number}", "bold").wrap(paper.console, paper.width)])
    heads = [Text(head, "dim") for head in _HEADS]
    laid = grid(paper, [heads, *(_row(paper, row) for row in rows)], "><<<<", flexible=_HEADS.index("name"))
    paper.print([*laid[0], paper.rule()])
    for row, lines in zip(rows, laid[1:], strict=True):
        paper.print([*lines, *_behind(paper, listed, row)])


def _row(paper: Page, row: Flagged) -> list[Text]:
    student = row.student
    left = Text(days_text(student.left), "bold" if student.near else "")
    return [Text(str(row.number), "bold"), paper.data(student.id), paper.data(student.name), Text(student.grade), left]


def _behind(paper: Page, listed: FlagList, row: Flagged) -> list[Text]:
    """A line each flag with the values behind it, and on a wide page the classrooms, whose names hold the teachers."""
    parts = [
        Text.assemble((paper.marks.status["not_met"], "bold red"), " ", paper.data(f"{info.title}: {state.text}".rstrip(": ")))
        for info, state in zip(listed.flags, row.states, strict=True)
        if state.flagged
    ]
    lines = [line for part in parts for line in part.wrap(paper.console, paper.width - len(_INDENT))]
    if paper.wide and row.classrooms:
        classes = paper.data(f"in {'; '.join(one.name for one in row.classrooms)}", "dim")
        lines += classes.wrap(paper.console, paper.width - len(_INDENT))
    return [Text(_INDENT).append_text(line) for line in lines]
