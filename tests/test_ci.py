"""What docs/ci.md tells CI to do, done: its workflow and scripts are right by their schemas, and their very commands run."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from commands import Ended, rttd, rttd_process
from rttd_metrics import __version__
from rttd_metrics.jobs.init import start_project
from schemas import check_junit, schema_store
from test_docs import ALL

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
FORMATS = ("text", "concise", "json", "github", "sarif", "junit")


class Words(yaml.SafeLoader):
    """YAML in which `on:` is a word, as CI reads it."""


Words.yaml_implicit_resolvers = {sign: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
                                 for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}  # fmt: skip
Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def block(word: str) -> Any:
    """The one block of a kind in the documentation."""
    [text] = [block.text for block in ALL if block.words == ("yaml", word)]
    return yaml.load(text, Loader=Words)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a new project in `my-district`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    start_project(tmp_path / "my-district")
    return tmp_path


def break_measure(checkout: Path, old: str = "improvement:", new: str = "improvment:") -> None:
    file = checkout / "my-district" / "measures" / "often-late.yml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def shell(script: str, folder: Path) -> Ended:
    """Run a script as CI does, with this installation on the path; what installs is left out."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": path, "GITHUB_WORKSPACE": str(folder)})  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def without_installation(commands: list[str]) -> list[str]:
    first, *others = commands
    assert first == f"pip install {PYPROJECT['name']}"
    assert all(command.startswith("rttd ") for command in others)
    return others


# GitHub Actions.


def test_the_workflow_is_one() -> None:
    workflow = block("workflow")
    schema_store("GitHub Workflow").validate(workflow)
    [job] = workflow["jobs"].values()
    used = [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]
    assert used == ["actions/checkout", "actions/setup-python"]  # nobody else's
    assert workflow["permissions"] == {"contents": "read"}
    [python] = [step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})]
    assert tuple(map(int, python.split("."))) >= tuple(map(int, PYPROJECT["requires-python"].removeprefix(">=").split(".")))


def workflow_commands() -> list[str]:
    [job] = block("workflow")["jobs"].values()
    return without_installation([step["run"] for step in job["steps"] if "run" in step])


def test_the_workflow_passes_a_new_project(checkout: Path) -> None:
    assert len(workflow_commands()) == 2
    for command in workflow_commands():
        assert shell(command, checkout) == Ended(0, "", "")


def test_the_workflow_annotates_a_faulty_measure(checkout: Path) -> None:
    break_measure(checkout)
    for command in workflow_commands():
        ended = shell(command, checkout)
        assert (ended.code, ended.stderr) == (1, "")
        assert "::error title=unknown-key,file=my-district/measures/often-late.yml,line=" in ended.stdout


def test_the_workflow_fails_on_a_clause_that_no_example_reaches(checkout: Path) -> None:
    validated, tested = workflow_commands()
    break_measure(checkout, "days_enrolled < 10", "days_enrolled < 10 or days_enrolled > 365")
    assert shell(validated, checkout).code == 0
    ended = shell(tested, checkout)
    assert ended.code == 1
    assert "::error title=uncovered-clause,file=my-district/measures/often-late.yml" in ended.stdout


# JUnit for other servers.


def test_the_script_for_servers_that_read_junit(checkout: Path) -> None:
    pipeline = block("gitlab")
    schema_store("gitlab-ci").validate(pipeline)
    [job] = pipeline.values()
    for command in without_installation(job["script"]):
        assert shell(command, checkout) == Ended(0, "", "")
    names = job["artifacts"]["reports"]["junit"]
    assert names == ["validate.xml", "test.xml"]
    for name in names:
        text = (checkout / name).read_text(encoding="utf-8")
        check_junit(text)
        assert ET.fromstring(text).get("failures") == "0"
    assert job["artifacts"]["when"] == "always"  # a report of failures is wanted most
    break_measure(checkout)
    assert shell(job["script"][1], checkout).code == 1
    assert ET.parse(checkout / "validate.xml").getroot().get("failures") != "0"


# pre-commit.


def test_the_hooks_are_hooks() -> None:
    schema_store(".pre-commit-hooks.yml").validate(list(HOOKS.values()))
    assert set(HOOKS) == {"rttd-validate", "rttd-test"}


def hook_commands() -> list[list[str]]:
    """The commands that the documented configuration runs: pre-commit puts the arguments behind the entry."""
    config = block("pre-commit")
    schema_store(".pre-commit-config.yml").validate(config)
    [repository] = config["repos"]
    assert repository["rev"] == f"v{__version__}"
    return [shlex.split(HOOKS[hook["id"]]["entry"]) + hook["args"] for hook in repository["hooks"]]


def test_the_hooks_run_on_a_project(checkout: Path) -> None:
    commands = hook_commands()
    assert len(commands) == 2
    for program, *arguments in commands:
        assert program in PYPROJECT["scripts"]
        assert rttd(*arguments, code=0) == Ended(0, "", "")
    break_measure(checkout)
    for _, *arguments in commands:
        assert "my-district/measures/often-late.yml:" in rttd(*arguments, code=1).stdout


def test_the_hooks_run_at_the_top_of_a_project(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout / "my-district")
    for hook in HOOKS.values():
        assert hook["pass_filenames"] is False  # a file would be read without the rest of its project
        assert rttd(*shlex.split(hook["entry"])[1:], code=0) == Ended(0, "", "")


# What all of it promises.


@pytest.mark.parametrize("command", [("validate",), ("test",), ("schema", "measure")], ids=lambda words: words[0])
def test_no_network_is_touched(checkout: Path, command: tuple[str, ...]) -> None:
    shut = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('a network was touched')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse"
    )
    if command[0] == "schema":
        rttd_process(*command, before=shut, code=0)
    else:
        for name in FORMATS:
            rttd_process(*command, "my-district", "--output-format", name, before=shut, code=0, folder=checkout)


def test_the_formats_of_the_page_are_those_there_are() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    table = page[page.index("## Formats") : page.index("## Exit codes")]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == FORMATS
    for name in FORMATS:
        assert rttd("validate", "--help", code=0).stdout.count(name) >= 1
