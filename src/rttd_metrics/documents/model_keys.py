"""Which keys a pydantic model allows at a path of a file: what a mistyped key may have meant."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> Iterator[str]:
    """The keys that `model` and the models inside it allow in a mapping at `path`."""
    kinds: list[Any] = list(_branches(model))
    for step in path:
        kinds = [branch for kind in kinds for inner in _inside(kind, step) for branch in _branches(inner)]
    for kind in kinds:
        if _is_model(kind):
            for name, field in kind.model_fields.items():
                yield from _aliases(name, field)


def _branches(kind: Any) -> Iterator[Any]:
    """The types that a type stands for: unions taken apart, annotations off."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        for branch in get_args(kind):
            yield from _branches(branch)
    elif origin is Annotated:
        yield from _branches(get_args(kind)[0])
    else:
        yield kind


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    """The types of what stands under a key or position of a type."""
    if _is_model(kind):
        for name, field in kind.model_fields.items():
            if step in _aliases(name, field):
                yield field.annotation
    elif get_origin(kind) is not Literal:
        arguments = [argument for argument in get_args(kind) if argument is not ...]
        yield from arguments[1:] if isinstance(step, str) else arguments


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _aliases(name: str, field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [choice for choice in alias.choices if isinstance(choice, str)]
    return [alias] if isinstance(alias, str) else [name]
