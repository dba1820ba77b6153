"""Try the examples of the measures, and find the clauses that none of them reaches."""

from dataclasses import dataclass
from pathlib import Path

from rttd_metrics.definitions.coverage import UncoveredClause, uncovered_clauses
from rttd_metrics.definitions.examples import ExampleOutcome
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio


@dataclass(frozen=True)
class Trial:
    """What the examples showed. Where the definitions have errors nothing is tried."""

    portfolio: Portfolio
    outcomes: tuple[ExampleOutcome, ...]
    uncovered: tuple[UncoveredClause, ...]

    @property
    def failed(self) -> tuple[ExampleOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.holds)


def try_examples(path: Path) -> Trial:
    """Run every example at `path` by the row evaluator. Raises ProblemError where nothing can be read there."""
    portfolio = read_portfolio(path)
    if portfolio.errors:
        return Trial(portfolio, (), ())
    uncovered = [
        clause
        for measure in portfolio.measures
        for clause in uncovered_clauses(portfolio.tried(measure), list(portfolio.example_units(measure)))
    ]
    return Trial(portfolio, tuple(portfolio.run_examples()), tuple(uncovered))
