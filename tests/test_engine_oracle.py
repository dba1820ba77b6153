"""The column engine and the row evaluator agree on every unit and every figure.

The rows are evaluated one unit at a time by engine/explain.py, and gathered here in plain Python.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from projects import LAKESIDE, write_yaml
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.definitions.unit_role import UnitRole
from rttd_metrics.engine.explain import TableUnit, TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.table_rows import TableRow
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.values import grade_level_label
from rttd_metrics.jobs.compute import compute

Edit = Callable[[dict[str, Any]], None]
_KEY = ("measure", "level", "unit_id", "dimension", "subgroup")
_SHOWN = ("population", "excluded", "missing", "n", "numerator", "denominator", "value")


def test_lakeside_as_it_is(lakeside: Run) -> None:
    _assert_agreement(LAKESIDE, lakeside)


def test_lakeside_in_november_at_every_school_by_own_rows(tmp_path: Path) -> None:
    """Every measure whose rows can be told apart is cut by school; nothing is withheld."""

    def settings(project: dict[str, Any]) -> None:
        project["as_of"] = "2012-11-16"
        project["levels"] = {"school": {"attribution": "every_enrollment"}}
        project["subgroups"] = {"english_learner": "students.english_learner", "grade": "students.grade_level",
                                "span": {"formula": "school.grade_low"}}  # fmt: skip

    def measures(measure: dict[str, Any]) -> None:
        measure.pop("confidential", None)
        if measure["id"] in ("math_proficiency", "math_participation", "math_growth"):
            measure["at_school"] = "own"

    folder = _copy(tmp_path, settings, measures)
    _assert_agreement(folder, compute(read_portfolio(folder)))


def test_lakeside_with_faults_set_aside(tmp_path: Path) -> None:
    """What is set aside of a unit leaves it without the facts of that table."""

    def settings(project: dict[str, Any]) -> None:
        project["levels"] = {"school": {"attribution": "longest_enrolled"}}
        project["subgroups"] = {"race_ethnicity": "students.race_ethnicity"}

    folder = _copy(tmp_path, settings, lambda measure: measure.pop("confidential", None))
    _break(folder, "attendance", 40, "status", "lost")
    _break(folder, "assessments", 50, "test_status", "")
    _break(folder, "students", 90, "grade_level", "13th")
    _break(folder, "grades", 70, "student_id", "999999")
    _break(folder, "incidents", 30, "date", "yesterday")
    _break(folder, "sections", 60, "school_id", "9999")
    _break(folder, "observations", 80, "score", "good")
    _break(folder, "surveys", 1700, "favorable", "perhaps")
    _assert_agreement(folder, compute(read_portfolio(folder), keep_going=True), keep_going=True)


def _copy(tmp_path: Path, settings: Edit, measures: Edit) -> Path:
    """Lakeside with other settings, and with the shipped measures edited."""
    folder = tmp_path / "lakeside"
    shutil.copytree(LAKESIDE / "data", folder / "data")
    (folder / "measures").mkdir()
    project = yaml.safe_load((LAKESIDE / "rttd.yml").read_text(encoding="utf-8")) | {"measures": ["measures"]}
    project |= {"school_year": "2012-13", "as_of": str(project["as_of"])}
    settings(project)
    write_yaml(folder / "rttd.yml", project)
    for file in sorted(shipped_folder().rglob("*.yml")):
        definition = yaml.safe_load(file.read_text(encoding="utf-8"))
        if "formula" in definition:
            del definition["examples"]
            measures(definition)
            write_yaml(folder / "measures" / file.name, definition)
    return folder


def _break(folder: Path, table: str, every: int, field: str, text: str) -> None:
    """Put `text` in the field of one row in so many."""
    path = folder / "data" / f"{table}.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index(field)
    for number in range(every // 2, len(lines), every):
        cells = lines[number].split(",")
        cells[place] = text
        lines[number] = ",".join(cells)
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


# -- The comparison ---------------------------------------------------------------------------------------


def _assert_agreement(folder: Path, run: Run, *, keep_going: bool = False) -> None:
    portfolio = read_portfolio(folder)
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, portfolio.project.as_of)
    units = TableUnits(read(make_plan(portfolio), period, keep_going=keep_going))
    seen = [one for level in ("student", "classroom", "school", "district") for one in _seen(units, level)]

    roles = {(one.measure.id, one.unit, one.in_unit if one.in_level == "school" else None): one.role
             for one in seen if one.measure.level == "student" and one.in_level in ("district", "school")}  # fmt: skip
    expected = {key: (role.role, role.reason, _rounded(role.value)) for key, role in roles.items() if role.role != "outside"}
    found = {(row["measure"], row["student_id"], row["school_id"]): (row["role"], row["reason"], row["value"])
             for row in run.student_results.to_dicts()}  # fmt: skip
    assert _differences(expected, found) == []

    cells = {tuple(row[name] for name in _KEY): tuple(row[name] for name in _SHOWN) for row in run.results.to_dicts()}
    assert _differences(dict(_cells(units, seen)), cells) == []


def _differences(expected: dict[Any, Any], found: dict[Any, Any]) -> list[tuple[Any, Any, Any]]:
    """The first keys whose values differ: key, by rows, by columns."""
    assert expected
    keys = [key for key in {**expected, **found} if expected.get(key) != found.get(key)]
    return [(key, expected.get(key), found.get(key)) for key in keys[:10]]


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 6) + 0.0


# -- Units gathered in larger ones ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A unit of a measure as one classroom, school or the district sees it, with its subgroups and educators."""

    measure: Measure
    unit: str
    in_level: str
    in_unit: str
    role: UnitRole
    subgroups: tuple[tuple[str, str], ...] = ()


def _seen(units: TableUnits, level: str) -> Iterator[_Seen]:
    measures = [measure for measure in units.portfolio.measures if measure.level == level]
    for unit_id in units.ids(level) if measures else ():
        unit = units.unit(level, unit_id)
        subgroups = tuple((name, _called(evaluate(node, unit), kind)) for name, (node, kind) in units.portfolio.subgroups.items())
        at_schools: dict[str, TableUnit] = {}
        for measure in measures:
            own = level == "student" and measure.definition.at_school == "own"
            whole = unit.role(measure)
            for in_level, in_unit, school in _homes(units, unit, measure):
                if own and school is not None and school not in at_schools:
                    at_schools[school] = units.unit(level, unit_id, at_school=school)
                role = at_schools[school].role(measure) if own and school is not None else whole
                yield _Seen(measure, unit_id, in_level, in_unit, role, subgroups if level == "student" else ())


def _called(value: Any, kind: Type) -> str:
    if value is None or kind is Type.BOOLEAN:
        return {None: "Unknown", True: "Yes", False: "No"}[value]
    return grade_level_label(value) if kind is Type.GRADE_LEVEL else str(value)


def _homes(units: TableUnits, unit: TableUnit, measure: Measure) -> Iterator[tuple[str, str, str | None]]:
    """Level and id of all that a unit belongs to, with the school that this is or is of."""
    yield "district", units.portfolio.project.district.id, None
    if unit.level == "student":
        for school in unit.schools():
            yield "school", school, school
        stays = units.tables.index("rosters", "student_id", lambda row: row.cell("student_id")).get(unit.unit_id, [])
        for section in sorted({str(stay.cell("section_id")) for stay in stays if stay.year == units.year}):
            row = units.unit("classroom", section).row
            if _is_sensible(units, measure, "classroom", row):
                yield "classroom", section, str(row.cell("school_id"))
    elif unit.level == "classroom":
        yield "classroom", unit.unit_id, None
        if unit.row and not unit.row.aside:
            yield "school", str(unit.row.cell("school_id")), None
    elif unit.level == "school":
        yield "school", unit.unit_id, None


def _cells(units: TableUnits, seen: list[_Seen]) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Every result by its key; units and subgroups without anybody are there too."""
    crowds: dict[tuple[str, ...], list[_Seen]] = defaultdict(list)
    labels: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        crowds[one.measure.id, one.in_level, one.in_unit, "all", "all"].append(one)
        for dimension, subgroup in one.subgroups:
            crowds[one.measure.id, one.in_level, one.in_unit, dimension, subgroup].append(one)
            labels[dimension].add(subgroup)
    levels = ("student", "classroom", "school", "district")
    for measure in units.portfolio.measures:
        groups = [("all", "all")]
        groups += [(name, group) for name in labels for group in labels[name]] if measure.level == "student" else []
        for level in levels[max(levels.index(measure.level), 1) :]:
            for unit_id in units.ids(level):
                if _is_sensible(units, measure, level, units.unit(level, unit_id).row):
                    keys = [(measure.id, level, unit_id, *group) for group in groups]
                    yield from ((key, _figures(units, measure, crowds[key])) for key in keys)


def _is_sensible(units: TableUnits, measure: Measure, level: str, row: TableRow | None) -> bool:
    """Whether a measure has results for the unit of this row, None for the district."""
    if row is None or row.aside:
        return row is None
    in_all = level != "classroom" or measure.classrooms is None
    return in_all or evaluate(measure.classrooms, units.tables.district, row) is True


def _figures(units: TableUnits, measure: Measure, crowd: list[_Seen]) -> tuple[Any, ...]:
    """population, excluded, missing, n, numerator, denominator and value of those in a cell."""
    roles = [one.role for one in crowd if one.role.role != "outside"]
    counted = [role for role in roles if role.role in ("n", "numerator")]
    n = len(counted)
    if measure.definition.confidential and n and _people(units, measure, crowd) < measure.definition.confidential.minimum:
        return (None,) * len(_SHOWN)
    tally = (len(roles), *(sum(role.role == name for role in roles) for name in ("excluded", "missing")), n)
    true = float(sum(role.role == "numerator" for role in counted))
    if measure.formula.aggregate == "percent":
        return (*tally, true, float(n), _rounded(true / n * 100) if n else None)
    if not n:
        return (*tally, None, None, None)
    first, second = (sum(role.parts[place] or 0.0 for role in counted if len(role.parts) > place) for place in (0, 1))
    match measure.formula.aggregate:
        case "rate":
            share = first / second * (measure.formula.per or 1.0) if second else None
            return (*tally, _rounded(first), _rounded(second), _rounded(share))
        case "avg":
            return (*tally, _rounded(first), float(n), _rounded(first / n))
        case "median":
            return (*tally, None, None, _rounded(median([role.value or 0.0 for role in counted])))
    raise AssertionError(f"no figures for {measure.formula.aggregate}")


def _people(units: TableUnits, measure: Measure, crowd: list[_Seen]) -> float:
    """The people that the value of a cell would tell about."""
    confidential = measure.definition.confidential
    counted = [one.unit for one in crowd if one.role.role in ("n", "numerator")]
    if confidential and confidential.count:
        return sum(float(units.unit(measure.level, unit).fact(confidential.count) or 0) for unit in counted)
    rows = [row for row in units.tables.rows("section_educators") if row.cell("section_id") in counted]
    return len({row.cell("educator_id") for row in rows})
