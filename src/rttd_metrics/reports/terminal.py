"""The report on a terminal: the district's measures, its schools, and the ways down from there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from rttd_metrics.engine.results import Run
from rttd_metrics.reports.cells import Line, Unit, cells, everyone, lines, units
from rttd_metrics.reports.marks import STATUS_MEANINGS, STATUS_STYLES
from rttd_metrics.reports.selection import dimensions, find_unit, shown_measures
from rttd_metrics.reports.terminal_grid import GAP, Page, page
from rttd_metrics.reports.terminal_legend import View
from rttd_metrics.reports.terminal_matrix import classrooms_section, schools_section
from rttd_metrics.reports.terminal_measures import district_section, subgroup_section, unit_section
from rttd_metrics.reports.terminal_students import students_section

_STALE_DAYS = 7


def render(
    run: Run,
    *,
    level: str | None = None,
    unit: tuple[str, str] | None = None,
    measures: Sequence[str] = (),
    subgroup: str | None = None,
    window: str | None = None,
    everything: bool = False,
    console: Console,
) -> None:
    """Print the run, or the part of it that is chosen; `check_selection` has found nothing wrong.

    Without a level: the measures of the unit (the district, if none is given) and the table of the units
    below it. With one: that level only. `subgroup` is a dimension whose subgroups are shown for each measure, and the gaps
    between them under it; a gap that is named itself is shown by its own dimension. `window` leaves the other windows out.
    Measures that stand beside the portfolio are shown where they are named, or with `everything`.
    """
    shown = shown_measures(run, measures, everything=everything)
    view, *others = _views(View(page(console), run, tuple(lines(run, shown, window)), subgroup), measures)
    district = Unit("district", run.district_id, run.district_name, None)
    chosen = (find_unit(run, *unit) if unit is not None else None) or district
    heading(view.page, run, chosen)
    if "student" in (level, chosen.level):
        students_section(view, chosen)
        return
    if level in (None, chosen.level):
        _summary(view, chosen)
    for part in (view, *others):
        (_district if chosen.level == "district" else _below_district)(part, chosen, level)
    if view.legend.empty:
        view.page.print([Text()])
        view.page.note("Nothing to show: none of the chosen measures has results here.")
        return
    view.legend.print(view.page)
    beside = sum(info.gap is None and info.id not in shown for info in run.measures)
    if not measures and beside:
        more = "measure stands" if beside == 1 else "measures stand"
        view.page.note(f"{beside} more {more} beside the portfolio: --all shows everything, --measure ID one.")
    if (level, unit, subgroup) == (None, None, None):
        _ways_on(view)
    if run.other_years:
        told = ", ".join(f"{other.school_year} (run {other.run_id})" for other in run.other_years)
        view.page.note(f"Computed too, for --out: {told}.")


def _views(view: View, named: Sequence[str]) -> list[View]:
    """The measures and, where a dimension is chosen, its gaps; else the measures, then by dimension the gaps that are named."""
    if view.dimension is not None:
        shown = (line for line in view.lines if line.info.gap is None or line.info.gap.dimension == view.dimension)
        return [replace(view, lines=tuple(shown))]
    gaps: dict[str, list[Line]] = {}
    for line in view.lines:
        if line.info.gap is not None and line.info.id in named:
            gaps.setdefault(line.info.gap.dimension, []).append(line)
    plain = replace(view, lines=tuple(line for line in view.lines if line.info.gap is None))
    return [plain, *(replace(view, lines=tuple(some), dimension=name) for name, some in gaps.items())]


def _district(view: View, district: Unit, level: str | None) -> None:
    """The district's measures or their subgroups, and the tables of all schools or classrooms."""
    if level in (None, "district"):
        if view.dimension is None:
            district_section(view)
        else:
            subgroup_section(view, district, view.dimension)
    if level == "school" or (level is None and view.dimension is None):
        schools_section(view)
    if level == "classroom":
        classrooms_section(view, units(view.run, "school"))


def _below_district(view: View, unit: Unit, level: str | None) -> None:
    """One school's or classroom's measures, their subgroups if chosen, and the school's classrooms."""
    if level in (None, unit.level):
        unit_section(view, unit)
        if view.dimension is not None:
            subgroup_section(view, unit, view.dimension)
    if unit.level == "school" and level is None:
        classrooms_section(replace(view, dimension=None), [unit])
    if unit.level == "school" and level == "classroom":
        classrooms_section(view, [unit])


def heading(paper: Page, run: Run, unit: Unit) -> None:
    """Whose numbers these are, of which year and day, how fresh the data are, and which run."""
    when = Text(f"{run.school_year}, as of {run.as_of}", "bold")
    below = [_freshness(run), f"run {run.run_id}"]
    name = paper.data(run.district_name, "bold")
    if unit.level != "district":
        below.insert(0, run.district_name)
        words = f"Student {unit.id}" if unit.level == "student" else f"{unit.name} ({unit.level} {unit.id})"
        name = paper.data(words, "bold")
    gap = paper.width - name.cell_len - when.cell_len
    paper.print([name.append(" " * gap).append_text(when)] if gap >= GAP else [name, when])
    paper.note(paper.marks.separator.join(below))
    if run.problems:
        word = "warning" if len(run.problems) == 1 else "warnings"
        paper.print([Text(f"{len(run.problems)} {word} about the data, told beside this report", "yellow")])


def _freshness(run: Run) -> str:
    if run.data_through is None:
        return "no dated data"
    behind = (run.as_of - run.data_through).days
    return f"data through {run.data_through}" + (f" ({behind} days before)" if behind > _STALE_DAYS else "")


def _summary(view: View, unit: Unit) -> None:
    """How many of the unit's measures are met, and how many are not: each in the first of its windows that is shown."""
    paper, found = view.page, cells(view.run, unit.level, unit_ids=[unit.id])
    firsts = {line.info.id: line for line in reversed(view.lines)}
    present = [cell for line in firsts.values() if (cell := everyone(found, line, unit.id)) is not None]
    hidden = () if unit.level == "district" else ("no_units",)
    statuses = Counter(cell.status for cell in present if cell.status not in hidden)
    parts = [
        Text(
            f"{paper.marks.status[status]} {statuses[status]} {status.replace('_', ' ')}",
            STATUS_STYLES[status],
        )
        for status in STATUS_MEANINGS
        if statuses[status]
    ]
    number = statuses.total()
    paper.flow([Text(f"{number} {'measure' if number == 1 else 'measures'}:"), *parts] if parts else [])


def _ways_on(view: View) -> None:
    """Where to look next, after the first look."""
    options = "--unit school:ID, --level classroom, --measure ID"
    if any(info.gap for info in view.run.measures):
        options += ", --measure ID.gap"
    names = dimensions(view.run)
    if names:
        options += f", --subgroup NAME ({', '.join(names)})"
    windows = sorted({line.window for line in view.lines})
    if len(windows) > 1:
        options += f", --window NAME ({', '.join(windows)})"
    view.page.note(f"Look closer: {options}.")
