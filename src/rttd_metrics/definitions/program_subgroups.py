"""Subgroups over the table of programs: each is a fact of a student, made from what rttd.yml says of it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from rttd_metrics.definitions.attribution import day_in_year
from rttd_metrics.definitions.facts import DeclaredFact, FactDefinition
from rttd_metrics.definitions.project import ProjectDefinition, Subgroup
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.formula.values import month_day, school_year_code
from rttd_metrics.problems import Problem, did_you_mean

PROGRAMS = "programs"
"""The table of stays in programs."""


def subgroup_fact(dimension: str) -> str:
    """The name of the fact that says whether a student is in the program of a dimension."""
    return f"subgroups.{dimension}"


def program_facts(
    project: ProjectDefinition, document: Document, tables: Mapping[str, TableDefinition]
) -> tuple[dict[str, DeclaredFact], list[Problem]]:
    """By name, the fact of each dimension that is a program; none of one with a problem."""
    facts, problems = {}, []
    for name, subgroup in project.subgroups.items():
        if subgroup.program is None:
            continue
        found = list(_problems(project, document, tables, name, subgroup))
        problems += found
        if not found:
            made = FactDefinition(
                formula=_formula(subgroup, project.school_year_starts),
                title=f"In the program {subgroup.program.replace('_', ' ')}, {_when(subgroup.on)}",
                source="rttd.yml, from the table programs",
            )
            facts[subgroup_fact(name)] = DeclaredFact(made, document, ("subgroups", name, "program"))
    return facts, problems


def _formula(subgroup: Subgroup, starts: str) -> str:
    """Rows are read up to as-of, and an end after it is not known: such a stay is open."""
    label = f"'{(subgroup.program or '').replace(chr(39), chr(39) * 2)}'"
    day = {"as_of": "as_of", "any_day": f"greatest(programs.from_date, school_year_day('{starts}'))"}.get(subgroup.on)
    started = ""
    if day is None:
        written = f"school_year_day('{subgroup.on}')" if month_day(subgroup.on) else f"'{subgroup.on}'"
        day = f"least({written}, as_of)"
        started = f" and programs.from_date <= {day}"
    lasted = f"(programs.to_date is null or programs.to_date >= {day})"
    return f"count(programs where programs.program = {label}{started} and {lasted}) > 0"


def _when(on: str) -> str:
    return {"as_of": "as of the day of the run", "any_day": "on any day of the year so far"}.get(on, f"on {on}")


def _problems(
    project: ProjectDefinition, document: Document, tables: Mapping[str, TableDefinition], name: str, subgroup: Subgroup
) -> Iterator[Problem]:
    """A program that is no label of the column, and a day that is not of the school year."""
    labels, program = tables[PROGRAMS].fields["program"].labels, subgroup.program or ""
    if labels is not None and program not in labels:
        message = f"'{program}' is no category of programs.program: {', '.join(labels)}"
        yield document.problem(("subgroups", name, "program"), "unknown-name", message, help=did_you_mean(program, labels))
    year = school_year_code(project.school_year)
    assert year is not None
    first = date.fromisoformat(f"{year - 1}-{project.school_year_starts}")
    last = date.fromisoformat(f"{year}-{project.school_year_starts}") - timedelta(days=1)
    if subgroup.on not in ("as_of", "any_day") and not first <= day_in_year(subgroup.on, first) <= last:
        message = f"{subgroup.on} is no day of the school year {project.school_year}, which runs from {first} to {last}"
        hint = "a month and day like 10-01 is a day of every school year"
        yield document.problem(("subgroups", name, "on"), "wrong-value", message, help=hint)
