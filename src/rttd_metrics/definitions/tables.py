"""Tables: the shipped standard tables, what a project changes of them, and their shapes for formulas.

The vocabulary is that of Frictionless Table Schema and Data Package v2; `source`, `default`, `date`, `end_date`,
`rows`, `where` and `personal` are ours (docs/tables.md).
"""

import codecs
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from rttd_metrics.definitions.base import FormulaText, Identifier, Label, Model, Parameter, matches
from rttd_metrics.documents import Document, parse, read_as
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.scope import FieldShape, Reference, Tables, TableShape
from rttd_metrics.problems import Problem, ProblemError

FieldType = Literal["string", "number", "integer", "boolean", "date", "grade_level", "school_year"]

_FORMULA_TYPES: dict[str, Type] = {
    "string": Type.TEXT,
    "number": Type.NUMBER,
    "integer": Type.NUMBER,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "grade_level": Type.GRADE_LEVEL,
    "school_year": Type.SCHOOL_YEAR,
}


DISPLAY_ONLY = frozenset({("students", "name")})
"""Fields that no formula can read: a name is there to be shown."""


class Category(Model):
    """A code of the file and the label formulas see."""

    value: Label
    """The code in the file."""
    label: Label
    """The label that formulas see."""


class FieldDefinition(Model):
    """A column of a table."""

    name: Identifier
    """What formulas call it."""
    type: FieldType = "string"
    """`string`, `number`, `integer`, `boolean`, `date`, `grade_level` or `school_year`."""
    title: str | None = None
    """For people: what it is."""
    description: str | None = None
    """For people: more about it."""
    source: str | Annotated[list[str], Field(min_length=1)] | None = None
    """The header in the file, where it is another; a list of headers makes one key of several columns, joined by `+`."""
    format: str | None = None
    """Of dates: `"%m/%d/%Y"`; `%Y-%m-%d` if not given."""
    required: bool = False
    """True: the column must be there, and no cell may be empty."""
    missing_values: list[str] | None = Field(None, alias="missingValues")
    """Texts that mean nothing is known; `[""]` if not given."""
    true_values: list[Label] | None = Field(None, alias="trueValues")
    """Of booleans: what means true; if not given `true yes y t 1`, in any case."""
    false_values: list[Label] | None = Field(None, alias="falseValues")
    """Of booleans: what means false; if not given `false no n f 0`, in any case."""
    categories: list[Category] | None = None
    """The only values there are: labels, or pairs of the file's `value` and the `label` that formulas see."""
    default: FormulaText | None = None
    """A formula over the row's other columns, for cells that are empty and a column that is not there."""
    personal: bool = True
    """Whether a value tells of a person; true if not given."""

    @field_validator("categories", mode="before", json_schema_input_type=list[Label | Category] | None)
    @classmethod
    def _plain_categories(cls, value: Any) -> Any:
        """A list of plain labels stands for codes that are their own labels."""
        if not isinstance(value, list):
            return value
        return [{"value": item, "label": item} if not isinstance(item, dict) else item for item in value]

    @property
    def headers(self) -> list[str]:
        """The columns of the file that the field is made of."""
        return [self.source] if isinstance(self.source, str) else self.source or [self.name]

    @property
    def header(self) -> str:
        """How messages name the columns of the field."""
        return " + ".join(self.headers)

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The labels of a closed list of categories, each once, in order; None where the field is open."""
        if self.categories is None or self.type != "string":
            return None
        return tuple(dict.fromkeys(category.label for category in self.categories))


class ReferencedKey(Model):
    """Where a key leads."""

    resource: Identifier
    """The table that the key leads to."""
    fields: Identifier
    """The field of that table that holds the same value."""


class ForeignKey(Model):
    """A key to another table: `{fields: student_id, reference: {resource: students, fields: student_id}}`."""

    fields: Identifier
    """The field that holds the key."""
    any_year: bool = Field(False, alias="anyYear")
    """True: the row referred to may be of any school year; else it is of the same."""
    reference: ReferencedKey
    """The table and field that the key leads to."""


class TableSchema(Model):
    """The fields and keys of a table."""

    fields: list[FieldDefinition] = Field(default_factory=list)
    """The columns, those that differ from the standard table or are new."""
    primary_key: list[Identifier] = Field(default_factory=list, alias="primaryKey")
    """The field, or the fields together, of which no two rows of a school year are alike."""
    foreign_keys: list[ForeignKey] = Field(default_factory=list, alias="foreignKeys")
    """The keys that lead to other tables."""
    missing_values: list[str] = Field(default_factory=lambda: [""], alias="missingValues")
    """Texts that mean nothing is known, in all fields that do not say their own; `[""]` if not given."""

    @field_validator("primary_key", mode="before", json_schema_input_type=Identifier | list[Identifier])
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


def _sign(value: str) -> str:
    if not (len(value) == 1 and value.isascii()) or value in "\r\n":
        raise ValueError(f"'{value}' is not one sign such as , or ; (a tab is written \"\\t\")")
    return value


def _encoding(value: str) -> str:
    try:
        "".encode(value)
        return codecs.lookup(value).name
    except (LookupError, UnicodeError):
        raise ValueError(f"there is no encoding '{value}': utf-8, cp1252, latin-1, utf-16") from None


_Sign = Annotated[str, AfterValidator(_sign), matches(r"[\x00-\x7F]")]


class Dialect(Model):
    """How the cells of a file are parted."""

    delimiter: _Sign = ","
    """What stands between two cells; `,` if not given."""
    quote_char: _Sign = Field(default='"', alias="quoteChar")
    """What stands around a cell that holds the delimiter; `"` if not given."""


class TableDefinition(Model):
    """A table: what differs from the standard one of this name, or all of one's own."""

    name: Identifier
    """The table."""
    title: str | None = None
    """For people: what it is."""
    description: str | None = None
    """For people: more about it."""
    path: list[str] = Field(default_factory=list)
    """Its file, or a list; `*` and `?` match several. `data/NAME.csv` if not given. Paths start at `rttd.yml` and stay inside
    the project."""
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    """`utf-8` if not given; `cp1252` for most other exports from Windows."""
    dialect: Dialect = Dialect()
    """`delimiter` and `quoteChar`, `,` and `"` if not given."""
    rows: Literal["all", "distinct"] = "all"
    """`all`, or `distinct`: rows that are alike in every field that the run reads count once."""
    conflicts: Literal["error", "last"] = "error"
    """With `distinct`, where rows of one key still differ: `error`, or `last`: the last row counts."""
    where: FormulaText | None = None
    """A condition: only these rows of the file are the table's."""
    date: Identifier | None = None
    """The field that dates a row: rows after as-of are not seen."""
    end_date: Identifier | None = None
    """The field that ends a stay: a date after as-of is read as empty, the stay as open."""
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    """Values that defaults and `where` use."""
    table_schema: TableSchema = Field(default_factory=TableSchema, alias="schema")
    """`fields`, `primaryKey`, `foreignKeys`, and `missingValues` for all fields."""

    @field_validator("path", mode="before", json_schema_input_type=str | list[str])
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @property
    def fields(self) -> dict[str, FieldDefinition]:
        return {field.name: field for field in self.table_schema.fields}

    @property
    def paths(self) -> list[str]:
        return self.path or [f"data/{self.name}.csv"]

    @property
    def year_field(self) -> str | None:
        return "school_year" if "school_year" in self.fields else None


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
    """What a project declares laid over the shipped table: field by field, key by key."""
    declared_fields = declared.fields
    fields = [
        field.model_copy(update=_given(declared_fields[field.name])) if field.name in declared_fields else field
        for field in shipped.table_schema.fields
    ]
    fields += [field for name, field in declared_fields.items() if name not in shipped.fields]
    schema = shipped.table_schema.model_copy(update={**_given(declared.table_schema), "fields": fields})
    return shipped.model_copy(update={**_given(declared), "table_schema": schema})


def _given(model: Model) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.model_fields_set}


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
