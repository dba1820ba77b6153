"""What a run tells of tables as wholes, where it costs next to nothing; `rttd check` tells the rest."""

from collections.abc import Iterator
from dataclasses import replace

from rttd_metrics.data.checks.dates import undated_students
from rttd_metrics.data.checks.ids import id_findings
from rttd_metrics.data.findings import Finding
from rttd_metrics.engine.dataset import Dataset


def hints(dataset: Dataset) -> Iterator[Finding]:
    """Warnings: why ids lead nowhere, if they have lost their zeros; students of no year, where another than theirs is seen."""
    if any(finding.rule == "foreign-key" for finding in dataset.findings):
        for rows in dataset.tables.values():
            found = (finding for finding in id_findings(rows, dataset.tables) if finding.rule == "lost-zeros")
            yield from (replace(finding, severity="warning") for finding in found)
    if "students" in dataset.tables and dataset.period.school_year != dataset.plan.portfolio.school_year:
        yield from undated_students(dataset.tables["students"], [dataset.period.school_year])
