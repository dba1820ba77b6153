"""Reconcile: the figures a state has published against ours, cell by cell, and the students behind a difference."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rttd_metrics.data.published import read_cells, read_students
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.gap import gap_id
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.reconciliation import PartedStudent, Reconciliation, parted_students, reconciled_cells
from rttd_metrics.engine.results import Run
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.jobs.compute import compute
from rttd_metrics.problems import Problem, ProblemError, did_you_mean


def reconcile(
    portfolio: Portfolio, official: Path, *, students: Path | None = None, as_of: date | None = None, keep_going: bool = False
) -> Reconciliation:
    """Compute the school years that `official` names and hold its figures, and the `students` it counted, against them.

    Raises ProblemError: faults of definitions or data, of the files, or a measure that the project does not have.
    """
    published = read_cells(official)
    listed = read_students(students) if students is not None else []
    own_year = portfolio.project.school_year
    years = sorted({cell.school_year or own_year for cell in published} | {one.school_year or own_year for one in listed})
    _check_measures(portfolio, official, [(cell.line, cell.measure) for cell in published])
    if students is not None:
        _check_measures(portfolio, students, [(one.line, one.measure) for one in listed if one.measure])
    runs = {
        year: compute(portfolio, school_year=year, as_of=as_of if year == own_year else None, keep_going=keep_going)
        for year in years
    }
    cells = reconciled_cells(published, runs, own_year)
    named = list(dict.fromkeys(cell.measure for cell in published))
    parted: list[PartedStudent] = []
    for year, run in runs.items():
        of_year = [one for one in listed if (one.school_year or own_year) == year]
        if of_year:
            units = _units(portfolio, run, keep_going=keep_going)
            parted += parted_students(portfolio.measures, units, of_year, named, year)
    return Reconciliation(tuple(cells), tuple(parted), runs)


def _units(portfolio: Portfolio, run: Run, *, keep_going: bool) -> TableUnits:
    """The units of a run by their rows, to ask each for its clauses."""
    year = school_year_code(run.school_year)
    assert year is not None
    period = Period(year, portfolio.project.school_year_starts, run.as_of)
    return TableUnits(read(make_plan(portfolio), period, keep_going=keep_going))


def _check_measures(portfolio: Portfolio, file: Path, named: Iterable[tuple[int, str]]) -> None:
    known = {measure.id for measure in portfolio.measures}
    known |= {gap_id(measure.id) for measure in portfolio.measures if measure.definition.gap is not None}
    problems = [
        Problem(
            "unknown-measure", f"the project has no measure '{name}'", file=file.name, line=line, help=did_you_mean(name, known)
        )
        for line, name in named
        if name not in known
    ]
    if problems:
        raise ProblemError(problems)
