"""Explanations as JSON: the same facts, without words."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from rttd_metrics.engine.explanation.contents import (
    Change,
    Clause,
    CrowdExplanation,
    ShownFact,
    UnitExplanation,
    View,
)
from rttd_metrics.reports.catalog.contents import FactTree, MeasurePage


def measure_json(found: MeasurePage) -> str:
    return _dumped(
        {
            "measure": found.id,
            "title": found.title,
            "words": found.sentence.plain,
            "population": {"formula": found.population_formula, "words": found.population.plain},
            "exclude": [{"when": row.formula, "words": row.words.plain, "because": row.reason} for row in found.exclusions],
            "formula": found.formula,
            "parameters": {row.name: row.value for row in found.parameters},
            "facts": [_tree(tree) for tree in found.facts],
            "columns": [".".join(column) for column in found.columns],
            "rules": {row.label: " ".join(row.paragraphs) for row in found.rules},
        }
    )


def unit_json(found: UnitExplanation) -> str:
    return _dumped(
        {
            "measure": found.measure.id,
            "level": found.level,
            "unit_id": found.unit_id,
            "school_year": found.school_year,
            "as_of": found.as_of,
            "views": [_view(view) for view in found.views],
        }
    )


def crowd_json(found: CrowdExplanation) -> str:
    return _dumped(
        {
            "measure": found.measure.id,
            "level": found.level,
            "unit_id": found.unit_id,
            "unit_name": found.unit_name,
            "school_year": found.school_year,
            "as_of": found.as_of,
            "value": found.value,
            "n": found.n,
            "numerator": found.numerator,
            "target": found.target,
            "status": found.status,
            "roles": [{"role": role, "reason": reason, "units": number} for (role, reason), number in found.roles.items()],
            "missing": [{"unit_id": one, "reason": why} for one, why in found.missing],
            "short": found.short,
            "nearest": [{"student_id": one.student_id, "change": _change(one.change)} for one in found.nearest],
        }
    )


def _view(view: View) -> dict[str, Any]:
    return {
        "school_id": view.school,
        "counts": view.counts,
        "role": view.role.role,
        "reason": view.role.reason,
        "value": view.role.value,
        "clauses": [_clause(clause) for clause in view.clauses],
        "facts": [_fact(fact) for fact in view.facts],
        "changes": [_change(change) for change in view.changes],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "of": clause.of,
        "formula": clause.formula,
        "words": clause.words,
        "value": clause.value,
        "decides": clause.decides,
        "because": clause.because,
        "named": {one.name: one.value for one in clause.named},
    }


def _fact(fact: ShownFact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "title": fact.title,
        "formula": fact.formula,
        "value": fact.value,
        "set_aside": fact.lost,
        "rows": [
            {
                "table": counted.table,
                "formula": counted.formula,
                "passed_over": counted.passed_over,
                "rows": [{"places": [[place.file, place.line] for place in row.places], **row.cells} for row in counted.rows],
            }
            for counted in fact.rows
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "table": change.table,
        "rows": change.rows,
        "places": [[place.file, place.line] for place in change.places],
        "fields": change.fields,
        "dates": change.dates,
        "facts": {name: [now, then] for name, (_, now, then) in change.facts.items()},
        "role": change.to,
    }


def _tree(tree: FactTree) -> dict[str, Any]:
    level, name = tree.key
    return {
        "level": level,
        "name": name,
        "title": tree.title,
        "formula": tree.formula,
        "source": tree.source,
        "columns": [".".join(column) for column in tree.columns],
        "facts": [_tree(part) for part in tree.parts],
    }


def _dumped(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    assert isinstance(value, date), type(value)
    return value.isoformat()
