"""Tables as resources of a Data Package: what a file of ours holds, in the words of Frictionless' standards (version 2).

Whoever reads the descriptor knows the files by their own headers and codes; what the standard has no word for (`where`,
`rows: distinct`, keys within a school year) is left out rather than said wrongly.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rttd_metrics.definitions.cell_forms import FALSE, GRADE_FORMS, TRUE, YEAR_PATTERN, in_any_case
from rttd_metrics.definitions.constraint_checks import key_of
from rttd_metrics.definitions.constraints import Constraints
from rttd_metrics.definitions.date_formats import ISO, as_pattern
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.values import GRADE_LEVELS

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

Descriptor = dict[str, Any]


def resource(
    table: TableDefinition, paths: Sequence[str], labels: Sequence[str], tables: Mapping[str, "FileFields"]
) -> Descriptor:
    """The resource of a table: its files, whose headers are all `labels`, and what they hold. `tables`: those of the package."""
    fields = tables[table.name].by_header
    found: Descriptor = {
        "name": table.name,
        "type": "table",
        **_texts(table.title, table.description),
        "path": paths[0] if len(paths) == 1 else list(paths),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": table.encoding,
        "dialect": _dialect(table),
    }
    schema: Descriptor = {"fields": [_field(label, fields.get(label), table) for label in labels]}
    schema["missingValues"] = table.table_schema.missing_values
    if table.rows == "all" and table.where is None:
        schema |= _keys(table, tables)
    return found | {"schema": schema}


class FileFields:
    """Which columns of a table's files hold which fields. `present`: the headers of each field that the files have."""

    def __init__(self, table: TableDefinition, present: Mapping[str, Sequence[str]]) -> None:
        self.headers = present
        self.by_header = {header: table.fields[name] for name, headers in present.items() for header in headers}


def _texts(title: str | None, description: str | None) -> Descriptor:
    return {key: text for key, text in (("title", title), ("description", description)) if text}


def _dialect(table: TableDefinition) -> Descriptor:
    dialect = table.dialect
    found: Descriptor = {"delimiter": dialect.delimiter, "quoteChar": dialect.quote_char}
    if dialect.first_line > 1:
        found["headerRows"] = dialect.header_rows
    if dialect.comment_char is not None:
        found["commentChar"] = dialect.comment_char
    return found


def _field(label: str, field: FieldDefinition | None, table: TableDefinition) -> Descriptor:
    """A column of the file; one that no field is made of is any text."""
    if field is None:
        return {"name": label, "type": "any"}
    kind, told, constraints = _type(field)
    if table.needs(field.name):
        constraints["required"] = True
    if field.unique and table.year_field is None:
        constraints["unique"] = True
    if field.missing_values is not None:
        told["missingValues"] = list(dict.fromkeys([*table.table_schema.missing_values, *field.missing_values]))
    found = {"name": label, "type": kind, **told, **_texts(field.title, field.description)}
    return found | ({"constraints": constraints} if constraints else {})


def _type(field: FieldDefinition) -> tuple[str, Descriptor, Descriptor]:
    """The standard's type of a field, with the keys that go with it, and the constraints."""
    if (listed := _as_text(field)) is not None:
        return "string", *listed
    own = {
        key_of(name): value
        for name in Constraints.model_fields
        if name not in ("required", "unique") and (value := getattr(field, name)) is not None
    }
    if field.pattern is not None:
        own["pattern"] = _whole(field.pattern)
    match field.type:
        case "boolean":
            true, false = field.true_values, field.false_values
            if true is None and false is None:
                true, false = in_any_case(TRUE), in_any_case(FALSE)
            return "boolean", {"trueValues": true or [], "falseValues": false or []}, {}
        case "date":
            return "date", {"format": field.formats[0] if field.formats else ISO}, own
        case "number" | "integer":
            signs = ("decimal_char", "group_char", "bare_number")
            return field.type, {key_of(name): getattr(field, name) for name in signs if name in field.model_fields_set}, own
        case _:
            return "string", {}, own


def _as_text(field: FieldDefinition) -> tuple[Descriptor, Descriptor] | None:
    """Of a field whose type the standard does not know, or which it cannot read so: keys and constraints of its text."""
    if len(field.headers) > 1:
        return {}, {}
    if field.categories is not None:
        labelled = [{"value": category.value, "label": category.label} for category in field.categories]
        return {"categories": labelled}, {"enum": [category.value for category in field.categories]}
    if field.type == "grade_level":
        return {}, {"enum": _grade_forms(field)}
    if field.type == "school_year":
        return {}, {"pattern": YEAR_PATTERN}
    if field.type == "date" and len(field.formats) > 1:
        return {}, {"pattern": _whole("|".join(as_pattern(form) for form in field.formats))}
    return None


def _whole(pattern: str) -> str:
    """A pattern that stays one where a reader puts it between ^ and $."""
    return f"(?:{pattern})" if "|" in pattern else pattern


def _grade_forms(field: FieldDefinition) -> list[str]:
    """Each way to write a grade level that keeps the constraints of a field."""
    listed = {GRADE_LEVELS.get(item) for item in field.enum} if field.enum is not None else set(GRADE_FORMS.values())
    least, most = GRADE_LEVELS.get(field.minimum or "PK", -1), GRADE_LEVELS.get(field.maximum or "12", 12)
    return [form for form, code in GRADE_FORMS.items() if code in listed and (least <= code <= most or form == "UG")]


def _keys(table: TableDefinition, tables: Mapping[str, FileFields]) -> Descriptor:
    """Keys whose columns are all in the files. A primary key holds within a school year, so the year is a part of it; a
    foreign key may lead to a row of any year."""
    headers = tables[table.name].headers
    found: Descriptor = {}
    key = table.table_schema.primary_key
    if key and all(name in headers for name in key):
        year = [table.year_field] if table.year_field in headers and table.year_field not in key else []
        found["primaryKey"] = [header for name in [*year, *key] if name for header in headers[name]]
    foreign_keys = []
    for foreign in table.table_schema.foreign_keys:
        target = tables.get(foreign.reference.resource)
        if target is None or foreign.fields not in headers or foreign.reference.fields not in target.headers:
            continue
        own, theirs = headers[foreign.fields], target.headers[foreign.reference.fields]
        if len(own) == len(theirs):
            reference = {"resource": foreign.reference.resource, "fields": list(theirs)}
            foreign_keys.append({"fields": list(own), "reference": reference})
    return found | ({"foreignKeys": foreign_keys} if foreign_keys else {})
