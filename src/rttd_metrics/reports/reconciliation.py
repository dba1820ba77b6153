"""A reconciliation as text, as JSON and as files: what agrees, what differs and by how much, and what parts the students."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from rttd_metrics.engine.reconciliation import Outcome, ReconciledCell, Reconciliation
from rttd_metrics.engine.results import MeasureInfo, Run
from rttd_metrics.reports.numbers import count, difference, plain_number, with_unit
from rttd_metrics.reports.output import make_folder, output_errors, output_lock, staging
from rttd_metrics.reports.terminal_grid import Page, grid, page
from rttd_metrics.reports.text import plain

CELL_COLUMNS = (
    "outcome", "measure", "school_year", "level", "unit_id", "dimension", "subgroup",
    "our_value", "published_value", "difference", "our_n", "published_n", "line",
)  # fmt: skip
STUDENT_COLUMNS = ("measure", "school_year", "student_id", "side", "role", "clause")
_OUTCOMES: Mapping[Outcome, str] = {
    "agrees": "agree",
    "differs": "differ",
    "withheld": "withheld by the state",
    "only_theirs": "only in their file",
    "only_ours": "only here",
}
_SIDES = {
    "only_ours": "counted here, not by the state",
    "only_theirs": "counted by the state, not here",
    "numerator_ours": "in the numerator here, not the state's",
    "numerator_theirs": "in the state's numerator, not here",
}
_MOST_ROWS = 40


def print_reconciliation(found: Reconciliation, console: Console) -> None:
    """The counts, the cells that differ or that one side lacks (the first ones), and how many students which clause parts."""
    paper = page(console)
    counts = Counter(cell.outcome for cell in found.cells)
    parts = [Text(f"{count(counts[outcome])} {words}") for outcome, words in _OUTCOMES.items() if counts[outcome]]
    paper.flow([Text(f"{count(len(found.cells))} cells:"), *parts])
    apart = [cell for cell in found.cells if cell.outcome == "differs" or cell.n_differs]
    if apart:
        _section(paper, "What differs", ("ours", "published", "difference", "n", "published n"), _rows(paper, found, apart))
    lacking = [cell for cell in found.cells if cell.outcome in ("only_theirs", "only_ours")]
    if lacking:
        _section(paper, "What one side lacks", ("ours", "published", "n", "published n"), _lacking(paper, found, lacking))
    if found.students:
        _students(paper, found)


def reconciliation_json(found: Reconciliation) -> str:
    """`{"cells": [...], "students": [...]}` with the columns of the files."""
    cells = [dict(zip(CELL_COLUMNS, row, strict=True)) for row in _cell_rows(found)]
    return json.dumps({"cells": cells, "students": [asdict(student) for student in found.students]}, indent=2)


def write_reconciliation(found: Reconciliation, folder: Path) -> list[Path]:
    """cells.csv and students.csv, readable by their owner only. Raises OutputError and FolderLocked."""
    with output_lock(folder), output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        _write(staged.path("cells.csv"), CELL_COLUMNS, _cell_rows(found))
        _write(staged.path("students.csv"), STUDENT_COLUMNS, (tuple(asdict(one).values()) for one in found.students))
        return staged.replace()


def _write(path: Path, header: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _cell_rows(found: Reconciliation) -> Iterator[tuple[Any, ...]]:
    for cell in found.cells:
        theirs = cell.theirs.text if cell.theirs else None
        yield (cell.outcome, *cell.key, cell.ours, theirs, cell.difference, cell.our_n, cell.their_n, cell.line)


def _section(paper: Page, title: str, heads: Sequence[str], rows: list[list[Text]]) -> None:
    head = [Text(title, "bold"), *(Text(name, "dim") for name in heads)]
    laid = grid(paper, [head, *rows[:_MOST_ROWS]], "<" + ">" * len(heads))
    paper.print([Text(), *laid[0], paper.rule()])
    for lines in laid[1:]:
        paper.print(lines)
    if len(rows) > _MOST_ROWS:
        paper.note(f"and {count(len(rows) - _MOST_ROWS)} more: --out DIR writes them all.")


def _rows(paper: Page, found: Reconciliation, cells: Sequence[ReconciledCell]) -> list[list[Text]]:
    rows = []
    for cell in cells:
        info = _info(found, cell)
        apart = difference(info, cell.difference, 0.0)[0] if cell.difference and info else ""
        rows.append([_named(paper, found, cell), *_values(info, cell), Text(apart), *_sizes(cell)])
    return rows


def _lacking(paper: Page, found: Reconciliation, cells: Sequence[ReconciledCell]) -> list[list[Text]]:
    return [[_named(paper, found, cell), *_values(_info(found, cell), cell), *_sizes(cell)] for cell in cells]


def _values(info: MeasureInfo | None, cell: ReconciledCell) -> list[Text]:
    ours = "" if cell.ours is None else with_unit(info, cell.ours) if info else plain_number(cell.ours)
    return [Text(ours), Text(plain(cell.theirs.text) if cell.theirs else "")]


def _sizes(cell: ReconciledCell) -> list[Text]:
    style = "bold" if cell.n_differs else ""
    return [Text("" if number is None else count(number), style) for number in (cell.our_n, cell.their_n)]


def _named(paper: Page, found: Reconciliation, cell: ReconciledCell) -> Text:
    measure, year, level, unit, dimension, subgroup = cell.key
    words = [measure, "district" if level == "district" else f"{level} {unit}"]
    words += [f"{dimension} {subgroup}"] if dimension != "all" else []
    words += [year] if len(found.runs) > 1 else []
    return paper.data(", ".join(words))


def _info(found: Reconciliation, cell: ReconciledCell) -> MeasureInfo | None:
    run: Run = found.runs[cell.key[1]]
    return next((info for info in run.measures if info.id == cell.key[0]), None)


def _students(paper: Page, found: Reconciliation) -> None:
    """How many students each clause parts: their ids stand in the files."""
    told = Counter((one.measure, one.side, one.clause) for one in found.students)
    rows = [[paper.data(f"{measure}: {_SIDES[side]}"), paper.data(clause), Text(count(number))]
            for (measure, side, clause), number in sorted(told.items())]  # fmt: skip
    head = [Text("Students", "bold"), Text("clause here", "dim"), Text("students", "dim")]
    laid = grid(paper, [head, *rows], "<<>", flexible=1)
    paper.print([Text(), *laid[0], paper.rule()])
    for lines in laid[1:]:
        paper.print(lines)
    paper.note("--out DIR writes who they are.")
