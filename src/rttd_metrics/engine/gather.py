"""From a dataset to crowds: the units of every measure with their roles, gathered in larger units, window by window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.definitions.facts import ResolvedFact
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import UNKNOWN
from rttd_metrics.definitions.windows import YEAR_TO_DATE
from rttd_metrics.engine.backend import collect, materialize
from rttd_metrics.engine.crowds import student_crowds, unit_crowds
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.facts import with_facts
from rttd_metrics.engine.membership import Membership, membership
from rttd_metrics.engine.plan import Plan, facts_of
from rttd_metrics.engine.roles import Roles, with_roles
from rttd_metrics.engine.rollup import Crowd
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.engine.units import View, at_each_school, units, with_school
from rttd_metrics.engine.window import START, Window
from rttd_metrics.engine.windows import full_places, full_windows, with_window
from rttd_metrics.formula.nodes import Column, Node, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, UNIT
from rttd_metrics.formula.values import grade_level_label


@dataclass(frozen=True)
class Gathered:
    """The crowds of one window by the level they are seen at, and by dimension the subgroups of students.

    `window` is None for the year to date; `unit_level` is what the units are.
    """

    window: Window | None
    unit_level: str
    crowds: dict[str, Crowd]
    labels: Mapping[str, pl.DataFrame]

    @property
    def name(self) -> str:
        return self.window.name if self.window else YEAR_TO_DATE


@dataclass(frozen=True)
class _Students:
    """What the year to date says of students for every window: where they belong and which subgroups they are in."""

    members: Membership
    whole: Roles
    labels: Mapping[str, pl.DataFrame]


def gathered(dataset: Dataset, details: StudentDetails | None = None) -> list[Gathered]:
    """Everything to be judged, the year to date first. The tables of events, which are the large ones, are let go of.

    `details` are filled with what they want of the students, as the year to date sees them.
    """
    found: list[Gathered] = []
    known: _Students | None = None
    for seen in (dataset, *(dataset.within(window) for window in full_windows(dataset))):
        _make_referred_facts(seen)
        for level in ("student", "classroom", "school", "district"):
            measures = _measures(seen, level)
            if not measures:
                continue
            if level != "student":
                found.append(Gathered(seen.window, level, unit_crowds(dataset, _unit_roles(seen, level, measures)), {}))
                continue
            view, members, own = _students_at_schools(seen, measures, known)
            whole = _students_of_the_year(seen, measures, known, view)
            known = known or _Students(members, whole, _subgroups(whole, dataset))
            crowds = student_crowds(dataset, whole, own, members, list(known.labels))
            if details is not None and seen.window is None:
                details.look(whole, own, members, crowds)
            found.append(Gathered(seen.window, level, crowds, known.labels))
    dataset.release_events()
    return found


def _measures(dataset: Dataset, level: str) -> dict[int, Measure]:
    """By number the measures of a level that have the dataset's window."""
    window = dataset.window.name if dataset.window else YEAR_TO_DATE
    numbered = enumerate(dataset.plan.portfolio.measures)
    return {number: one for number, one in numbered if one.level == level and window in one.definition.windows}


def _make_referred_facts(dataset: Dataset) -> None:
    """The facts of classrooms and schools that formulas of smaller units reach; unknown where a window is not full."""
    for level in ("school", "classroom"):  # the largest first: only smaller units refer to them
        if facts := dataset.plan.referred.get(level):
            seen = units(dataset, level, _columns_of_unit(fact.node for fact in facts))
            view = with_facts(with_window(seen, dataset), dataset, facts)
            full = view.frame if dataset.window is None else view.frame.filter(~nw.col(START).is_null())
            dataset.unit_facts[level] = (full, view.key)


def _unit_roles(dataset: Dataset, level: str, measures: Mapping[int, Measure]) -> Roles:
    view = with_window(units(dataset, level, _unit_columns(dataset.plan, level)), dataset)
    return with_roles(with_facts(view, dataset, _facts(dataset, level, measures)), dataset, measures, {})


def _facts(dataset: Dataset, level: str, measures: Mapping[int, Measure]) -> list[ResolvedFact]:
    """What the measures need; of the year to date, which has all of them, what the subgroups need too."""
    if dataset.window is None:
        return dataset.plan.facts[level]
    formulas = [node for measure in measures.values() for node in measure.nodes()]
    return facts_of(dataset.plan.portfolio, level, measures.values(), formulas)


def _unit_columns(plan: Plan, level: str) -> list[Column]:
    """Every column that formulas of the level read of the unit itself."""
    formulas: list[Node] = [node for measure in plan.measures(level) for node in measure.nodes()]
    formulas += [fact.node for fact in plan.facts[level]]
    formulas += [node for node, _ in plan.portfolio.subgroups.values()] if level == "student" else []
    return _columns_of_unit(formulas)


def _columns_of_unit(formulas: Iterable[Node]) -> list[Column]:
    found = [node for formula in formulas for node in formula.walk() if isinstance(node, Column)]
    return [column for column in dict.fromkeys(found) if column.base in (UNIT, ATTRIBUTED_SCHOOL)]


def _students_at_schools(
    dataset: Dataset, measures: Mapping[int, Measure], known: _Students | None
) -> tuple[View, Membership, Roles | None]:
    """The students, where they belong, and their roles at each school."""
    columns = _unit_columns(dataset.plan, "student")
    view = units(dataset, "student", columns)
    members = known.members if known else _places(dataset, view)
    if members.home is not None:
        view = with_school(view, dataset, members.home, columns)
    if dataset.window is not None:
        members = full_places(members, dataset.window)
    return with_window(view, dataset, members.home), members, _own_roles(dataset, view, measures, members, columns)


def _students_of_the_year(dataset: Dataset, measures: Mapping[int, Measure], known: _Students | None, view: View) -> Roles:
    """The roles of students as the district sees them, and their subgroups: those that they are in over the year to date,
    since a student does not change them with the window."""
    subgroups = dataset.plan.portfolio.subgroups
    dimensions = {} if known else {name: node for name, (node, _) in subgroups.items()}
    roles = with_roles(with_facts(view, dataset, _facts(dataset, "student", measures)), dataset, measures, dimensions)
    if known is None:
        return roles
    told = known.whole.frame.select(view.key, *(f"dimension.{name}" for name in subgroups))
    return Roles(roles.view, roles.measures, materialize(roles.frame.join(told, on=view.key, how="left")))


def _own_roles(
    dataset: Dataset, view: View, measures: Mapping[int, Measure], members: Membership, columns: list[Column]
) -> Roles | None:
    """The roles of students at each school, in the measures in which a school sees its own rows only. They are made before
    those of the year, which may be added up from them."""
    owned = {number: measure for number, measure in measures.items() if measure.definition.at_school == "own"}
    pairs = [frame for frame in (members.any_school, members.classrooms) if frame is not None]
    if not owned or not pairs:
        return None
    seen = with_window(at_each_school(view, dataset, pairs, columns), dataset)
    needed = dataset.plan.portfolio.facts.needed("student", [node for measure in owned.values() for node in measure.nodes()])
    return with_roles(with_facts(seen, dataset, needed), dataset, owned, {})


def _places(dataset: Dataset, view: View) -> Membership:
    """Where students belong; levels that no file says anything about are left out, with a warning."""
    members = membership(dataset, view.frame)
    place = (Place("rttd.yml"),)
    if members.schools is None:
        detail = "without it, or a school_id in students, measures of students have no school results"
        dataset.findings.append(Finding("unplaced", "enrollments", place, detail=detail, severity="warning"))
    if members.classrooms is None:
        detail = "without it and sections, measures of students have no classroom results"
        dataset.findings.append(Finding("unplaced", "rosters", place, detail=detail, severity="warning"))
    return members


def _subgroups(roles: Roles, dataset: Dataset) -> dict[str, pl.DataFrame]:
    return {name: _labels(roles, name, kind) for name, (_, kind) in dataset.plan.portfolio.subgroups.items()}


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
