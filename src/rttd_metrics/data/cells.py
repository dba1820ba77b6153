"""Cells: the text of a CSV field in its declared type, and which cells could not be read.

Polars expressions. Casts are lenient: what does not fit becomes null and is flagged, never guessed.
"""

from collections.abc import Collection
from datetime import date

import polars as pl

from rttd_metrics.definitions.cell_forms import FALSE, GRADE_FORMS, TRUE, year_forms
from rttd_metrics.definitions.date_formats import ISO
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.values import LARGEST

ITEMS_PARTED_BY = ","
_EARLIEST = date(1900, 1, 1)
_YEAR_FORMS = year_forms()
DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "grade_level": pl.Int16(),
    "school_year": pl.Int32(),
}
FORMULA_DTYPES = {
    Type.NUMBER: pl.Float64(),
    Type.TEXT: pl.String(),
    Type.BOOLEAN: pl.Boolean(),
    Type.DATE: pl.Date(),
    Type.GRADE_LEVEL: pl.Int16(),
    Type.SCHOOL_YEAR: pl.Int32(),
    Type.UNKNOWN: pl.Boolean(),
}


def key_space(table: TableDefinition, field: str) -> str | None:
    """The name of the key a field holds: its own where it alone is the primary key, else that of the table it refers to."""
    if table.table_schema.primary_key == [field]:
        return f"{table.name}.{field}"
    for foreign in table.table_schema.foreign_keys:
        if foreign.fields == field:
            return f"{foreign.reference.resource}.{foreign.reference.fields}"
    return f"{table.name}.{field}" if field in table.table_schema.primary_key else None


def dtype(table: TableDefinition, field: FieldDefinition, pooled: Collection[str]) -> pl.DataType:
    """The type a field has in a frame. Keys that are `pooled` share one pool of texts per key: slower to read, but compact,
    and joined as integers."""
    space = key_space(table, field.name) if field.type == "string" and field.name in pooled else None
    if space is not None:
        return pl.Categorical(pl.Categories(space))
    return pl.Enum(field.labels) if field.labels else DTYPES[field.type]


def text_of(headers: list[str], field: FieldDefinition) -> pl.Expr:
    """The cell as text, null where it holds a missing value of the field (the table's are null when read), and where
    one of several columns that make it does."""
    raw = pl.col(headers[0]) if len(headers) == 1 else pl.concat_str(headers, separator="+")
    if field.item is not None:
        listed = raw if field.item == "first" else pl.when(~raw.str.contains(ITEMS_PARTED_BY, literal=True)).then(raw)
        first = listed.str.split_exact(ITEMS_PARTED_BY, 1).struct.field("field_0").str.strip_chars(" ")
        raw = pl.when(first != "").then(first)
    return raw if field.missing_values is None else pl.when(~raw.is_in(field.missing_values)).then(raw)


def value_of(text: pl.Expr, field: FieldDefinition, wanted: pl.DataType) -> pl.Expr:
    """The cell in its type, `wanted` in a frame; null where it is missing or does not fit."""
    if field.categories is not None:
        return _listed(text, field, wanted)
    match field.type:
        case "string":
            return text.cast(wanted)
        case "number" | "integer":
            number = _plain_number(text, field).cast(pl.Float64, strict=False)
            fits = number.is_finite() & (number.abs() <= LARGEST)
            if field.type == "integer":
                fits &= number == number.round()
            return pl.when(fits).then(number)
        case "boolean":
            return _boolean(text, field)
        case "date":
            days = [text.str.to_date(form, strict=False) for form in field.formats or [ISO]]
            # %Y takes 12-09-05 for a day of the year 12
            usual = [pl.when(day >= _EARLIEST).then(day) for day in days]
            return usual[0] if len(usual) == 1 else pl.coalesce(*usual)
        case "grade_level":
            return text.replace_strict(GRADE_FORMS, default=None, return_dtype=pl.Int16())
        case _:
            return text.replace_strict(_YEAR_FORMS, default=None, return_dtype=pl.Int32())


def _listed(text: pl.Expr, field: FieldDefinition, wanted: pl.DataType) -> pl.Expr:
    """Codes of a closed list as their labels."""
    assert field.categories is not None
    if all(category.value == category.label for category in field.categories) and field.type == "string":
        return text.cast(wanted, strict=False)
    labels: dict[str, object] = {category.value: category.label for category in field.categories}
    if field.type == "grade_level":
        labels = {value: GRADE_FORMS.get(str(label)) for value, label in labels.items()}
    elif field.type == "boolean":
        labels = {value: str(label).lower() in TRUE for value, label in labels.items()}
    elif field.type in ("number", "integer"):
        labels = {value: float(str(label)) for value, label in labels.items()}
    return text.replace_strict(labels, default=None, return_dtype=wanted)


def _plain_number(text: pl.Expr, field: FieldDefinition) -> pl.Expr:
    """A number as Polars reads it: without what stands around it or parts its thousands, with a point before decimals."""
    if not field.bare_number:
        text = text.str.replace(r"^[^-+\d]*", "").str.replace(r"\D*$", "")
    if field.group_char is not None:
        text = text.str.replace_all(field.group_char, "", literal=True)
    point = field.decimal_char
    if point is None or point == ".":
        return text
    return pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(point, ".", literal=True))


def _boolean(text: pl.Expr, field: FieldDefinition) -> pl.Expr:
    """Declared values as written; the usual ones (true, yes, y, t, 1 and their opposites) in any case."""
    if field.true_values is not None or field.false_values is not None:
        forms = dict.fromkeys(field.true_values or (), True) | dict.fromkeys(field.false_values or (), False)
        return text.replace_strict(forms, default=None, return_dtype=pl.Boolean())
    usual = dict.fromkeys(TRUE, True) | dict.fromkeys(FALSE, False)
    return text.str.to_lowercase().replace_strict(usual, default=None, return_dtype=pl.Boolean())


def can_fail(field: FieldDefinition) -> bool:
    """Whether a cell of this field can be unreadable: any text will do for an open text or a key."""
    return field.categories is not None or field.type != "string"
