"""The report: compute the run and the school years around it, gather what it is made of, write it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rttd_metrics import __version__
from rttd_metrics.definitions.measure_checks import aggregated_tables
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.target_paths import baselines_of, targets_of
from rttd_metrics.definitions.thresholds import Threshold, thresholds
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.read import DataFaults
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.student_details import PREFERRED, StudentDetails, people
from rttd_metrics.engine.years import school_years, tables_without_rows
from rttd_metrics.formula.values import school_year_code, school_year_label
from rttd_metrics.jobs.compute import checked
from rttd_metrics.problems import Problem, ProblemError
from rttd_metrics.reports.catalog import collect
from rttd_metrics.reports.packets import write_packets
from rttd_metrics.reports.report_files import FORMATS, write_report
from rttd_metrics.reports.selection import check_selection, find_unit, shown_measures
from rttd_metrics.reports.site import Definition, Sources
from rttd_metrics.reports.students.flagged import shipped_flags


@dataclass(frozen=True)
class Report:
    """What a report is made of. `problems`: those of the run, and the years that the trends had to leave out."""

    sources: Sources
    problems: tuple[Problem, ...]

    @property
    def run(self) -> Run:
        return self.sources.run

    def write(self, folder: Path, *, formats: Sequence[str] = ("html",), school: str | None = None) -> list[Path]:
        """Write the report of the district, or of the school with this id alone, in these of FORMATS; returns the path to
        open of each. The caller holds the folder's lock.

        Raises ProblemError where there is no such school, reports.output.OutputError, reports.handout.HandoutError, and
        ValueError where there is no such format.
        """
        if school is not None and (problems := check_selection(self.run, unit=("school", school))):
            raise ProblemError(problems)
        return write_report(self.sources, folder, formats, find_unit(self.run, "school", school) if school is not None else None)

    def write_packets(self, folder: Path, *, formats: Sequence[str] = FORMATS) -> list[Path]:
        """Write a folder for each school, to be sent to its principal and no one else; returns the folders. The caller holds
        the lock of `folder`. Raises as `write` does."""
        return write_packets(self.sources, folder, formats)


def report(
    portfolio: Portfolio,
    *,
    school_year: str | None = None,
    as_of: date | None = None,
    measures: Sequence[str] = (),
    everything: bool = False,
    keep_going: bool = False,
    names: str | None = PREFERRED,
) -> Report:
    """The report of a project: the run that `compute` gives, and the trends.

    `measures`: those to show; without them those of the portfolio, or with `everything` all. `names`: which names students
    go by, `preferred` or `legal`; with None by their ids alone. Raises ProblemError where
    definitions, their examples or the data of the year are wrong; an earlier year whose data are is left out of the trends.
    """
    checked(portfolio, school_year=school_year, as_of=as_of)
    year = portfolio.school_year if school_year is None else _code(school_year)
    decided = {measure.id: thresholds(measure, portfolio.facts) for measure in portfolio.measures if measure.level == "student"}
    details = StudentDetails(sorted({fact for found in decided.values() for one in found for fact in one.facts}))
    try:
        run = evaluate(portfolio, school_year=year, as_of=as_of, keep_going=keep_going, version=__version__, details=details)
    except DataFaults as faults:
        raise ProblemError([finding.as_problem() for finding in faults.findings]) from None
    shown = _shown(run, measures, everything=everything)
    earlier, same_day, problems = _years(portfolio, run, shown, keep_going=keep_going)
    flags = [id_ for id_ in shipped_flags([measure.id for measure in portfolio.measures]) if id_ not in shown]
    sources = Sources(
        run,
        earlier,
        same_day,
        details,
        people(portfolio, year, names),
        shown,
        [] if measures else flags,
        _definitions(portfolio, decided),
    )
    return Report(sources, (*run.problems, *problems))


def _code(school_year: str) -> int:
    year = school_year_code(school_year)
    assert year is not None, "checked before"
    return year


def _shown(run: Run, measures: Sequence[str], *, everything: bool) -> list[str]:
    """The measures to show, and the gaps of each."""
    ids = shown_measures(run, measures, everything=everything)
    return [info.id for info in run.measures if info.id in ids or (info.gap is not None and info.gap.measure in ids)]


def _years(
    portfolio: Portfolio, run: Run, shown: Sequence[str], *, keep_going: bool
) -> tuple[list[Run], Run | None, list[Problem]]:
    """Every earlier school year to its end, and the one before as of the same day, for the shown measures alone: those whose
    tables have rows of the year."""
    this_year = _code(run.school_year)
    earlier, same_day, problems = [], None, []
    for year in (year for year in school_years(portfolio) if year < this_year):
        kept = _countable(portfolio, shown, year)
        try:
            whole = evaluate(kept, school_year=year, keep_going=keep_going, version=__version__)
            earlier.append(whole)
            if year == this_year - 1:
                day = _year_before(run.as_of)
                same_day = (
                    whole
                    if day >= whole.as_of
                    else evaluate(kept, school_year=year, as_of=day, keep_going=keep_going, version=__version__)
                )
        except DataFaults as faults:
            stopping = [finding for finding in faults.findings if finding.severity == "error" and not finding.tolerated]
            problems.append(_left_out(year, len(stopping)))
    return earlier, same_day, problems


def _countable(portfolio: Portfolio, shown: Sequence[str], year: int) -> Portfolio:
    """The project with the shown measures whose facts are made of tables that all have rows of a year."""
    chosen = [measure for measure in portfolio.measures if measure.id in shown]
    lacking = tables_without_rows(replace(portfolio, measures=tuple(chosen)), year)
    found = (measure for measure in chosen if not lacking & set(aggregated_tables(measure, portfolio.facts)))
    return replace(portfolio, measures=tuple(found))


def _left_out(year: int, number: int) -> Problem:
    label = school_year_label(year)
    message = f"the trends leave out {label}: {number} {'finding' if number == 1 else 'findings'} in its data"
    return Problem("year-left-out", message, severity="warning", help=f"`rttd compute --school-year {label}` shows them")


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _definitions(portfolio: Portfolio, decided: dict[str, tuple[Threshold, ...]]) -> dict[str, Definition]:
    """Of every measure its page in the catalog, its baselines and targets, and what decides it for a student."""
    pages = {page.id: page for chapter in collect(portfolio, __version__).chapters for page in chapter.measures}
    settings = portfolio.project.portfolio
    found = {}
    for measure in portfolio.measures:
        definition = measure.definition
        named = {*definition.target.annual, *settings.grant_years, settings.post_grant_year, portfolio.project.school_year}
        years = sorted(school_year_label(code) for year in named if (code := school_year_code(year)) is not None)
        found[measure.id] = Definition(
            pages[measure.id], baselines_of(definition), targets_of(definition, years), decided.get(measure.id, ())
        )
    return found
