"""The students of a school: what each is in every measure, the values behind it, and the days left to a threshold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from rttd_metrics.definitions.thresholds import DaysLeft, Threshold
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.reports.cells import WHOLE_YEAR, Line, Unit
from rttd_metrics.reports.numbers import count
from rttd_metrics.reports.site.figures import title
from rttd_metrics.reports.site.links import DISTRICT, measure_page, school_page, student_list
from rttd_metrics.reports.site.pages import Head, name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.student_cells import (
    ELSEWHERE,
    EXCLUDED,
    GOOD,
    MISSING,
    OFF,
    Reasons,
    StudentCell,
    Told,
    days,
    student_cell,
)
from rttd_metrics.reports.text import plain

NEAR = 5
"""So few days left are shown as near."""
_MOST_TO_RETURN = 90
"""More days without an absence, half a school year, are no help to know."""
_LETTERS = {"off": "b", "good": "g", "counted": "c", "excluded": "e", "missing": "m"}
KINDS: Mapping[str, str] = {
    "off": "of concern",
    "good": "not of concern",
    "counted": "counted",
    "excluded": "excluded",
    "missing": "missing",
}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A measure of students. `address`: its page, where it has one; `deciding`: what the
    values in its cells are; `sided`: its students are on a good side or not;
    `totals`: how many there are of each of KINDS."""

    line: Line
    title: str
    address: str
    deciding: tuple[str, ...]
    sided: bool
    totals: Mapping[str, int]

    @property
    def numerator(self) -> str:
        """Which of KINDS the numerator is."""
        if not self.sided:
            return "counted"
        return "good" if self.line.info.improvement == "increase" else "off"


@dataclass(frozen=True, slots=True)
class Student:
    """`off`: the measures in which the student is not on the good side, here or elsewhere; `days`: to the threshold, `near`
    where few are left.
    `classes`: the places of the classes on whose roster the student was."""

    id: str
    name: str
    grade: str
    off: tuple[str, ...]
    days: str
    near: bool
    cells: tuple[StudentCell | None, ...]
    classes: tuple[int, ...]
    order: tuple[bool, int, int, str, str]

    @property
    def concerns(self) -> int:
        """In how many measures that count the student here he is not on the good side."""
        return -self.order[1]


@dataclass(frozen=True, slots=True)
class StudentList:
    """`classes`: of each class its id, name and number of students, in the order of their places. `reasons`: letter and
    words. `graded`: whether any grade is known; `counts_days`: the measure whose limit the days left lead to, empty without."""

    head: Head
    columns: tuple[ListColumn, ...]
    rows: tuple[Student, ...]
    reasons: tuple[tuple[str, str], ...]
    classes: tuple[tuple[str, str, int], ...]
    graded: bool
    counts_days: str

    def without_rows(self) -> "StudentList":
        """What other pages need of it to lead there."""
        return replace(self, rows=())

    @property
    def before(self) -> int:
        """How many columns stand before those of the measures."""
        return 2 + self.graded + bool(self.counts_days)

    def place(self, line: Line) -> int | None:
        """The place of a measure's column, from 1 on."""
        return next((place for place, column in enumerate(self.columns, 1) if column.line == line), None)

    def class_place(self, classroom_id: str) -> int | None:
        return next((place for place, (id_, _, _) in enumerate(self.classes, 1) if id_ == classroom_id), None)


def address(kind: str, place: int) -> str:
    """Under which name a part of the list is asked for: the students of a kind in the column at a place."""
    return f"{_LETTERS[kind]}{place}"


def class_address(place: int) -> str:
    return f"k{place}"


class StudentLists:
    """Makes the list of each school; what all share is looked up once. `alone`: lists to be handed on, without what is
    counted at another school, and without the students who only sit in a class there."""

    def __init__(self, sources: Sources, *, alone: bool = False) -> None:
        self._sources = sources
        known = {info.id: info for info in sources.run.measures}
        lines = [line for line in sources.lines if line.info.level == "student" and line.window == WHOLE_YEAR]
        self._lines = [*lines, *(Line(known[id_], WHOLE_YEAR) for id_ in sources.flags)]
        details = sources.details
        rows = details.rows.filter(pl.col("measure").is_in([line.info.id for line in self._lines]))
        self._rows = _by_school(rows.filter("here") if alone else rows)
        self._seats = _by_school(_own_seats(details) if alone else details.seats)
        self._facts = {(row["student_id"], row["school_id"]): row for row in details.facts.iter_rows(named=True)}
        self._people = {id_: (name, grade) for id_, name, grade in sources.people.iter_rows()}

    def of(self, school: Unit) -> StudentList | None:
        """None where the school has no students."""
        told: dict[str, dict[str, Told]] = {}
        for measure, student, role, reason, value, met, here in _told(self._rows.get(school.id)):
            told.setdefault(student, {})[measure] = Told(measure, role, reason, value, met, here)
        seats = self._seats_of(school)
        for student in {student for students in seats.values() for student in students}:
            told.setdefault(student, {})
        if not told:
            return None
        lines = [line for line in self._lines if any(line.info.id in found for found in told.values())]
        return self._made(school, told, seats, lines)

    def _seats_of(self, school: Unit) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if (seats := self._seats.get(school.id)) is not None:
            for student, section in seats.select("student_id", "section_id").iter_rows():
                found.setdefault(section, []).append(student)
        return found

    def _made(
        self, school: Unit, told: Mapping[str, Mapping[str, Told]], seats: Mapping[str, Sequence[str]], lines: Sequence[Line]
    ) -> StudentList:
        reasons, names = Reasons(), {unit.id: name_of(unit) for unit in self._sources.classrooms.get(school.id, ())}
        sections = [section for section in seats if section in names]
        sits: dict[str, list[int]] = {}
        for place, section in enumerate(sections, 1):
            for student in seats[section]:
                sits.setdefault(student, []).append(place)
        deciding = [self._sources.definitions[line.info.id].thresholds for line in lines]
        counting = next((place for place, found in enumerate(deciding) if any(one.counts_days_absent for one in found)), None)
        made = [
            self._student(school, student, told[student], lines, deciding, reasons, tuple(sits.get(student, ())))
            for student in sorted(told)
        ]
        rows = tuple(sorted(made, key=lambda student: student.order))
        columns = tuple(
            _column(
                line,
                measure_page(line) if line in self._sources.lines else "",
                found,
                [student.cells[place] for student in rows],
            )
            for place, (line, found) in enumerate(zip(lines, deciding, strict=True))
        )
        district = (name_of(self._sources.district), DISTRICT)
        head = Head(student_list(school.id), "Students", "students", (district, (name_of(school), school_page(school.id))))
        return StudentList(
            head,
            columns,
            rows,
            tuple((mark, reason) for reason, mark in reasons.marks.items()),
            tuple((section, names[section], len(seats[section])) for section in sections),
            any(student.grade for student in rows),
            title(lines[counting]) if counting is not None else "",
        )

    def _student(
        self,
        school: Unit,
        student: str,
        told: Mapping[str, Told],
        lines: Sequence[Line],
        deciding: Sequence[Sequence[Threshold]],
        reasons: Reasons,
        classes: tuple[int, ...],
    ) -> Student:
        whole = self._facts.get((student, None), {})
        facts = {
            **whole,
            **{name: value for name, value in self._facts.get((student, school.id), {}).items() if value is not None},
        }
        spelled: set[str] = set()
        cells = tuple(
            student_cell(line, found, told[line.info.id], facts, reasons, spelled) if line.info.id in told else None
            for line, found in zip(lines, deciding, strict=True)
        )
        concerns = sum(cell is not None and cell.kind == OFF for cell in cells)
        counted = (
            days(found, facts)
            for line, found in zip(lines, deciding, strict=True)
            if line.info.id in told and told[line.info.id].role in ("n", "numerator")
        )
        left = next((one for one in counted if one is not None), None)
        name, grade = self._people.get(student, (None, None))
        here = any(one.here for one in told.values())
        shown = plain(name or "")
        order = (not here, -concerns, left.absent if left is not None and left.absent is not None else 999, shown, student)
        near = left is not None and left.absent is not None and left.absent <= NEAR
        off = tuple(line.name for line, cell in zip(lines, cells, strict=True) if cell is not None and cell.off)
        return Student(plain(student), shown, grade or "", off, _days(left), near, cells, classes, order)


def _days(left: DaysLeft | None) -> str:
    if left is None:
        return ""
    if left.absent is not None:
        return count(left.absent)
    within = left.present is not None and left.present <= _MOST_TO_RETURN
    return f"reached, {left.present} to return" if within else "reached"


def _column(
    line: Line,
    path: str,
    deciding: Sequence[Threshold],
    cells: Sequence[StudentCell | None],
) -> ListColumn:
    here = [cell.kind for cell in cells if cell is not None and cell.kind != ELSEWHERE]
    sided = line.info.aggregate in ("percent", "count")
    totals = {"counted": here.count(GOOD) + here.count(OFF), "excluded": here.count(EXCLUDED), "missing": here.count(MISSING)}
    if sided:
        totals |= {"off": here.count(OFF), "good": here.count(GOOD)}
    return ListColumn(line, title(line), path, tuple(plain(one.title) for one in deciding), sided, totals)


def _by_school(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = frame.filter(pl.col("school_id").is_not_null()).partition_by("school_id", as_dict=True, maintain_order=True)
    return {str(school): part for (school,), part in parts.items()}


def _own_seats(details: StudentDetails) -> pl.DataFrame:
    """Without those of students who count, but at another school."""
    counted = details.rows.filter("here").select("student_id", "school_id").unique()
    here = details.seats.join(counted, on=["student_id", "school_id"], how="semi")
    nowhere = details.seats.join(counted, on="student_id", how="anti")
    return pl.concat([here, nowhere]).sort("school_id", "section_id", "student_id")


def _told(rows: pl.DataFrame | None) -> Iterator[tuple[str, str, str, str | None, float | None, bool | None, bool]]:
    if rows is not None:
        yield from rows.select("measure", "student_id", "role", "reason", "value", "met", "here").iter_rows()


def narrowing(listed: StudentList) -> str:
    """The style that shows a part of the list where its address asks for it: without it, the whole list is shown."""
    asked = [f"#{name}:target~#list tbody tr:not({kept})" for name, kept in _rules(listed)]
    return ",\n".join(asked) + "{display:none}" if asked else ""


def _rules(listed: StudentList) -> Iterable[tuple[str, str]]:
    cell_of = {"off": ".x", "good": ":not(:empty,[class])", "counted": ":not(:empty,.e,.m,.o)", "excluded": ".e", "missing": ".m"}
    for place, column in enumerate(listed.columns, 1):
        for kind in column.totals:
            yield address(kind, place), f":has(>:nth-child({listed.before + place}){cell_of[kind]})"
    for place, _ in enumerate(listed.classes, 1):
        yield class_address(place), f".{class_address(place)}"
