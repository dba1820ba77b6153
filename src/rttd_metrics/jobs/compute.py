"""Compute: check the definitions, try their examples, read the data, evaluate every measure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rttd_metrics import __version__
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.project import before_school_year
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.read import DataFaults
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.years import school_years
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.jobs.examples import definition_problems
from rttd_metrics.problems import Problem, ProblemError

ENGINES = ("polars",)
ALL_YEARS = "all"


def compute(
    portfolio: Portfolio,
    *,
    school_year: str | Sequence[str] | None = None,
    as_of: date | None = None,
    engine: str = "polars",
    keep_going: bool = False,
) -> Run:
    """One run of a project.

    `school_year` (2012-13) and `as_of` replace those of rttd.yml; another school year than the project's is seen to
    its end unless `as_of` is given. Of several years, or `all` that the tables have rows of, the run is that of the
    project's year, or of the last where that is not among them, and the others are its `other_years`; `as_of` is then for
    the year it lies in. With `keep_going` rows with faults are set aside and what they belong to counts as missing. Raises
    ProblemError where definitions, their examples or the data are wrong, with every problem.
    """
    checked(portfolio, school_year=school_year, as_of=as_of, engine=engine)
    years = _years(portfolio, school_year)
    own = portfolio.school_year if portfolio.school_year in years else years[-1]
    runs = {}
    for year in years:
        day = as_of if len(years) == 1 or as_of is None or _holds(portfolio, year, as_of) else None
        try:
            runs[year] = evaluate(portfolio, school_year=year, as_of=day, keep_going=keep_going, version=__version__)
        except DataFaults as faults:
            raise ProblemError([finding.as_problem() for finding in faults.findings]) from None
    run = runs.pop(own)
    told = [
        replace(problem, message=f"{other.school_year}: {problem.message}")
        for other in runs.values()
        for problem in other.problems
    ]
    return replace(run, other_years=tuple(runs.values()), problems=(*run.problems, *told))


def checked(portfolio: Portfolio, *, school_year: str | Sequence[str] | None, as_of: date | None, engine: str = "polars") -> None:
    """Raises ProblemError where the definitions, their examples or how a run is asked for are wrong."""
    problems = definition_problems(portfolio)
    problems += option_problems(portfolio, school_year=school_year, as_of=as_of, engine=engine)
    if not portfolio.measures and not problems:
        problems.append(Problem("no-measures", "the project has no measures", help="name them under `measures:` in rttd.yml"))
    if problems:
        raise ProblemError(problems)


def _years(portfolio: Portfolio, asked: str | Sequence[str] | None) -> list[int]:
    """The school years that are asked for, in order, each once."""
    texts = _texts(asked)
    if ALL_YEARS in texts:
        return school_years(portfolio)
    years = {school_year_code(text) for text in texts} or {portfolio.school_year}
    return sorted(year for year in years if year is not None)


def _texts(asked: str | Sequence[str] | None) -> list[str]:
    return [asked] if isinstance(asked, str) else list(asked or ())


def _holds(portfolio: Portfolio, year: int, day: date) -> bool:
    period = Period(year, portfolio.project.school_year_starts, None)
    return period.first_day <= day <= period.last_day


def option_problems(
    portfolio: Portfolio, *, school_year: str | Sequence[str] | None, as_of: date | None, engine: str
) -> list[Problem]:
    """What is wrong with how `compute` is asked to run, whatever the definitions say."""
    texts = _texts(school_year)
    problems = [
        Problem("school-year", f"'{text}' is no school year", help="write it like 2012-13, or `all`")
        for text in texts
        if text != ALL_YEARS and school_year_code(text) is None
    ]
    if as_of is not None and not problems:
        problems += _as_of_problems(portfolio, _years(portfolio, school_year), as_of)
    if engine not in ENGINES:
        problems.append(Problem("engine", f"there is no engine '{engine}'", help=f"there are: {', '.join(ENGINES)}"))
    return problems


def _as_of_problems(portfolio: Portfolio, years: Sequence[int], as_of: date) -> list[Problem]:
    """One year must not begin after the day; of several, the day must lie in one."""
    if len(years) == 1:
        message = before_school_year(as_of, years[0], portfolio.project.school_year_starts)
    else:
        inside = any(_holds(portfolio, year, as_of) for year in years)
        message = None if inside else f"{as_of} lies in none of the school years that are computed"
    return [Problem("as-of", message)] if message else []
