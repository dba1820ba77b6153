"""The students of each school: what each is in every measure of a list, the facts behind it, and the days to a threshold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from rttd_metrics.definitions.thresholds import DaysLeft, Threshold
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.reports.students.cells import NEAR, Facts, Told, days
from rttd_metrics.reports.text import plain

_FAR = 999  # after every number of days that is known


@dataclass(frozen=True, slots=True)
class Listed:
    """One student at a school. `told`: by measure; `facts`: the school's view where it has its own; `left`: of the first
    measure that counts the student and that days absent decide. `name` and `grade` are empty where they are not known."""

    id: str
    name: str
    grade: str
    told: Mapping[str, Told]
    facts: Facts
    left: DaysLeft | None

    @property
    def here(self) -> bool:
        """Whether a measure counts the student at the school, not only in its classrooms."""
        return any(one.here for one in self.told.values())

    @property
    def concerns(self) -> int:
        """In how many measures that count the student here he is not on the good side."""
        return sum(one.met is False and one.here for one in self.told.values())

    @property
    def near(self) -> bool:
        return self.left is not None and self.left.absent is not None and self.left.absent <= NEAR

    @property
    def order(self) -> tuple[bool, int, int, str, str]:
        """Most concerns first, then the fewest days to a threshold."""
        far = self.left.absent if self.left is not None and self.left.absent is not None else _FAR
        return not self.here, -self.concerns, far, self.name, self.id


class SchoolStudents:
    """Looks the students of each school up; what all schools share is made once.

    `thresholds`: by measure, in the order of the list, what decides it. `people`: student_id, name, grade_level. `alone`:
    without what is counted at another school, and without the students who only sit in a class there.
    """

    def __init__(
        self,
        details: StudentDetails,
        people: pl.DataFrame,
        thresholds: Mapping[str, Sequence[Threshold]],
        *,
        alone: bool = False,
    ) -> None:
        self._thresholds = thresholds
        rows = details.rows.filter(pl.col("measure").is_in(list(thresholds)))
        self._rows = _by_school(rows.filter("here") if alone else rows)
        self._seats = _by_school(_own_seats(details) if alone else details.seats)
        self._facts = {(row["student_id"], row["school_id"]): row for row in details.facts.iter_rows(named=True)}
        self._people = {id_: (name, grade) for id_, name, grade in people.iter_rows()}

    def seats(self, school_id: str) -> dict[str, list[str]]:
        """By classroom, the students on its roster."""
        found: dict[str, list[str]] = {}
        if (seats := self._seats.get(school_id)) is not None:
            for student, section in seats.select("student_id", "section_id").iter_rows():
                found.setdefault(section, []).append(student)
        return found

    def at(self, school_id: str) -> list[Listed]:
        """Those a measure counts there or who sit in a classroom there, in the order of a list."""
        told = _told(self._rows.get(school_id))
        for student in {student for students in self.seats(school_id).values() for student in students}:
            told.setdefault(student, {})
        return sorted((self._listed(student, found, school_id) for student, found in told.items()), key=lambda one: one.order)

    def of_rows(self, rows: pl.DataFrame) -> list[Listed]:
        """Students by their rows of the whole year: the same columns as StudentDetails.rows."""
        return sorted((self._listed(student, found, None) for student, found in _told(rows).items()), key=lambda one: one.order)

    def _listed(self, student: str, told: Mapping[str, Told], school_id: str | None) -> Listed:
        own = self._facts.get((student, school_id), {})
        facts = {**self._facts.get((student, None), {}), **{name: value for name, value in own.items() if value is not None}}
        counted = (
            days(found, facts)
            for measure, found in self._thresholds.items()
            if measure in told and told[measure].role in ("n", "numerator")
        )
        left = next((one for one in counted if one is not None), None)
        name, grade = self._people.get(student, (None, None))
        return Listed(student, plain(name or ""), grade or "", told, facts, left)


def _by_school(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = frame.filter(pl.col("school_id").is_not_null()).partition_by("school_id", as_dict=True, maintain_order=True)
    return {str(school): part for (school,), part in parts.items()}


def _own_seats(details: StudentDetails) -> pl.DataFrame:
    """Without those of students who count, but at another school."""
    counted = details.rows.filter("here").select("student_id", "school_id").unique()
    here = details.seats.join(counted, on=["student_id", "school_id"], how="semi")
    nowhere = details.seats.join(counted, on="student_id", how="anti")
    return pl.concat([here, nowhere]).sort("school_id", "section_id", "student_id")


def _told(rows: pl.DataFrame | None) -> dict[str, dict[str, Told]]:
    told: dict[str, dict[str, Told]] = {}
    for measure, student, role, reason, value, met, here in _columns(rows):
        told.setdefault(student, {})[measure] = Told(measure, role, reason, value, met, here)
    return told


def _columns(rows: pl.DataFrame | None) -> Iterator[tuple[str, str, str, str | None, float | None, bool | None, bool]]:
    if rows is not None:
        yield from rows.select("measure", "student_id", "role", "reason", "value", "met", "here").iter_rows()
