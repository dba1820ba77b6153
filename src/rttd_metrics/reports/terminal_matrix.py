"""Tables of units and measures (or one measure's subgroups), as many as it takes to fit the page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from rttd_metrics.reports.cells import EVERYONE, Cell, Cells, Key, Line, Unit, cells, subgroups, units
from rttd_metrics.reports.numbers import unit as unit_of
from rttd_metrics.reports.terminal_grid import GAP, Page, join
from rttd_metrics.reports.terminal_legend import View
from rttd_metrics.reports.terminal_values import bare_target, bare_value
from rttd_metrics.reports.text import shorten, shorten_names

_WORDS = (14, 12, 10, 8)  # cells that a word of a column's head may take, the most comfortable first
_SHORTEST_NAME = 12


@dataclass(frozen=True)
class _Column:
    """A measure, or one of its subgroups, and the words that stand over it."""

    head: str
    line: Line
    dimension: str
    subgroup: str

    def cell(self, found: Cells, unit_id: str) -> Cell | None:
        return found.get(Key(self.line.info.id, self.line.window, unit_id, self.dimension, self.subgroup))


@dataclass(frozen=True)
class _Table:
    """Units, each with a cell a column, under the unit above them and its targets."""

    title: str
    above: Unit
    above_cells: Cells
    units: Sequence[Unit]
    cells: Cells


@dataclass(frozen=True)
class _Made:
    """A column as it is printed: the lines of its head, its cells, and its width."""

    head: list[Text]
    body: list[Text]
    width: int


def schools_section(view: View) -> None:
    """Every school beside the district."""
    run, dimension = view.run, view.dimension
    district = Unit("district", run.district_id, run.district_name, None)
    above, found = cells(run, "district", dimension=dimension), cells(run, "school", dimension=dimension)
    _section(view, [_Table("Schools", district, above, units(run, "school"), found)])


def classrooms_section(view: View, schools: Sequence[Unit]) -> None:
    """The classrooms of each school, beside the school."""
    members: dict[str | None, list[Unit]] = {}
    for classroom in units(view.run, "classroom"):
        members.setdefault(classroom.school_id, []).append(classroom)
    chosen = [classroom.id for school in schools for classroom in members.get(school.id, [])]
    above = cells(view.run, "school", dimension=view.dimension)
    found = cells(view.run, "classroom", unit_ids=chosen, dimension=view.dimension)
    tables = [
        _Table(f"Classrooms of {school.name}", school, above, members[school.id], found)
        for school in schools
        if school.id in members
    ]
    _section(view, tables)


def _section(view: View, tables: Sequence[_Table]) -> None:
    """One table of all measures, or with a dimension one a measure. All tables share their cells."""
    left_out: dict[str, None] = {}
    names = subgroups(tables[0].cells, view.dimension) if tables and view.dimension is not None else []
    for table in tables:
        if view.dimension is None:
            columns = [_Column(line.name, line, *EVERYONE) for line in view.lines if line.info.gap is None]
            left_out |= _print_table(view, table, table.title, columns)
            continue
        for line in view.lines:
            parts = [_Column(name, line, view.dimension, name) for name in names]
            columns = parts if line.info.gap else [_Column("All", line, *EVERYONE), *parts]
            view.legend.explain_gap(line.info)
            left_out |= _print_table(view, table, f"{table.title}: {line.title}", columns)
    if left_out and not view.legend.empty:
        view.page.print([Text()])
        view.page.note(f"Left out of tables in which they count nobody: {', '.join(left_out)}.")


def _print_table(view: View, table: _Table, title: str, columns: Sequence[_Column]) -> dict[str, None]:
    """Print the columns in which somebody is counted, in as many tables as they need; returns the others."""
    page = view.page
    full: list[_Column] = []
    empty: dict[str, None] = {}
    for column in columns:
        found = [cell for unit in table.units if (cell := column.cell(table.cells, unit.id)) is not None]
        if any(cell.status != "no_units" for cell in found):
            full.append(column)
            view.legend.add(found)
        else:
            empty[column.head] = None
    if not full:
        return empty
    bodies = [_body(page, table, column) for column in full]
    least = _labels(page, table, page.width // 3)[0].cell_len
    made, chunks = _fitted(page, bodies, full, page.width - least)
    used = max(sum(GAP + made[position].width for position in chunk) for chunk in chunks)
    labels = _labels(page, table, page.width - used)
    page.print([Text(), *page.data(title, "bold").wrap(page.console, page.width)])
    for chunk in chunks:
        _print_chunk(page, labels, [made[position] for position in chunk])
        if chunk is not chunks[-1]:
            page.print([Text()])
    return empty


def _labels(page: Page, table: _Table, width: int) -> list[Text]:
    """What stands before each row, in one width of about `width` at most: the id whole, since people type it, and the name."""
    ids = [page.data(unit.id, "dim") for unit in table.units]
    id_width = max(text.cell_len for text in ids)
    room = max(width - id_width - GAP, _SHORTEST_NAME)
    given = [page.data(unit.name).plain for unit in table.units]
    names = [Text(name) for name in shorten_names(given, room, page.marks.ellipsis)]
    widths = [id_width, max(name.cell_len for name in names)]
    total = sum(widths) + GAP
    [above] = shorten_names([page.data(table.above.name).plain], total, page.marks.ellipsis)
    first = [join([Text(text, style)], [total], "<") for text, style in ((above, "bold"), ("Target", "dim"))]
    return [*first, *(join([id_, name], widths, "<<") for id_, name in zip(ids, names, strict=True))]


def _body(page: Page, table: _Table, column: _Column) -> list[Text]:
    """A column's cells: the unit above, its target, and the units."""
    info, above = column.line.info, column.cell(table.above_cells, table.above.id)
    own = [bare_value(page, info, column.cell(table.cells, unit.id)) for unit in table.units]
    return [bare_value(page, info, above), bare_target(page, info, above), *own]


def _fitted(page: Page, bodies: Sequence[list[Text]], columns: Sequence[_Column], room: int) -> tuple[list[_Made], list[range]]:
    """Columns with their heads, and which of them share a table: heads as wide as cost no further table."""
    options = []
    for most in _WORDS:
        made = [_headed(page, body, column, most) for body, column in zip(bodies, columns, strict=True)]
        options.append((made, _chunks([column.width for column in made], room)))
    fewest = min(len(chunks) for _, chunks in options)
    return next(option for option in options if len(option[1]) == fewest)


def _headed(page: Page, body: list[Text], column: _Column, most: int) -> _Made:
    """A column under its head; words longer than `most` are cut."""
    words = [word for word in re.split(r"[_.\s]+|(?<=/)", page.data(column.head).plain) if word]
    width = max(*(cell.cell_len for cell in body), min(max(map(len, words)), most))
    head = (*_stacked(words, width, page.marks.ellipsis), unit_of(column.line.info))
    return _Made([Text(text, "dim") for text in head], body, width)


def _stacked(words: Sequence[str], width: int, ellipsis: str) -> list[str]:
    """Words one under another, several on a line where they fit, cut where one does not."""
    stacked: list[str] = []
    for word in words:
        if stacked and len(stacked[-1]) + 1 + len(word) <= width:
            stacked[-1] += f" {word}"
        else:
            stacked.append(shorten(word, width, ellipsis))
    return stacked


def _chunks(widths: Sequence[int], room: int) -> list[range]:
    """The positions of the columns of each table: as few tables as fit, of about as many columns each."""
    filled = _filled(widths, room, len(widths))
    even = _filled(widths, room, -(-len(widths) // len(filled)))
    return even if len(even) == len(filled) else filled


def _filled(widths: Sequence[int], room: int, most: int) -> list[range]:
    chunks: list[range] = []
    start = used = 0
    for position, width in enumerate(widths):
        if position > start and (used + GAP + width > room or position - start == most):
            chunks.append(range(start, position))
            start, used = position, 0
        used += GAP + width
    return [*chunks, range(start, len(widths))]


def _print_chunk(page: Page, labels: Sequence[Text], columns: Sequence[_Made]) -> None:
    """Heads stand on the rule, however many lines they take."""
    widths = [labels[0].cell_len, *(column.width for column in columns)]
    align = "<" + ">" * len(columns)
    height = max(len(column.head) for column in columns)
    heads = [[Text()] * (height - len(column.head)) + column.head for column in columns]
    for words in zip(*heads, strict=True):
        page.print([join([Text(), *words], widths, align)])
    page.print([page.rule()])
    for parts in zip(labels, *(column.body for column in columns), strict=True):
        page.print([join(parts, widths, align)])
