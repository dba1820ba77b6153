"""`rttd catalog`: what the document holds, what a browser makes of it, and what people may write without harm."""

import base64
import fcntl
import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from commands import rttd, rttd_process
from documents_read import Element, markdown_cells, read_html
from projects import LAKESIDE, measure, write_project

FACTS = {
    "parameters": {"limit": 0.1},
    "student": {
        "days": {"formula": "count(attendance)", "title": "Days enrolled", "source": "CEDS 000201"},
        "missed": {"formula": "count(attendance where attendance.absent >= 0.5)", "title": "Days absent"},
        "rate": {"formula": "missed / days", "title": "Share of the days missed"},
        "unused": {"formula": "1 + 1", "title": "Used by nobody"},
    },
}  # fmt: skip
FULL = {
    "id": "absence", "title": "Chronically absent students", "condition": "effective_student_support", "slot": "4-8(c)",
    "population": "participating", "exclude": [{"when": "days < 10", "because": "Enrolled fewer than 10 days"}],
    "formula": "percent(rate >= limit)", "improvement": "decrease", "frequency": "monthly", "review_frequency": "quarterly",
    "final": "year_end", "at_school": "own", "look_back": 1, "classrooms": "homeroom",
    "confidential": {"of": "respondent", "minimum": 10},
    "baseline": {"2011-12": 18.0}, "assessment": {"2011-12": "Old test"},
    "validation": {"predictive": 0.8, "comprehensive": 0.9, "source": "Our own study"},
    "target": {"annual": {"2012-13": 16.5, "2013-14": 15.0},
               "subgroups": {"english_learner": {"Yes": {"annual": {"2012-13": 21.0}, "baseline": {"2011-12": 22.5}}}},
               "schools": {"0102": {"annual": {"2013-14": 14.0}}}},
    "gap": {"dimension": "english_learner", "reference": "No", "baseline": {"2011-12": 5}, "target": {"annual": {"2012-13": 4}}},
    "narrative": {"rationale": "Why it is there.", "leading_information": "When it tells.",
                  "review_and_improve": "How it is kept."},
    "owner": "Director of Student Support", "off_target": "Call the families.", "source": "EDFacts FS195",
    "description": "First paragraph.\n\nSecond paragraph.",
    "examples": [
        {"name": "a tenth", "given": {"participating": True, "days": 20, "attendance": [{"absent": 1}, {"absent": 0.5}]},
         "expect": "numerator"},
        {"name": "too few", "given": {"participating": True, "days": 9}, "expect": "excluded",
         "reason": "Enrolled fewer than 10 days"},
    ],
}  # fmt: skip
SETTINGS = {"subgroups": {"english_learner": "students.english_learner"}, "as_of": "2013-06-07"}


def project(folder: Path, *measures: Mapping[str, Any], settings: Mapping[str, Any] = SETTINGS) -> Path:
    return write_project(folder, *(measures or (FULL | {"level": "student"},)), facts=FACTS, settings=settings)


def page(folder: Path, *measures: Mapping[str, Any], settings: Mapping[str, Any] = SETTINGS) -> Element:
    return read_html(rttd("catalog", project(folder, *measures, settings=settings), "--format", "html", code=0).stdout)


def markdown(folder: Path, *measures: Mapping[str, Any], settings: Mapping[str, Any] = SETTINGS) -> str:
    return rttd("catalog", project(folder, *measures, settings=settings), code=0).stdout


def told(part: Element) -> dict[str, str]:
    """The labels of all lists of a page, and what they say."""
    return {row.all("dt")[0].text: row.all("dd")[0].text for row in part.all("div") if row.all("dt")}


def captioned(part: Element, caption: str) -> list[list[str]]:
    [found] = [table for table in part.all("table") if table.all("caption")[0].text == caption]
    return found.table()


@pytest.fixture(scope="module")
def lakeside() -> Element:
    return read_html(rttd("catalog", LAKESIDE, "--format", "html", code=0).stdout)


# -- what a page holds ------------------------------------------------------------------------------------------------


def test_a_measure_says_all_that_its_definition_says(tmp_path: Path) -> None:
    [article] = page(tmp_path).where(id="measure-absence")
    [said] = [part.text for part in article.all("p") if part.attributes.get("class") == "says"]
    assert said == ("Of participating students (students of the school year before included), leaving out those with fewer "
                    "than 10 days enrolled, the percent whose share of the days missed is 10 %1 or more; lower is better."
                    )  # fmt: skip
    assert [part.text for part in article.all("li") if part.attributes.get("id") == "note-absence-1"] == ["1 parameter limit"]
    assert told(article) == {
        "Condition": "Effective student support",
        "Slot of the notice": "4-8(c): a health or social-emotional leading indicator",
        "Measured on": "Students, rolled up to classrooms, schools and the district",
        "Better": "Lower",
        "Looked at": "Monthly",
        "Definition reviewed": "Quarterly",
        "Owner": "Director of Student Support",
        "Rationale": "Why it is there.",
        "Leading information": "When it tells.",
        "Review and improvement": "How it is kept.",
        "When it is off target": "Call the families.",
        "Whom it counts": "participating students (students of the school year before included)participating",
        "Formula": "percent(rate >= limit)",
        "Judged": "From the end of the school year on; before it a value on the wrong side of its target is in progress",
        "Part of the year": "From the first day of school to the as-of date",
        "At a school": "A school, and a classroom in it, sees only what happened there; the district sees the whole year.",
        "In classrooms": "Sections that are homeroom",
        "Earlier years": "Students of the school year before count too, each by the latest record",
        "Protected": "Withheld from every report where fewer than 10 people who answered stand behind a value",
        "Assessment": "Old test from 2011-12 on",
        "Validation": "Of the students on track 80 % went on to succeed; of those who succeeded 90 % had been on track "
        "(Our own study)",
        "Source": "EDFacts FS195",
    }
    assert [part.text for part in article.all("p") if part.text.endswith("paragraph.")] == [
        "First paragraph.",
        "Second paragraph.",
    ]


def test_targets_of_everyone_of_groups_and_of_the_gap(tmp_path: Path) -> None:
    [article] = page(tmp_path).where(id="measure-absence")
    assert captioned(article, "Baseline and targets of everyone") == [
        ["School year", "Baseline", "Target"], ["2011-12", "18 %", ""], ["2012-13", "", "16.5 %"], ["2013-14", "", "15 %"],
    ]  # fmt: skip
    assert captioned(article, "Baseline and targets of subgroups") == [
        ["Of", "Baseline", "2012-13"], ["English learner: Yes", "22.5 % in 2011-12", "21 %"]]  # fmt: skip
    assert captioned(article, "Targets of schools, by school number")[1:] == [["0102", "–", "14 %"]]
    assert captioned(article, "Baseline and targets of the gap")[1:] == [
        ["Each subgroup of English learner", "5 points in 2011-12", "4 points"]]  # fmt: skip
    assert "The gap: how far each subgroup of English learner stands behind the subgroup No." in article.text
    [svg] = article.all("svg")
    assert svg.attributes["aria-label"] == "Baseline 18\u00a0% in 2011-12. Targets: 16.5\u00a0% in 2012-13, 15\u00a0% in 2013-14."


def test_a_picture_stands_to_scale(tmp_path: Path) -> None:
    [svg] = page(tmp_path, FULL | {"level": "student"}).all("svg")
    [start], targets = svg.all("circle"), svg.all("rect")
    x = [float(start.attributes["cx"]), *(float(one.attributes["x"]) + 4 for one in targets)]
    y = [float(start.attributes["cy"]), *(float(one.attributes["y"]) + 4 for one in targets)]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.2)  # a year each
    assert y[1] - y[0] == pytest.approx(y[2] - y[1], abs=0.2)  # 18.0 - 16.5 = 16.5 - 15.0
    assert y == sorted(y)  # what falls goes down: y is measured from above
    lines = zip(svg.where(class_="grid"), svg.where(class_="tick"), strict=True)
    [(bottom, low), *_, (top, high)] = [(float(line.attributes["y1"]), float(text.text)) for line, text in lines]
    assert y[0] == pytest.approx(bottom - (bottom - top) * (18 - low) / (high - low), abs=0.1)
    assert [text.text for text in svg.where(class_="value")] == ["18", "16.5", "15"]
    assert len(svg.where(class_="path")) == 2


def test_a_path_begins_anew_where_the_assessment_changes(tmp_path: Path) -> None:
    new = FULL | {"level": "student", "rebaseline": {"2013-14": {"value": 25, "because": "A new test"}},
                  "target": {"annual": {"2012-13": 16.5, "2014-15": 23}}}  # fmt: skip
    [article] = page(tmp_path, new).where(id="measure-absence")
    [svg] = article.all("svg")
    assert len(svg.where(class_="path")) == 2  # 2011-12 to 2012-13, and 2013-14 to 2014-15
    assert "A new baseline from 2013-14 on, 25 %: A new test" in article.text


def test_a_measure_without_targets_has_no_picture(tmp_path: Path) -> None:
    document = page(tmp_path, measure(formula="percent(rate > 0)"))
    assert document.all("svg") == []
    assert "There are no baseline and no targets." in document.text


def test_facts_lead_down_to_columns_and_back(tmp_path: Path) -> None:
    document = page(tmp_path)
    [article] = document.where(id="measure-absence")
    [tree] = [part for part in article.all("ul") if part.attributes.get("class") == "tree"]
    links = [link.attributes["href"] for link in tree.all("a")]
    read = ["#table-attendance", "#column-attendance-student_id"]
    assert links == [
        "#fact-student-days", *read,
        "#fact-student-rate",
        "#fact-student-missed", *read, "#column-attendance-absent", "#column-attendance-status",
        "#fact-student-days",
    ]  # fmt: skip
    assert "CEDS 000201" in tree.text
    facts = {part.attributes["id"]: told(part) for part in document.where(class_="fact")}
    assert set(facts) == {"fact-student-days", "fact-student-missed", "fact-student-rate"}
    assert facts["fact-student-missed"]["Used by"] == "Share of the days missed"
    assert facts["fact-student-rate"]["Used by"] == "Chronically absent students"
    assert facts["fact-student-rate"]["Made of"] == "Days absent, Days enrolled"
    assert captioned(document, "Columns of attendance that are read")[1:] == [
        ["student_id", "Student. CEDS Student Identifier; Ed-Fi StudentSchoolAttendanceEvent.studentReference. (string)",
         "Days enrolled, Days absent"],
        *captioned(document, "Columns of attendance that are read")[2:],
    ]  # fmt: skip
    assert captioned(document, "Columns of students that are read")[1][::2] == ["participating", "Chronically absent students"]
    assert captioned(document, "Columns of sections that are read")[1][::2] == ["homeroom", "Chronically absent students"]


def test_examples_say_what_is_given_and_what_is_expected(tmp_path: Path) -> None:
    [article] = page(tmp_path).where(id="measure-absence")
    assert captioned(article, "What is given of one student, and what must come of it")[1:] == [
        ["a tenth", "participating: yesdays enrolled: 20attendance day (part of the day missed: 1)attendance day "
                    "(part of the day missed: 0.5)",
         "Counted, and the condition holds"],
        ["too few", "participating: yesdays enrolled: 9", "Left out: Enrolled fewer than 10 days"],
    ]  # fmt: skip


def test_parameters_that_a_project_sets(tmp_path: Path) -> None:
    shipped = {"measures": ["package:student-support/chronic-absence-4-8.yml"], "parameters": {"chronic_threshold": 0.15}}
    document = page(tmp_path, measure(id="other", formula="percent(rate > 0)"), settings=shipped)
    [article] = document.where(id="measure-chronic_absence_4_8")
    rows = dict(captioned(article, "Parameters that the measure and its facts use")[1:])
    assert rows["chronic_threshold"] == "0.15 (set by the project; 0.1 by itself)"
    assert rows["minimum_days_enrolled"] == "10"
    assert "is 15 %2 or more" in article.text
    assert "The examples hold for the parameters as they are shipped" in article.text


def test_measures_stand_by_condition_and_slot_and_those_beside_the_portfolio_last(tmp_path: Path) -> None:
    plain = {"formula": "percent(rate > 0)"}
    measures = [
        measure(id="a", title="Extra", **plain),
        measure(id="b", title="Last slot", slot="9-12(c)", **plain),
        measure(id="c", title="First slot", slot="4-8(a)", **plain),
        measure(id="d", title="Beside", portfolio=False, **plain),
        measure(id="e", title="Support", condition="effective_student_support", **plain),
    ]
    document = page(tmp_path, *measures, settings={"portfolio": {"grade_bands": ["4-8"]}})
    assert [head.text for head in document.all("h2", "h3")][:9] == [
        "Overview", "Effective student support", "Support", "Outcomes", "First slot", "Last slot", "Extra",
        "Beside the portfolio: outcomes", "Beside",
    ]  # fmt: skip
    slots = captioned(document, "The slots of the notice, and what fills them")[1:]
    assert {slot: filled for slot, _, filled in slots} == {
        "All(a)": "not filled", "All(b)": "not filled", "4-8(a)": "First slot", "4-8(b)": "not filled", "4-8(c)": "not filled",
        "9-12(c)": "Last slot",
    }  # fmt: skip


def test_one_definition_for_each_value_is_a_page_each(tmp_path: Path) -> None:
    each = measure(
        id="tests", title="Tested in {subject}", for_each={"subject": ["reading", "mathematics"]}, formula="percent(tested)"
    )
    facts = {"student": {"tested": {"for_each": {"subject": ["reading", "mathematics"]}, "title": "Tested in {subject}",
                                    "formula": "any(assessments.proficient where assessments.subject = subject)"}}}  # fmt: skip
    folder = write_project(tmp_path, each, facts=facts)
    document = read_html(rttd("catalog", folder, "--format", "html", code=0).stdout)
    assert "Of all students, the percent who are tested in reading; higher is better." in document.text
    assert document.where(id="measure-tests-mathematics")
    assert document.where(id="fact-student-tested-reading")


# -- what a browser makes of it ---------------------------------------------------------------------------------------


def test_ids_are_unique_and_links_lead_somewhere(lakeside: Element) -> None:
    ids = [element.attributes["id"] for element in lakeside.everything() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    named = [link.attributes["href"] for link in lakeside.all("a")]
    named += ["#" + name for element in lakeside.everything() for name in element.attributes.get("aria-labelledby", "").split()]
    assert [link for link in named if not (link.startswith("#") and link[1:] in ids)] == []


def test_it_needs_nothing_from_elsewhere(lakeside: Element) -> None:
    assert lakeside.all("script", "link", "img", "iframe", "object", "form") == []
    loading = ("src", "srcset", "action", "data", "poster", "xlink:href", "style")
    assert [element for element in lakeside.everything() if set(element.attributes) & set(loading)] == []
    assert [name for element in lakeside.everything() for name in element.attributes if name.startswith("on")] == []
    [style] = lakeside.all("style")
    assert not re.search(r"url\(|@import|//", style.text)
    [policy] = lakeside.where(**{"http-equiv": "Content-Security-Policy"})
    digest = base64.b64encode(hashlib.sha256(str(style.children[0]).encode()).digest()).decode()
    assert policy.attributes["content"] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_tables_and_pictures_can_be_heard(lakeside: Element) -> None:
    assert [cell.text for cell in lakeside.all("th") if cell.attributes.get("scope") not in ("col", "row")] == []
    assert [table for table in lakeside.all("table") if not table.all("caption")[0].text] == []
    pictures = lakeside.all("svg")
    aimed = [one for one in lakeside.where(class_="measure") if "There are no baseline and no targets." not in one.text]
    assert 14 <= len(pictures) == len(aimed)
    assert [one for one in pictures if one.attributes["role"] != "img" or "arget" not in one.attributes["aria-label"]] == []
    assert lakeside.all("html")[0].attributes["lang"] == "en"
    assert lakeside.where(class_="skip")[0].attributes["href"] == "#main"
    widths = [{len(cells) for cells in table.table()} for table in lakeside.all("table")]
    assert [width for width in widths if len(width) > 1] == []  # every row of a table has as many cells as its head


def test_headings_are_in_order(lakeside: Element) -> None:
    levels = [int(head.tag[1]) for head in lakeside.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_colours_can_be_read(lakeside: Element) -> None:
    """Contrast as WCAG 2 computes it, of every text colour on every ground: at least 4.5 to 1."""
    schemes = re.findall(r":root \{([^}]*)\}", lakeside.all("style")[0].text)
    colours = [dict(re.findall(r"--(\w+): (#\w{6})", scheme)) for scheme in schemes]
    assert len(colours) == 3  # light, dark, print
    for scheme in colours:
        pairs = [(scheme[text], scheme[ground]) for text in ("ink", "soft", "link", "path") for ground in ("paper", "wash")]
        assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_same_definitions_give_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        rttd_process("catalog", LAKESIDE, "--out", tmp_path / seed, PYTHONHASHSEED=seed, code=0)
    for name in ("catalog.md", "catalog.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


# -- what people may write --------------------------------------------------------------------------------------------

HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://evil.example\")", "{{ 7 * 7 }}",
           "\u202etfel ot thgir\u202c a|b `c` *d* _e_ [f](g) # h", "&lt;b&gt; ]]>"]  # fmt: skip


def hostile(text: str) -> dict[str, Any]:
    named = {
        "title": text,
        "owner": text,
        "off_target": text,
        "source": text,
        "description": text,
        "assessment": {"2011-12": text},
    }
    told = {"narrative": {"rationale": text}, "exclude": [{"when": "rate > 0.9", "because": text}]}
    given = {"examples": [{"name": text, "given": {"gender": text}, "expect": "missing"}]}
    return measure(formula=f"percent(rate > 0.1 or status = '{text}')", **named, **told, **given)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_is_shown_as_text(text: str, tmp_path: Path) -> None:
    facts = {
        "student": FACTS["student"] | {"status": {"formula": "exit_type", "title": text, "source": text, "description": text}}
    }
    project = {"district": {"id": "D", "name": text}, "subgroups": {"gender": "gender"}}
    folder = write_project(tmp_path, hostile(text), facts=facts | {"parameters": {"limit": 0.1}}, settings=project)
    rttd("catalog", folder, "--out", tmp_path / "out", code=0)
    document = read_html((tmp_path / "out" / "catalog.html").read_text())
    plain = text.replace("\u202e", "").replace("\u202c", "")
    assert document.all("script", "img", "b") == []
    assert document.all("h3")[0].text == plain
    assert document.text.count(plain) > 10
    written = (tmp_path / "out" / "catalog.md").read_text()
    assert "\u202e" not in written
    rows = [line for line in written.splitlines() if line.startswith("| ")]
    heads = {place: line for place, line in enumerate(rows) if set(line) <= set("| -:")}
    assert heads
    for place, line in enumerate(rows):
        above = max((head for head in heads if head <= place + 1), default=None)
        if above is not None:
            assert len(markdown_cells(line)) == len(markdown_cells(rows[above])), line
    assert not re.search(r"(?<!\\)<(?!a id=|/a>|sup>|/sup>|br>)", re.sub(r"(`+).*?\1", "", written))


# -- the command ------------------------------------------------------------------------------------------------------


def test_markdown_is_printed_and_both_are_written(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    printed = rttd("catalog", folder, code=0)
    assert printed.stdout.startswith("# Performance measures of District, 2012-13\n")
    assert printed.stderr == ""
    written = rttd("catalog", folder, "--out", tmp_path / "out", "-v", code=0)
    assert written.stdout == ""
    assert [line.split()[-1] for line in written.stderr.splitlines()] == [
        str(tmp_path / "out" / f"catalog.{end}") for end in ("md", "html")
    ]
    assert (tmp_path / "out" / "catalog.md").read_text() == printed.stdout
    assert rttd("catalog", folder, "--format", "html", code=0).stdout == (tmp_path / "out" / "catalog.html").read_text()


def test_one_format_replaces_only_its_file(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    rttd("catalog", folder, "--out", tmp_path / "out", "--format", "md", code=0)
    assert sorted(path.name for path in (tmp_path / "out").glob("catalog.*")) == ["catalog.md"]


def test_loose_measures_have_a_catalog_too(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "rttd.yml").unlink()
    printed = rttd("catalog", folder / "measures", code=0).stdout
    assert printed.startswith("# Performance measures\n")
    assert "2012-13, " not in printed.splitlines()[0]


def test_wrong_definitions_make_no_document(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", measure(formula="percent(rat > 0)"))
    ended = rttd("catalog", folder, "--out", tmp_path / "out", code=1)
    assert "did you mean 'rate'?" in ended.stderr
    assert ended.stdout == ""
    assert not (tmp_path / "out").exists()


def test_an_example_that_fails_makes_no_document(tmp_path: Path) -> None:
    wrong = {"examples": [{"name": "wrong", "given": {"days": 10, "missed": 1}, "expect": "n"}]}
    ended = rttd("catalog", project(tmp_path, measure(formula="percent(rate >= 0.1)", **wrong)), code=1)
    assert "wrong" in ended.stderr
    assert ended.stdout == ""


def test_a_project_without_measures(tmp_path: Path) -> None:
    folder = write_project(tmp_path, facts=FACTS)
    assert "no measures" in rttd("catalog", folder, code=1).stderr


@pytest.mark.parametrize("arguments", [["--format", "pdf", "--out", "x"], ["--format", ""], ["--format", "md,html"], ["nowhere"]])
def test_what_cannot_be_done(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path))
    ended = rttd("catalog", *arguments, code=2)
    assert ended.stdout == ""
    assert not Path("x").exists()


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = rttd("catalog", project(tmp_path / "p"), "--out", tmp_path / "file" / "out", code=2)
    assert ended.stderr.count("cannot write") == 1
    assert ended.stderr.endswith("it lies on a file, not in a folder\n\nFound 1 error.\n")


def test_a_folder_that_is_being_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (out / ".rttd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rttd("catalog", project(tmp_path / "p"), "--out", out, code=3)
    assert list(out.glob("catalog*")) == []


def test_it_is_made_without_polars(tmp_path: Path) -> None:
    told = "import atexit, sys\natexit.register(lambda: print('polars' in sys.modules, file=sys.stderr))"
    assert rttd_process("catalog", project(tmp_path), before=told, code=0).stderr == "False\n"
