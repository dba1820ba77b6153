"""What stands in a handout, as plain data: the typesetter lays it out, and takes no text for anything but text."""

from collections.abc import Iterable
from typing import Any

from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.marks import STATUS_MEANINGS, UNICODE
from rttd_metrics.reports.site.district import district_page
from rttd_metrics.reports.site.drawings import Spark
from rttd_metrics.reports.site.figures import CLOSE, SMALL, Change
from rttd_metrics.reports.site.pages import Chapter, Matrix, MeasureRow, Row, name_of
from rttd_metrics.reports.site.school import school_page_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.text import plain

_ATTENTION_SHOWN = 5
_CARE = {SMALL: "small group", CLOSE: "could be chance"}


def handout(sources: Sources, school: Unit | None = None) -> dict[str, Any]:
    """The first pages of the site, of the district or of a school, without links."""
    page = district_page(sources) if school is None else school_page_of(sources, school, None, alone=True)
    run = sources.run
    return {
        "title": page.head.name,
        "school": school is not None,
        "district": name_of(sources.district),
        "school_year": run.school_year,
        "as_of": run.as_of.isoformat(),
        "data_through": run.data_through.isoformat() if run.data_through else None,
        "run": run.run_id,
        "statuses": [f"{number} {STATUS_MEANINGS[status]}" for status, number in page.statuses],
        "attention": [
            {"title": one.title, "value": one.figure.value, "target": one.figure.target, "short": one.short}
            for one in page.attention[:_ATTENTION_SHOWN]
        ],
        "more_attention": max(len(page.attention) - _ATTENTION_SHOWN, 0),
        "chapters": [_chapter(chapter) for chapter in page.chapters],
        "subgroups": _matrix(page.subgroups),
        "definitions": list(_definitions(sources, page.chapters)),
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {"title": chapter.title, "rows": [_row(row) for row in chapter.rows]}


def _row(row: MeasureRow) -> dict[str, Any]:
    shown = row.figure
    return {
        "title": row.title,
        "value": shown.value,
        "target": shown.target,
        "off": shown.off,
        "status": shown.status,
        "symbol": UNICODE.status[shown.status],
        "meaning": STATUS_MEANINGS[shown.status],
        "care": _CARE[shown.care] if shown.care else "",
        "n": shown.n,
        "people": row.people,
        "change": _change(row.change),
        "against": row.against.value if row.against else "",
        "schools": f"{row.schools[0]} of {row.schools[1]}" if row.schools else "",
        "spark": {"svg": _svg(row.spark), "alt": row.spark.alternative} if row.spark else None,
    }


def _change(change: Change | None) -> str:
    """`▲ 1.2, better`: direction and whether it is good, in words too."""
    if change is None:
        return ""
    if change.side == 0:
        return "same"
    word = {True: " better", False: " worse", None: ""}[change.good]
    return f"{UNICODE.up if change.side > 0 else UNICODE.down} {change.text}{word}"


def _svg(spark: Spark) -> str:
    """The sparkline, in black and grey: it must be read from a photocopy."""
    target = ""
    if spark.target is not None:
        target = f'<path d="M0 {spark.target:g}H96" stroke="#666" stroke-width="1" stroke-dasharray="3 2"/>'
    x, y = spark.last
    line = (
        f'<polyline points="{spark.path}" fill="none" stroke="#000" stroke-width="1.6"/><circle cx="{x:g}" cy="{y:g}" r="2.6"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="26" viewBox="0 0 96 26">{target}{line}</svg>'


def _matrix(matrix: Matrix | None) -> dict[str, Any] | None:
    if matrix is None:
        return None
    return {
        "columns": [{"title": column.title, "unit": column.unit} for column in matrix.columns],
        "above": [_entries(row) for row in matrix.above],
        "rows": [_entries(row) for row in matrix.rows],
    }


def _entries(row: Row) -> dict[str, Any]:
    entries = [
        {"text": entry.text or UNICODE.status.get(entry.status, ""), "status": entry.status, "small": entry.care == SMALL}
        if entry is not None
        else {"text": "", "status": "", "small": False}
        for entry in row.entries
    ]
    return {"label": row.label, "group": row.group, "entries": entries}


def _definitions(sources: Sources, chapters: Iterable[Chapter]) -> Iterable[dict[str, str]]:
    for chapter in chapters:
        for row in chapter.rows:
            page = sources.definitions[row.line.info.id].page
            yield {"title": row.title, "words": plain(page.sentence.plain)}
