"""The units of a level: one row each, with the columns of their own table that formulas name."""

from collections.abc import Iterable
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.source import YEAR
from rttd_metrics.engine.attribution import SCHOOL, STUDENT
from rttd_metrics.engine.backend import Frame, frame_of, materialize
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.paths import with_paths, with_unit_fact
from rttd_metrics.formula.nodes import Column
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, OWN_TABLE, UNIT

DISTRICT_KEY = "unit.district_id"
AT_SCHOOL = "at.school_id"
"""In the frame of students at each school, the school they are seen at."""


@dataclass(frozen=True)
class View:
    """A frame of units. `key`: the column that says which unit a row is; `at_schools`: a row for each student and school,
    whose facts are made of the rows at that school only."""

    level: str
    key: str
    frame: Frame
    at_schools: bool = False

    @property
    def keys(self) -> list[str]:
        return [self.key, AT_SCHOOL] if self.at_schools else [self.key]


def unit_key(dataset: Dataset, level: str) -> tuple[str, str] | None:
    """The table of a level's units and the field that names them; None for the district."""
    table = OWN_TABLE.get(level)
    return None if table is None else (table, dataset.plan.portfolio.tables[table].table_schema.primary_key[0])


def units(dataset: Dataset, level: str, columns: Iterable[Column]) -> View:
    """The units of `level` with `unit.FIELD` columns, what formulas reach from them, and for students YEAR.

    A unit whose own row was set aside stays, with every column null: it is counted as missing, not dropped.
    """
    found = unit_key(dataset, level)
    if found is None:
        district = frame_of({DISTRICT_KEY: [1]}, {DISTRICT_KEY: pl.Int8()})
        return View(level, DISTRICT_KEY, district)
    table, key = found
    columns = list(columns)
    frame = _latest_rows(dataset, table, key) if level == "student" and dataset.plan.look_back else dataset.rows(table)
    names = sorted(dataset.plan.fields[table])
    year = (
        [nw.col(YEAR)]
        if YEAR in frame.collect_schema().names()
        else [nw.lit(dataset.period.school_year).cast(nw.Int32).alias(YEAR)]
    )
    frame = frame.select(*(nw.col(f"{table}.{name}").alias(f"{UNIT}.{name}") for name in names), *year)
    frame = (
        with_paths(frame.drop(YEAR), dataset, table, UNIT, columns)
        if level != "student"
        else (with_paths(frame.rename({YEAR: "__unit_year"}), dataset, table, UNIT, columns).rename({"__unit_year": YEAR}))
    )
    return View(level, f"{UNIT}.{key}", materialize(_with_set_aside(dataset, table, key, frame)))


def _latest_rows(dataset: Dataset, table: str, key: str) -> Frame:
    """Each student's latest row up to this school year, for measures that look back."""
    rows = dataset.rows(table, "through")
    latest = nw.col(YEAR) == nw.col(YEAR).max().over(f"{table}.{key}")
    return rows.filter(latest & (nw.col(YEAR) >= dataset.period.school_year - dataset.plan.look_back))


def _with_set_aside(dataset: Dataset, table: str, key: str, frame: Frame) -> Frame:
    """The units and those whose latest row was set aside: of them nothing but that they are there is known."""
    if dataset.tables[table].aside.is_empty():
        return frame
    own, current, dated = f"{UNIT}.{key}", dataset.period.school_year, YEAR in frame.collect_schema().names()
    rows = dataset.aside(table, "through" if dated else "current")
    year = nw.col(YEAR) if YEAR in rows.collect_schema().names() else nw.lit(current).cast(nw.Int32)
    lost = rows.select(nw.col(f"{table}.{key}").alias(own), year.alias("__lost")).filter(~nw.col(own).is_null())
    lost = lost.filter(nw.col("__lost") >= current - dataset.plan.look_back).group_by(own).agg(nw.col("__lost").max())
    if dated:
        older = nw.col(YEAR) < nw.col("__lost")
        frame = frame.join(lost, on=own, how="left").filter(~older.fill_null(False)).drop("__lost")
    # Joined, not put below with columns of nulls: the columns keep their types, keys their pool of texts.
    added = lost.select(own).join(frame.select(own), on=own, how="anti")
    every = nw.concat([frame.select(own), added], how="vertical").join(frame, on=own, how="left")
    if not dated:
        return every
    return (
        every.join(lost, on=own, how="left").with_columns(nw.coalesce(nw.col(YEAR), nw.col("__lost")).alias(YEAR)).drop("__lost")
    )


def with_school(view: View, dataset: Dataset, placed: Frame, columns: Iterable[Column]) -> View:
    """The students with what `school.` reaches: `placed` is student_id, school_id, one row a student."""
    columns = [column for column in columns if column.base == ATTRIBUTED_SCHOOL]
    if not columns:
        return view
    home = placed.select(nw.col(STUDENT).alias(view.key), nw.col(SCHOOL).alias(f"{ATTRIBUTED_SCHOOL}.school_id"))
    frame = _with_school_columns(view.frame.join(home, on=view.key, how="left"), dataset, columns)
    return View(view.level, view.key, materialize(frame))


def _with_school_columns(frame: Frame, dataset: Dataset, columns: list[Column]) -> Frame:
    key = f"{ATTRIBUTED_SCHOOL}.school_id"
    fields = sorted(
        {column.field for column in columns if not column.steps and column.fact_of is None}
        | {
            dataset.plan.portfolio.facts.tables.shapes["schools"].references[column.steps[0]].field
            for column in columns
            if column.steps
        }
    )
    schools = dataset.rows("schools").select(
        nw.col("schools.school_id").alias(key),
        *(nw.col(f"schools.{name}").alias(f"{ATTRIBUTED_SCHOOL}.{name}") for name in fields if name != "school_id"),
    )
    frame = with_paths(frame.join(schools, on=key, how="left"), dataset, "schools", ATTRIBUTED_SCHOOL, columns)
    for column in columns:
        if column.fact_of is not None and not column.steps:
            frame = with_unit_fact(frame, dataset, key, column)
    return frame


def at_each_school(students: View, dataset: Dataset, pairs: Iterable[Frame], columns: Iterable[Column]) -> View:
    """A row for each student and school of `pairs` (student_id, school_id): the student as that school sees him."""
    columns = [column for column in columns if column.base == ATTRIBUTED_SCHOOL]
    both = nw.concat([pair.select(STUDENT, SCHOOL) for pair in pairs], how="vertical").unique()
    keyed = both.select(nw.col(STUDENT).alias(students.key), nw.col(SCHOOL).alias(AT_SCHOOL))
    frame = keyed.filter(~nw.col(AT_SCHOOL).is_null()).join(students.frame, on=students.key, how="inner")
    if columns:
        plain = frame.drop(*(name for name in frame.collect_schema().names() if name.startswith(f"{ATTRIBUTED_SCHOOL}.")))
        frame = _with_school_columns(
            plain.with_columns(nw.col(AT_SCHOOL).alias(f"{ATTRIBUTED_SCHOOL}.school_id")), dataset, columns
        )
    return View(students.level, students.key, materialize(frame), at_schools=True)
