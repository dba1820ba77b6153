"""Checks of what rttd.yml makes of rules: names that there are, settings that mean something."""

from collections.abc import Iterator, Mapping

from rttd_metrics.definitions.project import ROW_RULES, ProjectDefinition, RuleSetting
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
            yield from _row_rule_problems(document, name, setting, tables)


def _portfolio_rule_problems(document: Document, code: str, setting: RuleSetting) -> Iterator[Problem]:
    if setting.tolerate is not None:
        message = f"{code} is a rule about definitions: there are no rows to pass over"
        hint = "`severity:` makes it an error, a warning or off"
        yield document.problem(("rules", code, "tolerate"), "rule-setting", message, key=True, help=hint)
    if setting.severity is not None and RULES[code].check is None:
        message = f"the severity of {code} cannot be changed: nothing is computed before it is mended"
        yield document.problem(("rules", code, "severity"), "rule-setting", message, key=True)


def _row_rule_problems(
    document: Document, name: str, setting: RuleSetting, tables: Mapping[str, TableDefinition]
) -> Iterator[Problem]:
    at = ("rules", name)
    table, dot, rule = name.rpartition(".")
    if dot and table not in tables:
        message = f"there is no table '{table}'"
        yield document.problem(at, "unknown-name", message, key=True, help=did_you_mean(table, tables))
    if rule not in ROW_RULES:
        message, hint = f"'{rule}' is no rule about rows", did_you_mean(rule, ROW_RULES) or f"there are: {', '.join(ROW_RULES)}"
        if not dot and is_code(rule):
            message, hint = f"'{rule}' is no rule of a portfolio", code_hint(rule)
        yield document.problem(at, "unknown-name", message, key=True, help=hint)
    elif setting.severity is not None:
        message = f"the severity of '{rule}' cannot be set: a row is faulty or it is not"
        hint = "`tolerate:` passes over so many rows, setting them aside"
        yield document.problem((*at, "severity"), "rule-setting", message, key=True, help=hint)
