"""Who sits which test on which day, and what a score is made of."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.years import SchoolYear

SUBJECTS = ("mathematics", "reading")
_LEVEL_CUTS = ((1.05, "advanced"), (0.0, "proficient"), (-0.9, "basic"))


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


def z_score(sittings: Sittings, subject: str, what: str) -> pl.Expr:
    """The score on a test as a z-value: proficient from 0."""
    harder = 0.06 * (pl.col("grade") - 5).clip(0) if subject == "mathematics" else pl.lit(0.0)  # algebra comes in
    missed = 3 * (pl.col("absence") - 0.08).clip(0)
    return pl.col("ability") + 0.35 - harder - missed + 0.4 * sittings.bell(f"{what} {subject}")


def growth(sittings: Sittings, what: str) -> pl.Expr:
    """A percentile from 1 to 99; some are missing."""
    drawn = (50 + pl.col("rise") + 24 * sittings.bell(f"growth {what}")).round().clip(1, 99).cast(pl.Int64)
    return pl.when(sittings.uniform(f"growth lost {what}") >= 0.03).then(drawn)


def scored(rows: pl.DataFrame, score: pl.Expr, growth: pl.Expr | None = None) -> pl.DataFrame:
    """Score, level and whether proficient, by the column z; nothing without a valid test."""
    tested = pl.when(pl.col("test_status") == "tested")
    none = pl.lit(None, pl.Int64)
    return rows.with_columns(
        scale_score=tested.then(score.round().cast(pl.Int64)),
        performance_level=tested.then(level(pl.col("z"))),
        proficient=tested.then(pl.col("z") >= 0),
        growth_percentile=tested.then(none if growth is None else growth),
    )
