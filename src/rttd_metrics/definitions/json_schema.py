"""JSON Schemas of the YAML files, for editors: made from the models that read them.

A schema takes what the reader takes, and refuses what can be refused without knowing the other files.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.facts import FactsFile
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.project import ProjectDefinition

KINDS: dict[str, type[Model]] = {"project": ProjectDefinition, "measure": MeasureDefinition, "facts": FactsFile}
"""The kinds of files, and what reads them."""

_LINK = re.compile(r"\[([^]]+)]\([^)]+\)")


def json_schema(kind: str) -> dict[str, Any]:
    """The schema of a kind of file, of draft 2020-12."""
    model = KINDS[kind]
    made = model.model_json_schema(schema_generator=_Generator)
    return {"$schema": _Generator.schema_dialect, "title": f"rttd: {kind}", **made}


def field_texts(model: type[Model]) -> dict[str, str]:
    """What is written under each field of a model, in Markdown whose links are those of docs/."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, Model) and base is not Model:
            texts.update(_texts_of(base))
    return texts


def _texts_of(model: type[Model]) -> Iterator[tuple[str, str]]:
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            yield field.target.id, _line(ast.literal_eval(below.value))


def _line(text: str) -> str:
    """The first paragraph of a text as one line."""
    return " ".join(text.partition("\n\n")[0].split())


class _Generator(GenerateJsonSchema):
    """Pydantic's schemas with a text for each key, without titles that only repeat it, and with rules for all keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks it of every schema
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]  # it says only that the key may be absent
        return made

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        model = schema["cls"]
        made["description"] = _line(inspect.getdoc(model) or "")
        for name, text in field_texts(model).items():
            made["properties"][model.model_fields[name].alias or name]["description"] = _LINK.sub(r"\1", text)
        return made

    def dict_schema(self, schema: Any) -> JsonSchemaValue:
        """A mapping whose keys must all be right; pydantic's own says what the right ones hold, and passes over others."""
        made: JsonSchemaValue = {"type": "object", "additionalProperties": self.generate_inner(schema["values_schema"])}
        keys = self.generate_inner(schema["keys_schema"])
        texts = [branch for branch in keys.get("anyOf", [keys]) if branch.get("type") == "string" and "pattern" in branch]
        return made | {"propertyNames": {"pattern": texts[0]["pattern"]}} if texts else made
