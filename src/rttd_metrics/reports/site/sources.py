"""What the pages are made of: a run, the school years around it, its students, and what the definitions say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from rttd_metrics.definitions.thresholds import Threshold
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.reports.catalog.contents import MeasurePage
from rttd_metrics.reports.cells import EVERYONE, Cell, Line, Unit, lines, subgroup_place, units

_KEY = ("level", "unit_id", "measure", "window", "dimension", "subgroup")


class Grid:
    """The cells of a run for some measures, by what they are of. Classrooms are looked at as a whole, without subgroups."""

    def __init__(self, run: Run, ids: Sequence[str]) -> None:
        wanted = pl.col("measure").is_in(list(ids)) & ((pl.col("level") != "classroom") | (pl.col("dimension") == EVERYONE[0]))
        rows = run.results.filter(wanted).select(*_KEY, *Cell._fields)
        width = len(_KEY)
        self._cells = {row[:width]: Cell(*row[width:]) for row in rows.iter_rows()}

    def cell(self, unit: tuple[str, str], line: Line, dimension: str = "all", subgroup: str = "all") -> Cell | None:
        """`unit`: level and id."""
        return self._cells.get((*unit, line.info.id, line.window, dimension, subgroup))


@dataclass(frozen=True)
class Definition:
    """What the definition of a measure tells a reader. `baselines`, `targets`: of everyone in the district, by school year;
    `thresholds`: what decides it for one student."""

    page: MeasurePage
    baselines: Mapping[str, float]
    targets: Mapping[str, float]
    thresholds: Sequence[Threshold]


@dataclass(frozen=True)
class Sources:
    """`shown`: the measures that have pages, with their gaps; `flags`: those that have a column in the lists of students
    only. `earlier`: earlier school years, each to its end, oldest first; `same_day`: the school year before, as of the same
    day of the year. `people`: student_id, name, grade_level. `definitions` by measure id."""

    run: Run
    earlier: Sequence[Run]
    same_day: Run | None
    details: StudentDetails
    people: pl.DataFrame
    shown: Sequence[str]
    flags: Sequence[str]
    definitions: Mapping[str, Definition]

    @cached_property
    def every_line(self) -> list[Line]:
        """The shown measures in each of their windows, and their gaps."""
        return lines(self.run, self.shown)

    @cached_property
    def lines(self) -> list[Line]:
        """Without the gaps."""
        return [line for line in self.every_line if line.info.gap is None]

    @cached_property
    def grid(self) -> Grid:
        return Grid(self.run, [*(line.info.id for line in self.every_line), *self.flags])

    @cached_property
    def earlier_grids(self) -> list[tuple[str, Grid]]:
        return [(run.school_year, Grid(run, self.shown)) for run in self.earlier]

    @cached_property
    def same_day_grid(self) -> Grid | None:
        return Grid(self.same_day, self.shown) if self.same_day is not None else None

    @cached_property
    def district(self) -> Unit:
        return Unit("district", self.run.district_id, self.run.district_name, None)

    @cached_property
    def schools(self) -> list[Unit]:
        return units(self.run, "school")

    @cached_property
    def classrooms(self) -> Mapping[str | None, Sequence[Unit]]:
        """By the school they are in."""
        found: dict[str | None, list[Unit]] = {}
        for unit in units(self.run, "classroom"):
            found.setdefault(unit.school_id, []).append(unit)
        return found

    @cached_property
    def subgroups(self) -> Mapping[str, Sequence[str]]:
        """The subgroups of each dimension that the district has: grades in order, else by name, Unknown last."""
        rows = self.run.results.filter(level="district").select("dimension", "subgroup").unique()
        found: dict[str, list[str]] = {}
        for dimension, subgroup in rows.iter_rows():
            if dimension != EVERYONE[0]:
                found.setdefault(dimension, []).append(subgroup)
        return {dimension: sorted(found[dimension], key=subgroup_place) for dimension in sorted(found)}
