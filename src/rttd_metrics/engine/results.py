"""What a run is: the measures that were computed, their results, and what they were computed from."""

import datetime
from dataclasses import dataclass
from typing import Literal

import polars as pl

from rttd_metrics.definitions.windows import YEAR_TO_DATE
from rttd_metrics.problems import Problem

RESULT_SCHEMA: dict[str, pl.DataType] = {
    "run_id": pl.String(),
    "measure": pl.String(),
    "school_year": pl.String(),
    "as_of": pl.Date(),
    "window": pl.String(),
    "level": pl.String(),
    "unit_id": pl.String(),
    "unit_name": pl.String(),
    "district_id": pl.String(),
    "school_id": pl.String(),
    "dimension": pl.String(),
    "subgroup": pl.String(),
    "population": pl.Int64(),
    "excluded": pl.Int64(),
    "missing": pl.Int64(),
    "n": pl.Int64(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
    "value": pl.Float64(),
    "ci_low": pl.Float64(),
    "ci_high": pl.Float64(),
    "baseline": pl.Float64(),
    "target": pl.Float64(),
    "status": pl.String(),
    "uncertain": pl.Boolean(),
}
"""One row for each measure, window, unit (classroom, school, district) and subgroup, sorted by that key."""

STUDENT_RESULT_SCHEMA: dict[str, pl.DataType] = {
    "run_id": pl.String(),
    "measure": pl.String(),
    "school_year": pl.String(),
    "as_of": pl.Date(),
    "window": pl.String(),
    "student_id": pl.String(),
    "school_id": pl.String(),
    "role": pl.String(),
    "reason": pl.String(),
    "value": pl.Float64(),
    "met": pl.Boolean(),
}
"""One row for each student-level measure, window and student who is not outside.

`school_id` is null in the row of the student's whole year, the district's view; one more row stands for each
school the student is attributed to.
"""


@dataclass(frozen=True)
class GapInfo:
    """Of which measure results are the gap, by which dimension, and as what: `difference` in the measure's unit (points
    where it is a percent), or `ratio`."""

    measure: str
    dimension: str
    kind: Literal["difference", "ratio"]


@dataclass(frozen=True)
class MeasureInfo:
    """What a report must know of a measure to show its results.

    `level` is the unit the formula describes: student, classroom, school or district. `aggregate` is percent,
    count, avg, median, sum or rate; `per` is what a rate is multiplied by (100: per cent), else None. `portfolio`: it is one
    of the portfolio's measures, not one that stands beside it. `windows` are those it asks for, full or not. The gap of a
    measure is one of its own, with the measure's aggregate and what `gap` says.
    """

    id: str
    title: str
    condition: str
    slot: str | None
    level: str
    aggregate: str
    per: float | None
    improvement: Literal["increase", "decrease"]
    frequency: str
    owner: str | None
    portfolio: bool = True
    gap: GapInfo | None = None
    windows: tuple[str, ...] = (YEAR_TO_DATE,)


@dataclass(frozen=True)
class Run:
    """One immutable result: the same definitions, files, year and as-of date give the same, byte for byte.

    `results` has RESULT_SCHEMA and `student_results` STUDENT_RESULT_SCHEMA, both sorted by key; every measure
    in them stands in `measures`. `data_through` is the date of the last dated row seen, None where no row has
    one. `problems` are warnings and tolerated findings. `files` are the files read: path relative to the
    project, SHA-256. `other_years` are the runs of other school years that were asked for with it, in order; each is a
    run of its own, without others.
    """

    run_id: str
    district_id: str
    district_name: str
    school_year: str
    as_of: datetime.date
    data_through: datetime.date | None
    version: str
    measures: tuple[MeasureInfo, ...]
    results: pl.DataFrame
    student_results: pl.DataFrame
    problems: tuple[Problem, ...]
    files: tuple[tuple[str, str], ...]
    other_years: "tuple[Run, ...]" = ()

    @property
    def years(self) -> "tuple[Run, ...]":
        """The run of every school year, this one among them, in order."""
        return tuple(sorted((self, *self.other_years), key=lambda run: run.school_year))

    @property
    def all_results(self) -> pl.DataFrame:
        """The results of every school year, one after the other."""
        return pl.concat([run.results for run in self.years]) if self.other_years else self.results

    @property
    def all_student_results(self) -> pl.DataFrame:
        """The student results of every school year, one after the other."""
        return pl.concat([run.student_results for run in self.years]) if self.other_years else self.student_results
