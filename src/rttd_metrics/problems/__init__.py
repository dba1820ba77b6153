"""What is wrong, where, and what to do about it; and how it is shown: one module a format."""

from rttd_metrics.problems.json import render_json
from rttd_metrics.problems.problem import LINE_BREAK, Problem, ProblemError, Severity
from rttd_metrics.problems.suggestions import did_you_mean, suggest
from rttd_metrics.problems.text import render_text

__all__ = [
    "LINE_BREAK",
    "Problem",
    "ProblemError",
    "Severity",
    "did_you_mean",
    "render_json",
    "render_text",
    "suggest",
]
