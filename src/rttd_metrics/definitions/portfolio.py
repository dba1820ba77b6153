"""All definitions of a project, read and checked together."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rttd_metrics.definitions.attendance_checks import days_problems, declared_days_problems
from rttd_metrics.definitions.examples import ExampleOutcome, ExampleSetting, GivenUnit, run_example
from rttd_metrics.definitions.facts import DeclaredFact, FactBook, formula_problem
from rttd_metrics.definitions.for_each import fact_variants, variants
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.measure_checks import measure_problems, resolve_measure, uses_broken_fact
from rttd_metrics.definitions.parameters import collect_parameters
from rttd_metrics.definitions.program_subgroups import program_facts, subgroup_fact
from rttd_metrics.definitions.project import PROJECT_FILE, ProjectDefinition, before_school_year
from rttd_metrics.definitions.rules.settings import rule_problems
from rttd_metrics.definitions.salvage import formula_problems
from rttd_metrics.definitions.sources import PACKAGE, Sources, read_sources
from rttd_metrics.definitions.subgroup_checks import duplicate_gaps, subgroup_problems
from rttd_metrics.definitions.table_checks import merged_tables, row_formulas
from rttd_metrics.definitions.table_shapes import shapes
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.documents import Document
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.formula.nodes import Node, Type
from rttd_metrics.formula.scope import LEVELS, ParameterValue
from rttd_metrics.formula.types import check
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.problems import Problem, ProblemError

_SUBGROUP_TYPES = (Type.TEXT, Type.BOOLEAN, Type.GRADE_LEVEL)


@dataclass(frozen=True)
class Portfolio:
    """A project's definitions. Evaluate only where no problem is an error (`errors` is empty).

    `document` is rttd.yml, None of loose measures.
    """

    folder: Path
    document: Document | None
    project: ProjectDefinition
    tables: Mapping[str, TableDefinition]
    parameters: Mapping[str, ParameterValue]
    facts: FactBook
    defaults: Mapping[tuple[str, str], Node]
    wheres: Mapping[str, Node]
    subgroups: Mapping[str, tuple[Node, Type]]
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    as_declared: "Portfolio | None" = None
    """The same without the project's parameters, where it has any: what the examples of shipped measures speak of."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def own_files(self) -> list[str]:
        """The files that were read, but for those that ship with the package."""
        return [name for name in self.texts if not name.startswith(PACKAGE)]

    @property
    def school_year(self) -> int:
        code = school_year_code(self.project.school_year)
        assert code is not None
        return code

    def example_units(self, measure: Measure) -> list[GivenUnit]:
        """The unit of each example of a measure; of a shipped one, seen with the parameters it was written for."""
        if self.as_declared is not None and measure.document.file.startswith(PACKAGE):
            return self.as_declared.example_units(measure)
        setting = ExampleSetting(
            self.facts, self.tables, self.defaults, self.school_year, self.project.school_year_starts, self.project.as_of
        )
        return [setting.unit(measure.level, example, measure.bound) for example in measure.definition.examples]

    def run_examples(self) -> list[ExampleOutcome]:
        """Every example of every measure, by the row evaluator."""
        return [
            run_example(self.tried(measure), position, unit)
            for measure in self.measures
            for position, unit in enumerate(self.example_units(measure))
        ]

    def tried(self, measure: Measure) -> Measure:
        """The measure as its examples know it: a shipped one as it is shipped, whatever parameters the project sets."""
        if self.as_declared is None or not measure.document.file.startswith(PACKAGE):
            return measure
        return next(declared for declared in self.as_declared.measures if declared.id == measure.id)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Nothing that reading makes is garbage: to look for any again and again would take a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_portfolio(path: Path) -> Portfolio:
    """Read and check the project (or loose measure files) at `path`.

    Every problem of every file is in `problems`. Raises ProblemError only where nothing can be read at all:
    no such path, an rttd.yml that is no mapping or lacks its required keys.
    """
    with _without_garbage_collection():
        return _read(path)


def _read(path: Path) -> Portfolio:
    sources = read_sources(path)
    if sources.project is None:
        raise ProblemError(tuple(sources.problems))
    portfolio = _assemble(sources, sources.project)
    if not sources.project.parameters:
        return portfolio
    return replace(portfolio, as_declared=_assemble(sources, sources.project.model_copy(update={"parameters": {}})))


def _assemble(sources: Sources, project: ProjectDefinition) -> Portfolio:
    problems = list(sources.problems)
    tables, found = merged_tables(project, sources.document)
    problems += declared_days_problems(sources.document, project)
    problems += [*found, *rule_problems(sources.document, project, tables), *_as_of_problems(sources.document, project)]
    parameters, found = collect_parameters(project, sources, tables)
    problems += found
    places: dict[str, tuple[Document, KeyPath]] = {
        declared.name: (sources.document, ("tables", position)) for position, declared in enumerate(project.tables)
    }
    defaults, wheres, found = row_formulas(tables, parameters, places)
    problems += found
    declared_facts = _declared_facts(sources, problems)
    of_programs, found = program_facts(project, sources.document, tables)
    declared_facts["student"] |= of_programs
    problems += found
    book = FactBook(shapes(tables), parameters, declared_facts)
    own_facts = [
        (level, name)
        for level, facts in book.declared.items()
        for name, fact in facts.items()
        if not fact.document.file.startswith(PACKAGE)
    ]
    book.check_all(own_facts)
    subgroups = _subgroups(project, sources, book, problems)
    measures = _measures(sources, project, book, tables, defaults, problems)
    for measure in measures:
        if not measure.document.file.startswith(PACKAGE):
            declared = project.subgroups if sources.document.value else None  # loose measures belong to no project
            problems += subgroup_problems(measure.document, measure, declared, subgroups)
    problems += book.problems
    return Portfolio(
        sources.folder,
        sources.document if PROJECT_FILE in sources.texts else None,
        project,
        tables,
        parameters,
        book,
        defaults,
        wheres,
        subgroups,
        tuple(measures),
        tuple(dict.fromkeys(problems)),
        sources.texts,
    )


def _as_of_problems(document: Document, project: ProjectDefinition) -> list[Problem]:
    year = school_year_code(project.school_year)
    assert year is not None
    message = before_school_year(project.as_of, year, project.school_year_starts) if project.as_of is not None else None
    return [document.problem(("as_of",), "as-of", message)] if message else []


def _declared_facts(sources: Sources, problems: list[Problem]) -> dict[str, dict[str, DeclaredFact]]:
    """Facts by level and name; a project's own replace the shipped ones, its own stand once."""
    declared: dict[str, dict[str, DeclaredFact]] = {level: {} for level in LEVELS}
    for source in sorted(sources.facts, key=lambda source: not source.shipped):
        for level in LEVELS:
            for name, given in source.definition.of_level(level).items():
                earlier = declared[level].get(next(fact_variants(name, given))[0])
                if earlier is not None and not earlier.document.file.startswith(PACKAGE):
                    problems.append(
                        source.document.problem(
                            (level, name),
                            "duplicate-name",
                            f"the {level} fact '{name}' is also defined in {earlier.document.file}",
                            key=True,
                        )
                    )
                    continue
                for full, definition, bound in fact_variants(name, given):
                    declared[level][full] = DeclaredFact(definition, source.document, (level, name), bound)
    return declared


def _subgroups(
    project: ProjectDefinition, sources: Sources, book: FactBook, problems: list[Problem]
) -> dict[str, tuple[Node, Type]]:
    subgroups = {}
    for name, subgroup in project.subgroups.items():
        if subgroup.program is not None and subgroup_fact(name) not in book.declared["student"]:
            continue  # what is wrong with it is told already
        at: KeyPath = ("subgroups", name)
        if isinstance(sources.document.value["subgroups"][name], dict):
            at = (*at, "formula" if subgroup.program is None else "program")
        checked = check(subgroup.formula or subgroup_fact(name), book.scope("student"), _SUBGROUP_TYPES)
        problems += [formula_problem(sources.document, at, fault) for fault in checked.faults]
        if not checked.faults:
            subgroups[name] = (checked.node, checked.type)
    return subgroups


def _measures(
    sources: Sources,
    project: ProjectDefinition,
    book: FactBook,
    tables: Mapping[str, TableDefinition],
    defaults: Mapping[tuple[str, str], Node],
    problems: list[Problem],
) -> list[Measure]:
    measures: dict[str, Measure] = {}
    year = school_year_code(project.school_year)
    assert year is not None
    own = {source.definition.id for source in sources.measures if not source.shipped}
    setting = ExampleSetting(book, tables, defaults, year, project.school_year_starts, project.as_of)
    standing_for = [(source, variant) for source in sources.measures for variant in variants(source.definition)]
    for source, variant in standing_for:
        document, definition = source.document, variant.definition
        if source.shipped and source.definition.id in own:
            continue  # a project's own measure stands in for the shipped one
        if definition.id in measures:
            problems.append(
                document.problem(
                    ("id",),
                    "duplicate-measure",
                    f"measure '{definition.id}' is also defined in {measures[definition.id].document.file}",
                )
            )
            continue
        measure, found = resolve_measure(document, variant, book)
        problems += found
        if measure is None:
            continue
        if not uses_broken_fact(measure, book):
            problems += measure_problems(document, measure, setting)
            problems += days_problems(document, measure, book, project)
        measures[definition.id] = measure
    problems += duplicate_gaps(measures)
    for document in sources.faulty_measures:
        problems += formula_problems(document, book)
    return sorted(measures.values(), key=lambda measure: measure.id)
