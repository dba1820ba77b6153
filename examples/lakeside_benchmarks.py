"""The district's benchmark tests with their learning standards, and the language test of English learners."""

from random import Random

from lakeside_assessments import SUBJECTS, Result, Row, Test, result_row, z_score
from lakeside_world import KG, THIS_YEAR, Pupil, stream

BENCHMARKS = (Test("benchmark", "fall", 10, 24), Test("benchmark", "winter", 2, 27))
STANDARDS = 3  # of each benchmark, each tested by ten items
LANGUAGE = Test("language", "spring", 3, 6)
LANGUAGE_LEVELS = {1: "beginning", 2: "intermediate", 3: "advanced", 4: "advanced_high"}


def _benchmark(rng: Random, pupil: Pupil, test: Test, subject: str) -> list[Row | None]:
    """A row for the whole test and one for each standard; per cent correct of the whole is their mean."""
    if rng.random() < 0.03 + pupil.student.absence / 3:
        return [result_row(pupil, test, subject, "absent")]
    z = z_score(rng, pupil, subject) + (0.25 if test.window == "winter" else 0.0)
    items = [max(0, min(10, round(6.8 + 1.7 * z + rng.gauss(0, 1.1)))) for _ in range(STANDARDS)]
    whole = result_row(pupil, test, subject, "tested", Result(None, round(100 * sum(items) / (10 * STANDARDS), 1)))
    parts = [
        result_row(pupil, test, subject, "tested", Result(None, 10.0 * right, standard=f"{pupil.grade}.{subject[0].upper()}.{n}"))
        for n, right in enumerate(items, start=1)
    ]
    return [whole, *parts]


def benchmark_rows(pupils: list[Pupil]) -> list[Row | None]:
    """Grades 3 to 8 of 2012-13, in fall and winter."""
    rng = stream("benchmarks")
    return [
        row
        for pupil in pupils
        if pupil.year is THIS_YEAR and 3 <= pupil.grade <= 8
        for subject in SUBJECTS
        for test in BENCHMARKS
        for row in _benchmark(rng, pupil, test, subject)
    ]


def language_rows(pupils: list[Pupil]) -> list[Row | None]:
    """English learners from KG on: the mean of listening and reading, 1 to 4, and mostly higher the year after."""
    rng = stream("language")
    reached: dict[str, float] = {}
    rows = []
    for pupil in pupils:
        student = pupil.student
        if not student.english_learner or pupil.grade < KG or "left_english_learner" in pupil.flags:
            continue
        start = 1.7 + 0.14 * pupil.grade + 0.35 * student.ability + rng.gauss(0, 0.4)
        before = reached.get(student.student_id)
        score = round(2 * start) / 2 if before is None else before + rng.choice((-0.5, 0.0, 0.5, 0.5, 1.0, 1.0, 1.5))
        score = reached[student.student_id] = max(1.0, min(4.0, score))
        if rng.random() < 0.04:
            rows.append(result_row(pupil, LANGUAGE, "language", "absent"))
            continue
        level = LANGUAGE_LEVELS[int(score)]
        rows.append(result_row(pupil, LANGUAGE, "language", "tested", Result(score, None, level, score >= 3)))
    return rows
