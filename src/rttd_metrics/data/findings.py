"""What is wrong in data files: facts first, and the one place that puts them into words."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.problems import Problem
from rttd_metrics.problems.codes import Meaning

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
    "padded-label": ("the header has a name with spaces around it", "take the spaces out, or the column is not found"),
    "invisible-character": (
        "cells hold characters of no width, or that turn the direction of writing",
        "delete them: two ids or names that look alike are not the same with them",
    ),
    "garbled-text": (
        "cells hold text that was decoded wrongly somewhere",
        "export it again as UTF-8: letters with accents have become signs such as Ã©",
    ),
    "lost-zeros": (
        "ids have lost their leading zeros",
        "export the column as text, and never save the file from a spreadsheet that takes ids for numbers",
    ),
    "mixed-widths": (
        "some ids begin with zeros, these are shorter",
        "see whether they have lost leading zeros: a spreadsheet drops them",
    ),
    "alike-ids": ("ids are different that look alike", "write each id in one way only, in every file"),
    "impossible-value": ("values that cannot be", "correct them at the source"),
    "reversed-dates": ("stays end before they begin: no day of them is counted", "correct the dates"),
    "outside-school-year": ("rows are dated outside their school year", "correct the date, or the school year"),
    "undated-status": (
        "the file has no column school_year, but other years are looked at too",
        "what it says of students today would count for then: add the column, or compute no other year than its own",
    ),
    "duplicate-day": (
        "students have several rows for one day at a school",
        "say which one counts: `primaryKey`, `rows: distinct` and `conflicts` of the table in rttd.yml",
    ),
    "no-rows-for-school": (
        "schools have students, and others like them have rows, but they have none",
        "ask the schools for what they have not sent",
    ),
    "stale-table": ("schools have sent nothing for longer than `freshness` allows", "ask the schools for their latest rows"),
    "incomplete-field": ("schools have filled fewer cells than `completeness` asks", "ask the schools to fill the column"),
    "incomplete-table": (
        "schools have rows for fewer of their students than `completeness` asks",
        "ask the schools for the rows of the others",
    ),
}


def meanings() -> dict[str, Meaning]:
    """What each rule means, whatever the single finding says."""
    told = {rule: (what, help_ or "the message says what was found") for rule, (what, help_) in _WORDS.items()}
    return {rule: Meaning(_sentence(what), f"{_sentence(help_)}.") for rule, (what, help_) in told.items()}


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


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

    @property
    def is_error(self) -> bool:
        return self.severity == "error" and not self.tolerated

    @property
    def what(self) -> str:
        """What is wrong, in words."""
        return self.rule_says + (f": {self.detail}" if self.detail else "")

    @property
    def rule_says(self) -> str:
        """What is wrong wherever the rule is broken."""
        return _WORDS[self.rule][0]

    @property
    def help(self) -> str | None:
        """What to do."""
        return _WORDS[self.rule][1]

    @property
    def counted(self) -> str:
        """`3 of 120 rows, of 2 students`, or schools."""
        concerned = "" if self.students is None else f", of {self.students:,} student{'s' * (self.students != 1)}"
        return f"{self.count:,} of {self.rows:,} {'schools' if DATA_RULES[self.rule].of == 'schools' else 'rows'}{concerned}"

    def as_problem(self) -> Problem:
        column = f", column '{self.header or self.field}'" if self.field else ""
        counted = f" ({self.counted})" if self.rows else ""
        more = [str(place.line) for place in self.places[1:] if place.line and place.file == self.places[0].file]
        also = f"; also line{'s' * (len(more) > 1)} {', '.join(more)}" if more else ""
        also += ", ..." if more and self.count > len(self.places) else ""
        tolerated = "; these rows were set aside" if self.tolerated else ""
        first = self.places[0]
        return Problem(
            self.rule,
            f"table '{self.table}'{column}: {self.what}{counted}{also}{tolerated}",
            file=first.file,
            line=first.line,
            severity="error" if self.is_error else "warning",
            help=None if self.tolerated else self.help,
        )
