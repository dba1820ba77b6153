"""Keys: rows that repeat a primary key, and rows that refer to nothing."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import YEAR, TableSource
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
    def years(self) -> list[str]:
        return [YEAR] if YEAR in self.good.columns else []


def repeated_keys(rows: TableRows) -> Finding | None:
    """Rows whose primary key another row has too (within the year): all of them, since none is the right one."""
    source = rows.source
    table = source.table
    present = [name for name in table.table_schema.primary_key if any(name in file.present for file in source.files)]
    if not present or len(present) < len(table.table_schema.primary_key):
        return None
    key = [*(source.column(name) for name in present), *rows.years]
    repeated = rows.good.lazy().group_by(key).len().filter(pl.col("len") > 1).drop("len").collect(engine="streaming")
    if repeated.is_empty():
        return None
    condition = _matches(repeated, key, rows.good)
    count = int(condition.sum())
    places = source.places_of(lambda frame: frame.join(repeated.lazy(), on=key, how="semi"))
    header = ", ".join(table.fields[name].header for name in present)
    total = rows.good.height
    rows.set_aside(pl.lit(condition))
    return Finding("primary-key", table.name, places, present[0], header, count, total)


def _matches(keys: pl.DataFrame, on: list[str], frame: pl.DataFrame) -> pl.Series:
    """For each row of `frame`, whether its key is among `keys`."""
    marked = keys.with_columns(pl.lit(True).alias("__marked"))
    return frame.select(on).join(marked, on=on, how="left", maintain_order="left")["__marked"].fill_null(False)


def lost_keys(rows: TableRows, foreign: ForeignKey, target: TableRows) -> pl.DataFrame | None:
    """What rows hold as a key that no right row of `target` has, by their own names of it; None where there is nothing."""
    column, key = rows.source.column(foreign.fields), target.source.column(foreign.reference.fields)
    if column not in rows.good.columns or key not in target.good.columns:
        return None
    if not rows.years and _all_known(rows.good[column], target.good[key]):
        return None
    on, target_on = _joined_on(rows, foreign, target)
    used = _checked_rows(rows, target, foreign).select(on).unique().drop_nulls(column)
    lost = used.join(_keys(target.good, target_on, rows.good.select(on)), on=on, how="anti").collect(engine="streaming")
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
        count = checked.join(unknown.lazy(), on=on, how="semi").select(pl.len()).collect().item()
        places = source.places_of(lambda frame: frame.join(unknown.lazy(), on=on, how="semi"))
        finding = Finding(
            "foreign-key",
            source.table.name,
            places,
            foreign.fields,
            source.table.fields[foreign.fields].header,
            count,
            rows.good.height,
            f"no such row in '{target.source.table.name}'",
        )
    places_a_student = source.table.name in PLACING and target.source.table.name == "students"
    rows.set_aside(pl.lit(_matches(unknown if places_a_student else lost, on, rows.good)))
    return finding


def _all_known(used: pl.Series, known: pl.Series) -> bool:
    """Whether every key is known, by the numbers that stand for the texts of a shared pool: the usual case, quickly."""
    if used.dtype != known.dtype or not isinstance(used.dtype, pl.Categorical):
        return False
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
        return rows.good.lazy().filter(pl.col(YEAR) == rows.source.period.school_year)
    return rows.good.lazy()


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
    places = source.places_of(lambda frame: frame.join(late.lazy(), on=late.columns, how="semi"))
    header = source.table.fields["entry_date"].header
    return Finding("overlap", source.table.name, places, "entry_date", header, late.height, rows.good.height, severity="warning")
