"""What is wrong in data files: facts first, and the one place that puts them into words."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rttd_metrics.problems import Problem

if TYPE_CHECKING:
    import polars as pl

PLACES_SHOWN = 5

_WORDS = {
    "missing-file": ("there is no such file", "put the file there, or say its `path:` in rttd.yml"),
    "source-error": ("this cannot be read", None),
    "empty-file": ("the file is empty: not even a header", "export it again, or take the measures that need it out"),
    "encoding-error": ("the text cannot be decoded", "save it as UTF-8, or say its `encoding:` (for example cp1252) in rttd.yml"),
    "duplicate-label": ("the header names a column twice", "remove or rename one of the two"),
    "missing-label": ("the header lacks a column", "say the file's own header as the field's `source:` in rttd.yml"),
    "blank-label": ("the first line is no header", "the names of the columns stand in the first line"),
    "missing-cell": ("rows have fewer cells than the header", "correct them: which cells are lacking cannot be guessed"),
    "extra-cell": ("rows have more cells than the header", "put quotes around a cell that holds the delimiter"),
    "control-character": (
        "cells hold a character that cannot be seen",
        "delete it in the program that the file comes from: it came in with a copied text, or with a broken export",
    ),
    "blank-row": ("blank lines were passed over", None),
    "type-error": ("cells cannot be read as the declared type", "correct them, or declare the field's format in rttd.yml"),
    "category": ("cells hold codes that the field does not list", "add each code to the field's `categories:` in rttd.yml"),
    "required": ("cells of a required field are empty", "fill them, or declare the field with `required: false`"),
    "constraint-error": ("cells break a constraint of the field", "correct them, or the constraint in rttd.yml"),
    "unique-error": (
        "rows repeat a value of a field that is unique",
        "remove the repeats, or declare the field with `unique: false`",
    ),
    "primary-key": (
        "rows repeat a key that must be unique",
        "remove the repeats; where whole rows repeat say `rows: distinct`, where the key has several columns `source: [A, B]`",
    ),
    "passed-over": ("rows were passed over for another one of their key", None),
    "foreign-key": ("rows refer to a row that is not there", "add what they refer to, or correct the ids"),
    "overlap": (
        "primary stays of one student overlap: a day in several is counted in one",
        "end the earlier stay before the later one starts",
    ),
    "no-rows": ("the file has a header but no rows of this school year up to the as-of date", None),
    "not-submitted": (
        "schools have no attendance for their latest days, which are not counted as enrolled",
        "ask them for their attendance",
    ),
    "unknown-mark": (
        "marks neither fail nor pass: whether they fail is unknown",
        "name them under failing_marks, passing_marks or pending_marks of `parameters:` in rttd.yml",
    ),
    "unmapped-course": (
        "facts ask for it, and it is not said",
        "say it in courses or sections, or make it of the course's code: a `default:` of the column in rttd.yml",
    ),
    "unknown-program": (
        "no row of this school year is of a program that a subgroup asks for",
        "correct `program:` in rttd.yml, or declare the codes of the file as `categories:` of the column",
    ),
    "unplaced": ("no file says where students belong", None),
    "no-column": ("the file has no such column: it reads as empty", None),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file as an editor counts it, from 1."""

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by `count` of the `rows` rows of a table; the first places; `detail` holds no personal value.

    `failing` finds every row, where the fault is of rows: ask `failures` for them. `students`: how many students these rows are
    of, where that is counted.
    """

    rule: str
    table: str
    places: tuple[Place, ...]
    field: str | None = None
    header: str | None = None
    count: int = 1
    rows: int = 0
    detail: str | None = None
    severity: Literal["error", "warning"] = "error"
    tolerated: bool = False
    failing: "Callable[[], pl.DataFrame] | None" = dataclasses.field(default=None, compare=False, repr=False)
    students: int | None = None

    def as_problem(self) -> Problem:
        what, help_ = _WORDS[self.rule]
        column = f", column '{self.header or self.field}'" if self.field else ""
        concerned = "" if self.students is None else f", of {self.students:,} student{'s' * (self.students != 1)}"
        counted = f" ({self.count:,} of {self.rows:,} rows{concerned})" if self.rows else ""
        more = [str(place.line) for place in self.places[1:] if place.line and place.file == self.places[0].file]
        also = f"; also line{'s' * (len(more) > 1)} {', '.join(more)}" if more else ""
        also += ", ..." if more and self.count > len(self.places) else ""
        detail = f": {self.detail}" if self.detail else ""
        tolerated = "; these rows were set aside" if self.tolerated else ""
        first = self.places[0]
        return Problem(
            self.rule,
            f"table '{self.table}'{column}: {what}{detail}{counted}{also}{tolerated}",
            file=first.file,
            line=first.line,
            severity="warning" if self.tolerated else self.severity,
            help=None if self.tolerated else help_,
        )
