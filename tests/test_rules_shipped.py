"""The shipped portfolio keeps the rules of rttd-d, and whatever single thing is taken out of it, the rule that asks for it
speaks, at its line, and no other does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from commands import rttd
from rttd_d import SUBGROUPS
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.rules.holding import held_against_rules
from rttd_metrics.definitions.slots import EXTRA, SLOTS
from rttd_metrics.definitions.sources import shipped_folder, shipped_packages
from rttd_metrics.definitions.target_checks import target_problems
from rttd_metrics.documents import parse, read_as
from rttd_metrics.problems import Problem

MEASURES = 5
"""The line of `measures:` in the project below."""
FILES = [file.relative_to(shipped_folder()).as_posix() for file in sorted(shipped_folder().rglob("*.yml"))
         if not file.stem.endswith("facts") and yaml.safe_load(file.read_text("utf-8")).get("portfolio", True)]  # fmt: skip


def project(folder: Path) -> Path:
    packages = [f"package:{name}" for name in shipped_packages() if not name.startswith("library")]
    settings = {
        "district": {"id": "D", "name": "District"},
        "school_year": "2012-13",
        "measures": packages,
        "subgroups": SUBGROUPS,
    }
    (folder / "rttd.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return read_portfolio(project(tmp_path_factory.mktemp("shipped")))


def test_the_shipped_portfolio_keeps_the_rules(shipped: Portfolio, tmp_path: Path) -> None:
    assert held_against_rules(shipped) == ()
    assert len(FILES) == 14
    ended = rttd("validate", project(tmp_path), "--portfolio", "rttd-d", code=0)
    assert ended.stdout.endswith("14 of them held against the rules of rttd-d: no problems.\n")
    loose = rttd("validate", shipped_folder(), "--portfolio", "rttd-d", code=0)
    assert loose.stdout.endswith("14 of them held against the rules of rttd-d: no problems.\n")


# -- one thing taken out --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenOut:
    """What is left of a file without one thing, and what must be said: the rule, where, how seriously."""

    what: str
    text: str
    rule: str
    line: int
    severity: str = "error"


def taken_out(text: str) -> Iterator[TakenOut]:
    """Each part of the narrative, baseline, target, year of a target, and the examples of a measure, taken out of its file."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines, 1) if re.match(r"\w", line))
    numbers = {line.strip().partition(":")[0]: number for number, line in enumerate(lines, 1)}
    slot = SLOTS.get(yaml.safe_load(text).get("slot"), EXTRA)
    for at, line in enumerate(lines):
        key = line.strip().partition(":")[0]
        rest = "\n".join([*lines[:at], *lines[_end(lines, at) :]])
        if key in ("rationale", "leading_information", "review_and_improve"):
            yield TakenOut(key, rest, "L04", numbers["narrative"], "error" if slot.proposed else "warning")
        elif slot.by_subgroup and key in ("economically_disadvantaged", "english_learner", "disability"):
            yield TakenOut(key, rest, "L06", numbers["subgroups"])
        elif key == "examples":
            yield TakenOut(key, rest, "L29", first)
        elif line.startswith("baseline:"):
            yield TakenOut(key, rest, "L05", numbers["shape"] - 1 if "shape" in numbers else first)  # the shape moves up
        for part in re.finditer(r"(?<=\{)baseline: \{[^}]*\}", line):  # of a subgroup, whose targets everyone's shape makes
            yield TakenOut(line, _without(lines, at, part), "L05", at + 1)
        for year in re.finditer(r"\d{4}-\d\d: [\d.]+,? ?", line) if key == "annual" else ():
            yield TakenOut(f"{year.group()} of {line}", _without(lines, at, year), "L05", at + 1)


def _without(lines: list[str], at: int, part: re.Match[str]) -> str:
    """The text without a part of one line."""
    return "\n".join([*lines[:at], lines[at][: part.start()] + lines[at][part.end() :], *lines[at + 1 :]])


def _end(lines: list[str], at: int) -> int:
    """Where what belongs to a key ends: before the next line that is not indented further."""
    depth = len(lines[at]) - len(lines[at].lstrip())
    further = (number for number in range(at + 1, len(lines)) if lines[number].strip())
    return next((number for number in further if len(lines[number]) - len(lines[number].lstrip()) <= depth), len(lines))


def held_without(shipped: Portfolio, file: str, text: str) -> tuple[Problem, ...]:
    """What is found where the file of a measure holds this text; the formulas stay."""
    [measure] = [measure for measure in shipped.measures if measure.document.file == f"package:{file}"]
    document = parse(text, measure.document.file)
    definition, problems = read_as(document, MeasureDefinition)
    assert definition is not None, problems
    changed = replace(measure, definition=definition, document=document)
    measures = tuple(changed if other is measure else other for other in shipped.measures)
    return held_against_rules(replace(shipped, measures=measures, problems=tuple(target_problems(document, changed))))


@pytest.mark.parametrize("file", FILES)
def test_the_rule_speaks_that_asks_for_what_was_taken_out(shipped: Portfolio, file: str) -> None:
    parts = list(taken_out(shipped.texts[f"package:{file}"]))
    assert len(parts) >= 3 + 1 + 1 + 4  # the narrative, the baseline, the examples, and years or subgroups
    for part in parts:
        told = [
            (problem.code, problem.severity, problem.file, problem.line) for problem in held_without(shipped, file, part.text)
        ]
        assert told == [(part.rule, part.severity, f"package:{file}", part.line)], part.what


@pytest.mark.parametrize("file", FILES)
def test_the_rules_speak_that_ask_for_targets(shipped: Portfolio, file: str) -> None:
    """Without its shape, or without any target, a measure lacks every year, and so does each group that shared the shape."""
    lines = shipped.texts[f"package:{file}"].splitlines()
    shaped = any(line.startswith("  shape:") for line in lines)
    at = next(at for at, line in enumerate(lines) if line.startswith("  shape:" if shaped else "target:"))
    found = held_without(shipped, file, "\n".join([*lines[:at], *lines[_end(lines, at) :]]))
    groups = sum(line.count("{baseline: ") for line in lines)
    assert [problem.code for problem in found] == ["L05"] + ["L06"] * groups
    assert all(problem.message.endswith("for 2012-13, 2013-14, 2014-15, 2015-16 and 2016-17") for problem in found)
    assert lines[(found[0].line or 0) - 1].partition(":")[0] == ("target" if shaped else "id")


@pytest.mark.parametrize("file", FILES)
def test_the_rule_speaks_that_asks_for_the_slot(shipped: Portfolio, file: str) -> None:
    lines = shipped.texts[f"package:{file}"].splitlines()
    found = held_without(shipped, file, "\n".join(line for line in lines if not line.startswith("slot:")))
    slots = [line.removeprefix("slot: ") for line in lines if line.startswith("slot:")]
    assert [(problem.code, problem.file, problem.line, problem.message) for problem in found] == [
        ("L02", "rttd.yml", MEASURES, f"no measure fills the slot {slot}: {SLOTS[slot].asks}") for slot in slots]  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_the_rules_speak_that_ask_for_the_measure(shipped: Portfolio, file: str) -> None:
    """Its slot is empty, and a condition or level of which it was the only one has none."""
    [measure] = [measure for measure in shipped.measures if measure.document.file == f"package:{file}"]
    others = tuple(other for other in shipped.measures if other is not measure)
    alone = [of for of in ("condition", "level")
             if all(getattr(other.definition, of) != getattr(measure.definition, of) for other in others)]  # fmt: skip
    found = held_against_rules(replace(shipped, measures=others))
    assert [problem.code for problem in found] == ["L02"] * (measure.definition.slot is not None) + ["L18"] * len(alone)
    assert {(problem.file, problem.line) for problem in found} == {("rttd.yml", MEASURES)}
