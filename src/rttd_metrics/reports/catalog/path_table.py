"""Paths of targets as a table: a group a row, a school year a column."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from rttd_metrics.definitions.project import PortfolioSettings
from rttd_metrics.definitions.target_paths import TargetPath
from rttd_metrics.formula.values import round_half_away
from rttd_metrics.formula.words.values import number
from rttd_metrics.reports.catalog.contents import TargetRow, TargetTable

_DECIMALS = 2

Shown = Callable[[float], str]


def written(unit: str) -> Shown:
    """How a value of the measure is written."""
    return lambda value: number(round_half_away(value, _DECIMALS)) + unit


def years_of(paths: Iterable[TargetPath], settings: PortfolioSettings) -> list[str]:
    """Every year that a definition names, and those of the plan."""
    named = {year for path in paths for year in (*path.annual, *path.baselines)}
    return sorted(named | {*settings.grant_years, settings.post_grant_year})


def path_table(caption: str, paths: Mapping[str, TargetPath], years: Sequence[str], shown: Shown) -> TargetTable | None:
    """The years in which one of the groups has a target; None where there are no groups."""
    aimed = tuple(year for year in years if any(path.target(year) is not None for path in paths.values()))
    rows = []
    for label, path in paths.items():
        started = ", ".join(f"{shown(value)} in {year}" for year, value in sorted(path.baselines.items()))
        targets = tuple(None if (value := path.target(year)) is None else shown(value) for year in aimed)
        rows.append(TargetRow(label, started or None, targets))
    return TargetTable(caption, aimed, tuple(rows)) if rows else None
