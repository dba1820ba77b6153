"""The documentation says what is so: its examples run, its tables are made from the code, its commands exist.

How its blocks are read, by the words after the opening fence:

    yaml measure [part] [wrong]    a measure; a part is laid over a plain one; a wrong one is followed by its problems;
                                   with `with facts` it uses those of the block before it
    yaml facts                     a facts file, in the project of the block before it where that is one
    yaml project [part]            rttd.yml
    yaml workflow, gitlab, pre-commit
                                   what CI is told: run by test_ci.py
    formula LEVEL                  conditions of a measure, one a line; `fact LEVEL` and `measure LEVEL`: of these
    formula values                 formulas and what they give
    sh [exit N]                    commands, run one after the other in a folder with the examples and a starter project
    csv FILE                       a file of that project
    text COMMAND                   what the command prints; `...` stands for any lines
    text problems                  what `rttd validate` prints of the block before it
    python                         a program
"""

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

from rttd_metrics.cli.main import app
from rttd_metrics.data import findings
from rttd_metrics.definitions import attribution, facts, fields, gap, measure, project, tables, target_shapes, targets
from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.definitions.examples import GivenUnit
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.types import check, check_measure
from rttd_metrics.jobs.init import start_project

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)

PROJECT = {
    "district": '{id: "1", name: District}',
    "school_year": "2012-13",
    "measures": "[measures/]",
    "subgroups": "{english_learner: students.english_learner}",
}
MEASURE = {
    "id": "plain",
    "title": "Plain",
    "condition": "outcome",
    "level": "student",
    "population": "participating and grade_level between 4 and 8",
    "formula": "percent(absence_rate >= 0.10)",
    "improvement": "decrease",
    "frequency": "monthly",
}
PLAIN_PROJECT, PLAIN_MEASURE = ("".join(f"{key}: {value}\n" for key, value in plain.items()) for plain in (PROJECT, MEASURE))


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `before` is the one before it."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str = field(repr=False)
    before: "Block | None" = field(repr=False)

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    before = None
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        before = Block(page, line, (found[1], *found[2].split()), found[3], before)
        yield before


ALL = [block for page in PAGES for block in blocks(page)]


def of(*words: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", [block for block in ALL if block.words[: len(words)] == words], ids=str)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    bare, said = {("sh",), ("python",)}, {"yaml", "formula", "sh", "csv", "text"}
    odd = [block for block in ALL if block.words not in bare and (len(block.words) < 2 or block.words[0] not in said)]
    assert list(map(str, odd)) == []


# -- definitions ----------------------------------------------------------------------------------------------------


def laid_over(part: str, plain: dict[str, str]) -> str:
    """The part, then the keys of the plain definition that it does not have: its lines keep their numbers."""
    own = yaml.safe_load(part) or {}
    return part + "".join(f"{key}: {value}\n" for key, value in plain.items() if key not in own)


def whole(block: Block, plain: dict[str, str]) -> str:
    return laid_over(block.text, plain) if "part" in block.words else block.text


def write(folder: Path, settings: str = PLAIN_PROJECT, *, measure_text: str = PLAIN_MEASURE, facts_text: str = "{}") -> Path:
    """A project with one measure."""
    (folder / "measures").mkdir()
    (folder / "rttd.yml").write_text(settings)
    (folder / "measures" / "measure.yml").write_text(measure_text)
    (folder / "measures" / "facts.yml").write_text(facts_text)
    return folder


def messages(portfolio: Portfolio) -> list[str]:
    failed = [outcome.as_problem() for outcome in portfolio.run_examples() if not outcome.holds] if not portfolio.errors else []
    return [f"{problem.file}:{problem.line}: {problem.message}" for problem in (*portfolio.problems, *failed)]


@of("yaml", "measure")
def test_a_measure_is_right_and_its_examples_hold(block: Block, tmp_path: Path) -> None:
    if "wrong" not in block.words:
        own = block.before.text if "facts" in block.words[2:] and block.before is not None else "{}"
        assert messages(read_portfolio(write(tmp_path, measure_text=whole(block, MEASURE), facts_text=own))) == []


@of("text", "problems")
def test_a_wrong_measure_has_the_problems_shown(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert block.before is not None
    assert "wrong" in block.before.words
    (tmp_path / "measure.yml").write_text(whole(block.before, MEASURE))
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["validate", "measure.yml"])
    assert shown.exit_code == 1
    assert shown.output == block.text


@of("yaml", "facts")
def test_a_facts_file_is_right(block: Block, tmp_path: Path) -> None:
    before = block.before
    settings = whole(before, PROJECT) if before is not None and before.words[:2] == ("yaml", "project") else PLAIN_PROJECT
    assert messages(read_portfolio(write(tmp_path, settings, facts_text=block.text))) == []


@of("yaml", "project")
def test_a_project_file_is_right(block: Block, tmp_path: Path) -> None:
    assert messages(read_portfolio(write(tmp_path, whole(block, PROJECT)))) == []


# -- formulas -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Portfolio:
    return read_portfolio(shipped_folder())


@of("formula")
def test_a_formula_is_right(block: Block, shipped: Portfolio) -> None:
    *kind, level = block.words[1:]
    lines = block.text.splitlines()
    if level == "values":
        assert {line: value_of(line.split(" → ")[0], shipped) for line in lines} == {line: line.split(" → ")[1] for line in lines}
        return
    scope = shipped.facts.scope(level, aggregates=kind == ["fact"])
    faults = [check_measure(line, scope)[1] if kind == ["measure"] else check(line, scope).faults for line in lines]
    assert [f"{line}: {fault}" for line, found in zip(lines, faults, strict=True) for fault in found] == []


def value_of(formula: str, shipped: Portfolio) -> str:
    """The value of a formula about a student of whom nothing is known, as a formula writes it."""
    nobody = GivenUnit("student", shipped.facts, shipped.tables, shipped.defaults, {}, date(2012, 11, 16), 2013, date(2012, 7, 1))
    checked = check(formula, shipped.facts.scope("student"))
    assert checked.faults == (), formula
    match evaluate(checked.node, nobody):
        case None:
            return "null"
        case bool(truth):
            return str(truth).lower()
        case float(number):
            return f"{number:g}"
        case found:
            return f"'{found}'"


# -- commands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        match block.words:
            case "sh", "tests":
                pass  # what is running now
            case "sh", *_:
                code = int(block.words[2]) if block.words[1:2] == ("exit",) else 0
                for command in block.text.splitlines():
                    assert run(command).exit_code == code, f"{block}: {command}"
            case "csv", file:
                start("my-district")
                Path("my-district", file).write_text(block.text)
            case "text", "rttd", *_:
                done = run(" ".join(block.words[1:]))
                assert_printed(block, done.stderr + done.stdout)
            case ("python",):
                start("my-district")
                exec(compile(block.text, str(block), "exec"), {})


def run(line: str) -> Any:
    """Run the rttd of a line of shell: as it stands, or at the end of a chain that installs it."""
    words = shlex.split(line.rsplit("&& .venv/bin/", 1)[-1], comments=True)
    assert words[0] == "rttd"
    if words[1] != "init" and "my-district" in words:
        start("my-district")
    return CliRunner().invoke(app, words[1:])


def start(folder: str) -> None:
    if not Path(folder).exists():
        start_project(Path(folder))


def assert_printed(block: Block, output: str) -> None:
    """The lines of a block stand in the output, one after the other; `...` stands for any number of lines."""
    printed = [line.rstrip() for line in output.splitlines()]
    at = 0
    for number, part in enumerate(re.split(r"^\.\.\.\n", block.text, flags=re.MULTILINE)):
        lines = part.splitlines()
        places = [place for place in range(at, len(printed) - len(lines) + 1) if printed[place : place + len(lines)] == lines]
        assert places and (number or places[0] == 0), f"{block}: not printed so:\n{part}\nbut:\n{output}"
        at = places[0] + len(lines)
    assert block.text.endswith("...\n") or at == len(printed), f"{block}: more is printed:\n{output}"


def commands() -> dict[str, dict[str, tuple[str, ...]]]:
    """The options of each command."""
    group: Any = typer.main.get_command(app)
    return {name: {parameter.name: tuple(parameter.opts) for parameter in command.params if parameter.opts[0].startswith("-")}
            for name, command in group.commands.items()}  # fmt: skip


def test_every_command_and_option_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", page, re.MULTILINE))
    shared = sections["Options of several commands"]
    assert {name.removeprefix("rttd ") for name in sections if name.startswith("rttd ")} == set(commands())
    known = {"--version", "--help"}
    for name, options in commands().items():
        known.update(*options.values())
        told = sections[f"rttd {name}"] + shared
        assert [option for option in options.values() if f"`{option[0]}" not in told] == [], name
    written = {option for page in PAGES for option in re.findall(r"`(--[a-z][a-z-]*)", page.read_text(encoding="utf-8"))}
    assert written <= known


def test_the_two_commands_of_the_readme_are_each_one_line() -> None:
    lines = {block.words: block.text.count("\n") for block in ALL if block.words in {("sh", "first"), ("sh", "tests")}}
    assert lines == {("sh", "first"): 1, ("sh", "tests"): 1}


# -- nothing is left out --------------------------------------------------------------------------------------------


def keys(*models: type[Model]) -> set[str]:
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


@pytest.mark.parametrize(("page", "wanted"), [
    ("measures.md", keys(measure.MeasureDefinition, measure.Exclusion, measure.Confidential, measure.Narrative, measure.Example,
                         facts.FactDefinition, facts.FactsFile)),
    ("targets.md", keys(targets.Target, targets.SubgroupTarget, targets.NewBaseline, gap.Gap, gap.GapTarget, gap.OutsideReference,
                        *(kind for kind in vars(target_shapes).values() if isinstance(kind, type) and issubclass(kind, Model)))),
    ("project.md", keys(project.ProjectDefinition, project.District, project.Subgroup, project.SchoolLevel, project.Levels,
                        attribution.FullYear, attribution.AttributionByDays, project.RuleSetting, project.PortfolioSettings,
                        tables.TableDefinition, tables.Dialect, tables.TableSchema, fields.FieldDefinition, fields.Category,
                        tables.ForeignKey, tables.ReferencedKey)),
])  # fmt: skip
def test_every_key_is_documented(page: str, wanted: Sequence[str]) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert {key for key in wanted if not re.search(rf"`{key}[`:]|\b{key}:", text)} == set()


def test_every_finding_is_documented() -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8").partition("\n## The findings\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)`", text, re.MULTILINE)) == set(findings._WORDS) == set(DATA_RULES)


def test_generated_tables_are_up_to_date() -> None:
    script = load(ROOT / "docs" / "make_tables.py")
    stale = [path.name for path, text in script.generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run python docs/make_tables.py"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page are linked to."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    lost = []
    for link in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []
