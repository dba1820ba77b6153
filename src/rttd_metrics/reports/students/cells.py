"""One student in one measure as a list shows it: on which side, with the values that decided it, or why not counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rttd_metrics.definitions.thresholds import DaysLeft, Threshold, days_to
from rttd_metrics.reports.cells import Line
from rttd_metrics.reports.marks import UNICODE
from rttd_metrics.reports.numbers import count, is_percent, plain_number
from rttd_metrics.reports.text import plain

GOOD, OFF, EXCLUDED, MISSING, ELSEWHERE = "", "x", "e", "m", "o"
"""The class of a cell: counted (on the good side, or of a measure without sides), not on the good side, excluded, missing,
counted at another school."""

NEAR = 5
"""So few days left are shown as near."""
_MOST_TO_RETURN = 90
"""More days without an absence, half a school year, are no help to know."""

Facts = Mapping[str, float | None]


class Told(NamedTuple):
    """A row of the students' results. `here`: the student counts at this school, not only in its classrooms."""

    measure: str
    role: str
    reason: str | None
    value: float | None
    met: bool | None
    here: bool


class StudentCell(NamedTuple):
    """`off`: not on the good side, wherever the student counts."""

    text: str
    kind: str
    off: bool


@dataclass
class Reasons:
    """Why students are excluded or missing, each with a letter."""

    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, reason: str) -> str:
        if reason not in self.marks:
            number = len(self.marks)
            self.marks[reason] = ("" if number < 26 else chr(96 + number // 26)) + chr(97 + number % 26)
        return self.marks[reason]


def student_cell(
    line: Line, thresholds: Sequence[Threshold], told: Told, facts: Facts, reasons: Reasons, spelled: set[str]
) -> StudentCell:
    """`spelled`: the facts whose values stand in the student's row already; those of this cell join them."""
    if told.role in ("excluded", "missing"):
        mark = reasons.mark(plain(told.reason or told.role))
        text, kind = (f"– {mark}", EXCLUDED) if told.role == "excluded" else (f"? {mark}", MISSING)
    elif told.met is None:
        text, kind = _own_value(line, told.value) if told.value is not None else "", GOOD
    else:
        # What decided it, in the order of the column's head; what alone decides once in a row.
        again = len(thresholds) == 1 and thresholds[0].fact in spelled
        shown = "" if again else " · ".join(fact_text(threshold, facts, full=not told.met) for threshold in thresholds)
        spelled.update(threshold.fact for threshold in thresholds)
        if told.met:
            text, kind = shown or UNICODE.status["met"], GOOD
        else:
            text, kind = f"{UNICODE.status['not_met']} {shown}".rstrip(), OFF
    return StudentCell(text, kind if told.here else ELSEWHERE, kind == OFF)


def _own_value(line: Line, value: float) -> str:
    """A single student's value: a score of 2,494 is no average, and has no decimals to show."""
    return f"{plain_number(round(value, 1))}%" if is_percent(line.info) else plain_number(value)


def fact_text(threshold: Threshold, facts: Facts, *, full: bool) -> str:
    """The value that is held against a limit; with `full` of a share the two numbers it is made of too."""
    value = facts.get(threshold.fact)
    if value is None:
        return "–"
    if threshold.share is None:
        return plain_number(value)
    shown = f"{plain_number(round(value * 100, 1))}%"
    above, below = (facts.get(name) for name in threshold.share)
    return f"{shown} ({plain_number(above)}/{plain_number(below)})" if full and above is not None and below is not None else shown


def days(thresholds: Sequence[Threshold], facts: Facts) -> DaysLeft | None:
    """How far the student is from the first threshold that days absent lead to."""
    found = (days_to(threshold, dict(facts)) for threshold in thresholds)
    return next((one for one in found if one is not None), None)


def days_text(left: DaysLeft | None) -> str:
    """The days to a threshold, or that it is reached and how many lead back."""
    if left is None:
        return ""
    if left.absent is not None:
        return count(left.absent)
    within = left.present is not None and left.present <= _MOST_TO_RETURN
    return f"reached, {left.present} to return" if within else "reached"
