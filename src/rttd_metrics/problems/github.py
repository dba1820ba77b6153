"""Problems as workflow commands of GitHub Actions, which turns them into annotations of the change.

::error title=unknown-key,file=measures/a.yml,line=3,col=1,endColumn=7::unknown key 'tagret'%0Adid you mean 'target'?
"""

from collections.abc import Iterable

from rttd_metrics.problems.harmless import harmless
from rttd_metrics.problems.problem import Problem, in_order


def render_github(problems: Iterable[Problem]) -> str:
    """A command a line, by file and line; the help is the second line of the message. Files are as the problems say."""
    return "\n".join(map(_command, in_order(problems)))


def _command(problem: Problem) -> str:
    known = {
        "title": problem.code,
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "endColumn": problem.end_column,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in known.items() if value is not None)
    message = "\n".join(harmless(line) for line in (problem.message, problem.help) if line is not None)
    return f"::{problem.severity} {properties}::{_data(message)}"


def _data(text: str) -> str:
    """What stands after the second `::`. The percent sign goes first: the others bring new ones."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
