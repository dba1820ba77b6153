"""Checks of the tables a project declares, and the resolved formulas of their defaults and conditions."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from rttd_metrics.definitions.conflict_checks import conflict_problems
from rttd_metrics.definitions.constraint_checks import constraint_problems
from rttd_metrics.definitions.facts import formula_problem
from rttd_metrics.definitions.project import ProjectDefinition
from rttd_metrics.definitions.row_order import circular_defaults, circular_wheres
from rttd_metrics.definitions.standard_tables import label_warnings, merge, own, standard_tables
from rttd_metrics.definitions.table_shapes import shapes
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.functions import OF_SCHOOLS
from rttd_metrics.formula.grammar import FormulaError
from rttd_metrics.formula.nodes import Function, Node, Type
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, UNIT, ParameterValue, Scope, Tables
from rttd_metrics.formula.types import check
from rttd_metrics.problems import Problem, did_you_mean


def merged_tables(project: ProjectDefinition, document: Document) -> tuple[dict[str, TableDefinition], list[Problem]]:
    """The standard tables with what the project changes and adds, and what is wrong with that."""
    tables = dict(standard_tables())
    problems: list[Problem] = []
    seen: set[str] = set()
    for position, declared in enumerate(project.tables):
        at: KeyPath = ("tables", position)
        if declared.name in seen or declared.name in (UNIT, ATTRIBUTED_SCHOOL):
            why = "declared twice" if declared.name in seen else "a word of the formula language"
            problems.append(document.problem((*at, "name"), "duplicate-name", f"table '{declared.name}' is {why}"))
            continue
        seen.add(declared.name)
        shipped = standard_tables().get(declared.name)
        problems += label_warnings(document, at, declared)
        tables[declared.name] = merge(shipped, declared) if shipped else own(declared)
    for position, declared in enumerate(project.tables):
        problems += _structure_problems(document, ("tables", position), tables[declared.name], tables)
        merged = tables[declared.name].fields
        for place, field in enumerate(declared.table_schema.fields):
            at = ("tables", position, "schema", "fields", place)
            problems += constraint_problems(document, at, field, merged[field.name])
        problems += conflict_problems(document, ("tables", position), tables[declared.name])
    return tables, problems


def _structure_problems(
    document: Document, at: KeyPath, table: TableDefinition, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    fields = table.fields
    names = [field.name for field in table.table_schema.fields]
    for name in {name for name in names if names.count(name) > 1}:
        yield document.problem((*at, "schema", "fields"), "duplicate-name", f"field '{name}' is declared twice")
    if not fields:
        yield document.problem(
            (*at, "name"),
            "missing-key",
            f"'{table.name}' is no standard table: say its `schema:`",
            help=did_you_mean(table.name, standard_tables()),
        )
    for key, field in (("date", table.date), ("end_date", table.end_date)):
        if field is not None and field not in fields:
            yield _no_field(document, (*at, key), table, field)
    for field in table.table_schema.primary_key:
        if field not in fields:
            yield _no_field(document, (*at, "schema", "primaryKey"), table, field)
    for place, foreign in enumerate(table.table_schema.foreign_keys):
        key_at = (*at, "schema", "foreignKeys", place)
        target = tables.get(foreign.reference.resource)
        if foreign.fields not in fields:
            yield _no_field(document, (*key_at, "fields"), table, foreign.fields)
        if target is None:
            yield document.problem(
                (*key_at, "reference", "resource"),
                "unknown-name",
                f"there is no table '{foreign.reference.resource}'",
                help=did_you_mean(foreign.reference.resource, tables),
            )
        elif foreign.reference.fields not in target.fields:
            yield _no_field(document, (*key_at, "reference", "fields"), target, foreign.reference.fields)
    for path in table.path:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "://" in path:
            yield document.problem(
                (*at, "path"),
                "path",
                f"'{path}' leads outside the project",
                help="paths are relative to rttd.yml; copy the files into the project",
            )


def _no_field(document: Document, at: KeyPath, table: TableDefinition, field: str) -> Problem:
    return document.problem(
        at, "unknown-name", f"table '{table.name}' has no field '{field}'", help=did_you_mean(field, table.fields)
    )


def row_formulas(
    tables: Mapping[str, TableDefinition],
    parameters: Mapping[str, ParameterValue],
    places: Mapping[str, tuple[Document, KeyPath]],
) -> tuple[dict[tuple[str, str], Node], dict[str, Node], list[Problem]]:
    """Resolved defaults by (table, field), conditions (`where`) by table, and their problems.

    `places` says where a project declares a table; shipped formulas are right by our own tests.
    """
    shaped = shapes(dict(tables))
    defaults: dict[tuple[str, str], Node] = {}
    wheres: dict[str, Node] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        for field in table.table_schema.fields:
            if field.default is not None:
                wanted = shaped.shapes[name].fields[field.name].type
                node = _row_formula(
                    shaped, parameters, name, field.default, wanted, _place(places.get(name), field.name), problems
                )
                if node is not None:
                    defaults[name, field.name] = node
        if table.where is not None:
            place = places.get(name)
            at = (place[0], (*place[1], "where")) if place else None
            node = _row_formula(shaped, parameters, name, table.where, Type.BOOLEAN, at, problems)
            if node is not None:
                wheres[name] = node
    problems += _without_circles(shaped, defaults, wheres, places)
    return defaults, wheres, problems


def _without_circles(
    shaped: Tables,
    defaults: dict[tuple[str, str], Node],
    wheres: dict[str, Node],
    places: Mapping[str, tuple[Document, KeyPath]],
) -> Iterator[Problem]:
    """Take out the defaults and conditions that wait for themselves; a problem for each."""
    for (table, field), message in list(circular_defaults(shaped, defaults)):
        del defaults[table, field]
        yield _at(_place(places.get(table), field), message)
    for table, message in list(circular_wheres(shaped, defaults, wheres)):
        del wheres[table]
        place = places.get(table)
        yield _at((place[0], (*place[1], "where")) if place else None, message)


def _at(place: tuple[Document, KeyPath] | None, message: str) -> Problem:
    help_ = "make one of those in the circle of columns that a file has"
    return place[0].problem(place[1], "circle", message, help=help_) if place else Problem("circle", message, help=help_)


def _row_formula(
    shaped: Tables,
    parameters: Mapping[str, ParameterValue],
    table: str,
    text: str,
    wanted: Type,
    place: tuple[Document, KeyPath] | None,
    problems: list[Problem],
) -> Node | None:
    checked = check(text, Scope(shaped, parameters, row_of=table), (wanted,))
    faults = [*checked.faults, *_counted_elsewhere(checked.node)]
    if not faults:
        return checked.node
    for fault in faults:
        words = f"the default of table '{table}': {fault.message}"
        problems += [formula_problem(*place, fault) if place else Problem("formula", words, help=fault.help)]
    return None


def _counted_elsewhere(formula: Node) -> Iterator[FormulaError]:
    for node in formula.walk():
        if isinstance(node, Function) and node.name in OF_SCHOOLS:
            yield FormulaError(*node.span, f"`{node.name}` is told in facts, not row by row")


def _place(place: tuple[Document, KeyPath] | None, field: str) -> tuple[Document, KeyPath] | None:
    """Where a project wrote the default of a field; None where the shipped table has it."""
    if place is None:
        return None
    document, at = place
    declared = document.value["tables"][at[1]].get("schema", {}).get("fields", [])
    for position, item in enumerate(declared):
        if item.get("name") == field and "default" in item:
            return document, (*at, "schema", "fields", position, "default")
    return document, at
