"""Bad files, and clean ones: our checker and Frictionless find the same errors in the same rows, but where we say why not."""

from datetime import date
from pathlib import Path

import pytest
from frictionless import Package
from frictionless.exception import FrictionlessException

from bad_files import FILES, MARKS, MARKS_FIELDS, PEOPLE, PEOPLE_FIELDS, REFERENCE, File
from projects import measure, write_project
from rttd_metrics.data.failures import failures
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.read import DataFaults, check_keys, read, read_table
from rttd_metrics.jobs.data_package import data_package, descriptor_text

STANDARD_NAMES = {"required": "constraint-error", "category": "constraint-error"}
"""What the standard calls findings that we name by their constraint."""


def project(folder: Path, file: File) -> Path:
    """The two tables with their good files, and a descriptor of them; then the bad files in their place."""
    marks = {"name": "marks", "schema": {"fields": MARKS_FIELDS, "primaryKey": "id", "foreignKeys": REFERENCE}}
    people = {"name": "people", "schema": {"fields": PEOPLE_FIELDS, "primaryKey": "id"}}
    write_project(folder, measure(formula="percent(true)"), settings={"tables": [people, marks | file.table]})
    dialect = file.table.get("dialect", {})
    good = "\n" * (dialect.get("headerRows", [1])[0] - 1) + MARKS.replace(",", dialect.get("delimiter", ","))
    _write(folder, marks=good, people=PEOPLE)
    (folder / "datapackage.json").write_text(descriptor_text(data_package(read_portfolio(folder), folder)), encoding="utf-8")
    _write(folder, marks=file.text, people=file.people)
    return folder


def _write(folder: Path, **files: str | bytes | None) -> None:
    for name, text in files.items():
        path = folder / "data" / f"{name}.csv"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())


PERIOD = Period(2013, "07-01", date(2013, 6, 30))


def whole(folder: Path) -> Plan:
    """A plan that reads every column of both tables."""
    plan = Plan(read_portfolio(folder))
    for name in ("people", "marks"):
        plan.need(name, *plan.portfolio.tables[name].fields)
        plan.required.add(name)
    return plan


def ours(folder: Path) -> list[str]:
    """What a run that reads everything finds, a line each."""
    try:
        return told(read(whole(folder), PERIOD, keep_going=False).findings)
    except DataFaults as faults:
        return told(list(faults.findings))


def told(found: list[Finding]) -> list[str]:
    failing = [one for finding in found for one in failures(finding).select("rule", "line").rows()]
    assert len(failing) == sum(finding.count for finding in found)
    return sorted(f"{STANDARD_NAMES.get(rule, rule)} {'' if line is None else line}".strip() for rule, line in failing)


def theirs(folder: Path) -> list[str]:
    """What Frictionless finds; missing and extra cells once a row, since it tells each cell."""
    try:
        report = Package(str(folder / "datapackage.json")).validate()
    except FrictionlessException as error:
        return [error.error.type]
    assert not report.errors, report.errors
    found = []
    for task in report.tasks:
        rows = {}
        for error in task.errors:
            row = getattr(error, "row_number", None) or (getattr(error, "row_numbers", None) or [""])[0]
            one = f"{error.type} {row}".strip()
            rows[one, "" if error.type in ("missing-cell", "extra-cell") else len(rows)] = one
        found += rows.values()
    return sorted(found)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_the_errors_of_a_file(tmp_path: Path, file: File) -> None:
    folder = project(tmp_path, file)
    wanted = file.errors if file.ours is None else file.ours
    assert ours(folder) == sorted(_at(error, 0) for error in wanted)
    assert theirs(folder) == sorted(_at(error, 1) for error in file.errors)


@pytest.mark.parametrize("file", [file for file in FILES.values() if any("-key" in error for error in file.errors)])
def test_keys_that_share_no_pool_are_checked_alike(tmp_path: Path, file: File) -> None:
    plan = whole(project(tmp_path, file))
    dataset = Dataset(plan, PERIOD, PERIOD.last_day, shared_keys=False)
    for name in plan.fields:
        rows, findings = read_table(dataset, name)
        dataset.findings += findings
        if rows is not None:
            dataset.tables[name] = rows
    check_keys(dataset)
    by_a_run = [one for one in ours(tmp_path) if not one.startswith("lost-zeros")]  # a run also says why a key is lost
    assert told(dataset.findings) == by_a_run


def _at(error: str, side: int) -> str:
    """`type-error 5/4` is told in line 5 by us, in row 4 by Frictionless."""
    name, _, place = error.partition(" ")
    return f"{name} {place.split('/')[min(side, place.count('/'))]}".strip()


def test_the_corpus_is_large_enough_and_says_why() -> None:
    bad = [file for file in FILES.values() if file.errors or file.ours]
    assert len(bad) >= 60
    for name, file in FILES.items():
        differs = file.ours is not None and sorted(file.ours) != sorted(file.errors)
        assert bool(file.because) == differs, name
    agreeing = [file for file in bad if not file.because]
    assert len(agreeing) >= 60
