"""Constraints of a field as Polars expressions: which cells break them.

What one cell tells by itself; that it is there is seen when the rows are parted, that it is unique when keys are checked.
"""

import operator
from collections.abc import Collection, Iterator

import polars as pl

from rttd_metrics.definitions.constraint_checks import key_of
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.typed_values import TypedValue, typed_value
from rttd_metrics.formula.values import UNGRADED

BAD = "bad."
"""Begins the names of the columns that say whether a cell is at fault."""
_BREAKS = {
    "minimum": operator.lt,
    "maximum": operator.gt,
    "exclusive_minimum": operator.le,
    "exclusive_maximum": operator.ge,
}


def broken(text: pl.Expr, value: pl.Expr, field: FieldDefinition) -> Iterator[pl.Expr]:
    """A column `bad.field:constraint`, never null, for each constraint that a cell of the field can break by itself.

    `text`: the cell as it stands in the file; `value`: in the field's type. A cell that is null in either breaks none.
    """
    found: dict[str, pl.Expr] = {}
    for name, breaks in _BREAKS.items():
        if (given := getattr(field, name)) is not None:
            found[name] = breaks(value, pl.lit(typed_value(field.type, given, field.formats)))
            if field.type == "grade_level":  # UG is before and after no grade
                found[name] &= value != UNGRADED
    if field.min_length is not None:
        found["min_length"] = text.str.len_chars() < field.min_length
    if field.max_length is not None:
        found["max_length"] = text.str.len_chars() > field.max_length
    if field.pattern is not None:
        found["pattern"] = ~text.str.contains(from_end_to_end(field.pattern))
    if field.enum is not None:
        found["enum"] = ~value.is_in(_members(field)) if field.type != "string" else ~text.is_in(field.enum)
    for name, breaks_it in found.items():
        yield breaks_it.fill_null(False).alias(f"{BAD}{field.name}:{key_of(name)}")


def _members(field: FieldDefinition) -> list[TypedValue]:
    members = (typed_value(field.type, item, field.formats) for item in field.enum or ())
    return [member for member in members if member is not None]


def from_end_to_end(pattern: str) -> str:
    return f"^(?:{pattern})$"


def constraint_flags(field: str, columns: Collection[str]) -> list[str]:
    """The columns that say which cells of a field break a constraint."""
    return [name for name in columns if name.startswith(f"{BAD}{field}:")]


def constraint_words(field: FieldDefinition, flag: str) -> str:
    """The constraint that a column is of, and what it asks: `minimum` is 0."""
    key = flag.partition(":")[2]
    [given] = [getattr(field, name) for name in type(field).model_fields if key_of(name) == key]
    return f"`{key}` is {', '.join(given) if isinstance(given, list) else given}"


def refused_pattern(pattern: str) -> bool:
    """Whether the engine that reads the files takes a regular expression for none."""
    try:
        pl.select(pl.lit("").str.contains(from_end_to_end(pattern)))
    except pl.exceptions.ComputeError:
        return True
    return False
