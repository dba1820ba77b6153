"""Facts down to the columns they are made of, and back: who uses each fact, and which columns are read at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rttd_metrics.definitions.lineage import ColumnKey, FactKey, Lineage, lineage
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.readings import read_fact
from rttd_metrics.formula.nodes import Node
from rttd_metrics.formula.scope import LEVELS
from rttd_metrics.formula.words import Notes, Speaker, Text, Vocabulary
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.reports.catalog.contents import ColumnEntry, FactEntry, FactTree, TableEntry
from rttd_metrics.reports.catalog.paragraphs import paragraphs

_TYPES = {"boolean": "yes or no", "grade_level": "grade level", "school_year": "school year", "unknown": "anything"}


@dataclass
class FactIndex:
    """The facts that measures use, each with what it is made of; who uses a fact, a column or a table's rows."""

    portfolio: Portfolio
    words: Vocabulary
    made_of: dict[FactKey, Lineage] = field(default_factory=dict)
    by_measures: dict[FactKey, list[str]] = field(default_factory=dict)
    columns_of_measures: dict[ColumnKey, list[str]] = field(default_factory=dict)

    def add(self, measure: Measure) -> Lineage:
        """Enter a measure; returns what its own formulas are made of, and the facts that its keys name."""
        own = self.own_lineage(measure)
        for key in own.facts:
            self.by_measures.setdefault(key, []).append(measure.id)
            self._open(key)
        for column in own.columns:
            self.columns_of_measures.setdefault(column, []).append(measure.id)
        return own

    def own_lineage(self, measure: Measure) -> Lineage:
        found = self._lineage(measure.level, *measure.nodes())
        confidential = measure.definition.confidential
        named = [confidential.count if confidential else None, measure.definition.response_rate]
        facts = dict.fromkeys([*found.facts, *((measure.level, name) for name in named if name)])
        columns, parameters = dict.fromkeys(found.columns), dict.fromkeys(found.parameters)
        if measure.classrooms is not None:
            sections = self._lineage("classroom", measure.classrooms, row_of="sections")
            columns |= dict.fromkeys(sections.columns)
            parameters |= dict.fromkeys(sections.parameters)
        return Lineage(tuple(facts), tuple(columns), found.tables, tuple(parameters))

    def _lineage(self, level: str, *formulas: Node, row_of: str | None = None) -> Lineage:
        return lineage(self.portfolio.facts.tables, self.portfolio.defaults, level, *formulas, row_of=row_of)

    def parameters(self, own: Lineage) -> list[str]:
        """The parameters of a measure: its own, and those of all facts behind it."""
        found = dict.fromkeys(own.parameters)
        for key in self.behind(own.facts):
            found |= dict.fromkeys(self.made_of[key].parameters)
        return list(found)

    def behind(self, keys: Iterable[FactKey]) -> dict[FactKey, None]:
        """These facts and all that they are made of."""
        found: dict[FactKey, None] = {}
        waiting = list(keys)
        while waiting:
            key = waiting.pop(0)
            if key not in found:
                found[key] = None
                waiting += self.made_of[key].facts
        return found

    def _open(self, key: FactKey) -> None:
        if key in self.made_of:
            return
        level, name = key
        fact = self.portfolio.facts.fact(level, name)
        assert fact is not None, "no catalog is made of broken definitions"
        self.made_of[key] = self._lineage(level, fact.node)
        for part in self.made_of[key].facts:
            self._open(part)

    # -- what the document shows ------------------------------------------------------------------------

    def trees(self, keys: Iterable[FactKey]) -> tuple[FactTree, ...]:
        seen: set[FactKey] = set()
        return tuple(self._tree(key, seen) for key in keys)

    def _tree(self, key: FactKey, seen: set[FactKey]) -> FactTree:
        made_of, again = self.made_of[key], key in seen
        seen.add(key)
        definition = self.portfolio.facts.declared[key[0]][key[1]].definition
        parts = () if again else tuple(self._tree(part, seen) for part in made_of.facts)
        return FactTree(
            key,
            self.words.fact(*key).title,
            clean(definition.formula),
            clean(definition.source) if definition.source else None,
            made_of.columns,
            made_of.tables,
            parts,
            again,
        )

    def entries(self) -> tuple[FactEntry, ...]:
        """Every fact that is used, by level and title."""
        users: dict[FactKey, list[FactKey]] = {}
        for key, made_of in self.made_of.items():
            for part in made_of.facts:
                users.setdefault(part, []).append(key)
        ordered = sorted(self.made_of, key=lambda key: (LEVELS.index(key[0]), self.words.fact(*key).title.lower(), key))
        return tuple(self._entry(key, sorted(users.get(key, []))) for key in ordered)

    def _entry(self, key: FactKey, users: list[FactKey]) -> FactEntry:
        level, name = key
        fact, made_of, notes = self.portfolio.facts.fact(level, name), self.made_of[key], Notes()
        assert fact is not None
        return FactEntry(
            key,
            self.words.fact(level, name).title,
            read_fact(self.words, level, fact.node, notes),
            tuple(notes.names),
            paragraphs(fact.definition.description),
            clean(fact.definition.formula),
            clean(fact.definition.source) if fact.definition.source else None,
            _TYPES.get(fact.type, str(fact.type)),
            made_of.facts,
            made_of.columns,
            made_of.tables,
            tuple(self.by_measures.get(key, [])),
            tuple(users),
        )

    def tables(self) -> tuple[TableEntry, ...]:
        """The tables of which something is read, with the columns that are."""
        columns: dict[ColumnKey, list[FactKey]] = {key: [] for key in self.columns_of_measures}
        rows: dict[str, list[FactKey]] = {table: [] for table, _ in columns}
        for key, made_of in self.made_of.items():
            for column in made_of.columns:
                columns.setdefault(column, []).append(key)
                rows.setdefault(column[0], [])
            for table in made_of.tables:
                rows.setdefault(table, []).append(key)
        return tuple(self._table(table, columns, rows[table]) for table in sorted(rows))

    def _table(self, name: str, columns: Mapping[ColumnKey, list[FactKey]], by_facts: list[FactKey]) -> TableEntry:
        definition = self.portfolio.tables[name]
        entries = []
        for found in definition.table_schema.fields:
            key = (name, found.name)
            if key in columns:
                entries.append(
                    ColumnEntry(
                        found.name,
                        clean(found.title or ""),
                        found.type.replace("_", " "),
                        clean(found.description or ""),
                        tuple(sorted(columns[key])),
                        tuple(self.columns_of_measures.get(key, [])),
                    )
                )
        where = self.portfolio.wheres.get(name)
        told = Text(Speaker(self.words, "district", Notes(), name).described(where)) if where is not None else None
        return TableEntry(name, paragraphs(definition.description), told, tuple(entries), tuple(sorted(by_facts)))
