"""Students one at a time by the row evaluator, held against what a run computed."""

from pathlib import Path

from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.explain import TableUnits
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read
from rttd_metrics.engine.results import Run


def assert_rows_agree(folder: Path, run: Run, *, keep_going: bool = False) -> None:
    """Role, reason and value of every student in every measure of students, in the district and at each school."""
    portfolio = read_portfolio(folder)
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, portfolio.project.as_of)
    units = TableUnits(read(make_plan(portfolio), period, keep_going=keep_going))
    expected = {}
    for measure in (measure for measure in portfolio.measures if measure.level == "student"):
        for student in units.ids("student"):
            unit = units.unit("student", student)
            for school in (None, *unit.schools(measure)):
                own = school is not None and measure.definition.at_school == "own"
                role = (units.unit("student", student, at_school=school) if own else unit).role(measure)
                if role.role != "outside":
                    value = None if role.value is None else round(role.value, 6)
                    expected[measure.id, student, school] = (role.role, role.reason, value)
    found = {(row["measure"], row["student_id"], row["school_id"]): (row["role"], row["reason"], row["value"])
             for row in run.student_results.to_dicts()}  # fmt: skip
    assert expected
    assert found == expected
