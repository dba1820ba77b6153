"""`for_each`: one definition that stands for several measures or facts, one for each value of a constant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.facts import FactDefinition
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.documents import Path as KeyPath

_Definition = TypeVar("_Definition", bound=Model)


@dataclass(frozen=True, slots=True)
class Variant:
    """A measure as it is for one value: `bound` and `own_places` as in Measure, empty for one that stands for itself."""

    definition: MeasureDefinition
    bound: Mapping[str, str] = field(default_factory=dict)
    own_places: Mapping[str, KeyPath] = field(default_factory=dict)


def variants(definition: MeasureDefinition) -> Iterator[Variant]:
    """The measures that a definition stands for: `id.reading`, `id.mathematics`, or itself."""
    if definition.for_each is None:
        yield Variant(definition)
        return
    [(constant, values)] = definition.for_each.items()
    titled = f"{{{constant}}}" in definition.title
    for value, each in values.items():
        filled = _filled(definition, constant, value)
        said = {name: getattr(each, name) for name in each.model_fields_set}
        title = filled.title if titled else f"{filled.title}: {value.replace('_', ' ')}"
        update = {"title": title, **said, "id": f"{definition.id}.{value}", "for_each": None}
        places: dict[str, KeyPath] = {name: ("for_each", constant, value, name) for name in said}
        yield Variant(filled.model_copy(update=update), {constant: value}, places)


def fact_variants(name: str, definition: FactDefinition) -> Iterator[tuple[str, FactDefinition, Mapping[str, str]]]:
    """The facts that a definition stands for: name, definition, the constant and its value."""
    if definition.for_each is None:
        yield name, definition, {}
        return
    [(constant, values)] = definition.for_each.items()
    for value in values:
        yield f"{name}.{value}", _filled(definition, constant, value), {constant: value}


def _filled(definition: _Definition, constant: str, value: str) -> _Definition:
    """The definition with `{constant}` replaced in every text."""
    sign = f"{{{constant}}}"

    def fill(part: Any) -> Any:
        if isinstance(part, str):
            return part.replace(sign, value)
        if isinstance(part, list):
            return [fill(item) for item in part]
        if isinstance(part, dict):
            return {key: fill(item) for key, item in part.items()}
        if isinstance(part, Model):
            return part.model_copy(update={name: fill(getattr(part, name)) for name in part.model_fields_set})
        return part

    filled: _Definition = fill(definition)
    return filled
