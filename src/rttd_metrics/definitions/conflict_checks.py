"""Checks of the order in which rows of one key count."""

from collections.abc import Iterator

from rttd_metrics.definitions.fields import FieldDefinition
from rttd_metrics.definitions.tables import Precedence, TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.problems import Problem, did_you_mean


def conflict_problems(document: Document, at: KeyPath, table: TableDefinition) -> Iterator[Problem]:
    """What is wrong with the `conflicts:` of a table that a project declares at `at`; `table` has what ships, too."""
    if not isinstance(table.conflicts, Precedence):
        return
    place = (*at, "conflicts")
    if table.rows != "distinct" or not table.table_schema.primary_key:
        missing = "`rows: distinct`" if table.rows != "distinct" else "a `primaryKey:`"
        yield document.problem(
            place,
            "precedence",
            f"which row of a key counts can only be said of a table with {missing}",
            key=True,
            help="say which rows are of one key: schema: {primaryKey: [student_id, date]}",
        )
    field = table.fields.get(table.conflicts.field)
    if field is None:
        yield document.problem(
            (*place, "field"),
            "unknown-name",
            f"table '{table.name}' has no field '{table.conflicts.field}'",
            help=did_you_mean(table.conflicts.field, table.fields),
        )
    elif field.type != "string":
        yield document.problem((*place, "field"), "precedence", f"'{field.name}' is no text: only texts are put in an order")
    else:
        yield from _order_problems(document, (*place, "order"), table.conflicts.order, field)


def _order_problems(document: Document, at: KeyPath, order: list[str], field: FieldDefinition) -> Iterator[Problem]:
    for position, value in enumerate(order):
        if value in order[:position]:
            yield document.problem((*at, position), "precedence", f"'{value}' stands in the order twice")
        elif field.labels and value not in field.labels:
            known = ", ".join(field.labels)
            message = f"'{value}' is no label of '{field.name}': {known}"
            yield document.problem((*at, position), "precedence", message, help=did_you_mean(value, field.labels))
