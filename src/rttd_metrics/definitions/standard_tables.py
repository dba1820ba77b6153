"""The shipped standard tables, and what a project declares laid over them."""

from functools import cache
from importlib.resources import files
from typing import Any

from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document, parse, read_as
from rttd_metrics.problems import Problem, ProblemError


@cache
def standard_documents() -> tuple[Document, ...]:
    folder = files("rttd_metrics.definitions").joinpath("standard")
    shipped = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yml")), key=lambda entry: entry.name)
    return tuple(parse(entry.read_text(encoding="utf-8"), f"standard/{entry.name}") for entry in shipped)


@cache
def standard_tables() -> dict[str, TableDefinition]:
    """The shipped tables by name; the dict is shared, do not change it."""
    tables = {}
    for document in standard_documents():
        table, problems = read_as(document, TableDefinition)
        if table is None:
            raise ProblemError(tuple(problems))  # a shipped file is wrong: a fault of ours, found by the tests
        tables[table.name] = table
    return tables


def merge(shipped: TableDefinition, declared: TableDefinition) -> TableDefinition:
    """What a project declares laid over the shipped table: field by field, key by key. A foreign key takes the place of the
    shipped one of its field."""
    declared_fields = declared.fields
    fields = [
        field.model_copy(update=_given(declared_fields[field.name].plain)) if field.name in declared_fields else field
        for field in shipped.table_schema.fields
    ]
    fields += [field.plain for name, field in declared_fields.items() if name not in shipped.fields]
    keys = declared.table_schema.foreign_keys
    keyed = {key.fields for key in keys}
    keys = [*keys, *(key for key in shipped.table_schema.foreign_keys if key.fields not in keyed)]
    update = {**_given(declared.table_schema), "fields": fields, "foreign_keys": keys}
    schema = shipped.table_schema.model_copy(update=update)
    parameters = {**shipped.parameters, **declared.parameters}
    return shipped.model_copy(update={**_given(declared), "parameters": parameters, "table_schema": schema})


def own(declared: TableDefinition) -> TableDefinition:
    """A table that is no standard one."""
    fields = [field.plain for field in declared.table_schema.fields]
    return declared.model_copy(update={"table_schema": declared.table_schema.model_copy(update={"fields": fields})})


def _given(model: Model) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.model_fields_set}


def label_warnings(document: Document, at: tuple[str | int, ...], declared: TableDefinition) -> list[Problem]:
    """Labels that the standard tables do not know: the shipped facts would pass over such rows."""
    shipped = standard_tables().get(declared.name)
    found = []
    for position, field in enumerate(declared.table_schema.fields):
        standard = shipped.fields[field.name].labels if shipped and field.name in shipped.fields else None
        for place, category in enumerate(field.categories or []) if standard else []:
            if standard and category.label not in standard:
                path = (*at, "schema", "fields", position, "categories", place)
                found.append(
                    document.problem(
                        path,
                        "unknown-label",
                        f"'{category.label}' is no standard {field.name} of '{declared.name}': {', '.join(standard)}",
                        severity="warning",
                        help="shipped facts do not know it; use a standard label, or define the facts that read it",
                    )
                )
    return found
