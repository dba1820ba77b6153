"""Which of the shipped measures find what they need in a project's data."""

from collections.abc import Mapping
from dataclasses import replace

from rttd_metrics.definitions.lineage import stands_on
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.plan import make_plan

PACKAGES = ("student-support", "learning-environments", "organizational-efficacy", "outcomes", "library")


def fitting_measures(portfolio: Portfolio, filled: Mapping[str, set[str]]) -> tuple[list[str], dict[str, str]]:
    """The files of `portfolio`'s measures that can be computed, and of the others what they lack.

    `filled`: by table that has files, the fields in which anything stands.
    """
    fit: set[str] = set()
    left_out: dict[str, str] = {}
    for measure in portfolio.measures:
        lacks = _lacks(portfolio, measure, filled)
        if lacks:
            left_out[measure.document.file] = "no " + ", ".join(lacks)
        else:
            fit.add(measure.document.file)
    return sorted(fit - set(left_out)), left_out


def _lacks(portfolio: Portfolio, measure: Measure, filled: Mapping[str, set[str]]) -> list[str]:
    plan = make_plan(replace(portfolio, measures=(measure,), subgroups={}))
    tables = sorted(plan.required - set(filled))
    fields = [
        f"{table}.{name}"
        for table in sorted(set(plan.asked) & set(filled))
        for name in sorted(plan.asked[table])
        if not _has(portfolio, table, name, filled)
    ]
    return [*tables, *fields]


def _has(portfolio: Portfolio, table: str, name: str, filled: Mapping[str, set[str]]) -> bool:
    """Whether a field is filled, or made of fields that are."""
    if name in filled.get(table, ()):
        return True
    default = portfolio.defaults.get((table, name))
    if default is None:
        return False
    made_of = stands_on(portfolio.facts.tables, portfolio.defaults, default, table)
    return all(column in filled.get(of, ()) for of, column in made_of if (of, column) not in portfolio.defaults)
