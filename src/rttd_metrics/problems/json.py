"""Problems as JSON, for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from rttd_metrics.problems.problem import Problem, in_order


def render_json(problems: Iterable[Problem]) -> str:
    """`{"problems": [{code, severity, message, help, file, line, column, end_column}]}`, by file and line."""
    keys = ("code", "severity", "message", "help", "file", "line", "column", "end_column")
    listed = [{key: values[key] for key in keys} for values in map(asdict, in_order(problems))]
    return json.dumps({"problems": listed}, indent=2)
