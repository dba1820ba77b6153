"""The exams of Advanced Placement and International Baccalaureate courses, and the PSAT."""

from lakeside_assessments import Result, Row, Test, result_row
from lakeside_rosters import Seat
from lakeside_world import Pupil, stream

EXAMS = {"ap": Test("ap", "spring", 5, 8), "ib": Test("ib", "spring", 5, 14)}
HIGHEST = {"ap": 5, "ib": 7}
PSAT = Test("psat", "fall", 10, 17)


def exam_rows(seats: list[Seat]) -> list[Row | None]:
    """Most of those who sit in an AP or IB course to its end take its exam; a dual-credit course has none."""
    rng = stream("exams")
    rows = []
    for seat in seats:
        level = seat.section.course.level or ""
        if level not in EXAMS or seat.end < seat.section.year.last or rng.random() < 0.15:
            continue
        middle = (HIGHEST[level] + 1) / 2
        score = round(middle - 0.3 + 0.75 * seat.pupil.student.ability + rng.gauss(0, 0.9))
        result = Result(max(1, min(HIGHEST[level], score)))
        rows.append(result_row(seat.pupil, EXAMS[level], seat.section.course.subject, "tested", result))
    return rows


def psat_rows(pupils: list[Pupil]) -> list[Row | None]:
    """Over half of grade 10 and most of grade 11, in October."""
    rng = stream("psat")
    rows = []
    for pupil in pupils:
        if pupil.grade not in (10, 11) or rng.random() > (0.6 if pupil.grade == 10 else 0.8):
            continue
        score = round(max(60.0, min(240.0, 138 + 22 * pupil.student.ability + rng.gauss(0, 10))))
        rows.append(result_row(pupil, PSAT, "composite", "tested", Result(score)))
    return rows
