"""`rttd validate` and `rttd test` in every format: what is told, where the files are found from, and exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from commands import Ended, rttd, rttd_process
from rttd_metrics import __version__
from schemas import check_junit, check_sarif

FORMATS = ("text", "concise", "json", "github", "sarif", "junit")

PROJECT = """\
district: {id: D, name: District}
school_year: 2012-13
measures: [measures]
"""
GOOD = """\
id: good
title: A measure
condition: outcome
level: student
population: grade_level > 1
exclude: [{when: gender = 'X', because: Not asked}]
formula: percent(grade_level > 4)
improvement: increase
frequency: yearly
examples:
  - {name: five, given: {grade_level: 5, gender: F}, expect: numerator}
  - {name: four, given: {grade_level: 4, gender: F}, expect: n}
"""
Place = tuple[str, str, int | None, int | None]
"""Code, file, line and column of a problem."""


@pytest.fixture(autouse=True)
def no_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may run in GitHub Actions themselves."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout, where we are, with a project in a folder whose name needs quoting."""
    monkeypatch.chdir(tmp_path)
    project = Path("my district, 50%")
    (project / "measures").mkdir(parents=True)
    (project / "rttd.yml").write_text(PROJECT, encoding="utf-8")
    (project / "measures" / "good.yml").write_text(GOOD, encoding="utf-8")
    return project


def spoil(folder: Path, old: str, new: str, name: str = "measures/good.yml") -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


# What a format says, read as its readers do.


def in_github(ended: Ended) -> list[Place]:
    found = []
    for line in ended.stdout.splitlines():
        command = re.fullmatch(r"::(?:error|warning) (.*?)::.*", line)
        assert command, line
        values = dict(part.split("=", 1) for part in command[1].split(","))
        for sign, code in ((":", "%3A"), (",", "%2C"), ("%", "%25")):
            values = {name: value.replace(code, sign) for name, value in values.items()}
        found.append((values["title"], values.get("file", ""), number(values.get("line")), number(values.get("col"))))
    return found


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def in_sarif(ended: Ended) -> list[Place]:
    log = json.loads(ended.stdout)
    check_sarif(log)
    found = []
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"] if "locations" in result else {}
        region = place.get("region", {})
        uri = unquote(place.get("artifactLocation", {}).get("uri", ""))
        found.append((result["ruleId"], uri, region.get("startLine"), region.get("startColumn")))
    return found


def in_concise(ended: Ended) -> list[Place]:
    found = []
    for line in ended.stdout.splitlines():
        told = re.fullmatch(r"(?:(.+?)(?::(\d+):(\d+))?: )?(?:error|warning)\[(.+?)\]: .+", line)
        assert told, line
        found.append((told[4], told[1] or "", number(told[2]), number(told[3])))
    return found


def in_junit(ended: Ended) -> list[Place]:
    check_junit(ended.stdout)
    lines = [
        line for case in ET.fromstring(ended.stdout).iter("testcase") for part in case for line in (part.text or "").split("\n")
    ]
    told = [line for line in lines if not line.startswith("help: ")]
    return in_concise(Ended(ended.code, "\n".join(told), ""))


READERS: dict[str, Callable[[Ended], list[Place]]] = {
    "concise": in_concise, "github": in_github, "sarif": in_sarif, "junit": in_junit}  # fmt: skip
each_reader = pytest.mark.parametrize("name", READERS)


def told(command: str, name: str, *arguments: str | Path, code: int = 1) -> list[Place]:
    """The problems that a command tells in a format, on stdout and nowhere else."""
    ended = rttd(command, *arguments, "--output-format", name, code=code)
    assert ended.stderr == ""
    return READERS[name](ended)


# Validate.


@pytest.mark.parametrize("name", FORMATS)
def test_where_all_is_well(folder: Path, name: str) -> None:
    ended = rttd("validate", folder, "--output-format", name, code=0)
    if name == "text":
        assert ended.stdout == "1 measure with 2 examples: no problems.\n"
    elif name == "json":
        assert json.loads(ended.stdout) == {"problems": []}
    elif name == "junit":
        assert READERS[name](ended) == []
        assert [suite.attrib["name"] for suite in ET.fromstring(ended.stdout)] == ["measures/good.yml", "rttd.yml"]
    else:
        assert READERS[name](ended) == []
        assert name == "sarif" or ended.stdout == ""  # SARIF is a document, of no results


@each_reader
def test_every_problem_is_told_at_its_place(folder: Path, name: str) -> None:
    spoil(folder, "improvement", "improvment")
    spoil(folder, "2012-13", "2012-13\nparameters: {limit: 3}", "rttd.yml")
    assert told("validate", name, folder) == [
        ("missing-key", f"{folder}/measures/good.yml", 1, 1),
        ("unknown-key", f"{folder}/measures/good.yml", 8, 1),
        ("unknown-name", f"{folder}/rttd.yml", 3, 14),
    ]


def test_sarif_says_which_version_and_what_the_codes_mean(folder: Path) -> None:
    spoil(folder, "improvement", "improvment")
    driver = json.loads(rttd("validate", folder, "--output-format", "sarif", code=1).stdout)["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("rttd", __version__)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])


def test_two_runs_say_the_same_bytes(folder: Path) -> None:
    spoil(folder, "improvement", "improvment")
    for name in FORMATS:
        one, two = (rttd_process("validate", folder, "--output-format", name, PYTHONHASHSEED=seed) for seed in ("1", "2"))
        assert one == two


@each_reader
def test_a_project_file_that_cannot_be_read_is_a_result_too(folder: Path, name: str) -> None:
    (folder / "rttd.yml").write_text("district: [", encoding="utf-8")
    [(code, file, line, column)] = told("validate", name, folder)
    assert (code, file, line, column) == ("yaml-syntax", f"{folder}/rttd.yml", 1, 12)
    # The project is found from a file inside it, and so is its rttd.yml.
    assert told("validate", name, folder / "measures" / "good.yml") == [(code, file, line, column)]
    assert told("test", name, folder) == [(code, file, line, column)]


def test_the_line_of_a_project_file_is_shown_from_inside_it(folder: Path) -> None:
    (folder / "rttd.yml").write_text("district: [", encoding="utf-8")
    assert "    1 | district: [" in rttd("validate", folder / "measures" / "good.yml", code=1).stdout


@pytest.mark.parametrize("name", FORMATS)
def test_quiet_tells_errors_only(folder: Path, name: str) -> None:
    labels = "tables: [{name: attendance, schema: {fields: [{name: status, categories: [present, away]}]}}]\n"
    (folder / "rttd.yml").write_text(PROJECT + labels, encoding="utf-8")  # a warning: `away` is no standard label
    loud, quiet = (rttd("validate", folder, "--output-format", name, *option, code=0) for option in ((), ("-q",)))
    assert "unknown-label" in loud.stdout
    assert "unknown-label" not in quiet.stdout
    if name in READERS:
        assert [place[0] for place in READERS[name](loud)] == ["unknown-label"]
        assert READERS[name](quiet) == []


# Where files are found from.


@each_reader
def test_files_are_found_from_where_the_command_runs(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(folder, "level: student", "level: pupil")
    checkout = Path.cwd()
    Path("elsewhere").mkdir()
    for here, path, shown in (
        (".", folder, f"{folder}/measures/good.yml"),
        (".", checkout / folder, f"{folder}/measures/good.yml"),  # named from the root of the machine, and below us all the same
        (folder, ".", "measures/good.yml"),
        (folder / "measures", "..", "good.yml"),
        (folder / "measures", "good.yml", "good.yml"),
        ("elsewhere", Path("..") / folder, checkout / folder / "measures" / "good.yml"),  # not below us: by its whole path
    ):
        monkeypatch.chdir(checkout / here)
        [(_, file, line, column)] = told("validate", name, path)
        assert file.removeprefix("file://") == str(shown)
        assert Path(file.removeprefix("file://")).read_text(encoding="utf-8").splitlines()[line - 1][column - 1 :] == "pupil"


@each_reader
def test_a_step_of_github_in_a_folder_of_its_own(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # `working-directory: my-district`: annotations are looked for from the top of the checkout all the same.
    spoil(folder, "level: student", "level: pupil")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(Path.cwd()))
    monkeypatch.chdir(folder)
    assert [place[1] for place in told("validate", name, ".")] == [f"{folder}/measures/good.yml"]
    # A project outside the checkout is found from where we are.
    monkeypatch.setenv("GITHUB_WORKSPACE", str(Path("elsewhere").resolve()))
    assert [place[1] for place in told("validate", name, ".")] == ["measures/good.yml"]


@each_reader
def test_a_folder_that_is_a_link(folder: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(folder, "level: student", "level: pupil")
    Path("link").symlink_to(folder)
    assert [place[1] for place in told("validate", name, "link")] == ["link/measures/good.yml"]
    # The checkout itself was entered by a link: the project is below us, though it is named otherwise.
    Path("way").symlink_to(tmp_path)
    monkeypatch.chdir(folder)
    assert [place[1] for place in told("validate", name, tmp_path / "way" / folder)] == ["measures/good.yml"]


@each_reader
def test_measures_outside_a_project(folder: Path, name: str) -> None:
    (folder / "rttd.yml").unlink()
    spoil(folder, "level: student", "level: pupil")
    assert [place[1] for place in told("validate", name, folder)] == [f"{folder}/measures/good.yml"]
    Path("empty").mkdir()
    assert told("validate", name, "empty") == [("missing-file", "", None, None)]


@each_reader
def test_a_shipped_measure_that_does_not_fit_the_project(folder: Path, name: str) -> None:
    spoil(folder, "[measures]", "[package:student-support]", "rttd.yml")
    spoil(
        folder,
        "2012-13",
        "2012-13\ntables: [{name: students, schema: {fields: [{name: participating, type: string}]}}]",
        "rttd.yml",
    )
    found = told("validate", name, folder)
    assert {code for code, file, line, _ in found if file.startswith("package:student-support/") and line} == {"formula"}
    assert {file for _, file, _, _ in found if not file.startswith("package:")} == {f"{folder}/rttd.yml"}


# Test.


@each_reader
def test_clauses_that_no_example_reaches_in_every_format(folder: Path, name: str) -> None:
    found = [
        ("uncovered-clause", f"{folder}/measures/good.yml", 5, 13),  # the population is never false
        ("uncovered-clause", f"{folder}/measures/good.yml", 6, 18),  # the exclusion never true
    ]
    assert told("test", name, folder, code=0) == found
    assert told("test", name, folder, "--require-coverage") == found
    assert told("test", name, folder, "--require-coverage", "--quiet") == found
    assert told("test", name, folder, "--quiet", code=0) == []


def test_a_clause_is_an_error_where_coverage_is_required(folder: Path) -> None:
    def levels(name: str, *options: str, code: int) -> list[str]:
        text = rttd("test", folder, "--output-format", name, *options, code=code).stdout
        return re.findall(r'^::(\w+)|"(?:level|severity)": "(\w+)"|: (\w+)\[', text, re.MULTILINE)

    for name in ("text", "concise", "json", "github", "sarif"):
        assert {"".join(found) for found in levels(name, code=0)} == {"warning"}, name
        assert {"".join(found) for found in levels(name, "--require-coverage", code=1)} == {"error"}, name


@each_reader
def test_an_example_that_fails_in_every_format(folder: Path, name: str) -> None:
    spoil(folder, "expect: n}", "expect: missing}")
    places = [place for place in told("test", name, folder) if place[0] == "example-failed"]
    assert places == [("example-failed", f"{folder}/measures/good.yml", 12, 62)]


def test_junit_has_a_suite_a_measure_and_a_case_an_example(folder: Path) -> None:
    spoil(folder, "expect: n}", "expect: missing}")
    ended = rttd("test", folder, "--output-format", "junit", code=1)
    check_junit(ended.stdout)
    [suite] = ET.fromstring(ended.stdout)
    assert suite.attrib == {"name": "good", "file": f"{folder}/measures/good.yml", "tests": "3", "failures": "1", "errors": "0"}
    assert [(case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("five", []), ("four", ["failure"]), ("every clause is reached both ways", ["system-out"])]  # fmt: skip
    failure = suite[1][0]
    assert failure.get("message") == "example 'four' of good: expected missing, found n, value 0"
    assert (failure.text or "").startswith(f"{folder}/measures/good.yml:")
    # Required, the clauses are a case that fails.
    ended = rttd("test", folder, "--output-format", "junit", "--require-coverage", code=1)
    assert ET.fromstring(ended.stdout)[0].get("failures") == "2"


@each_reader
def test_nothing_is_tried_of_faulty_definitions(folder: Path, name: str) -> None:
    spoil(folder, "level: student", "level: pupil")
    assert [place[0] for place in told("test", name, folder)] == ["wrong-value"]


def test_the_starter_passes_in_every_format(tmp_path: Path) -> None:
    rttd("init", tmp_path / "district", code=0)
    for name in FORMATS:
        for command in (("validate",), ("test", "--require-coverage")):
            ended = rttd(*command, tmp_path / "district", "--output-format", name, code=0)
            assert name not in READERS or READERS[name](ended) == []


# What makes no sense.


def test_compute_has_the_formats_of_its_results(folder: Path) -> None:
    for name in ("concise", "github", "sarif", "junit"):
        ended = rttd("compute", folder, "--output-format", name, code=2)
        assert "--output-format" in ended.stderr
        assert ended.stdout == ""


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("command", ["validate", "test"])
def test_what_could_not_run_has_no_result(tmp_path: Path, command: str, name: str) -> None:
    ended = rttd(command, tmp_path / "gone", "--output-format", name, code=2)
    assert ended.stdout == ""
    assert "there is no file or folder" in ended.stderr
