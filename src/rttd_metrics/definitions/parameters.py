"""Parameters: declared by tables, facts and measures, overridden by the project."""

from collections.abc import Iterable, Mapping

from rttd_metrics.definitions.base import Parameter
from rttd_metrics.definitions.project import ProjectDefinition
from rttd_metrics.definitions.salvage import salvaged_parameters
from rttd_metrics.definitions.sources import Sources
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.scope import ParameterValue
from rttd_metrics.problems import Problem, did_you_mean


def collect_parameters(
    project: ProjectDefinition, sources: Sources, tables: Mapping[str, TableDefinition]
) -> tuple[dict[str, ParameterValue], list[Problem]]:
    """The value of every parameter, and what is wrong: two defaults that differ, overrides of nothing, a text that is none of
    the choices."""
    values: dict[str, ParameterValue] = {}
    problems: list[Problem] = []
    for table in tables.values():
        values.update({name: _value(value) for name, value in table.parameters.items()})
    for document, name, value in _declarations(sources):
        known = values.setdefault(name, value)
        if known != value:
            problems.append(
                document.problem(
                    ("parameters", name),
                    "duplicate-name",
                    f"parameter '{name}' is {_shown(known)} elsewhere and {_shown(value)} here",
                    help="declare it once; a project overrides it in rttd.yml",
                )
            )
    for name, override in project.parameters.items():
        at: KeyPath = ("parameters", name)
        if name not in values:
            problems.append(
                sources.document.problem(
                    at,
                    "unknown-name",
                    f"no fact, measure or table declares a parameter '{name}'",
                    key=True,
                    help=did_you_mean(name, values),
                )
            )
        elif _kind(values[name]) != _kind(_value(override)):
            problems.append(
                sources.document.problem(
                    at, "type", f"parameter '{name}' is {_kind(values[name])}, not {_kind(_value(override))}"
                )
            )
        else:
            values[name] = _value(override)
            problems += _choice_problems(sources.document, name, values[name], sources)
    for facts in sources.facts:
        for name, declared in facts.definition.parameters.items():
            problems += _choice_problems(facts.document, name, _value(declared), sources)
    return values, problems


def _choice_problems(document: Document, name: str, value: ParameterValue, sources: Sources) -> Iterable[Problem]:
    """A text that is none of those that a parameter can be."""
    for facts in sources.facts:
        choices = facts.definition.choices.get(name)
        if choices is not None and value not in choices:
            message = f"parameter '{name}' is one of {', '.join(choices)}, not {_shown(value)}"
            yield document.problem(("parameters", name), "wrong-value", message, help=did_you_mean(_shown(value), choices))


def _declarations(sources: Sources) -> Iterable[tuple[Document, str, ParameterValue]]:
    for facts in sources.facts:
        for name, value in facts.definition.parameters.items():
            yield facts.document, name, _value(value)
    for measure in sources.measures:
        for name, value in measure.definition.parameters.items():
            yield measure.document, name, _value(value)
    for document in sources.faulty_measures:
        for name, value in salvaged_parameters(document).items():
            yield document, name, _value(value)


def _value(value: Parameter) -> ParameterValue:
    if isinstance(value, list):
        return tuple(_value(part) for part in value)  # type: ignore[misc]  # lists are never nested
    return value if isinstance(value, bool | str) else float(value)


def _kind(value: ParameterValue) -> str:
    if isinstance(value, tuple):
        return "a list"
    return {bool: "true or false", str: "a text"}.get(type(value), "a number")


def _shown(value: ParameterValue) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
