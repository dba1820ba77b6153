"""The document as HTML, one file that needs nothing else, and as Markdown."""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from rttd_metrics.formula.words import Text
from rttd_metrics.reports.catalog import anchors
from rttd_metrics.reports.catalog.contents import Catalog
from rttd_metrics.reports.catalog.markdown import code, escaped, in_cell, linked_reading, one_line

FORMATS = ("md", "html")


def render(catalog: Catalog, format_: str) -> str:
    """The text of the document in one of FORMATS."""
    template = _environment(format_).get_template(f"catalog.{format_}.j2")
    if format_ == "md":
        return re.sub(r"\n{3,}", "\n\n", template.render(catalog=catalog))
    style = files("rttd_metrics.reports.catalog").joinpath("templates/style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return template.render(catalog=catalog, style=Markup(style), style_hash=f"sha256-{digest}")


@cache
def _environment(format_: str) -> Environment:
    """Whatever a template inserts is escaped: in Markdown by `escaped`, which leaves nothing for HTML to escape."""
    finalize: Callable[[Any], Any] = unbroken if format_ == "html" else escaped
    environment = Environment(
        loader=PackageLoader("rttd_metrics.reports.catalog"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names = ("measure_anchor", "fact_anchor", "table_anchor", "column_anchor", "note_anchor")
    environment.globals.update({name: getattr(anchors, name) for name in names})
    if format_ == "html":
        environment.filters["reading"] = reading
    else:
        environment.filters.update(reading=linked_reading, code=code, cell=in_cell, md=escaped, oneline=one_line)
    return environment


def unbroken(value: Any) -> Any:
    """No line ends between a number and its %."""
    return re.sub(r"(?<=\d) %", "\u00a0%", value) if isinstance(value, str) and not isinstance(value, Markup) else value


def reading(text: Text, measure_id: str | None = None) -> Markup:
    """A reading; its marks are links to the notes of a measure."""
    pieces = []
    for piece in text.pieces():
        if isinstance(piece, str):
            pieces.append(escape(unbroken(piece)))
        elif measure_id is not None:
            anchor = anchors.note_anchor(measure_id, piece)
            pieces.append(Markup('<sup><a href="#{}" aria-label="Note {}">{}</a></sup>').format(anchor, piece, piece))
    return Markup("").join(pieces)
