"""Explain: what a measure is made of, and why a unit is what it is in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from rttd_metrics import __version__
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.explanation.contents import CrowdExplanation, UnitExplanation
from rttd_metrics.engine.explanation.crowd import (
    MOST_SEARCHED,
    cell_of,
    explain_crowd,
    members_of,
    not_on_good_side,
    students_of,
    students_short,
)
from rttd_metrics.engine.explanation.narrowing import narrow
from rttd_metrics.engine.explanation.places import Places
from rttd_metrics.engine.explanation.unit import explain_unit
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import DataFaults, read
from rttd_metrics.engine.results import Run
from rttd_metrics.formula.scope import LEVELS
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.jobs.examples import definition_problems
from rttd_metrics.problems import Problem, ProblemError, did_you_mean
from rttd_metrics.reports.catalog import collect
from rttd_metrics.reports.catalog.contents import MeasurePage


@dataclass(frozen=True, slots=True)
class When:
    """The school year (None: the project's) and the day as of which data are seen; whether rows with faults are set aside."""

    school_year: str | None = None
    as_of: date | None = None
    keep_going: bool = False


def explain_measure(portfolio: Portfolio, measure_id: str) -> MeasurePage:
    """What a measure is made of. Raises ProblemError where definitions are wrong or there is no such measure."""
    return collect(_only(portfolio, measure_id), __version__).measures[0]


def explain(portfolio: Portfolio, measure_id: str, level: str, unit_id: str, when: When) -> UnitExplanation | CrowdExplanation:
    """Why a unit is what it is in a measure; of a unit above the measure's level: who counts in it and who does not.

    Raises ProblemError: faults of definitions or data, no such measure or unit, or a measure that tells of people who must
    not be told apart.
    """
    only = _only(portfolio, measure_id)
    measure = only.measures[0]
    if problem := _not_to_be_asked(measure, level):
        raise ProblemError([problem])
    try:
        if level == measure.level:
            if level == "student":
                return next(explain_students(portfolio, measure_id, [unit_id], when))
            units = _units(only, when, None)
            if unit_id not in units.ids(level):
                raise ProblemError([_no_unit(units, level, unit_id)])
            return explain_unit(units, measure, unit_id, Places(units.dataset))
        run = evaluate(only, school_year=_year(when), as_of=when.as_of, keep_going=when.keep_going, version=__version__)
        return _crowd(only, run, measure, level, unit_id, when)
    except DataFaults as faults:
        raise ProblemError([finding.as_problem() for finding in faults.findings]) from None


def explain_students(portfolio: Portfolio, measure_id: str, students: Sequence[str], when: When) -> Iterator[UnitExplanation]:
    """The explanations of several students in a measure of students, from one reading of the data.

    Raises ProblemError as `explain` does, and where one of them is not in the data.
    """
    only = _only(portfolio, measure_id)
    measure = only.measures[0]
    if problem := _not_to_be_asked(measure, "student"):
        raise ProblemError([problem])
    units = _units(only, when, students)
    places, known = Places(units.dataset), set(units.ids("student"))
    for student in students:
        if student not in known:
            raise ProblemError([_no_unit(units, "student", student)])
        yield explain_unit(units, measure, student, places)


def _crowd(only: Portfolio, run: Run, measure: Measure, level: str, unit_id: str, when: When) -> CrowdExplanation:
    cell = cell_of(run, measure, level, unit_id)
    if cell is None:
        known = run.results.filter(pl.col("level") == level)["unit_id"].unique().sort()
        raise ProblemError(
            [Problem("unknown-unit", f"the measure has no {level} '{unit_id}'", help=did_you_mean(unit_id, known))]
        )
    units: TableUnits | None = None
    if measure.level != "student" or level == "classroom":
        units = _units(only, when, None)
        members = members_of(units, measure, level, unit_id)
    else:
        members = students_of(run, measure, level, unit_id)
    if measure.level == "student" and units is None and students_short(measure, cell):
        units = _units(only, when, not_on_good_side(members)[:MOST_SEARCHED])
    return explain_crowd(run, measure, cell, members, units if measure.level == "student" else None)


def _only(portfolio: Portfolio, measure_id: str) -> Portfolio:
    """The project with this measure alone. Raises ProblemError where there is none, or definitions are wrong."""
    if problems := definition_problems(portfolio):
        raise ProblemError(problems)
    found = [measure for measure in portfolio.measures if measure.id == measure_id]
    if not found:
        known = [measure.id for measure in portfolio.measures]
        raise ProblemError(
            [Problem("unknown-measure", f"the project has no measure '{measure_id}'", help=did_you_mean(measure_id, known))]
        )
    return replace(portfolio, measures=tuple(found))


def _not_to_be_asked(measure: Measure, level: str) -> Problem | None:
    if level not in LEVELS:
        return Problem("unknown-level", f"there is no level '{level}'", help=f"there are: {', '.join(LEVELS)}")
    if LEVELS.index(level) < LEVELS.index(measure.level):
        return Problem("selection", f"the measure is one of {measure.level}s: a {level} has no part in it by itself")
    confidential = measure.definition.confidential
    if confidential is not None:
        whose = "educators" if confidential.of == "educator" else "people who answered"
        return Problem(
            "confidential-unit",
            f"the measure is confidential: its units tell of {whose}",
            help="explain the measure without a unit",
        )
    return None


def _units(only: Portfolio, when: When, students: Collection[str] | None) -> TableUnits:
    """The units of the project by their rows; with `students` the rows of these only."""
    year = _year(when) or only.school_year
    day = when.as_of or (only.project.as_of if year == only.school_year else None)
    period = Period(year, only.project.school_year_starts, day)
    dataset = read(make_plan(only), period, keep_going=when.keep_going)
    if students is not None:
        narrow(dataset, students)
    return TableUnits(dataset)


def _year(when: When) -> int | None:
    return school_year_code(when.school_year) if when.school_year is not None else None


def _no_unit(units: TableUnits, level: str, unit_id: str) -> Problem:
    # The ids of students are not suggested: a mistyped one must not reveal another child's.
    help_ = did_you_mean(unit_id, units.ids(level)) if level != "student" else None
    return Problem("unknown-unit", f"the data have no such {level}", help=help_)
