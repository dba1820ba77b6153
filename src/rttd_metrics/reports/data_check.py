"""A check of the data on a terminal: what is wrong, rule by rule, with what to do; then what schools have sent."""

from collections.abc import Sequence
from itertools import groupby

import polars as pl
from rich.console import Console
from rich.text import Text

from rttd_metrics.data.checks.outcome import DataCheck
from rttd_metrics.data.findings import Finding
from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.reports.numbers import count
from rttd_metrics.reports.terminal_grid import Page, grid, page
from rttd_metrics.reports.text import shorten

_MOST_FINDINGS = 20
"""Of one rule, that are printed."""
_LONGEST_DETAIL = 100
_ORDER = tuple(DATA_RULES)
_ERROR, _WARNING = ("not_met", "bold red"), ("in_progress", "yellow")


def print_check(check: DataCheck, console: Console, *, errors_only: bool = False) -> None:
    """The findings, errors first, each rule once with how to mend it; the coverage by table; a sum.

    Counts are exact, places and findings of one rule are the first ones. No value of a cell is printed.
    """
    paper = page(console)
    told = [finding for finding in check.findings if finding.is_error or not errors_only]
    for _, findings in groupby(_by_rule(told), key=lambda finding: (finding.is_error, finding.rule)):
        _print_rule(paper, list(findings))
    if errors_only:
        return
    _print_coverage(paper, check)
    if check.unread:
        paper.print([Text(f"not read: {', '.join(check.unread)}", "bold red")])
    paper.print([Text(), _sum(check)])
    if check.findings:
        paper.note("--out DIR writes the line of every row, and what each school has sent.")


def _by_rule(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first, then the causes before what comes of them."""
    return sorted(findings, key=lambda finding: (not finding.is_error, _ORDER.index(finding.rule)))


def _print_rule(paper: Page, findings: list[Finding]) -> None:
    """`✗ rule  what is wrong`, what to do, and a line for each table and column."""
    first = findings[0]
    mark, style = _ERROR if first.is_error else _WARNING
    head = Text(f"{paper.marks.status[mark]} ", style).append(first.rule, "bold").append(f"  {first.rule_says}")
    paper.print(_hanging(paper, head, 2))
    if first.help:
        paper.print(_hanging(paper, Text("  ").append_text(paper.data(first.help, "cyan")), 2))
    rows = [_row(paper, finding) for finding in findings[:_MOST_FINDINGS]]
    for lines in grid(paper, rows, "<><", flexible=2):
        paper.print(lines)
    if len(findings) > _MOST_FINDINGS:
        paper.note(f"    and {count(len(findings) - _MOST_FINDINGS)} more")
    paper.print([Text()])


def _row(paper: Page, finding: Finding) -> list[Text]:
    column = f".{finding.header or finding.field}" if finding.field else ""
    parts = [_where(finding), shorten(finding.detail or "", _LONGEST_DETAIL, paper.marks.ellipsis)]
    return [
        Text("    ").append_text(paper.data(finding.table + column, "bold")),
        Text(finding.counted if finding.rows else ""),
        paper.data("; ".join(part for part in parts if part)),
    ]


def _where(finding: Finding) -> str:
    """`data/a.csv:3, 8, data/b.csv:2, ...`: the first places, each file named once."""
    named = []
    for file, places in groupby(finding.places, key=lambda place: place.file):
        lines = [str(place.line) for place in places if place.line is not None]
        named.append(f"{file}:{', '.join(lines)}" if lines else file)
    return ", ".join(named) + (", ..." if finding.places[0].line is not None and finding.count > len(finding.places) else "")


def _hanging(paper: Page, text: Text, indent: int) -> list[Text]:
    """The lines of a text, those after the first set in."""
    first, *others = text.wrap(paper.console, paper.width - indent)
    return [first, *(Text(" " * indent).append_text(line) for line in others)]


# -- coverage -----------------------------------------------------------------------------------------------------


def _print_coverage(paper: Page, check: DataCheck) -> None:
    """A line a table: how much there is this year, how late the latest school is, how much is filled, who has a row."""
    if check.coverage.is_empty():
        return
    heads = ["rows", "schools", "last date", "behind", "filled", "students"]
    heads += ["lowest school", "emptiest column"] if paper.wide else []
    title = f"Sent for {check.school_year}, as of {check.as_of}"
    rows = [[Text(title, "bold") if paper.wide else Text("table", "dim"), *(Text(head, "dim") for head in heads)]]
    rows += [_line(paper, table) for table in check.coverage.partition_by("table", maintain_order=True)]
    first, *others = grid(paper, rows, "<" + ">" * 6 + "<<" * paper.wide)
    if not paper.wide:
        paper.print([Text(title, "bold")])
    paper.print([*first, paper.rule()])
    for lines in others:
        paper.print(lines)
    paper.note(
        "behind: school days since the latest row (days, where no calendar tells), of the school that is furthest behind; "
        "filled: cells of the columns that measures use; students: those who have a row."
    )


def _line(paper: Page, table: pl.DataFrame) -> list[Text]:
    district = table.row(0, named=True)
    schools = table.filter(pl.col("school_id").is_not_null())
    sending = schools.filter(pl.col("rows") > 0).height
    behind = schools["days_behind"].max()
    cells = [
        paper.data(district["table"]),
        Text(count(district["rows"])),
        Text(f"{sending} of {schools.height}" if schools.height else ""),
        Text(str(district["last_date"] or "")),
        Text(count(behind) if isinstance(behind, int) else ""),
        Text(_percent(district["filled"])),
        Text(_percent(district["students_covered"])),
    ]
    if paper.wide:
        lowest = schools.filter(pl.col("students_covered") < 100).sort("students_covered", "school_id").head(1).to_dicts()
        cells.append(paper.data(" ".join(f"{row['school_id']} {_percent(row['students_covered'])}" for row in lowest)))
        lacking = (district["emptiest_filled"] or 100) < 100
        cells.append(paper.data(f"{district['emptiest_field']} {_percent(district['emptiest_filled'])}" if lacking else ""))
    return cells


def _percent(value: float | None) -> str:
    """With one decimal; never 100.0% where something is lacking, nor 0.0% where something is there."""
    if value is None:
        return ""
    shown = f"{value:.1f}"
    if shown == "100.0" and value < 100:
        return ">99.9%"
    return "<0.1%" if shown == "0.0" and value > 0 else f"{shown}%"


def _sum(check: DataCheck) -> Text:
    warnings = len(check.findings) - check.errors
    read = f"{_counted(len(check.files), 'file')} with {_counted(sum(check.rows.values()), 'row')}"
    parts = [_counted(number, noun) for number, noun in ((check.errors, "error"), (warnings, "warning")) if number]
    return Text(f"{read}: {' and '.join(parts) or 'no findings'}.", "bold red" if check.errors else "")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
