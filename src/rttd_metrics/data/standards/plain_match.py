"""Which standard table a plain file is most like: by its own name, and by those of its columns."""

import re
from dataclasses import dataclass

from rttd_metrics.data.standards.codes import loosely
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.data.standards.knowledge import knowledge
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.tables import TableDefinition


@dataclass(frozen=True)
class Match:
    """A file that may be a table: the header of each field, and whether the file has a usual name of the table."""

    table: str
    headers: dict[str, str]
    named: bool

    @property
    def weight(self) -> tuple[bool, int]:
        return self.named, len(self.headers)


def _names(table: str, name: str) -> set[str]:
    given = knowledge("plain")["tables"].get(table, {}).get("fields", {})
    return {loosely(name), *(loosely(synonym) for synonym in given.get(name, ()))}


def best_match(file: FoundFile) -> Match | None:
    """The table that a file is most like: by its own name, then by how many of its columns have names of that table."""
    matches = [match for name, table in standard_tables().items() if (match := _match(file, name, table)) is not None]
    return max(matches, key=lambda match: match.weight, default=None)


def _match(file: FoundFile, name: str, table: TableDefinition) -> Match | None:
    known = knowledge("plain")["tables"].get(name)
    required = [field.name for field in table.table_schema.fields if field.required]
    needs = known["needs"] if known else required
    headers: dict[str, str] = {}
    taken: set[str] = set()
    for exact in (True, False):  # the standard name goes before the others
        for field in table.table_schema.fields:
            names = {loosely(field.name)} if exact else _names(name, field.name)
            header = next((label for label in file.labels if loosely(label) in names and label not in taken), None)
            if field.name not in headers and header is not None:
                headers[field.name] = header
                taken.add(header)
    usual = [name, *(known["files"] if known else ())]
    named = any(_like(file.name, synonym) for synonym in usual)
    headers = {field: headers[field] for field in table.fields if field in headers}
    few = not named and len(headers) * 2 < len(file.labels)
    return None if few or any(need not in headers for need in needs) else Match(name, headers, named)


def _like(name: str, usual: str) -> bool:
    """A file's name that is a usual one, whatever year, number or date stands behind it: `Students_2012-13`."""
    return re.sub(r"\d+", "", loosely(name)) == loosely(usual)
