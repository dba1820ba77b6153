"""Checks of the constraints and formats of fields: whether they fit the type and leave any value possible."""

from collections.abc import Iterator

from rttd_metrics.definitions.constraints import Constraints
from rttd_metrics.definitions.date_formats import ISO, same_text, unknown_part
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.typed_values import TypedValue, typed_value
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.problems import Problem

_ORDERED = ("number", "integer", "date", "grade_level", "school_year")
_FITS = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _ORDERED),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), ("string",)),
    "enum": ("string", *_ORDERED),
    "trueValues": ("boolean",),
    "falseValues": ("boolean",),
    "decimalChar": ("number",),
    "groupChar": ("number", "integer"),
    "bareNumber": ("number", "integer"),
}
"""Of which types a field is that has the key."""
_PAIRS = (
    ("minimum", "maximum", False),
    ("minimum", "exclusiveMaximum", True),
    ("exclusiveMinimum", "maximum", True),
    ("exclusiveMinimum", "exclusiveMaximum", True),
    ("minLength", "maxLength", False),
)
"""A lower bound, an upper one, and whether no value is left where both are the same."""


def key_of(name: str) -> str:
    """How a key is written: `min_length` is minLength."""
    return FieldDefinition.model_fields[name].alias or name


def place_of(at: KeyPath, field: FieldDefinition, key: str) -> KeyPath:
    """Where a field's key stands: on the field, or in its `constraints`."""
    given = field.constraints.model_fields_set if field.constraints is not None else frozenset()
    return (*at, "constraints", key) if any(key_of(name) == key for name in given) else (*at, key)


def constraint_problems(document: Document, at: KeyPath, declared: FieldDefinition, field: FieldDefinition) -> Iterator[Problem]:
    """What is wrong with the keys of a field. `declared`: as the project writes it; `field`: laid over the shipped one."""
    told = {key_of(name) for name in declared.told}
    misfits = {key for key, types in _FITS.items() if key in told and field.type not in types}
    for key in sorted(misfits):
        message = f"'{field.name}' is {_a(field.type)}: `{key}` is for {_listed(_FITS[key])}"
        yield document.problem(place_of(at, declared, key), "constraint", message, key=True)
    inside = declared.constraints.model_fields_set if declared.constraints is not None else frozenset()
    for key in sorted(key_of(name) for name in inside & declared.model_fields_set):
        yield document.problem((*at, "constraints", key), "constraint", f"`{key}` is said twice", key=True)
    if field.group_char is not None and field.group_char == (field.decimal_char or ".") and told & {"groupChar", "decimalChar"}:
        place = (*at, "groupChar" if "groupChar" in told else "decimalChar")
        yield document.problem(place, "constraint", f"'{field.group_char}' parts both thousands and decimals")
    yield from _format_problems(document, at, declared, field)
    yield from _value_problems(document, at, declared, field, told - misfits)


def _format_problems(document: Document, at: KeyPath, declared: FieldDefinition, field: FieldDefinition) -> Iterator[Problem]:
    if not declared.formats:
        return
    place = (*at, "format")
    if field.type != "date":
        yield document.problem(place, "format", f"'{field.name}' is no date: only dates have a format", key=True)
        return
    for form in declared.formats:
        if "%" not in form:
            hint = "write %m/%d/%Y for 11/16/2012; without a format dates are 2012-11-16"
            yield document.problem(place, "format", f"'{form}' names no part of a date", help=hint)
        elif part := unknown_part(form):
            yield document.problem(place, "format", f"'{form}': {part} is no part of a date", help="%Y %m %d, %y %b %B %e %j")
    if two := same_text(declared.formats):
        message = f"{two[2]} is one day by {two[0]} and another by {two[1]}"
        yield document.problem(place, "format", message, help="name one of the two: what a date means is never guessed")


def _value_problems(
    document: Document, at: KeyPath, declared: FieldDefinition, field: FieldDefinition, told: set[str]
) -> Iterator[Problem]:
    values: dict[str, TypedValue] = {}
    wanted = _a(field.type) + (f" like {_example(field)}" if field.type not in ("string", "boolean") else "")
    for name in Constraints.model_fields:
        key, given = key_of(name), getattr(field, name)
        if given is None or isinstance(given, bool) or name == "pattern":
            continue
        for item in given if isinstance(given, list) else [given]:
            value = item if isinstance(item, int) else typed_value(field.type, item, field.formats)
            if value is not None and not isinstance(given, list):
                values[key] = value
            elif value is None and key in told:
                yield document.problem(place_of(at, declared, key), "constraint", f"'{item}' is not {wanted}")
    for lower, upper, strict in _PAIRS:
        if lower in values and upper in values and {lower, upper} & told:
            low, high = values[lower], values[upper]
            if low > high or (strict and low == high):  # type: ignore[operator]  # both are of the field's type
                place = place_of(at, declared, lower if lower in told else upper)
                yield document.problem(place, "constraint", f"no value is left between `{lower}` and `{upper}`")
    if "enum" in told and field.categories is not None:
        message = "`categories` list the values already"
        yield document.problem(place_of(at, declared, "enum"), "constraint", message, key=True, help="say one of the two")


def _example(field: FieldDefinition) -> str:
    examples = {"number": "0.5", "integer": "12", "grade_level": "KG or 8", "school_year": "2012-13"}
    return examples.get(field.type) or (field.formats[0] if field.formats else ISO)


def _a(kind: str) -> str:
    return f"{'an' if kind == 'integer' else 'a'} {kind.replace('_', ' ')}"


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"{kind.replace('_', ' ')}s" for kind in kinds)
