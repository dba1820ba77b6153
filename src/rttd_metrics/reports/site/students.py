"""The students of a school: what each is in every measure, the values behind it, and the days left to a threshold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rttd_metrics.definitions.thresholds import Threshold
from rttd_metrics.reports.cells import WHOLE_YEAR, Line, Unit
from rttd_metrics.reports.site.figures import title
from rttd_metrics.reports.site.links import DISTRICT, measure_page, school_page, student_list
from rttd_metrics.reports.site.pages import Head, name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.students.cells import (
    ELSEWHERE,
    EXCLUDED,
    GOOD,
    MISSING,
    OFF,
    Reasons,
    StudentCell,
    days_text,
    student_cell,
)
from rttd_metrics.reports.students.listed import Listed, SchoolStudents
from rttd_metrics.reports.text import plain

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
    """`concerns`: in how many measures that count the student here he is not on the good side; `off`: the measures in which
    he is not, here or elsewhere; `days`: to the threshold, `near` where few are left.
    `classes`: the places of the classes on whose roster the student was."""

    id: str
    name: str
    grade: str
    concerns: int
    off: tuple[str, ...]
    days: str
    near: bool
    cells: tuple[StudentCell | None, ...]
    classes: tuple[int, ...]


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
        deciding = {line.info.id: sources.definitions[line.info.id].thresholds for line in self._lines}
        self._students = SchoolStudents(sources.details, sources.people, deciding, alone=alone)

    def of(self, school: Unit) -> StudentList | None:
        """None where the school has no students."""
        listed = self._students.at(school.id)
        if not listed:
            return None
        lines = [line for line in self._lines if any(line.info.id in student.told for student in listed)]
        return self._made(school, listed, self._students.seats(school.id), lines)

    def _made(
        self, school: Unit, listed: Sequence[Listed], seats: Mapping[str, Sequence[str]], lines: Sequence[Line]
    ) -> StudentList:
        names = {unit.id: name_of(unit) for unit in self._sources.classrooms.get(school.id, ())}
        sections = [section for section in seats if section in names]
        sits: dict[str, list[int]] = {}
        for place, section in enumerate(sections, 1):
            for student in seats[section]:
                sits.setdefault(student, []).append(place)
        deciding = [self._sources.definitions[line.info.id].thresholds for line in lines]
        counting = next((place for place, found in enumerate(deciding) if any(one.counts_days_absent for one in found)), None)
        # Letters are given to reasons in the order of the ids, whatever the order of the list.
        reasons, made = Reasons(), {}
        for one in sorted(listed, key=lambda one: one.id):
            made[one.id] = _student(one, lines, deciding, reasons, tuple(sits.get(one.id, ())))
        rows = tuple(made[student.id] for student in listed)
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
    listed: Listed,
    lines: Sequence[Line],
    deciding: Sequence[Sequence[Threshold]],
    reasons: Reasons,
    classes: tuple[int, ...],
) -> Student:
    spelled: set[str] = set()
    cells = tuple(
        student_cell(line, found, listed.told[line.info.id], listed.facts, reasons, spelled)
        if line.info.id in listed.told
        else None
        for line, found in zip(lines, deciding, strict=True)
    )
    off = tuple(line.name for line, cell in zip(lines, cells, strict=True) if cell is not None and cell.off)
    shown = days_text(listed.left)
    return Student(plain(listed.id), listed.name, listed.grade, listed.concerns, off, shown, listed.near, cells, classes)


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
