"""The way of a measure through the years: its declared baseline, every school year there are data of, and this one."""

from collections.abc import Sequence
from dataclasses import dataclass

from rttd_metrics.reports.cells import Cell, Line, Unit
from rttd_metrics.reports.numbers import count, with_unit
from rttd_metrics.reports.site.sources import Sources


@dataclass(frozen=True, slots=True)
class Point:
    """`year` is a school year; `declared`: a baseline that the definition names, not a value that was computed."""

    year: str
    value: float
    written: str
    n: str
    status: str
    declared: bool


def trend(sources: Sources, line: Line, unit: Unit) -> tuple[Point, ...]:
    """In the order of the years, a baseline before what was computed for the same year. Baselines are the district's."""
    points = []
    if unit.level == "district" and line.info.gap is None:
        this_year = sources.run.school_year
        declared = sources.definitions[line.info.id].baselines.items()
        points += [
            Point(year, value, with_unit(line.info, value), "", "", declared=True)
            for year, value in declared
            if year <= this_year
        ]
    key = (unit.level, unit.id)
    found = [(year, grid.cell(key, line)) for year, grid in sources.earlier_grids]
    found.append((sources.run.school_year, sources.grid.cell(key, line)))
    points += [point for year, cell in found if cell is not None and (point := _computed(line, year, cell)) is not None]
    return tuple(sorted(points, key=lambda point: (point.year, not point.declared)))


def _computed(line: Line, year: str, cell: Cell) -> Point | None:
    if cell.value is None:
        return None
    n = "" if cell.n is None else count(cell.n)
    return Point(year, cell.value, with_unit(line.info, cell.value), n, cell.status, declared=False)


def told(points: Sequence[Point]) -> str:
    """The points in words: `2011-12: 15.6% (baseline), 2012-13: 16.2%`."""
    return ", ".join(f"{point.year}: {point.written}{' (baseline)' if point.declared else ''}" for point in points)
