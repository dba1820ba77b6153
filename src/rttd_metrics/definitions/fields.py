"""A field: a column of a table, its type, its codes and what its cells may be.

The vocabulary is that of Frictionless Table Schema; `source`, `item`, `default` and `personal` are ours (docs/tables.md).
"""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from rttd_metrics.definitions.base import FormulaText, Identifier, Label, Model

FieldType = Literal["string", "number", "integer", "boolean", "date", "grade_level", "school_year"]


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
    item: Literal["first", "only"] | None = None
    """Of cells that hold a list, `a,b`: the `first` item, or the `only` one, empty where there are several."""
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
