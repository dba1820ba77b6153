"""The JSON Schemas of the YAML files as files, beside which editors complete and check what is written."""

import json
from collections.abc import Iterable
from pathlib import Path

from rttd_metrics.definitions.json_schema import KINDS, json_schema


def schema_file(kind: str) -> str:
    return f"{kind}.schema.json"


def schema_text(kind: str) -> str:
    """The schema of a kind of file as it is written: the same bytes at each call."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path, kinds: Iterable[str] = KINDS) -> list[Path]:
    """Write the schemas into `folder`, which is made if need be; those that are there are replaced.

    Returns the files. Raises OSError where they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        path = folder / schema_file(kind)
        path.write_text(schema_text(kind), encoding="utf-8")
        written.append(path)
    return written
