"""In which order the tables of a plan are read: a `where` may ask what its keys lead to."""

from rttd_metrics.definitions.attendance_checks import DAYS
from rttd_metrics.definitions.lineage import reached
from rttd_metrics.engine.plan import Plan


def reading_order(plan: Plan) -> list[list[str]]:
    """The tables in groups: before each those that the `where` of its tables lead to."""
    portfolio = plan.portfolio
    made = {DAYS} if plan.made_of_periods else set()  # of tables that are read
    waits: dict[str, set[str]] = {table: set() for table in plan.fields.keys() - made}
    for table in waits.keys() & portfolio.wheres.keys():
        waits[table] = reached(portfolio.facts.tables, portfolio.defaults, portfolio.wheres[table], table)
    ordered: list[list[str]] = []
    while waits:
        ready = sorted(table for table, others in waits.items() if not others & set(waits))
        assert ready, "tables that wait for themselves are a problem of the definitions"
        ordered.append(ready)
        for table in ready:
            del waits[table]
    return ordered
