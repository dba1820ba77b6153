"""Measures and facts in plain English, made from their checked formulas."""

import re
from dataclasses import dataclass

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.formula.nodes import Function, Literal, Node
from rttd_metrics.formula.words import FactWords, Notes, Speaker, Text, Vocabulary
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.noun import closed
from rttd_metrics.formula.words.titles import named
from rttd_metrics.formula.words.values import number

_MOST_WORDS_LEFT_OUT = 30
"""Exclusions of more words get a sentence of their own."""
_BETTER = {"increase": "higher is better", "decrease": "lower is better"}
_AGGREGATES = {"avg": "average", "median": "median", "sum": "total"}


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """`sentence` says the whole; `population`, `exclusions` and `classrooms` its parts. `notes`: the parameters that they
    mark, by number from 1 on."""

    sentence: Text
    population: Text
    exclusions: tuple[Text, ...]
    classrooms: Text | None
    notes: tuple[str, ...]


def vocabulary(portfolio: Portfolio) -> Vocabulary:
    """What the facts, columns and tables of a project are called."""

    def fact(level: str, name: str) -> FactWords:
        found = portfolio.facts.fact(level, name)
        assert found is not None, "a formula with a broken fact is never read"
        return FactWords(title_of(found.definition.title or named(name)), found.node)

    columns = {
        (table.name, field.name): clean(field.title)
        for table in portfolio.tables.values()
        for field in table.table_schema.fields
        if field.title
    }
    rows = {table.name: clean(table.title) for table in portfolio.tables.values() if table.title}
    return Vocabulary(portfolio.facts.tables, fact, columns, rows)


def title_of(text: str) -> str:
    """A title as it is read: a value of `for_each` in it, such as social_studies, in words."""
    return re.sub(r"(?<=\w)_(?=\w)", " ", clean(text))


def read_fact(words: Vocabulary, level: str, node: Node, notes: Notes) -> Text:
    """What the formula of a fact of `level` gives."""
    return Text(Speaker(words, level, notes).value(node))


def read_measure(words: Vocabulary, measure: Measure) -> MeasureReading:
    """A measure in words: whom it counts, whom it leaves out, what it gives, which way is better."""
    notes = Notes()
    speaker = Speaker(words, measure.level, notes)
    reader = _Reader(speaker, measure)
    sentence = Text(reader.sentence())
    return MeasureReading(
        sentence,
        Text(reader.population()),
        tuple(Text(speaker.modifier(when)) for when, _ in measure.exclusions),
        Text(speaker.inside("sections").modifier(measure.classrooms)) if measure.classrooms else None,
        tuple(notes.names),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Puts one measure into a sentence."""

    speaker: Speaker
    measure: Measure

    def sentence(self) -> str:
        better = _BETTER[self.measure.definition.improvement]
        if self.measure.level == "district":
            return f"{self._of_district()}: {self._of_one()}; {better}."
        left_out = [f"those {self.speaker.modifier(when)}" for when, _ in self.measure.exclusions]
        short = len(left_out) < 3 and sum(len(part.split()) for part in left_out) <= _MOST_WORDS_LEFT_OUT
        besides = f", leaving out {_listed(left_out)}" if left_out and short else ""
        found = f"Of {self.population()}{besides}, {self._of_many()}; {better}."
        return found if short else f"{found} Left out are {'; '.join(left_out[:-1])}; and {left_out[-1]}."

    def population(self) -> str:
        """`all schools`, `participating students in grades 4 to 8`."""
        measure, speaker = self.measure, self.speaker
        if measure.level == "district":
            return "the district" if measure.everyone else f"the district, where {speaker.statement(measure.population)}"
        found = f"all {speaker.plural}" if measure.everyone else speaker.described(measure.population)
        years = measure.definition.look_back
        if not years:
            return found
        return f"{found} ({speaker.plural} of the {'school year' if years == 1 else f'{years} school years'} before included)"

    def _of_many(self) -> str:
        formula, speaker = self.measure.formula, self.speaker
        first = formula.arguments[0]
        match formula.aggregate:
            case "percent":
                return f"the percent {speaker.modifier(first)}"
            case "count":
                return f"the number {speaker.modifier(first)}"
            case "rate":
                return self._ratio_of_totals(*formula.arguments)
        return f"the {_AGGREGATES[formula.aggregate]} of {speaker.value(first)}"

    def _of_district(self) -> str:
        unless = [self.speaker.statement(when) for when, _ in self.measure.exclusions]
        return f"For {self.population()}" + (f", unless {' or '.join(unless)}" if unless else "")

    def _of_one(self) -> str:
        """What the one district gives: nothing is added up."""
        formula, speaker = self.measure.formula, self.speaker
        match formula.aggregate:
            case "percent" | "count":
                whole = "100 %, and 0 %" if formula.aggregate == "percent" else "1, and 0"
                return f"{whole.replace(',', f' if {speaker.statement(formula.arguments[0])},', 1)} if not"
            case "rate":
                return self._ratio(*(speaker.value(argument) for argument in formula.arguments))
        return speaker.value(formula.arguments[0])

    def _ratio_of_totals(self, above: Node, below: Node) -> str:
        per = self.measure.formula.per
        assert per is not None
        if isinstance(below, Literal) and below.value == 1.0:  # so many of each unit
            each = f"per {self.measure.level}" if per == 1 else f"for every {number(per)} {self.speaker.plural}"
            return f"{closed(self._total(above))} {each}"
        return self._ratio(self._total(above), self._total(below))

    def _total(self, argument: Node) -> str:
        if isinstance(argument, Function) and argument.name == "number":
            return f"the number of those {self.speaker.modifier(argument.arguments[0])}"
        return f"the total of {self.speaker.value(argument)}"

    def _ratio(self, above: str, below: str) -> str:
        per = self.measure.formula.per
        assert per is not None
        if per == 1:
            return f"{closed(above)} divided by {below}"
        return f"{closed(above)} {'as a percent of' if per == 100 else f'for every {number(per)} of'} {below}"


def _listed(parts: list[str]) -> str:
    """`those a, and those b`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
