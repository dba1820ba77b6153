"""A unit that others are rolled up to, explained: who counts and who does not, how far the target is, who is nearest."""

import math
from collections import Counter
from collections.abc import Sequence

import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.explanation.changes import smallest_changes
from rttd_metrics.engine.explanation.contents import CrowdExplanation, NearStudent
from rttd_metrics.engine.explanation.places import Places
from rttd_metrics.engine.judge import good_side
from rttd_metrics.engine.results import Run

MOST_SEARCHED = 200
"""Students looked at for the nearest ones."""
_WITHIN = 20
"""Rows within which a student is near."""


def cell_of(run: Run, measure: Measure, level: str, unit_id: str) -> dict[str, object] | None:
    """The unit's row for everyone, whole year; None where the measure has no such unit."""
    rows = run.results.filter(
        (pl.col("measure") == measure.id)
        & (pl.col("level") == level)
        & (pl.col("unit_id") == unit_id)
        & (pl.col("dimension") == "all")
        & (pl.col("window") == "year_to_date")
    )
    return rows.row(0, named=True) if rows.height else None


def students_of(run: Run, measure: Measure, level: str, unit_id: str) -> pl.DataFrame:
    """student_id, role, reason, met of the students that a school, or the district, counts in a measure of students."""
    rows = run.student_results.filter((pl.col("measure") == measure.id) & (pl.col("window") == "year_to_date"))
    here = pl.col("school_id").is_null() if level == "district" else pl.col("school_id") == unit_id
    return rows.filter(here).select("student_id", "role", "reason", "met")


def members_of(units: TableUnits, measure: Measure, level: str, unit_id: str) -> pl.DataFrame:
    """The same by the row evaluator: the students of a classroom, or the smaller units of a school or the district, by their
    roles. `student_id` is the id of such a unit; units outside the measure are left out."""
    good = good_side(measure)
    rows = []
    for member, school in _members(units, measure, level, unit_id):
        unit = units.unit(measure.level, member, school)
        role = unit.role(measure)
        weighs_nothing = _weighs(measure, level) and unit.weight(unit_id) <= 0
        if role.role != "outside" and not weighs_nothing:
            met = None if good is None or role.value is None else (role.value == 1.0) is good
            rows.append((member, role.role, role.reason, met))
    schema = {"student_id": pl.String, "role": pl.String, "reason": pl.String, "met": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _weighs(measure: Measure, level: str) -> bool:
    return measure.definition.weight is not None and level == "classroom"


def _members(units: TableUnits, measure: Measure, level: str, unit_id: str) -> list[tuple[str, str | None]]:
    """The units below one, and the school that sees them, where it sees its own rows only."""
    tables = units.tables
    if measure.level == "student":  # of a classroom
        section = tables.find("sections", "section_id", unit_id, units.year)
        school = str(section.cell("school_id")) if section is not None and measure.definition.at_school == "own" else None
        roster = tables.index("rosters", "section_id", lambda row: row.cell("section_id")).get(unit_id, [])
        known = set(units.ids("student"))
        ids = {str(row.cell("student_id")) for row in roster if row.year == units.year}
        return [(one, school) for one in sorted(ids & known)]
    ids = set(units.ids(measure.level))
    if level == "school":
        ids = {one for one in ids if one == unit_id or units.own_rows(measure.level)[one].cell("school_id") == unit_id}
    return [(one, None) for one in sorted(ids)]


def explain_crowd(
    run: Run, measure: Measure, cell: dict[str, object], students: pl.DataFrame, units: TableUnits | None
) -> CrowdExplanation:
    """`cell` and `students` as the functions above give them; `units` of the students on the side that is not good, in which
    the nearest are looked for; None where nobody is to be looked for."""
    roles = Counter((str(role), reason) for role, reason in students.select("role", "reason").iter_rows())
    missing = students.filter(pl.col("role") == "missing").select("student_id", "reason").sort("student_id")
    level, unit_id = str(cell["level"]), str(cell["unit_id"])
    short = students_short(measure, cell)
    behind = not_on_good_side(students)
    nearest: Sequence[NearStudent] = ()
    if short and units is not None:
        nearest = _nearest(measure, units, behind[:MOST_SEARCHED], level, unit_id)
    return CrowdExplanation(
        measure,
        level,
        unit_id,
        str(cell["unit_name"]),
        run.school_year,
        run.as_of,
        dict(sorted(roles.items(), key=lambda one: (one[0][0], one[0][1] or ""))),
        tuple((one, why) for one, why in missing.iter_rows()),
        _float(cell["value"]),
        int(str(cell["n"])),
        _float(cell["numerator"]),
        _float(cell["target"]),
        str(cell["status"]),
        short,
        tuple(nearest),
        len(behind),
    )


def not_on_good_side(students: pl.DataFrame) -> list[str]:
    """The ids of those who count and are not on the good side, sorted."""
    return sorted(students.filter(pl.col("met") == False)["student_id"].to_list())  # noqa: E712 - of a column


def students_short(measure: Measure, cell: dict[str, object]) -> int | None:
    """How many more units on the good side meet the target, the others being as they are; None where that cannot be said, as
    where they do not count alike."""
    if _weighs(measure, str(cell["level"])):
        return None
    value, target, numerator = (_float(cell[name]) for name in ("value", "target", "numerator"))
    if measure.formula.aggregate not in ("percent", "count") or value is None or target is None or numerator is None:
        return None
    whole = float(str(cell["n"])) / 100 if measure.formula.aggregate == "percent" else 1.0
    wanted = round(target * whole, 6)
    if good_side(measure) is True:
        return max(math.ceil(wanted) - int(numerator), 0)
    return max(int(numerator) - math.floor(wanted), 0)


def _nearest(measure: Measure, units: TableUnits, students: Sequence[str], level: str, unit_id: str) -> list[NearStudent]:
    """Those whom the smallest changes would take to the good side, the smallest first."""
    places = Places(units.dataset)
    own = unit_id if level == "school" and measure.definition.at_school == "own" else None
    found = []
    for student in students:
        changes = smallest_changes(measure, units.unit("student", student, own), places, _WITHIN)
        if changes:
            found.append(NearStudent(student, changes[0]))
    return sorted(found, key=lambda one: (one.change.size, one.student_id))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
