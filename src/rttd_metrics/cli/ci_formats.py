"""Results in the formats of other programs, which look for files where they run, not in the project's folder.

Imported only where such a format is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rttd_metrics import __version__
from rttd_metrics.cli.checkout import path_from_checkout
from rttd_metrics.definitions.rules.catalogue import RULES
from rttd_metrics.problems import Problem
from rttd_metrics.problems.codes import CODES, Meaning
from rttd_metrics.problems.concise import render_concise
from rttd_metrics.problems.github import render_github
from rttd_metrics.problems.junit import render_junit
from rttd_metrics.problems.sarif import render_sarif
from rttd_metrics.problems.suites import Suite


def render(
    output_format: str, problems: Sequence[Problem], folder: Path, suites: Iterable[Suite], *, about_data: bool = False
) -> str:
    """The problems, or in JUnit XML the suites; their files are named as seen from `folder`. `about_data`: they are findings
    in data, some of whose rules have the names of codes of definitions."""
    find = path_from_checkout(folder)
    moved = [problem.moved(find) for problem in problems]
    if output_format == "junit":
        return render_junit([suite.moved(find) for suite in suites], "rttd")
    if output_format == "sarif":
        return render_sarif(moved, __version__, _meanings(about_data=about_data))
    return render_github(moved) if output_format == "github" else render_concise(moved)


def _meanings(*, about_data: bool) -> Mapping[str, Meaning]:
    if not about_data:
        return CODES | {code: Meaning(rule.title, rule.text) for code, rule in RULES.items()}
    from rttd_metrics.data.findings import meanings

    return CODES | meanings()
