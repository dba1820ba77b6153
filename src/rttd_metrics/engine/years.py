"""The school years of which a project's tables have rows."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from rttd_metrics.data.source import YEAR, Period, open_table
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.engine.plan import make_plan


def school_years(portfolio: Portfolio) -> list[int]:
    """Every school year of which a table that the measures need has rows, in order; by their ends: 2013 is 2012-13.

    Told by the tables whose rows name their school year; where none does, by the dates of those that are dated. A table
    that cannot be read tells nothing: computing says what is wrong with it.
    """
    needed = [portfolio.tables[name] for name in make_plan(portfolio).fields]
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, None)
    named = _years(portfolio.folder, ((table, table.year_field) for table in needed if table.year_field), period)
    if named:
        return named
    # A stay tells when it began, which may be years before the first of which anything else is known.
    dated = ((table, table.date) for table in needed if table.date and not table.end_date)
    return _years(portfolio.folder, dated, period) or [portfolio.school_year]


def tables_without_rows(portfolio: Portfolio, year: int) -> set[str]:
    """The tables that tell of which school year their rows are, and that have none of this one: what counts their rows would
    count nothing, which is not known to be so."""
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, None)
    found = set()
    for name in make_plan(portfolio).fields:
        table = portfolio.tables[name]
        for field in (field for field in (table.year_field, table.date) if field is not None):
            if years := _years_of(portfolio.folder, table, field, period):
                found |= {name} if year not in years else set()
                break
    return found


def _years(folder: Path, tables: Iterable[tuple[TableDefinition, str]], period: Period) -> list[int]:
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda one: _years_of(folder, one[0], one[1], period), tables)
        return sorted({year for years in found for year in years})


def _years_of(folder: Path, table: TableDefinition, field: str, period: Period) -> set[int]:
    source = open_table(table, folder, {field}, period, all_years=True)
    if source.findings or source.absent:
        return set()
    try:
        rows = source.rows().filter(pl.col(source.column(field)).is_not_null())
        return set(rows.select(pl.col(YEAR).unique()).collect(engine="streaming")[YEAR].to_list())
    except (PolarsError, UnicodeDecodeError):
        return set()
