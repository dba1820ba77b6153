"""What rttd.yml makes of a rule of a portfolio, and the command that holds a project against them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from commands import rttd, rttd_process
from rttd_d import GROUPS, drop, found, set_, spot, write_portfolio
from rttd_metrics.definitions.data_rules import SETTABLE
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.rules.catalogue import RULES


def rules(**settings: Mapping[str, str]) -> dict[str, Any]:
    return {"rules": {code: setting | {"because": "Our board decided so"} for code, setting in settings.items()}}


@pytest.mark.parametrize(("severity", "told_as"), [("error", ["error"]), ("warning", ["warning"]), ("off", [])])
def test_a_rule_is_as_serious_as_the_project_says(tmp_path: Path, severity: str, told_as: list[str]) -> None:
    changes = {"4-8-b": set_("frequency", to="yearly"), "9-12-e": set_("owner", to="")}
    settings = rules(L16={"severity": severity}, L17={"severity": severity})
    assert [problem.severity for problem in found(write_portfolio(tmp_path, settings, changes))] == told_as * 2


def test_off_needs_no_quotes(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"climate": drop("response_rate")})
    with (folder / "rttd.yml").open("a") as file:
        file.write("rules: {L25: {severity: off, because: Asked of everyone present}}\n")
    assert found(folder) == []


@pytest.mark.parametrize(("name", "setting", "key", "message", "hint"), [
    ("L99", {"severity": "off"}, "L99", "'L99' is no rule of a portfolio", f"there are: {', '.join(RULES)}"),
    ("l05", {"severity": "off"}, "l05", "'l05' is no rule of a portfolio", "did you mean 'L05'?"),
    ("L5", {"severity": "off"}, "L5", "'L5' is no rule of a portfolio", "did you mean 'L05'?"),
    ("categry", {"tolerate": "5"}, "categry", "'categry' is no rule about data", "did you mean 'category'?"),
    ("students.L05", {"tolerate": "5"}, "students.L05", "'L05' is no rule about data", f"there are: {', '.join(SETTABLE)}"),
    ("L11", {"tolerate": "5"}, "tolerate", "L11 is a rule about definitions: there are no rows to pass over",
     "`severity:` makes it an error, a warning or off"),
    ("L03", {"severity": "off"}, "severity", "the severity of L03 cannot be changed: nothing is computed before it is mended",
     None),
    ("category", {"severity": "warning"}, "severity", "the severity of 'category' cannot be set: a row is faulty or it is not",
     "`tolerate:` passes over so many rows, setting them aside"),
])  # fmt: skip
def test_a_setting_that_means_nothing(
    tmp_path: Path, name: str, setting: dict[str, str], key: str, message: str, hint: str | None
) -> None:
    folder = write_portfolio(tmp_path, rules(**{name: setting}))
    [problem] = read_portfolio(folder).problems
    assert (problem.message, problem.help) == (message, hint)
    assert (problem.file, problem.line, problem.column) == spot(folder, "rttd.yml", "rules:", name, key)


# -- the command ----------------------------------------------------------------------------------------------------


def test_the_command_holds_a_project_against_the_rules(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path)
    ended = rttd("validate", folder, "--portfolio", "rttd-d", code=0)
    assert ended.stdout == "14 measures with 47 examples, 14 of them held against the rules of rttd-d: no problems.\n"
    write_portfolio(tmp_path, changes={"4-8-b": set_("frequency", to="yearly")})
    warned = rttd("validate", folder, "--portfolio", "rttd-d", code=0)
    assert "measures/4-8-b.yml:7:12: warning[L16]: a leading indicator that is known once a year leads too late" in warned.stdout
    assert warned.stdout.endswith("of rttd-d: no errors.\n")
    write_portfolio(tmp_path, changes={"4-8-b": drop("owner")})
    assert "measures/4-8-b.yml:1:1: error[L17]" in rttd("validate", folder, "--portfolio", "rttd-d", code=1).stdout
    assert rttd("validate", folder, code=0).stdout == "14 measures with 47 examples: no problems.\n"


def test_the_command_says_which_rules_are_changed_and_why(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, rules(L25={"severity": "off"}), {"climate": drop("response_rate")})
    ended = rttd("validate", folder, "--portfolio", "rttd-d", "--verbose", code=0)
    assert ended.stderr == "L25 is off: Our board decided so\n"


def test_loose_measures_are_held_against_the_rules_too(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"4-8-b": None, "4-8-a": drop(*GROUPS, "disability")})
    (folder / "rttd.yml").unlink()
    ended = rttd("validate", folder, "--portfolio", "rttd-d", "--output-format", "json", code=1)
    assert ended.found == [("L02", None, None), ("L06", *spot(folder, "measures/4-8-a.yml", "subgroups:")[:2])]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_explains_itself(code: str) -> None:
    rule = RULES[code]
    ended = rttd("validate", "--explain", code, code=0)
    assert ended.stdout.startswith(f"{code} ({rule.severity}): {rule.title}\n\n")
    assert " ".join(ended.stdout.split("\n\n")[1].split()) == rule.text
    assert max(map(len, ended.stdout.splitlines())) <= 100
    assert "To mend it, " in rule.text
    assert "Basis: " in rule.text


def test_a_rule_is_explained_whatever_the_case_of_its_code() -> None:
    assert rttd("validate", "--explain", "l05", code=0) == rttd("validate", "--explain", "L05", code=0)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("L5", "help: did you mean 'L05'?\n"),
        ("29", "help: did you mean 'L29'?\n"),
        ("L20", f"help: there are: {', '.join(RULES)}\n"),
        ("type-error", f"help: there are: {', '.join(RULES)}\n"),
    ],
)
def test_a_rule_that_there_is_not(code: str, hint: str) -> None:
    ended = rttd("validate", "--explain", code, code=2)
    assert f"there is no rule '{code}'" in ended.stderr
    assert hint in ended.stderr


def test_a_set_of_rules_that_there_is_not(tmp_path: Path) -> None:
    assert "rttd-d" in rttd("validate", tmp_path, "--portfolio", "nclb", code=2).stderr


def test_the_rules_need_neither_polars_nor_narwhals(tmp_path: Path) -> None:
    names = "import atexit, sys\nnames = ('polars', 'narwhals', 'xlsxwriter')\n"
    loaded = names + "atexit.register(lambda: print([name for name in names if name in sys.modules]))"
    ended = rttd_process("validate", write_portfolio(tmp_path), "--portfolio", "rttd-d", before=loaded, code=0)
    assert ended.stdout.endswith("no problems.\n[]\n")


def test_sarif_says_what_a_rule_asks(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"climate": drop("response_rate")})
    [run] = json.loads(rttd("validate", folder, "--portfolio", "rttd-d", "--output-format", "sarif", code=0).stdout)["runs"]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [("L25", "warning")]
    assert [rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]] == [RULES["L25"].title]
