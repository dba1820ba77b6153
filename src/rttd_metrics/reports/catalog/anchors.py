"""Names under which the parts of the document are linked to. Ids of measures and facts have no `-` of their own."""

from rttd_metrics.definitions.lineage import ColumnKey, FactKey


def measure_anchor(measure_id: str) -> str:
    return f"measure-{measure_id.replace('.', '-')}"


def fact_anchor(key: FactKey) -> str:
    level, name = key
    return f"fact-{level}-{name.replace('.', '-')}"


def table_anchor(table: str) -> str:
    return f"table-{table}"


def column_anchor(key: ColumnKey) -> str:
    return f"column-{key[0]}-{key[1]}"


def note_anchor(measure_id: str, number: int) -> str:
    return f"note-{measure_id.replace('.', '-')}-{number}"
