"""Aggregates of rows: one pass over a table gives every value that any fact needs of it, a row a unit."""

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from rttd_metrics.data.source import YEAR
from rttd_metrics.definitions.measure_checks import school_route
from rttd_metrics.engine.backend import Frame, materialize
from rttd_metrics.engine.columns import DTYPES, fact_column
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.parts import Part, adds_up, part_of, value_part
from rttd_metrics.engine.paths import with_paths, with_school_days
from rttd_metrics.engine.row_schools import is_outplaced, with_answering_schools, with_row_school
from rttd_metrics.engine.units import View, unit_key
from rttd_metrics.engine.window import START
from rttd_metrics.formula.nodes import Aggregate, Column, Fact, Node, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, OWN_TABLE, UNIT

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
    """One table's values joined to the units: nothing counted is 0, units with rows set aside are marked."""
    values = _grouped(view, dataset, chosen, names)
    frame = frame.join(values, on=view.keys, how="left")
    counts = [nw.col(names[node]).fill_null(0.0) for node in chosen if node.name == "count"]
    frame = frame.with_columns(*counts) if counts else frame
    for node in {node.years: node for node in chosen}.values():
        lost = _units_of_rows_set_aside(view, dataset, node)
        if lost is not None:
            marked = lost.with_columns(nw.lit(True).alias(lost_column(node)))
            frame = frame.drop(lost_column(node), strict=False).join(marked, on=view.key, how="left")
    return frame


def lost_column(node: Aggregate) -> str:
    """True for the units of which rows that the aggregate is over were set aside; only where there are any."""
    return ".".join(("lost", node.years, node.table, *node.chain))


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
    if (frame := _counted_before(view, dataset, chosen, names)) is not None:
        return frame
    years = max((node.years for node in chosen), key=_WIDEST.index)
    rows, computed = _prepared_rows(view, dataset, chosen, table, years)
    columns = dataset.columns(computed)
    parts = [part_of(node, columns, names[node], dataset, YEAR in rows.collect_schema().names()) for node in chosen]
    rows = rows.select(*view.keys, *(column for part in parts for column in part.inputs))
    extremes = [part for part in parts if part.extreme]
    plain = [part for part in parts if not part.extreme]
    grouped = rows.group_by(*view.keys).agg(*(output for part in plain for output in part.outputs), nw.len().alias("__rows"))
    grouped = grouped.select(*view.keys, *(part.result for part in plain))
    for part in extremes:
        grouped = grouped.join(_extreme(rows, view, part), on=view.keys, how="left")
    grouped = materialize(grouped)
    alone = dataset.window is None and not is_outplaced(dataset)
    if view.at_schools and alone and _every_row_is_counted_once(view, dataset, table, chosen):
        dataset.at_schools |= {node: (grouped, names[node]) for node in chosen if adds_up(node)}
    return grouped


def _every_row_is_counted_once(view: View, dataset: Dataset, table: str, chosen: Sequence[Aggregate]) -> bool:
    """Whether all rows of the table are in the schools' frame: each says its school, and none was left out for belonging
    to no student of that school, as happens where the rows are joined with what their unit knows."""
    if table == OWN_TABLE[view.level] or school_route(dataset.plan.portfolio.tables[table]) != "school_id":
        return False
    formulas = [part for node in chosen for part in (node.argument, node.where, node.order_by) if part is not None]
    has_schools = dataset.has(table, "school_id") and not dataset.tables[table].good[f"{table}.school_id"].null_count()
    return has_schools and not _outer_columns(formulas)


def _counted_before(view: View, dataset: Dataset, chosen: Sequence[Aggregate], names: dict[Node, str]) -> Frame | None:
    """From what was counted for each student at each school already, which spares a pass over the largest tables."""
    if view.level != "student" or not all(node in dataset.at_schools for node in chosen):
        return None
    frames = {id(frame): frame for frame, _ in (dataset.at_schools[node] for node in chosen)}
    if len(frames) > 1:
        return None
    frame = next(iter(frames.values()))
    if view.at_schools and is_outplaced(dataset):
        return _added_up(with_answering_schools(frame, view, dataset), view, dataset, chosen, names)
    if view.at_schools:
        return frame.select(*view.keys, *(nw.col(dataset.at_schools[node][1]).alias(names[node]) for node in chosen))
    return _added_up(frame, view, dataset, chosen, names)


def _added_up(frame: Frame, view: View, dataset: Dataset, chosen: Sequence[Aggregate], names: dict[Node, str]) -> Frame:
    """The whole year, or what a school and those that it answers for saw, made of the values at each school."""
    parts = []
    for node in chosen:
        value, name = nw.col(dataset.at_schools[node][1]), names[node]
        counted = Part(name, [value.alias(name)], [nw.col(name).sum()], nw.col(name))
        parts.append(counted if node.name == "count" else value_part(node.name, value, name))
    rows = frame.select(*view.keys, *(column for part in parts for column in part.inputs))
    grouped = rows.group_by(*view.keys).agg(*(output for part in parts for output in part.outputs))
    return materialize(grouped.select(*view.keys, *(part.result for part in parts)))


def _prepared_rows(
    view: View, dataset: Dataset, chosen: Sequence[Aggregate], table: str, years: str
) -> tuple[Frame, dict[Node, str]]:
    """The table's rows with their unit's key, everything the aggregates reach, and no row of nobody."""
    formulas = [part for node in chosen for part in (node.argument, node.where, node.order_by) if part is not None]
    reached = [node for formula in formulas for node in formula.walk() if isinstance(node, Column)]
    key = _key_path(dataset, view, chosen[0])
    rows = with_paths(dataset.rows(table, years), dataset, table, table, [*reached, *([key] if key else [])])
    rows = rows.with_columns(nw.col(key.path).alias(view.key) if key else nw.lit(1).cast(nw.Int8).alias(view.key))
    if view.at_schools:
        rows = with_row_school(rows, view, dataset, table)
    if dataset.window is not None:
        rows = rows.join(view.frame.select(*view.keys, START), on=view.keys, how="inner")
        rows = dataset.window.cut(rows, dataset.plan.portfolio.tables[table])
    outer = _outer_columns(formulas)
    if outer:
        rows = rows.join(
            view.frame.select(*view.keys, *(name for name in outer if name not in view.keys)), on=view.keys, how="inner"
        )
    return with_school_days(rows, dataset, formulas, {}, f"{table}.days")


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


def _units_of_rows_set_aside(view: View, dataset: Dataset, node: Aggregate) -> Frame | None:
    """The units that rows set aside belong to: no value of this table is known of them. None where there are none."""
    own = unit_key(dataset, view.level)
    lost = []
    if not dataset.tables[node.table].aside.is_empty():
        key = _key_path(dataset, view, node)
        rows = dataset.aside(node.table, node.years)
        if key is None:
            lost.append(rows.select(nw.lit(1).cast(nw.Int8).alias(view.key)))
        else:  # by keys of rows set aside too: what refers to them was set aside with them
            lost.append(
                with_paths(rows, dataset, node.table, node.table, [key], aside=True).select(nw.col(key.path).alias(view.key))
            )
    if own is not None and not dataset.tables[own[0]].aside.is_empty():
        dated = YEAR in view.frame.collect_schema().names()
        rows = dataset.aside(own[0], "all" if dated else "current").rename({f"{own[0]}.{own[1]}": view.key})
        on = [view.key, *([YEAR] if dated and YEAR in rows.collect_schema().names() else [])]
        lost.append(rows.join(view.frame.select(*on), on=on, how="semi").select(view.key))
    return nw.concat(lost, how="vertical").unique() if lost else None


def _extreme(rows: Frame, view: View, part: Part) -> Frame:
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
