"""Write the parts of the reference that are made from the code: docs/tables.md, and the tables between
`<!-- generated: NAME -->` and `<!-- end -->` of the other pages.

    python docs/make_tables.py

A test holds the files to what this script makes.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from rttd_metrics.data.findings import meanings
from rttd_metrics.definitions.base import Model
from rttd_metrics.definitions.data_rules import DATA_RULES
from rttd_metrics.definitions.facts import FactDefinition
from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.gap import Gap
from rttd_metrics.definitions.json_schema import field_texts
from rttd_metrics.definitions.measure import Confidential, Example, MeasureDefinition
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.project import PortfolioSettings, ProjectDefinition, Subgroup
from rttd_metrics.definitions.rules.catalogue import RULES
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.definitions.target_paths import baselines_of, target_of
from rttd_metrics.definitions.target_shapes import year_code
from rttd_metrics.documents import parse
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA
from rttd_metrics.formula.functions import AGGREGATE_ARGUMENTS, MEASURE_AGGREGATES, ROW_AGGREGATES, ROW_FUNCTIONS
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.values import round_half_away, school_year_label
from rttd_metrics.problems.codes import CODES
from rttd_metrics.reports.columns import COLUMNS, ROLES, STATUSES

DOCS = Path(__file__).parent
_PART = re.compile(r"(<!-- generated: (\w+) -->\n)(?:.*?\n)??(<!-- end -->\n)", re.DOTALL)
_MEANINGS = {
    "count": "the number of rows, or of different values; 0 where there are none",
    "sum": "their sum",
    "avg": "their mean",
    "median": "their median",
    "min": "the smallest",
    "max": "the largest",
    "any": "whether one of them is true",
    "all": "whether all of them are true",
    "first": "the value of the first row",
    "last": "the value of the last row",
    "percent": "the units for which c is true, in percent of those that count",
    "rate": "the sum of a divided by the sum of b, times per",
}
_PLAIN = {
    "abs": "the number without its sign",
    "floor": "the whole number at or below",
    "ceil": "the whole number at or above",
    "lower": "in small letters",
    "starts_with": "whether it begins so",
    "contains": "whether it is in the text",
    "school_year_day": "the date with that month and day in the school year",
    "add_months": "the same day so many months later, or the last day of a shorter month",
}
"""Of functions whose usage says no more than how they are written."""
_MEASURE = {"id": "m", "title": "M", "condition": "outcome", "level": "student", "population": "all", "frequency": "yearly",
            "formula": "percent(true)"}  # fmt: skip
_YEARS = 9  # a baseline and eight years
_OF_UNITS = {"count": "the number of units for which c is true"}


_OF_STUDENTS = {
    "value": "The student's own value: 1 or 0 in a percent or count, a / b times per in a rate.",
    "reason": "Why the student is excluded, or what is missing: `population unknown` or `value unknown`.",
}


def generated() -> dict[Path, str]:
    """Every page that holds something generated, and its text."""
    pages = {DOCS / "tables.md": tables_page()}
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path not in pages and _PART.search(text):
            pages[path] = _PART.sub(lambda part: f"{part[1]}{_made(part[2], part.string[: part.start()])}{part[3]}", text)
    return pages


def _made(name: str, above: str) -> str:
    """A generated part; one of years is made from the measure that stands above it."""
    return years_table(above) if name == "years" else PARTS[name]()


# -- targets ------------------------------------------------------------------------------------------------------


def years_table(above: str) -> str:
    """What the last `yaml measure part` of a text comes to, year by year from its first baseline on."""
    *_, block = re.findall(r"^```yaml measure part\n(.*?)^```$", above, re.MULTILINE | re.DOTALL)
    measure = MeasureDefinition.model_validate(_MEASURE | parse(block, "block").value)
    groups = {"everyone": (EVERYONE, EVERYONE, None)}
    for dimension, names in measure.target.subgroups.items():
        groups |= {f"{dimension} {name}": (dimension, name, None) for name in names}
    groups |= {f"school {name}": (EVERYONE, EVERYONE, name) for name in measure.target.schools}
    first = year_code(min(measure.baseline))
    years = [school_year_label(first + step) for step in range(_YEARS)]
    rows = [(name, *(_figure(measure, year, *group) for year in years)) for name, group in groups.items()]
    return _table(("", *years), rows)


def _figure(measure: MeasureDefinition, year: str, dimension: str, subgroup: str, school_id: str | None) -> str:
    own = measure.target.schools.get(school_id) if school_id else None
    baselines = own.baseline if own else baselines_of(measure, dimension, subgroup)
    if year in baselines:
        return f"*{baselines[year]:g}*"
    target = target_of(measure, year, dimension, subgroup, school_id)
    return "" if target is None else f"{round_half_away(target, 2):g}"


# -- keys and codes -----------------------------------------------------------------------------------------------


def keys_table(model: type[Model], *names: str, head: str = "key", ours: Iterable[str] = ()) -> str:
    """Keys of a model, all of them if none is named, and what is written under its fields; ✳ marks `ours`."""
    texts = field_texts(model)
    rows = []
    for name in names or model.model_fields:
        key = model.model_fields[name].alias or name
        rows.append((f"`{key}`{' ✳' * (key in ours)}", texts[name]))
    return _table((head, ""), rows)


def codes_table() -> str:
    return _table(("code", "what is wrong", ""), [(f"`{code}`", f"{title}.", help_) for code, (title, help_) in CODES.items()])


def data_rules_table() -> str:
    """The rules about data, with what is wrong and how serious it is unless a project says otherwise."""
    concerns = {"file": "the file", "rows": "rows", "table": "the table", "schools": "schools"}
    said = meanings()
    rows = [
        (f"`{name}`{' ✳' * rule.alone}", f"{said[name].title}.", rule.severity, concerns[rule.of], said[name].help)
        for name, rule in DATA_RULES.items()
    ]
    return _table(("finding", "what is wrong", "", "it concerns", "what to do"), rows)


# -- the formula language -----------------------------------------------------------------------------------------


def functions_table() -> str:
    rows = []
    for signature in ROW_FUNCTIONS.values():
        written, _, meaning = signature.usage.partition(": ")
        takes = ", ".join(dict.fromkeys(_types(types) for types in signature.arguments))
        rows.append((f"`{written.replace(' or ', '`, `')}`", meaning or _PLAIN[signature.name], takes, _type(signature.result)))
    return _table(("function", "meaning", "takes", "gives"), rows)


def aggregates_table() -> str:
    rows = [("`count(table where c)`, `count(distinct x where c)`", _MEANINGS["count"], "any value", "number")]
    for name, result in ROW_AGGREGATES.items():
        if name != "count":
            order = " order by y" if name in ("first", "last") else ""
            rows.append((f"`{name}(x{order} where c)`", _MEANINGS[name], _types(AGGREGATE_ARGUMENTS[name]), _type(result)))
    return _table(("aggregate", "gives", "of", "type"), rows)


def measures_table() -> str:
    rows = []
    for name, arguments in MEASURE_AGGREGATES.items():
        part = "a, b, per" if len(arguments) > 1 else "c" if arguments[0] is Type.BOOLEAN else "x"
        rows.append((f"`{name}({part})`", _OF_UNITS.get(name, _MEANINGS[name]), _types(arguments[:1])))
    return _table(("aggregate", "gives", "of"), rows)


def _types(types: Iterable[Type]) -> str:
    named = [kind for kind in types if kind is not Type.UNKNOWN]
    if len(named) == len(Type) - 1:
        return "any value"
    *others, last = (_type(kind) for kind in named)
    return f"{', '.join(others)} or {last}" if others else last


def _type(kind: Type | None) -> str:
    words = {None: "what it takes", Type.BOOLEAN: "true or false"}
    return words.get(kind) or str(kind).replace("_", " ")


# -- rules of a portfolio -----------------------------------------------------------------------------------------


def rules_table() -> str:
    rows = [(f"[{rule.code}](#{rule.code.lower()})", rule.severity, rule.title) for rule in RULES.values()]
    return _table(("rule", "is", "asks"), rows)


def rules_texts() -> str:
    return "\n".join(f"### {rule.code}\n\n{_wrapped(f'**{rule.title}.** {rule.text}')}\n" for rule in RULES.values())


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False)


# -- results ------------------------------------------------------------------------------------------------------


def results_table() -> str:
    return _columns(RESULT_SCHEMA)


def student_results_table() -> str:
    return _columns(STUDENT_RESULT_SCHEMA, _OF_STUDENTS)


def _columns(schema: Mapping[str, object], otherwise: Mapping[str, str] = MappingProxyType({})) -> str:
    kinds = {"String": "text", "Date": "date", "Int64": "whole number", "Float64": "number", "Boolean": "true or false"}
    rows = [(f"`{name}`", kinds[str(kind)], otherwise.get(name) or COLUMNS[name]) for name, kind in schema.items()]
    return _table(("column", "type", "meaning"), rows)


def _meanings(what: str, words: Mapping[str, str]) -> str:
    return _table((what, "meaning"), [(f"`{word}`", meaning) for word, meaning in words.items()])


# -- what ships ---------------------------------------------------------------------------------------------------


def shipped_table() -> str:
    portfolio = _shipped()
    rows = []
    for measure in sorted(portfolio.measures, key=lambda measure: measure.document.file):
        reads = make_plan(replace(portfolio, measures=(measure,))).required
        package, _, _ = measure.document.file.rpartition("/")
        rows.append((package, f"`{measure.id}`", measure.definition.title, measure.level, ", ".join(sorted(reads))))
    return _table(("package", "measure", "title", "level", "reads"), rows)


def facts_table() -> str:
    book = _shipped().facts
    rows = []
    for level, facts in book.declared.items():
        for name, fact in sorted(facts.items()):
            kind = book.type_of(level, name)
            rows.append((level, f"`{name}`", fact.definition.title or "", _type(kind)))
    return _table(("level", "fact", "title", "type"), rows)


def _shipped() -> Portfolio:
    return read_portfolio(shipped_folder())


PARTS = {
    "measure_keys": lambda: keys_table(
        MeasureDefinition, "id", "title", "condition", "level", "population", "formula", "improvement", "frequency"
    ),
    "people_keys": lambda: keys_table(Confidential),
    "word_keys": lambda: keys_table(
        MeasureDefinition, "portfolio", "review_frequency", "assessment", "validation", "response_rate"
    ),
    "gap_keys": lambda: keys_table(Gap),
    "example_keys": lambda: keys_table(Example),
    "fact_keys": lambda: keys_table(FactDefinition, head="key of a fact"),
    "project_keys": lambda: keys_table(ProjectDefinition),
    "subgroup_keys": lambda: keys_table(Subgroup),
    "portfolio_keys": lambda: keys_table(PortfolioSettings),
    "table_keys": lambda: keys_table(
        TableDefinition, head="key of a table", ours=("date", "end_date", "where", "rows", "conflicts", "parameters")
    ),
    "field_keys": lambda: keys_table(FieldDefinition, head="key of a field", ours=("source", "item", "default", "personal")),
    "codes": codes_table,
    "data_rules": data_rules_table,
    "rules": rules_table,
    "rules_texts": rules_texts,
    "shipped": shipped_table,
    "facts": facts_table,
    "functions": functions_table,
    "aggregates": aggregates_table,
    "measures": measures_table,
    "results": results_table,
    "student_results": student_results_table,
    "statuses": lambda: _meanings("status", STATUSES),
    "roles": lambda: _meanings("role", ROLES),
}


# -- the standard tables ------------------------------------------------------------------------------------------

_HEAD = """\
# The standard tables

<!-- Made by docs/make_tables.py from the table definitions of the package: change those, then run it. -->

What a project need not declare: the tables that the shipped facts and measures read. Each is one CSV file, by default
`data/NAME.csv`, with these columns. Only the files and columns that your measures use are needed; [project.md](project.md#tables)
says how to map other file names, headers, codes and dates, and how to add tables of your own.

**Key**: the column, or the columns together, of which no two rows of a school year are alike. **→** names the table whose
key the column holds. **Needed**: the column must be in the file and no cell may be empty; any other column may be absent,
and an empty cell is null: unknown. Names follow CEDS and Ed-Fi where these have one.
"""


def tables_page() -> str:
    tables = standard_tables()
    index = _table(("table", "one row is"), [(f"[{name}](#{name})", _first(table.description)) for name, table in tables.items()])
    return "\n".join([_HEAD, index, *(_table_section(table) for table in tables.values())])


def _table_section(table: TableDefinition) -> str:
    rows = [
        (f"`{field.name}`", field.type.replace("_", " "), _rule(table, field), _described(field))
        for field in table.table_schema.fields
    ]
    about = " ".join(filter(None, [table.description, _dated(table), _keyed(table), _with_parameters(table)]))
    return f"## {table.name}\n\n{about}\n\n{_table(('column', 'type', '', 'meaning'), rows)}"


def _rule(table: TableDefinition, field: FieldDefinition) -> str:
    targets = [key for key in table.table_schema.foreign_keys if key.fields == field.name]
    parts = ["key"] if field.name in table.table_schema.primary_key else []
    parts += ["needed"] if field.required else []
    for key in targets:
        target = key.reference.resource
        parts.append(f"→ [{target}](#{target})" + (" of any year" if key.any_year else ""))
    return ", ".join(parts)


def _described(field: FieldDefinition) -> str:
    parts = [f"One of {', '.join(f'`{label}`' for label in field.labels)}."] if field.labels else []
    parts += [field.description or ""]
    parts += [f"Where it is empty: `{field.default}`."] if field.default not in (None, "null") else []
    return " ".join(parts)


def _dated(table: TableDefinition) -> str:
    if table.date is None:
        return "Its rows carry no date, so as-of does not cut them."
    if table.name == "calendar":
        return "The days after as-of are read too."
    end = f", and a later `{table.end_date}` is read as empty" if table.end_date else ""
    return f"Rows whose `{table.date}` is after as-of are not seen{end}."


def _keyed(table: TableDefinition) -> str:
    key = table.table_schema.primary_key
    return f"Its key is {' and '.join(f'`{name}`' for name in key)}." if len(key) > 1 else ""


def _with_parameters(table: TableDefinition) -> str:
    declared = ", ".join(f"`{name}`: `{value}`" for name, value in table.parameters.items())
    return f"Parameters: {declared}." if declared else ""


def _first(description: str | None) -> str:
    """What one row is: the first sentence of a description, without what it says of the rows."""
    sentence = (description or "").split(". ")[0].rstrip(".")
    return sentence.split(", one row for each")[0]


# -- Markdown -----------------------------------------------------------------------------------------------------


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(_cell(cell) for cell in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())


def main() -> None:
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
