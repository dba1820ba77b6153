"""Problems as SARIF 2.1.0, the format in which tools hand findings to code scanning and to editors."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from rttd_metrics.problems.codes import Meaning
from rttd_metrics.problems.problem import Problem, in_order

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The name by which consumers know the top of what was checked out."""


def render_sarif(problems: Iterable[Problem], version: str, meanings: Mapping[str, Meaning]) -> str:
    """A log of one run by rttd of this `version`; the rules are the codes that occur, with what `meanings` says of them.

    Relative files are relative to the root of what was checked out; columns count characters.
    """
    ordered = in_order(problems)
    codes = sorted({problem.code for problem in ordered})
    driver = {"name": "rttd", "version": version, "rules": [_rule(code, meanings.get(code)) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in ordered]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str, meaning: Meaning | None) -> dict[str, Any]:
    if meaning is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": meaning.title}, "help": {"text": meaning.help}}


def _result(problem: Problem, rule_index: int) -> dict[str, Any]:
    text = "\n".join(line for line in (problem.message, problem.help) if line is not None)
    result = {"ruleId": problem.code, "ruleIndex": rule_index, "level": problem.severity, "message": {"text": text}}
    if problem.file is None:
        return result
    location: dict[str, Any] = {"artifactLocation": _artifact(problem.file)}
    if problem.line is not None:
        region = {"startLine": problem.line, "startColumn": problem.column, "endColumn": problem.end_column}
        location["region"] = {name: value for name, value in region.items() if value is not None}
    return result | {"locations": [{"physicalLocation": location}]}


def _artifact(file: str) -> dict[str, str]:
    """The URI of a file: relative to the root, or absolute; a shipped file (`package:NAME`) has its own scheme."""
    scheme, colon, rest = file.partition(":")
    if colon and scheme == "package":
        return {"uri": f"{scheme}:{_quoted(rest)}"}
    if file.startswith("/"):
        return {"uri": f"file://{_quoted(file)}"}
    return {"uri": _quoted(file), "uriBaseId": _ROOT}


def _quoted(path: str) -> str:
    return quote(os.fsencode(path))  # a name that is no text is quoted byte by byte
