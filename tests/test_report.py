"""`rttd report` on small projects: what is asked for, the years, names that want to be code, one school's pages alone."""

import stat
from pathlib import Path

import pytest

import rttd_metrics
from commands import rttd
from projects import measure, write_csv, write_project, write_yaml
from rttd_metrics.reports.output import output_lock
from rttd_metrics.reports.site import pages as all_pages
from rttd_metrics.reports.site import school_pages
from rttd_metrics.reports.site.render import about, render
from rttd_metrics.reports.site.students import StudentLists
from site_read import Page, pages, text_of

SCRIPT, LINK, ARABIC = "<script>alert(1)</script>", '=HYPERLINK("http://x.example","y")', "مدرسة النور"
TURNED = "ab\u202ecd"
LATE = measure(
    id="often_late", title="Students often late", level="student", formula="percent(late >= 2)", improvement="decrease",
    condition="effective_student_support", frequency="monthly", target={"annual": {"2012-13": 30}},
    baseline={"2010-11": 60})  # fmt: skip
FACTS = {"student": {"late": {"formula": "count(attendance where attendance.status = 'tardy')", "title": "Times late"}}}
PEOPLE = [("1", "Ann"), ("2", "Ben"), ("3", "Cho"), ("4", "Dee")]


def rows_of(*late: tuple[str, str, str]) -> list[tuple[str, str, str, str]]:
    """Attendance of these students, schools and days on which they came late."""
    return [("student_id", "school_id", "date", "status"), *((one, school, day, "tardy") for one, school, day in late)]


def project(folder: Path, *, names: dict[str, str] | None = None, school: str = "Adams", section: str = "Room 1") -> Path:
    """Two schools, two students each, in 2011-12 and 2012-13.

    Late twice: in 2011-12 students 1, 2 and 3, of whom 3 only in June; in 2012-13 students 1 and 4.
    """
    called = dict(PEOPLE) | (names or {})
    years, homes = ("2011-12", "2012-13"), {"1": "A", "2": "A", "3": "B", "4": "B"}
    late = [
        ("1", "A", "2011-09-05"), ("1", "A", "2011-09-06"), ("2", "A", "2011-10-05"), ("2", "A", "2011-10-06"),
        ("3", "B", "2012-06-04"), ("3", "B", "2012-06-05"),
        ("1", "A", "2012-09-05"), ("1", "A", "2012-09-06"), ("4", "B", "2012-10-05"), ("4", "B", "2012-10-06"),
        ("2", "A", "2012-11-01"),
    ]  # fmt: skip
    students = [
        ("school_year", "student_id", "name", "grade_level"),
        *((year, id_, called[id_], 7) for year in years for id_ in called),
    ]
    stays = [("school_year", "student_id", "school_id", "entry_date", "exit_date")]
    stays += [(year, id_, homes[id_], f"{year[:4]}-08-20", f"{int(year[:4]) + 1}-06-15") for year in years for id_ in called]
    schools = [("school_id", "name"), ("A", school), ("B", "Bell")]
    sections = [("section_id", "school_id", "name"), ("S1", "A", section), ("S2", "B", "Room 2")]
    rosters = [
        ("student_id", "section_id", "from_date"),
        ("1", "S1", "2012-08-20"),
        ("2", "S1", "2012-08-20"),
        ("3", "S2", "2012-08-20"),
    ]

    def quoted(rows: list[tuple[object, ...]]) -> list[list[str]]:
        return [['"' + str(cell).replace('"', '""') + '"' for cell in row] for row in rows]

    return write_project(
        folder, LATE, facts=FACTS, settings={"as_of": "2012-11-16", "district": {"id": "D", "name": "Delta"}},
        students=quoted(students), attendance=rows_of(*late), enrollments=stays, schools=quoted(schools),
        sections=quoted(sections), rosters=rosters)  # fmt: skip


def written(folder: Path, out: Path) -> Path:
    rttd("report", folder, "--out", out, code=0)
    return out


def test_the_change_is_against_the_same_day_and_the_years_are_whole(tmp_path: Path) -> None:
    site = written(project(tmp_path / "project"), tmp_path / "site")
    # 2012-11-16: 1 and 4 of four, 50 %; 2011-11-16: 1 and 2, 50 %; all of 2011-12: 1, 2 and 3, 75 %
    [row] = Page(site / "index.html").table("Measures").by_head()
    assert (row["Value"], row["Target"], row["Off target"]) == ("50.0% | small group", "≤ 30.0%", "+20.0")
    assert row["Since last year"] == "=unchanged 0.0"
    years = Page(site / "measures" / "often_late.html").table("Baseline and values").texts()
    assert [row[:3] for row in years] == [["2010-11", "60.0%", ""], ["2011-12", "75.0%", "4"], ["2012-13", "50.0%", "4"]]


def test_what_needs_attention_and_how_much_it_takes(tmp_path: Path) -> None:
    page = Page(written(project(tmp_path / "project"), tmp_path / "site") / "index.html")
    # 30 % of four is 1.2: one student may be late often, two are
    [item] = [text_of(item) for item in page.all("li") if "fewer" in text_of(item)]
    assert item == "Students often late: 50.0%, target ≤ 30.0%. 1 student fewer would meet it. | small group"


def test_the_values_behind_a_flag(tmp_path: Path) -> None:
    site = written(project(tmp_path / "project"), tmp_path / "site")
    rows = Page(site / "schools" / "a-559aead0" / "students.html").table("Students").texts()
    assert rows[:2] == [["1 Ann", "7", "1", "✗ 2"], ["2 Ben", "7", "", "1"]]
    assert [row[-1] for row in rows[2:]] == ["1", "1", "2", "0", "0"]


def test_an_earlier_year_with_faults_is_left_out_and_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    file = folder / "data" / "attendance.csv"
    file.write_text(file.read_text() + "1,A,2012-02-01,sleeping\n")
    ended = rttd("report", folder, "--out", tmp_path / "site", code=0)
    assert "warning[year-left-out]: the trends leave out 2011-12: 1 finding in its data" in ended.stderr
    years = Page(tmp_path / "site" / "measures" / "often_late.html").table("Baseline and values").texts()
    assert [row[0] for row in years] == ["2010-11", "2012-13"]


def test_names_that_want_to_be_code_are_text(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", names={"1": SCRIPT, "2": LINK, "3": TURNED}, school=ARABIC, section=SCRIPT)
    site = written(folder, tmp_path / "site")
    for page in pages(site):
        assert page.all("script") == []
        assert "<script" not in page.source
        assert "\u202e" not in page.source
        assert not [link for link in page.links if "example" in link]
    listed = Page(site / "schools" / "a-559aead0" / "students.html")
    assert [text_of(row[0]) for row in listed.table("Students").rows[:2]] == [f"1 {SCRIPT}", f"2 {LINK}"]
    assert ARABIC in [text_of(one) for one in listed.all("bdi")]
    assert f"School A; {ARABIC}" not in listed.text
    room = next((site / "schools" / "a-559aead0" / "classes").iterdir())
    assert text_of(Page(room).all("h1")[0]) == SCRIPT


def test_the_pages_of_one_school_hold_no_other_students(tmp_path: Path) -> None:
    report = rttd_metrics.open(project(tmp_path / "project", names={"3": "Zebra", "4": "Zenith"})).report()
    sources, run = report.sources, about(report.run)
    lists = StudentLists(sources)
    [adams, bell] = sources.schools
    own = [render(page, run) for page in school_pages(sources, adams, lists.of(adams))]
    assert len(own) == 3  # the school, its list, its classroom
    assert not [text for text in own if "Zebra" in text or "Zenith" in text]
    assert any("Zebra" in render(page, run) for page in school_pages(sources, bell, lists.of(bell)))


def test_a_student_who_only_sits_in_a_class_is_told_apart(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    rosters = folder / "data" / "rosters.csv"
    rosters.write_text(rosters.read_text() + "4,S1,2012-08-20\n")
    site = written(folder, tmp_path / "site")
    table = Page(site / "schools" / "a-559aead0" / "students.html").table("Students")
    assert [text_of(row[-1]) for row in table.rows[:3]] == ["✗ 2", "1", "✗ 2"]
    assert table.rows[2][-1].attrib["class"] == "o"
    assert text_of(table.rows[3][-1]) == "1"  # of concern: only the school's own


def test_measures_that_are_asked_for(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    write_yaml(folder / "measures" / "beside.yml", LATE | {"id": "beside", "title": "Beside", "portfolio": False})
    for options, expected in (
        ((), ["often_late"]), (("--all",), ["beside", "often_late"]), (("--measure", "beside"), ["beside"])):  # fmt: skip
        rttd("report", folder, "--out", tmp_path / "site", *options, code=0)
        assert sorted(path.stem for path in (tmp_path / "site" / "measures").iterdir()) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--measure", "often_lat"), "did you mean 'often_late'?"),
        (("--school-year", "never"), "'never' is no school year"),
        (("--as-of", "2009-01-01"), "2009-01-01"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    ended = rttd("report", project(tmp_path / "project"), "--out", tmp_path / "site", *options, code=2)
    assert message in ended.stderr
    assert not (tmp_path / "site").exists()


def test_another_run_in_the_folder_is_waited_for(tmp_path: Path) -> None:
    with output_lock(tmp_path / "site"):
        ended = rttd("report", project(tmp_path / "project"), "--out", tmp_path / "site", code=3)
    assert "is writing to" in ended.stderr


def test_faults_of_the_year_itself_stop_it_and_leave_the_old_site(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    site = written(folder, tmp_path / "site")
    before = (site / "index.html").read_bytes()
    write_csv(folder / "data" / "attendance.csv", [("student_id", "date", "status"), ("1", "2012-09-05", "sleeping")])
    rttd("report", folder, "--out", site, code=1)
    assert (site / "index.html").read_bytes() == before
    assert stat.S_IMODE(site.stat().st_mode) == 0o700


def test_every_page_has_a_name_of_its_own(tmp_path: Path) -> None:
    sources = rttd_metrics.open(project(tmp_path / "project")).report().sources
    paths = [page.head.path for page in all_pages(sources)]
    assert len({path.casefold() for path in paths}) == len(paths)
