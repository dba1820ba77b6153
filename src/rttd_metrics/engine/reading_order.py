"""In which order the tables of a plan are read: a `where` may ask what its keys lead to."""

from rttd_metrics.definitions.attendance_checks import DAYS
from rttd_metrics.definitions.lineage import reached
from rttd_metrics.engine.plan import Plan


def reading_order(plan: Plan) -> list[list[str]]:
    """The tables in groups: before each those that the `where` of its tables lead to."""
    made = {DAYS} if plan.made_of_periods else set()  # of tables that are read
    waits = {table: awaited(plan, table) for table in plan.fields.keys() - made}
    ordered: list[list[str]] = []
    while waits:
        ready = sorted(table for table, others in waits.items() if not others & set(waits))
        assert ready, "tables that wait for themselves are a problem of the definitions"
        ordered.append(ready)
        for table in ready:
            del waits[table]
    return ordered


def awaited(plan: Plan, table: str) -> set[str]:
    """The tables that the `where` of a table leads to."""
    portfolio = plan.portfolio
    where = portfolio.wheres.get(table)
    return reached(portfolio.facts.tables, portfolio.defaults, where, table) if where is not None else set()
