"""The rules that data are held against: how serious each is, and what a project may make of it under `rules:`."""

from typing import Literal, NamedTuple

from rttd_metrics.problems.problem import Severity


class DataRule(NamedTuple):
    """`of`: what is at fault. A run can do without single rows (`rows`), never without a file (`file`); a rule about tables as
    wholes (`table`), or about what schools have sent (`schools`), only tells. `alone`: it is told by `rttd check` alone."""

    severity: Severity
    of: Literal["file", "rows", "table", "schools"]
    alone: bool = False


DATA_RULES: dict[str, DataRule] = {
    "missing-file": DataRule("error", "file"),
    "empty-file": DataRule("error", "file"),
    "source-error": DataRule("error", "file"),
    "encoding-error": DataRule("error", "file"),
    "blank-label": DataRule("error", "file"),
    "duplicate-label": DataRule("error", "file"),
    "missing-label": DataRule("error", "file"),
    "padded-label": DataRule("warning", "table", alone=True),
    "no-column": DataRule("warning", "table"),
    "missing-cell": DataRule("error", "file"),
    "extra-cell": DataRule("error", "file"),
    "control-character": DataRule("error", "file"),
    "blank-row": DataRule("warning", "table"),
    "no-rows": DataRule("warning", "table"),
    "unplaced": DataRule("warning", "file"),
    "invisible-character": DataRule("warning", "table", alone=True),
    "garbled-text": DataRule("warning", "table", alone=True),
    "type-error": DataRule("error", "rows"),
    "category": DataRule("error", "rows"),
    "required": DataRule("error", "rows"),
    "constraint-error": DataRule("error", "rows"),
    "unique-error": DataRule("error", "rows"),
    "primary-key": DataRule("error", "rows"),
    "lost-zeros": DataRule("error", "table", alone=True),
    "mixed-widths": DataRule("warning", "table", alone=True),
    "alike-ids": DataRule("warning", "table", alone=True),
    "foreign-key": DataRule("error", "rows"),
    "passed-over": DataRule("warning", "table"),
    "impossible-value": DataRule("error", "table", alone=True),
    "reversed-dates": DataRule("error", "table", alone=True),
    "outside-school-year": DataRule("warning", "table", alone=True),
    "undated-status": DataRule("warning", "table"),
    "overlap": DataRule("warning", "table"),
    "duplicate-day": DataRule("warning", "table", alone=True),
    "unknown-mark": DataRule("warning", "table"),
    "unmapped-course": DataRule("warning", "table"),
    "unknown-program": DataRule("warning", "table"),
    "not-submitted": DataRule("warning", "table"),
    "no-rows-for-school": DataRule("warning", "schools", alone=True),
    "stale-table": DataRule("error", "schools", alone=True),
    "incomplete-field": DataRule("error", "schools", alone=True),
    "incomplete-table": DataRule("error", "schools", alone=True),
}
"""In the order in which they are best looked at: a fault of the file brings others with it, an id that has lost its zeros leads
nowhere."""

ROW_RULES = tuple(name for name, rule in DATA_RULES.items() if rule.of == "rows")
"""Rules about rows, which can be set aside."""
SETTABLE = tuple(name for name, rule in DATA_RULES.items() if rule.of != "file")
"""Rules that a project may have its own mind about."""
