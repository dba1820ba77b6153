"""The page of a measure: the years against its targets, every school, the subgroups, and how it is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rttd_metrics.reports.catalog.contents import MeasurePage as DefinitionPage
from rttd_metrics.reports.catalog.paragraphs import dimension_title
from rttd_metrics.reports.cells import Cell, Line
from rttd_metrics.reports.numbers import count, difference, is_percent, plain_number, unit, with_unit
from rttd_metrics.reports.site.drawings import Axis, Dot, Dumbbell, TrendChart, axis, dot, dumbbell, trend_chart
from rttd_metrics.reports.site.figures import Change, Figure, change, figure, meets, title
from rttd_metrics.reports.site.links import DISTRICT, measure_page, school_page
from rttd_metrics.reports.site.pages import Behind, Head, name_of
from rttd_metrics.reports.site.school import behind
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.site.students import StudentList
from rttd_metrics.reports.site.subgroups import subgroup_title
from rttd_metrics.reports.site.trends import Point, trend

_FULL = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class SchoolDot:
    """A school in the strip; `behind`: where its students are listed."""

    label: str
    address: str
    figure: Figure
    change: Change | None
    dot: Dot | None
    behind: Behind | None


@dataclass(frozen=True, slots=True)
class Schools:
    """`met`: how many meet their own target, of how many. `counted`: numerator and n of all schools together, where they
    differ from the district's."""

    axis: Axis | None
    rows: tuple[SchoolDot, ...]
    met: tuple[int, int] | None
    counted: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Group:
    """A subgroup; `from_everyone`: the signed difference; `gap`: of a measure that declares one."""

    label: str
    figure: Figure
    from_everyone: str
    gap: Figure | None
    dumbbell: Dumbbell | None


@dataclass(frozen=True, slots=True)
class Groups:
    title: str
    rows: tuple[Group, ...]
    gap: str | None


@dataclass(frozen=True, slots=True)
class MeasureReport:
    head: Head
    line: Line
    unit: str
    definition: DefinitionPage
    figure: Figure
    change: Change | None
    years: tuple[Point, ...]
    chart: TrendChart | None
    schools: Schools | None
    groups: tuple[Groups, ...]
    axis: Axis | None


def measure_report(sources: Sources, line: Line, lists: Mapping[str, StudentList]) -> MeasureReport | None:
    """None where the district has no cell of the measure. `lists`: the students of each school by its id."""
    unit_ = ("district", sources.district.id)
    cell = sources.grid.cell(unit_, line)
    if cell is None:
        return None
    definition = sources.definitions[line.info.id]
    points = trend(sources, line, sources.district)
    targets = {year: (value, with_unit(line.info, value)) for year, value in definition.targets.items()}
    grid = sources.same_day_grid
    groups, on = _groups(sources, line, cell)
    head = Head(measure_page(line), title(line), "measure", ((name_of(sources.district), DISTRICT),))
    return MeasureReport(
        head,
        line,
        unit(line.info),
        definition.page,
        figure(line, cell),
        change(line, cell, grid.cell(unit_, line) if grid is not None else None),
        points,
        trend_chart(points, targets),
        _schools(sources, line, cell, lists),
        groups,
        on,
    )


def _schools(sources: Sources, line: Line, district: Cell, lists: Mapping[str, StudentList]) -> Schools | None:
    """From the best value to the worst; schools without a value at the end."""
    grid = sources.grid
    found = [(school, cell) for school in sources.schools if (cell := grid.cell(("school", school.id), line)) is not None]
    counted = [(school, cell) for school, cell in found if cell.status != "no_units"]
    if not counted:
        return None
    sign = -1 if line.info.improvement == "increase" else 1
    counted.sort(key=lambda one: (one[1].value is None, sign * (one[1].value or 0), one[0].id))
    cells = [cell for _, cell in counted]
    on = _axis(line, [*cells, district])
    before = sources.same_day_grid
    rows = tuple(
        SchoolDot(
            name_of(school),
            school_page(school.id),
            figure(line, cell),
            change(line, cell, before.cell(("school", school.id), line) if before is not None else None),
            dot(on, cell) if on is not None else None,
            behind(lists[school.id], line) if school.id in lists else None,
        )
        for school, cell in counted
    )
    return Schools(on, rows, meets(list(cells)), _sums(line, cells, district))


def _sums(line: Line, cells: Sequence[Cell], district: Cell) -> tuple[str, str] | None:
    """What the schools add up to, where the district counts otherwise: each student once, over the whole year."""
    if line.info.level != "student" or line.info.aggregate not in ("percent", "count") or district.n is None:
        return None
    numerator, n = sum(cell.numerator or 0 for cell in cells), sum(cell.n or 0 for cell in cells)
    if (numerator, n) == (district.numerator, district.n):
        return None
    return plain_number(numerator), count(n)


def _groups(sources: Sources, line: Line, everyone: Cell) -> tuple[tuple[Groups, ...], Axis | None]:
    if line.info.level != "student":
        return (), None
    key, grid = ("district", sources.district.id), sources.grid
    gaps = {one.info.gap.dimension: one for one in sources.every_line if one.info.gap and one.info.gap.measure == line.info.id}
    cells = {
        dimension: {subgroup: cell for subgroup in subgroups if _counts(cell := grid.cell(key, line, dimension, subgroup))}
        for dimension, subgroups in sources.subgroups.items()
    }
    on = _axis(line, [everyone, *(cell for found in cells.values() for cell in found.values() if cell is not None)])
    made = []
    for dimension, found in cells.items():
        gap = gaps.get(dimension)
        rows = []
        for subgroup, cell in found.items():
            assert cell is not None
            apart = grid.cell(key, gap, dimension, subgroup) if gap is not None else None
            rows.append(
                Group(
                    subgroup_title(subgroup),
                    figure(line, cell),
                    _from_everyone(line, cell, everyone),
                    figure(gap, apart) if gap is not None and apart is not None else None,
                    dumbbell(on, cell, everyone) if on is not None else None,
                )
            )
        if rows:
            made.append(Groups(dimension_title(dimension), tuple(rows), title(gap) if gap is not None else None))
    return tuple(made), on


def _counts(cell: Cell | None) -> bool:
    return cell is not None and cell.status != "no_units"


def _from_everyone(line: Line, cell: Cell, everyone: Cell) -> str:
    if cell.value is None or everyone.value is None:
        return ""
    return difference(line.info, cell.value, everyone.value)[0]


def _axis(line: Line, cells: Sequence[Cell]) -> Axis | None:
    values = [value for cell in cells for value in (cell.value, cell.target) if value is not None]
    return axis(values, ends=_FULL if is_percent(line.info) else None) if any(cell.value is not None for cell in cells) else None
