"""Checks of one measure against tables, facts and parameters: a resolved Measure, or every problem at its key."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rttd_metrics.definitions.example_checks import given_faults
from rttd_metrics.definitions.examples import ExampleSetting
from rttd_metrics.definitions.facts import FactBook, formula_problem
from rttd_metrics.definitions.for_each import Variant
from rttd_metrics.definitions.measure import Example, Measure, MeasureDefinition
from rttd_metrics.definitions.subgroup_checks import gap_problems
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.definitions.target_checks import target_problems
from rttd_metrics.definitions.window_checks import window_problems
from rttd_metrics.documents import Document
from rttd_metrics.formula import nodes
from rttd_metrics.formula.nodes import Literal, Node, Type
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check, check_measure
from rttd_metrics.problems import Problem, did_you_mean

EVERYONE = "all"


def resolve_measure(document: Document, variant: Variant, book: FactBook) -> tuple[Measure | None, list[Problem]]:
    """Check every formula of a measure; None where one is wrong."""
    problems: list[Problem] = []
    definition = _naming_own_facts(variant, book)
    scope = book.scope(definition.level, bound=variant.bound)
    everyone = definition.population.strip().lower() == EVERYONE
    population: Node | None = Literal((0, 0), True, Type.BOOLEAN)
    if not everyone:
        population = _condition(document, ("population",), definition.population, scope, problems)
    exclusions = [
        (_condition(document, ("exclude", position, "when"), exclusion.when, scope, problems), exclusion.because)
        for position, exclusion in enumerate(definition.exclude)
    ]
    formula, faults = check_measure(definition.formula, scope)
    problems += [formula_problem(document, ("formula",), fault) for fault in faults]
    classrooms = None
    if definition.classrooms is not None:
        row_scope = Scope(book.tables, book.parameters, row_of="sections", bound=variant.bound)
        classrooms = _condition(document, ("classrooms",), definition.classrooms, row_scope, problems)
    if problems or population is None or formula is None:
        return None, problems
    resolved = tuple((when, because) for when, because in exclusions if when is not None)
    parts = (population, everyone, resolved, formula, classrooms)
    return Measure(definition, document, *parts, variant.bound, variant.own_places), problems


def _naming_own_facts(variant: Variant, book: FactBook) -> MeasureDefinition:
    """The definition with the facts it names outside formulas, those of its own value, in full."""
    definition = variant.definition
    confidential, rate = definition.confidential, definition.response_rate
    update: dict[str, Any] = {}
    if confidential is not None and confidential.count is not None:
        count = book.full_name(definition.level, confidential.count, variant.bound)
        update["confidential"] = confidential.model_copy(update={"count": count})
    if rate is not None:
        update["response_rate"] = book.full_name(definition.level, rate, variant.bound)
    return definition.model_copy(update=update)


def _condition(document: Document, at: tuple[str | int, ...], text: str, scope: Scope, problems: list[Problem]) -> Node | None:
    checked = check(text, scope, (Type.BOOLEAN,))
    problems += [formula_problem(document, at, fault) for fault in checked.faults]
    return None if checked.faults else checked.node


def measure_problems(document: Document, measure: Measure, setting: ExampleSetting) -> Iterator[Problem]:
    """What is wrong with a measure whose formulas are right by themselves."""
    definition, book, tables = measure.definition, setting.book, setting.tables
    yield from _level_problems(document, measure)
    yield from _weight_problems(document, measure)
    yield from _own_school_problems(document, measure, book, tables)
    yield from _confidential_problems(document, definition, book)
    yield from _response_rate_problems(document, definition, book)
    yield from window_problems(document, measure, book, tables)
    yield from target_problems(document, measure)
    yield from gap_problems(document, measure)
    if not measure.everyone:
        day = date(setting.school_year, 6, 30)
        nobody = setting.unit(definition.level, Example(name="nothing known", expect="missing", as_of=day), measure.bound)
        if evaluate(measure.population, nobody) is True:
            yield document.problem(
                ("population",),
                "population-of-nothing",
                "the population is true for a unit of which nothing is known: nobody is counted for lack of data",
                help="test a column that says the unit belongs, or write `all` to take everyone",
            )
    seen: dict[str, int] = {}
    for position, example in enumerate(definition.examples):
        if example.name in seen:
            yield document.problem(("examples", position, "name"), "duplicate-name", f"two examples are named '{example.name}'")
        seen[example.name] = position
        for fault in given_faults(measure, example, book, tables):
            at = ("examples", position, "given", *fault.key)
            yield document.problem(at, "example", fault.message, key=fault.at_key, help=fault.hint)


def _level_problems(document: Document, measure: Measure) -> Iterator[Problem]:
    """Keys that make sense for student-level measures only."""
    definition = measure.definition
    if definition.level == "student":
        return
    given = {
        "at_school": definition.at_school != "whole",
        "attribution": definition.attribution is not None,
        "look_back": definition.look_back > 0,
        "weight": definition.weight is not None,
        "classrooms": definition.classrooms is not None and definition.level != "classroom",
    }
    for key, wrong in given.items():
        if wrong:
            yield document.problem(
                (key,), "level", f"`{key}` is for measures of students, this one is of level {definition.level}", key=True
            )
    if definition.target.subgroups:
        yield document.problem(
            (*measure.at("target"), "subgroups"),
            "level",
            f"subgroups divide students: a measure of level {definition.level} has none",
            key=True,
        )


def _weight_problems(document: Document, measure: Measure) -> Iterator[Problem]:
    """Weights need something to divide by."""
    aggregate = measure.formula.aggregate
    if measure.definition.weight is not None and measure.level == "student" and aggregate in ("count", "sum", "median"):
        message = f"a {aggregate} of students cannot be weighed"
        hint = "a percent, an average or a rate can: each student counts by his part of the instruction"
        yield document.problem(("weight",), "weight", message, key=True, help=hint)


def _own_school_problems(
    document: Document, measure: Measure, book: FactBook, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    """`at_school: own` needs rows that can be told to be of a school."""
    if measure.definition.at_school != "own":
        return
    for table in aggregated_tables(measure, book):
        if school_route(tables[table]) is None:
            yield document.problem(
                ("at_school",),
                "at-school",
                f"the rows of '{table}' carry no school, no section and no date: a school's own rows cannot be told",
                help="use `at_school: whole`",
            )


def uses_broken_fact(measure: Measure, book: FactBook) -> bool:
    return any(
        book.fact(measure.level, node.name) is None
        for formula in measure.nodes()
        for node in formula.walk()
        if isinstance(node, nodes.Fact)
    )


def aggregated_tables(measure: Measure, book: FactBook) -> list[str]:
    found = {
        node.table
        for fact in book.needed(measure.level, measure.nodes())
        for node in fact.node.walk()
        if isinstance(node, nodes.Aggregate)
    }
    return sorted(found)


def school_route(table: TableDefinition) -> str | None:
    """How a row is known to be of a school: its `school_id`, its section, or an enrollment on its date."""
    targets = {key.fields: key.reference.resource for key in table.table_schema.foreign_keys}
    if targets.get("school_id") == "schools":
        return "school_id"
    if targets.get("section_id") == "sections":
        return "section_id"
    return "date" if table.date is not None and targets.get("student_id") == "students" else None


def _response_rate_problems(document: Document, definition: MeasureDefinition, book: FactBook) -> Iterator[Problem]:
    name = definition.response_rate
    if name is not None:
        yield from _number_fact_problems(document, ("response_rate",), definition.level, name, book)


def _confidential_problems(document: Document, definition: MeasureDefinition, book: FactBook) -> Iterator[Problem]:
    confidential = definition.confidential
    if confidential is None:
        return
    at = ("confidential", "count")
    if confidential.count is None:
        if confidential.of == "respondent" and definition.level != "student":
            yield document.problem(
                ("confidential",),
                "confidential",
                f"say `count:`, a fact that counts the respondents behind one {definition.level}",
                key=True,
            )
        return
    if definition.level == "student":
        yield document.problem(at, "confidential", "the people behind a measure of students are counted by themselves", key=True)
        return
    yield from _number_fact_problems(document, at, definition.level, confidential.count, book)


def _number_fact_problems(
    document: Document, at: tuple[str | int, ...], level: str, name: str, book: FactBook
) -> Iterator[Problem]:
    """A key that names a fact of the measure's level that is a number."""
    kind = book.type_of(level, name)
    if kind is None:
        hint = did_you_mean(name, book.declared.get(level, {}))
        yield document.problem(at, "unknown-name", f"there is no {level} fact '{name}'", help=hint)
    elif kind not in (Type.NUMBER, Type.UNKNOWN):
        yield document.problem(at, "type", f"'{name}' is no number")
