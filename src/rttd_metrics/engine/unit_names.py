"""What the units of a level are called."""

import polars as pl

from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.dataset import Dataset


def unit_names(dataset: Dataset, level: str) -> pl.DataFrame:
    """unit_id, unit_name and the school the unit is, or is of."""
    if level == "district":
        district = dataset.plan.portfolio.project.district
        return pl.DataFrame(
            {"unit_id": [district.id], "unit_name": [district.name], "school_id": [None]},
            schema={"unit_id": pl.String, "unit_name": pl.String, "school_id": pl.String},
        )
    table, key = ("schools", "school_id") if level == "school" else ("sections", "section_id")
    rows = collect(dataset.rows(table))
    named = rows.select(
        pl.col(f"{table}.{key}").alias("unit_id"),
        pl.coalesce(pl.col(f"{table}.name").cast(pl.String), pl.col(f"{table}.{key}").cast(pl.String)).alias("unit_name"),
        pl.col(f"{table}.school_id").cast(pl.String).alias("school_id"),
    ).unique("unit_id")
    if level == "classroom" and (classes := dataset.class_names) is not None:
        called = classes.select("class_name", pl.col("section_id").cast(named.schema["unit_id"]).alias("unit_id"))
        named = named.join(called, on="unit_id", how="left").select(
            "unit_id", pl.coalesce("class_name", "unit_name").alias("unit_name"), "school_id"
        )
    return named.sort("unit_id")
