"""Who sits in which section, and when."""

from dataclasses import dataclass
from datetime import date, timedelta

from lakeside_classes import Classes, Section
from lakeside_courses import ELECTIVES
from lakeside_world import CEDAR_POINT, CORE, HERON_BAY, KG, MIDDLE, Pupil, Stay, Table, grade_text


@dataclass
class Seat:
    """A roster row: a pupil in a section from day to day, both included."""

    pupil: Pupil
    section: Section
    start: date
    end: date
    weight: float | None = None


def _group(pupil: Pupil) -> str:
    """A or B; grades 8, 11 and 12 split by ability, the others by number."""
    if pupil.grade in {8, 11, 12}:
        return "B" if pupil.student.ability > 0.1 else "A"
    return "AB"[int(pupil.student.student_id) % 2]


def _keys(pupil: Pupil, school: str) -> list[tuple[str, ...]]:
    """The keys of a pupil's sections at a school."""
    grade, number = str(pupil.grade), int(pupil.student.student_id)
    if school in {HERON_BAY, CEDAR_POINT}:
        text = grade_text(pupil.grade)
        subjects = ("english", "mathematics") if pupil.grade >= 3 else ()
        keys: list[tuple[str, ...]] = [
            (school, "homeroom", text),
            *((school, subject, text) for subject in subjects),
        ]
        return keys + ([(school, "music", text)] if pupil.grade >= KG else [])
    group = _group(pupil)
    core: list[tuple[str, ...]] = [(school, subject, grade, group) for subject in CORE]
    halves = [(school, "half", grade, group, term) for term in ("S1", "S2")]
    if school == MIDDLE:
        return [(school, "advisory", grade, group), *core, *halves]
    elective = (school, "elective", ELECTIVES[number % 4].course_id, "12"[number // 4 % 2])
    return [*core, elective, *halves]


def _seats_of_stay(pupil: Pupil, stay: Stay, classes: Classes) -> list[Seat]:
    seats = []
    for key in _keys(pupil, stay.school):
        section = classes.sections[key]
        start, end = max(stay.entry, section.term.start), min(pupil.until(stay), section.term.end)
        if start <= end:
            seats.append(Seat(pupil, section, start, end))
    return seats


def _change_english(seats: list[Seat], classes: Classes) -> None:
    """The pupil sits half and half in both English sections for October, then moves to the other."""
    seat = next(seat for seat in seats if seat.section.course.subject == "english")
    grade, group = str(seat.pupil.grade), _group(seat.pupil)
    other = classes.sections[(MIDDLE, "english", grade, "B" if group == "A" else "A")]
    october, november = date(2012, 10, 1), date(2012, 11, 1)
    day = timedelta(1)
    seats += [
        Seat(seat.pupil, seat.section, october, november - day, 0.5),
        Seat(seat.pupil, other, october, november - day, 0.5),
        Seat(seat.pupil, other, november, seat.end),
    ]
    seat.end = october - day


def make_seats(pupils: list[Pupil], both: list[Classes]) -> list[Seat]:
    """Every roster row of both years."""
    by_year = {classes.year.label: classes for classes in both}
    seats: list[Seat] = []
    for pupil in pupils:
        if "no_roster" in pupil.flags:
            continue
        classes = by_year[pupil.year.label]
        own = [seat for stay in pupil.stays for seat in _seats_of_stay(pupil, stay, classes)]
        if "changes_english" in pupil.flags:
            _change_english(own, classes)
        seats += own
    return seats


def rosters_table(seats: list[Seat]) -> Table:
    rows = [(s.section.year.label, s.pupil.student.student_id, s.section.section_id, s.weight, s.start, s.end) for s in seats]
    fields = ("school_year", "student_id", "section_id", "weight", "from_date", "to_date")
    return Table("rosters", fields, sorted(rows, key=lambda row: (row[0], row[1], row[2], row[4])))
