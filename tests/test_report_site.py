"""The site of the example district: every number on it is one of the results, every count leads to its students."""

import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rttd_metrics
from projects import LAKESIDE
from rttd_metrics.engine.results import MeasureInfo, Run
from rttd_metrics.reports.output import output_lock
from site_read import Page, first_number, pages, tells, text_of

MARKS = {"met": "✓", "not_met": "✗", "in_progress": "○", "withheld": "*"}
KINDS = {"Of concern": "x", "Not of concern": "", "Excluded": "e", "Missing": "m"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """The site of lakeside, and the run that it shows."""
    folder = tmp_path_factory.mktemp("report") / "site"
    report = rttd_metrics.open(LAKESIDE).report()
    with output_lock(folder):
        report.write(folder)
    return folder, report.run


@pytest.fixture(scope="module")
def site(made: tuple[Path, Run]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def run(made: tuple[Path, Run]) -> Run:
    return made[1]


@pytest.fixture(scope="module")
def infos(run: Run) -> dict[str, MeasureInfo]:
    """The measures that the site shows, by title."""
    return {info.title: info for info in run.measures if info.portfolio and info.gap is None}


@pytest.fixture(scope="module")
def cells(run: Run) -> dict[tuple[str, ...], dict[str, Any]]:
    """The results by measure, level, unit, dimension and subgroup."""
    key = ("measure", "level", "unit_id", "dimension", "subgroup")
    return {tuple(row[name] for name in key): row for row in run.results.iter_rows(named=True)}


def everyone(cells: dict[tuple[str, ...], dict[str, Any]], info: MeasureInfo, level: str, unit: str) -> dict[str, Any]:
    return cells[info.id, level, unit, "all", "all"]


def test_the_site_is_of_the_run_that_compute_gives(run: Run, lakeside: Run) -> None:
    assert run.run_id == lakeside.run_id
    assert run.results.equals(lakeside.results)


# -- the pages ------------------------------------------------------------------------------------------------------


def test_there_is_a_page_for_everything(site: Path, run: Run, infos: dict[str, MeasureInfo]) -> None:
    units = run.results.select("level", "unit_id").unique()
    counted = Counter(path.relative_to(site).parts[0] if path.parent != site else path.name for path in site.rglob("*.html"))
    schools, classrooms = (units.filter(level=level).height for level in ("school", "classroom"))
    assert counted == {"index.html": 1, "measures": len(infos), "schools": 2 * schools + classrooms}


def test_every_page_is_valid_labelled_and_closed(site: Path) -> None:
    for page in pages(site):
        assert "Internal: contains student-level information" in page.text, page.path
        assert len(set(page.ids)) == len(page.ids), page.path
        assert [element for element in page.all("th") if "scope" not in element.attrib] == [], page.path
        assert [table for table in page.tables() if not table.caption] == [], page.path
        assert len(page.all("h1")) == 1
        assert page.root.attrib["lang"] == "en"
        for picture in page.all("svg"):
            assert picture.attrib.get("aria-hidden") == "true" or picture.attrib["aria-label"], page.path
        policy = page.root.find("head/meta[@http-equiv]").attrib["content"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy


def test_no_page_reaches_outside(site: Path) -> None:
    for page in pages(site):
        assert page.all("script") == []
        assert (
            re.search(
                r"https?:|//|@import|url\(|javascript:|data:|\sstyle=|\son\w+=", re.sub(r"<!DOCTYPE html>", "", page.source)
            )
            is None
        )
        assert not [link for link in page.links if link.startswith(("/", "http"))]
    assert re.search(r"url\(|@import|https?:", (site / "style.css").read_text()) is None


def test_every_link_leads_somewhere(site: Path) -> None:
    known = {page.path.resolve(): set(page.ids) for page in pages(site)}
    for page in pages(site):
        for link in page.links:
            path, _, part = link.partition("#")
            target = (page.path.parent / path).resolve() if path else page.path.resolve()
            assert target in known or target.name == "style.css", f"{page.path}: {link}"
            assert not part or part in known[target], f"{page.path}: {link}"


def test_only_the_owner_reads_it(site: Path) -> None:
    assert stat.S_IMODE(site.stat().st_mode) == 0o700
    for path in site.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


# -- the numbers ----------------------------------------------------------------------------------------------------


def check_measures(page: Page, level: str, unit: str, infos: dict[str, MeasureInfo], cells: Any) -> int:
    """The tables of measures by condition; gives how many rows they have."""
    seen = 0
    for table in (table for table in page.tables() if table.caption.startswith("Measures: ")):
        for row in table.by_head():
            title, _, counts = row["Measure"].partition(" |")
            info = infos[re.sub(r" \S+\([a-e]\)$", "", title)]
            cell = everyone(cells, info, level, unit)
            assert tells(first_number(row["Value"]), info, cell["value"])
            assert tells(first_number(row["Target"]), info, cell["target"])
            assert row["Status"].split(" ", 1)[1].replace(" ", "_") == cell["status"]
            check_counts(counts.strip(), info, cell)
            if "District" in row:
                assert tells(row["District"], info, everyone(cells, info, "district", "0600001")["value"])
            seen += 1
    return seen


def check_counts(text: str, info: MeasureInfo, cell: dict[str, Any]) -> None:
    """`36 of 81, 1 excluded, 1 missing`, or `39 classrooms, 19 missing`."""
    told = {kind: number for number, kind in re.findall(r"([\d,]+) (excluded|missing)", text)}
    assert {name: int(told.get(name, "0").replace(",", "")) for name in ("excluded", "missing")} == {
        name: cell[name] or 0 for name in ("excluded", "missing")
    }
    if cell["n"] is None:
        assert text == ""
    elif info.aggregate in ("percent", "rate") and cell["numerator"] is not None:
        assert text.startswith(f"{cell['numerator']:,g} of {cell['denominator']:,g}")
    else:
        assert text.startswith(f"{cell['n']:,} {info.level}")


def check_matrix(page: Page, caption: str, infos: dict[str, MeasureInfo], find: Any) -> int:
    """A table of many: `find` gives the results of a row by its label and group, or None for one that is not of results."""
    table = page.table(caption)
    measures = [infos[head.split(" | ")[0]] for head in table.heads[1:]]
    group, seen = "", 0
    for row in table.element.iter("tr"):
        row_cells = [cell for cell in row if cell.tag in ("th", "td")]
        if len(row_cells) == 1:
            group = text_of(row_cells[0])
        elif row_cells[1].tag == "td":
            for info, cell in zip(measures, row_cells[1:], strict=True):
                found = find(text_of(row_cells[0]), group, info)
                if found is not None:
                    mark = "" if found["status"] in ("no_target", "no_units") else MARKS[found["status"]]
                    text, _, marked = text_of(cell).partition(" ") if found["value"] is not None else ("", "", text_of(cell))
                    if text.endswith("~"):
                        assert found["n"] < 30
                        text = text.removesuffix("~")
                    assert tells(text, info, found["value"], sign=False)
                    assert marked == mark
                    seen += 1
    return seen


def test_the_district(site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any) -> None:
    page = Page(site / "index.html")
    assert check_measures(page, "district", "0600001", infos, cells) == len(infos)
    names = {row["unit_name"]: row["unit_id"] for row in run.results.filter(level="school").iter_rows(named=True)}

    def of_school(label: str, _: str, info: MeasureInfo) -> Any:
        return cells.get((info.id, "school", names[label], "all", "all")) if label in names else None

    assert check_matrix(page, "Every school", infos, of_school) >= len(names) * 10
    assert check_matrix(page, "Every subgroup", infos, subgroup_finder(cells, run, "district", "0600001")) > 200


def subgroup_finder(cells: Any, run: Run, level: str, unit: str) -> Any:
    def titled(code: str) -> str:
        words = code.replace("_", " ")
        return words[:1].upper() + words[1:]

    known = {
        (titled(dimension), titled(subgroup)): (dimension, subgroup)
        for dimension, subgroup in run.results.select("dimension", "subgroup").unique().iter_rows()
    }

    def find(label: str, group: str, info: MeasureInfo) -> Any:
        return cells.get((info.id, level, unit, *known[group, label])) if (group, label) in known else None

    return find


def test_how_many_schools_meet_their_target(site: Path, run: Run, infos: dict[str, MeasureInfo]) -> None:
    rows = run.results.filter(level="school", dimension="all")
    for table in (table for table in Page(site / "index.html").tables() if table.caption.startswith("Measures: ")):
        for row in table.by_head():
            info = infos[re.sub(r" \S+\([a-e]\)$", "", row["Measure"].partition(" |")[0])]
            own = rows.filter(pl.col("measure") == info.id, pl.col("value").is_not_null(), pl.col("target").is_not_null())
            expected = f"{own.filter(status='met').height} of {own.height}" if own.height else ""
            assert row["Schools at target"] == expected


def test_the_schools(site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any) -> None:
    for school in sorted(run.results.filter(level="school")["unit_id"].unique()):
        page = Page(site / "schools" / school / "index.html")
        counted = run.results.filter(
            pl.col("measure").is_in([info.id for info in infos.values()]), pl.col("status") != "no_units",
            level="school", unit_id=school, dimension="all")  # fmt: skip
        assert check_measures(page, "school", school, infos, cells) == counted.height
        assert check_matrix(page, "Every subgroup", infos, subgroup_finder(cells, run, "school", school)) > 40
        names = Counter(
            run.results.filter(level="classroom", school_id=school, measure="chronic_absence_4_8", dimension="all")["unit_name"]
        )
        ids = {
            row["unit_name"]: row["unit_id"]
            for row in run.results.filter(level="classroom", school_id=school).iter_rows(named=True)
        }

        def of_class(label: str, _: str, info: MeasureInfo, ids: Any = ids, names: Any = names) -> Any:
            alone = label in ids and names[label] <= 1
            return cells.get((info.id, "classroom", ids[label], "all", "all")) if alone else None

        check_matrix(page, "Every classroom", infos, of_class)


def test_the_classrooms(site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any) -> None:
    seen = 0
    classrooms = run.results.filter(level="classroom").select("unit_id", "school_id").unique().sort("unit_id")
    for unit, school in classrooms.iter_rows():
        page = Page(site / "schools" / school / "classes" / f"{unit}.html")
        for table in page.tables():
            for row in table.by_head():
                info = infos[row["Measure"].split(". ", 1)[1]]
                cell = everyone(cells, info, "classroom", unit)
                assert tells(row["Class"], info, cell["value"])
                assert tells(row["School"], info, everyone(cells, info, "school", school)["value"])
                assert tells(first_number(row["Target"]), info, cell["target"])
                of_whom = f"{cell['numerator']:g} of {cell['denominator']:g}" if cell["numerator"] is not None else ""
                counted = of_whom if info.aggregate == "percent" else f"{cell['n'] or ''}"
                assert row["Counted"] == counted
                seen += 1
    assert seen > 300


def test_the_measures(site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any) -> None:
    names = {row["unit_name"]: row["unit_id"] for row in run.results.filter(level="school").iter_rows(named=True)}
    for info in infos.values():
        page = Page(site / "measures" / f"{info.id}.html")
        district = everyone(cells, info, "district", "0600001")
        glance = {text_of(one.find("dt")): text_of(one.find("dd")) for one in page.root.iter("div") if one.find("dt") is not None}
        assert tells(first_number(glance["District"]), info, district["value"])
        check_counts(glance["Counted"], info, district)
        last = page.table("Baseline and values by school year").texts()[-1]
        assert last[0] == "2012-13"
        assert tells(last[1], info, district["value"])
        if info.level != "district":
            for row in page.table("Schools").by_head():
                cell = everyone(cells, info, "school", names[row["School"]])
                assert tells(first_number(row["Value"]), info, cell["value"])
                assert tells(first_number(row["Target"]), info, cell["target"])
                check_counts(row["Counted"], info, cell)


def test_the_years_are_those_that_compute_gives(site: Path, infos: dict[str, MeasureInfo]) -> None:
    before = rttd_metrics.open(LAKESIDE).compute(school_year="2011-12")
    [cell] = before.results.filter(measure="chronic_absence_4_8", level="district", dimension="all").to_dicts()
    info = infos["Chronically absent students, grades 4-8"]
    rows = Page(site / "measures" / "chronic_absence_4_8.html").table("Baseline and values").texts()
    assert rows[0] == ["2011-12", "15.6%", "", "declared baseline"]
    assert (rows[1][0], rows[1][2]) == ("2011-12", str(cell["n"]))
    assert tells(rows[1][1], info, cell["value"])


# -- the students ---------------------------------------------------------------------------------------------------


def test_the_lists_add_up_to_the_results(site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any) -> None:
    for school in sorted(run.results.filter(level="school")["unit_id"].unique()):
        table = Page(site / "schools" / school / "students.html").table("Students")
        body = [row for row in table.rows if row[0].tag == "th" and text_of(row[0])[:1].isdigit()]
        foot = {text_of(row[0]): row for row in table.rows[len(body) :]}
        for place, head in enumerate(table.heads):
            info = infos.get(head.split(" | ")[0])
            if info is None:
                continue
            cell = everyone(cells, info, "school", school)
            kinds = Counter(row[place].attrib.get("class", "") for row in body if text_of(row[place]))
            bad = cell["n"] - cell["numerator"] if info.improvement == "increase" else cell["numerator"]
            expected = {"x": bad, "": cell["n"] - bad, "e": cell["excluded"], "m": cell["missing"]}
            assert {kind: kinds[kind] for kind in expected} == expected, (school, info.id)
            assert {KINDS[label]: int(text_of(row[place])) for label, row in foot.items() if label in KINDS} == expected
            assert int(text_of(foot["Counted"][place])) == cell["n"]


def test_each_student_is_what_the_results_say(site: Path, run: Run, infos: dict[str, MeasureInfo]) -> None:
    kinds = {True: "", False: "x", None: None}
    for school in sorted(run.results.filter(level="school")["unit_id"].unique()):
        table = Page(site / "schools" / school / "students.html").table("Students")
        titles = [head.split(" | ")[0] for head in table.heads]
        own = run.student_results.filter(school_id=school)
        expected = {
            (row["student_id"], row["measure"]): {"excluded": "e", "missing": "m"}.get(row["role"], kinds[row["met"]])
            for row in own.iter_rows(named=True)
        }
        told = {
            (text_of(row[0]).split()[0], infos[titles[place]].id): cell.attrib.get("class", "")
            for row in table.rows
            for place, cell in enumerate(row)
            if titles[place] in infos and text_of(cell) and cell.attrib.get("class") != "o" and text_of(row[0])[:1].isdigit()
        }
        wanted = {key: kind for key, kind in expected.items() if key[1] in {info.id for info in infos.values()}}
        assert told == wanted


def test_the_counts_of_a_classroom_are_its_students_in_the_list(
    site: Path, run: Run, infos: dict[str, MeasureInfo], cells: Any
) -> None:
    checked = 0
    for school in sorted(run.results.filter(level="school")["unit_id"].unique()):
        page = Page(site / "schools" / school / "students.html")
        table = page.table("Students")
        rows = [row for row in table.element.iter("tr") if row.attrib.get("class")]
        for path in sorted((site / "schools" / school / "classes").iterdir()):
            found = [link for link in Page(path).links if "students.html#k" in link]
            for info in infos.values():
                cell = cells.get((info.id, "classroom", path.stem, "all", "all"))
                heads = [head.split(" | ")[0] for head in table.heads]
                if cell is None or info.level != "student" or not cell["n"] or info.title not in heads:
                    continue
                [link] = found
                own = [
                    list(row)[heads.index(info.title)] for row in rows if link.partition("#")[2] in row.attrib["class"].split()
                ]
                texts = [text for one in own if (text := text_of(one)) and text[0] not in "–?"]
                bad = sum(text.startswith("✗") for text in texts)
                expected = cell["n"] - cell["numerator"] if info.improvement == "increase" else cell["numerator"]
                assert (len(texts), bad) == (cell["n"], expected), (path.stem, info.id)
                checked += 1
    assert checked > 200


def test_the_values_and_the_days_left_of_students(site: Path) -> None:
    """The list of the middle school shows days absent and enrolled of many: a day after the other, until a tenth is missed."""
    table = Page(site / "schools" / "0201" / "students.html").table("Students")
    [share] = [head for head in table.heads if head.startswith("Chronically absent students, grades 4-8 | ")]
    near = reached = 0
    for row in table.by_head():
        found = re.search(r"([\d.]+)% \((\d+)/(\d+)\)", " ".join(row.values()))
        if found is None or not row["Days left"]:
            continue
        absent, enrolled = int(found[2]), int(found[3])
        assert abs(absent / enrolled * 100 - float(found[1])) <= 0.05 + 1e-9
        if "reached" in row["Days left"]:
            assert absent / enrolled >= 0.10
            assert row[share].startswith("✗")
            reached += 1
        else:
            expected = next(days for days in range(1, 200) if (absent + days) / (enrolled + days) >= 0.10 - 1e-9)
            assert (int(row["Days left"]), row[share]) == (expected, f"{found[1]}%")
            near += 1
    assert min(near, reached) > 5


# -- writing --------------------------------------------------------------------------------------------------------


def test_the_same_run_gives_the_same_bytes_and_old_pages_go(tmp_path: Path, site: Path) -> None:
    folder = tmp_path / "site"
    (folder / "schools" / "closed").mkdir(parents=True)
    (folder / "schools" / "closed" / "index.html").write_text("an old page")
    (folder / "results.csv").write_text("what another command has written stays")
    report = rttd_metrics.open(LAKESIDE).report()
    with output_lock(folder):
        report.write(folder)
    written = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    written.pop(Path("results.csv"))
    first = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    lock = Path(".rttd.lock")
    assert {path: text for path, text in written.items() if path != lock} == {
        path: text for path, text in first.items() if path != lock
    }
    assert sorted(path.name for path in folder.iterdir()) == [
        ".rttd.lock",
        "index.html",
        "measures",
        "results.csv",
        "schools",
        "style.css",
    ]
