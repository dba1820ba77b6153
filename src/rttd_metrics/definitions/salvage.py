"""What can still be checked of a file whose keys are wrong: one fault must not hide the others."""

from collections.abc import Iterator
from typing import Any

from rttd_metrics.definitions.attendance_form import FORMS
from rttd_metrics.definitions.facts import FactBook, FactDefinition, FactsFile, formula_problem
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.grammar import FormulaError
from rttd_metrics.formula.nodes import Type
from rttd_metrics.formula.scope import LEVELS
from rttd_metrics.formula.types import check, check_measure
from rttd_metrics.problems import Problem


def salvaged_facts(document: Document) -> FactsFile:
    """The facts of a faulty file whose formulas can be read, so that those who use them are not accused too."""
    levels: dict[str, dict[str, FactDefinition]] = {}
    for level in LEVELS:
        declared = document.value.get(level)
        for name, value in declared.items() if isinstance(declared, dict) else ():
            formula = value.get("formula") if isinstance(value, dict) else value
            if isinstance(formula, str):
                via = value.get("via") if isinstance(value, dict) else None
                levels.setdefault(level, {})[name] = FactDefinition(formula=formula, via=via if isinstance(via, str) else None)
    parameters = document.value.get("parameters")
    given = {name: value for name, value in parameters.items() if _is_parameter(value)} if isinstance(parameters, dict) else {}
    attendance = document.value.get("attendance")
    named = attendance if isinstance(attendance, list) else [attendance]
    forms = [form for form in FORMS if form in named] or None
    return FactsFile.model_validate({"attendance": forms, "parameters": given, **levels})


def _is_parameter(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(part, bool | float | int | str) for part in parts)


def salvaged_parameters(document: Document) -> dict[str, Any]:
    """The parameters that a faulty measure declares."""
    declared = document.value.get("parameters")
    return {name: value for name, value in declared.items() if _is_parameter(value)} if isinstance(declared, dict) else {}


def formula_problems(document: Document, book: FactBook) -> list[Problem]:
    """The faults of the formulas of a measure whose other keys are wrong."""
    level = document.value.get("level")
    if level not in LEVELS:
        return []
    scope = book.scope(level, bound=_bound(document.value.get("for_each")))
    found = []
    for at, text in _conditions(document.value):
        if text.strip().lower() != "all":
            found += [(at, fault) for fault in check(text, scope, (Type.BOOLEAN,)).faults]
    formula = document.value.get("formula")
    faults: tuple[FormulaError, ...] = check_measure(formula, scope)[1] if isinstance(formula, str) else ()
    found += [(("formula",), fault) for fault in faults]
    return [formula_problem(document, at, fault) for at, fault in found]


def _bound(for_each: Any) -> dict[str, str]:
    """The constant of a `for_each` with the first of its values."""
    for constant, values in for_each.items() if isinstance(for_each, dict) else ():
        for value in values if isinstance(values, list | dict) else ():
            return {str(constant): str(value)}
    return {}


def _conditions(value: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value.get("population"), str):
        yield ("population",), value["population"]
    exclusions = value.get("exclude")
    for position, exclusion in enumerate(exclusions if isinstance(exclusions, list) else ()):
        if isinstance(exclusion, dict) and isinstance(exclusion.get("when"), str):
            yield ("exclude", position, "when"), exclusion["when"]
