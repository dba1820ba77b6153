"""A field: a column of a table, its type, its codes and what its cells may be.

The vocabulary is that of Frictionless Table Schema; `source`, `item`, `default` and `personal` are ours (docs/tables.md).
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from rttd_metrics.definitions.base import FormulaText, Identifier, Label, Model, matches
from rttd_metrics.definitions.constraints import Constraints

FieldType = Literal["string", "number", "integer", "boolean", "date", "grade_level", "school_year"]


class Category(Model):
    """A code of the file and the label formulas see."""

    value: Label
    """The code in the file."""
    label: Label
    """The label that formulas see."""


def _sign(value: str) -> str:
    if len(value) != 1 or value.isalnum() or value in "+-":
        raise ValueError(f"'{value}' is not one sign such as , or .")
    return value


_Sign = Annotated[str, AfterValidator(_sign), matches(r"[^A-Za-z0-9+-]")]


class FieldDefinition(Constraints):
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
    item: Literal["first", "only"] | None = None
    """Of cells that hold a list, `a,b`: the `first` item, or the `only` one, empty where there are several."""
    format: str | Annotated[list[str], Field(min_length=1)] | None = None
    """Of dates: `"%m/%d/%Y"`, or a list of those that occur; `%Y-%m-%d` if not given."""
    constraints: Constraints | None = None
    """The keys from `required` to `enum` as a Data Package has them: the same as on the field itself."""
    missing_values: list[str] | None = Field(None, alias="missingValues")
    """Texts that mean nothing is known; `[""]` if not given."""
    true_values: list[Label] | None = Field(None, alias="trueValues")
    """Of booleans: what means true; if not given `true yes y t 1`, in any case."""
    false_values: list[Label] | None = Field(None, alias="falseValues")
    """Of booleans: what means false; if not given `false no n f 0`, in any case."""
    decimal_char: _Sign | None = Field(None, alias="decimalChar")
    """Of numbers: what stands before the decimals; `.` if not given."""
    group_char: _Sign | None = Field(None, alias="groupChar")
    """Of numbers: what parts thousands, such as `,`; nothing if not given, and then 1,234 is no number."""
    bare_number: bool = Field(True, alias="bareNumber")
    """Of numbers: false where other signs stand before or after them, as in `$5` or `95%`; they are passed over."""
    categories: list[Category] | None = None
    """The only values there are: labels, or pairs of the file's `value` and the `label` that formulas see."""
    default: FormulaText | None = None
    """A formula over the row's other columns and what its keys lead to (`demographics.sex`), for cells that are empty and a
    column that is not there."""
    personal: bool = True
    """Whether a value tells of a person; true if not given."""

    @field_validator("categories", mode="before", json_schema_input_type=list[Label | Category] | None)
    @classmethod
    def _plain_categories(cls, value: Any) -> Any:
        """A list of plain labels stands for codes that are their own labels."""
        if not isinstance(value, list):
            return value
        return [{"value": item, "label": item} if not isinstance(item, dict) else item for item in value]

    @field_validator("format", mode="after")
    @classmethod
    def _default_format(cls, value: str | list[str] | None) -> str | list[str] | None:
        """A descriptor may say that a format is the usual one."""
        return None if value == "default" else value

    @property
    def told(self) -> frozenset[str]:
        """The keys that are given, on the field or in its `constraints`."""
        return frozenset(self.model_fields_set) | (self.constraints.model_fields_set if self.constraints else frozenset())

    @property
    def plain(self) -> "FieldDefinition":
        """The same with what its `constraints` say on the field itself."""
        inside = self.constraints
        if inside is None:
            return self
        return self.model_copy(update={name: getattr(inside, name) for name in inside.model_fields_set})

    @property
    def formats(self) -> list[str]:
        """The formats of a date that are declared."""
        return [self.format] if isinstance(self.format, str) else self.format or []

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
