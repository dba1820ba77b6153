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

from projects import LAKESIDE, measure, write_yaml
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
_KEY = ("measure", "window", "level", "unit_id", "dimension", "subgroup")
_SHOWN = ("population", "excluded", "missing", "n", "numerator", "denominator", "value")


def test_lakeside_as_it_is(lakeside: Run) -> None:
    assert_agreement(LAKESIDE, lakeside)


def test_lakeside_in_november_at_every_school_by_own_rows(tmp_path: Path) -> None:
    """Every measure whose rows can be told apart is cut by school; nothing is withheld."""

    def settings(project: dict[str, Any]) -> None:
        project["as_of"] = "2012-11-16"
        project["levels"] = {"school": {"attribution": "every_enrollment"}}
        project["subgroups"] = {"english_learner": "students.english_learner", "grade": "students.grade_level",
                                "span": {"formula": "school.grade_low"}}  # fmt: skip

    def measures(definition: dict[str, Any]) -> None:
        definition.pop("confidential", None)
        if definition["id"] in ("math_proficiency", "math_participation", "math_growth"):
            definition["at_school"] = "own"

    folder = _copy(tmp_path, settings, measures)
    assert_agreement(folder, compute(read_portfolio(folder)))


def test_lakeside_with_faults_set_aside(tmp_path: Path) -> None:
    """What is set aside of a unit leaves it without the facts of that table."""

    def settings(project: dict[str, Any]) -> None:
        project["levels"] = {"school": {"attribution": "longest_enrolled"}}
        project["subgroups"] = {"race_ethnicity": "students.race_ethnicity"}

    folder = _copy(tmp_path, settings, lambda definition: definition.pop("confidential", None))
    _break(folder, "attendance", 40, "status", "lost")
    _break(folder, "assessments", 50, "test_status", "")
    _break(folder, "students", 90, "grade_level", "13th")
    _break(folder, "grades", 70, "student_id", "999999")
    _break(folder, "incidents", 30, "date", "yesterday")
    _break(folder, "sections", 60, "school_id", "9999")
    _break(folder, "observations", 80, "score", "good")
    _break(folder, "surveys", 1700, "favorable", "perhaps")
    assert_agreement(folder, compute(read_portfolio(folder), keep_going=True), keep_going=True)


STUDENT_FACTS = {
    "absences": "count(attendance where attendance.status = 'absent')",
    "statuses": "count(distinct attendance.status)",
    "weeks": "count(distinct week(attendance.date) where attendance.absent >= 0.5)",
    "last_status": "last(attendance.status order by attendance.date)",
    "first_absence": "first(attendance.date order by attendance.date where attendance.absent > 0)",
    "since": "days_between(first_absence, as_of)",
    "excused_once": "any(attendance.excused)",
    "excused_always": "all(attendance.excused)",
    "typical_points": "median(grades.points)",
    "core_points": "avg(grades.points where grades.sections.core)",
    "subjects": "count(distinct grades.sections.courses.subject)",
    "subjects_ever": "count(distinct grades.sections.courses.subject years all)",
    "failures_through": "count(grades where grades.failing years through)",
    "tested_grade": "max(assessments.tested_grade)",
    "grade_before": "max(students.grade_level where students.school_year < school_year years through)",
    "entered": "min(enrollments.entry_date where enrollments.primary)",
    "early_absences": "count(attendance where days_between(entered, attendance.date) < 60)",
    "absences_here": "count(attendance where attendance.schools.name = school.name and attendance.absent > 0)",
    "fall_days": "sum(school_days(enrollments.school_id, enrollments.entry_date, '2012-12-21') where enrollments.primary)",
}
MEASURES_OF_FACTS = {
    "student": [
        ("statuses", "avg(statuses)", "own"), ("weeks", "sum(weeks)", "own"), ("since", "median(since)", "own"),
        ("tardy", "percent(last_status in ('tardy', 'early_departure'))", "own"), ("excused", "percent(excused_once)", "own"),
        ("always", "count(excused_always)", "own"), ("points", "avg(core_points - typical_points)", "own"),
        ("subjects", "rate(subjects, subjects_ever, 10)", "whole"), ("failed", "percent(failures_through > 1)", "whole"),
        ("above", "percent(tested_grade >= grade_level)", "own"), ("repeats", "percent(grade_before = grade_level)", "own"),
        ("early", "rate(early_absences, absences, 100)", "own"), ("here", "sum(absences_here)", "own"),
        ("fall", "avg(fall_days)", "own"), ("fall_here", "avg(school_days(school.school_id, '2012-12-01', '2012-12-31'))", "own"),
    ],
    "classroom": [
        ("pupils", "avg(pupils)", None), ("scores", "rate(scores, visits, 1)", None), ("shares", "median(shares)", None),
        ("rooms", "percent(courses.subject = 'mathematics' and pupils > 15)", None),
    ],
    "school": [
        ("stays", "rate(stays, pupils_there, 100)", None), ("answered", "sum(answered)", None), ("visited", "avg(visited)", None),
        ("principal", "count(educators.years_experience > 5)", None),
    ],
    "district": [("new_staff", "rate(new_staff, staff, 100)", None), ("last_day", "avg(last_day)", None)],
}  # fmt: skip
OTHER_FACTS = {
    "classroom": {
        "pupils": "count(distinct rosters.student_id)", "scores": "sum(observations.score)", "visits": "count(observations)",
        "shares": "sum(section_educators.share)",
    },
    "school": {
        "stays": {"formula": "count(enrollments where enrollments.exit_date is null)", "via": "school_id"},
        "pupils_there": {"formula": "count(distinct enrollments.student_id)", "via": "school_id"},
        "answered": "count(distinct surveys.respondent_id where surveys.favorable)",
        "visited": "avg(observations.score where observations.sections.grade_level between 'PK' and '2')",
    },
    "district": {
        "staff": "count(educators)", "new_staff": "count(educators where educators.years_experience < 3)",
        "last_day": "days_between('2012-07-01', max(calendar.date where calendar.instructional))",
    },
}  # fmt: skip


def test_lakeside_by_every_kind_of_fact(tmp_path: Path) -> None:
    """Each aggregate, with and without keys, years, facts and the attributed school inside; one measure looks back."""

    def settings(project: dict[str, Any]) -> None:
        project["as_of"] = "2013-03-15"
        project["levels"] = {"school": {"attribution": "every_enrollment"}}
        project["subgroups"] = {
            "span": "school.grade_low",
            "absent": {"formula": "absences > 5"},
            "lunch": {"program": "lunch", "on": "any_day"},
            "el": {"program": "english_learner", "on": "10-01"},
        }

    folder = _copy(tmp_path, settings, lambda definition: None, shipped=False)
    write_yaml(folder / "measures" / "facts.yml", {"student": STUDENT_FACTS} | OTHER_FACTS)
    for level, rows in MEASURES_OF_FACTS.items():
        for name, formula, at_school in rows:
            definition = measure(id=f"{level}_{name}", level=level, formula=formula)
            definition |= {"at_school": at_school} if at_school else {}
            write_yaml(folder / "measures" / f"{level}-{name}.yml", definition)
    for name, at_school in (("early", "whole"), ("weeks", "own"), ("tardy", "own")):
        weighed = yaml.safe_load((folder / "measures" / f"student-{name}.yml").read_text(encoding="utf-8"))
        formula = "avg(weeks)" if name == "weeks" else weighed["formula"]
        keys = {"id": f"weighed_{name}", "formula": formula, "at_school": at_school, "weight": "rosters.weight"}
        write_yaml(folder / "measures" / f"weighed-{name}.yml", weighed | keys)
    _set_weights(folder)
    leavers = measure(id="leavers", population="grade_level >= 9", formula="percent(exit_type is not null)", look_back=1)
    write_yaml(folder / "measures" / "leavers.yml", leavers)
    assert_agreement(folder, compute(read_portfolio(folder)))


def _set_weights(folder: Path) -> None:
    """Weights of roster entries: a half, none and a fifth among many that are whole."""
    for every, weight in ((3, "0.5"), (7, "0"), (11, "0.2")):
        _break(folder, "rosters", every, "weight", weight)


def _copy(tmp_path: Path, settings: Edit, measures: Edit, shipped: bool = True) -> Path:
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
        if "formula" in definition and shipped:
            _forget_subgroups(definition)
            measures(definition)
            write_yaml(folder / "measures" / file.name, definition)
    return folder


def _forget_subgroups(definition: dict[str, Any]) -> None:
    """Leave out examples, targets and gaps: they name subgroups that these projects need not have."""
    values = [each for values in definition.get("for_each", {}).values() if isinstance(values, dict) for each in values.values()]
    for part in (definition, *values):
        for key in ("examples", "target", "gap"):
            part.pop(key, None)


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


def assert_agreement(folder: Path, run: Run, *, keep_going: bool = False) -> None:
    portfolio = read_portfolio(folder)
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, portfolio.project.as_of)
    whole = TableUnits(read(make_plan(portfolio), period, keep_going=keep_going))
    windows = sorted({window for one in portfolio.measures for window in one.definition.windows})
    seen = {window: _gathered(whole, window) for window in windows}

    roles = {(one.measure.id, window, one.unit, one.in_unit if one.in_level == "school" else None): one.role
             for window, units in seen.items() for one in units
             if one.measure.level == "student" and one.in_level in ("district", "school")}  # fmt: skip
    told = {one.id for one in portfolio.measures if one.definition.confidential is None}
    expected = {key: (role.role, role.reason, role.value) for key, role in roles.items()
                if role.role != "outside" and key[0] in told}  # fmt: skip
    found = {(row["measure"], row["window"], row["student_id"], row["school_id"]): (row["role"], row["reason"], row["value"])
             for row in run.student_results.to_dicts()}  # fmt: skip
    different = _differences(expected, found)
    assert different == []

    # gaps are made of these cells: tests/test_gaps.py
    cells = {tuple(row[name] for name in _KEY): tuple(row[name] for name in _SHOWN) for row in run.results.to_dicts()
             if not row["measure"].endswith(".gap")}  # fmt: skip
    different = _differences({key: cell for window in windows for key, cell in _cells(whole, window, seen[window])}, cells)
    assert different == []


def _differences(expected: dict[Any, Any], found: dict[Any, Any]) -> list[tuple[Any, Any, Any]]:
    """The first keys whose values differ: key, by rows, by columns."""
    assert expected
    keys = [key for key in {**expected, **found} if not _same(expected.get(key), found.get(key))]
    return [(key, expected.get(key), found.get(key)) for key in keys[:10]]


def _same(expected: tuple[Any, ...] | None, found: tuple[Any, ...] | None) -> bool:
    """Whether what was found is what was expected, to the six decimals that a run keeps: of two that are as near either."""
    if expected is None or found is None or len(expected) != len(found):
        return expected is found
    return all(
        abs(one - other) < 5.00001e-7 if isinstance(one, float) and isinstance(other, float) else one == other
        for one, other in zip(expected, found, strict=True)
    )


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
    weight: float | None = None


def _gathered(whole: TableUnits, window: str) -> list[_Seen]:
    units = whole if window == "year_to_date" else TableUnits(whole.dataset, window)
    return [one for level in ("student", "classroom", "school", "district") for one in _seen(whole, units, window, level)]


def _seen(whole: TableUnits, units: TableUnits, window: str, level: str) -> Iterator[_Seen]:
    """Where a unit belongs and which subgroups it is in is told by the whole year, its role by the window."""
    measures = [one for one in units.portfolio.measures if one.level == level and window in one.definition.windows]
    for unit_id in units.ids(level) if measures else ():
        of_year, unit = whole.unit(level, unit_id), units.unit(level, unit_id)
        dimensions = units.portfolio.subgroups if level == "student" else {}
        subgroups = tuple((name, _called(evaluate(node, of_year), kind)) for name, (node, kind) in dimensions.items())
        at_schools: dict[str, TableUnit] = {}
        for asked in measures:
            own = level == "student" and asked.definition.at_school == "own"
            of_window = unit.role(asked)
            for in_level, in_unit, school in _homes(whole, of_year, asked):
                if school is not None and not units.unit("school", school).is_seen:
                    continue
                if own and school is not None and school not in at_schools:
                    at_schools[school] = units.unit(level, unit_id, at_school=school)
                role = at_schools[school].role(asked) if own and school is not None else of_window
                weight = unit.weight(in_unit) if asked.definition.weight and in_level == "classroom" else None
                role = UnitRole("outside") if weight == 0 else role
                yield _Seen(asked, unit_id, in_level, in_unit, role, subgroups, weight)


def _called(value: Any, kind: Type) -> str:
    if value is None or kind is Type.BOOLEAN:
        return {None: "Unknown", True: "Yes", False: "No"}[value]
    return grade_level_label(value) if kind is Type.GRADE_LEVEL else str(value)


def _homes(units: TableUnits, unit: TableUnit, measure: Measure) -> Iterator[tuple[str, str, str | None]]:
    """Level and id of all that a unit belongs to, with the school that this is or is of."""
    yield "district", units.portfolio.project.district.id, None
    if unit.level == "student":
        for school in unit.schools(measure):
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


def _cells(units: TableUnits, window: str, seen: list[_Seen]) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Every result of a window by its key; units and subgroups without anybody are there too, where the window is full."""
    through = units if window == "year_to_date" else TableUnits(units.dataset, window)
    crowds: dict[tuple[str, ...], list[_Seen]] = defaultdict(list)
    labels: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        crowds[one.measure.id, one.in_level, one.in_unit, "all", "all"].append(one)
        for dimension, subgroup in one.subgroups:
            crowds[one.measure.id, one.in_level, one.in_unit, dimension, subgroup].append(one)
            labels[dimension].add(subgroup)
    levels = ("student", "classroom", "school", "district")
    for asked in units.portfolio.measures:
        if window not in asked.definition.windows:
            continue
        groups = [("all", "all")]
        groups += [(name, group) for name in labels for group in labels[name]] if asked.level == "student" else []
        for level in levels[max(levels.index(asked.level), 1) :]:
            for unit_id in units.ids(level):
                seen_here = through.unit(level, unit_id).is_seen
                if seen_here and _is_sensible(units, asked, level, units.unit(level, unit_id).row):
                    keys = [(asked.id, window, level, unit_id, *group) for group in groups]
                    yield from ((key, _figures(units, asked, crowds[key[0], *key[2:]])) for key in keys)


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
    weights = [1.0 if one.weight is None else one.weight for one in crowd if one.role.role in ("n", "numerator")]
    true = float(sum(weight for role, weight in zip(counted, weights, strict=True) if role.role == "numerator"))
    whole = float(sum(weights))
    if measure.formula.aggregate == "percent":
        return (*tally, true, whole, true / whole * 100 if n else None)
    if not n:
        return (*tally, None, None, None)
    first, second = (
        sum((role.parts[place] or 0.0) * weight for role, weight in zip(counted, weights, strict=True) if len(role.parts) > place)
        for place in (0, 1)
    )
    match measure.formula.aggregate:
        case "rate":
            share = first / second * (measure.formula.per or 1.0) if second else None
            return (*tally, first, second, share)
        case "avg":
            return (*tally, first, whole, first / whole)
        case "median":
            return (*tally, None, None, median([role.value or 0.0 for role in counted]))
        case "sum":
            return (*tally, None, None, first)
        case "count":
            return (*tally, true, float(n), true)
    raise AssertionError(f"no figures for {measure.formula.aggregate}")


def _people(units: TableUnits, measure: Measure, crowd: list[_Seen]) -> float:
    """The people that the value of a cell would tell about."""
    confidential = measure.definition.confidential
    counted = [one.unit for one in crowd if one.role.role in ("n", "numerator")]
    if confidential and confidential.count:
        return sum(float(units.unit(measure.level, unit).fact(confidential.count) or 0) for unit in counted)
    sections = set(counted)
    if measure.level == "student":  # in a classroom its own educators, above it those of all classrooms of the students
        stays = units.tables.index("rosters", "student_id", lambda row: row.cell("student_id"))
        sections = {str(stay.cell("section_id")) for unit in counted for stay in stays.get(unit, []) if stay.year == units.year}
        sections &= {one.in_unit for one in crowd if one.in_level == "classroom"} or sections
    rows = [row for row in units.tables.rows("section_educators") if row.cell("section_id") in sections]
    teaching = [row for row in rows if row.cell("role") != "support" and row.cell("share") != 0]
    return len({row.cell("educator_id") for row in teaching})
