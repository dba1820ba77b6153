"""Rollup: what each cell counts, for every unit of a level and every subgroup. Ratios of sums, never means of ratios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.backend import Frame, collect
from rttd_metrics.engine.roles import COUNTED, EXCLUDED, NUMERATOR, POPULATION_UNKNOWN, VALUE_UNKNOWN, role_columns

UNIT_ID = "unit_id"
EVERYONE = "all"
UNKNOWN = "Unknown"

CELLS: dict[str, pl.DataType] = {
    "measure": pl.String(), "unit_id": pl.String(), "dimension": pl.String(), "subgroup": pl.String(),
    "population": pl.Int64(), "excluded": pl.Int64(), "missing": pl.Int64(), "n": pl.Int64(),
    "numerator": pl.Float64(), "first": pl.Float64(), "second": pl.Float64(), "people": pl.Int64(),
}  # fmt: skip
"""A cell: `first` and `second` are the sums of values and of squares (avg), the median, or the two sums of a rate."""


@dataclass(frozen=True)
class Crowd:
    """Units of one level gathered in larger ones: `unit_id` says in which, `dimension.NAME` their subgroups."""

    frame: Frame
    measures: Mapping[int, Measure]
    dimensions: Sequence[str]
    people: Mapping[int, Frame]  # measure number -> (unit key.., person) for confidential measures counted by persons


def cells(crowd: Crowd, units: pl.DataFrame, labels: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The cells (CELLS) of every measure, unit of `units` (unit_id) and subgroup of `labels` (raw, subgroup).

    Cells in which nobody is are there too, with zeros.
    """
    parts = []
    for dimension in (EVERYONE, *crowd.dimensions):
        by = [UNIT_ID] if dimension == EVERYONE else [UNIT_ID, f"dimension.{dimension}"]
        wide = collect(crowd.frame.group_by(*by).agg(*_sums(crowd.measures))).with_columns(pl.col(UNIT_ID).cast(pl.String))
        grid = units.with_columns(subgroup=pl.lit(EVERYONE)) if dimension == EVERYONE else units.join(
            labels[dimension], how="cross")  # fmt: skip
        if dimension != EVERYONE:
            wide = wide.rename({f"dimension.{dimension}": "raw"})
        keys = [UNIT_ID] if dimension == EVERYONE else [UNIT_ID, "raw"]
        full = grid.join(wide, on=keys, how="left", nulls_equal=True)
        for number, measure in crowd.measures.items():
            parts.append(_cells_of(full, number, measure, dimension, _people(crowd, number, by, full, keys)))
    return pl.concat(parts, how="vertical")


def _sums(measures: Mapping[int, Measure]) -> list[nw.Expr]:
    """One pass counts every role of every measure; flags are cast since not every engine sums booleans."""
    made: list[nw.Expr] = []
    for number, measure in measures.items():
        role = nw.col(f"role.{number}")
        flags = {
            "population": role >= POPULATION_UNKNOWN,
            "excluded": role >= EXCLUDED,
            "missing": (role == POPULATION_UNKNOWN) | (role == VALUE_UNKNOWN),
            "n": (role == COUNTED) | (role == NUMERATOR),
            "numerator": role == NUMERATOR,
        }
        made += [flag.cast(nw.Int32).sum().alias(f"{name}.{number}") for name, flag in flags.items()]
        value, other = nw.col(f"value.{number}"), nw.col(f"other.{number}")
        match measure.formula.aggregate:
            case "avg":
                made += [value.sum().alias(f"first.{number}"), (value * value).sum().alias(f"second.{number}")]
            case "sum":
                made.append(value.sum().alias(f"first.{number}"))
            case "median":
                made.append(value.median().alias(f"first.{number}"))
            case "rate":
                made += [value.sum().alias(f"first.{number}"), other.sum().alias(f"second.{number}")]
        if f"people.{number}" in role_columns(number, measure):
            made.append(nw.col(f"people.{number}").sum().alias(f"people.{number}"))
    return made


def _cells_of(full: pl.DataFrame, number: int, measure: Measure, dimension: str, people: pl.Series | None) -> pl.DataFrame:
    def column(name: str) -> pl.Expr:
        present = f"{name}.{number}" in full.columns
        return pl.col(f"{name}.{number}") if present else pl.lit(None, dtype=CELLS[name])

    counts = [column(name).fill_null(0).cast(CELLS[name]).alias(name) for name in ("population", "excluded", "missing", "n", "numerator")]
    found = full.select(
        pl.lit(measure.id).alias("measure"), UNIT_ID, pl.lit(dimension).alias("dimension"), "subgroup", *counts,
        column("first").cast(pl.Float64).alias("first"), column("second").cast(pl.Float64).alias("second"),
        column("people").cast(pl.Int64).alias("people"),
    )  # fmt: skip
    return found.with_columns(people.alias("people")) if people is not None else found


def _people(crowd: Crowd, number: int, by: list[str], full: pl.DataFrame, keys: list[str]) -> pl.Series | None:
    """How many different persons stand behind each cell's counted units, where that is asked."""
    persons = crowd.people.get(number)
    if persons is None:
        return None
    role = nw.col(f"role.{number}")
    on = [name for name in persons.collect_schema().names() if name != "person"]
    counted = crowd.frame.filter((role == COUNTED) | (role == NUMERATOR)).select(*dict.fromkeys([*by, *on]))
    found = counted.join(persons, on=on, how="inner").select(*by, "person").unique().group_by(*by).agg(nw.len().alias("people"))
    counts = collect(found).with_columns(pl.col(UNIT_ID).cast(pl.String))
    if len(by) > 1:
        counts = counts.rename({by[1]: "raw"})
    joined = full.select(keys).join(counts, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined["people"].fill_null(0).cast(pl.Int64)
