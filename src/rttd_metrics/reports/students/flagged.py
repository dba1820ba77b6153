"""The early-warning list: the students with flags, the value behind each, their classes and teachers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from rttd_metrics.definitions.thresholds import Threshold
from rttd_metrics.engine.results import MeasureInfo, Run
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.reports.cells import WHOLE_YEAR, units
from rttd_metrics.reports.students.cells import Facts, Told, fact_text
from rttd_metrics.reports.students.listed import Listed, SchoolStudents
from rttd_metrics.reports.text import plain

SHIPPED = ("flag_attendance", "flag_behavior", "flag_course_performance")
"""The shipped early-warning flags: where a project uses them the lists of students have them, though they stand beside the
portfolio. Those that only count other flags are left out: the lists count them themselves."""


def shipped_flags(ids: Sequence[str]) -> list[str]:
    """Those of these measures that are shipped flags, or were made from one with `for_each`."""
    return [id_ for id_ in ids if id_.split(".")[0] in SHIPPED]


@dataclass(frozen=True, slots=True)
class State:
    """What a student is in a measure: `flagged`, `not flagged`, `excluded`, `missing`, or empty where he is outside it or
    another school counts him. `text`: the facts that decided it and their values; `values`: the same by fact, as numbers."""

    state: str
    text: str
    values: Mapping[str, float | None]

    @property
    def flagged(self) -> bool:
        return self.state == "flagged"


@dataclass(frozen=True, slots=True)
class Named:
    """A school, classroom or educator; `name` is the id where none is known."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """One student at a school. `school`: None where no school counts him; `states`: a state a flag of the list."""

    school: Named | None
    student: Listed
    states: tuple[State, ...]
    classrooms: tuple[Named, ...]
    educators: tuple[Named, ...]

    @property
    def number(self) -> int:
        return sum(state.flagged for state in self.states)


@dataclass(frozen=True)
class FlagList:
    """`rows`: by school, most flags first, then the fewest days to a threshold."""

    run: Run
    flags: tuple[MeasureInfo, ...]
    rows: tuple[Flagged, ...]


class Classes:
    """Who teaches which classroom, and what both are called."""

    def __init__(self, run: Run, teachers: pl.DataFrame) -> None:
        self._classrooms = {unit.id: unit.name for unit in units(run, "classroom")}
        self._taught: dict[str, list[Named]] = {}
        for section, educator, name in teachers.iter_rows():
            self._taught.setdefault(section, []).append(Named(educator, name or educator))

    def classroom(self, section: str) -> Named:
        return Named(section, self._classrooms.get(section, section))

    def teachers(self, sections: Sequence[str]) -> tuple[Named, ...]:
        """Each once, in the order of the classrooms."""
        return tuple(dict.fromkeys(one for section in sections for one in self._taught.get(section, ())))

    def taught_by(self, educator: str) -> list[str]:
        return [section for section, found in self._taught.items() if educator in (one.id for one in found)]


def flag_list(
    run: Run,
    details: StudentDetails,
    people: pl.DataFrame,
    thresholds: Mapping[str, Sequence[Threshold]],
    *,
    school: str | None = None,
    sections: Sequence[str] | None = None,
) -> FlagList:
    """The students with a flag: of one school, or in one of some classrooms.

    `thresholds`: the flags, measures of students with a good side, and what decides each. A student stands once at each
    school that counts him, and under no school where none does. In the lists of classrooms he stands with the flags that
    another school counts, too: his teacher has him in front of her.
    """
    known = {info.id: info for info in run.measures}
    students, classes = SchoolStudents(details, people, thresholds), Classes(run, details.teachers)
    rows: list[Flagged] = []
    for unit in units(run, "school"):
        if school not in (None, unit.id):
            continue
        sits: dict[str, list[str]] = {}
        for section, seated in students.seats(unit.id).items():
            for student in seated:
                sits.setdefault(student, []).append(section)
        for one in students.at(unit.id):
            seats = sits.get(one.id, [])
            if sections is None or set(seats) & set(sections):
                rows.append(_flagged(Named(unit.id, unit.name), one, thresholds, seats, classes, anywhere=sections is not None))
    if school is None and sections is None:
        without = students.of_rows(_without_school(run, details, list(thresholds)))
        rows += [_flagged(None, one, thresholds, [], classes, anywhere=True) for one in without]
    flagged = [row for row in rows if row.number]
    if sections is not None:  # flags that another school counts are flags here, so the order is by these
        order = {unit.id: place for place, unit in enumerate(units(run, "school"))}
        flagged.sort(key=lambda row: (order[row.school.id] if row.school else 0, -row.number, row.student.order[2:]))
    return FlagList(run, tuple(known[id_] for id_ in thresholds), tuple(flagged))


def _flagged(
    school: Named | None,
    student: Listed,
    thresholds: Mapping[str, Sequence[Threshold]],
    sections: Sequence[str],
    classes: Classes,
    *,
    anywhere: bool,
) -> Flagged:
    told = student.told
    if anywhere:
        told = {measure: one._replace(here=True) for measure, one in told.items()}
        student = replace(student, told=told)
    states = tuple(_state(told.get(measure), found, student.facts) for measure, found in thresholds.items())
    classrooms = tuple(classes.classroom(section) for section in sections)
    return Flagged(school, student, states, classrooms, classes.teachers(sections))


def _state(told: Told | None, thresholds: Sequence[Threshold], facts: Facts) -> State:
    if told is None or not told.here:
        return State("", "", {})
    if told.met is None:
        return State(told.role, "", {})
    parts = (f"{plain(threshold.title)} {fact_text(threshold, facts, full=not told.met)}" for threshold in thresholds)
    values = {threshold.fact: facts.get(threshold.fact) for threshold in thresholds}
    return State("not flagged" if told.met else "flagged", ", ".join(parts), values)


def _without_school(run: Run, details: StudentDetails, flags: Sequence[str]) -> pl.DataFrame:
    """The rows of the whole year of the students whom no school counts in any of the flags."""
    counted = details.rows.filter(pl.col("here")).select("student_id") if details.rows.height else None
    rows = run.student_results.filter(
        pl.col("school_id").is_null(), pl.col("measure").is_in(list(flags)), pl.col("window") == WHOLE_YEAR
    )
    left = rows if counted is None else rows.join(counted.unique(), on="student_id", how="anti")
    return left.with_columns(here=pl.lit(True))
