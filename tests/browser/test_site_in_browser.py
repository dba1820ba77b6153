"""The site in a browser: found accessible, walked by its links alone, asking for nothing from outside."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

KINDS = {
    "district": "index.html",
    "measure": "measures/chronic_absence_4_8.html",
    "measure of the district": "measures/educator_survey.html",
    "measure of classrooms": "measures/classroom_observation_4_8.html",
    "school": "schools/0201/index.html",
    "students": "schools/0201/students.html",
    "students narrowed": "schools/0201/students.html#b1",
    "classroom": "schools/0201/classes/*.html",
}
WIDTHS, SCHEMES = (375, 1440), ("light", "dark")
LOOKS = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]


def address(site: Path, kind: str) -> str:
    """Where a page of a kind is opened from; of classrooms the one in the middle."""
    path, sign, part = KINDS[kind].partition("#")
    found = sorted(site.glob(path))
    return f"file://{found[len(found) // 2]}{sign}{part}"


def visible_students(page: Page) -> list[str]:
    return page.locator(".students tbody tr").filter(visible=True).all_inner_texts()


class Watched:
    """A context whose requests and complaints are kept."""

    def __init__(self, browser: Browser, width: int, scheme: str, *, scripts: bool) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts, bypass_csp=scripts
        )
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("console", lambda message: self.complaints.append(message.text))

    def open(self, address: str) -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Watched]:
    """A reader without JavaScript."""
    watched = Watched(browser, *request.param, scripts=False)
    yield watched
    watched.context.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def test_axe_finds_no_violation(browser: Browser, site: Path, axe: str, kind: str, look: tuple[int, str]) -> None:
    watched = Watched(browser, *look, scripts=True)
    page = watched.open(address(site, kind))
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    told = [f"{violation['id']}: {violation['nodes'][0]['html']}" for violation in found["violations"]]
    watched.context.close()
    assert told == []


def test_from_the_district_to_one_student_and_back(reader: Watched, site: Path) -> None:
    page = reader.open(f"file://{site}/index.html")
    page.get_by_role("link", name="Lakeside Middle School").first.click()
    assert page.locator("h1").inner_text().startswith("Lakeside Middle School")
    row = page.get_by_role("row", name="Chronically absent students, grades 4-8").first
    count = row.locator(".counts a").first
    number = int(count.inner_text())
    count.click()
    assert page.url.endswith("students.html#b1")
    students = visible_students(page)
    assert len(students) == number
    assert all("✗" in student for student in students)
    assert page.get_by_text(f"Chronically absent students, grades 4-8: of concern, {number}").is_visible()
    assert re.search(r"✗ \d+(\.\d)?% \(\d+/\d+\)", students[0])
    everybody = page.get_by_role("link", name="Show all")
    whole = int(everybody.inner_text().split()[2])
    everybody.click()
    assert len(visible_students(page)) == whole
    assert whole > number
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    crumbs.get_by_role("link", name="Lakeside Middle School").click()
    crumbs.get_by_role("link", name="Lakeside Unified").click()
    assert page.locator("h1").inner_text().startswith("Lakeside Unified")
    assert reader.complaints == []
    assert [address for address in reader.asked if not address.startswith(f"file://{site}/")] == []


def test_a_classroom_and_its_students(reader: Watched, site: Path) -> None:
    page = reader.open(f"file://{site}/schools/0201/index.html")
    page.get_by_role("table", name="Every classroom").get_by_role("link").last.click()
    way = page.get_by_role("link", name="students of this class")
    number = int(way.inner_text().split()[1])
    way.click()
    assert len(visible_students(page)) == number


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_the_window(reader: Watched, site: Path, kind: str) -> None:
    page = reader.open(address(site, kind))
    box = page.locator("body").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.mouse.wheel(500, 0)
    after = page.locator("body").bounding_box()
    assert after is not None
    assert after["x"] == box["x"]


def test_the_keyboard_reaches_the_content_first(reader: Watched, site: Path) -> None:
    page = reader.open(f"file://{site}/index.html")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


@pytest.mark.parametrize("kind", KINDS)
def test_a_printed_page_is_on_paper(browser: Browser, site: Path, kind: str, tmp_path: Path) -> None:
    watched = Watched(browser, 1440, "dark", scripts=True)
    page = watched.open(address(site, kind))
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()")
    assert paper in ("#ffffff", "#fff")
    assert not page.locator(".skip").is_visible()
    assert page.pdf(path=tmp_path / "page.pdf")
    watched.context.close()
