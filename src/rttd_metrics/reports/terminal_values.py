"""Single cells of terminal reports: values, targets, differences, statuses and counts."""

from rich.text import Text

from rttd_metrics.engine.results import MeasureInfo
from rttd_metrics.reports.cells import Cell
from rttd_metrics.reports.marks import STATUS_STYLES
from rttd_metrics.reports.numbers import count, difference, number, value_and_target, with_unit
from rttd_metrics.reports.terminal_grid import Page

UNCERTAIN = "~"


def value_and_target_texts(page: Page, info: MeasureInfo, cell: Cell) -> tuple[Text, Text]:
    """The value with a place for its `~`, and the target with the side of it that is good."""
    value, target = "", ""
    if cell.value is not None and cell.target is not None:
        value, target = value_and_target(info, cell.value, cell.target)
    elif cell.value is not None:
        value = with_unit(info, cell.value)
    elif cell.target is not None:
        target = with_unit(info, cell.target)
    shown = Text(value, "bold")
    shown.append(UNCERTAIN if cell.uncertain else " ", "yellow")
    return shown, Text(_good_side(page, info) + target if target else "")


def bare_value(page: Page, info: MeasureInfo, cell: Cell | None) -> Text:
    """Value and status symbol for a table of many numbers, whose unit stands in the column's head."""
    if cell is None:
        return Text()
    symbol = Text(page.marks.status[cell.status], STATUS_STYLES[cell.status])
    if cell.value is None:
        return symbol
    text = Text(number(info, cell.value), "red" if cell.status == "not_met" else "")
    text.append(UNCERTAIN if cell.uncertain else " ", "yellow")
    return text.append_text(symbol)


def bare_target(page: Page, info: MeasureInfo, cell: Cell | None) -> Text:
    if cell is None or cell.target is None:
        return Text()
    return Text(f"{_good_side(page, info)}{number(info, cell.target)}  ", "dim")


def status_text(page: Page, status: str) -> Text:
    return Text(f"{page.marks.status[status]} {status.replace('_', ' ')}", STATUS_STYLES[status])


def difference_text(page: Page, info: MeasureInfo, value: float | None, reference: float | None, *, arrow: bool = False) -> Text:
    """The signed difference, green on the measure's good side, red on the other; `arrow`: over time."""
    if value is None or reference is None:
        return Text()
    shown, side = difference(info, value, reference)
    good = side == (1 if info.improvement == "increase" else -1)
    style = "" if side == 0 else "green" if good else "red"
    symbols = {1: page.marks.up, -1: page.marks.down, 0: "="} if arrow else {}
    return Text(symbols.get(side, "") + shown, style)


def counted(level: str, number: int) -> str:
    """How many units stand behind a value: 1,234 students."""
    return f"{count(number)} {level}{'' if number == 1 else 's'}"


def left_out(number: int | None) -> str:
    """A count that is shown only where it is not zero."""
    return count(number) if number else ""


def _good_side(page: Page, info: MeasureInfo) -> str:
    return page.marks.at_least if info.improvement == "increase" else page.marks.at_most
