"""What needs attention first: the measures that miss their targets, the furthest off first."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from rttd_metrics.reports.cells import Cell, Line
from rttd_metrics.reports.numbers import count, difference, unit
from rttd_metrics.reports.site.figures import Figure, figure, title

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Attention:
    """A measure that is off its target: by how much, in students where they are what is counted."""

    title: str
    line: Line
    figure: Figure
    short: str


def attention(found: Iterable[tuple[Line, Cell | None]]) -> tuple[Attention, ...]:
    """Of these measures and their cells those that are off target, the furthest off, in parts of the target, first."""
    off = [
        (line, cell)
        for line, cell in found
        if cell is not None and cell.status in ("not_met", "in_progress") and cell.value is not None and cell.target is not None
    ]
    off.sort(key=lambda one: (one[1].status != "not_met", -_distance(one[1]), one[0].info.id))
    return tuple(Attention(title(line), line, figure(line, cell), _short(line, cell)) for line, cell in off)


def _distance(cell: Cell) -> float:
    assert cell.value is not None
    assert cell.target is not None
    return abs(cell.value - cell.target) / max(abs(cell.target), _TOLERANCE)


def _short(line: Line, cell: Cell) -> str:
    """How many students more, or fewer, it takes; of other measures how far the value is from the target."""
    assert cell.value is not None
    assert cell.target is not None
    if line.info.aggregate == "percent" and line.info.level == "student" and cell.n and cell.numerator is not None:
        due = cell.target / 100 * cell.n
        if line.info.improvement == "increase":
            return f"{_students(ceil(due - _TOLERANCE) - int(cell.numerator))} more would meet it"
        return f"{_students(int(cell.numerator) - floor(due + _TOLERANCE))} fewer would meet it"
    off, _ = difference(line.info, cell.value, cell.target)
    measured = unit(line.info)
    return f"{off.lstrip('+-')}{' points' if measured in ('%', 'points') else ''} from its target"


def _students(number: int) -> str:
    return f"{count(number)} {'student' if number == 1 else 'students'}"
