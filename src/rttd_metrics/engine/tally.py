"""Tallies: a large table of events counted by student and school while its files are read, its rows never held.

Attendance is most of what a district has. Where all that is asked of it can be added up, a row for each student at each
school is enough. What is wrong with a row is told and set aside row by row: then the table is read as any other is.
"""

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.constraints import BAD
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import TableSource
from rttd_metrics.definitions.attendance_checks import DAYS
from rttd_metrics.definitions.measure_checks import school_route
from rttd_metrics.engine.attribution import SCHOOL, STUDENT
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.defaults import with_absent_fields, with_defaults
from rttd_metrics.engine.parts import Part, adds_up, part_of
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.units import AT_SCHOOL
from rttd_metrics.formula.functions import OF_SCHOOLS
from rttd_metrics.formula.nodes import Aggregate, Column, Function
from rttd_metrics.formula.scope import UNIT

_KEYS = {(STUDENT, "students", "student_id"), (SCHOOL, "schools", "school_id")}
"""Field, table and field of the only references a tallied table has: what it is grouped by."""
_WRONG = "__wrong"


def tally(dataset: Dataset, source: TableSource) -> TableRows | None:
    """Count the table for `dataset.at_schools`, and give the different keys of its rows, each with its latest date.

    None where that would not tell all that is asked of the table, or where a cell of it is at fault.
    """
    name, plan = source.table.name, dataset.plan
    aggregates = _aggregates(plan, name)
    if not aggregates or not _stands_alone(plan, source):
        return None
    called = {source.column(STUDENT): f"{UNIT}.{STUDENT}", source.column(SCHOOL): AT_SCHOOL}
    keys = [source.column(field) for field in (STUDENT, SCHOOL) if field in _present(source)]
    parts = [part_of(node, dataset.columns(), f"tally.{place}", dataset, False) for place, node in enumerate(aggregates)]
    counted = _counted(dataset, source, keys, parts)
    unplaced = plan.own_schools and counted[source.column(SCHOOL)].null_count()
    if counted[_WRONG].max() or unplaced:
        return None
    results = [part.result for part in parts if part.result is not None]
    values = nw.from_native(counted.lazy()).select(*(nw.col(key).alias(called[key]) for key in keys), *results)
    dataset.at_schools |= {node: (values, part.name) for node, part in zip(aggregates, parts, strict=True)}
    dataset.tallied.add(name)
    good = counted.select(*keys, source.column(source.table.date or ""))
    return TableRows(source, good, good.clear())


def _present(source: TableSource) -> frozenset[str]:
    return source.fields - set(source.absent)


def _stands_alone(plan: Plan, source: TableSource) -> bool:
    """Whether no row need be known by itself: it has a date, but no key of its own, no other references and no other year,
    and no window beside the year to date parts it from others."""
    table, present = source.table, _present(source)
    foreign = [key for key in table.table_schema.foreign_keys if key.fields in source.fields]
    referred = {key.reference.resource for name in plan.fields for key in plan.portfolio.tables[name].table_schema.foreign_keys}
    unique = bool(table.table_schema.primary_key) or any(table.fields[name].unique for name in present)
    keyed = unique or table.rows == "distinct" or table.name in referred
    if (
        keyed
        or table.name in plan.windowed
        or table.date not in present
        or table.end_date is not None
        or table.name in plan.all_years
    ):
        return False
    if table.name == DAYS and plan.asks_attendance_through:
        return False
    if {(key.fields, key.reference.resource, key.reference.fields) for key in foreign} - _KEYS or STUDENT not in present:
        return False
    return not plan.own_schools or (school_route(table) == SCHOOL and SCHOOL in present)


def _aggregates(plan: Plan, table: str) -> list[Aggregate]:
    """All that the plan makes of the table; none where some of it is not a student's, does not add up, or is made of more
    than the cells of a row."""
    found = {
        node: level
        for level, facts in (*plan.facts.items(), *plan.referred.items())
        for fact in facts
        for node in fact.node.walk()
        if isinstance(node, Aggregate) and node.table == table
    }
    fit = all(level == "student" and len(node.chain) == 1 and adds_up(node) and _is_of_row(node) for node, level in found.items())
    return list(found) if fit else []


def _is_of_row(node: Aggregate) -> bool:
    beyond = (isinstance(part, Column) and (part.base != node.table or part.steps) for part in node.walk())
    return not any(beyond) and not any(isinstance(part, Function) and part.name in OF_SCHOOLS for part in node.walk())


def _counted(dataset: Dataset, source: TableSource, keys: list[str], parts: Sequence[Part]) -> pl.DataFrame:
    """One pass over the files: by key the latest date, whether any cell is unreadable or required and empty, and what
    `parts` count."""
    table = source.table
    day = source.column(table.date or "")
    rows = source.rows()
    needed = [name for name in sorted(_present(source)) if table.needs(name)]
    # A required cell that cannot be read is empty: that alone tells.
    told = {BAD + name for name in needed}
    flags = [pl.col(name) for name in rows.collect_schema().names() if name.startswith(BAD) and name not in told]
    wrong = pl.any_horizontal(pl.lit(False), *flags, *(pl.col(source.column(name)).is_null() for name in needed))
    rows = with_absent_fields(rows, source).with_columns(wrong.alias(_WRONG))
    frame = nw.from_native(with_defaults(rows, dataset, table.name))
    inputs = [column for part in parts for column in part.inputs]
    outputs = [column for part in parts for column in part.outputs]
    grouped = frame.select(*keys, day, nw.col(_WRONG).cast(nw.Int8), *inputs).group_by(*keys)
    return collect(grouped.agg(nw.col(day).max(), nw.col(_WRONG).max(), *outputs))
