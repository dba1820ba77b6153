"""Tests of the district's own: benchmarks with their learning standards, and the language test of English learners."""

import polars as pl

from rttd_metrics.synth.setting import KG
from rttd_metrics.synth.sittings import SUBJECTS, Sittings, Test, z_score

BENCHMARKS = (Test("benchmark", "fall", 10, 24), Test("benchmark", "winter", 2, 27))
LANGUAGE = Test("language", "spring", 3, 6)
_LANGUAGE = {1: "beginning", 2: "intermediate", 3: "advanced", 4: "advanced_high"}
_STANDARDS = 3
"""Learning standards of a benchmark, each tested by ten items."""


def benchmarks(sittings: Sittings) -> list[pl.DataFrame]:
    """Grades 3 to 8: a row for the whole test and one for each standard; per cent correct of the whole is their mean."""
    parts = []
    for subject in SUBJECTS:
        for test in BENCHMARKS:
            what = f"{test.purpose} {subject}"
            absent = sittings.uniform(f"{what} status") < 0.03 + pl.col("absence") / 3
            z = z_score(sittings, subject, test.purpose) + (0.25 if test.window == "winter" else 0.0)
            rows = sittings.of(test, subject, pl.col("grade").is_between(3, 8)).with_columns(z=z)
            rows = rows.with_columns(test_status=pl.when(absent).then(pl.lit("absent")).otherwise("test_status"))
            right = [
                (6.8 + 1.7 * pl.col("z") + 1.1 * sittings.bell(f"{what} standard {n}")).round().clip(0, 10)
                for n in range(_STANDARDS)
            ]
            tested = pl.when(pl.col("test_status") == "tested")
            whole = (100 * pl.sum_horizontal(right) / (10 * _STANDARDS)).round(1)
            parts.append(rows.with_columns(percent_correct=tested.then(whole)))
            for n, items in enumerate(right, start=1):
                name = pl.col("grade").cast(pl.String) + f".{subject[0].upper()}.{n}"
                parts.append(rows.filter(test_status="tested").with_columns(percent_correct=10.0 * items, standard=name))
    return parts


def language(sittings: Sittings) -> pl.DataFrame:
    """English learners from KG on: the mean of listening and reading, 1 to 4, and mostly higher the year after."""
    learners = pl.col("english_learner") & (pl.col("grade") >= KG) & pl.col("case").ne_missing("left_english_learner")
    start = (
        1.4
        + 0.16 * pl.col("grade")
        + 0.35 * pl.col("ability")
        + 0.4 * sittings.draws.bell("language")
        + 0.3 * sittings.bell("language")
    )
    rows = sittings.of(LANGUAGE, "language", learners).with_columns(reached=((2 * start).round() / 2).clip(1, 4))
    absent = sittings.uniform("language status") < 0.04
    rows = rows.with_columns(test_status=pl.when(absent).then(pl.lit("absent")).otherwise("test_status"))
    tested = pl.when(pl.col("test_status") == "tested")
    name = pl.col("reached").floor().cast(pl.Int64).replace_strict(_LANGUAGE, return_dtype=pl.String)
    return rows.with_columns(
        scale_score=tested.then("reached"), performance_level=tested.then(name), proficient=tested.then(pl.col("reached") >= 3)
    )
