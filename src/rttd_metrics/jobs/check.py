"""Check: the data against their schemas and against what tables as wholes must be, without computing a measure."""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from rttd_metrics.data.checks import table_findings
from rttd_metrics.data.checks.coverage import coverage
from rttd_metrics.data.checks.outcome import DataCheck
from rttd_metrics.data.checks.places import Places
from rttd_metrics.data.checks.schools import incomplete, late_schools, schools_without_rows
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.doubts import doubts
from rttd_metrics.engine.plan import Plan, make_plan
from rttd_metrics.engine.set_aside import told
from rttd_metrics.engine.whole import read_whole
from rttd_metrics.formula.values import school_year_code, school_year_label
from rttd_metrics.jobs.compute import option_problems
from rttd_metrics.problems import ProblemError


def check(portfolio: Portfolio, *, school_year: str | None = None, as_of: date | None = None) -> DataCheck:
    """Every finding about the files of a project: each table that has one, all declared fields, all school years.

    `school_year` and `as_of` replace those of rttd.yml; they say of which rows coverage tells. Raises ProblemError where
    definitions are wrong.
    """
    problems = [*portfolio.errors, *option_problems(portfolio, school_year=school_year, as_of=as_of, engine="polars")]
    if problems:
        raise ProblemError(problems)
    own = school_year is None or school_year_code(school_year) == portfolio.school_year
    year = portfolio.school_year if school_year is None else school_year_code(school_year)
    assert year is not None
    period = Period(year, portfolio.project.school_year_starts, as_of or (portfolio.project.as_of if own else None))
    plan = make_plan(portfolio)
    dataset = read_whole(plan, period)
    tables = dict(sorted(dataset.tables.items()))
    places = Places(tables, year, dataset.as_of)
    covered = coverage(places, _used(plan))
    # What formulas make of codes can be told where every table they read is there.
    unclear = doubts(dataset) if not any(finding.is_error for finding in dataset.findings) else []
    found = [*dataset.findings, *table_findings(tables), *unclear, *_about_schools(portfolio, plan, places, covered)]
    return DataCheck(
        school_year_label(year),
        dataset.as_of,
        tuple(_in_order(told(found, portfolio.project, keep_going=False))),
        covered,
        {name: rows.all.height for name, rows in tables.items()},
        {name: rows.source for name, rows in tables.items()},
    )


def _used(plan: Plan) -> dict[str, set[str]]:
    """The fields of each table that formulas name, but for those that may well be empty: keys, an end, those with a default."""
    portfolio = plan.portfolio
    meant = set(portfolio.defaults)
    for name, table in portfolio.tables.items():
        keys = [foreign.fields for foreign in table.table_schema.foreign_keys]
        meant |= {(name, field) for field in (*keys, table.end_date) if field}
    return {name: {field for field in fields if (name, field) not in meant} for name, fields in plan.asked.items()}


def _about_schools(portfolio: Portfolio, plan: Plan, places: Places, covered: pl.DataFrame) -> Iterator[Finding]:
    yield from schools_without_rows(places, covered, plan.fields)
    yield from late_schools(places, covered, portfolio.project.freshness)
    yield from incomplete(places, covered, portfolio.project.completeness)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then by table and file, then where they begin."""

    def place(finding: Finding) -> tuple[bool, str, str, int, str]:
        first = finding.places[0]
        return (not finding.is_error, finding.table, first.file, first.line or 0, finding.rule)

    return sorted(findings, key=place)
