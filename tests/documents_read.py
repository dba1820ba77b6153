"""HTML and Markdown as the tests read them back: with nothing of what wrote them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "line", "rect", "circle"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text inside, spaces as a reader sees them."""
        found = "".join(child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(found.split())

    def all(self, *tags: str) -> list["Element"]:
        """The elements inside with one of these tags, in the order in which they stand."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags else []
                found += child.all(*tags)
        return found

    def where(self, **attributes: str) -> list["Element"]:
        wanted = {(key.rstrip("_"), value) for key, value in attributes.items()}
        return [element for element in self.everything() if wanted <= set(element.attributes.items())]

    def everything(self) -> list["Element"]:
        inside = [child for child in self.children if isinstance(child, Element)]
        return [element for child in inside for element in (child, *child.everything())]

    def table(self) -> list[list[str]]:
        """The cells of a table, its head among them."""
        return [[cell.text for cell in row.all("th", "td")] for row in self.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs}, self.at)
        assert len(element.attributes) == len(attrs), f"an attribute of <{tag}> stands twice"
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, {key: value or "" for key, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read_html(text: str) -> Element:
    """The document as a tree; every element must be closed, in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> is not closed"
    return reader.root


def markdown_cells(line: str) -> list[str]:
    """The cells of a row of a table: bars with a backslash before them part nothing."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
