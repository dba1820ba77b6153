"""Calendars, days that were not simply present, suspensions, and the high school's missed periods."""

from dataclasses import dataclass
from datetime import date
from random import Random

from lakeside_rosters import Seat
from lakeside_world import HIGH, KG, MIDDLE, SCHOOLS, THIS_YEAR, YEARS, Pupil, Stay, Table, stream


@dataclass(frozen=True)
class Day:
    """A day that was not simply present. `missed` is given where the status alone does not say it."""

    status: str
    excused: bool | None = None
    missed: float | None = None


@dataclass(frozen=True)
class Incident:
    """One student's action in an incident; several students may share a number."""

    number: int
    pupil: Pupil
    school: str
    day: date
    behavior: str
    action: str
    days: int | None


Log = dict[date, Day]


@dataclass(frozen=True)
class Spell:
    """A pupil's stay, its instructional days and what is logged of them."""

    pupil: Pupil
    stay: Stay
    days: list[date]
    log: Log


SUSPENSIONS = ("in_school_suspension", "out_of_school_suspension")
BEHAVIORS = ("disruption", "defiance", "fighting", "truancy", "harassment", "property_damage", "tobacco")


def calendar_table() -> Table:
    """Every weekday of the year; the days off are there with instructional false."""
    rows = [
        (school, day, day in instructional)
        for year in YEARS
        for school in SCHOOLS
        for instructional in [set(year.days[school])]
        for day in year.weekdays
    ]
    return Table("calendar", ("school_id", "date", "instructional"), rows)


def _level(pupil: Pupil) -> float:
    """The youngest and the oldest miss most; the middle school missed less this year than last."""
    if pupil.grade <= KG:
        return 1.2
    if pupil.grade <= 5:
        return 0.78
    if pupil.grade <= 8:
        return 1.05 if pupil.year is THIS_YEAR else 1.35
    return 1.25 + 0.05 * (pupil.grade - 9)


def _random_log(rng: Random, pupil: Pupil, days: list[date]) -> Log:
    """Absences come in spells of one to three days."""
    log: Log = {}
    rate = pupil.student.absence * _level(pupil)
    spell = 0
    excused = True
    for day in days:
        if spell == 0 and rng.random() < rate / 1.7:
            spell = rng.choice((1, 1, 1, 2, 2, 3))
            excused = rng.random() < 0.7 - 2 * pupil.student.absence
        if spell:
            spell -= 1
            half = rng.random() < 0.03
            log[day] = Day("absent", excused, 0.5 if half else None)
        elif rng.random() < 0.008 + 0.25 * rate:
            log[day] = Day("tardy", None, 0.5 if rng.random() < 0.03 else None)
        elif rng.random() < 0.004:
            log[day] = Day("early_departure", True, 0.5 if rng.random() < 0.35 else 0.25)
    return log


def _spread(days: list[date], count: int) -> list[date]:
    """`count` of the days, evenly apart."""
    return [days[(2 * n + 1) * len(days) // (2 * count)] for n in range(count)]


def _fixed_log(stay: Stay, days: list[date]) -> Log:
    """Exactly the days an edge student is to have; suspensions take theirs from the middle."""
    middle = len(days) // 2
    taken = sum(count + 1 for _, count in stay.suspended)  # the day of the incident, and those after it
    free = days[:middle] + days[middle + taken :] if stay.suspended else days
    wanted = [Day("absent", True)] * (stay.absent or 0) + [Day(status, True, part) for status, part in stay.extra]
    return dict(zip(_spread(free, len(wanted)), wanted, strict=True))


def _suspend(spell: Spell, first: int, action: str, count: int) -> int:
    """Write a suspension of up to `count` days from days[first]; return how many there were."""
    served = spell.days[first : first + count]
    for day in served:
        spell.log[day] = Day(action, False if action == "out_of_school_suspension" else None)
    return len(served)


def _edge_incidents(number: int, spell: Spell) -> list[Incident]:
    incidents = []
    pupil, stay, days = spell.pupil, spell.stay, spell.days
    first = len(days) // 2
    for action, count in stay.suspended:
        _suspend(spell, first + 1, action, count)
        incidents.append(Incident(number, pupil, stay.school, days[first], "fighting", action, count))
        first += count + 1
        number += 1
    if stay.exit_type == "expelled":
        incidents.append(Incident(number, pupil, stay.school, days[-1], "weapon", "expulsion", None))
    return incidents


def _action(rng: Random, pupil: Pupil) -> tuple[str, int | None]:
    if pupil.grade <= 5:
        return rng.choice((("other", None), ("other", None), ("in_school_suspension", 1)))
    draw = rng.random()
    if draw < 0.45:
        return "in_school_suspension", rng.randint(1, 2)
    if draw < 0.75:
        return "out_of_school_suspension", rng.randint(1, 5 if pupil.grade >= 9 else 3)
    return "other", None


def _random_incidents(rng: Random, number: int, spell: Spell) -> list[Incident]:
    """None for most; a suspension is served on the school days after the incident."""
    pupil, days, log = spell.pupil, spell.days, spell.log
    rate = pupil.student.conduct * (0.3 if pupil.grade <= 5 else 0.85)
    incidents: list[Incident] = []
    for _ in range(3):
        if rng.random() >= rate or len(days) < 10:
            continue
        first = rng.randrange(len(days) - 8)
        if any(day in log for day in days[first : first + 6]):
            continue
        action, count = _action(rng, pupil)
        if count is not None:
            count = _suspend(spell, first + 1, action, count)
        behavior = rng.choice(BEHAVIORS)
        school, day = spell.stay.school, days[first]
        incidents.append(Incident(number + len(incidents), pupil, school, day, behavior, action, count))
    return incidents


def _partners(rng: Random, incidents: list[Incident], pupils: list[Pupil], logs: dict[int, Log]) -> list[Incident]:
    """Some fights at the middle school have a second student, who is only spoken to."""
    partners = []
    for incident in incidents:
        if incident.school != MIDDLE or incident.behavior != "fighting":
            continue
        same = [
            p
            for p in pupils
            if p.year is incident.pupil.year
            and p is not incident.pupil
            and p.student.conduct > 0
            and (stay := p.stay_on(incident.day)) is not None
            and stay.school == MIDDLE
            and incident.day not in logs[id(p)]
        ]
        other = rng.choice(same)
        partners.append(Incident(incident.number, other, MIDDLE, incident.day, "fighting", "other", None))
    return partners


def make_attendance(pupils: list[Pupil]) -> tuple[Table, Table, dict[int, Log]]:
    """attendance and incidents, and each pupil's log under id(pupil)."""
    rng = stream("attendance")
    rows = []
    logs: dict[int, Log] = {}
    incidents: list[Incident] = []
    for pupil in pupils:
        whole = logs.setdefault(id(pupil), {})
        for stay in pupil.stays:
            days = pupil.days(stay)
            number = len(incidents) + 1
            if stay.absent is not None:
                log = _fixed_log(stay, days)
                incidents += _edge_incidents(number, Spell(pupil, stay, days, log))
            else:
                log = _random_log(rng, pupil, days)
                incidents += _random_incidents(rng, number, Spell(pupil, stay, days, log))
            whole.update(log)
            student_id = pupil.student.student_id
            rows += [(student_id, stay.school, d, x.status, x.excused, x.missed) for d, x in log.items()]
    fields = ("student_id", "school_id", "date", "status", "excused", "absent")
    attendance = Table("attendance", fields, sorted(rows, key=lambda row: (row[2], row[0])))
    return attendance, _incidents_table(incidents + _partners(rng, incidents, pupils, logs)), logs


def _incidents_table(incidents: list[Incident]) -> Table:
    rows = [(f"I{i.number:04d}", i.pupil.student.student_id, i.school, i.day, i.behavior, i.action, i.days) for i in incidents]
    fields = ("incident_id", "student_id", "school_id", "date", "behavior", "action", "days")
    return Table("incidents", fields, sorted(rows, key=lambda row: (row[3], row[0], row[1])))


def period_attendance_table(seats: list[Seat], logs: dict[int, Log]) -> Table:
    """A few missed or late periods of high school students on days without another entry."""
    rng = stream("period attendance")
    rows = {}
    for seat in seats:
        section, pupil = seat.section, seat.pupil
        if section.school != HIGH or rng.random() >= 0.05 + pupil.student.absence:
            continue
        log = logs[id(pupil)]
        days = [day for day in section.year.days[HIGH] if seat.start <= day <= seat.end and day not in log]
        for _ in range(min(rng.choice((1, 1, 2)), len(days))):
            key = (pupil.student.student_id, section.section_id, rng.choice(days))
            rows[key] = (*key, rng.choice(("absent", "tardy")))
    fields = ("student_id", "section_id", "date", "status")
    return Table("period_attendance", fields, sorted(rows.values(), key=lambda row: (row[2], row[0], row[1])))
