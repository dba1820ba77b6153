"""The examples of a measure in words: what is given, and what must come of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rttd_metrics.definitions.base import number_text
from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Example, Measure
from rttd_metrics.formula.nodes import Column, Fact, Node
from rttd_metrics.formula.scope import Scope
from rttd_metrics.formula.types import check
from rttd_metrics.formula.words import Notes, Speaker, Vocabulary
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.owners import owned, possessive
from rttd_metrics.formula.words.titles import lowered, named, singular
from rttd_metrics.reports.catalog.contents import ExampleRow

_ROLES = {
    "outside": "Not in the population",
    "missing": "Missing",
    "excluded": "Left out",
    "n": "Counted",
    "numerator": "Counted, and the condition holds",
}
_NOT_HELD = "Counted, and the condition does not hold"


def examples(measure: Measure, book: FactBook, words: Vocabulary) -> tuple[ExampleRow, ...]:
    teller = _Teller(measure, book, words)
    return tuple(
        ExampleRow(clean(example.name), tuple(teller.given(example)), teller.expected(example))
        for example in measure.definition.examples
    )


class _Teller:
    def __init__(self, measure: Measure, book: FactBook, words: Vocabulary) -> None:
        self.measure, self.book, self.words = measure, book, words
        self.speaker = Speaker(words, measure.level, Notes())
        self._titles: dict[tuple[str | None, str], str] = {}

    def expected(self, example: Example) -> str:
        aggregate = self.measure.formula.aggregate
        told = _NOT_HELD if example.expect == "n" and aggregate in ("percent", "count") else _ROLES[example.expect]
        if example.reason:
            told += f": {clean(example.reason)}"
        return f"{told}; its value is {number_text(example.value)}" if example.value is not None else told

    def given(self, example: Example) -> Iterator[str]:
        if example.school_year or example.as_of:
            yield ", ".join(
                part
                for part in (
                    f"in the school year {example.school_year}" if example.school_year else "",
                    f"seen on {example.as_of}" if example.as_of else "",
                )
                if part
            )
        for key, value in example.given.items():
            if isinstance(value, list):
                yield from self._rows(key, value)
            else:
                yield f"{self._called(key, self._unit_scope(), self.speaker)}: {_value(value)}"
        if not example.given:
            yield "nothing"

    def _rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        speaker = self.speaker.inside(table)
        one = singular(speaker.plural)
        scope = Scope(
            self.book.tables, self.book.parameters, row_of=table, unit_fact=self.book.unit_facts(self.measure.level, {})
        )
        if not rows:
            yield f"no {speaker.plural}"
        for row in rows:
            told = "; ".join(f"{self._called(key, scope, speaker)}: {_value(value)}" for key, value in row.items())
            yield f"{one} ({told})" if told else one

    def _unit_scope(self) -> Scope:
        return self.book.scope(self.measure.level, bound=self.measure.bound)

    def _called(self, key: str, scope: Scope, speaker: Speaker) -> str:
        """The title of what is given; of another's column with its owner: `section’s course’s credits`."""
        if (speaker.table, key) not in self._titles:
            self._titles[speaker.table, key] = self._title(key, scope, speaker)
        return self._titles[speaker.table, key]

    def _title(self, key: str, scope: Scope, speaker: Speaker) -> str:
        node: Node = check(key, scope).node
        if not isinstance(node, Fact | Column):
            return named(key)
        owners, title = owned(speaker, node)
        return f"{possessive(owners)}’s {lowered(title)}" if owners else lowered(title)


def _value(value: Any) -> str:
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number_text(value)
    return clean(str(value))
