"""The formats of a workbook. A value says its status by a symbol in its number format and by colour: it stays a number."""

from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from rttd_metrics.engine.results import MeasureInfo
from rttd_metrics.reports.marks import UNICODE
from rttd_metrics.reports.numbers import excel_format

STATUS_COLORS: Mapping[str, tuple[str, str]] = {
    "met": ("#1B6E3C", "#E6F2EA"),
    "not_met": ("#A61B1B", "#FBE9E7"),
    "in_progress": ("#1F4E79", "#E8F0F8"),
}
"""Of each status that is judged: the colour of its text and of its cell."""


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.title = self._format(bold=True, font_size=16)
        self.heading = self._format(bold=True, font_size=12)
        self.head = self._format(bold=True, bottom=1, bg_color="#E8EEF4", text_wrap=True, valign="top")
        self.group = self._format(bold=True, bg_color="#F2F2F2")
        self.wrapped = self._format(text_wrap=True, valign="top")
        self.count = self._format(num_format="#,##0")
        self.warning = self._format(bold=True, font_color="#A61B1B")

    def value(self, info: MeasureInfo, status: str = "", *, small: bool = False) -> Format:
        """The format of a value of a measure; `small`: of a small group, which is written in italics."""
        pattern = excel_format(info)
        keys: dict[str, object] = {"num_format": pattern, "italic": small}
        if status in STATUS_COLORS:
            font, background = STATUS_COLORS[status]
            symbol = f'" {UNICODE.status[status]}"'
            pattern = '0.##" "' if pattern == "General" else pattern  # General takes no text beside it
            keys |= {"num_format": pattern + symbol, "font_color": font, "bg_color": background, "bold": status == "not_met"}
        return self._format(**keys)

    def status(self, status: str) -> Format | None:
        if status not in STATUS_COLORS:
            return None
        font, background = STATUS_COLORS[status]
        return self._format(bold=status == "not_met", font_color=font, bg_color=background)

    def _format(self, **keys: object) -> Format:
        known = tuple(sorted(keys.items()))
        if known not in self._made:
            self._made[known] = self._book.add_format(dict(keys))
        return self._made[known]
