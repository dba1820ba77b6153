"""The rttd.yml of a drafted project: every guess a line that begins with `#?`, under a comment that says why."""

import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, KeyDraft, ProjectDraft, Setting, TableDraft

MARK = "#? "
_PLAIN = re.compile(r"[A-Za-z_]([A-Za-z0-9_./*()-]|:(?=[A-Za-z])| (?=[A-Za-z0-9_./()*-]))*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~")
_WIDTH = 120
_DIMENSIONS = ("race_ethnicity", "gender", "economically_disadvantaged", "english_learner", "disability", "homeless", "foster",
               "migrant", "military_connected")  # fmt: skip
_HEAD = """\
# yaml-language-server: $schema=.rttd/project.schema.json
# What `rttd init --from` made of {source}: {standard}.
# A line that begins with #? is a guess, and stays unused until somebody who knows the data takes its #? away. The comment
# above it says why it was thought so. `rttd init . --accept` takes all of them away at once.
#
#   rttd validate .        checks this file and the measures, without any data
#   rttd compute .         computes every measure and prints the report
"""


def accepted(text: str) -> str:
    """The file with every guess confirmed."""
    text = re.sub(rf"^( *){re.escape(MARK)}", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"^( *)# guess, ", r"\1# confirmed guess, ", text, flags=re.MULTILINE)


def project_text(
    draft: ProjectDraft, source: str, where: Mapping[str, str], measures: Iterable[str], left_out: Mapping[str, str]
) -> str:
    """`where`: the path in the project of each file; `measures`: entries for `measures:`; `left_out`: entries that lack what
    they need, and what that is."""
    lines = _HEAD.format(source=source, standard=draft.standard).splitlines()
    lines += ["", *_district(draft), *_setting("school_year", draft.school_year), *_setting("attendance", draft.attendance)]
    lines += ["", "# What comes with rttd and finds its files and columns here."]
    lines += ["measures:", *(f"  - {scalar(entry)}" for entry in measures)]
    lines += _subgroups(draft)
    lines += _questions(draft)
    lines += _tables(draft, where)
    lines += _unused(draft, left_out)
    return "\n".join(lines) + "\n"


def _unused(draft: ProjectDraft, left_out: Mapping[str, str]) -> list[str]:
    """Files that are not read, and measures that come with rttd and lack something, each with the reason."""
    lines = (
        ["", "# Files that are not read:", *(f"#   {path}: {why}" for path, why in draft.unused.items())] if draft.unused else []
    )
    if left_out:
        lines += ["", "# Measures that come with rttd and lack something here; add them to `measures:` once it is there:"]
        lines += [f"#   {entry}: {lacks}" for entry, lacks in sorted(left_out.items())]
    return lines


def facts_text(facts: Mapping[str, tuple[str, str]]) -> str:
    """The facts file of a project: title and formula by name, of the student."""
    lines = [
        "# yaml-language-server: $schema=../.rttd/facts.schema.json",
        "# Facts that the subgroups of rttd.yml use.",
        "student:",
    ]
    for name, (title, formula) in facts.items():
        lines += [f"  {name}:", f"    title: {scalar(title)}", f"    formula: {scalar(formula)}"]
    return "\n".join(lines) + "\n"


def scalar(value: Any) -> str:
    """A value in YAML's flow style; a text in quotes where it could be taken for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(scalar(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {scalar(item)}" for key, item in value.items()) + "}"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _marked(lines: Iterable[str], guess: Guess | None, *, told: bool = True) -> list[str]:
    """Lines as they stand, or as a guess, with its reason above."""
    lines = list(lines)
    if guess is None or not lines:
        return lines
    indent = " " * (len(lines[0]) - len(lines[0].lstrip()))
    reason = textwrap.wrap(f"guess, {guess.confidence}: {guess.reason}", _WIDTH - len(indent) - 2) if told else []
    return [*(f"{indent}# {line}" for line in reason), *(_mark(line) for line in lines)]


def _mark(line: str) -> str:
    indent = len(line) - len(line.lstrip())
    return line if line.lstrip().startswith("#") else line[:indent] + MARK + line[indent:]


def _district(draft: ProjectDraft) -> list[str]:
    known, name = draft.district_id, draft.district_name
    assert known is not None and name is not None, "they are guessed at least"
    reasons = [setting.guess for setting in (known, name) if setting.guess is not None]
    guess = Guess("; ".join(guess.reason for guess in reasons), "possible") if reasons else None
    note = "# The id your state knows the district by, in quotes so that leading zeros stay, and the name that reports show."
    return [note, *_marked([f"district: {{id: {json.dumps(known.value)}, name: {scalar(name.value)}}}"], guess)]


def _setting(name: str, setting: Setting | None) -> list[str]:
    return _marked([f"{name}: {setting.value}"], setting.guess) if setting is not None else []


def _subgroups(draft: ProjectDraft) -> list[str]:
    students = draft.table("students")
    lines: list[str] = []
    certain = False
    for name in _DIMENSIONS:
        drafted = students.field(name) if students else None
        if students is not None and drafted is not None:
            guess = students.guess or drafted.guess
            lines += _marked([f"  {name}: students.{name}"], guess, told=False)
            certain = certain or guess is None
    for name in draft.student_facts:
        lines.append(f"  {name.removeprefix('in_')}: {name}")
        certain = True
    return ["", "# The dimensions that divide students into subgroups.", *_headed("subgroups:", lines, certain)] if lines else []


def _headed(head: str, lines: list[str], certain: bool) -> list[str]:
    """Lines under their key, which is a guess itself where all of them are."""
    return [head if certain else _mark(head), *lines] if lines else []


def _questions(draft: ProjectDraft) -> list[str]:
    lines = [
        f"#   {question.table}.{question.field}, column {scalar(question.column)}: {question.asks}"
        for question in draft.questions
    ]
    return ["", "# Questions, which only somebody who knows the data can answer:", *lines] if lines else []


def _tables(draft: ProjectDraft, where: Mapping[str, str]) -> list[str]:
    told = [table for table in draft.tables if _differs(table, where)]
    lines = [line for table in told for line in ["", *_table(table, where)]]
    certain = any(table.guess is None for table in told)
    note = "# Only what differs from the standard tables: files, headers (`source:`), formats and codes."
    return ["", note, *_headed("tables:", lines[1:], certain)] if lines else []


def _differs(table: TableDraft, where: Mapping[str, str]) -> bool:
    """Whether a table is anything but the standard one of its name, in its usual place."""
    usual = [where[path] for path in table.paths] == [f"data/{table.name}.csv"]
    more = table.keys or table.primary_key or table.foreign_keys or table.notes or table.guess is not None
    return bool(not usual or more or any(_says(drafted) for drafted in table.fields))


def _says(drafted: FieldDraft) -> bool:
    return bool(drafted.keys or drafted.codes or drafted.guess is not None)


def _table(table: TableDraft, where: Mapping[str, str]) -> list[str]:
    paths = [where[path] for path in table.paths]
    lines = [f"  # {line}" for note in table.notes for line in textwrap.wrap(note, _WIDTH - 4)]
    own = [f"  - name: {table.name}"]
    own += [f"    path: {scalar(paths[0])}"] if len(paths) == 1 else ["    path:", *(f"      - {scalar(path)}" for path in paths)]
    for key in table.keys:
        own += _key(key)
    said = [drafted for drafted in table.fields if _says(drafted)]
    fields = [line for drafted in said for line in _field(drafted)]
    certain = any(drafted.guess is None for drafted in said)
    schema = _headed("      fields:", fields, certain)
    if table.primary_key:
        schema.append(f"      primaryKey: {scalar(table.primary_key)}")
    if table.foreign_keys:
        schema += ["      foreignKeys:", *(f"        - {scalar(key)}" for key in table.foreign_keys)]
    own += _headed("    schema:", schema, certain or bool(table.primary_key or table.foreign_keys))
    return [*lines, *_marked(own, table.guess)]


def _key(key: KeyDraft) -> list[str]:
    return _marked(_value(4, key.name, key.value), key.guess)


def _value(indent: int, name: str, value: Any) -> list[str]:
    """`name: value`, over several lines where it is a long text."""
    line = f"{' ' * indent}{name}: {scalar(value)}"
    if len(line) <= _WIDTH or not isinstance(value, str):
        return [line]
    folded = textwrap.wrap(value, _WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False)
    return [f"{' ' * indent}{name}: >-", *(f"{' ' * (indent + 2)}{part}" for part in folded)]


def _field(drafted: FieldDraft) -> list[str]:
    note = [f"        # {drafted.note}"] if drafted.note else []
    flat = f"        - {scalar({'name': drafted.name, **drafted.keys})}"
    if not drafted.codes and len(flat) <= _WIDTH:
        return [*note, *_marked([flat], drafted.guess)]
    lines = [f"        - name: {drafted.name}"]
    for name, value in drafted.keys.items():
        lines += _value(10, name, value)
    if drafted.codes:
        codes = [line for code in drafted.codes for line in _code(code)]
        lines += _headed("          categories:", codes, any(code.guess is None for code in drafted.codes))
    return [*note, *_marked(lines, drafted.guess)]


def _code(code: CodeDraft) -> list[str]:
    return _marked(
        [f"            - {{value: {json.dumps(code.value, ensure_ascii=False)}, label: {scalar(code.label)}}}"], code.guess
    )
