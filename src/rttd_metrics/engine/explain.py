"""Units by their rows: one student, classroom, school or district at a time, in plain Python.

What the formulas mean, said a second time: no frames and no joins, and nothing of the column engine but the rows
that were read. The tests hold the two to one answer for every unit, so an explanation cannot drift from a number.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from datetime import date
from functools import cached_property
from typing import cast

from rttd_metrics.definitions.attribution import Attribution
from rttd_metrics.definitions.facts import ResolvedFact
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.unit_role import UnitRole, unit_role
from rttd_metrics.definitions.windows import YEAR_TO_DATE
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.row_windows import RowWindow
from rttd_metrics.engine.stays import Calendar, Stay, attributed, one_school
from rttd_metrics.engine.table_rows import RowTables, TableRow
from rttd_metrics.formula.nodes import Aggregate, Column, Value
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, OWN_TABLE


class TableUnits:
    """Every unit of a dataset, seen over the year to date or through another window."""

    def __init__(self, dataset: Dataset, window: str = YEAR_TO_DATE) -> None:
        self.dataset, self.portfolio = dataset, dataset.plan.portfolio
        self.year = dataset.period.school_year
        self.tables = RowTables(dataset)
        self._own_rows: dict[str, dict[Hashable, TableRow]] = {}
        self._aggregates: dict[tuple[str, str], list[Aggregate]] = {}
        self.tables.district = self.unit("district", self.portfolio.project.district.id)
        self.tables.fact_of = self._fact_of
        self.calendar = Calendar(dataset.period.first_day, dataset.as_of, self.tables.instructional_days)
        self._larger: dict[tuple[str, str], TableUnit] = {}
        self.window = RowWindow(window, self.tables, dataset.period.first_day) if window != YEAR_TO_DATE else None

    def unit(self, level: str, unit_id: str, at_school: str | None = None) -> "TableUnit":
        """A unit of `level` by its id; with `at_school` a student as that school sees him, by his rows there."""
        return TableUnit(self, level, unit_id, at_school)

    def _fact_of(self, row: TableRow, level: str, name: str) -> Value:
        """A fact that a path ends in: of the unit whose row it leads to, this school year; None where its window is not full."""
        key = (level, cast(str, row.unit(())))
        if row.year != self.year:
            return None
        if key not in self._larger:
            self._larger[key] = self.unit(*key)
        return self._larger[key].fact(name) if self._larger[key].is_seen else None

    def ids(self, level: str) -> list[str]:
        """All units of a level, sorted, those whose own row was set aside among them."""
        if level == "district":
            return [self.portfolio.project.district.id]
        return sorted(cast(str, key) for key in self.own_rows(level) if key is not None)

    def own_rows(self, level: str) -> dict[Hashable, TableRow]:
        """The row each unit is: this year's, or the latest of the years that a measure of students looks back to."""
        if level not in self._own_rows:
            table = OWN_TABLE[level]
            first = self.year - (self.dataset.plan.look_back if level == "student" else 0)
            rows = [*self.tables.rows(table, aside=True), *self.tables.rows(table)]
            rows = [row for row in rows if first <= row.year <= self.year]
            self._own_rows[level] = {row.unit(()): row for row in sorted(rows, key=lambda row: row.year)}
        return self._own_rows[level]

    def aggregates(self, fact: ResolvedFact) -> list[Aggregate]:
        """All that a fact is made of, by itself and through the facts it uses."""
        key = (fact.level, fact.name)
        if key not in self._aggregates:
            facts = [fact, *self.portfolio.facts.needed(fact.level, [fact.node])]
            self._aggregates[key] = [node for used in facts for node in used.node.walk() if isinstance(node, Aggregate)]
        return self._aggregates[key]


class TableUnit:
    """One unit and what its rows tell of it: a formula.rows.Unit.

    `row` is its own row, None for the district; `year` the school year of that row. Facts that rest on a table of which
    rows of the unit were set aside are null: nobody is judged on half his rows.
    """

    def __init__(self, units: TableUnits, level: str, unit_id: str, at_school: str | None) -> None:
        self.units, self.level, self.unit_id, self.at_school = units, level, unit_id, at_school
        self._facts: dict[str, Value] = {}
        self.row = units.own_rows(level)[unit_id] if level != "district" else None
        self.year = self.row.year if self.row else units.year

    def role(self, measure: Measure) -> UnitRole:
        """The unit's role, if its own row is of a year that the measure looks at, and its window is full."""
        seen = self.is_seen and self.year >= self.units.year - measure.definition.look_back
        return unit_role(measure, self) if seen else UnitRole("outside")

    @property
    def is_seen(self) -> bool:
        """Whether the unit's window is full, where it is seen through one."""
        return self.units.window is None or self._begins is not None

    @cached_property
    def _begins(self) -> date | None:
        """The first day of the unit's window: by the days of the school that it belongs to."""
        if self.units.window is None:
            return None
        school = self.unit_id if self.level == "school" else None
        if self.level == "student":
            school = self.at_school or self.school()
        elif self.level == "classroom" and self.row and not self.row.aside:
            school = cast(str, self.row.cell("school_id"))
        return self.units.window.begins(school)

    def fact(self, name: str) -> Value:
        if name not in self._facts:
            fact = self.units.portfolio.facts.fact(self.level, name)
            assert fact is not None, "a measure with a broken fact is never evaluated"
            self._facts[name] = None if self.is_lost(fact) else evaluate(fact.node, self)
        return self._facts[name]

    def constant(self, name: str) -> Value:
        period, window = self.units.dataset.period, self.units.window
        known: dict[str, Value] = {
            "as_of": window.end if window else self.units.dataset.as_of,
            "school_year": self.units.year,
            "first_day": period.first_day,
        }
        return known[name]

    def column(self, column: Column) -> Value:
        row = self.row
        if column.base == ATTRIBUTED_SCHOOL:
            row = self.units.tables.find("schools", "school_id", self.at_school or self.school(), self.units.year)
        return row.column(column) if row is not None and not row.aside else None

    def rows(self, aggregate: Aggregate) -> list[TableRow]:
        """The rows an aggregate is over, before its `where`."""
        reached = self._reached(aggregate, aside=False)
        if self.at_school is not None and aggregate.chain:  # a student's own rows are of the student, whoever looks at him
            seen = {self.at_school, *self._answered_for(self.at_school)}
            reached = [row for row in reached if seen & row.schools()]
        window = self.units.window
        if window is None or self._begins is None:
            return reached
        return [cut for row in reached if (cut := window.cut(row, self._begins)) is not None]

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        days = self.units.tables.instructional_days(school_id)
        if self.units.window is not None and self._begins is not None:
            start, end = max(start, self._begins), min(end, self.units.window.end)
        return None if days is None else float(max(bisect_right(days, end) - bisect_left(days, start), 0))

    def attendance_through(self, school_id: str) -> date | None:
        return self.units.tables.attendance_through.get(school_id)

    def school(self) -> str | None:
        """The one school a student is attributed to by the project's rule: the last of several, or the one of most days."""
        if not self.units.dataset.has("enrollments"):
            return cast("str | None", self.row.cell("school_id") if self.row else None)
        rule = self._rule(None)
        return one_school(self._stays(), rule, self.units.calendar)

    def schools(self, measure: Measure) -> list[str]:
        """The schools in which a student counts in a measure."""
        if not self.units.dataset.has("enrollments"):
            return [school] if (school := self.school()) is not None else []
        return sorted(attributed(self._stays(), self._rule(measure), self.units.calendar))

    def stayed_at(self) -> set[str]:
        """The schools of a student's primary stays."""
        return {stay.school for stay in self._stays()} if self.units.dataset.has("enrollments") else set()

    def _answered_for(self, school_id: str) -> set[Value]:
        """The schools at which another one, `school_id`, answers for the student: by his latest stay there."""
        latest: dict[Value, tuple[date, str]] = {}
        for row in self.units.tables.stays(self.unit_id, self.units.year):
            stay = (cast(date, row.cell("entry_date")), cast(str, row.cell("responsible_school_id") or ""))
            latest[row.cell("school_id")] = max(stay, latest.get(row.cell("school_id"), stay))
        return {school for school, (_, responsible) in latest.items() if responsible == school_id}

    def weight(self, section_id: str) -> float:
        """The part of a student's instruction that counts for a section: by the stay on its roster that began last."""
        stays = self.units.tables.index("rosters", "student_id", lambda row: row.cell("student_id")).get(self.unit_id, [])
        here = [stay for stay in stays if stay.cell("section_id") == section_id and stay.year == self.units.year]
        dated = [(cast("date | None", stay.cell("from_date")) or date.min, cast(float, stay.cell("weight"))) for stay in here]
        return max(dated)[1]

    def _rule(self, measure: Measure | None) -> Attribution:
        own = measure.definition.attribution if measure else None
        return own or self.units.portfolio.project.levels.school.attribution

    def _stays(self) -> list[Stay]:
        as_of = self.units.dataset.as_of
        found = []
        for row in self.units.tables.stays(self.unit_id, self.year):
            end = cast("date | None", row.cell("exit_date"))
            school = cast(str, row.cell("responsible_school_id") or row.cell("school_id"))
            found.append(Stay(school, cast(date, row.cell("entry_date")), end or as_of, end is None))
        return found

    def _reached(self, aggregate: Aggregate, *, aside: bool) -> list[TableRow]:
        """The unit's rows of the aggregate's table and years; all rows are the district's."""
        table, year = aggregate.table, self.units.year
        rows = self.units.tables.rows(table, aside=aside)
        if self.level != "district":
            by_unit = self.units.tables.index(table, aggregate.chain, lambda row: row.unit(aggregate.chain), aside=aside)
            rows = by_unit.get(self.unit_id, [])
        if aggregate.years == "all":
            return rows
        return [row for row in rows if row.year == year or (aggregate.years == "through" and row.year < year)]

    def is_lost(self, fact: ResolvedFact) -> bool:
        """Whether the fact, or one that it uses, would be made of a part of the unit's rows, or of a table that is not there."""
        has = self.units.dataset.has
        return any(
            not has(node.table) or self._own_row_is_lost() or self._reached(node, aside=True)
            for node in self.units.aggregates(fact)
        )

    def _own_row_is_lost(self) -> bool:
        """Whether a row of the unit itself was set aside, be it that another of the same key was right."""
        if self.row is None:
            return False
        aside = self.units.tables.index(self.row.table, (), lambda row: row.unit(()), aside=True).get(self.unit_id, [])
        return any(row.year == self.year for row in aside)
