"""Problems a line each, for editors and for `grep`."""

from collections.abc import Iterable

from rttd_metrics.problems.harmless import harmless
from rttd_metrics.problems.problem import Problem, in_order


def render_concise(problems: Iterable[Problem]) -> str:
    """`file:line:column: error[code]: message`, by file and line; empty where there is none."""
    return "\n".join(map(concise_line, in_order(problems)))


def concise_line(problem: Problem) -> str:
    return harmless(f"{problem.before()}{problem.severity}[{problem.code}]: {problem.message}")
