"""What a report shows of single students beside their results: who they are, their classes, and the facts behind a flag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.source import Period
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.attribution import SCHOOL, STUDENT
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.columns import fact_column
from rttd_metrics.engine.membership import SECTION, Membership
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.roles import Roles, role_columns
from rttd_metrics.engine.rollup import Crowd
from rttd_metrics.engine.student_results import rows_of, seen_by, shown_measures
from rttd_metrics.engine.units import AT_SCHOOL
from rttd_metrics.formula.values import GRADE_LEVELS

PREFERRED, LEGAL = "preferred", "legal"
_NAMES: Mapping[str, Sequence[str]] = {PREFERRED: ("name", "legal_name"), LEGAL: ("legal_name", "name")}
"""The fields a student's name is taken from: the first that has one."""
_ROWS = ["measure", STUDENT, SCHOOL, "role", "reason", "value", "met"]


def _empty(*names: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String()))


def _no_rows() -> pl.DataFrame:
    return _empty(*_ROWS).with_columns(here=pl.lit(None, pl.Boolean))


@dataclass
class StudentDetails:
    """Filled while a run is evaluated. `wanted`: the facts of students that are to be kept.

    `seats`: student_id, section_id, school_id, a row for each classroom on whose roster a student was.
    `rows`: measure, student_id, school_id, role, reason, value, met as in student results, of each school in which a
    student counts, and of each in which he only sits in a classroom (`here` is false): so the rows of a classroom's students
    at its school add up to its cells. `facts`: student_id, school_id (null: the whole year, as in student results) and a
    column for each wanted fact that the run has made. `teachers`: section_id, educator_id, name, as class_names.read_teachers.
    """

    wanted: Sequence[str]
    seats: pl.DataFrame = field(default_factory=lambda: _empty(STUDENT, SECTION, SCHOOL))
    rows: pl.DataFrame = field(default_factory=_no_rows)
    facts: pl.DataFrame = field(default_factory=lambda: _empty(STUDENT, SCHOOL))
    teachers: pl.DataFrame = field(default_factory=lambda: _empty(SECTION, "educator_id", "name"))

    def look(self, whole: Roles, own: Roles | None, members: Membership, crowds: Mapping[str, Crowd]) -> None:
        """Keep what is wanted of the students of a run."""
        if members.classrooms is not None:
            texts = [nw.col(name).cast(nw.String) for name in (STUDENT, SECTION, SCHOOL)]
            self.seats = collect(members.classrooms.select(*texts)).sort(SCHOOL, SECTION, STUDENT)
        self.rows = _rows(crowds, self.seats)
        parts = [_facts(whole, self.wanted, None), *([_facts(own, self.wanted, AT_SCHOOL)] if own else [])]
        self.facts = pl.concat(parts, how="diagonal").sort(STUDENT, SCHOOL, nulls_last=False)


def _facts(roles: Roles, wanted: Sequence[str], at_school: str | None) -> pl.DataFrame:
    frame = roles.view.frame
    there = [name for name in wanted if fact_column(name) in frame.collect_schema().names()]
    school = nw.col(at_school).cast(nw.String) if at_school else nw.lit(None, dtype=nw.String)
    kept = [nw.col(fact_column(name)).cast(nw.Float64).alias(name) for name in there]
    return collect(frame.select(nw.col(roles.view.key).cast(nw.String).alias(STUDENT), school.alias(SCHOOL), *kept))


def _rows(crowds: Mapping[str, Crowd], seats: pl.DataFrame) -> pl.DataFrame:
    measures = shown_measures(crowds)
    parts = []
    if "school" in crowds:
        parts.append((seen_by(crowds["school"], "school", measures), True))
    if "classroom" in crowds:
        parts.append((_seated(crowds["classroom"], seats, measures), False))
    found = [
        rows_of(students, number, measure).with_columns(here=pl.lit(here))
        for students, here in parts
        for number, measure in measures.items()
    ]
    if not found:
        return _no_rows()
    # The school's own row of a student stands before the one that tells how his classrooms there see him.
    rows = pl.concat(found, how="vertical").unique(subset=_ROWS[:3], keep="first", maintain_order=True)
    return rows.sort(SCHOOL, STUDENT, "measure")


def _seated(crowd: Crowd, seats: pl.DataFrame, measures: Mapping[int, Measure]) -> pl.DataFrame:
    """The students of classrooms, a row for each school they sit in: outside a measure only if they are in every classroom."""
    students = seen_by(crowd, "classroom", measures).rename({SCHOOL: SECTION})
    schools = seats.select(SECTION, SCHOOL).unique()
    columns = [name for number, measure in measures.items() for name in role_columns(number, measure)]
    placed = students.join(schools, on=SECTION, how="inner")
    return placed.group_by(STUDENT, SCHOOL).agg(pl.col(name).max() for name in columns).sort(STUDENT, SCHOOL)


def people(portfolio: Portfolio, school_year: int, names: str | None = PREFERRED) -> pl.DataFrame:
    """student_id, name and grade_level of the students of a school year, as the students table has them; null where it
    does not. Read for itself, so that nothing a run computes depends on what is only shown.

    `names`: PREFERRED or LEGAL, and the other where there is none; with None no name is read. Raises ValueError."""
    if names is not None and names not in _NAMES:
        raise ValueError(f"no kind of names: {names}")
    read_from = _NAMES[names] if names is not None else ()
    plan = Plan(portfolio)
    table = portfolio.tables["students"]
    plan.need("students", *(name for name in (STUDENT, *read_from, "grade_level", table.year_field) if name))
    dataset = read(plan, Period(school_year, portfolio.project.school_year_starts, None), keep_going=True)
    rows = collect(dataset.rows("students", aside=True))
    grades = {code: label for label, code in GRADE_LEVELS.items()}
    return (
        rows.select(
            pl.col("students.student_id").cast(pl.String).alias(STUDENT),
            pl.coalesce(*(pl.col(f"students.{name}").cast(pl.String) for name in read_from), pl.lit(None, pl.String)).alias(
                "name"
            ),
            pl.col("students.grade_level").replace_strict(grades, default=None, return_dtype=pl.String).alias("grade_level"),
        )
        .unique(STUDENT, keep="first", maintain_order=True)
        .sort(STUDENT)
    )
