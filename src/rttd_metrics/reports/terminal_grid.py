"""Rows of cells as lines of text: columns as wide as their cells, one that takes what is left and wraps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from rttd_metrics.reports.marks import ASCII, UNICODE, Marks
from rttd_metrics.reports.text import plain, shorten, to_ascii

GAP = 2
_WIDEST = 160  # beyond it numbers stand too far from their titles


@dataclass(frozen=True)
class Page:
    """Where a report is printed: its width in cells, and the symbols that its encoding can show."""

    console: Console
    width: int
    marks: Marks

    @property
    def wide(self) -> bool:
        """Room for a measure's counts and id beside its numbers."""
        return self.width >= 120

    def data(self, text: str | None, style: str = "") -> Text:
        """Text that comes from data or definitions."""
        shown = plain(text or "")
        return Text(to_ascii(shown) if self.marks.ascii_only else shown, style)

    def short(self, text: Text, width: int) -> Text:
        """`text` in at most `width` cells, in its style."""
        return Text(shorten(text.plain, width, self.marks.ellipsis), text.style)

    def print(self, lines: Iterable[Text] = ()) -> None:
        for line in lines:
            line.rstrip()
            self.console.print(line)

    def rule(self) -> Text:
        return Text(self.marks.rule * self.width, "dim")

    def note(self, text: str) -> None:
        """A helper's sentence, wrapped to the page."""
        self.print(self.data(text, "dim").wrap(self.console, self.width))

    def flow(self, parts: Iterable[Text]) -> None:
        """Short texts one after another, as many on a line as fit."""
        lines: list[Text] = []
        for part in parts:
            if lines and lines[-1].cell_len + 3 + part.cell_len <= self.width:
                lines[-1].append("   ").append_text(part)
            else:
                lines.append(part)
        self.print(lines)


def page(console: Console) -> Page:
    return Page(console, min(console.width, _WIDEST), ASCII if console.options.ascii_only else UNICODE)


def grid(page: Page, rows: Sequence[Sequence[Text]], align: str, *, flexible: int = 0) -> list[list[Text]]:
    """The lines of each row. `align` has `<` or `>` a column; the column `flexible` takes what is left."""
    widths = [max((row[column].cell_len for row in rows), default=0) for column in range(len(align))]
    others = sum(widths) - widths[flexible] + GAP * (len(align) - 1)
    widths[flexible] = max(page.width - others, min(widths[flexible], 12))
    return [_lines(page, row, widths, align, flexible) for row in rows]


def _lines(page: Page, row: Sequence[Text], widths: Sequence[int], align: str, flexible: int) -> list[Text]:
    lines = []
    for position, part in enumerate(_wrapped(page, row[flexible], widths[flexible])):
        parts = [part if column == flexible else cell if position == 0 else Text() for column, cell in enumerate(row)]
        lines.append(join(parts, widths, align))
    return lines


def _wrapped(page: Page, text: Text, width: int) -> list[Text]:
    """The lines of a text, about equally long, each with the indent of the first; one of an empty text."""
    indent = len(text.plain) - len(text.plain.lstrip())
    words = text[indent:]
    lines = list(words.wrap(page.console, width - indent))
    for narrower in range(width - indent - 1, 0, -1) if len(lines) > 1 else ():
        fewer = list(words.wrap(page.console, narrower))
        if len(fewer) > len(lines):
            break
        lines = fewer
    return [Text(" " * indent).append_text(line) for line in lines] or [Text()]


def join(parts: Sequence[Text], widths: Sequence[int], align: str) -> Text:
    """One line of cells, each padded to its column's width."""
    line = Text()
    for column, (part, width, side) in enumerate(zip(parts, widths, align, strict=True)):
        before = GAP if column else 0
        padding = width - part.cell_len
        line.append(" " * (before + (padding if side == ">" else 0))).append_text(part)
        line.append(" " * (padding if side == "<" else 0))
    return line
