"""The handout: two tagged pages whose numbers are those of the results, and texts that stay texts."""

import io
import shutil
import sys
from pathlib import Path

import pypdf
import pytest

import rttd_metrics
from projects import LAKESIDE, measure, write_project
from rttd_metrics.jobs.report import Report, report
from rttd_metrics.reports.handout import HandoutError, handout, render_handout


@pytest.fixture(scope="module")
def lakeside_report() -> Report:
    return report(rttd_metrics.open(LAKESIDE).portfolio)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def test_the_district_and_every_school_are_two_pages(lakeside_report: Report) -> None:
    sources = lakeside_report.sources
    for school in (None, *sources.schools):
        pdf = render_handout(handout(sources, school))
        assert len(read(pdf).pages) == 2
        name = school.name if school is not None else "Lakeside Unified"
        assert text_of(pdf).startswith(name)


def test_every_value_of_the_district_stands_in_it(lakeside_report: Report) -> None:
    run = lakeside_report.run
    content = handout(lakeside_report.sources)
    shown = {row["title"]: row["value"] for chapter in content["chapters"] for row in chapter["rows"]}
    titles = {info.id: info.title for info in run.measures}
    rows = run.results.filter(level="district", dimension="all", window="year_to_date")
    expected = {titles[one["measure"]]: one["value"] for one in rows.iter_rows(named=True) if titles[one["measure"]] in shown}
    assert shown.keys() == expected.keys()
    text = text_of(render_handout(content))
    for title, value in expected.items():
        digits = f"{value:.1f}%" if shown[title].endswith("%") else f"{value:.2f}"
        assert shown[title] == digits  # none of them lies halfway between two tenths
        assert digits in text


def test_it_is_tagged_and_the_same_every_time(lakeside_report: Report) -> None:
    content = handout(lakeside_report.sources)
    pdf = render_handout(content)
    assert pdf == render_handout(content)
    root = read(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert read(pdf).metadata.title == "Lakeside Unified, 2012-13"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_hostile_names_are_text(tmp_path: Path) -> None:
    name = '#panic("x") *bold* $x$ <script>alert(1)</script> =HYPERLINK(1) @label \\ `raw`'
    quoted = name.replace('"', '""')
    folder = write_project(
        tmp_path / "district", measure(formula="percent(grade_level = 9)"),
        students="student_id,school_id,grade_level\n1,A,9\n2,A,8", schools=f'school_id,name\nA,"{quoted}"',
    )  # fmt: skip
    sources = report(rttd_metrics.open(folder).portfolio).sources
    text = text_of(render_handout(handout(sources, sources.schools[0])))
    assert "".join(name.split()) in "".join(text.split())


def test_right_to_left_names_are_set(tmp_path: Path) -> None:
    folder = tmp_path / "district"
    shutil.copytree(LAKESIDE, folder)
    schools = folder / "data" / "schools.csv"
    schools.write_text(schools.read_text(encoding="utf-8").replace("Lakeside High School", "בית ספר"), encoding="utf-8")
    sources = report(rttd_metrics.open(folder).portfolio).sources
    [school] = [school for school in sources.schools if school.id == "0301"]
    assert len(read(render_handout(handout(sources, school))).pages) == 2


def test_without_the_typesetter_it_says_what_to_install(lakeside_report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(HandoutError, match=r"rttd-metrics\[pdf\]"):
        render_handout(handout(lakeside_report.sources))
