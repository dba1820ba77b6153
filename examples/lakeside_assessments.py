"""Test results: interim tests in three windows, the state test with retests, readiness in PK-3, the ACT."""

from dataclasses import dataclass
from datetime import date
from random import Random

from lakeside_world import CEDAR_POINT, HERON_BAY, KG, PK, THIS_YEAR, Cell, Pupil, Table, Year, stream

Row = tuple[Cell, ...]
FIELDS = (
    "school_year",
    "student_id",
    "assessment",
    "subject",
    "window",
    "date",
    "attempt",
    "test_status",
    "alternate",
    "tested_grade",
    "school_id",
    "scale_score",
    "percent_correct",
    "performance_level",
    "proficient",
    "growth_percentile",
    "standard",
)
SUBJECTS = ("mathematics", "reading")
LEVEL_CUTS = ((1.05, "advanced"), (0.0, "proficient"), (-0.9, "basic"))
# What a year at the school adds to growth percentiles: schools differ in growth otherwise than in status.
SCHOOL_GROWTH = {HERON_BAY: 2, CEDAR_POINT: 9, "0201": -4, "0301": -2}


@dataclass(frozen=True)
class Test:
    """One sitting: which test, in which window, on which day."""

    assessment: str
    window: str
    month: int
    day: int
    attempt: int = 1

    def date(self, year: Year) -> date:
        return date(year.last.year - (self.month >= 8), self.month, self.day)


FALL, WINTER, SPRING = (
    Test("interim", "fall", 9, 19),
    Test("interim", "winter", 1, 9),
    Test("interim", "spring", 5, 15),
)
READINESS = (Test("readiness", "fall", 9, 12), Test("readiness", "spring", 5, 8))
STATE, STATE_RETEST = Test("state", "spring", 4, 24), Test("state", "spring", 5, 22, attempt=2)
ACT_SPRING, ACT_FALL = Test("act", "spring", 4, 17), Test("act", "fall", 10, 24, attempt=2)


@dataclass(frozen=True)
class Result:
    """What a tested student scored; everything is empty without a valid test."""

    scale_score: int | None = None
    percent_correct: float | None = None
    level: str | None = None
    proficient: bool | None = None
    growth: int | None = None
    standard: str | None = None


NO_RESULT = Result()


def result_row(pupil: Pupil, test: Test, subject: str, status: str, result: Result = NO_RESULT) -> Row | None:
    """A row, if the pupil was enrolled on the day of the test."""
    day = test.date(pupil.year)
    stay = pupil.stay_on(day)
    if stay is None:
        return None
    alternate = "alternate" in pupil.flags and test.assessment == "state"
    assessment = "state_alternate" if alternate else test.assessment
    return (
        pupil.year.label,
        pupil.student.student_id,
        assessment,
        subject,
        test.window,
        day,
        test.attempt,
        status,
        alternate,
        pupil.grade_label,
        stay.school,
        result.scale_score,
        result.percent_correct,
        result.level,
        result.proficient,
        result.growth,
        result.standard,
    )


def z_score(rng: Random, pupil: Pupil, subject: str) -> float:
    """The score on a test as a z-value: proficient from 0."""
    student = pupil.student
    harder = 0.06 * max(0, pupil.grade - 5) if subject == "mathematics" else 0.0  # algebra comes in
    return student.ability + 0.35 - harder - 3 * max(0.0, student.absence - 0.08) + rng.gauss(0, 0.4)


def _growth(rng: Random, pupil: Pupil, known: bool) -> int | None:
    """A percentile of 1 to 99; nobody without an earlier score has one, and some are missing besides."""
    draw = rng.gauss(50 + SCHOOL_GROWTH[pupil.stays[-1].school], 24)
    lost = rng.random() < 0.03
    return max(1, min(99, round(draw))) if known and not lost else None


def _level(z: float) -> str:
    return next((level for cut, level in LEVEL_CUTS if z >= cut), "below_basic")


def _interim(rng: Random, pupil: Pupil, subject: str, test: Test, earlier: bool) -> Row | None:
    if rng.random() < 0.025 + pupil.student.absence / 4:
        return result_row(pupil, test, subject, "absent")
    z = z_score(rng, pupil, subject)
    gain = {"fall": 0, "winter": 5, "spring": 9}[test.window]
    score = round(150 + 8 * (pupil.grade - KG) - pupil.grade**2 / 4 + gain + 11 * z)
    growth = _growth(rng, pupil, earlier) if test.window != "fall" else None
    return result_row(pupil, test, subject, "tested", Result(score, None, _level(z), z >= 0, growth))


def _interim_rows(rng: Random, pupil: Pupil) -> list[Row | None]:
    """Grades KG to 9; last year the test was given in spring only."""
    rows: list[Row | None] = []
    for subject in SUBJECTS:
        first = None
        for test in (FALL, WINTER, SPRING) if pupil.year is THIS_YEAR else (SPRING,):
            row = _interim(rng, pupil, subject, test, first is not None and first[7] == "tested")
            first = first or row
            rows.append(row)
    return rows


def _state_status(rng: Random, pupil: Pupil) -> str:
    fixed = {"exempt": "exempt", "absent_from_test": "absent", "retest_after_invalid": "invalid"}
    for flag, status in fixed.items():
        if flag in pupil.flags:
            return status
    if pupil.marks is not None:
        return "tested"
    draw = rng.random()
    absent = 0.015 + pupil.student.absence / 3
    exempt = 0.06 if pupil.student.english_learner and pupil.stays[0].entry > pupil.year.first else 0.003
    return "absent" if draw < absent else "exempt" if draw < absent + exempt else "invalid" if draw > 0.995 else "tested"


def _state_result(rng: Random, pupil: Pupil, z: float) -> Result:
    known = pupil.grade > 3 and pupil.stays[0].entry == pupil.year.first
    return Result(max(200, min(800, round(500 + 60 * z))), None, _level(z), z >= 0, _growth(rng, pupil, known))


def _state_rows(rng: Random, pupil: Pupil) -> list[Row | None]:
    """Grades 3 to 8 and 10. A second attempt follows an invalid test, and here and there a failed one."""
    rows: list[Row | None] = []
    for subject in SUBJECTS:
        status = _state_status(rng, pupil)
        passes = "retest_passes" in pupil.flags
        z = -0.4 if passes else 0.3 if "retest_after_invalid" in pupil.flags else z_score(rng, pupil, subject)
        result = _state_result(rng, pupil, z)
        rows.append(result_row(pupil, STATE, subject, status, result if status == "tested" else NO_RESULT))
        failed = status == "tested" and -0.5 < z < 0 and pupil.grade == 10 and rng.random() < 0.5
        if passes or failed or status == "invalid":
            again = _state_result(rng, pupil, z if status == "invalid" else z + 0.6)
            rows.append(result_row(pupil, STATE_RETEST, subject, "tested", again))
    return rows


def past_state_rows(past: list[Pupil]) -> list[Row | None]:
    """The state test of grade 10 in the years before 2011-12: all who were there took it, at the first attempt."""
    rng = stream("state tests before 2011-12")
    tested = [(pupil, subject) for pupil in past if pupil.grade == 10 for subject in SUBJECTS]
    return [
        result_row(pupil, STATE, subject, "tested", _state_result(rng, pupil, z_score(rng, pupil, subject)))
        for pupil, subject in tested
    ]


def _readiness_rows(rng: Random, pupil: Pupil) -> list[Row | None]:
    """PK to grade 3: per cent of the social and emotional items met; in PK mathematics and reading too."""
    subjects = ("social_emotional", *SUBJECTS) if pupil.grade == PK else ("social_emotional",)
    rows: list[Row | None] = []
    for test in READINESS:
        for subject in subjects:
            z = 0.5 * pupil.student.ability + rng.gauss(0.1 if test.window == "fall" else 0.5, 0.6)
            percent = max(5.0, min(100.0, round(62 + 15 * z)))
            rows.append(result_row(pupil, test, subject, "tested", Result(None, percent, _level(z), z >= 0)))
    return rows


def _act_rows(rng: Random, pupil: Pupil) -> list[Row | None]:
    """All of grade 11 in spring; some of grade 12 once more in fall."""
    if pupil.grade == 12 and rng.random() < 0.6:
        return []
    score = max(9, min(35, round(20.5 + 4.5 * pupil.student.ability + rng.gauss(0, 2))))
    test = ACT_SPRING if pupil.grade == 11 else ACT_FALL
    return [result_row(pupil, test, "composite", "tested", Result(score))]


def assessments_table(pupils: list[Pupil], others: list[Row | None]) -> Table:
    """All tests by year and student; `others` come after those that are drawn here."""
    rng = stream("assessments")
    rows: list[Row | None] = []
    for pupil in pupils:
        if pupil.grade <= 3:
            rows += _readiness_rows(rng, pupil)
        if KG <= pupil.grade <= 9:
            rows += _interim_rows(rng, pupil)
        if 3 <= pupil.grade <= 8 or pupil.grade == 10:
            rows += _state_rows(rng, pupil)
        if pupil.grade >= 11:
            rows += _act_rows(rng, pupil)
    taken = [row for row in [*rows, *others] if row is not None]
    return Table("assessments", FIELDS, sorted(taken, key=lambda row: (str(row[0]), str(row[1]))))
