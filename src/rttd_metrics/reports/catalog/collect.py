"""Gather the document from the definitions of a project, or of measures that belong to none."""

from collections.abc import Iterable

from rttd_metrics.definitions.base import number_text
from rttd_metrics.definitions.lineage import Lineage
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.project import PROJECT_FILE
from rttd_metrics.definitions.readings import MeasureReading, read_measure, title_of, vocabulary
from rttd_metrics.definitions.slots import SLOTS, slots_of
from rttd_metrics.definitions.sources import PACKAGE
from rttd_metrics.formula.nodes import Fact
from rttd_metrics.formula.scope import ParameterValue
from rttd_metrics.formula.words import Notes, Speaker, Text, Vocabulary
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.reports.catalog.contents import (
    Catalog,
    Chapter,
    ExclusionRow,
    MeasurePage,
    ParameterRow,
    SlotRow,
    SubgroupRow,
)
from rttd_metrics.reports.catalog.examples import examples
from rttd_metrics.reports.catalog.fact_index import FactIndex
from rttd_metrics.reports.catalog.glance import BETTER, CONDITIONS, glance, reasons, rules
from rttd_metrics.reports.catalog.paragraphs import dimension_title, paragraphs
from rttd_metrics.reports.catalog.target_tables import target_tables

_BESIDE = "Beside the portfolio: {}"


def collect(portfolio: Portfolio, version: str) -> Catalog:
    """The document of these definitions, which must be without errors; `version` of the package that makes it."""
    words = vocabulary(portfolio)
    index = FactIndex(portfolio, words)
    made_of = {measure.id: index.add(measure) for measure in portfolio.measures}
    pages = {measure.id: _page(portfolio, measure, words, index, made_of[measure.id]) for measure in portfolio.measures}
    project = portfolio.project if PROJECT_FILE in portfolio.texts else None
    return Catalog(
        clean(project.district.name) if project else None,
        project.school_year if project else None,
        project.as_of.isoformat() if project and project.as_of else None,
        tuple(_chapters(portfolio.measures, pages)),
        tuple(_slots(portfolio, pages)),
        tuple(_subgroups(portfolio, words)),
        index.entries(),
        index.tables(),
        version,
    )


def _chapters(measures: Iterable[Measure], pages: dict[str, MeasurePage]) -> Iterable[Chapter]:
    """By condition, those of the portfolio first; within a condition by slot, then by title."""
    order = list(SLOTS)
    ordered = sorted(
        measures,
        key=lambda measure: (
            order.index(measure.definition.slot) if measure.definition.slot else len(order),
            measure.definition.title.lower(),
            measure.id,
        ),
    )
    for inside in (True, False):
        for condition, title in CONDITIONS.items():
            found = [m for m in ordered if (m.definition.portfolio, m.definition.condition) == (inside, condition)]
            if found:
                anchor = condition.replace("_", "-") + ("" if inside else "-beside")
                heading = title if inside else _BESIDE.format(title.lower())
                yield Chapter(anchor, heading, tuple(pages[measure.id] for measure in found))


def _slots(portfolio: Portfolio, pages: dict[str, MeasurePage]) -> Iterable[SlotRow]:
    """The notice's slots and what fills them, where any is filled."""
    filled = [measure for measure in portfolio.measures if measure.definition.slot]
    served = slots_of(portfolio.project.portfolio.grade_bands)
    for name, slot in SLOTS.items():
        found = tuple(pages[measure.id] for measure in filled if measure.definition.slot == name)
        if filled and (found or name in served):
            yield SlotRow(name, slot.asks, found)


def _subgroups(portfolio: Portfolio, words: Vocabulary) -> Iterable[SubgroupRow]:
    speaker = Speaker(words, "student", Notes())
    for name, (node, _) in portfolio.subgroups.items():
        formula = portfolio.project.subgroups[name].formula
        if isinstance(node, Fact) and (made := portfolio.facts.fact("student", node.name)):
            formula = formula or made.definition.formula
        yield SubgroupRow(dimension_title(name), Text(speaker.value(node)), clean(formula or ""))


def _page(portfolio: Portfolio, measure: Measure, words: Vocabulary, index: FactIndex, made_of: Lineage) -> MeasurePage:
    definition, reading = measure.definition, read_measure(words, measure)
    excluded = zip(definition.exclude, measure.exclusions, reading.exclusions, strict=True)
    parameters = tuple(_parameters(portfolio, index.parameters(made_of), reading))
    return MeasurePage(
        id=measure.id,
        title=title_of(definition.title),
        condition=CONDITIONS[definition.condition],
        slot=definition.slot,
        level=definition.level,
        better=BETTER[definition.improvement],
        owner=clean(definition.owner) if definition.owner else None,
        sentence=reading.sentence,
        description=paragraphs(definition.description),
        glance=glance(definition),
        reasons=reasons(definition),
        rules=rules(measure, reading, lambda name: words.fact(measure.level, name).title),
        population=reading.population,
        population_formula=clean(definition.population),
        exclusions=tuple(ExclusionRow(clean(because), told, clean(written.when)) for written, (_, because), told in excluded),
        formula=clean(definition.formula),
        parameters=parameters,
        targets=target_tables(definition, portfolio.project.portfolio),
        facts=index.trees(made_of.facts),
        columns=made_of.columns,
        examples=examples(measure, portfolio.facts, words),
        examples_as_shipped=measure.document.file.startswith(PACKAGE) and any(row.shipped is not None for row in parameters),
    )


def _parameters(portfolio: Portfolio, names: Iterable[str], reading: MeasureReading) -> Iterable[ParameterRow]:
    """Those that the reading marks in the order of their marks, then the others."""
    ordered = dict.fromkeys([*reading.notes, *names])
    declared = portfolio.as_declared.parameters if portfolio.as_declared else portfolio.parameters
    for name in ordered:
        value, before = portfolio.parameters[name], declared[name]
        note = reading.notes.index(name) + 1 if name in reading.notes else None
        yield ParameterRow(name, _shown(value), note, _shown(before) if before != value else None)


def _shown(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case tuple():
            return ", ".join(_shown(part) for part in value) or "none"
    return clean(value)
