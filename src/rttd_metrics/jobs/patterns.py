"""Patterns of fields, tried on the engine that will match them: the definitions are read without it."""

from collections.abc import Iterator

from rttd_metrics.definitions.constraint_checks import place_of
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.problems import Problem


def pattern_problems(portfolio: Portfolio) -> Iterator[Problem]:
    """A problem for each `pattern` that Polars takes for no regular expression."""
    if portfolio.document is None:
        return
    for position, table in enumerate(portfolio.project.tables):
        for place, field in enumerate(table.table_schema.fields):
            pattern = field.plain.pattern
            if pattern is None:
                continue
            from rttd_metrics.data.constraints import refused_pattern  # noqa: PLC0415 - Polars takes time to load

            if refused_pattern(pattern):
                at = place_of(("tables", position, "schema", "fields", place), field, "pattern")
                message = "the pattern is no regular expression as Polars reads them"
                hint = "they know no look-around and no back-references; write it in quotes, so that YAML leaves \\ alone"
                yield portfolio.document.problem(at, "constraint", message, help=hint)
