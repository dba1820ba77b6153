"""The targets of a measure as a picture and as tables: of everyone, of subgroups, of schools, and of its gap."""

from collections.abc import Iterable, Sequence

from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.project import PortfolioSettings
from rttd_metrics.definitions.target_paths import (
    baselines_of,
    everyone_path,
    is_percent,
    school_path,
    subgroup_path,
    targets_of,
)
from rttd_metrics.definitions.targets import NewBaseline
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.reports.catalog.chart import Chart, Value, draw, in_years
from rttd_metrics.reports.catalog.contents import Targets
from rttd_metrics.reports.catalog.gap_table import gap_remarks, gap_table
from rttd_metrics.reports.catalog.paragraphs import subgroup_title
from rttd_metrics.reports.catalog.path_table import Shown, path_table, written, years_of
from rttd_metrics.reports.catalog.shapes import shape_in_words


def target_tables(measure: MeasureDefinition, settings: PortfolioSettings) -> Targets:
    shown = written(" %" if is_percent(measure.formula) else "")
    paths = {"": everyone_path(measure)}
    subgroups = {
        subgroup_title(dimension, name): path
        for dimension, targets in measure.target.subgroups.items()
        for name in targets
        if (path := subgroup_path(measure, dimension, name))
    }
    schools = {clean(school): path for school in measure.target.schools if (path := school_path(measure, school))}
    years = years_of([*paths.values(), *subgroups.values(), *schools.values()], settings)
    tables = [
        path_table("Baseline and targets of subgroups", subgroups, years, shown),
        path_table("Targets of schools, by school number", schools, years, shown),
        gap_table(measure, settings) if measure.gap else None,
    ]
    return Targets(
        _chart(measure, years, shown),
        tuple(_of_everyone(measure, years, shown)),
        tuple(table for table in tables if table is not None),
        tuple(_remarks(measure, shown)),
    )


def _chart(measure: MeasureDefinition, years: Sequence[str], shown: Shown) -> Chart | None:
    baselines, targets, bare = baselines_of(measure), targets_of(measure, years), written("")
    values = [Value(year, value, bare(value), True) for year, value in baselines.items()]
    values += [Value(year, value, bare(value), False) for year, value in targets.items()]
    if not targets:
        return None
    start = f"Baseline {in_years({year: shown(value) for year, value in sorted(baselines.items())})}. " if baselines else ""
    return draw(values, f"{start}Targets: {in_years({year: shown(value) for year, value in targets.items()})}.")


def _of_everyone(measure: MeasureDefinition, years: Sequence[str], shown: Shown) -> Iterable[tuple[str, str, str]]:
    baselines, targets = baselines_of(measure), targets_of(measure, years)
    for year in years:
        if year in baselines or year in targets:
            started, aimed = (shown(values[year]) if year in values else "" for values in (baselines, targets))
            yield year, started, aimed


def _remarks(measure: MeasureDefinition, shown: Shown) -> Iterable[str]:
    if measure.target.shape is not None:
        yield f"The path: {shape_in_words(measure.target.shape, shown)}."
    for year, new in sorted(measure.rebaseline.items()):
        yield _new_baseline("A new baseline", year, new, shown)
    for dimension, targets in measure.target.subgroups.items():
        for name, own in targets.items():
            label = subgroup_title(dimension, name)
            if own.shape is not None:
                yield f"The path of {label}: {shape_in_words(own.shape, shown)}."
            for year, new in sorted(own.rebaseline.items()):
                yield _new_baseline(f"A new baseline of {label}", year, new, shown)
    if measure.gap is not None:
        yield from gap_remarks(measure.gap)


def _new_baseline(what: str, year: str, new: NewBaseline, shown: Shown) -> str:
    return f"{what} from {year} on, {shown(new.value)}: {clean(new.because)}"
