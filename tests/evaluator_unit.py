"""A student over plain rows: what a formula may ask of one, without anything of the engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from evaluator_data import THIS_YEAR, District, Values
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Column, Node, Value
from rttd_metrics.formula.rows import evaluate

STARTS, ENDS = date(THIS_YEAR - 1, 7, 1), date(THIS_YEAR, 6, 30)
DATED = {"attendance": "date", "calendar": "date", "enrollments": "entry_date"}
STEPS = {
    ("students", "schools"): "school_id",
    ("sections", "courses"): "course_id",
    ("sections", "schools"): "school_id",
    ("grades", "students"): "student_id",
    ("grades", "sections"): "section_id",
    ("grades", "courses"): "course_id",
    ("attendance", "students"): "student_id",
    ("attendance", "schools"): "school_id",
    ("enrollments", "students"): "student_id",
    ("enrollments", "school"): "school_id",
}
KEYS = {"students": "student_id", "schools": "school_id", "sections": "section_id", "courses": "course_id"}


@dataclass(frozen=True)
class PlainRow:
    """A row and the rows that its keys lead to, of the same school year."""

    tables: "PlainTables"
    table: str
    values: Values
    year: int

    def cell(self, name: str) -> Value:
        value = self.values.get(name)
        if value is None and (self.table, name) in self.tables.defaults:
            return evaluate(self.tables.defaults[self.table, name], PlainStudent(self.tables, None), self)
        return float(value) if isinstance(value, int | float) and name in ("absent", "points", "credits") else value

    def column(self, column: Column) -> Value:
        row: PlainRow | None = self
        for step in column.steps:
            if row is None:
                return None
            target = "schools" if step == "school" else step
            row = self.tables.find(target, row.cell(STEPS[row.table, step]), row.year)
        return None if row is None else row.cell(column.field)


@dataclass(frozen=True)
class PlainTables:
    """The rows that a run may see: nothing dated after as-of, and ends after it not known yet."""

    district: District
    defaults: Mapping[tuple[str, str], Node]
    facts: Mapping[str, Node]

    def rows(self, table: str) -> Iterator[PlainRow]:
        for values in self.district.tables[table]:
            day = values.get(DATED.get(table, ""))
            if day is not None and day > self.district.as_of:
                continue
            end = values.get("exit_date")
            seen = (
                values | {"exit_date": end if end is None or end <= self.district.as_of else None}
                if "exit_date" in values
                else values
            )
            yield PlainRow(self, table, seen, self.year(table, seen))

    def year(self, table: str, values: Values) -> int:
        """The school year of a row; a stay is of this year when any day of it is."""
        if table == "enrollments":
            ended = values["exit_date"]
            return THIS_YEAR if values["entry_date"] <= ENDS and (ended is None or ended >= STARTS) else THIS_YEAR - 1
        day = values.get(DATED.get(table, ""))
        if day is not None:
            return day.year + (day >= date(day.year, 7, 1))
        return values.get("school_year") or THIS_YEAR

    def find(self, table: str, key: Value, year: int) -> PlainRow | None:
        """The row of that year with this key; of a table without school years its one row."""
        found = [
            row
            for row in self.rows(table)
            if key is not None and row.values[KEYS[table]] == key and (row.year == year or "school_year" not in row.values)
        ]
        return found[0] if found else None


@dataclass
class PlainStudent:
    """A student of this year. `number` None: no student, for formulas that are over a row alone.

    `at`: as that school sees the student, by the rows there alone; None is the whole year.
    """

    tables: PlainTables
    number: str | None
    at: str | None = None
    _facts: dict[str, Value] = field(default_factory=dict)

    def column(self, column: Column) -> Value:
        if column.base == "school":
            school = self.at or self.school()
            row = self.tables.find("schools", school, THIS_YEAR)
            return school if column.field == "school_id" else row and row.column(column)
        row = self.tables.find("students", self.number, THIS_YEAR)
        assert row is not None
        return row.column(column)

    def stays(self) -> list[Values]:
        """The primary stays of this year."""
        found = [
            row for row in self.tables.rows("enrollments") if row.values["student_id"] == self.number and row.year == THIS_YEAR
        ]
        return [row.values for row in found if row.cell("primary") is True]

    def school(self) -> str | None:
        """The school of the last stay: an open one before any that ended, then the later end, entry and number."""
        ranked = [(stay["exit_date"] or date.max, stay["entry_date"], stay["school_id"]) for stay in self.stays()]
        return max(ranked)[2] if ranked else None

    def schools_of(self, row: PlainRow) -> set[Value]:
        """Where the student was when the row came about: as it says, as its section says, or as the stays on its day say."""
        if row.table == "students":
            return {self.at}  # what is said of the student himself is so at every school
        if row.table == "grades":
            section = self.tables.find("sections", row.cell("section_id"), row.year)
            return {section.cell("school_id")} if section else set()
        if row.values["school_id"] is not None:
            return {row.values["school_id"]}
        return self.school_on(row.values["date"])

    def school_on(self, day: date) -> set[Value]:
        """Of the stays that hold the day the one entered last, but for those that lie within an earlier one."""
        stays = sorted(((stay["entry_date"], stay["exit_date"] or date.max, stay["school_id"]) for stay in self.stays()),
                       key=lambda stay: stay[:2])  # fmt: skip
        lasting = [stay for number, stay in enumerate(stays) if all(other[1] <= stay[1] for other in stays[:number])]
        return {stay[2] for stay in [stay for stay in lasting if stay[0] <= day <= stay[1]][-1:]}

    def constant(self, name: str) -> Value:
        return {"as_of": self.tables.district.as_of, "school_year": THIS_YEAR, "first_day": STARTS}[name]

    def fact(self, name: str) -> Value:
        if name not in self._facts:
            self._facts[name] = evaluate(self.tables.facts[name], self)
        return self._facts[name]

    def rows(self, aggregate: nodes.Aggregate) -> list[PlainRow]:
        years = {"current": (THIS_YEAR, THIS_YEAR), "through": (0, THIS_YEAR), "all": (0, 9999)}[aggregate.years]
        own = [
            row
            for row in self.tables.rows(aggregate.table)
            if row.values["student_id"] == self.number and years[0] <= row.year <= years[1]
        ]
        return own if self.at is None else [row for row in own if self.at in self.schools_of(row)]

    def attendance_through(self, school_id: str) -> date | None:
        rows = [row for row in self.tables.rows("attendance") if row.year == THIS_YEAR and row.values["date"] is not None]
        there = [row for row in rows if school_id in PlainStudent(self.tables, row.values["student_id"]).schools_of(row)]
        return max((row.values["date"] for row in there), default=None)

    def school_days(self, school_id: str, start: date, end: date) -> float | None:
        days = [row for row in self.tables.rows("calendar") if row.values["school_id"] == school_id and row.year == THIS_YEAR]
        held = {row.values["date"] for row in days if row.cell("instructional") is True}
        return float(sum(start <= day <= end for day in held)) if days else None
