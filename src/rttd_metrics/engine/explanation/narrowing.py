"""Only the rows of the students who are explained: the row evaluator holds rows one by one, of which a district has millions."""

from collections.abc import Collection

import polars as pl

from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.formula.nodes import Aggregate


def narrow(dataset: Dataset, students: Collection[str]) -> None:
    """Drop the rows of other students from every table that has them, but from those that facts of larger units are made of."""
    whole = {
        node.table
        for facts in dataset.plan.referred.values()
        for fact in facts
        for node in fact.node.walk()
        if isinstance(node, Aggregate)
    }
    wanted = pl.Series(sorted(students), dtype=pl.String).implode()
    for name, rows in dataset.tables.items():
        column = f"{name}.student_id"
        if name not in whole and column in rows.good.columns:
            theirs = pl.col(column).cast(pl.String).is_in(wanted)
            rows.good, rows.aside = rows.good.filter(theirs), rows.aside.filter(theirs)
