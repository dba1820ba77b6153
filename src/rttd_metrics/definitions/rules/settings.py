"""Checks of what rttd.yml makes of rules: names that there are, settings that mean something."""

from collections.abc import Iterator, Mapping

from rttd_metrics.definitions.data_rules import DATA_RULES, ROW_RULES, SETTABLE
from rttd_metrics.definitions.project import ProjectDefinition, RuleSetting
from rttd_metrics.definitions.rules.catalogue import RULES, code_hint, is_code
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.problems import Problem, did_you_mean


def rule_problems(document: Document, project: ProjectDefinition, tables: Mapping[str, TableDefinition]) -> Iterator[Problem]:
    """Names under `rules:` that are no rule, or no table, and settings that a rule cannot have."""
    for name, setting in project.rules.items():
        if name in RULES:
            yield from _portfolio_rule_problems(document, name, setting)
        else:
            yield from _data_rule_problems(document, name, setting, tables)
    yield from _freshness_problems(document, project, tables)
    yield from _completeness_problems(document, project, tables)


def _portfolio_rule_problems(document: Document, code: str, setting: RuleSetting) -> Iterator[Problem]:
    if setting.tolerate is not None:
        message = f"{code} is a rule about definitions: there are no rows to pass over"
        hint = "`severity:` makes it an error, a warning or off"
        yield document.problem(("rules", code, "tolerate"), "rule-setting", message, key=True, help=hint)
    if setting.severity is not None and RULES[code].check is None:
        message = f"the severity of {code} cannot be changed: nothing is computed before it is mended"
        yield document.problem(("rules", code, "severity"), "rule-setting", message, key=True)


def _data_rule_problems(
    document: Document, name: str, setting: RuleSetting, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    at = ("rules", name)
    table, dot, rule = name.rpartition(".")
    if dot and table not in tables:
        yield _no_table(document, at, table, tables)
    if rule not in DATA_RULES:
        message, hint = f"'{rule}' is no rule about data", did_you_mean(rule, SETTABLE) or f"there are: {', '.join(SETTABLE)}"
        if not dot and is_code(rule):
            message, hint = f"'{rule}' is no rule of a portfolio", code_hint(rule)
        yield document.problem(at, "unknown-name", message, key=True, help=hint)
    elif rule not in SETTABLE:
        message = f"'{rule}' cannot be set: it is about a whole file, which has to be mended"
        yield document.problem(at, "rule-setting", message, key=True)
    elif rule in ROW_RULES and setting.severity is not None:
        message = f"the severity of '{rule}' cannot be set: a row is faulty or it is not"
        hint = "`tolerate:` passes over so many rows, setting them aside"
        yield document.problem((*at, "severity"), "rule-setting", message, key=True, help=hint)


def _freshness_problems(
    document: Document, project: ProjectDefinition, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    """Tables that there are not, or whose rows do not happen on a day."""
    for name in project.freshness:
        table = tables.get(name)
        if table is None:
            yield _no_table(document, ("freshness", name), name, tables)
        elif not table.is_events:
            dated = [other for other, one in tables.items() if one.is_events]
            message = f"rows of '{name}' do not happen on a day, so how fresh they are cannot be told"
            yield document.problem(
                ("freshness", name), "rule-setting", message, key=True, help=f"there are: {', '.join(sorted(dated))}"
            )


def _completeness_problems(
    document: Document, project: ProjectDefinition, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    """Tables and fields that there are not, and tables that hold no students."""
    for key in project.completeness:
        at = ("completeness", key)
        name, _, field = key.partition(".")
        table = tables.get(name)
        if table is None:
            yield _no_table(document, at, name, tables)
        elif field and field not in table.fields:
            message = f"table '{name}' has no field '{field}'"
            yield document.problem(at, "unknown-name", message, key=True, help=did_you_mean(field, table.fields))
        elif not field and "student_id" not in table.fields:
            message = f"'{name}' has no student_id: which students lack a row cannot be told"
            yield document.problem(at, "rule-setting", message, key=True, help="name a field of it: TABLE.FIELD")


def _no_table(document: Document, at: tuple[str, ...], name: str, tables: Mapping[str, TableDefinition]) -> Problem:
    return document.problem(at, "unknown-name", f"there is no table '{name}'", key=True, help=did_you_mean(name, tables))
