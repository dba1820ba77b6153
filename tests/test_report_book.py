"""The workbook of a report: its numbers are those of the results, its cells are what they are, a school's holds its own only."""

import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import rttd_metrics
from projects import LAKESIDE, measure, write_project
from rttd_metrics.jobs.report import Report, report
from rttd_metrics.reports.book import write_book
from rttd_metrics.reports.cells import Unit


@pytest.fixture(scope="module")
def lakeside_report() -> Report:
    return report(rttd_metrics.open(LAKESIDE).portfolio)


def written(made: Report, folder: Path, school: Unit | None = None) -> Path:
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    write_book(made.sources, folder / "book.xlsx", scratch=scratch, school=school)
    assert list(scratch.iterdir()) == []
    return folder / "book.xlsx"


def opened(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group extension")  # openpyxl leaves sparklines out, and says so
        return openpyxl.load_workbook(path)


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    head, *found = opened(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, values, strict=True)) for values in found]


def test_a_sheet_for_each_thing(lakeside_report: Report, tmp_path: Path) -> None:
    book = opened(written(lakeside_report, tmp_path))
    assert book.sheetnames == ["Cover", "District", "Schools", "Classrooms", "Subgroups", "Targets", "Definitions"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref == sheet.dimensions
    cover = {cell.value for line in book["Cover"].iter_rows() for cell in line}
    assert {"Lakeside Unified", "2012-13", "2013-06-07"} <= cover
    assert any(str(text).startswith("Internal: ") for text in cover)


def test_the_numbers_are_those_of_the_results(lakeside_report: Report, tmp_path: Path) -> None:
    path, run = written(lakeside_report, tmp_path), lakeside_report.run
    titles = {info.id: info.title for info in run.measures}
    everyone = run.results.filter(dimension="all", window="year_to_date")
    expected = {titles[one["measure"]]: one for one in everyone.filter(level="district").iter_rows(named=True)}
    found = rows(path, "District")
    assert len(found) == 14
    for line in found:
        of_results = expected[line["Measure"]]
        told = [line[name] for name in ("Value", "Target", "Counted", "Excluded", "Missing")]
        assert told == [of_results[name] for name in ("value", "target", "n", "excluded", "missing")], line["Measure"]
    schools = {
        (one["unit_id"], titles[one["measure"]]): one["value"] for one in everyone.filter(level="school").iter_rows(named=True)
    }
    for line in rows(path, "Schools"):
        for head, value in list(line.items())[2:]:
            assert (None if value == "withheld" else value) == schools.get((line["Id"], head.rpartition(" (")[0])), head
    groups = run.results.filter(level="district", window="year_to_date").filter(
        pl.col("dimension") != "all",
        pl.col("status") != "no_units",
        pl.col("measure").is_in(list(lakeside_report.sources.shown)),
        ~pl.col("measure").str.ends_with(".gap"),
    )
    assert len(rows(path, "Subgroups")) == groups.height


def test_a_status_is_told_by_symbol_and_colour_and_the_value_stays_a_number(lakeside_report: Report, tmp_path: Path) -> None:
    sheet = opened(written(lakeside_report, tmp_path))["District"]
    signs = {"✓ met": "✓", "✗ not met": "✗"}
    for line in list(sheet.iter_rows())[1:]:
        value, status = line[2], line[4].value
        assert isinstance(value.value, float | int)
        assert f'" {signs[status]}"' in value.number_format
        assert value.fill.fgColor.rgb not in (None, "00000000")


def test_cells_are_never_formulas_or_links(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x.example")', "+1", "@SUM(A1)", "<script>alert(1)</script>", "\u202eevil", "http://x.example"]
    schools = [["school_id", "name"], *([f"{number}", '"' + name.replace('"', '""') + '"'] for number, name in enumerate(names))]
    students = [["student_id", "school_id", "grade_level"], *([number, number, 9] for number in range(len(names)))]
    folder = write_project(tmp_path / "district", measure(formula="percent(grade_level = 9)"), schools=schools, students=students)
    path = written(report(rttd_metrics.open(folder).portfolio), tmp_path / "out")
    told = {line["Name"] for line in rows(path, "Schools")}
    assert {name.replace("\u202e", "") for name in names} == told
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/"))
    assert "<f>" not in text
    assert "<hyperlink" not in text


def test_trends_are_sparklines_over_the_cells_beside_them(lakeside_report: Report, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(lakeside_report, tmp_path)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count("<x14:sparkline>") == 14


def test_a_schools_workbook_holds_its_own_units(lakeside_report: Report, tmp_path: Path) -> None:
    [school] = [one for one in lakeside_report.sources.schools if one.id == "0301"]
    path = written(lakeside_report, tmp_path, school)
    book = opened(path)
    assert book.sheetnames == ["Cover", "School", "Classrooms", "Subgroups", "Targets", "Definitions"]
    others = {one.name for one in lakeside_report.sources.schools} - {school.name}
    texts = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert not others & texts
    rooms = {line["Id"] for line in rows(path, "Classrooms")}
    run = lakeside_report.run.results.filter(level="classroom", school_id="0301")
    assert rooms == set(run["unit_id"].unique())
    unknown = {line["Measure"] for line in rows(path, "School") if line["District"] is None}
    titles = {info.id: info.title for info in lakeside_report.run.measures}
    district = lakeside_report.run.results.filter(level="district", dimension="all", window="year_to_date")
    counted = {titles[measure_id]: n for measure_id, n in district.select("measure", "n").iter_rows()}
    assert {line["Measure"] for line in rows(path, "School") if counted[line["Measure"]] < 10} == unknown


def test_the_same_report_gives_the_same_bytes(lakeside_report: Report, tmp_path: Path) -> None:
    assert written(lakeside_report, tmp_path / "a").read_bytes() == written(lakeside_report, tmp_path / "b").read_bytes()
