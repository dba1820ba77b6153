"""The sheets of a workbook: a cover, the measures, units against measures, subgroups, targets, definitions."""

from collections.abc import Sequence
from pathlib import Path

from rttd_metrics.reports.book.cover import write_cover
from rttd_metrics.reports.book.definitions import definitions
from rttd_metrics.reports.book.measures import write_measures
from rttd_metrics.reports.book.subgroups import subgroups
from rttd_metrics.reports.book.table import Column, Sheets
from rttd_metrics.reports.book.targets import targets
from rttd_metrics.reports.book.units import unit_columns, unit_rows
from rttd_metrics.reports.cells import Unit
from rttd_metrics.reports.site.pages import name_of
from rttd_metrics.reports.site.sources import Sources
from rttd_metrics.reports.text import xml_text
from rttd_metrics.reports.xlsx import new_book


def write_book(sources: Sources, path: Path, *, scratch: Path, school: Unit | None = None) -> None:
    """Write the workbook of the district, or of one school, to `path`. The same sources give the same bytes.

    `scratch` is a folder for its parts. A school's workbook holds its own units, and of the district only values of at least
    ten.
    """
    unit = sources.district if school is None else school
    book = new_book(path, xml_text(f"{name_of(unit)}, {sources.run.school_year}"), sources.run.as_of, scratch=scratch)
    sheets = Sheets(book)
    write_cover(sheets, sources, unit)
    write_measures(sheets, sources, unit)
    if school is None:
        _units(sheets, sources, "Schools", [("", one) for one in sources.schools])
    names = {one.id: name_of(one) for one in sources.schools}
    inside = {id_: rooms for id_, rooms in sources.classrooms.items() if school is None or id_ == school.id}
    rooms = [(names.get(id_ or "", id_ or ""), room) for id_, found in inside.items() for room in found]
    _units(sheets, sources, "Classrooms", rooms)
    sheets.table("Subgroups", *subgroups(sheets.styles, sources, unit))
    sheets.table("Targets", *targets(sheets.styles, sources))
    sheets.table("Definitions", *definitions(sheets.styles, sources))
    book.close()  # not on the way out of an error: it would first pack what is there


def _units(sheets: Sheets, sources: Sources, title: str, units: Sequence[tuple[str, Unit]]) -> None:
    """Units, each with what it is in, against the measures that any of them has."""
    lines = unit_columns(sources, [unit for _, unit in units])
    inside = any(group for group, _ in units)
    heads = [*([Column("School", 26)] if inside else []), Column("Name", 32), Column("Id", 12)]
    rows = [[*([group] if inside else []), *row] for group, row in unit_rows(sheets.styles, sources, units, lines)]
    sheets.table(title, [*heads, *(Column(text, 13) for _, text in lines)], rows, frozen=len(heads) - 1)
