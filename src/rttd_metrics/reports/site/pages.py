"""What all pages share: their head, the row of a measure, and tables of units or subgroups against measures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rttd_metrics.reports.cells import CONDITIONS, Cell, Line, Unit
from rttd_metrics.reports.marks import STATUS_MEANINGS
from rttd_metrics.reports.numbers import number, unit
from rttd_metrics.reports.site.drawings import Spark, spark
from rttd_metrics.reports.site.figures import SMALL, Change, Figure, care, change, figure, title
from rttd_metrics.reports.site.links import STYLE, way
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.trends import trend
from rttd_metrics.reports.text import plain

_SMALLEST_OUTSIDE = 10
"""What a school is told of others is made of at least so many."""


@dataclass(frozen=True, slots=True)
class Head:
    """`path`: where the page lies in the site; `crumbs`: the pages above it, label and path. `name` may come from the data.
    `root`: the folder that is handed on by itself, ending in `/`; empty where that is the whole site."""

    path: str
    name: str
    kind: str
    crumbs: tuple[tuple[str, str], ...]
    root: str = ""

    def way(self, to: str) -> str:
        """The address of another page; empty where it lies outside of what is handed on."""
        return way(self.path, to) if to.startswith(self.root) else ""

    @property
    def style(self) -> str:
        """The address of the style sheet, which lies at the root."""
        return way(self.path, self.root + STYLE)

    @property
    def file(self) -> str:
        """Where the page lies under the root."""
        return self.path.removeprefix(self.root)


@dataclass(frozen=True, slots=True)
class Behind:
    """The addresses of the students behind the counts of a figure, as a list names them."""

    numerator: str
    counted: str
    excluded: str
    missing: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """`against`: the figure of the unit above, on pages of schools. `schools`: how many meet their target, of how many."""

    line: Line
    title: str
    figure: Figure
    change: Change | None
    spark: Spark | None
    against: Figure | None = None
    schools: tuple[int, int] | None = None
    behind: Behind | None = None

    @property
    def people(self) -> str:
        return self.line.info.level


@dataclass(frozen=True, slots=True)
class Chapter:
    """The measures of one condition. `nobody`: those that count nobody here, by title."""

    title: str
    rows: tuple[MeasureRow, ...]


def measure_row(sources: Sources, unit: Unit, line: Line, cell: Cell) -> MeasureRow:
    """The row without what only some pages have."""
    shown = figure(line, cell)
    grid = sources.same_day_grid
    before = grid.cell((unit.level, unit.id), line) if grid is not None else None
    drawn = spark(trend(sources, line, unit), cell.target, shown.target) if unit.level != "classroom" else None
    return MeasureRow(line, title(line), shown, change(line, cell, before), drawn)


def outside(sources: Sources, line: Line) -> Cell | None:
    """The district's cell, as a school may see it: None where fewer than ten are counted, or there is no value."""
    cell = sources.grid.cell(("district", sources.district.id), line)
    return cell if cell is not None and cell.value is not None and (cell.n or 0) >= _SMALLEST_OUTSIDE else None


def chapters(rows: Iterable[MeasureRow]) -> tuple[Chapter, ...]:
    """By condition; those with a slot first, in the order of the slots."""
    kept = list(rows)
    found = []
    for condition, name in CONDITIONS.items():
        of_it = [row for row in kept if row.line.info.condition == condition]
        if of_it:
            found.append(Chapter(name, tuple(of_it)))
    return tuple(found)


def statuses(rows: Iterable[MeasureRow]) -> tuple[tuple[str, int], ...]:
    """How many of the measures have each status, in the order in which statuses are explained."""
    counted = Counter(row.figure.status for row in rows)
    return tuple((status, counted[status]) for status in STATUS_MEANINGS if counted[status])


@dataclass(frozen=True, slots=True)
class Column:
    """A measure as the head of a column: what its values are (%, average ...) and its address is told beside it."""

    line: Line
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a table of many: the bare number; nothing where nobody is counted."""

    text: str
    status: str
    care: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """`group` stands over the rows that share it."""

    label: str
    address: str
    entries: tuple[Entry | None, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units or subgroups against measures; `above`: the rows of the unit above and of its targets."""

    columns: tuple[Column, ...]
    above: tuple[Row, ...]
    rows: tuple[Row, ...]


def matrix(lines: Sequence[Line], above: Sequence[Row], rows: Sequence[Row]) -> Matrix | None:
    """Without the columns in which nothing is told of any row; None where that leaves nothing."""
    kept = [place for place in range(len(lines)) if any(row.entries[place] is not None for row in rows)]
    if not kept:
        return None

    def cut(row: Row) -> Row:
        return Row(row.label, row.address, tuple(row.entries[place] for place in kept), row.group)

    columns = tuple(Column(lines[place], title(lines[place]), unit(lines[place].info)) for place in kept)
    return Matrix(columns, tuple(map(cut, above)), tuple(map(cut, rows)))


def entry(line: Line, cell: Cell | None, *, careful: bool = True) -> Entry | None:
    """None where nobody is counted. `careful`: small groups are marked."""
    if cell is None or cell.status == "no_units":
        return None
    if cell.value is None:
        return Entry("", cell.status, None)
    return Entry(number(line.info, cell.value), cell.status, SMALL if careful and care(line, cell) == SMALL else None)


def target_row(lines: Sequence[Line], cells: Sequence[Cell | None]) -> Row:
    """The targets of everyone, over the rows that are held against them."""
    texts = [
        number(line.info, cell.target) if cell is not None and cell.target is not None else None
        for line, cell in zip(lines, cells, strict=True)
    ]
    return Row("Target", "", tuple(Entry(text, "", None) if text is not None else None for text in texts))


def name_of(unit: Unit) -> str:
    return plain(unit.name) or plain(unit.id)
