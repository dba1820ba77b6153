"""What the things that formulas name are called: facts, columns and tables by their titles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rttd_metrics.formula.nodes import Column, Node
from rttd_metrics.formula.scope import ATTRIBUTED_SCHOOL, OWN_TABLE, UNIT, Tables
from rttd_metrics.formula.words.titles import named


@dataclass(frozen=True, slots=True)
class FactWords:
    """A fact's title, as it is written, and its formula, which tells whether it counts things."""

    title: str
    node: Node


@dataclass(frozen=True)
class Vocabulary:
    """`columns`: titles by table and field; `rows`: what the rows of a table are, in the plural; `fact(level, name)`.

    What has no title goes by its name. All titles are clean (notes.clean).
    """

    tables: Tables
    fact: Callable[[str, str], FactWords]
    columns: Mapping[tuple[str, str], str]
    rows: Mapping[str, str]

    def rows_of(self, table: str) -> str:
        return self.rows.get(table) or f"rows of {named(table)}"

    def column(self, column: Column, level: str) -> tuple[tuple[str, ...], str]:
        """Whose it is and its title: ("section", "course") and "Credits" for grades.sections.courses.credits."""
        owners, table = self._path(column, level)
        if column.fact_of is not None:
            return owners, self.fact(column.fact_of, column.field).title
        return owners, self.columns.get((table, column.field)) or named(column.field)

    def _path(self, column: Column, level: str) -> tuple[tuple[str, ...], str]:
        owners = ["school"] if column.base == ATTRIBUTED_SCHOOL else []
        table = {UNIT: OWN_TABLE.get(level, ""), ATTRIBUTED_SCHOOL: "schools"}.get(column.base, column.base)
        for step in column.steps:
            reference = self.tables.shapes[table].references[step]
            owners.append(named(reference.field.removesuffix("_id")))
            table = reference.target
        return tuple(owners), table
