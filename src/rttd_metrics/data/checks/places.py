"""Where students and rows belong this year: the schools that what a table holds is of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from rttd_metrics.data.cells import key_space
from rttd_metrics.data.checks.found import has
from rttd_metrics.data.keys import TableRows
from rttd_metrics.data.source import YEAR, TableSource

STUDENT, SCHOOL, SECTION = "students.student_id", "schools.school_id", "sections.section_id"


def key_column(rows: TableRows, space: str) -> str | None:
    """The column by which the rows of a table lead to a key, or are that key; None where no file has one."""
    return key_column_of(rows.source, space)


def key_column_of(source: TableSource, space: str) -> str | None:
    name = space.partition(".")[2]
    there = name in source.fields and name not in source.absent
    return source.column(name) if there and key_space(source.table, name) == space else None


@dataclass(frozen=True)
class Places:
    """The tables of a project in one school year, up to a day. Ids are texts."""

    tables: Mapping[str, TableRows]
    school_year: int
    as_of: date

    def rows_of(self, name: str) -> pl.LazyFrame:
        """The rows of the year that have happened by the day; of calendar, and of tables without a date, all of the year."""
        rows = self.tables[name]
        frame = rows.all.lazy()
        frame = frame.filter(pl.col(YEAR) == self.school_year) if YEAR in rows.all.columns else frame
        dated = rows.source.table.date
        if dated is None or name == "calendar" or not has(rows, dated):
            return frame
        return frame.filter((pl.col(rows.source.column(dated)) <= self.as_of).fill_null(True))

    @cached_property
    def students(self) -> pl.DataFrame:
        """student, school and grade, a row for each student and school; school null where no file says it."""
        found = self._stays if "enrollments" in self.tables else None
        listed = self._listed
        if found is None or found.is_empty():
            return listed
        return found.join(listed.select("student", "grade").unique("student", keep="first"), on="student", how="left")

    @property
    def _stays(self) -> pl.DataFrame | None:
        rows = self.tables["enrollments"]
        student, school = key_column(rows, STUDENT), key_column(rows, SCHOOL)
        if student is None or school is None:
            return None
        frame = self.rows_of("enrollments")
        primary = rows.source.column("primary")
        frame = frame.filter(pl.col(primary).fill_null(True)) if has(rows, "primary") else frame
        ids = frame.select(_text(student, "student"), _text(school, "school"))
        return ids.drop_nulls().unique().sort("student", "school").collect()

    @property
    def _listed(self) -> pl.DataFrame:
        rows = self.tables.get("students")
        student = key_column(rows, STUDENT) if rows is not None else None
        if rows is None or student is None:
            return pl.DataFrame(schema={"student": pl.String, "school": pl.String, "grade": pl.Int16})
        grade = pl.col(rows.source.column("grade_level")) if has(rows, "grade_level") else pl.lit(None)
        listed = self.rows_of("students").select(
            _text(student, "student"), _text(key_column(rows, SCHOOL), "school"), grade.cast(pl.Int16).alias("grade")
        )
        return listed.drop_nulls("student").unique(["student", "school"], keep="first", maintain_order=True).collect()

    def reduced(self, name: str, *counts: pl.Expr) -> pl.DataFrame:
        """The rows of a table as groups: school and student (null where the rows do not say), and `counts` of each group.

        A row without a school is that of its section, else of each school of its student.
        """
        rows = self.tables[name]
        keys = {part: key_column(rows, space) for part, space in (("school", SCHOOL), ("student", STUDENT), ("section", SECTION))}
        present = [column for column in keys.values() if column is not None]
        frame = self.rows_of(name)
        grouped = (frame.group_by(present).agg(counts) if present else frame.select(counts)).collect(engine="streaming")
        ids = [_text(column, part) for part, column in keys.items()]
        made = grouped.select(*ids, pl.exclude(present))
        if keys["section"] is not None and name != "sections":
            made = self._at_sections(made)
        return made.drop("section")

    def _at_sections(self, groups: pl.DataFrame) -> pl.DataFrame:
        rows = self.tables.get("sections")
        section, school = (key_column(rows, SECTION), key_column(rows, SCHOOL)) if rows is not None else (None, None)
        if section is None or school is None:
            return groups
        held = self.rows_of("sections").select(_text(section, "section"), _text(school, "held")).drop_nulls().unique("section")
        joined = groups.join(held.collect(), on="section", how="left")
        return joined.with_columns(pl.coalesce("school", "held").alias("school")).drop("held")

    def tells_students(self, name: str) -> bool:
        """Whether the rows of a table are of students."""
        return key_column(self.tables[name], STUDENT) is not None

    def tells_schools(self, name: str) -> bool:
        """Whether the rows of a table can be told to be of a school."""
        return any(key_column(self.tables[name], space) is not None for space in (STUDENT, SCHOOL, SECTION))

    def at_schools(self, groups: pl.DataFrame) -> pl.DataFrame:
        """Groups that say no school at each school of their student."""
        known, lacking = groups.filter(pl.col("school").is_not_null()), groups.filter(pl.col("school").is_null())
        if lacking.is_empty():
            return known
        homes = self.students.select("student", "school").drop_nulls()
        return pl.concat([known, lacking.drop("school").join(homes, on="student").select(known.columns)])

    @cached_property
    def names(self) -> pl.DataFrame:
        """school and name."""
        rows = self.tables.get("schools")
        school = key_column(rows, SCHOOL) if rows is not None else None
        if rows is None or school is None:
            return pl.DataFrame(schema={"school": pl.String, "name": pl.String})
        name = rows.source.column("name") if has(rows, "name") else None
        return self.rows_of("schools").select(_text(school, "school"), _text(name, "name")).unique("school").collect()

    @cached_property
    def school_days(self) -> pl.DataFrame:
        """school and day, sorted: the instructional days up to the day."""
        rows = self.tables.get("calendar")
        school = key_column(rows, SCHOOL) if rows is not None else None
        if rows is None or school is None or not has(rows, "date"):
            return pl.DataFrame(schema={"school": pl.String, "day": pl.Date})
        day, held = pl.col("calendar.date"), pl.lit(True)
        if has(rows, "instructional"):
            held = pl.col("calendar.instructional").fill_null(True)
        days = self.rows_of("calendar").filter(held, day <= self.as_of).select(_text(school, "school"), day.alias("day"))
        return days.drop_nulls().unique().sort("school", "day").collect()


def _text(column: str | None, name: str) -> pl.Expr:
    return (pl.lit(None, dtype=pl.String) if column is None else pl.col(column).cast(pl.String)).alias(name)
