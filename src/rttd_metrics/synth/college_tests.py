"""Tests on the way to college: the ACT, the PSAT, and the exams of AP and IB courses."""

import polars as pl

from rttd_metrics.synth.sittings import Sittings, Test

ACT_SPRING, ACT_FALL = Test("act", "spring", 4, 17), Test("act", "fall", 10, 24, attempt=2)
PSAT = Test("psat", "fall", 10, 17)
EXAMS = {"ap": Test("ap", "spring", 5, 8), "ib": Test("ib", "spring", 5, 14)}

_HIGHEST = {"ap": 5, "ib": 7}


def college_tests(sittings: Sittings) -> list[pl.DataFrame]:
    """The ACT of all of grade 11 and of some of grade 12 once more; the PSAT of over half of grades 10 and 11."""
    act = (20.5 + 4.5 * pl.col("ability") + 2 * sittings.bell("act")).round().clip(9, 35)
    again = pl.col("grade").eq(12) & (sittings.uniform("act again") < 0.4)
    takes = pl.when(pl.col("grade") == 10).then(0.6).when(pl.col("grade") == 11).then(0.8).otherwise(0.0)
    psat = (138 + 22 * pl.col("ability") + 10 * sittings.bell("psat")).round().clip(60, 240)
    return [
        sittings.of(ACT_SPRING, "composite", pl.col("grade") == 11).with_columns(scale_score=act),
        sittings.of(ACT_FALL, "composite", again).with_columns(scale_score=act),
        sittings.of(PSAT, "composite", sittings.uniform("psat taken") < takes).with_columns(scale_score=psat),
    ]


def exams(sittings: Sittings, seats: pl.DataFrame) -> list[pl.DataFrame]:
    """Most of those who sit in an AP or IB course to its end take its exam; a dual-credit course has none."""
    parts = []
    end = sittings.year.last
    for name, test in EXAMS.items():
        takes = sittings.draws.chance(f"{name} exam {sittings.year.end}", 0.85, "c")
        taken = seats.filter(pl.col("to_date").ge(end), takes, level=name)
        score = (_HIGHEST[name] + 1) / 2 - 0.3 + 0.75 * pl.col("ability") + 0.9 * sittings.draws.bell(f"{name} score", "c")
        taken = taken.select("i", of_course="subject", scale_score=score.round().clip(1, _HIGHEST[name]))
        rows = sittings.of(test, "composite", pl.lit(True)).join(taken, on="i")
        parts.append(rows.with_columns(subject="of_course").drop("of_course"))
    return parts
