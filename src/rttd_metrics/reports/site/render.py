"""Page models as HTML: each a file that needs nothing but the style sheet of its site."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from rttd_metrics.engine.results import Run
from rttd_metrics.reports.catalog.anchors import note_anchor
from rttd_metrics.reports.catalog.render import reading, unbroken
from rttd_metrics.reports.marks import UNICODE
from rttd_metrics.reports.site.classroom import ClassroomPage
from rttd_metrics.reports.site.district import DistrictPage
from rttd_metrics.reports.site.links import measure_page
from rttd_metrics.reports.site.measure import MeasureReport
from rttd_metrics.reports.site.school import SchoolPage
from rttd_metrics.reports.site.students import KINDS, StudentList, address, class_address, narrowing
from rttd_metrics.reports.students.cells import NEAR
from rttd_metrics.reports.text import plain

Page = DistrictPage | MeasureReport | SchoolPage | ClassroomPage | StudentList

_WORDS = {
    "met": "met",
    "not_met": "not met",
    "in_progress": "in progress",
    "no_target": "no target",
    "no_units": "nobody to count",
    "withheld": "withheld",
}
_CLASSES = {"met": "y", "not_met": "x", "in_progress": "p", "withheld": "w"}
"""Short, since there are hundreds of thousands of them; the other statuses have no mark in tables of many cells."""
# Opened from disk a page has no origin that 'self' could be in every browser, hence `file:`.
_POLICY = "default-src 'none'; style-src 'self' file:{own}; base-uri 'none'; form-action 'none'"


class About(NamedTuple):
    """What every page says of the run."""

    school_year: str
    as_of: str
    data: str
    id: str
    version: str


def about(run: Run) -> About:
    data = "no dated data" if run.data_through is None else f"data through {run.data_through.isoformat()}"
    return About(run.school_year, run.as_of.isoformat(), data, run.run_id, run.version)


def render(page: Page, run: About) -> str:
    """The text of a page."""
    style = narrowing(page) if isinstance(page, StudentList) else ""
    own = f" 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" if style else ""
    template = _environment(page.head.kind == "measure").get_template(f"{page.head.kind}.html.j2")
    return template.render(page=page, head=page.head, run=run, style=Markup(style), policy=Markup(_POLICY.format(own=own)))


def isolated(text: str) -> Markup:
    """A name from the data, set apart where it may run from right to left, so that it turns nothing around it."""
    return escape(text) if text.isascii() else Markup("<bdi>{}</bdi>").format(text)


def style_sheet() -> str:
    return files("rttd_metrics.reports.site").joinpath("templates/style.css").read_text(encoding="utf-8")


@cache
def _environment(texts: bool) -> Environment:
    """Whatever a template inserts is escaped. What says how a measure is computed is laid out by the catalog's templates:
    pages with such `texts` keep numbers and their % together, which would cost the many others too much."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("rttd_metrics.reports.site"), PackageLoader("rttd_metrics.reports.catalog")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=unbroken if texts else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(reading=reading, plain=plain, isolated=isolated)
    environment.globals.update(
        measure_page=measure_page,
        note_anchor=note_anchor,
        address=address,
        class_address=class_address,
        kinds=KINDS,
        near=NEAR,
        marks=UNICODE.status,
        cell_classes=_CLASSES,
        status_words=_WORDS,
    )
    return environment
