"""The high school before 2011-12: who was there, how they left, and what became of the class of 2011.

Only what transcripts, cohorts and college enrollment look back to is kept of these years: students, their stays,
their final marks, and the diplomas.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from lakeside_people import new_student
from lakeside_world import CEDAR_POINT, HERON_BAY, HIGH, LAST_YEAR, Cell, Pupil, Stay, Student, Year, stream

Row = tuple[Cell, ...]


def _past(end: int, first: date, last: date) -> Year:
    """A year of which no day was kept but the first and the last."""
    quarter = (last - first) // 4
    ends = (first + quarter, first + 2 * quarter, first + 3 * quarter)
    return Year(f"{end - 1}-{end % 100:02d}", f"{end % 100:02d}", first, ends, last, frozenset(), {})


PAST_YEARS = (
    _past(2009, date(2008, 8, 25), date(2009, 6, 5)),
    _past(2010, date(2009, 8, 31), date(2010, 6, 11)),
    _past(2011, date(2010, 8, 30), date(2011, 6, 10)),
)
_2010, _2011 = PAST_YEARS[1:]


@dataclass(frozen=True)
class Ending:
    """How the last of someone's years at the high school ended; `enrolled` is a day of college."""

    year: Year
    grade: int
    exit_type: str
    diploma: tuple[str, date] | None = None
    enrolled: date | None = None


# The edge students that were gone before 2011-12; README.md lists them with the others.
EDGES_BEFORE = {
    "000051": Ending(_2011, 10, "ged", ("ged", date(2011, 4, 15))),
    "000052": Ending(_2010, 9, "moved_undocumented"),
    "000053": Ending(_2011, 10, "emigrated"),
    "000054": Ending(_2010, 9, "transferred_out"),
    "000055": Ending(_2011, 11, "graduated", ("regular", _2011.last)),
    "000056": Ending(_2011, 12, "graduated", ("regular", _2011.last), date(2012, 10, 10)),
    "000057": Ending(_2011, 12, "graduated", ("regular", _2011.last), date(2012, 10, 11)),
    "000058": Ending(_2011, 12, "ged", ("ged", date(2011, 5, 20)), date(2011, 8, 29)),
    "000059": Ending(_2011, 12, "end_of_year", ("regular", date(2011, 8, 12)), date(2012, 12, 12)),
}
EXITS = ("transferred_out",) * 4 + ("dropout",) * 3 + ("moved_undocumented",) * 2 + ("emigrated",)
LEAVERS = 3  # of each year and grade
CLASS_OF_2011 = 30


def _random_endings(rng: Random) -> dict[str, Ending]:
    """Three leavers of each year and grade below 12 since those of 2012 began, and the class of 2011."""
    endings = [
        Ending(year, grade, rng.choice(EXITS))
        for place, year in enumerate(PAST_YEARS)
        for grade in range(9, 10 + place)
        for _ in range(LEAVERS)
    ]
    for _ in range(CLASS_OF_2011):
        graduated = rng.random() < 0.9
        fall, spring = date(2011, 8, 22) + timedelta(rng.randrange(10)), date(2012, 1, 17)
        college = None if rng.random() < 0.35 else fall if rng.random() < 0.8 else spring
        exit_type, diploma = ("graduated", ("regular", _2011.last)) if graduated else ("end_of_year", None)
        endings.append(Ending(_2011, 12, exit_type, diploma, college if graduated else None))
    return {f"{number:06d}": ending for number, ending in enumerate(endings, start=1001)}


def _years_of(rng: Random, student: Student, ending: Ending) -> list[Pupil]:
    """The years of someone who left, the last one first; of the class of 2011 only the last."""
    years = PAST_YEARS[: PAST_YEARS.index(ending.year) + 1]
    pupils = []
    for back, year in enumerate(reversed(years)):
        grade = ending.grade - back
        if grade < 9 or (back and ending.grade == 12):
            break
        if back == 0:
            stays_on = ending.exit_type in ("graduated", "end_of_year")
            day = year.last if stays_on else year.weekdays[rng.randrange(30, 170)]
            stay = Stay(HIGH, year.first, day, ending.exit_type)
            pupils.append(Pupil(student, year, grade, [stay], *(ending.diploma or (None, None))))
        else:
            pupils.append(Pupil(student, year, grade, [Stay(HIGH, year.first, year.last, "end_of_year")]))
    return pupils


def make_endings() -> dict[str, Ending]:
    """How it ended for everyone who was gone before 2011-12, by student."""
    return EDGES_BEFORE | _random_endings(stream("history"))


def make_past(pupils: list[Pupil], endings: dict[str, Ending]) -> list[Pupil]:
    """The earlier high school years of those of 2011-12, but for a few who came from elsewhere, and of the leavers."""
    rng = stream("history of students")
    past = []
    for pupil in pupils:
        if pupil.year is not LAST_YEAR or pupil.grade < 10 or pupil.stays[0].entry > LAST_YEAR.first:
            continue
        came_from_elsewhere = rng.random() < 0.06 and pupil.marks is None
        for back, year in enumerate(reversed(PAST_YEARS), start=1):
            if pupil.grade - back >= 9 and not came_from_elsewhere:
                stay = Stay(HIGH, year.first, year.last, "end_of_year")
                past.append(Pupil(pupil.student, year, pupil.grade - back, [stay], marks=pupil.marks))
    for student_id, ending in endings.items():
        student = new_student(rng, student_id, rng.choice((HERON_BAY, CEDAR_POINT)), ending.grade)
        student.cohort = ending.year.last.year + 12 - ending.grade
        past += _years_of(rng, student, ending)
    return sorted(past, key=lambda p: (p.year.label, p.student.student_id))


def college_rows(endings: dict[str, Ending]) -> list[Row]:
    """Who of the class of 2011 enrolled in a college, and when; the school year is that of grade 12."""
    return [
        (ending.year.label, student_id, "enrolled", ending.enrolled, "four_year" if int(student_id) % 2 else "two_year")
        for student_id, ending in sorted(endings.items())
        if ending.enrolled is not None
    ]
