"""Try the examples of the measures, and find the clauses that none of them reaches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rttd_metrics.definitions.coverage import UncoveredClause, uncovered_clauses
from rttd_metrics.definitions.examples import ExampleOutcome
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.jobs.patterns import pattern_problems
from rttd_metrics.problems import Problem, Severity
from rttd_metrics.problems.suites import Case, Suite, file_suites


@dataclass(frozen=True)
class Trial:
    """What the examples showed. Where the definitions have errors nothing is tried.

    `coverage`: how serious a clause is that no example reaches both ways.
    """

    portfolio: Portfolio
    outcomes: tuple[ExampleOutcome, ...]
    uncovered: tuple[UncoveredClause, ...]
    coverage: Severity = "warning"

    @property
    def failed(self) -> tuple[ExampleOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.holds)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the definitions, else what the examples showed to be."""
        failed = (outcome.as_problem() for outcome in self.failed)
        return (*self.portfolio.problems, *failed, *map(self._clause_problem, self.uncovered))

    def suites(self, told: Sequence[Problem]) -> list[Suite]:
        """Of the problems `told`: a suite a measure, with a case for each example and one for its clauses.

        Faulty definitions have a suite a file.
        """
        measures = () if self.portfolio.errors else self.portfolio.measures
        faults = [problem for problem in told if problem in self.portfolio.problems]
        return [*file_suites((), faults), *(self._suite(measure, told) for measure in measures)]

    def _suite(self, measure: Measure, told: Sequence[Problem]) -> Suite:
        outcomes = [outcome for outcome in self.outcomes if outcome.measure.id == measure.id]
        examples = [Case(found.example.name, () if found.holds else (found.as_problem(),)) for found in outcomes]
        clauses = [self._clause_problem(clause) for clause in self.uncovered if clause.measure.id == measure.id]
        reached = Case("every clause is reached both ways", tuple(clause for clause in clauses if clause in told))
        return Suite(measure.id, measure.id, measure.document.file, (*examples, reached))

    def _clause_problem(self, clause: UncoveredClause) -> Problem:
        return replace(clause.as_problem(), severity=self.coverage)


def try_examples(path: Path, coverage: Severity = "warning") -> Trial:
    """Run every example at `path` by the row evaluator. Raises ProblemError where nothing can be read there."""
    portfolio = read_portfolio(path)
    if portfolio.errors:
        return Trial(portfolio, (), ())
    uncovered = [
        clause
        for measure in portfolio.measures
        for clause in uncovered_clauses(portfolio.tried(measure), list(portfolio.example_units(measure)))
    ]
    return Trial(portfolio, tuple(portfolio.run_examples()), tuple(uncovered), coverage)


def definition_problems(portfolio: Portfolio) -> list[Problem]:
    """The errors of the definitions; where there are none, the examples that fail."""
    problems = [*portfolio.errors, *pattern_problems(portfolio)]
    if not problems:
        problems += [outcome.as_problem() for outcome in portfolio.run_examples() if not outcome.holds]
    return problems
