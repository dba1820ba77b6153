"""Columns that formulas reach through keys, and school-day counts: joined to a frame before it is evaluated."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.backend import Frame, collect, frame_of
from rttd_metrics.engine.columns import fact_column
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.window import START, later
from rttd_metrics.formula.functions import OF_SCHOOLS
from rttd_metrics.formula.nodes import Aggregate, Column, Function, Node


def with_paths(frame: Frame, dataset: Dataset, table: str, base: str, columns: Iterable[Column], *, aside: bool = False) -> Frame:
    """Join what `columns` of `base` reach: `base.step.field` from the rows that `base.key_field` refers to.

    `frame` holds the columns `base.field` of `table`. A key that is missed gives null; with `aside` rows set aside are
    reached too.
    """
    columns = [column for column in columns if column.base == base]
    wanted: dict[tuple[str, ...], set[str]] = {}
    shapes = dataset.plan.portfolio.facts.tables.shapes
    for column in columns:
        at = shapes[table]
        for depth, step in enumerate(column.steps):
            reference = at.references[step]
            if depth:
                wanted.setdefault(column.steps[:depth], set()).add(reference.field)
            at = shapes[reference.target]
        if column.steps:
            wanted.setdefault(column.steps, set()).update([column.field] if column.fact_of is None else [])
    for steps in sorted(wanted, key=len):
        frame = _join_step(frame, dataset, table, base, steps, wanted[steps], aside=aside)
    for column in dict.fromkeys(column for column in columns if column.fact_of is not None and column.steps):
        at = shapes[table]
        for step in column.steps[:-1]:
            at = shapes[at.references[step].target]
        key = ".".join((base, *column.steps[:-1], at.references[column.steps[-1]].field))
        frame = with_unit_fact(frame, dataset, key, column)
    return frame


def with_unit_fact(frame: Frame, dataset: Dataset, key: str, column: Column) -> Frame:
    """Join the fact that a path ends in, from the unit whose id stands in the column `key`.

    Facts are of this school year: rows of other years have none.
    """
    facts, own_key = dataset.unit_facts[column.fact_of or ""]
    by_year = YEAR in frame.collect_schema().names()
    year = [nw.lit(dataset.period.school_year).cast(nw.Int32).alias(YEAR)] if by_year else []
    picked = facts.select(nw.col(own_key).alias(key), nw.col(fact_column(column.field)).alias(column.path), *year)
    return frame.join(picked, on=[key, *([YEAR] if by_year else [])], how="left")


def _join_step(
    frame: Frame, dataset: Dataset, table: str, base: str, steps: tuple[str, ...], fields: set[str], *, aside: bool
) -> Frame:
    shapes = dataset.plan.portfolio.facts.tables.shapes
    at = shapes[table]
    for step in steps[:-1]:
        at = shapes[at.references[step].target]
    reference = at.references[steps[-1]]
    here = ".".join((base, *steps[:-1], reference.field))
    by_year = YEAR in frame.collect_schema().names() and dataset.has_years(reference.target)
    rows = dataset.rows(reference.target, "all" if by_year else "current", aside=aside).to_native()
    kind = frame.to_native().collect_schema()[here]  # two keys may keep their texts in pools of their own
    target = nw.from_native(rows.with_columns(pl.col(f"{reference.target}.{reference.key}").cast(kind)))
    prefix = ".".join((base, *steps))
    picked = target.select(
        nw.col(f"{reference.target}.{reference.key}").alias(here),
        *([nw.col(YEAR)] if by_year else []),
        *(nw.col(f"{reference.target}.{name}").alias(f"{prefix}.{name}") for name in sorted(fields)),
    )
    return frame.join(picked, on=[here, *([YEAR] if by_year else [])], how="left")


def with_school_days(
    frame: Frame, dataset: Dataset, formulas: Iterable[Node], known: Mapping[Node, str], prefix: str
) -> tuple[Frame, dict[Node, str]]:
    """Join the value of each `school_days(school, from, to)` and `attendance_through(school)`: a column each, and which node
    it is for.

    `known`: the columns that hold aggregates. Null where an argument is null or the school has no calendar, or no row of
    attendance. Days after as-of are not seen.
    """
    calls = dict.fromkeys(call for formula in formulas for call in _school_day_calls(formula))
    if not calls:
        return frame, {}
    computed: dict[Node, str] = {}
    for number, call in enumerate(calls):
        name = f"{prefix}.{number}"
        columns = dataset.columns({**known, **computed})
        arguments = [columns.expression(argument) for argument in call.arguments]
        if call.name == "school_days":
            school, start, end = arguments
            frame = with_days_held(frame, dataset, school, start, end, name)
        else:
            frame = _with_attendance_through(frame, dataset, arguments[0], name)
        computed[call] = name
    return frame, computed


def with_days_held(frame: Frame, dataset: Dataset, school: nw.Expr, start: nw.Expr, end: nw.Expr, name: str) -> Frame:
    """A column `name`: the instructional days of `school` from `start` to `end`, both included; null where one is null or
    the school has no calendar. Through a window, those of its days: the frame has START."""
    if dataset.window is not None:
        start = later(start, nw.col(START))
    counts, last = _days_through(dataset)
    until = nw.min_horizontal(end, nw.lit(last))
    before = nw.min_horizontal(start.dt.offset_by("-1d").cast(nw.Date), nw.lit(last))
    frame = frame.with_columns(
        school.alias("__school"),
        until.alias("__until"),
        before.alias("__before"),
        (start.is_null() | end.is_null()).alias("__unknown"),
    )
    for key in ("__until", "__before"):
        picked = counts.select(
            nw.col("school").alias("__school"), nw.col("day").alias(key), nw.col("through").alias(f"{key}_days")
        )
        frame = frame.join(picked, on=["__school", key], how="left")
    has_calendar = counts.select(nw.col("school").alias("__school")).unique().with_columns(nw.lit(True).alias("__known"))
    frame = frame.join(has_calendar, on="__school", how="left")
    held = nw.max_horizontal(nw.col("__until_days").fill_null(0.0) - nw.col("__before_days").fill_null(0.0), nw.lit(0.0))
    frame = frame.with_columns(nw.when(nw.col("__known") & ~nw.col("__unknown")).then(held).alias(name))
    return frame.drop("__school", "__until", "__before", "__unknown", "__until_days", "__before_days", "__known")


def _with_attendance_through(frame: Frame, dataset: Dataset, school: nw.Expr, name: str) -> Frame:
    assert dataset.attendance_through is not None, "the plan has seen that a formula asks for it"
    latest = dataset.attendance_through.select(nw.col("school").alias("__school"), nw.col("through").alias(name))
    return frame.with_columns(school.alias("__school")).join(latest, on="__school", how="left").drop("__school")


def _school_day_calls(node: Node) -> Iterator[Function]:
    """The calls of one formula that are about a row of this frame, inner ones first: those inside an aggregate are about
    its rows."""
    if isinstance(node, Aggregate):
        return
    for child in node.children():
        yield from _school_day_calls(child)
    if isinstance(node, Function) and node.name in OF_SCHOOLS:
        yield node


def _days_through(dataset: Dataset) -> tuple[Frame, date]:
    """For each school that has a calendar and each day of it: the instructional days up to that day; and the last day."""
    calendar = (
        dataset.rows("calendar")
        .filter(~nw.col("calendar.date").is_null())
        .select(
            nw.col("calendar.school_id").cast(nw.String).alias("school"),
            nw.col("calendar.date").alias("day"),
            nw.col("calendar.instructional").fill_null(True).alias("instructional"),
        )
    )
    held = calendar.filter(nw.col("instructional")).select("school", "day").unique()
    known = collect(calendar.select("school", "day").unique())
    if known.is_empty():
        nothing = frame_of(
            {"school": [], "day": [], "through": []}, {"school": pl.String(), "day": pl.Date(), "through": pl.Float64()}
        )
        return nothing, dataset.as_of
    listed = known["day"].to_list()
    first, last = min(listed), max(listed)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    schools = frame_of({"school": known["school"].unique().sort().to_list()}, {"school": pl.String()})
    grid = schools.join(frame_of({"day": days}, {"day": pl.Date()}), how="cross")
    marked = grid.join(held.with_columns(nw.lit(1.0).alias("held")), on=["school", "day"], how="left")
    through = nw.col("held").fill_null(0.0).cum_sum().over("school", order_by="day").alias("through")
    return marked.select("school", "day", through), last
