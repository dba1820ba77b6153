"""In which order the tables of a plan are read: a `where` may ask what its keys lead to."""

from collections.abc import Collection

from rttd_metrics.definitions.lineage import reached
from rttd_metrics.engine.plan import Plan


def reading_order(plan: Plan, tables: Collection[str]) -> list[list[str]]:
    """The tables in groups: before each those that the `where` of its tables lead to."""
    waits = {table: waits_for(plan, table) & set(tables) for table in tables}
    ordered: list[list[str]] = []
    while waits:
        ready = sorted(table for table, others in waits.items() if not others & set(waits))
        assert ready, "tables that wait for themselves are a problem of the definitions"
        ordered.append(ready)
        for table in ready:
            del waits[table]
    return ordered


def waits_for(plan: Plan, table: str) -> set[str]:
    """The tables whose rows decide which rows are those of `table`."""
    portfolio = plan.portfolio
    where = portfolio.wheres.get(table)
    return reached(portfolio.facts.tables, portfolio.defaults, where, table) if where is not None else set()
