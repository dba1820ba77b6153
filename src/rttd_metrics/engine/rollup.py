"""Rollup: what each cell counts, for every unit of a level and every subgroup. Ratios of sums, never means of ratios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.backend import Frame, here, materialize
from rttd_metrics.engine.roles import COUNTED, EXCLUDED, NUMERATOR, POPULATION_UNKNOWN, VALUE_UNKNOWN, role_columns

UNIT_ID = "unit_id"
EVERYONE = "all"

COUNTS = ("population", "excluded", "missing", "n", "numerator")
"""What is told of a cell. Population is excluded + missing + n, so it is never counted by itself."""


@dataclass(frozen=True)
class Crowd:
    """Units of one level gathered in larger ones: `unit_id` says in which, `dimension.NAME` their subgroups.

    `people`: of a confidential measure counted by persons, the keys of a unit and each person behind it. `weighed`: measures
    whose values are multiplied by a weight, which stands in `weight.i` where a unit counts.
    """

    frame: Frame
    measures: Mapping[int, Measure]
    dimensions: Sequence[str]
    people: Mapping[int, Frame]
    weighed: frozenset[int] = frozenset()


def cells(crowd: Crowd, units: pl.DataFrame, labels: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every unit of `units` (unit_id) and every subgroup of `labels` (raw, subgroup), sorted by unit_id, dimension, subgroup.

    Of measure number i the columns NAME.i that `_counted` names, and `first.i`, `second.i`: the sum of values and of
    squares (avg), the sum, the median, or the two sums of a rate; `people.i` where the people behind a cell are counted;
    `weight.i`, the sum of weights, where a measure weighs.
    Cells in which nobody is are there too, with nulls.
    """
    # Flags are made once and summed once a dimension: that is cheaper than to compare roles a dozen times.
    flagged = replace(crowd, frame=materialize(crowd.frame.with_columns(*_flags(crowd))))
    parts = [_dimension(flagged, units.lazy(), EVERYONE, None)]
    parts += [_dimension(flagged, units.lazy(), name, labels[name].lazy()) for name in crowd.dimensions]
    # All dimensions are computed at once: their groups are too few to keep every core busy one after another.
    return pl.concat(parts, how="vertical").sort(UNIT_ID, "dimension", "subgroup").collect()


def _dimension(crowd: Crowd, units: pl.LazyFrame, dimension: str, labels: pl.LazyFrame | None) -> pl.LazyFrame:
    """One group_by counts every measure; units and subgroups without anybody are joined in."""
    by = [UNIT_ID] if labels is None else [UNIT_ID, f"dimension.{dimension}"]
    wide = _gathered(crowd.frame.group_by(*by).agg(*_sums(crowd)), by)
    for number in crowd.people:
        wide = wide.join(_persons(crowd, number, by), on=[UNIT_ID, "raw"][: len(by)], how="left", nulls_equal=True)
    if labels is None:
        full = units.with_columns(subgroup=pl.lit(EVERYONE)).join(wide, on=UNIT_ID, how="left")
    else:
        full = units.join(labels, how="cross").join(wide, on=[UNIT_ID, "raw"], how="left", nulls_equal=True).drop("raw")
    return full.select(UNIT_ID, pl.lit(dimension).alias("dimension"), "subgroup", pl.exclude(UNIT_ID, "subgroup"))


def _gathered(frame: Frame, by: list[str]) -> pl.LazyFrame:
    """The groups, here, the raw value of the subgroup named `raw`."""
    found = here(frame)
    return found.rename({by[1]: "raw"}) if len(by) > 1 else found


def _counted(number: int, measure: Measure) -> dict[str, nw.Expr]:
    """The COUNTS that cells of the measure can have, and who counts: what nobody can be is not counted at all."""
    role = nw.col(f"role.{number}")
    found = {"missing": (role == POPULATION_UNKNOWN) | (role == VALUE_UNKNOWN), "n": (role == COUNTED) | (role == NUMERATOR)}
    if measure.exclusions:
        found["excluded"] = role >= EXCLUDED
    if measure.formula.aggregate in ("percent", "count"):
        found["numerator"] = role == NUMERATOR
    return found


def _flags(crowd: Crowd) -> list[nw.Expr]:
    """1 where a unit belongs to what is counted: numbers, since not every engine sums booleans. A numerator that is weighed
    is the weight."""
    made: list[nw.Expr] = []
    for number, measure in crowd.measures.items():
        flags = {name: flag.cast(nw.Int8) for name, flag in _counted(number, measure).items()}
        if number in crowd.weighed and "numerator" in flags:
            flags["numerator"] = nw.when(nw.col(f"role.{number}") == NUMERATOR).then(nw.col(f"weight.{number}"))
        made += [flag.alias(f"{name}.{number}") for name, flag in flags.items()]
        if measure.formula.aggregate == "avg":
            value = nw.col(f"value.{number}")
            made.append((value * value).alias(f"square.{number}"))
    return made


def _sums(crowd: Crowd) -> list[nw.Expr]:
    """What one group_by makes of the flags and values of every measure."""
    made: list[nw.Expr] = [nw.col(f"weight.{number}").sum() for number in sorted(crowd.weighed)]
    for number, measure in crowd.measures.items():
        made += [nw.col(f"{name}.{number}").sum() for name in _counted(number, measure)]
        value, other = nw.col(f"value.{number}"), nw.col(f"other.{number}")
        match measure.formula.aggregate:
            case "avg":
                made += [value.sum().alias(f"first.{number}"), nw.col(f"square.{number}").sum().alias(f"second.{number}")]
            case "sum":
                made.append(value.sum().alias(f"first.{number}"))
            case "median":
                made.append(value.median().alias(f"first.{number}"))
            case "rate":
                made += [value.sum().alias(f"first.{number}"), other.sum().alias(f"second.{number}")]
        if f"people.{number}" in role_columns(number, measure):
            made.append(nw.col(f"people.{number}").sum().alias(f"people.{number}"))
    return made


def _persons(crowd: Crowd, number: int, by: list[str]) -> pl.LazyFrame:
    """How many different persons stand behind each cell's counted units."""
    persons = crowd.people[number]
    role = nw.col(f"role.{number}")
    on = [name for name in persons.collect_schema().names() if name != "person"]
    counted = crowd.frame.filter((role == COUNTED) | (role == NUMERATOR)).select(*dict.fromkeys([*by, *on]))
    found = counted.join(persons, on=on, how="inner").select(*by, "person").unique()
    return _gathered(found.group_by(*by).agg(nw.len().alias(f"people.{number}")), by)


def cells_of(wide: pl.DataFrame, number: int) -> pl.DataFrame:
    """One measure's cells: unit_id, dimension, subgroup, COUNTS (0 where nobody is; a numerator may be a sum of weights),
    first, second, people, and weight: the sum of weights, null where nothing is weighed."""

    def column(name: str, kind: type[pl.Int64] | type[pl.Float64]) -> pl.Expr:
        present = f"{name}.{number}" in wide.columns
        return (pl.col(f"{name}.{number}") if present else pl.lit(None)).cast(kind).alias(name)

    counts = [column(name, pl.Int64).fill_null(0) for name in COUNTS if name not in ("population", "numerator")]
    counts.append(column("numerator", pl.Float64).fill_null(0.0))
    sums = [*(column(name, pl.Float64) for name in ("first", "second", "weight")), column("people", pl.Int64).fill_null(0)]
    population = (pl.col("excluded") + pl.col("missing") + pl.col("n")).alias("population")
    return wide.select(UNIT_ID, "dimension", "subgroup", *counts, *sums).with_columns(population)
