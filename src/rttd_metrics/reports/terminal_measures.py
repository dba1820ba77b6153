"""Sections with one line a measure: the district's, one unit's against the level above it, and subgroups."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from rttd_metrics.reports.cells import (
    CONDITIONS,
    PARENT_LEVEL,
    WHOLE_YEAR,
    Cell,
    Key,
    Line,
    Unit,
    cells,
    everyone,
    subgroups,
)
from rttd_metrics.reports.numbers import count, with_unit
from rttd_metrics.reports.terminal_grid import GAP, Page, grid
from rttd_metrics.reports.terminal_legend import View
from rttd_metrics.reports.terminal_values import (
    counted,
    difference_text,
    left_out,
    status_text,
    value_and_target_texts,
)

_INDENT = "  "


@dataclass(frozen=True)
class _Entry:
    """A measure's line: its numbers, in the order of the section's heads, and who is behind them."""

    line: Line
    numbers: tuple[Text, ...]
    cell: Cell


def district_section(view: View) -> None:
    """The district's measures by condition, with their change from the baseline."""
    page, found = view.page, cells(view.run, "district")
    entries = []
    for line in view.lines:
        cell = everyone(found, line, view.run.district_id)
        if cell is not None:
            value, target = value_and_target_texts(page, line.info, cell)
            change = difference_text(page, line.info, cell.value, cell.baseline, arrow=True)
            entries.append(_Entry(line, (value, target, change, status_text(page, cell.status)), cell))
    if any(entry.cell.baseline is not None for entry in entries):
        view.legend.explain("change")
    _print_entries(view, entries, ("value ", "target", "change", "status"), ">>><")


def unit_section(view: View, unit: Unit) -> None:
    """A unit's measures beside the value of the level above it."""
    above = PARENT_LEVEL[unit.level]
    above_id = view.run.district_id if above == "district" else unit.school_id
    found, there = cells(view.run, unit.level, unit_ids=[unit.id]), cells(view.run, above)
    entries: list[_Entry] = []
    empty: list[str] = []
    early: list[str] = []
    absent: dict[str, None] = {}
    for line in view.lines:
        if line.info.gap is not None:
            continue
        cell = everyone(found, line, unit.id)
        if cell is None and everyone(found, Line(line.info, WHOLE_YEAR), unit.id) is None:
            absent[line.info.id] = None
            continue
        if cell is None or cell.population == 0:
            (early if cell is None else empty).append(line.name)
            continue
        other = everyone(there, line, above_id) if above_id is not None else None
        entries.append(_compared(view.page, line, cell, other.value if other is not None else None))
    _print_entries(view, entries, ("value ", "target", above, "diff", "status"), ">>>><")
    if empty or absent or early:
        view.page.print([Text()])
    told = (
        (empty, "Nobody to count here"),
        (early, "Window not full here yet"),
        (absent, f"Not measured for a {unit.level}"),
    )
    for names, words in told:
        if names:
            view.page.note(f"{words}: {', '.join(names)}.")


def _compared(page: Page, line: Line, cell: Cell, reference: float | None) -> _Entry:
    value, target = value_and_target_texts(page, line.info, cell)
    beside = Text(with_unit(line.info, reference) if reference is not None else "")
    apart = difference_text(page, line.info, cell.value, reference)
    return _Entry(line, (value, target, beside, apart, status_text(page, cell.status)), cell)


def _print_entries(view: View, entries: Sequence[_Entry], heads: Sequence[str], align: str) -> None:
    """Entries under their conditions: counts and id stand beside the numbers on a wide page, else beneath."""
    page = view.page
    _explain(view, entries)
    if page.wide:
        heads, align = (*heads, "n", "excluded", "missing", "measure"), f"{align}>>><"
    rows: list[tuple[_Entry | None, list[Text]]] = []
    for condition, group in groupby(entries, lambda entry: entry.line.info.condition):
        rows.append((None, [Text(CONDITIONS[condition], "bold"), *(Text(head, "dim") for head in heads)]))
        for entry in group:
            counts = _counts(page, entry) if page.wide else ()
            rows.append((entry, [page.data(entry.line.title), *entry.numbers, *counts]))
    columns = list(zip(*(row for _, row in rows), strict=True))[1:]
    start = page.width - sum(GAP + max(cell.cell_len for cell in column) for column in columns) + GAP
    start = min([start, *(page.width - len(_counted(page, entry)) for entry in entries)])
    for (row_of, _), lines in zip(rows, grid(page, [row for _, row in rows], "<" + align), strict=True):
        if row_of is None:
            page.print([Text(), *lines, page.rule()])
        else:
            page.print(lines if page.wide else [*lines, *_details(page, row_of, start)])


def _explain(view: View, entries: Sequence[_Entry]) -> None:
    view.legend.add(entry.cell for entry in entries)
    if any(entry.cell.excluded or entry.cell.missing for entry in entries):
        view.legend.explain("excluded")
    if view.page.wide and any(entry.line.info.level != "student" for entry in entries):
        view.legend.explain("n")


def _counts(page: Page, entry: _Entry) -> tuple[Text, ...]:
    cell = entry.cell
    counts = ("" if cell.n is None else count(cell.n), left_out(cell.excluded), left_out(cell.missing))
    return (*map(Text, counts), page.data(entry.line.name, "dim"))


def _details(page: Page, entry: _Entry, start: int) -> list[Text]:
    """What stands under an entry: the id, and from the column `start` on the counts, where they fit beside it."""
    name = Text(_INDENT, "dim").append_text(page.data(entry.line.name))
    counts = Text(_counted(page, entry), "dim")
    start = max(start, name.cell_len + GAP)
    if start + counts.cell_len > page.width:
        return [name, Text(_INDENT).append_text(counts)]
    return [name.append(" " * (start - name.cell_len)).append_text(counts)]


def _counted(page: Page, entry: _Entry) -> str:
    cell = entry.cell
    counts = [] if cell.n is None else [counted(entry.line.info.level, cell.n)]
    others = ((cell.excluded, "excluded"), (cell.missing, "missing"))
    counts += [f"{left_out(number)} {word}" for number, word in others if number]
    return page.marks.separator.join(counts)


def subgroup_section(view: View, unit: Unit, dimension: str) -> None:
    """Each measure's subgroups, against everyone in the unit; its gap under them."""
    page, found = view.page, cells(view.run, unit.level, unit_ids=[unit.id], dimension=dimension)
    names = subgroups(found, dimension)
    blocks: list[list[list[Text]]] = []
    without: list[str] = []
    for line in view.lines:
        keys = [(name, Key(line.info.id, line.window, unit.id, dimension, name)) for name in names]
        parts = [(name, found[key]) for name, key in keys if key in found]
        whole = everyone(found, line, unit.id)
        if not parts or (line.info.gap is None and whole is None) or _nobody(whole, parts):
            without.append(line.name)
            continue
        shown = parts if whole is None else [("All", whole), *parts]
        blocks.append(_subgroup_rows(page, line, whole, shown))
        view.legend.add(cell for _, cell in shown)
        view.legend.explain_gap(line.info)
    laid = iter(grid(page, [row for block in blocks for row in block], "<>>><>"))
    for block in blocks:
        page.print([Text(), *next(laid), page.rule()])
        for _ in block[1:]:
            page.print(next(laid))
    if without:
        page.print([Text()])
        page.note(f"No subgroups of {dimension} to show: {', '.join(without)}.")


def _nobody(whole: Cell | None, parts: Sequence[tuple[str, Cell]]) -> bool:
    """Whether the unit has nobody in the measure; of a gap, which has no cell of everyone, in none of its subgroups."""
    return whole.population == 0 if whole is not None else all(cell.population == 0 for _, cell in parts)


def _subgroup_rows(page: Page, line: Line, whole: Cell | None, parts: Sequence[tuple[str, Cell]]) -> list[list[Text]]:
    """The head of a block and a row for each cell; those of a gap are not compared with everyone once more."""
    gap = line.info.gap
    heads = ("value ", "target", "from all", "status", "n")
    if gap is not None:
        heads = ("ratio " if gap.kind == "ratio" else "gap ", "target", "", "status", "n")
    rows = [[page.data(line.title, "bold"), *(Text(head, "dim") for head in heads)]]
    for name, cell in parts:
        value, target = value_and_target_texts(page, line.info, cell)
        apart = Text() if cell is whole else difference_text(page, line.info, cell.value, whole.value if whole else None)
        size = Text("" if cell.n is None else count(cell.n))
        label = Text(_INDENT).append_text(page.data(name))
        rows.append([label, value, target, apart, status_text(page, cell.status), size])
    return rows
