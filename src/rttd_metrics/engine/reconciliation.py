"""Figures of a state against ours: what agrees, what differs and by how much, which students part us and by which clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rttd_metrics.data.published import PublishedCell, PublishedStudent, PublishedValue
from rttd_metrics.definitions.deciding import deciding_clause
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.results import Run
from rttd_metrics.formula.values import round_half_away

Outcome = Literal["agrees", "differs", "withheld", "only_theirs", "only_ours"]
Side = Literal["only_ours", "only_theirs", "numerator_ours", "numerator_theirs"]
CellKey = tuple[str, str, str, str, str, str]
"""measure, school year, level, unit id, dimension, subgroup."""


@dataclass(frozen=True, slots=True)
class ReconciledCell:
    """One figure on both sides. `difference` is ours less theirs, in the measure's unit, where both are numbers.

    `withheld`: the state hides the value. `only_theirs`, `only_ours`: the other side has no such cell, or no value in it.
    """

    key: CellKey
    outcome: Outcome
    ours: float | None
    our_n: int | None
    theirs: PublishedValue | None
    their_n: int | None
    difference: float | None = None
    line: int | None = None

    @property
    def n_differs(self) -> bool:
        return None not in (self.our_n, self.their_n) and self.our_n != self.their_n


@dataclass(frozen=True, slots=True)
class PartedStudent:
    """A student who is not the same on both sides, and the clause of ours that says so."""

    measure: str
    school_year: str
    student_id: str
    side: Side
    role: str
    clause: str


@dataclass(frozen=True)
class Reconciliation:
    """Cells in the order of their keys; students by measure and clause. `runs`: ours, by school year."""

    cells: tuple[ReconciledCell, ...]
    students: tuple[PartedStudent, ...]
    runs: Mapping[str, Run]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs: cells that one side lacks or withholds are no difference."""
        return not self.students and all(cell.outcome != "differs" and not cell.n_differs for cell in self.cells)


def reconciled_cells(published: Sequence[PublishedCell], runs: Mapping[str, Run], own_year: str) -> list[ReconciledCell]:
    """Every published cell, and each of ours that stands in a group (measure, year, level, dimension) that is published."""
    theirs = {_key_of(cell, runs, own_year): cell for cell in published}
    groups = {(key[0], key[1], key[2], key[4]) for key in theirs}
    ours: dict[CellKey, tuple[float | None, int | None]] = {}
    for year, run in runs.items():
        rows = run.results.filter(run.results["window"] == "year_to_date")
        wanted = ("measure", "level", "unit_id", "dimension", "subgroup", "value", "n")
        for measure, level, unit, dimension, subgroup, value, n in rows.select(wanted).iter_rows():
            if (measure, year, level, dimension) in groups:
                ours[measure, year, level, unit, dimension, subgroup] = (value, n)
    keys = sorted(set(theirs) | {key for key, (value, _) in ours.items() if value is not None})
    return [_compared(key, theirs.get(key), *ours.get(key, (None, None))) for key in keys]


def _key_of(cell: PublishedCell, runs: Mapping[str, Run], own_year: str) -> CellKey:
    year = cell.school_year or own_year
    unit = cell.unit_id if cell.level != "district" else runs[year].district_id
    return (cell.measure, year, cell.level, unit or "", cell.dimension, cell.subgroup)


def _compared(key: CellKey, theirs: PublishedCell | None, value: float | None, n: int | None) -> ReconciledCell:
    if theirs is None:
        return ReconciledCell(key, "only_ours", value, n, None, None)
    if theirs.value is None:
        return ReconciledCell(key, "withheld", value, n, None, theirs.n, line=theirs.line)
    if value is None:
        return ReconciledCell(key, "only_theirs", None, n, theirs.value, theirs.n, line=theirs.line)
    difference = _difference(value, theirs.value)
    outcome: Outcome = "agrees" if difference == 0 else "differs"
    return ReconciledCell(key, outcome, value, n, theirs.value, theirs.n, difference, theirs.line)


def _difference(ours: float, theirs: PublishedValue) -> float:
    """Ours less theirs, 0 where they are the same to the decimals that are published, or ours lies in the range."""
    if theirs.decimals is None:
        return min(ours - theirs.low, 0.0) + max(ours - theirs.high, 0.0)
    if abs(round_half_away(ours, theirs.decimals) - theirs.low) < 10.0**-theirs.decimals / 2:
        return 0.0
    return round(ours - theirs.low, 6)


def parted_students(
    measures: Iterable[Measure], units: TableUnits, listed: Sequence[PublishedStudent], named: Sequence[str], year: str
) -> list[PartedStudent]:
    """The students of a school year who are counted, or in the numerator, on one side only.

    `listed` are those of the state's file of that year; one that names no measure stands for each of `named`.
    """
    found: list[PartedStudent] = []
    for measure in measures:
        theirs = {
            one.student_id: one for one in listed if one.measure == measure.id or (one.measure is None and measure.id in named)
        }
        if measure.level == "student" and theirs:
            found += _parted_in(measure, units, theirs, year)
    return sorted(found, key=lambda one: (one.measure, one.side, one.clause, one.student_id))


def _parted_in(measure: Measure, units: TableUnits, theirs: Mapping[str, PublishedStudent], year: str) -> list[PartedStudent]:
    known = set(units.ids("student"))
    found = []
    for student in sorted(known | set(theirs)):
        stated = theirs.get(student)
        counted = stated is not None and stated.counted
        if student not in known:
            if counted:
                found.append(PartedStudent(measure.id, year, student, "only_theirs", "outside", "not in the table students"))
            continue
        unit = units.unit("student", student)
        role = unit.role(measure)
        ours = role.role in ("n", "numerator")
        side: Side | None = None
        if ours != counted:
            side = "only_ours" if ours else "only_theirs"
        elif ours and stated is not None and stated.numerator not in (None, role.role == "numerator"):
            side = "numerator_ours" if role.role == "numerator" else "numerator_theirs"
        if side is not None:
            clause = deciding_clause(measure, unit, role) if side != "only_ours" else "counted here, not in their file"
            found.append(PartedStudent(measure.id, year, student, side, role.role, clause))
    return found
