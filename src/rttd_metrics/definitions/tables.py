"""Tables: what a project says of one, its file, its keys, and how its rows are cut.

The vocabulary is that of Frictionless Table Schema and Data Package v2; `date`, `end_date`, `rows` and `where` are ours
(docs/tables.md).
"""

import codecs
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from rttd_metrics.definitions.base import FormulaText, Identifier, Label, Model, Parameter, matches
from rttd_metrics.definitions.fields import FieldDefinition


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


_OneOfList = Annotated[list[Identifier], Field(min_length=1, max_length=1)]
_OneField = Annotated[Identifier, BeforeValidator(_only, json_schema_input_type=Identifier | _OneOfList)]
"""A field; a list of one, as descriptors write it, is understood."""


class ReferencedKey(Model):
    """Where a key leads."""

    resource: Identifier
    """The table that the key leads to."""
    fields: _OneField
    """The field of that table that holds the same value."""


class ForeignKey(Model):
    """A key to another table: `{fields: student_id, reference: {resource: students, fields: student_id}}`."""

    fields: _OneField
    """The field that holds the key."""
    any_year: bool = Field(False, alias="anyYear")
    """True: the row referred to may be of any school year; else it is of the same."""
    optional: bool = False
    """True: a row may refer to nothing, and what the key leads to is then null; else that is a finding."""
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
_Line = Annotated[int, Field(ge=1)]


class Dialect(Model):
    """How the cells of a file are parted."""

    delimiter: _Sign = ","
    """What stands between two cells; `,` if not given."""
    quote_char: _Sign = Field(default='"', alias="quoteChar")
    """What stands around a cell that holds the delimiter; `"` if not given."""
    header_rows: Annotated[list[_Line], Field(min_length=1, max_length=1)] = Field(default=[1], alias="headerRows")
    """The line in which the header stands, as `[3]` where a report's title takes two; `[1]` if not given."""
    comment_char: _Sign | None = Field(default=None, alias="commentChar")
    """A sign with which lines begin that are no rows; none if not given."""

    @property
    def first_line(self) -> int:
        """The line of the file, from 1, in which the header stands, or the comments before it begin."""
        return self.header_rows[0]


class Precedence(Model):
    """Which of several rows of one key counts: the one whose value comes first in an order."""

    field: Identifier
    """The field whose values have an order."""
    order: list[Label] = Field(min_length=1)
    """Its values, as formulas see them: the row whose value comes first counts. One that is not named comes last."""
    ties: Literal["error", "last"] = "error"
    """Where the first value stands in several rows that differ otherwise: `error` (the default), or `last`."""


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
    the project. `data/export.zip/users.csv` is a file in a ZIP, which is read where it is, never unpacked."""
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    """`utf-8` if not given; `cp1252` for most other exports from Windows."""
    dialect: Dialect = Dialect()
    """`delimiter` and `quoteChar`, `,` and `"` if not given; `headerRows` and `commentChar`."""
    rows: Literal["all", "distinct"] = "all"
    """`all`, or `distinct`: rows that are alike in every field that the run reads count once."""
    conflicts: Literal["error", "last"] | Precedence = "error"
    """With `distinct`, where rows of one key still differ: `error`, or `last`: the last row counts; or
    [which comes first](#several-rows-of-one-key): `{field: status, order: [absent, tardy]}`."""
    where: FormulaText | None = None
    """A condition on a row and what its keys lead to: only these rows of the file are the table's."""
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

    def needs(self, field: str) -> bool:
        """Whether no cell of a field may be empty: it is required, or is the primary key by itself."""
        return self.fields[field].required or self.table_schema.primary_key == [field]

    @property
    def paths(self) -> list[str]:
        return self.path or [f"data/{self.name}.csv"]

    @property
    def year_field(self) -> str | None:
        return "school_year" if "school_year" in self.fields else None

    @property
    def is_events(self) -> bool:
        """Whether a row happens on a day: no stay, no plan of days to come."""
        return self.date is not None and self.end_date is None and self.name != "calendar"
