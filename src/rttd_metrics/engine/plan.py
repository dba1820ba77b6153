"""What a run needs: only the tables, columns, years and facts that the measures use."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rttd_metrics.definitions.attendance_checks import DAYS, PERIODS
from rttd_metrics.definitions.attribution import AttributionByDays
from rttd_metrics.definitions.facts import ResolvedFact
from rttd_metrics.definitions.lineage import reached
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.measure_checks import aggregated_tables, school_route
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.program_subgroups import subgroup_fact
from rttd_metrics.definitions.tables import Precedence
from rttd_metrics.definitions.windows import GRADING_PERIOD, YEAR_TO_DATE, days_in
from rttd_metrics.formula.nodes import Aggregate, Column, Function, Node
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, LEVELS, OWN_TABLE, UNIT


@dataclass
class Plan:
    """`fields`: the fields to read of each table. `all_years`: tables read beyond the school year.

    `facts`: by level, each after those it uses. `own_schools`: some measure shows a school its own rows only.
    `required`: the tables without whose files the run cannot be; the others only place students in schools and classrooms.
    `asked`: the fields that formulas name. `referred`: by level, the facts that paths of smaller units end in, each after
    those it uses. `windowed`: the tables of which rows are seen through a window beside the year to date. `reached`: tables
    that the defaults and `where` of other tables lead to.
    """

    portfolio: Portfolio
    fields: dict[str, set[str]] = field(default_factory=dict)
    all_years: set[str] = field(default_factory=set)
    facts: dict[str, list[ResolvedFact]] = field(default_factory=dict)
    own_schools: bool = False
    required: set[str] = field(default_factory=set)
    referred: dict[str, list[ResolvedFact]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
    windowed: set[str] = field(default_factory=set)
    asks_attendance_through: bool = False
    reached: set[str] = field(default_factory=set)

    def measures(self, level: str) -> list[Measure]:
        return [measure for measure in self.portfolio.measures if measure.level == level]

    @property
    def windows(self) -> list[str]:
        """The windows of any measure beside the year to date, sorted."""
        return sorted({window for measure in self.portfolio.measures for window in measure.definition.windows} - {YEAR_TO_DATE})

    @property
    def look_back(self) -> int:
        return max((measure.definition.look_back for measure in self.portfolio.measures), default=0)

    @property
    def made_of_periods(self) -> bool:
        """Whether the rows of attendance are wanted, and made of class periods."""
        return self.portfolio.project.attendance == "periods" and DAYS in self.fields

    def need(self, table: str, *names: str) -> None:
        """Ask for fields of a table, and for those its defaults and its own reading stand on."""
        known = self.fields.setdefault(table, set())
        definition = self.portfolio.tables[table]
        for name in names:
            if name in known or name not in definition.fields:
                continue
            known.add(name)
            default = self.portfolio.defaults.get((table, name))
            if default is not None:
                self.need_row_formula(table, default)

    def need_row_formula(self, table: str, formula: Node) -> None:
        """Ask for what a default or a `where` of a table is made of, with the tables that its keys lead to."""
        shapes = self.portfolio.facts.tables.shapes
        for column in (node for node in formula.walk() if isinstance(node, Column)):
            at = table
            for step in column.steps:
                reference = shapes[at].references[step]
                self.need(at, reference.field)
                self.need(reference.target, reference.key)
                at = reference.target
                self.required.add(at)
                self.reached.add(at)
            self.need(at, column.field)


def make_plan(portfolio: Portfolio) -> Plan:
    plan = Plan(portfolio)
    for level in LEVELS:
        measures = plan.measures(level)
        formulas = [node for measure in measures for node in measure.nodes()]
        if level == "student" and measures:
            formulas += [node for node, _ in portfolio.subgroups.values()]
        facts = plan.facts[level] = facts_of(portfolio, level, measures, formulas)
        of_programs = [fact for fact in facts if fact.name in map(subgroup_fact, portfolio.subgroups)]
        _need_formulas(plan, level, [*formulas, *(fact.node for fact in facts if fact not in of_programs)])
        required = set(plan.required)
        _need_formulas(plan, level, [fact.node for fact in of_programs])
        plan.required = required  # without the table of programs it is unknown who is in one
    own = [measure for measure in portfolio.measures if measure.definition.at_school == "own"]
    plan.own_schools = bool(own)
    by_section = {
        table
        for measure in own
        for table in aggregated_tables(measure, portfolio.facts)
        if school_route(portfolio.tables[table]) == "section_id"
    }
    plan.required |= {"sections"} if by_section else set()
    _need_units(plan)
    _need_windows(plan)
    _need_periods(plan)
    _need_keys(plan)
    return plan


def facts_of(portfolio: Portfolio, level: str, measures: Iterable[Measure], formulas: Iterable[Node]) -> list[ResolvedFact]:
    """The facts of `level` that formulas, and the counts of people of confidential measures, need: each after those it uses."""
    facts = portfolio.facts.needed(level, formulas)
    for measure in measures:
        confidential = measure.definition.confidential
        fact = portfolio.facts.fact(level, confidential.count) if confidential and confidential.count else None
        if fact is not None:
            facts += [found for found in portfolio.facts.needed(level, [fact.node]) if found not in facts]
            facts += [fact] if fact not in facts else []
    return facts


def _need_facts_of_units(plan: Plan, column: Column) -> None:
    """A fact that a path ends in, with all that it is made of."""
    level, book = column.fact_of or "", plan.portfolio.facts
    fact = book.fact(level, column.field)
    assert fact is not None, "a measure with a broken fact is never evaluated"
    known = plan.referred.setdefault(level, [])
    for needed in (*book.needed(level, [fact.node]), fact):
        if needed not in known:
            known.append(needed)
            _need_formulas(plan, level, [needed.node])


def _need_formulas(plan: Plan, level: str, formulas: Iterable[Node]) -> None:
    for formula in formulas:
        for node in formula.walk():
            if isinstance(node, Column):
                _need_path(plan, level, node)
            elif isinstance(node, Aggregate):
                _need_aggregate(plan, level, node)
            elif isinstance(node, Function) and node.name == "school_days":
                plan.need("calendar", "school_id", "date", "instructional")
                plan.required.add("calendar")
            elif isinstance(node, Function) and node.name == "attendance_through":
                plan.asks_attendance_through = True
                plan.need(DAYS, "student_id", "school_id", "date")
                plan.required.add(DAYS)


def _need_path(plan: Plan, level: str, column: Column) -> None:
    table = {UNIT: OWN_TABLE.get(level, ""), ATTRIBUTED_SCHOOL: "schools"}.get(column.base, column.base)
    shapes = plan.portfolio.facts.tables.shapes
    plan.required.add(table)
    if column.base == ATTRIBUTED_SCHOOL:
        plan.need("schools", "school_id")
    for step in column.steps:
        reference = shapes[table].references[step]
        plan.need(table, reference.field)
        plan.need(reference.target, reference.key)
        table = reference.target
        plan.required.add(table)
    if column.fact_of is not None:
        plan.need(table, *plan.portfolio.tables[table].table_schema.primary_key)
        _need_facts_of_units(plan, column)
        return
    plan.need(table, column.field)
    plan.asked.setdefault(table, set()).add(column.field)


def _need_aggregate(plan: Plan, level: str, node: Aggregate) -> None:
    table = node.table
    shapes = plan.portfolio.facts.tables.shapes
    plan.need(table)
    plan.required.add(table)
    if node.years != "current":
        plan.all_years |= {table, *_tables_on_paths(plan, node)}
    at = table
    for step in node.chain:
        reference = shapes[at].references[step]
        plan.need(at, reference.field)
        plan.asked.setdefault(at, set()).add(reference.field)
        plan.need(reference.target, reference.key)
        at = reference.target
    if not node.chain and level in OWN_TABLE and OWN_TABLE[level] == table:
        plan.need(table, *plan.portfolio.tables[table].table_schema.primary_key)
    route = school_route(plan.portfolio.tables[table]) if level == "student" else None
    if route is not None:
        plan.need(table, route)
        if route == "section_id":
            plan.need("sections", "section_id", "school_id")
            plan.all_years |= {"sections"} if node.years != "current" else set()


def _tables_on_paths(plan: Plan, node: Aggregate) -> set[str]:
    """The tables that rows of earlier years refer to, and those on their way to the unit: read for those years too."""
    shapes = plan.portfolio.facts.tables.shapes
    found = set()
    for column in node.walk():
        at = node.table
        for step in column.steps if isinstance(column, Column) and column.base == node.table else ():
            at = shapes[at].references[step].target
            found.add(at)
    at = node.table
    for step in node.chain[:-1]:
        at = shapes[at].references[step].target
        found.add(at)
    return found


def _need_units(plan: Plan) -> None:
    """The tables that say who the units are and where they belong."""
    if plan.measures("student"):
        plan.need("students", "student_id", "school_id")
        plan.need("enrollments", "student_id", "school_id", "entry_date", "exit_date", "primary")
        plan.need("enrollments", "counted_to", "responsible_school_id")
        plan.need("rosters", "student_id", "section_id", "from_date")
        if any(measure.definition.weight for measure in plan.measures("student")):
            plan.need("rosters", "weight")
        plan.required.add("students")
        rules = [
            plan.portfolio.project.levels.school.attribution,
            *(measure.definition.attribution for measure in plan.measures("student")),
        ]
        years = [rule.full_academic_year for rule in rules if isinstance(rule, AttributionByDays)]
        if any(year is not None and year.minimum_days for year in years):
            plan.need("calendar", "school_id", "date", "instructional")
            plan.required.add("calendar")
        if plan.look_back:
            plan.all_years |= {"students", "enrollments"}
    if plan.measures("student") or plan.measures("classroom"):
        plan.need("sections", "section_id", "school_id", "name")
        for measure in plan.portfolio.measures:
            for node in measure.classrooms.walk() if measure.classrooms else ():
                if isinstance(node, Column):
                    _need_path(plan, "classroom", node)
        if plan.measures("classroom"):
            plan.required.add("sections")
    if any(measure.level != "district" for measure in plan.portfolio.measures):
        plan.need("schools", "school_id", "name")
        plan.required.add("schools")
    educators = [
        measure
        for measure in plan.portfolio.measures
        if measure.definition.confidential
        and measure.definition.confidential.of == "educator"
        and not measure.definition.confidential.count
    ]
    if educators:
        plan.need("section_educators", "section_id", "educator_id", "role", "share")
        plan.required.add("section_educators")
    if any(measure.definition.final == "year_end" for measure in plan.portfolio.measures):
        plan.need("calendar", "date", "instructional")
        plan.need("terms", "start_date", "end_date")


def _need_windows(plan: Plan) -> None:
    """The tables that say where windows begin."""
    if any(days_in(window) is not None for window in plan.windows):
        plan.need("calendar", "school_id", "date", "instructional")
        plan.required.add("calendar")
    if GRADING_PERIOD in plan.windows:
        plan.need("terms", "type", "start_date", "end_date")
        plan.required.add("terms")
    measures = [measure for measure in plan.portfolio.measures if set(measure.definition.windows) - {YEAR_TO_DATE}]
    plan.windowed |= {table for measure in measures for table in aggregated_tables(measure, plan.portfolio.facts)}


def _need_periods(plan: Plan) -> None:
    """The class periods that days are made of, and the sections that say at which school."""
    if plan.made_of_periods:
        plan.need(PERIODS, "student_id", "section_id", "date", "status", *({"excused"} & plan.fields[DAYS]))
        plan.need("sections", "section_id", "school_id")
        plan.need("calendar", "school_id", "date", "instructional")  # tells, where there is one, which schools are behind
        plan.required |= {PERIODS, "sections"}
        plan.all_years |= {PERIODS} if DAYS in plan.all_years else set()


def _need_keys(plan: Plan) -> None:
    """Primary keys are checked and rows are dated, whatever else is asked of a table; a mark is looked at where it fails."""
    if "failing" in plan.fields.get("grades", ()):
        plan.need("grades", "mark")
    looked_at: set[str] = set()
    while waiting := set(plan.fields) - looked_at:  # a `where` may lead to tables that nothing else asks for
        table = min(waiting)
        looked_at.add(table)
        definition = plan.portfolio.tables[table]
        plan.need(table, *definition.table_schema.primary_key)
        plan.need(table, *([definition.conflicts.field] if isinstance(definition.conflicts, Precedence) else []))
        plan.need(table, *(name for name in (definition.year_field, definition.date, definition.end_date) if name))
        where = plan.portfolio.wheres.get(table)
        if where is not None:
            plan.need_row_formula(table, where)
    foreign_keys = [key for table in plan.fields for key in plan.portfolio.tables[table].table_schema.foreign_keys]
    plan.all_years |= {key.reference.resource for key in foreign_keys if key.any_year} & set(plan.fields)
    for table in sorted(plan.all_years):
        _need_reached_years(plan, table)


def _need_reached_years(plan: Plan, table: str) -> None:
    """What rows of earlier years stand on is read for those years too."""
    portfolio = plan.portfolio
    formulas = [node for (of, name), node in portfolio.defaults.items() if of == table and name in plan.fields[table]]
    formulas += [portfolio.wheres[table]] if table in portfolio.wheres else []
    for formula in formulas:
        plan.all_years |= reached(portfolio.facts.tables, portfolio.defaults, formula, table)
