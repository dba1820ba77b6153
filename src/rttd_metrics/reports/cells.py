"""The results of a run as reports look them up: lines (a measure and a window), units, and cells."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from rttd_metrics.engine.results import MeasureInfo, Run

CONDITIONS: Mapping[str, str] = {
    "effective_learning_environments": "Effective learning environments",
    "effective_student_support": "Effective student support",
    "organizational_efficacy": "Organizational efficacy",
    "outcome": "Outcomes",
}
EVERYONE = ("all", "all")  # the dimension and subgroup of everyone
WHOLE_YEAR = "year_to_date"
_EARLY_GRADES = {"PK": -2, "KG": -1}
PARENT_LEVEL: Mapping[str, str] = {"school": "district", "classroom": "school"}


class Line(NamedTuple):
    """A measure in one of its windows."""

    info: MeasureInfo
    window: str

    @property
    def title(self) -> str:
        return self.info.title if self.window == WHOLE_YEAR else f"{self.info.title}, {self._window}"

    @property
    def name(self) -> str:
        """The measure's id, and the window unless it is the year to date."""
        return self.info.id if self.window == WHOLE_YEAR else f"{self.info.id}, {self._window}"

    @property
    def _window(self) -> str:
        return self.window.replace("_", " ")


class Unit(NamedTuple):
    level: str
    id: str
    name: str
    school_id: str | None


class Cell(NamedTuple):
    """One row of the results, without the columns that place it. Withheld cells have no numbers."""

    population: int | None
    excluded: int | None
    missing: int | None
    n: int | None
    value: float | None
    baseline: float | None
    target: float | None
    status: str
    uncertain: bool | None
    numerator: float | None
    denominator: float | None


class Key(NamedTuple):
    measure: str
    window: str
    unit_id: str
    dimension: str
    subgroup: str


Cells = Mapping[Key, Cell]


def chosen_measures(run: Run, ids: Sequence[str] = ()) -> list[MeasureInfo]:
    """The measures with these ids and their gaps, all without any, by condition and then in the run's order."""
    order = list(CONDITIONS)
    chosen = (info for info in run.measures if not ids or info.id in ids or (info.gap and info.gap.measure in ids))
    return sorted(chosen, key=lambda info: order.index(info.condition))


def lines(run: Run, ids: Sequence[str] = (), window: str | None = None) -> list[Line]:
    """The chosen measures in each window (or the chosen one) that has results, the year to date first."""
    windows: dict[str, list[str]] = {}
    pairs = run.results.select("measure", "window").unique().sort("measure", "window")
    for measure, found in pairs.iter_rows():
        if window in (None, found):
            windows.setdefault(measure, []).append(found)
    return [
        Line(info, found)
        for info in chosen_measures(run, ids)
        for found in sorted(windows.get(info.id, []), key=lambda found: found != WHOLE_YEAR)
    ]


def units(run: Run, level: str) -> list[Unit]:
    """The units of a level, by id; one without a name goes by its id."""
    rows = run.results.filter(pl.col("level") == level).select("level", "unit_id", "unit_name", "school_id")
    found = rows.unique(subset="unit_id", keep="first", maintain_order=True).sort("unit_id")
    return [Unit(level, id_, name or id_, school_id) for level, id_, name, school_id in found.iter_rows()]


def cells(run: Run, level: str, *, unit_ids: Sequence[str] | None = None, dimension: str | None = None) -> Cells:
    """The cells of everyone, and of the subgroups of `dimension`, at a level (of some units, if given)."""
    dimensions = [EVERYONE[0]] if dimension is None else [EVERYONE[0], dimension]
    rows = run.results.filter(pl.col("level") == level, pl.col("dimension").is_in(dimensions))
    if unit_ids is not None:
        rows = rows.filter(pl.col("unit_id").is_in(list(unit_ids)))
    width = len(Key._fields)
    selected = rows.select(*Key._fields, *Cell._fields)
    return {Key(*row[:width]): Cell(*row[width:]) for row in selected.iter_rows()}


def everyone(cells: Cells, line: Line, unit_id: str) -> Cell | None:
    """The cell of everyone in a unit, None where the measure has none there."""
    return cells.get(Key(line.info.id, line.window, unit_id, *EVERYONE))


def subgroups(cells: Cells, dimension: str) -> list[str]:
    """The subgroups of a dimension that stand in `cells`: grades in order, else by name, Unknown last."""
    found = {key.subgroup for key in cells if key.dimension == dimension}
    return sorted(found, key=subgroup_place)


def subgroup_place(subgroup: str) -> tuple[bool, int, str]:
    """Where a subgroup stands among those of its dimension."""
    grade = _EARLY_GRADES.get(subgroup, int(subgroup) if subgroup.isdecimal() else 0)
    return subgroup == "Unknown", grade, subgroup
