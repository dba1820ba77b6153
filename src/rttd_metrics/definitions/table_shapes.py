"""The tables as formulas see them: types, labels, and keys by the name of their step."""

from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.scope import FieldShape, Reference, Tables, TableShape

_FORMULA_TYPES: dict[str, Type] = {
    "string": Type.TEXT,
    "number": Type.NUMBER,
    "integer": Type.NUMBER,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "grade_level": Type.GRADE_LEVEL,
    "school_year": Type.SCHOOL_YEAR,
}

DISPLAY_ONLY = frozenset({("students", "name"), ("students", "legal_name"), ("educators", "name")})
"""Fields that no formula can read: a name is there to be shown."""


def shapes(tables: dict[str, TableDefinition]) -> Tables:
    """The tables as formulas see them: types, categories, and keys by the name of their step."""
    return Tables({name: TableShape(name, _fields(table), _references(table, tables)) for name, table in tables.items()})


def _fields(table: TableDefinition) -> dict[str, FieldShape]:
    return {
        field.name: FieldShape(field.name, _FORMULA_TYPES[field.type], _known_labels(table.name, field))
        for field in table.table_schema.fields
        if (table.name, field.name) not in DISPLAY_ONLY
    }


def _known_labels(table: str, field: FieldDefinition) -> tuple[str, ...] | None:
    """A project's own labels and the standard ones: shipped facts may name a label that a file never uses."""
    if field.labels is None:
        return None
    shipped = standard_tables().get(table)
    standard = shipped.fields[field.name].labels if shipped and field.name in shipped.fields else None
    return tuple(dict.fromkeys((*field.labels, *(standard or ()))))


def _references(table: TableDefinition, tables: dict[str, TableDefinition]) -> dict[str, Reference]:
    keys = [key for key in table.table_schema.foreign_keys if key.reference.resource in tables]
    targets = [key.reference.resource for key in keys]
    references = {}
    for key in keys:
        target = key.reference.resource
        step = target if targets.count(target) == 1 else key.fields.removesuffix("_id")
        references[step] = Reference(step, table.name, key.fields, target, key.reference.fields)
    return references
