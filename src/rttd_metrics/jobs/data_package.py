"""The tables of a project as a Data Package: a descriptor beside the files, by which other programs read and check them."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from rttd_metrics.data.csv import CsvFile
from rttd_metrics.data.source import Period, TableSource, open_table
from rttd_metrics.definitions.data_package import PROFILE, Descriptor, FileFields, resource
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.problems import Problem, ProblemError

FILE = "datapackage.json"
_HARMLESS = frozenset({"missing-file", "missing-label"})
"""Findings about heads of files that a descriptor can do with: it tells of what is there."""


def data_package(portfolio: Portfolio, folder: Path) -> Descriptor:
    """The descriptor of the tables whose files are there, for a file in `folder`, which holds the project.

    Raises ProblemError where definitions are wrong, a header cannot be read, or files of a table have different headers;
    ValueError where the project is not in `folder`: paths of a descriptor may not lead upwards.
    """
    if portfolio.errors:
        raise ProblemError(portfolio.errors)
    before = portfolio.folder.resolve().relative_to(folder.resolve())
    opened = {name: _opened(table, portfolio) for name, table in sorted(portfolio.tables.items())}
    there = {name: source.files for name, source in opened.items() if source.files and source.files[0].labels}
    problems = [*_unread(opened.values()), *_different_headers(there)]
    if problems:
        raise ProblemError(problems)
    tables = {name: FileFields(portfolio.tables[name], files[0].present) for name, files in there.items()}
    resources = [
        resource(portfolio.tables[name], [(before / file.shown).as_posix() for file in files], files[0].labels, tables)
        for name, files in there.items()
    ]
    district = portfolio.project.district
    name = re.sub(r"[^a-z0-9]+", "-", district.name.lower()).strip("-") or "district"
    return {"$schema": PROFILE, "name": name, "title": district.name, "resources": resources}


def descriptor_text(descriptor: Descriptor) -> str:
    """The descriptor as it is written: the same bytes at each call."""
    return json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"


def _opened(table: TableDefinition, portfolio: Portfolio) -> TableSource:
    period = Period(portfolio.school_year, portfolio.project.school_year_starts, None)
    return open_table(table, portfolio.folder, table.fields, period, all_years=True)


def _unread(sources: Iterable[TableSource]) -> list[Problem]:
    return [finding.as_problem() for source in sources for finding in source.findings if finding.rule not in _HARMLESS]


def _different_headers(tables: Mapping[str, list[CsvFile]]) -> list[Problem]:
    """A resource of several files has one schema."""
    message = "a resource has one header: give the file a table of its own"
    return [
        Problem(
            "missing-label",
            f"table '{name}': the header differs from that of {files[0].shown}",
            help=message,
            file=file.shown,
            line=file.header_line,
        )
        for name, files in tables.items()
        for file in files[1:]
        if file.labels != files[0].labels
    ]
