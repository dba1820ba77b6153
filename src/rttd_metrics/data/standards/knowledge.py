"""What is known of a standard, as the YAML beside this module says it."""

from functools import cache
from importlib.resources import files
from typing import Any

from rttd_metrics.documents import parse


@cache
def knowledge(name: str) -> dict[str, Any]:
    """The mapping in NAME.yml; shared, do not change it."""
    text = (files("rttd_metrics.data.standards") / f"{name}.yml").read_text(encoding="utf-8")
    value: dict[str, Any] = parse(text, f"{name}.yml").value
    return value
