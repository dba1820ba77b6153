"""Reports of one school alone, and packets: what is in them, that no other school's student is, names, formats, rights."""

import csv
import io
import re
import stat
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest

import rttd_metrics
from commands import rttd
from projects import LAKESIDE, measure, write_project
from rttd_metrics.engine.results import Run
from rttd_metrics.reports.output import output_lock
from site_read import Page, pages, text_of

PART = ["handout.pdf", "index.html", "report.xlsx", "students.html", "style.css"]
SCRIPT, LINK = "<script>alert(1)</script>", "=HYPERLINK(1)"


def bytes_of(folder: Path) -> str:
    """Everything that the files of a packet say: workbooks unpacked, the PDF as its text too."""
    found = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    for path in (path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        found.append(raw.decode("utf-8", "replace"))
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name).decode() for name in archive.namelist()]
        elif path.suffix == ".pdf":
            found += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]
    return "\n".join(found)


@pytest.fixture(scope="module")
def lakeside(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("packets") / "out"
    made = rttd_metrics.open(LAKESIDE).report()
    with output_lock(folder):
        assert made.write_packets(folder) == [folder / id_ for id_ in ("0101", "0102", "0201", "0301")]
    return folder, made.run


def test_no_packet_holds_a_student_of_another_school(lakeside: tuple[Path, Run]) -> None:
    folder, run = lakeside
    with (LAKESIDE / "data" / "students.csv").open(encoding="utf-8", newline="") as file:
        names = {row["student_id"]: row["name"] for row in csv.DictReader(file)}
    rows = run.student_results.filter(run.student_results["school_id"].is_not_null())
    for packet in sorted(folder.iterdir()):
        if packet.is_file():
            continue
        own = set(rows.filter(school_id=packet.name)["student_id"])
        said = bytes_of(packet)
        numbers = set(re.findall(r"(?<![\d.])\d{6}(?!\d)", said))
        shared = {names[id_] for id_ in names.keys() & numbers}  # some are called as a student of another school is
        counted_elsewhere = set(rows["student_id"]) - own
        assert len(own) > 100
        assert len(counted_elsewhere) > 100
        assert not numbers & counted_elsewhere
        assert not {names[id_] for id_ in counted_elsewhere if names[id_] not in shared and names[id_] in said}
        assert len(own & numbers) > 100  # ids can be found so


def test_a_packet_has_a_site_a_workbook_and_a_handout(lakeside: tuple[Path, Run]) -> None:
    folder, _ = lakeside
    packet = folder / "0201"
    assert sorted(path.name for path in packet.iterdir() if path.is_file()) == PART
    assert text_of(Page(packet / "index.html").all("h1")[0]).startswith("Lakeside Middle School")
    assert pypdf.PdfReader(packet / "handout.pdf").pages[0].extract_text().startswith("Lakeside Middle School")
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_link_leads_out_of_a_packet(lakeside: tuple[Path, Run]) -> None:
    folder, _ = lakeside
    packet = folder / "0201"
    for page in pages(packet):
        for link in page.links:
            target = (page.path.parent / link.partition("#")[0]).resolve() if not link.startswith("#") else page.path
            assert target.is_relative_to(packet.resolve()), link
            assert target.is_file(), link


def students(*rows: tuple[str, str, str]) -> str:
    """The students of a small district: id, name, legal name."""
    quoted = (f'"{id_}","{name}","{legal}",9' for id_, name, legal in rows)
    return "student_id,name,legal_name,grade_level\n" + "\n".join(quoted)


def project(folder: Path, *, schools: tuple[str, str] = ("A", "B"), rosters: str = "student_id,section_id\n1,S1") -> Path:
    """Two schools; student 3 moved from the first to the second, who counts where he was last."""
    a, b = schools
    return write_project(
        folder, measure(formula="percent(grade_level = 9)", attribution="last_enrolled"),
        settings={"as_of": "2012-11-16"},
        students=students(("1", SCRIPT, "Ann Legal"), ("2", LINK, ""), ("3", "Mover", ""), ("4", "Zebra", "")),
        schools=f"school_id,name\n{a},{SCRIPT}\n{b},Bell", sections=f"section_id,school_id\nS1,{a}\nS2,{b}", rosters=rosters,
        enrollments=f"student_id,school_id,entry_date,exit_date\n1,{a},2012-08-20,\n2,{a},2012-08-20,\n"
                    f"3,{a},2012-08-20,2012-10-01\n3,{b},2012-10-02,\n4,{b},2012-08-20,",
    )  # fmt: skip


def packets(folder: Path, out: Path, *options: str) -> None:
    rttd("report", folder, "--each", "school", "--packet", out, *options, code=0)


def listed(packet: Path) -> list[str]:
    return [row[0] for row in Page(packet / "students.html").table("Students").texts() if not row[0][0].isupper()]


def test_a_mover_is_in_the_packet_of_the_school_that_counts_him(tmp_path: Path) -> None:
    # 3 and 4 stand on a roster of the first school too, and count at the second
    folder = project(tmp_path / "project", schools=("a1", "b1"), rosters="student_id,section_id\n1,S1\n3,S1\n4,S1\n4,S2")
    packets(folder, tmp_path / "out")
    assert listed(tmp_path / "out" / "a1") == [f"1 {SCRIPT}", f"2 {LINK}"]
    assert listed(tmp_path / "out" / "b1") == ["3 Mover", "4 Zebra"]
    assert not [name for name in ("Mover", "Zebra", "Bell") if name in bytes_of(tmp_path / "out" / "a1")]
    assert SCRIPT not in bytes_of(tmp_path / "out" / "b1")


def test_names_that_want_to_be_code_are_text(tmp_path: Path) -> None:
    packets(project(tmp_path / "project", schools=("a1", "b1")), tmp_path / "out")
    for page in pages(tmp_path / "out"):
        assert page.all("script") == []
        assert "<script" not in page.source
    with zipfile.ZipFile(tmp_path / "out" / "a1" / "report.xlsx") as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_the_district_is_not_told_where_fewer_than_ten_are_counted(tmp_path: Path) -> None:
    packets(project(tmp_path / "project", schools=("a1", "b1")), tmp_path / "out")
    [row] = Page(tmp_path / "out" / "a1" / "index.html").table("Measures").by_head()
    assert (row["Value"].split(" ")[0], row["District"]) == ("100.0%", "")


@pytest.mark.parametrize(
    ("names", "expected"),
    [("preferred", [f"1 {SCRIPT}", f"2 {LINK}"]), ("legal", [f"2 {LINK}", "1 Ann Legal"]), ("none", ["1", "2"])],
)
def test_names_are_those_asked_for(tmp_path: Path, names: str, expected: list[str]) -> None:
    folder = project(tmp_path / "project", schools=("a1", "b1"))
    packets(folder, tmp_path / "out", "--names", names, "--format", "html")
    assert listed(tmp_path / "out" / "a1") == expected
    assert not (tmp_path / "out" / "a1" / "report.xlsx").exists()


def test_no_formula_reads_a_legal_name(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="percent(legal_name = 'x')"), students=students(("1", "A", "B")))
    assert "legal_name" in rttd("validate", folder, code=1).stdout


def test_ids_that_would_share_a_folder_are_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", schools=("A", "a-559aead0"))
    ended = rttd("report", folder, "--each", "school", "--packet", tmp_path / "out", code=2)
    assert "the packet of both school A and school a-559aead0" in ended.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".rttd.lock"]


def test_the_district_in_every_format(tmp_path: Path) -> None:
    rttd("report", project(tmp_path / "project"), "--out", tmp_path / "out", "--format", "pdf, html,xlsx", code=0)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir() if path.is_file()}
    assert found == dict.fromkeys((".rttd.lock", "handout.pdf", "index.html", "report.xlsx", "style.css"), 0o600)


def test_one_school_alone_leaves_nothing_of_another_behind(tmp_path: Path) -> None:
    folder, out = project(tmp_path / "project"), tmp_path / "out"
    rttd("report", folder, "--out", out, "--format", "html,xlsx,pdf", code=0)
    rttd("report", folder, "--out", out, "--unit", "school:A", "--format", "html,pdf", code=0)
    assert sorted(path.name for path in out.iterdir()) == [
        ".rttd.lock", "classes", "handout.pdf", "index.html", "students.html", "style.css"]  # fmt: skip
    assert "Zebra" not in bytes_of(out)
    rttd("report", folder, "--out", out, "--unit", "school:B", "--format", "pdf", code=0)
    assert sorted(path.name for path in out.iterdir()) == [".rttd.lock", "handout.pdf"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--out", "out", "--format", "html,docx"), "choose from html, xlsx, pdf"),
        (("--out", "out", "--format", ","), "choose from html, xlsx, pdf"),
        ((), "name a folder to write into"),
        (("--packet", "out"), "packets are written with both"),
        (("--out", "out", "--each", "school"), "packets are written with both"),
        (("--each", "school", "--packet", "out", "--out", "out"), "neither --out nor --unit"),
        (("--each", "school", "--packet", "out", "--unit", "school:A"), "neither --out nor --unit"),
        (("--out", "out", "--unit", "classroom:S1"), "a report is of the district or of a school"),
        (("--out", "out", "--unit", "A"), "write LEVEL:ID"),
        (("--out", "out", "--unit", "school:C"), "there is no school 'C' in this run"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], message: str) -> None:
    folder = project(tmp_path / "project")
    monkeypatch.chdir(tmp_path)
    ended = rttd("report", folder, *options, code=2)
    assert message in " ".join(re.sub(r"[│╭╮╰╯─]", " ", ended.stderr).split())


def test_a_project_is_no_place_for_its_report(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    ended = rttd("report", folder, "--out", folder, code=2)
    assert "it is a project" in ended.stderr
    assert (folder / "measures" / "m.yml").exists()


def test_without_the_typesetter_nothing_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = project(tmp_path / "project"), tmp_path / "out"
    rttd("report", folder, "--out", out, code=0)
    before = (out / "index.html").stat().st_ino
    monkeypatch.setitem(sys.modules, "typst", None)
    ended = rttd("report", folder, "--out", out, "--format", "html,pdf", code=2)
    assert "rttd-metrics[pdf]" in ended.stderr
    assert (out / "index.html").stat().st_ino == before
