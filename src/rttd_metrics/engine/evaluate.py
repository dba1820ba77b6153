"""The whole way from definitions and files to the results of a run."""

import datetime
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.gap import gap_id
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.subgroups import UNKNOWN
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.crowds import sensible_sections, student_crowds, unit_crowds
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.facts import with_facts
from rttd_metrics.engine.gaps import absent_references, gap_cells, gap_in
from rttd_metrics.engine.infos import measure_infos
from rttd_metrics.engine.judge import Judgement, judged
from rttd_metrics.engine.membership import membership
from rttd_metrics.engine.plan import Plan, make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.results import RESULT_SCHEMA, Run
from rttd_metrics.engine.roles import Roles, with_roles
from rttd_metrics.engine.rollup import Crowd, cells, cells_of
from rttd_metrics.engine.run_id import Fingerprints, run_id_of
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.engine.student_results import student_results
from rttd_metrics.engine.tally import tally
from rttd_metrics.engine.unit_names import unit_names
from rttd_metrics.engine.units import at_each_school, units, with_school
from rttd_metrics.formula.nodes import Column, Node, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, UNIT
from rttd_metrics.formula.values import grade_level_label, school_year_label

WINDOW = "year_to_date"


def evaluate(
    portfolio: Portfolio,
    *,
    school_year: int | None = None,
    as_of: datetime.date | None = None,
    keep_going: bool = False,
    version: str,
    details: StudentDetails | None = None,
) -> Run:
    """Read the data of a project and compute every measure at every level.

    `details` are filled with what they want of the students. Raises read.DataFaults where the data do not allow it.
    """
    project = portfolio.project
    year = school_year or portfolio.school_year
    day = as_of or (project.as_of if year == portfolio.school_year else None)
    plan = make_plan(portfolio)
    dataset = read(plan, Period(year, project.school_year_starts, day), keep_going=keep_going, tally=tally)
    data_through = dataset.data_through
    with Fingerprints(dataset) as fingerprints:
        parts, students = _levels(dataset, details)
        files = fingerprints.files()
    stamp = {
        "run_id": run_id_of(portfolio, files, year, dataset.as_of, version),
        "school_year": school_year_label(year),
        "as_of": dataset.as_of,
        "window": WINDOW,
    }
    with ThreadPoolExecutor(1) as beside:
        of_students = beside.submit(student_results, students, stamp)
        results = _in_one_piece([parts.pop(key) for key in sorted(parts)])
        stamped = _stamped(results, stamp, project.district.id)
    return Run(
        run_id=str(stamp["run_id"]),
        district_id=project.district.id,
        district_name=project.district.name,
        school_year=school_year_label(year),
        as_of=dataset.as_of,
        data_through=data_through,
        version=version,
        measures=tuple(info for measure in portfolio.measures for info in measure_infos(measure, portfolio.subgroups)),
        results=stamped,
        student_results=of_students.result(),
        problems=(*(finding.as_problem() for finding in dataset.findings), *absent_references(portfolio.measures, results)),
        files=files,
    )


_UNSTAMPED = {
    name: kind for name, kind in RESULT_SCHEMA.items() if name not in ("run_id", "school_year", "as_of", "window", "district_id")
}


def _in_one_piece(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all parts, a column at a time: so not everything is held twice at once. Empties the parts."""
    if not parts:
        return pl.DataFrame(schema=_UNSTAMPED)
    return pl.DataFrame([pl.concat([part.drop_in_place(name) for part in parts], rechunk=True) for name in _UNSTAMPED])


def _levels(dataset: Dataset, details: StudentDetails | None) -> tuple[dict[tuple[str, str], pl.DataFrame], dict[str, Crowd]]:
    """Results by measure and level, and the crowds of students by the level they are seen at."""
    plan = dataset.plan
    for level in ("school", "classroom"):  # the largest first: only smaller units refer to them
        if facts := plan.referred.get(level):
            seen = units(dataset, level, _columns_of_unit(fact.node for fact in facts))
            view = with_facts(seen, dataset, facts)
            dataset.unit_facts[level] = (view.frame, view.key)
    numbered = dict(enumerate(plan.portfolio.measures))
    gathered: list[tuple[dict[str, Crowd], dict[str, pl.DataFrame]]] = []
    students: dict[str, Crowd] = {}
    for level in ("student", "classroom", "school", "district"):
        measures = {number: measure for number, measure in numbered.items() if measure.level == level}
        if not measures:
            continue
        if level == "student":
            gathered.append(_students(dataset, measures, details))
            # Classrooms, the largest crowd, have no rows a student: they are let go of once they are judged.
            students = {seen: crowd for seen, crowd in gathered[0][0].items() if seen != "classroom"}
        else:
            view = with_facts(units(dataset, level, _unit_columns(plan, level)), dataset, plan.facts[level])
            gathered.append((unit_crowds(dataset, with_roles(view, dataset, measures, {})), {}))
    dataset.release_events()
    waiting = [(level, crowd, labels) for crowds, labels in gathered for level, crowd in crowds.items()]
    # Two at once: judging is many small steps, which do not keep every core busy.
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda one: (one[0], _results(dataset, *one)), waiting)
        parts = {(measure, level): frame for level, frames in found for measure, frame in frames.items()}
    return parts, students


def _unit_columns(plan: Plan, level: str) -> list[Column]:
    """Every column that formulas of the level read of the unit itself."""
    formulas: list[Node] = [node for measure in plan.measures(level) for node in measure.nodes()]
    formulas += [fact.node for fact in plan.facts[level]]
    formulas += [node for node, _ in plan.portfolio.subgroups.values()] if level == "student" else []
    return _columns_of_unit(formulas)


def _columns_of_unit(formulas: Iterable[Node]) -> list[Column]:
    found = [node for formula in formulas for node in formula.walk() if isinstance(node, Column)]
    return [column for column in dict.fromkeys(found) if column.base in (UNIT, ATTRIBUTED_SCHOOL)]


def _students(
    dataset: Dataset, measures: Mapping[int, Measure], details: StudentDetails | None
) -> tuple[dict[str, Crowd], dict[str, pl.DataFrame]]:
    plan = dataset.plan
    columns = _unit_columns(plan, "student")
    view = units(dataset, "student", columns)
    members = membership(dataset, view.frame)
    _warn_of_missing_places(dataset, members.schools is None, members.classrooms is None)
    if members.home is not None:
        view = with_school(view, dataset, members.home, columns)
    subgroups = plan.portfolio.subgroups
    own: Roles | None = None
    owned = {number: measure for number, measure in measures.items() if measure.definition.at_school == "own"}
    pairs = [frame for frame in (members.any_school, members.classrooms) if frame is not None]
    if owned and pairs:
        seen = at_each_school(view, dataset, pairs, columns)
        needed = plan.portfolio.facts.needed("student", [node for measure in owned.values() for node in measure.nodes()])
        own = with_roles(with_facts(seen, dataset, needed), dataset, owned, {})
    whole = with_roles(
        with_facts(view, dataset, plan.facts["student"]), dataset, measures, {name: node for name, (node, _) in subgroups.items()}
    )
    labels = {name: _labels(whole, name, kind) for name, (_, kind) in subgroups.items()}
    crowds = student_crowds(dataset, whole, own, members, list(subgroups))
    if details is not None:
        details.look(whole, own, members, crowds)
    return crowds, labels


def _warn_of_missing_places(dataset: Dataset, no_schools: bool, no_classrooms: bool) -> None:
    """Levels that are left out because no file says where the students belong."""
    place = (Place("rttd.yml"),)
    if no_schools:
        detail = "without it, or a school_id in students, measures of students have no school results"
        dataset.findings.append(Finding("unplaced", "enrollments", place, detail=detail, severity="warning"))
    if no_classrooms:
        detail = "without it and sections, measures of students have no classroom results"
        dataset.findings.append(Finding("unplaced", "rosters", place, detail=detail, severity="warning"))


def _labels(roles: Roles, dimension: str, kind: Type) -> pl.DataFrame:
    """The subgroups of a dimension that the district has: raw value and what it is called."""
    name = f"dimension.{dimension}"
    raw = collect(roles.frame.select(name).unique())[name].alias("raw")
    called = [_called(value, kind) for value in raw.to_list()]
    return pl.DataFrame([raw, pl.Series("subgroup", called, dtype=pl.String)])


def _called(value: object, kind: Type) -> str:
    if value is None:
        return UNKNOWN
    if kind is Type.BOOLEAN:
        return "Yes" if value else "No"
    return grade_level_label(value) if kind is Type.GRADE_LEVEL and isinstance(value, int) else str(value)


def _results(dataset: Dataset, level: str, crowd: Crowd, labels: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """By measure, its judged rows at one level, without what is the same in all rows of the run; sorted by unit,
    dimension and subgroup."""
    named = unit_names(dataset, level)
    wide = cells(crowd, named.select("unit_id"), labels)
    places = wide.select("unit_id").join(named, on="unit_id", how="left", maintain_order="left")
    wide = wide.with_columns(places["unit_id"].cast(pl.String))
    judgement = Judgement(school_year_label(dataset.period.school_year), dataset.as_of, dataset.year_end)
    found = {}
    for number, measure in crowd.measures.items():
        of_measure = cells_of(wide, number).with_columns(places["unit_name"], places["school_id"])
        sections = sensible_sections(dataset, measure) if level == "classroom" else None
        if sections is not None:
            of_measure = of_measure.filter(pl.col("unit_id").is_in(sections.implode()))
        rows = {measure.id: judged(of_measure, measure, judgement, level)}
        if gap := gap_in(measure, labels):
            rows[gap_id(measure.id)] = gap_cells(rows[measure.id], measure, gap, judgement, level)
        for id_, frame in rows.items():
            placed = frame.with_columns(level=pl.lit(level), measure=pl.lit(id_))
            found[id_] = placed.select(pl.col(name).cast(kind) for name, kind in _UNSTAMPED.items())
    return found


def _stamped(results: pl.DataFrame, stamp: Mapping[str, object], district_id: str) -> pl.DataFrame:
    """The columns of the contract, in its order."""
    full = results.with_columns(
        *(pl.lit(value, dtype=RESULT_SCHEMA[name]).alias(name) for name, value in stamp.items()),
        pl.lit(district_id).alias("district_id"),
    )
    return full.select(list(RESULT_SCHEMA))
