"""The use of personalized learning plans, and the steps of seniors after and toward graduation."""

from datetime import date, timedelta
from random import Random

from lakeside_attendance import Log
from lakeside_world import LAST_YEAR, MIDDLE, THIS_YEAR, Cell, Pupil, Table, stream

Row = tuple[Cell, ...]


def _weeks(days: list[date]) -> dict[date, list[date]]:
    """The days by the Monday of their week."""
    by_monday: dict[date, list[date]] = {}
    for day in days:
        by_monday.setdefault(day - timedelta(day.weekday()), []).append(day)
    return by_monday


def plan_uses_table(pupils: list[Pupil], logs: dict[int, Log]) -> Table:
    """Grades 6 to 12 of 2012-13, when the plans began: days of school on which a plan was opened."""
    rng = stream("plans")
    rows: list[Row] = []
    for pupil in pupils:
        if pupil.year is not THIS_YEAR or pupil.grade < 6:
            continue
        habit = min(0.98, (0.72 if pupil.stays[-1].school == MIDDLE else 0.5) + 0.45 * (rng.random() - 0.5))
        habit = 1.0 if rng.random() < 0.12 else habit
        for stay in pupil.stays:
            present = [day for day in pupil.days(stay) if day not in logs[id(pupil)]]
            used = [days for days in _weeks(present).values() if rng.random() < habit]
            rows += [(pupil.student.student_id, rng.choice(days)) for days in used]
    return Table("plan_uses", ("student_id", "date"), sorted(rows, key=lambda row: (str(row[1]), row[0])))


def _fafsa(rng: Random, pupil: Pupil) -> list[tuple[str, date]]:
    """Submitted from January on, completed some days later, by the last day the year's data may show."""
    year = pupil.year.last.year
    if "fafsa_submitted_only" in pupil.flags:
        return [("fafsa_submitted", date(year, 3, 12))]
    if "fafsa_in_june" in pupil.flags:
        return [("fafsa_submitted", date(year, 5, 30)), ("fafsa_completed", date(year, 6, 5))]
    if rng.random() > 0.62 + 0.15 * pupil.student.ability:
        return []
    submitted = date(year, 1, 7) + timedelta(rng.randrange(130))
    completed = submitted + timedelta(rng.randrange(3, 20))
    return [("fafsa_submitted", submitted), ("fafsa_completed", completed)][: 2 if rng.random() < 0.9 else 1]


def _college(rng: Random, pupil: Pupil) -> list[tuple[str, date, str]]:
    """Applications of the senior year; enrolment in the fall after it is known for the class of 2012 only."""
    ability = pupil.student.ability
    if rng.random() > 0.68 + 0.2 * ability:
        return []
    kind = "four_year" if rng.random() < 0.5 + 0.25 * ability else "two_year"
    events = [("applied", pupil.year.first + timedelta(rng.randrange(40, 150)), kind)]
    if pupil.year is LAST_YEAR and pupil.diploma_type == "regular" and rng.random() < 0.85:
        late = rng.random() < 0.15
        events.append(("enrolled", date(2013, 1, 14) if late else date(2012, 8, 20 + rng.randrange(10)), kind))
    return events


def postsecondary_table(pupils: list[Pupil], earlier: list[Row]) -> Table:
    """The school year is that of the student's grade 12, also where the event came later; the earlier rows first."""
    rng = stream("postsecondary")
    rows = list(earlier)
    for pupil in pupils:
        if pupil.grade != 12:
            continue
        left = pupil.stays[-1].exit or pupil.year.last
        events: list[tuple[str, date, str | None]] = [(event, day, None) for event, day in _fafsa(rng, pupil)]
        events += _college(rng, pupil)
        for event, day, kind in events:
            if day <= left or event == "enrolled":
                rows.append((pupil.year.label, pupil.student.student_id, event, day, kind))
    return Table("postsecondary", ("school_year", "student_id", "event", "date", "institution_type"), rows)
