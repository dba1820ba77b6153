"""Compute: check the definitions, try their examples, read the data, evaluate every measure."""

from datetime import date

from rttd_metrics import __version__
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.project import before_school_year
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.read import DataFaults
from rttd_metrics.engine.results import Run
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.jobs.examples import definition_problems
from rttd_metrics.problems import Problem, ProblemError

ENGINES = ("polars",)


def compute(
    portfolio: Portfolio,
    *,
    school_year: str | None = None,
    as_of: date | None = None,
    engine: str = "polars",
    keep_going: bool = False,
) -> Run:
    """One run of a project.

    `school_year` (2012-13) and `as_of` replace those of rttd.yml; another school year than the project's is seen to
    its end unless `as_of` is given. With `keep_going` rows with faults are set aside and what they belong to counts
    as missing. Raises ProblemError where definitions, their examples or the data are wrong, with every problem.
    """
    problems = definition_problems(portfolio)
    year = school_year_code(school_year) if school_year is not None else None
    problems += option_problems(portfolio, school_year=school_year, as_of=as_of, engine=engine)
    if not portfolio.measures and not problems:
        problems.append(Problem("no-measures", "the project has no measures", help="name them under `measures:` in rttd.yml"))
    if problems:
        raise ProblemError(problems)
    try:
        return evaluate(portfolio, school_year=year, as_of=as_of, keep_going=keep_going, version=__version__)
    except DataFaults as faults:
        raise ProblemError([finding.as_problem() for finding in faults.findings]) from None


def option_problems(portfolio: Portfolio, *, school_year: str | None, as_of: date | None, engine: str) -> list[Problem]:
    """What is wrong with how `compute` is asked to run, whatever the definitions say."""
    problems = []
    year = portfolio.school_year if school_year is None else school_year_code(school_year)
    if year is None:
        problems.append(Problem("school-year", f"'{school_year}' is no school year", help="write it like 2012-13"))
    elif as_of is not None and (message := before_school_year(as_of, year, portfolio.project.school_year_starts)):
        problems.append(Problem("as-of", message))
    if engine not in ENGINES:
        problems.append(Problem("engine", f"there is no engine '{engine}'", help=f"there are: {', '.join(ENGINES)}"))
    return problems
