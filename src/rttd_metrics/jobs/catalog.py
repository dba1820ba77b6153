"""The measures as a document: see that the definitions are right, gather what they say."""

from rttd_metrics import __version__
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.jobs.examples import definition_problems
from rttd_metrics.problems import Problem, ProblemError
from rttd_metrics.reports.catalog import Catalog, collect


def catalog(portfolio: Portfolio) -> Catalog:
    """The document of a project, or of loose measures.

    Raises ProblemError where definitions or their examples are wrong, with every problem: a document that people sign
    must not say what is not so.
    """
    problems = definition_problems(portfolio)
    if not portfolio.measures and not problems:
        problems.append(Problem("no-measures", "there are no measures to show", help="name a project, or a folder of measures"))
    if problems:
        raise ProblemError(problems)
    return collect(portfolio, __version__)
