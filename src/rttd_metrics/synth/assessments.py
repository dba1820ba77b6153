"""Test results: interim tests, the state's test with retests, readiness, benchmarks, language, PSAT, ACT, AP and IB."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.schools import Campuses, grade_label
from rttd_metrics.synth.setting import KG, PK, Setting
from rttd_metrics.synth.years import SchoolYear

SUBJECTS = ("mathematics", "reading")
_LEVEL_CUTS = ((1.05, "advanced"), (0.0, "proficient"), (-0.9, "basic"))
_LANGUAGE = {1: "beginning", 2: "intermediate", 3: "advanced", 4: "advanced_high"}
_STANDARDS = 3
"""Learning standards of a benchmark, each tested by ten items."""
_HIGHEST = {"ap": 5, "ib": 7}
_FIELDS = (
    "school_year", "student_id", "assessment", "subject", "window", "date", "attempt", "test_status", "alternate", "tested_grade",
    "school_id", "scale_score", "percent_correct", "performance_level", "proficient", "growth_percentile", "standard",
)  # fmt: skip


@dataclass(frozen=True)
class Test:
    """One sitting: which test, in which window, in which month and on or after which day."""

    assessment: str
    window: str
    month: int
    day: int
    attempt: int = 1

    @property
    def purpose(self) -> str:
        return f"{self.assessment} {self.window} {self.attempt}"


INTERIM = (Test("interim", "fall", 9, 19), Test("interim", "winter", 1, 9), Test("interim", "spring", 5, 15))
READINESS = (Test("readiness", "fall", 9, 12), Test("readiness", "spring", 5, 8))
STATE, STATE_RETEST = Test("state", "spring", 4, 24), Test("state", "spring", 5, 22, attempt=2)
ACT_SPRING, ACT_FALL = Test("act", "spring", 4, 17), Test("act", "fall", 10, 24, attempt=2)
BENCHMARKS = (Test("benchmark", "fall", 10, 24), Test("benchmark", "winter", 2, 27))
LANGUAGE = Test("language", "spring", 3, 6)
PSAT = Test("psat", "fall", 10, 17)
EXAMS = {"ap": Test("ap", "spring", 5, 8), "ib": Test("ib", "spring", 5, 14)}


@dataclass(frozen=True)
class Sittings:
    """The pupils of a year with the stays they may be tested in: the columns of both, and `rise`, the school's growth."""

    draws: Draws
    year: SchoolYear
    final: bool
    rows: pl.DataFrame

    def of(self, test: Test, subject: str, who: pl.Expr) -> pl.DataFrame:
        """Whoever is enrolled on the day of the test, with what a row says of the sitting."""
        place = self.year.place(test.month, test.day)
        here = pl.col("entry").le(place) & (pl.col("exit").is_null() | pl.col("exit").ge(place))
        return self.rows.filter(who & here).with_columns(
            assessment=pl.lit(test.assessment),
            subject=pl.lit(subject),
            window=pl.lit(test.window),
            date=pl.lit(self.year.days[place]),
            attempt=pl.lit(test.attempt),
            test_status=pl.lit("tested"),
            alternate=pl.lit(False),
        )

    def bell(self, what: str) -> pl.Expr:
        return self.draws.bell(f"{what} {self.year.end}", "k")

    def uniform(self, what: str) -> pl.Expr:
        return self.draws.uniform(f"{what} {self.year.end}", "k")


def level(z: pl.Expr) -> pl.Expr:
    result: pl.Expr = pl.lit("below_basic")
    for cut, name in reversed(_LEVEL_CUTS):
        result = pl.when(z >= cut).then(pl.lit(name)).otherwise(result)
    return result


def _z(sittings: Sittings, subject: str, what: str) -> pl.Expr:
    """The score on a test as a z-value: proficient from 0."""
    harder = 0.06 * (pl.col("grade") - 5).clip(0) if subject == "mathematics" else pl.lit(0.0)  # algebra comes in
    missed = 3 * (pl.col("absence") - 0.08).clip(0)
    return pl.col("ability") + 0.35 - harder - missed + 0.4 * sittings.bell(f"{what} {subject}")


def _growth(sittings: Sittings, what: str) -> pl.Expr:
    """A percentile from 1 to 99; some are missing."""
    drawn = (50 + pl.col("rise") + 24 * sittings.bell(f"growth {what}")).round().clip(1, 99).cast(pl.Int64)
    return pl.when(sittings.uniform(f"growth lost {what}") >= 0.03).then(drawn)


def _scored(rows: pl.DataFrame, score: pl.Expr, growth: pl.Expr | None = None) -> pl.DataFrame:
    """Score, level and whether proficient, by the column z; nothing without a valid test."""
    tested = pl.when(pl.col("test_status") == "tested")
    none = pl.lit(None, pl.Int64)
    return rows.with_columns(
        scale_score=tested.then(score.round().cast(pl.Int64)),
        performance_level=tested.then(level(pl.col("z"))),
        proficient=tested.then(pl.col("z") >= 0),
        growth_percentile=tested.then(none if growth is None else growth),
    )


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
                z=_z(sittings, subject, test.purpose), test_status=pl.when(absent).then(pl.lit("absent")).otherwise("test_status")
            )
            since_fall = pl.col("entry") <= sittings.year.place(INTERIM[0].month, INTERIM[0].day)
            growth = pl.when(since_fall).then(_growth(sittings, f"{test.purpose} {subject}"))
            parts.append(_scored(rows, score, growth if test.window != "fall" and sittings.final else None))
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
            .otherwise(_z(sittings, subject, "state"))
        )
        score = (500 + 60 * pl.col("z")).clip(200, 800)
        rows = sittings.of(STATE, subject, who).with_columns(test_status=status, z=z)
        alternate = case.eq_missing("alternate")
        rows = rows.with_columns(
            alternate=alternate, assessment=pl.when(alternate).then(pl.lit("state_alternate")).otherwise("assessment")
        )
        parts.append(_scored(rows, score, known.then(_growth(sittings, f"state {subject}"))))
        invalid = pl.col("test_status") == "invalid"
        failed = pl.col("test_status").eq("tested") & pl.col("z").is_between(-0.5, 0, closed="none") & pl.col("grade").eq(10)
        passes = case.eq_missing("retest_passes")
        again = rows.filter(passes | invalid | (failed & ~pl.col("textbook") & (sittings.uniform(f"again {subject}") < 0.5)))
        again = again.select("i", z2=pl.col("z") + pl.when(invalid).then(0.0).otherwise(0.6))
        retest = sittings.of(STATE_RETEST, subject, who).join(again, on="i").with_columns(z="z2").drop("z2")
        parts.append(_scored(retest, score, known.then(_growth(sittings, f"retest {subject}"))))
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


def _benchmark(sittings: Sittings) -> list[pl.DataFrame]:
    """Grades 3 to 8: a row for the whole test and one for each standard; per cent correct of the whole is their mean."""
    parts = []
    for subject in SUBJECTS:
        for test in BENCHMARKS:
            what = f"{test.purpose} {subject}"
            absent = sittings.uniform(f"{what} status") < 0.03 + pl.col("absence") / 3
            z = _z(sittings, subject, test.purpose) + (0.25 if test.window == "winter" else 0.0)
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


def _language(sittings: Sittings) -> pl.DataFrame:
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


def _college(sittings: Sittings) -> list[pl.DataFrame]:
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


def _exams(sittings: Sittings, seats: pl.DataFrame) -> list[pl.DataFrame]:
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
        parts += [*_college(sittings), *_exams(sittings, seats), _language(sittings)]
        parts += _benchmark(sittings) if sittings.final else []
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
