"""Keys: rows that repeat a primary key, and rows that refer to nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from rttd_metrics.data.csv import ROW
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import FILE, YEAR, TableSource
from rttd_metrics.definitions.tables import ForeignKey

PLACING = ("enrollments", "rosters")
"""Tables that say where a student belongs: they stay for one whose own row is set aside, who is missing there, not gone."""


@dataclass
class TableRows:
    """The rows read of a table: those that are right and those set aside, both with columns TABLE.field (and YEAR)."""

    source: TableSource
    good: pl.DataFrame
    aside: pl.DataFrame

    def set_aside(self, rows: pl.Expr) -> None:
        moved = self.good.filter(rows)
        self.aside = pl.concat([self.aside, moved], how="vertical")
        self.good = self.good.filter(~rows)

    @property
    def all(self) -> pl.DataFrame:
        """Right rows and others: what is wrong with one is told of every row, so that all can be corrected at once."""
        if self.aside.is_empty():
            return self.good
        rows = pl.concat([self.good, self.aside])
        return rows.unique(maintain_order=True) if self.source.table.rows == "distinct" else rows

    @property
    def years(self) -> list[str]:
        return [YEAR] if YEAR in self.good.columns else []


def repeats(rows: TableRows) -> Iterator[Finding]:
    """Rows whose primary key, or whose value of a unique field, another row of the year has too: all of them are set aside,
    since none is the right one."""
    table = rows.source.table
    keys = [("primary-key", table.table_schema.primary_key)]
    keys += [("unique-error", [field.name]) for field in table.table_schema.fields if field.unique]
    for rule, fields in keys:
        if fields and all(rows.source.column(name) in rows.good.columns for name in fields):
            found = _repeated(rows, rule, fields)
            if found is not None:
                yield found


def _repeated(rows: TableRows, rule: str, fields: list[str]) -> Finding | None:
    source = rows.source
    key = [*(source.column(name) for name in fields), *rows.years]
    checked = rows.all
    if all_different(checked.select(key)):
        return None
    several = checked.lazy().group_by(key).len().filter(pl.col("len") > 1).collect(engine="streaming").drop_nulls()
    if several.is_empty():
        return None
    repeated = several.drop("len")
    finding = keyed_finding(rule, source, fields, repeated, int(several["len"].sum()), checked.height)
    rows.set_aside(pl.lit(_matches(repeated, key, rows.good)))
    return finding


def all_different(keys: pl.DataFrame) -> bool:
    """Whether no two keys are alike: the usual case, in a fraction of the time that finding the repeats would take."""
    first = keys.to_series(0)
    if keys.width == 1 and first.dtype == pl.String and (first < first.shift(-1)).sum() == keys.height - 1:
        return True  # the file is sorted by its key, as many are
    return keys.hash_rows().n_unique() == keys.height  # hashes differ only where keys do


def keyed_finding(
    rule: str, source: TableSource, fields: list[str], keys: pl.DataFrame, count: int, of: int, detail: str | None = None
) -> Finding:
    """A finding of the rows whose key is among `keys`, by the columns of these."""

    def pick(frame: pl.LazyFrame) -> pl.LazyFrame:
        found = frame.join(keys.lazy(), on=keys.columns, how="semi")
        if source.table.rows == "all":
            return found
        cells = [name for name in frame.collect_schema() if name not in (FILE, ROW)]
        return found.unique(subset=cells, keep="first", maintain_order=True)

    return source.finding_of(rule, fields, count, of, pick, detail)


def _matches(keys: pl.DataFrame, on: list[str], frame: pl.DataFrame) -> pl.Series:
    """For each row of `frame`, whether its key is among `keys`."""
    marked = keys.with_columns(pl.lit(True).alias("__marked"))
    return frame.select(on).join(marked, on=on, how="left", maintain_order="left")["__marked"].fill_null(False)


def lost_keys(rows: TableRows, foreign: ForeignKey, target: TableRows) -> pl.DataFrame | None:
    """What rows hold as a key that no right row of `target` has, by their own names of it; None where there is nothing."""
    column, key = rows.source.column(foreign.fields), target.source.column(foreign.reference.fields)
    if column not in rows.good.columns or key not in target.good.columns:
        return None
    if not rows.years and _all_known(rows.all[column], target.good[key]):
        return None
    on, target_on = _joined_on(rows, foreign, target)
    used = _checked_rows(rows, target, foreign).select(on).drop_nulls(column)
    lost = used.join(_keys(target.good, target_on, rows.good.select(on)), on=on, how="anti").unique().collect(engine="streaming")
    return None if lost.is_empty() else lost


def _joined_on(rows: TableRows, foreign: ForeignKey, target: TableRows) -> tuple[list[str], list[str]]:
    """The columns of both sides that must agree: the key, and the school year where both tell it."""
    column, key = rows.source.column(foreign.fields), target.source.column(foreign.reference.fields)
    by_year = rows.years and target.years and target.source.says_years and not foreign.any_year
    return ([column, YEAR], [key, YEAR]) if by_year else ([column], [key])


def orphans(rows: TableRows, foreign: ForeignKey, target: TableRows) -> Finding | None:
    """Rows that refer to no row of `target`, set aside unless they may; those that refer to a row set aside follow it
    without a finding."""
    lost = lost_keys(rows, foreign, target)
    if lost is None:
        return None
    source = rows.source
    on, target_on = _joined_on(rows, foreign, target)
    unknown = lost.lazy().join(_keys(target.aside, target_on, lost.select(on)), on=on, how="anti").collect()
    if foreign.optional:
        rows.set_aside(pl.lit(_matches(lost.join(unknown, on=on, how="anti"), on, rows.good)))
        return None
    finding = None
    if not unknown.is_empty():
        checked = _checked_rows(rows, target, foreign)
        found = checked.join(unknown.lazy(), on=on, how="semi").collect()
        detail = f"no such row in '{target.source.table.name}'"
        finding = keyed_finding("foreign-key", source, [foreign.fields], unknown, found.height, rows.all.height, detail)
        student = source.column("student_id")
        if foreign.fields != "student_id" and student in found.columns:
            finding = replace(finding, students=found[student].n_unique())
    places_a_student = source.table.name in PLACING and target.source.table.name == "students"
    rows.set_aside(pl.lit(_matches(unknown if places_a_student else lost, on, rows.good)))
    return finding


def _all_known(used: pl.Series, known: pl.Series) -> bool:
    """Whether every key is known, by the numbers that stand for the texts of a shared pool, if there is one: the usual case,
    quickly."""
    if used.dtype != known.dtype:
        return False
    if not isinstance(used.dtype, pl.Categorical):
        return bool(used.drop_nulls().is_in(known.unique().implode()).all())
    codes = used.to_physical().drop_nulls()
    if codes.is_empty():
        return True
    # A look-up by number is three times as quick as finding the different keys of millions of rows.
    listed = pl.int_range(int(codes.max()) + 1, eager=True).is_in(known.to_physical().unique().implode())  # type: ignore[arg-type]
    return bool(listed.gather(codes).all())


def _keys(frame: pl.DataFrame, columns: list[str], like: pl.DataFrame) -> pl.LazyFrame:
    """The different keys of a frame, by the names and in the types of those that they are held against."""
    named = zip(columns, like.schema.items(), strict=True)
    return frame.lazy().select(pl.col(column).cast(kind).alias(name) for column, (name, kind) in named).unique()


def _checked_rows(rows: TableRows, target: TableRows, foreign: ForeignKey) -> pl.LazyFrame:
    """Rows of other years are checked only where the other years of the table they refer to are read too."""
    if rows.years and not target.years and not foreign.any_year:
        return rows.all.lazy().filter(pl.col(YEAR) == rows.source.period.school_year)
    return rows.all.lazy()


def overlapping_stays(rows: TableRows) -> Finding | None:
    """Primary stays that begin before an earlier primary stay of the student has ended: a warning, nothing is set aside.

    A stay that begins on the day another ends is taken for a move on that day.
    """
    source = rows.source
    student, start, end = (source.column(name) for name in ("student_id", "entry_date", "exit_date"))
    if source.table.name != "enrollments" or not {student, start} <= set(rows.good.columns):
        return None
    last = pl.col(end).fill_null(date.max) if end in rows.good.columns else pl.lit(date.max)
    primary = pl.col(source.column("primary")).fill_null(True) if source.column("primary") in rows.good.columns else pl.lit(True)
    several = rows.good.filter(primary).filter(pl.col(student).to_physical().is_duplicated())  # few students have two stays
    stays = several.lazy().sort(pl.col(student).to_physical(), start).with_columns(last.alias("__end"))
    ended = pl.col("__end").cum_max().shift(1).over(student, *rows.years)
    late = stays.filter(pl.col(start) < ended).select(student, start, *rows.years).unique().collect()
    if late.is_empty():
        return None
    found = keyed_finding("overlap", source, ["entry_date"], late, late.height, rows.good.height)
    return replace(found, severity="warning")
