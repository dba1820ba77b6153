"""Codes that no definition knows: marks that neither fail nor pass, courses without a subject, programs nobody is in.

The rows are right by themselves, so nothing is set aside; what is made of them is unknown, and that is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.data.source import TableSource
from rttd_metrics.definitions.program_subgroups import PROGRAMS
from rttd_metrics.engine.backend import Frame, collect
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.paths import with_paths
from rttd_metrics.formula.nodes import Aggregate, Column, Type

_OF_COURSES = ("subject", "core")
"""What a course says of itself that facts read: a row of a course that does not say it is in none of their counts."""


def doubts(dataset: Dataset) -> list[Finding]:
    """Warnings about the rows that were read."""
    return [*_unknown_marks(dataset), *_unmapped_courses(dataset), *_doubtful_programs(dataset)]


def _unknown_marks(dataset: Dataset) -> Iterator[Finding]:
    """Marks of which it is not known whether they fail, and that the project does not name as such."""
    if not dataset.has("grades", "mark") or "failing" not in dataset.plan.fields["grades"]:
        return
    pending = dataset.plan.portfolio.parameters.get("pending_marks", ())
    mark = nw.col("grades.mark").cast(nw.String)
    unknown = ~mark.is_null() & nw.col("grades.failing").is_null() & ~mark.is_in(pending if isinstance(pending, tuple) else [])
    rows = dataset.rows("grades", "through")
    found = collect(rows.filter(unknown).select("grades.student_id", "grades.mark"))
    if found.is_empty():
        return
    source = dataset.tables["grades"].source
    marks = found["grades.mark"].unique().to_list()
    doubted = source.finding_of(
        "unknown-mark", ["mark"], found.height, _height(rows), lambda frame: frame.filter(_in_doubt(source, marks))
    )
    yield replace(doubted, students=found["grades.student_id"].n_unique(), severity="warning")


def _height(rows: Frame) -> int:
    return int(collect(rows.select(nw.len().alias("rows"))).item())


def _in_doubt(source: TableSource, marks: list[str]) -> pl.Expr:
    """Rows of these marks whose file does not say whether they fail."""
    doubtful = pl.col("grades.mark").cast(pl.String).is_in(marks)
    return doubtful if "failing" in source.absent else doubtful & pl.col("grades.failing").is_null()


def _unmapped_courses(dataset: Dataset) -> Iterator[Finding]:
    """Rows of courses without a subject, or without a word of whether they are core courses, where a fact asks for it."""
    asked: dict[tuple[str, str], dict[Column, None]] = {}
    for facts in (*dataset.plan.facts.values(), *dataset.plan.referred.values()):
        for node in (node for fact in facts for node in fact.node.walk() if isinstance(node, Aggregate)):
            for column in node.walk():
                if isinstance(column, Column) and column.base == node.table and _is_of_course(column):
                    asked.setdefault((node.table, column.field), {})[column] = None
    for (table, field), columns in sorted(asked.items(), key=lambda item: item[0]):
        if "student_id" in dataset.plan.fields[table]:
            yield from _unmapped(dataset, table, field, list(columns))


def _is_of_course(column: Column) -> bool:
    return column.field in _OF_COURSES and bool(column.steps) and column.steps[-1] in ("courses", "sections")


def _unmapped(dataset: Dataset, table: str, field: str, columns: list[Column]) -> Iterator[Finding]:
    """The rows of a table that reach the field of a course by none of `columns`."""
    course = list(_course_ids(dataset, table))
    rows = with_paths(dataset.rows(table), dataset, table, table, [*columns, *course])
    lost = nw.all_horizontal(*(nw.col(column.path).is_null() for column in columns), ignore_nulls=False)
    ids = [nw.col(column.path).cast(nw.String) for column in course]
    reached = nw.coalesce(*ids) if ids else nw.lit(None, dtype=nw.String)
    lost_rows = collect(rows.filter(lost).select(nw.col(f"{table}.student_id").alias("student"), reached.alias("course")))
    of_no_course = lost_rows.filter(pl.col("course").is_null())
    if not of_no_course.is_empty():
        place = (Place(dataset.tables[table].source.files[0].shown),)
        count, students = of_no_course.height, of_no_course["student"].n_unique()
        detail = "the rows name no course" if course else None
        total = _height(dataset.rows(table))
        yield Finding("unmapped-course", table, place, field, None, count, total, detail, "warning", students=students)
    of_courses = lost_rows.filter(pl.col("course").is_not_null())
    if not of_courses.is_empty():
        yield _of_courses(dataset, table, field, of_courses)


def _of_courses(dataset: Dataset, table: str, field: str, rows: pl.DataFrame) -> Finding:
    """The courses of these rows (student, course), at their lines of the catalog."""
    source = dataset.tables["courses"].source
    courses = rows["course"].unique().to_list()
    listed = pl.col("courses.course_id").cast(pl.String).is_in(courses)
    detail = f"for {rows.height:,} row{'s' * (rows.height != 1)} of {table}"
    total = dataset.tables["courses"].good.height
    found = source.finding_of("unmapped-course", [field], len(courses), total, lambda frame: frame.filter(listed), detail)
    places = found.places or (Place(source.files[0].shown),)
    return replace(found, places=places, students=rows["student"].n_unique(), severity="warning")


def _course_ids(dataset: Dataset, table: str) -> Iterable[Column]:
    """The ways from a row to the id of its course, where there is a catalog."""
    if not dataset.has("courses", "course_id"):
        return
    shapes = dataset.plan.portfolio.facts.tables.shapes
    if "course_id" in dataset.plan.fields[table]:
        yield Column((0, 0), table, (), "course_id", Type.TEXT)
    if "sections" in shapes[table].references and "course_id" in dataset.plan.fields.get("sections", ()):
        yield Column((0, 0), table, ("sections",), "course_id", Type.TEXT)


def _doubtful_programs(dataset: Dataset) -> Iterator[Finding]:
    """No file of programs, so that nothing is known of a subgroup; or no row of one of them, so that all are No."""
    portfolio = dataset.plan.portfolio
    asked = {name: subgroup.program for name, subgroup in portfolio.project.subgroups.items() if subgroup.program is not None}
    if not asked or PROGRAMS not in dataset.plan.fields:
        return
    if not dataset.has(PROGRAMS):
        detail = f"without it {', '.join(asked)} {'is' if len(asked) == 1 else 'are'} Unknown for everyone"
        place = (Place(portfolio.tables[PROGRAMS].paths[0]),)
        yield Finding("missing-file", PROGRAMS, place, detail=detail, severity="warning")
        return
    there = set(collect(dataset.rows(PROGRAMS).select(nw.col("programs.program").cast(nw.String)).unique())["programs.program"])
    source = dataset.tables[PROGRAMS].source
    header = source.table.fields["program"].header
    for name, program in asked.items():
        if program not in there:
            detail = f"'{program}', so {name} is No for everyone"
            place = (Place(source.files[0].shown, 1),)
            yield Finding("unknown-program", PROGRAMS, place, "program", header, detail=detail, severity="warning")
