"""Test results: interim tests, the state's test with retests, readiness in PK to grade 3; and the table of all tests."""

import polars as pl

from rttd_metrics.synth.college_tests import college_tests, exams
from rttd_metrics.synth.district_tests import benchmarks, language
from rttd_metrics.synth.schools import Campuses, grade_label
from rttd_metrics.synth.setting import KG, PK, Setting
from rttd_metrics.synth.sittings import SUBJECTS, Sittings, Test, growth, level, scored, z_score
from rttd_metrics.synth.years import SchoolYear

_FIELDS = (
    "school_year", "student_id", "assessment", "subject", "window", "date", "attempt", "test_status", "alternate", "tested_grade",
    "school_id", "scale_score", "percent_correct", "performance_level", "proficient", "growth_percentile", "standard",
)  # fmt: skip
INTERIM = (Test("interim", "fall", 9, 19), Test("interim", "winter", 1, 9), Test("interim", "spring", 5, 15))
READINESS = (Test("readiness", "fall", 9, 12), Test("readiness", "spring", 5, 8))
STATE, STATE_RETEST = Test("state", "spring", 4, 24), Test("state", "spring", 5, 22, attempt=2)


def _interim(sittings: Sittings) -> list[pl.DataFrame]:
    """Grades KG to 9; before the last year the test was given in spring only."""
    parts = []
    grade = pl.col("grade")
    for subject in SUBJECTS:
        for test in INTERIM if sittings.final else INTERIM[2:]:
            rows = sittings.of(test, subject, grade.is_between(KG, 9))
            absent = sittings.uniform(f"{test.purpose} {subject} status") < 0.025 + pl.col("absence") / 4
            gain = {"fall": 0.0, "winter": 5.0, "spring": 9.0}[test.window]
            score = 150 + 8 * grade - grade * grade / 4 + gain + 11 * pl.col("z")
            rows = rows.with_columns(
                z=z_score(sittings, subject, test.purpose),
                test_status=pl.when(absent).then(pl.lit("absent")).otherwise("test_status"),
            )
            since_fall = pl.col("entry") <= sittings.year.place(INTERIM[0].month, INTERIM[0].day)
            grown = pl.when(since_fall).then(growth(sittings, f"{test.purpose} {subject}"))
            parts.append(scored(rows, score, grown if test.window != "fall" and sittings.final else None))
    return parts


def _state(sittings: Sittings, who: pl.Expr) -> list[pl.DataFrame]:
    """A second attempt follows an invalid test, and in grade 10 here and there a failed one."""
    case, parts = pl.col("case"), []
    for subject in SUBJECTS:
        draw = sittings.uniform(f"state status {subject}")
        absent = 0.015 + pl.col("absence") / 3
        late = pl.col("english_learner") & (pl.col("entry") > 0)
        exempt = absent + pl.when(late).then(0.06).otherwise(0.003)
        drawn = pl.when(draw < absent).then(pl.lit("absent")).when(draw < exempt).then(pl.lit("exempt"))
        drawn = drawn.when(draw > 0.995).then(pl.lit("invalid"))
        fixed = {"exempt": "exempt", "absent_from_test": "absent", "retest_after_invalid": "invalid"}
        status = (
            pl.when("textbook").then(case.replace_strict(fixed, default="tested")).otherwise(drawn.otherwise(pl.lit("tested")))
        )
        known = pl.when((pl.col("grade") > 3) & (pl.col("entry") == 0))
        z = (
            pl.when(case == "retest_passes")
            .then(-0.4)
            .when(case == "retest_after_invalid")
            .then(0.3)
            .otherwise(z_score(sittings, subject, "state"))
        )
        score = (500 + 60 * pl.col("z")).clip(200, 800)
        rows = sittings.of(STATE, subject, who).with_columns(test_status=status, z=z)
        alternate = case.eq_missing("alternate")
        rows = rows.with_columns(
            alternate=alternate, assessment=pl.when(alternate).then(pl.lit("state_alternate")).otherwise("assessment")
        )
        parts.append(scored(rows, score, known.then(growth(sittings, f"state {subject}"))))
        invalid = pl.col("test_status") == "invalid"
        failed = pl.col("test_status").eq("tested") & pl.col("z").is_between(-0.5, 0, closed="none") & pl.col("grade").eq(10)
        passes = case.eq_missing("retest_passes")
        again = rows.filter(passes | invalid | (failed & ~pl.col("textbook") & (sittings.uniform(f"again {subject}") < 0.5)))
        again = again.select("i", z2=pl.col("z") + pl.when(invalid).then(0.0).otherwise(0.6))
        retest = sittings.of(STATE_RETEST, subject, who).join(again, on="i").with_columns(z="z2").drop("z2")
        parts.append(scored(retest, score, known.then(growth(sittings, f"retest {subject}"))))
    return parts


def _readiness(sittings: Sittings) -> list[pl.DataFrame]:
    """PK to grade 3: per cent of the social and emotional items met; in PK mathematics and reading too."""
    parts = []
    for test in READINESS:
        for subject in ("social_emotional", *SUBJECTS):
            who = pl.col("grade").is_between(PK, 3) if subject == "social_emotional" else pl.col("grade") == PK
            mean = 0.1 if test.window == "fall" else 0.5
            z = 0.5 * pl.col("ability") + mean + 0.6 * sittings.bell(f"{test.purpose} {subject}")
            rows = sittings.of(test, subject, who).with_columns(z=z)
            percent = (62 + 15 * pl.col("z")).round().clip(5, 100)
            parts.append(
                rows.with_columns(percent_correct=percent, performance_level=level(pl.col("z")), proficient=pl.col("z") >= 0)
            )
    return parts


def assessments_table(setting: Setting, campuses: Campuses, pupils: pl.DataFrame, stays: pl.DataFrame, seats: pl.DataFrame | None,
                      year: SchoolYear) -> pl.DataFrame:  # fmt: skip
    """A row a result, by student; without `seats` only the state's test of grade 10, of the years before the first full one."""
    luck = setting.draws.single("growth of schools")
    rises = [(2.0, 9.0, -4.0, -2.0)[one.s] if len(campuses.schools) == 4 else 10 * luck.random() - 4 for one in campuses.schools]
    who = pupils.filter(y=year.number).select("k", "english_learner")
    rows = stays.join(who, on="k", maintain_order="left").with_columns(
        rise=pl.lit(pl.Series(rises)).gather(pl.col("s")), school_id=campuses.school_id()
    )
    sittings = Sittings(setting.draws, year, year is setting.last, rows)
    grade = pl.col("grade")
    if seats is None:
        parts = [part.filter(attempt=1, test_status="tested") for part in _state(sittings, grade == 10)]
    else:
        parts = [*_readiness(sittings), *_interim(sittings), *_state(sittings, grade.is_between(3, 8) | (grade == 10))]
        parts += [*college_tests(sittings), *exams(sittings, seats), language(sittings)]
        parts += benchmarks(sittings) if sittings.final else []
    said = ["i", *_FIELDS]
    lacking: dict[str, pl.DataType] = {"standard": pl.String(), "percent_correct": pl.Float64(), "growth_percentile": pl.Int64()}
    lacking |= {"performance_level": pl.String(), "proficient": pl.Boolean(), "scale_score": pl.Float64()}
    texts = pl.when(pl.col("case") == "ungraded").then(pl.lit("UG")).otherwise(grade_label())
    shown = [
        part.with_columns(school_year=pl.lit(year.label), tested_grade=texts, scale_score=pl.col("scale_score").cast(pl.Float64))
        if "scale_score" in part.columns
        else part.with_columns(school_year=pl.lit(year.label), tested_grade=texts)
        for part in parts
    ]
    filled = [
        part.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items() if name not in part.columns).select(
            said
        )
        for part in shown
    ]
    order = ["i", "date", "assessment", "subject", "standard"]
    return pl.concat(filled, how="vertical_relaxed").sort(order, nulls_last=False, maintain_order=True).select(_FIELDS)
