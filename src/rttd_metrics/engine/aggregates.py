"""Aggregates of rows: one pass over a table gives every value that any fact needs of it, a row a unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.measure_checks import school_route
from rttd_metrics.engine.backend import Frame, materialize
from rttd_metrics.engine.columns import DTYPES, Columns, fact_column
from rttd_metrics.engine.paths import with_paths, with_school_days
from rttd_metrics.engine.read import Dataset, with_defaults
from rttd_metrics.engine.units import AT_SCHOOL, View, unit_key
from rttd_metrics.formula.nodes import Aggregate, Column, Fact, Node, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, UNIT

_WIDEST = ("current", "through", "all")


def with_aggregates(view: View, dataset: Dataset, aggregates: Sequence[Aggregate], names: dict[Node, str]) -> View:
    """The units with a column for each aggregate, named by `names`."""
    frame = view.frame
    for table in sorted({aggregate.table for aggregate in aggregates}):
        # Chains differ only where a fact says `via:`; each leads to the unit by its own keys.
        for chain in sorted({aggregate.chain for aggregate in aggregates if aggregate.table == table}):
            chosen = [aggregate for aggregate in aggregates if (aggregate.table, aggregate.chain) == (table, chain)]
            frame = _join_values(frame, view, dataset, chosen, names)
    return View(view.level, view.key, materialize(frame), view.at_schools)


def _join_values(frame: Frame, view: View, dataset: Dataset, chosen: Sequence[Aggregate], names: dict[Node, str]) -> Frame:
    """One table's values joined to the units: nothing counted is 0, units with rows set aside have no value."""
    values = _grouped(view, dataset, chosen, names)
    frame = frame.join(values, on=view.keys, how="left")
    counts = [nw.col(names[node]).fill_null(0.0) for node in chosen if node.name == "count"]
    frame = frame.with_columns(*counts) if counts else frame
    lost = _units_of_rows_set_aside(view, dataset, chosen[0])
    if lost is None:
        return frame
    frame = frame.join(lost.with_columns(nw.lit(True).alias("__lost")), on=view.key, how="left")
    kept = [nw.when(nw.col("__lost").is_null()).then(nw.col(names[node])).alias(names[node]) for node in chosen]
    return frame.with_columns(*kept).drop("__lost")


def _key_path(dataset: Dataset, view: View, node: Aggregate) -> Column | None:
    """The column of a row that names its unit: the last key of the chain, or the table's own key."""
    found = unit_key(dataset, view.level)
    if found is None:
        return None
    if not node.chain:
        return Column((0, 0), node.table, (), found[1], Type.TEXT)
    shapes = dataset.plan.portfolio.facts.tables.shapes
    at = shapes[node.table]
    for step in node.chain[:-1]:
        at = shapes[at.references[step].target]
    return Column((0, 0), node.table, node.chain[:-1], at.references[node.chain[-1]].field, Type.TEXT)


def _grouped(view: View, dataset: Dataset, chosen: Sequence[Aggregate], names: dict[Node, str]) -> Frame:
    """A row a unit (and school) that has rows, with the value of each aggregate."""
    table = chosen[0].table
    years = max((node.years for node in chosen), key=_WIDEST.index)
    rows, computed = _prepared_rows(view, dataset, chosen, table, years)
    columns = dataset.columns(computed)
    parts = [_part(node, columns, names[node], dataset, YEAR in rows.collect_schema().names()) for node in chosen]
    rows = rows.select(*view.keys, *(column for part in parts for column in part.inputs))
    extremes = [part for part in parts if part.extreme]
    plain = [part for part in parts if not part.extreme]
    grouped = rows.group_by(*view.keys).agg(*(output for part in plain for output in part.outputs), nw.len().alias("__rows"))
    grouped = grouped.select(*view.keys, *(part.result for part in plain))
    for part in extremes:
        grouped = grouped.join(_extreme(rows, view, part), on=view.keys, how="left")
    return materialize(grouped)


def _prepared_rows(view: View, dataset: Dataset, chosen: Sequence[Aggregate], table: str, years: str
                   ) -> tuple[Frame, dict[Node, str]]:  # fmt: skip
    """The table's rows with their unit's key, everything the aggregates reach, and no row of nobody."""
    formulas = [part for node in chosen for part in (node.argument, node.where, node.order_by) if part is not None]
    reached = [node for formula in formulas for node in formula.walk() if isinstance(node, Column)]
    key = _key_path(dataset, view, chosen[0])
    rows = with_paths(dataset.rows(table, years), dataset, table, table, [*reached, *([key] if key else [])])
    rows = rows.with_columns(nw.col(key.path).alias(view.key) if key else nw.lit(1).cast(nw.Int8).alias(view.key))
    if view.at_schools:
        rows = _with_row_school(rows, dataset, table)
    outer = _outer_columns(formulas)
    if outer:
        rows = rows.join(view.frame.select(*view.keys, *(name for name in outer if name not in view.keys)), on=view.keys, how="inner")
    return with_school_days(rows, dataset, formulas, dataset.columns(), f"{table}.days")


def _outer_columns(formulas: Sequence[Node]) -> list[str]:
    """What aggregates read of the unit itself."""
    found = []
    for formula in formulas:
        for node in formula.walk():
            if isinstance(node, Fact):
                found.append(fact_column(node.name))
            elif isinstance(node, Column) and node.base in (UNIT, ATTRIBUTED_SCHOOL):
                found.append(node.path)
    return list(dict.fromkeys(found))


def _with_row_school(rows: Frame, dataset: Dataset, table: str) -> Frame:
    """The school each row is of: the one it carries, else its section's, else the one enrolled in on its date."""
    route = school_route(dataset.plan.portfolio.tables[table])
    if route == "school_id" and dataset.has(table, "school_id"):
        placed = rows.with_columns(nw.col(f"{table}.school_id").alias(AT_SCHOOL))
        unplaced = dataset.tables[table].good[f"{table}.school_id"].null_count()
        dated = dataset.plan.portfolio.tables[table].date
        if not unplaced or dated is None or not dataset.has(table, dated) or not dataset.has("enrollments"):
            return placed
        without = _by_enrollment(rows.filter(nw.col(f"{table}.school_id").is_null()), dataset, table, dated)
        order = placed.collect_schema().names()
        return nw.concat([placed.filter(~nw.col(AT_SCHOOL).is_null()), without.select(*order)], how="vertical")
    if route == "section_id" or (dataset.has(table, "section_id") and dataset.has("sections", "school_id")):
        sections = dataset.rows("sections").select(
            nw.col("sections.section_id").alias(f"{table}.section_id"), nw.col("sections.school_id").alias(AT_SCHOOL))  # fmt: skip
        return rows.join(sections, on=f"{table}.section_id", how="left")
    return _by_enrollment(rows, dataset, table, dataset.plan.portfolio.tables[table].date or "")


def _by_enrollment(rows: Frame, dataset: Dataset, table: str, dated: str) -> Frame:
    stays = dataset.rows("enrollments").filter(nw.col("enrollments.primary")).select(
        nw.col("enrollments.student_id").alias(f"{table}.student_id"), nw.col("enrollments.school_id").alias(AT_SCHOOL),
        nw.col("enrollments.entry_date").alias("__entry"), nw.col("enrollments.exit_date").alias("__exit"))  # fmt: skip
    day = nw.col(f"{table}.{dated}")
    within = (day >= nw.col("__entry")) & ((day <= nw.col("__exit")) | nw.col("__exit").is_null())
    return rows.join(stays, on=f"{table}.student_id", how="inner").filter(within).drop("__entry", "__exit")


def _units_of_rows_set_aside(view: View, dataset: Dataset, node: Aggregate) -> Frame | None:
    """The units that rows set aside belong to: no value of this table is known of them. None where there are none."""
    own = unit_key(dataset, view.level)
    lost = []
    if not dataset.tables[node.table].aside.is_empty():
        key = _key_path(dataset, view, node)
        aside = with_defaults(dataset.aside(node.table), dataset.plan, node.table, dataset.columns())
        if key is None:
            lost.append(aside.select(nw.lit(1).cast(nw.Int8).alias(view.key)))
        else:
            lost.append(with_paths(aside, dataset, node.table, node.table, [key]).select(nw.col(key.path).alias(view.key)))
    if own is not None and own[0] != node.table and not dataset.tables[own[0]].aside.is_empty():
        lost.append(dataset.aside(own[0]).select(nw.col(f"{own[0]}.{own[1]}").alias(view.key)))
    return nw.concat(lost, how="vertical").unique() if lost else None


@dataclass(frozen=True)
class _Part:
    """One aggregate: columns made of each row, aggregates of those columns, and the value made of these."""

    name: str
    inputs: Sequence[nw.Expr]
    outputs: Sequence[nw.Expr]
    result: nw.Expr | None
    extreme: str | None = None
    type: Type = Type.NUMBER


def _part(node: Aggregate, columns: Columns, name: str, dataset: Dataset, has_years: bool) -> _Part:
    counts = columns.expression(node.where).fill_null(False) if node.where is not None else nw.lit(True)
    if has_years and node.years == "current":
        counts = counts & (nw.col(YEAR) == dataset.period.school_year)
    elif has_years and node.years == "through":
        counts = counts & (nw.col(YEAR) <= dataset.period.school_year)
    if node.argument is None:
        return _Part(name, [counts.cast(nw.Int8).alias(name)], [nw.col(name).sum()], nw.col(name).cast(nw.Float64))
    value = nw.when(counts).then(columns.expression(node.argument))
    if node.order_by is not None:
        place = nw.when(counts & ~value.is_null()).then(columns.expression(node.order_by))
        return _Part(name, [value.alias(name), place.alias(f"{name}.place")], [], None, node.name, node.type)
    if node.distinct:
        inputs = [value.alias(name), value.is_null().cast(nw.Int8).alias(f"{name}.null")]
        outputs = [nw.col(name).n_unique(), nw.col(f"{name}.null").max()]
        return _Part(name, inputs, outputs, (nw.col(name) - nw.col(f"{name}.null")).cast(nw.Float64).alias(name))
    if node.name in ("any", "all"):
        flag = value.cast(nw.Int8).alias(name)
        output = nw.col(name).max() if node.name == "any" else nw.col(name).min()
        return _Part(name, [flag], [output], (nw.col(name) == 1).alias(name))
    if node.name == "sum":
        inputs = [value.alias(name), (~value.is_null()).cast(nw.Int8).alias(f"{name}.known")]
        outputs = [nw.col(name).sum(), nw.col(f"{name}.known").max()]
        return _Part(name, inputs, outputs, nw.when(nw.col(f"{name}.known") == 1).then(nw.col(name)).alias(name))
    method = {"avg": "mean", "median": "median", "min": "min", "max": "max"}[node.name]
    return _Part(name, [value.alias(name)], [getattr(nw.col(name), method)()], nw.col(name))


def _extreme(rows: Frame, view: View, part: _Part) -> Frame:
    """`first` and `last` without an engine's own: the extreme place, then the extreme value among the rows there."""
    place = f"{part.name}.place"
    known = rows.filter(~nw.col(place).is_null()).select(*view.keys, part.name, place)
    earliest = part.extreme == "first"
    best = known.group_by(*view.keys).agg((nw.col(place).min() if earliest else nw.col(place).max()).alias("__best"))
    tied = known.join(best, on=view.keys, how="inner").filter(nw.col(place) == nw.col("__best"))
    value = nw.col(part.name)
    if part.type is Type.BOOLEAN:
        tied, value = tied.with_columns(nw.col(part.name).cast(nw.Int8)), nw.col(part.name)
    chosen = tied.group_by(*view.keys).agg(value.min() if earliest else value.max())
    return chosen.with_columns(nw.col(part.name).cast(DTYPES[part.type]))


