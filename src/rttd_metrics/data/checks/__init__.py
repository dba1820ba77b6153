"""Rules about tables as wholes, beyond single cells and keys: each says what it finds, and changes nothing."""

from collections.abc import Iterator, Mapping

from rttd_metrics.data.checks.dates import outside_their_year, reversed_dates, undated_status
from rttd_metrics.data.checks.days import repeated_days
from rttd_metrics.data.checks.ids import id_findings
from rttd_metrics.data.checks.texts import padded_labels, text_findings
from rttd_metrics.data.checks.values import impossible_values
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows


def table_findings(tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """What is wrong with the tables of a project, each read whole: all declared fields, all school years."""
    for rows in tables.values():
        yield from padded_labels(rows)
        yield from text_findings(rows)
        yield from id_findings(rows, tables)
        yield from impossible_values(rows)
        yield from reversed_dates(rows)
        yield from outside_their_year(rows)
        yield from repeated_days(rows)
    yield from undated_status(tables)
