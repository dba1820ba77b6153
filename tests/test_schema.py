"""JSON Schemas of the YAML files: what our reader takes they take, what it refuses for its shape they refuse.

`schema/` at the top of the repository holds them as `rttd schema --out schema` writes them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from commands import rttd, rttd_process
from projects import LAKESIDE
from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.json_schema import KINDS, json_schema
from rttd_metrics.definitions.standard_tables import standard_documents
from rttd_metrics.documents import parse, read_as
from rttd_metrics.jobs.init import start_project
from test_definitions import FACTS, FAULTS, GOOD, PROJECT
from test_docs import ALL, MEASURE, Block, whole
from test_docs import PROJECT as PLAIN_PROJECT

ROOT = Path(__file__).parents[1]
VALIDATORS = {kind: Draft202012Validator(json_schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER) for kind in KINDS}


def refused(kind: str, value: Any) -> list[str]:
    """Where and why the schema of a kind of file refuses a value, as YAML gives it to us."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(value)]


def kind_of(path: Path) -> str:
    if path.name == "rttd.yml":
        return "project"
    return "facts" if path.stem == "facts" or path.stem.endswith("-facts") else "measure"


def read(path: Path) -> Any:
    return parse(path.read_text(encoding="utf-8"), path.name).value


# What is committed.


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_what_the_models_give(kind: str) -> None:
    committed = (ROOT / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert committed == rttd("schema", kind, code=0).stdout, "run: rttd schema --out schema"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_draft_2020_12(kind: str) -> None:
    schema = json_schema(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    assert "http" not in json.dumps({name: part for name, part in schema.items() if name != "$schema"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_says_what_it_is_for(kind: str) -> None:
    schema = json_schema(kind)
    silent = [
        f"{name}.{key}"
        for name, mapping in {kind: schema, **schema.get("$defs", {})}.items()
        for key, what in {"the class": mapping, **mapping.get("properties", {})}.items()
        if not what.get("description")
    ]
    assert silent == [], "write a text under the field (or in the class), then run: rttd schema --out schema"
    # The links of the documentation lead nowhere from an editor.
    assert "](" not in json.dumps(schema)


# What our reader takes.


FILES = [path for folder in ("measures", "examples", "benchmarks", "src/rttd_metrics/jobs/starter")
         for path in sorted((ROOT / folder).rglob("*.yml"))]  # fmt: skip
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())


@each_file
def test_every_file_of_ours_is_taken(path: Path) -> None:
    assert refused(kind_of(path), read(path)) == []


@each_file
def test_an_editor_that_reads_yaml_its_own_way_takes_them_too(path: Path) -> None:
    # Editors know more values than texts, numbers and truth: none of our files depends on the difference.
    assert refused(kind_of(path), yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)) == []


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: keys are texts; `012` and `1e3` are numbers, NO and dates are texts."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}


for tag, form, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{form})$"), list(first))


def test_the_standard_tables_are_taken() -> None:
    table = Draft202012Validator({**json_schema("project"), "$ref": "#/$defs/TableDefinition", "type": "object",
                                  "properties": {}, "required": [], "additionalProperties": True})  # fmt: skip
    for document in standard_documents():
        assert [error.message for error in table.iter_errors(document.value)] == []


def blocks(kind: str) -> list[Block]:
    return [block for block in ALL if block.words[:2] == ("yaml", kind) and "wrong" not in block.words]


@pytest.mark.parametrize("block", [*blocks("measure"), *blocks("project"), *blocks("facts")], ids=str)
def test_every_definition_of_the_documentation_is_taken(block: Block) -> None:
    text = whole(block, {"measure": MEASURE, "project": PLAIN_PROJECT, "facts": {}}[block.words[1]])
    assert refused(block.words[1], parse(text, "block").value) == []


@pytest.mark.parametrize(("kind", "text"), [
    ("facts", "student: {late: count(attendance), often: {formula: late > 5, title: Often}}"),  # a formula alone will do
    ("facts", "parameters: {a: 1, b: [F, NC, 5], c: true, d: text}"),
    ("measure", f"{GOOD}final: 2013-06-07"),
    ("measure", f"{GOOD}baseline: {{2012: 1, 2010_2011: 2.5, 2011-2012: 3}}"),  # each form of a school year
    ("measure", f"{GOOD}for_each: {{subject: [reading, mathematics]}}"),
    ("measure", f"{GOOD}for_each: {{subject: {{reading: {{title: Read}}, mathematics: {{}}}}}}"),
    ("measure", f"{GOOD}owner:"),  # nothing is written yet
    ("project", PROJECT.replace("2012-13", "2013")),
    ("project", PROJECT.replace('"D"', "0600001")),  # a text to us, since it begins with 0; a number to editors
    ("project", f"{PROJECT}subgroups: {{gender: students.gender, young: {{formula: grade_level < 4}}}}"),
    ("project", f"{PROJECT}rules: {{category: {{tolerate: 5, because: x}}, overlap: {{tolerate: 0.5%, because: x}}}}"),
    ("project", f"{PROJECT}tables: [{{name: a, path: a.csv}}, {{name: b, path: [a.csv, b.csv]}}]"),
    ("project", f"{PROJECT}tables: [{{name: a, schema: {{primaryKey: a, fields: [{{name: a, categories: [1, x]}}]}}}}]"),
    ("project", f"{PROJECT}tables: [{{name: a, schema: {{fields: [{{name: a, source: [b, c]}}, {{name: d, default: 1}}]}}}}]"),
])  # fmt: skip
def test_every_short_form_is_taken(kind: str, text: str) -> None:
    value = parse(text, "f").value
    assert read_as(parse(text, "f"), KINDS[kind])[1] == []
    assert refused(kind, value) == []
    assert refused(kind, yaml.load(text, Loader=EditorLoader)) == []


# What it refuses.

NEEDS_OTHERS = {
    # These faults can be seen only with other files, or by reading formulas and dates.
    "no school year", "a date before the year", "an unknown package", "an unknown folder", "a folder outside", "an unknown table",
    "a parameter overridden and not declared", "a parameter of another type", "one text for a list", "two defaults", "a cycle",
    "a fact of itself", "a population of nothing", "an aggregate in a measure", "no aggregate", "a population that is a number",
    "a rule that is none", "a subgroup that is a number",
}  # fmt: skip


@pytest.mark.parametrize("fault", [fault for fault, (name, *_) in FAULTS.items() if name != "both"])
def test_the_faults_of_our_own_tests(fault: str) -> None:
    name, old, new, *_ = FAULTS[fault]
    kind, good = {"rttd": ("project", PROJECT), "facts": ("facts", FACTS), "good": ("measure", GOOD)}[name]
    assert refused(kind, parse(good, name).value) == []
    assert (refused(kind, parse(good.replace(old, new), name).value) == []) == (fault in NEEDS_OTHERS)


@pytest.mark.parametrize(("kind", "text"), [
    ("measure", f'{GOOD}look_back: "3"'),  # a number that is a text
    ("measure", f"{GOOD}look_back: 21"),
    ("measure", f'{GOOD}portfolio: "true"'),
    ("measure", f"{GOOD}portfolio: yes"),  # a text, here and in editors
    ("measure", f"{GOOD}baseline: {{fall: 1}}"),
    ("measure", f"{GOOD}final: soon"),
    ("measure", f"{GOOD}final: 2013-13-07"),
    ("measure", f"{GOOD}for_each: {{a: [b], c: [d]}}"),
    ("measure", f"{GOOD}narrative: good"),
    ("measure", f"{GOOD}examples: [{{name: a, expect: n, given: 5}}]"),
    ("facts", "student: {late: 5}"),
    ("facts", "student: {Late: count(attendance)}"),
    ("facts", "student: {late: {title: Late}}"),
    ("facts", "students: {late: count(attendance)}"),
    ("project", PROJECT.replace("measures: [measures]", "measures: []")),
    ("project", f"{PROJECT}school_year_starts: 7/1"),
    ("project", f"{PROJECT}rules: {{category: {{because: x}}}}"),
    ("project", f"{PROJECT}rules: {{category: {{tolerate: few, because: x}}}}"),
    ("project", f"{PROJECT}tables: [{{name: a, dialect: {{delimiter: tab}}}}]"),
    ("project", f"{PROJECT}tables: [{{name: a, schema: {{missing_values: [x]}}}}]"),  # the key is missingValues
    ("project", f"{PROJECT}tables: [{{name: a, schema: {{fields: [{{name: a, required: 1}}]}}}}]"),
])  # fmt: skip
def test_what_the_reader_refuses_the_schema_refuses(kind: str, text: str) -> None:
    assert read_as(parse(text, "f"), KINDS[kind])[1] != []
    assert refused(kind, parse(text, "f").value) != []


SCALARS = st.sampled_from([
    None, True, False, 0, 1, 3, -1, 2013, 0.5, 1e6, "", "x", "yes", "true", "3", "0.5", "2012-13", "2012-11-16", "07-01", "all",
    "reading", "5%", "4-8(c)", "student", "[]", "A b", ","])  # fmt: skip
MAPPINGS = st.dictionaries(st.sampled_from(["a", "2012-13", "A"]), SCALARS, max_size=2)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), MAPPINGS)
RICH = {
    "project": ROOT / "examples" / "edfi-grand-bend" / "rttd.yml",
    "measure": ROOT / "src" / "rttd_metrics" / "jobs" / "starter" / "measures" / "often-late.yml",
    "facts": ROOT / "examples" / "edfi-grand-bend" / "measures" / "facts.yml",
}


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*at, key)
        yield from places(part, (*at, key))


@pytest.mark.parametrize("kind", RICH)
def test_reader_and_schema_agree_on_shapes(kind: str) -> None:
    """A value of a right file is replaced by another, or a key is: where the reader takes it, so does the schema; where
    the reader refuses it for its shape, the schema refuses it too."""
    good = read(RICH[kind]) | KEYS[kind]
    paths = list(places(good))
    assert outcome(KINDS[kind], good) == set()

    @given(path=st.sampled_from(paths), new=VALUES, renamed=st.booleans())
    def agree(path: tuple[str | int, ...], new: Any, renamed: bool) -> None:
        value = changed(good, path, new, renamed)
        found = outcome(KINDS[kind], value)
        if not found:
            assert refused(kind, value) == [], value
        elif found & {"unknown-key", "missing-key", "wrong-type"}:
            assert refused(kind, value) != [], found

    agree()


KEYS: Mapping[str, dict[str, Any]] = {
    "project": {"rules": {"category": {"tolerate": 5, "because": "x"}}, "portfolio": {"minimum_n": 5, "grade_bands": ["4-8"]},
                "levels": {"school": {"attribution": "last_enrolled"}}, "parameters": {"marks": ["F"]}},
    "measure": {"final": "2013-06-07", "confidential": {"of": "educator", "minimum": 5}, "look_back": 3, "portfolio": False,
                "validation": {"predictive": 0.8, "comprehensive": 0.9, "source": "x"}, "at_school": "own", "slot": "4-8(c)",
                "for_each": {"subject": {"reading": {"title": "x"}}}, "assessment": {"2012-13": "x"}},
    "facts": {"attendance": "daily", "parameters": {"a": 1, "b": [True]}, "school": {"few": {"formula": True, "via": "a"}}},
}  # fmt: skip


def outcome(model: type[Model], value: Any) -> set[str]:
    """The codes of what our reader says of a value."""
    return {problem.code for problem in read_as(parse(json.dumps(value), "f"), model)[1]}


def changed(good: Any, path: tuple[str | int, ...], new: Any, renamed: bool) -> Any:
    """The same with another value at a path; or, of a key, the same value under another name."""
    value = json.loads(json.dumps(good))
    inside = value
    for step in path[:-1]:
        inside = inside[step]
    last = path[-1]
    if renamed and isinstance(inside, dict) and isinstance(new, str):
        inside[new] = inside.pop(last)
    else:
        inside[last] = new
    return value


# The command, and what editors find.


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = rttd("schema", "facts", code=0).stdout
    assert json.loads(printed) == json_schema("facts")
    said = rttd("schema", "--out", tmp_path / "new" / "schema", code=0).stdout
    assert said.splitlines() == [f"wrote {tmp_path}/new/schema/{kind}.schema.json" for kind in KINDS]
    assert (tmp_path / "new" / "schema" / "facts.schema.json").read_text(encoding="utf-8") == printed
    assert rttd("schema", "facts", "--out", tmp_path / "one", "--quiet", code=0).stdout == ""
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["facts.schema.json"]
    rttd("schema", "--out", tmp_path / "one", code=0)  # what is there is replaced
    assert len(list((tmp_path / "one").iterdir())) == 3


def test_schema_of_what_and_where(tmp_path: Path) -> None:
    assert "say which: project, measure, facts; or write all with --out DIR" in rttd("schema", code=2).stderr
    assert "'table' is not one of" in rttd("schema", "table", code=2).stderr
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "cannot be written: File exists" in rttd("schema", "--out", tmp_path / "file", code=2).stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_two_runs_print_the_same_bytes() -> None:
    one, two = (rttd_process("schema", "measure", code=0, PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
    assert one == two == rttd("schema", "measure", code=0).stdout


def test_an_editor_finds_the_schema_of_each_file_of_a_new_project(tmp_path: Path) -> None:
    start_project(tmp_path / "district")
    found = {}
    for path in sorted((tmp_path / "district").rglob("*.yml")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        told = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert told, path
        # A relative path, from the file itself, to a file of the project: nothing is fetched.
        schema = json.loads((path.parent / told[1]).read_text(encoding="utf-8"))
        assert (path.parent / told[1]).resolve().is_relative_to(tmp_path / "district")
        assert schema == json_schema(kind_of(path))
        assert list(Draft202012Validator(schema).iter_errors(read(path))) == []
        found[path.name] = kind_of(path)
    assert found == {"facts.yml": "facts", "often-late.yml": "measure", "rttd.yml": "project"}


def test_lakeside_is_a_project() -> None:
    assert refused("project", read(LAKESIDE / "rttd.yml")) == []
    assert refused("measure", read(LAKESIDE / "rttd.yml")) != []
