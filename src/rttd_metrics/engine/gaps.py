"""Gaps: how far each subgroup of a unit stands behind those it is compared with, from cells that are judged already."""

from collections.abc import Container, Iterable, Iterator

import polars as pl

from rttd_metrics.definitions.gap import HIGHEST, Gap, OutsideReference, gap_id
from rttd_metrics.definitions.gap_paths import gap_baseline_of, gap_scale, gap_target_of
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.subgroups import EVERYONE, UNKNOWN
from rttd_metrics.engine.judge import RELIABLE_N, Judgement, rounded, status_of, withhold
from rttd_metrics.problems import Problem


def gap_in(measure: Measure, dimensions: Container[str]) -> Gap | None:
    """The gap of a measure, where the project has its dimension: a shipped measure may ask for one that it has not."""
    gap = measure.definition.gap
    return gap if gap is not None and gap.dimension in dimensions else None


def gap_cells(cells: pl.DataFrame, measure: Measure, gap: Gap, judgement: Judgement, level: str) -> pl.DataFrame:
    """The cells of a measure's gap: one for each unit and subgroup of its dimension, in the order of `cells`.

    `cells` are those of judge.judged, of one level. Counts are those of the subgroup; numerator, denominator and interval
    are null. The value is null where either side has none, and nothing is told where either side is withheld.
    """
    own = cells.filter(pl.col("dimension") == gap.dimension)
    own = own.join(_references(cells, own, measure, gap), on="unit_id", how="left", maintain_order="left")
    own = own.with_columns(hidden=(pl.col("status") == "withheld") | pl.col("other_hidden").fill_null(False))
    nothing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("numerator", "denominator", "ci_low", "ci_high")]
    found = own.with_columns(*nothing, _apart(measure, gap).alias("value")).with_columns(rounded("value"))
    found = _with_targets(found, measure, judgement, level)
    found = found.with_columns(
        status=status_of(gap_scale(measure.definition, gap, None).improvement, judgement.final(measure)),
        uncertain=pl.when(pl.col("value").is_not_null()).then(
            (pl.col("n") < RELIABLE_N) | (pl.col("other_n") < RELIABLE_N).fill_null(False)
        ),
    )
    return found.with_columns(withhold(pl.col("hidden"))).drop("other", "other_n", "other_hidden", "hidden")


def _references(cells: pl.DataFrame, own: pl.DataFrame, measure: Measure, gap: Gap) -> pl.DataFrame:
    """unit_id, and of what its subgroups are compared with: the value, how many students it rests on (null where nobody
    says), and whether it is withheld."""
    if isinstance(gap.reference, OutsideReference):
        other, nobody = pl.lit(gap.reference.value, dtype=pl.Float64), pl.lit(None, dtype=pl.Int64)
        return own.select("unit_id").unique().with_columns(other=other, other_n=nobody, other_hidden=pl.lit(False))
    if gap.reference == HIGHEST:
        large = (pl.col("subgroup") != UNKNOWN) & pl.col("value").is_not_null() & (pl.col("n") >= gap.minimum_n)
        best_first = [False, measure.definition.improvement == "increase", True]
        chosen = own.filter(large).sort("unit_id", "value", "n", descending=best_first).unique("unit_id", keep="first")
    elif gap.reference == EVERYONE:
        chosen = cells.filter(pl.col("dimension") == EVERYONE)
    else:
        chosen = own.filter(pl.col("subgroup") == gap.reference)
    return chosen.select(
        "unit_id",
        pl.col("value").alias("other"),
        pl.col("n").alias("other_n"),
        (pl.col("status") == "withheld").alias("other_hidden"),
    )


def _apart(measure: Measure, gap: Gap) -> pl.Expr:
    value, other = pl.col("value"), pl.col("other")
    if gap.kind == "ratio":
        return pl.when(other != 0).then(value / other)
    return other - value if measure.definition.improvement == "increase" else value - other


def _with_targets(cells: pl.DataFrame, measure: Measure, judgement: Judgement, level: str) -> pl.DataFrame:
    definition, year = measure.definition, judgement.school_year
    names = cells["subgroup"].unique().to_list()
    targets = [gap_target_of(definition, year, name) for name in names]
    baselines = [gap_baseline_of(definition, year, name) if level == "district" else None for name in names]
    found = pl.DataFrame(
        {"subgroup": names, "target": targets, "baseline": baselines},
        schema={"subgroup": pl.String, "target": pl.Float64, "baseline": pl.Float64},
    )
    joined = cells.drop("target", "baseline").join(found, on="subgroup", how="left", maintain_order="left")
    return joined.with_columns(rounded("target"), rounded("baseline"))


def absent_references(measures: Iterable[Measure], results: pl.DataFrame) -> Iterator[Problem]:
    """Warnings of gaps to a subgroup that no student is in."""
    for measure in measures:
        gap = measure.definition.gap
        if gap is None or gap.named is None:
            continue
        rows = results.filter(pl.col("measure") == gap_id(measure.id))
        if rows.height and gap.named not in rows["subgroup"]:
            yield measure.document.problem(
                (*measure.at("gap"), "reference"),
                "gap",
                f"no student is in the subgroup '{gap.named}' of {gap.dimension}: there is nothing to compare with",
                severity="warning",
            )
