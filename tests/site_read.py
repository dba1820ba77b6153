"""A written site as a reader sees it: its pages parsed back, their tables, links and texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

from rttd_metrics.engine.results import MeasureInfo


@dataclass(frozen=True)
class Page:
    path: Path

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def root(self) -> Element:
        """The document; a page that is not HTML in the strictest sense raises html5lib.html5parser.ParseError."""
        return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.source)

    def all(self, name: str) -> list[Element]:
        return list(self.root.iter(name))

    def table(self, caption: str) -> "Table":
        """The table whose caption begins so."""
        [found] = [table for table in self.tables() if table.caption.startswith(caption)]
        return found

    def tables(self) -> list["Table"]:
        return [Table(element) for element in self.all("table")]

    @property
    def text(self) -> str:
        return text_of(self.root.find("body"))

    @property
    def links(self) -> list[str]:
        return [element.attrib["href"] for element in self.root.iter() if "href" in element.attrib]

    @property
    def ids(self) -> list[str]:
        return [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]


@dataclass(frozen=True)
class Table:
    element: Element

    @property
    def caption(self) -> str:
        return text_of(self.element.find("caption"))

    @cached_property
    def heads(self) -> list[str]:
        return [text_of(cell) for cell in self.element.find("thead").iter("th")]

    @cached_property
    def rows(self) -> list[list[Element]]:
        """The cells of each row of its bodies and its foot, but those that only name a group."""
        rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in self.element.iter("tr")]
        return [row for row in rows[1:] if len(row) == len(self.heads)]

    def texts(self) -> list[list[str]]:
        return [[text_of(cell) for cell in row] for row in self.rows]

    def by_head(self) -> list[dict[str, str]]:
        return [dict(zip(self.heads, row, strict=True)) for row in self.texts()]


def text_of(element: Element | None) -> str:
    """The text of an element as one line; of pictures what they say of themselves does not belong to it."""
    return " ".join("".join(_texts(element)).split()) if element is not None else ""


def _texts(element: Element) -> Iterator[str]:
    if element.tag in ("svg", "style"):
        return
    yield element.text or ""
    for child in element:
        if child.tag in ("span", "td", "th", "tr", "p", "li", "dt", "dd") and child.attrib.get("class") in (
            "counts",
            "unit",
            "care",
        ):
            yield " | "
        yield from _texts(child)
        yield child.tail or ""


def pages(site: Path) -> list[Page]:
    return [Page(path) for path in sorted(site.rglob("*.html"))]


def tells(text: str, info: MeasureInfo, value: float | None, *, sign: bool = True) -> bool:
    """Whether a text is a value of the results as pages must show it: rounded half away from zero, with the measure's
    decimals, or with more where it takes them to tell a value from its target."""
    if value is None:
        return text == ""
    percent = info.gap is None and (info.aggregate == "percent" or (info.aggregate == "rate" and info.per == 100))
    least = 1 if percent else 0 if info.aggregate == "count" or (info.aggregate == "sum" and value == int(value)) else 2
    decimals = max(len(text.rstrip("%").partition(".")[2]), least)
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return text == f"{rounded:,}" + ("%" if percent and sign else "")


def first_number(text: str) -> str:
    """The number that a text begins with, after a sign of comparison."""
    found = re.match(r"[≥≤]?\s*(-?[\d,.]+%?)", text)
    return found[1] if found else ""
