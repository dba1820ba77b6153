"""The legend under a terminal report: what was printed, in words, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.text import Text

from rttd_metrics.engine.results import MeasureInfo, Run
from rttd_metrics.reports.cells import Cell, Line
from rttd_metrics.reports.marks import STATUS_MEANINGS, STATUS_STYLES
from rttd_metrics.reports.terminal_grid import Page
from rttd_metrics.reports.terminal_values import UNCERTAIN

_TERMS = {
    "excluded": "excluded: set aside by a rule of the measure. missing: data are not there.",
    "change": "change: from the baseline, in points where values are percents.",
    "gap": "gap: how far a subgroup stands behind, in points where values are percents; negative where it is ahead.",
    "ratio": "ratio: the value of a subgroup divided by the one it is compared with.",
    "n": "n: students; classrooms, schools or the district where a measure is about those.",
    "role": "numerator: counted, and the condition holds. n: counted, and it does not, or there is none.",
    "met": "met: on the side of the condition where the measure wants a student.",
}


class Legend:
    """Collects what the sections print, and explains it at the end."""

    def __init__(self) -> None:
        self._statuses: set[str] = set()
        self._uncertain = False
        self._terms: set[str] = set()

    @property
    def empty(self) -> bool:
        return not self._statuses and not self._terms

    def add(self, cells: Iterable[Cell]) -> None:
        """Note the symbols of cells that are printed."""
        for cell in cells:
            self._statuses.add(cell.status)
            self._uncertain = self._uncertain or bool(cell.uncertain)

    def explain(self, *terms: str) -> None:
        """Note words that are printed and are not plain."""
        self._terms.update(terms)

    def explain_gap(self, info: MeasureInfo) -> None:
        """Note what is printed of a measure that is a gap."""
        if info.gap is not None:
            self.explain("ratio" if info.gap.kind == "ratio" else "gap")

    def print(self, page: Page) -> None:
        page.print([Text(), page.rule()])
        page.flow(
            Text.assemble((page.marks.status[status], STATUS_STYLES[status]), (f" {meaning}", "dim"))
            for status, meaning in STATUS_MEANINGS.items()
            if status in self._statuses
        )
        if self._uncertain:
            meaning = " uncertain: fewer than 30 counted, or too close to the target to be sure"
            page.print(Text.assemble((UNCERTAIN, "yellow"), (meaning, "dim")).wrap(page.console, page.width))
        for term, sentence in _TERMS.items():
            if term in self._terms:
                page.note(sentence)


@dataclass(frozen=True)
class View:
    """What every section prints: these lines of this run, by this dimension's subgroups if there is one."""

    page: Page
    run: Run
    lines: tuple[Line, ...]
    dimension: str | None = None
    legend: Legend = field(default_factory=Legend)
