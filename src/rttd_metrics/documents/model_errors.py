"""Pydantic's errors in our own words: what was found and what is allowed, at the path of the file.

Pydantic's own locations hold the tags of unions and the names of functions, and a union yields an error for
each of its branches. Here they become one fault a value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from rttd_metrics.documents.model_keys import keys_at
from rttd_metrics.problems import did_you_mean

Path = tuple[str | int, ...]

_DATE = "a date such as 2012-11-16"
_KINDS = {
    "string": "text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "date": _DATE,
    "none": "empty",
}
_KIND = re.compile(rf"({'|'.join(_KINDS)})_(?:type|attributes_type|required|parsing|from_\w+)")
_CHOICES = {"literal_error", "enum"}
_LISTED = re.compile(r"""(?<=['"])(?:, | or )(?=['"])""")
_QUOTED = re.compile(r"""(["'])(.*?)\1""")
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_LENGTHS = {
    "too_short": ("at least", "min_length", "item"),
    "too_long": ("at most", "max_length", "item"),
    "string_too_short": ("at least", "min_length", "character"),
    "string_too_long": ("at most", "max_length", "character"),
}
_LONGEST = 60  # characters of a value that a message repeats
_MOST_NAMES = 15  # allowed keys that a help lists


@dataclass(frozen=True, slots=True)
class ModelFault:
    """What is wrong with the value at `path`, or with its key."""

    path: Path
    code: str
    message: str
    help: str | None = None
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class _Error:
    """An error of pydantic at the path of the file, and what stands there: the value, or the key."""

    path: Path
    kind: str
    context: Mapping[str, Any]
    text: str
    value: Any
    field: str = ""
    of_key: bool = False

    @property
    def expected(self) -> str | None:
        """The kind of value that one branch of the model would take, None where the kind is right."""
        match = _KIND.fullmatch(self.kind)
        return _KINDS[match.group(1)] if match else None

    @property
    def breaks_a_rule(self) -> bool:
        """The value is of the right kind, but not as it should be."""
        return self.expected is None and self.kind not in _CHOICES

    @property
    def may_be_meant(self) -> bool:
        """Whether the branch that the error is of may be the one the writer had in mind: a list or mapping is no word."""
        return self.breaks_a_rule or (self.kind in _CHOICES and not isinstance(self.value, dict | list))

    @property
    def found(self) -> Any:
        return self.path[-1] if self.of_key else self.value

    @property
    def subject(self) -> str:
        return f"the key '{self.path[-1]}'" if self.of_key else _name(self.path)

    def fault(self, code: str, message: str, help_: str | None = None) -> ModelFault:
        # A list or mapping is long: its key tells better which one is meant.
        is_long = isinstance(self.value, dict | list) and bool(self.path) and isinstance(self.path[-1], str)
        return ModelFault(self.path, code, message, help_, at_key=self.of_key or is_long)


def model_faults(errors: Iterable[Mapping[str, Any]], model: type[BaseModel], value: Any) -> list[ModelFault]:
    """What the `errors` of a ValidationError of `model` say of `value`: one fault a value, and a key."""
    located = [_located(error, value) for error in errors]
    taken = set(_taken(located))
    faults: list[ModelFault] = []
    together: dict[tuple[Path, bool], list[_Error]] = {}
    for error in located:
        if error.kind == "extra_forbidden":
            faults.append(_unknown_key(error, model))
        elif error.kind == "missing":
            message = f"missing {error.field}{_of(error.path)}"
            faults.append(ModelFault(error.path, "missing-key", message, at_key=True))
        elif error.of_key or error.path not in taken or error.may_be_meant:
            together.setdefault((error.path, error.of_key), []).append(error)
    return list(dict.fromkeys([*faults, *map(_merged, together.values())]))


def _located(error: Mapping[str, Any], value: Any) -> _Error:
    steps: tuple[str | int, ...] = error["loc"]
    kind, context, field = error["type"], error.get("ctx", {}), ""
    discriminator = str(context.get("discriminator", "")).strip("'")
    if kind == "missing":
        steps, last = steps[:-1], steps[-1]
        field = f"key '{last}'" if isinstance(last, str) else f"item {last + 1}"
    elif kind == "union_tag_not_found":
        kind, field = "missing", f"key '{discriminator}'"
    elif kind == "union_tag_invalid":
        kind, context = "literal_error", {"expected": context["expected_tags"]}
        steps = (*steps, discriminator)
    path: Path = ()
    for step in steps:  # a step that is not in the value is the tag of a union, or a name of pydantic's
        if _holds(value, step):
            path, value = (*path, step), value[step]
    return _Error(path, kind, context, error["msg"], value, field, steps[-1:] == ("[key]",))


def _holds(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and 0 <= step < len(value)
    return isinstance(value, dict) and step in value


def _taken(errors: Iterable[_Error]) -> Iterator[Path]:
    """The paths whose kind of value suits some branch: another error stands there, or further inside."""
    for error in errors:
        if not error.of_key:
            yield from (error.path[:length] for length in range(len(error.path) + error.breaks_a_rule))


def _merged(errors: list[_Error]) -> ModelFault:
    """One fault for what the branches of a union, or the one type there is, say of a value or key."""
    first = errors[0]
    choices = [str(error.context["expected"]) for error in errors if error.kind in _CHOICES]
    kinds = [error.expected for error in errors if error.expected is not None]
    rules = [_broken_rule(error) for error in errors if error.breaks_a_rule]
    if not choices and not kinds:
        return first.fault("wrong-value", rules[0])
    words = [match.group(2) for match in _QUOTED.finditer(" ".join(choices))]
    hint = did_you_mean(first.found, words) if isinstance(first.found, str) else None
    message = f"{first.subject} must be {_either([*choices, *kinds])}, not {_shown(first.found)}"
    code = "wrong-value" if choices else "wrong-type"
    return first.fault(code, message, hint or next(iter(rules), None) or _correction(first.found, kinds))


def _broken_rule(error: _Error) -> str:
    """What is wrong with a value of the right kind."""
    subject, context = error.subject, error.context
    if error.kind in {"value_error", "assertion_error"}:
        return str(context.get("error", error.text))
    if error.kind in _LIMITS:
        word, name = _LIMITS[error.kind]
        return f"{subject} must be {word} {_number(context[name])}, not {_shown(error.found)}"
    if error.kind in _LENGTHS:
        word, name, noun = _LENGTHS[error.kind]
        return f"{subject} must have {word} {context[name]} {noun}{'s' * (context[name] != 1)}"
    if error.kind == "string_pattern_mismatch":
        return f"{subject} must match {context['pattern']}, not {_shown(error.found)}"
    if error.kind == "finite_number":
        return f"{subject} must be a finite number, not {_shown(error.found)}"
    return f"{subject}: {error.text}"  # a validator's own error, or one of pydantic's rare ones


def _unknown_key(error: _Error, model: type[BaseModel]) -> ModelFault:
    name, parent = str(error.path[-1]), error.path[:-1]
    known = sorted(set(keys_at(model, parent)))
    hint = did_you_mean(name, known)
    if hint is None and 0 < len(known) <= _MOST_NAMES:
        hint = f"allowed here: {', '.join(known)}"
    return ModelFault(error.path, "unknown-key", f"unknown key '{name}'{_of(parent)}", hint, at_key=True)


def _name(path: Path) -> str:
    if not path:
        return "the file"
    return f"'{path[-1]}'" if isinstance(path[-1], str) else f"item {path[-1] + 1} of {_name(path[:-1])}"


def _of(path: Path) -> str:
    return f" in {_name(path)}" if path else ""


def _either(phrases: Iterable[str]) -> str:
    """`a, b or c` of the phrases, which may be such lists of quoted words themselves."""
    parts = [part for phrase in dict.fromkeys(phrases) for part in _LISTED.split(phrase)]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _shown(found: Any) -> str:
    if isinstance(found, dict):
        return "a mapping"
    if isinstance(found, list):
        return "a list"
    if found is None:
        return "empty"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, str):
        return f"'{found}'" if len(found) <= _LONGEST else f"'{found[:_LONGEST]}…'"
    return f"the number {found}"


def _number(limit: Any) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def _correction(found: Any, kinds: Sequence[str]) -> str | None:
    """What to write instead, where the value itself is likely meant."""
    if "text" in kinds and isinstance(found, bool | int | float):
        return "put it in quotes"
    if _KINDS["bool"] in kinds and isinstance(found, str):
        return "write true or false, without quotes"
    if "a list" in kinds and isinstance(found, str | int | float):
        return "write it as a list: [a, b]"
    return None
