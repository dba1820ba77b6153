"""The forms in which a district keeps its attendance."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

AttendanceForm = Literal["daily", "exceptions", "periods", "sums"]
FORMS: tuple[AttendanceForm, ...] = get_args(AttendanceForm)


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


AttendanceForms = Annotated[
    list[AttendanceForm],
    Field(min_length=1),
    BeforeValidator(_one_or_many, json_schema_input_type=AttendanceForm | list[AttendanceForm]),
]
"""One form, or a list of several."""
