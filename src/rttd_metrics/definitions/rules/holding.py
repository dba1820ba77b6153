"""Hold a portfolio against the rules: what they find as problems, with the severities that rttd.yml sets."""

from collections.abc import Iterator
from dataclasses import replace

from rttd_metrics.definitions.measure_checks import uses_broken_fact
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.rules.catalogue import RULES
from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.definitions.rules.rule import Rule
from rttd_metrics.problems import Problem


def held_against_rules(portfolio: Portfolio) -> tuple[Problem, ...]:
    """The problems of a portfolio with what the rules find besides.

    Rules see the measures of the portfolio that are right by themselves. Those about all measures together wait until
    there is no error, since a slot is not empty because its file has a slip of the pen.
    """
    plan = plan_of(portfolio)
    codes = {rule.stands_for: rule.code for rule in RULES.values() if rule.stands_for is not None}
    problems = [replace(problem, code=codes.get(problem.code, problem.code)) for problem in portfolio.problems]
    for rule in RULES.values():
        if not (rule.whole and portfolio.errors):
            problems += _problems(portfolio, plan, rule)
    return tuple(dict.fromkeys(problems))


def plan_of(portfolio: Portfolio) -> Plan:
    measures = [measure for measure in portfolio.measures if measure.definition.portfolio]
    return Plan(
        portfolio.project.portfolio,
        tuple(measure for measure in measures if not uses_broken_fact(measure, portfolio.facts)),
        tuple(portfolio.project.subgroups),
        portfolio.project.parameters,
        portfolio.facts,
    )


def _problems(portfolio: Portfolio, plan: Plan, rule: Rule) -> Iterator[Problem]:
    setting = portfolio.project.rules.get(rule.code)
    severity = setting.severity if setting is not None else None
    if rule.check is None or severity == "off":
        return
    for finding in rule.check(plan):
        document = finding.measure.document if finding.measure is not None else portfolio.document
        told = severity or finding.severity or rule.severity
        if document is None:
            yield Problem(rule.code, finding.message, told, finding.help)
        else:
            yield document.problem(finding.at, rule.code, finding.message, key=finding.key, help=finding.help, severity=told)
