"""What the browser tests share: a site of the example district, and Chromium without JavaScript as people may have it.

Not part of the plain test command: they need the extra `browser` and a Chromium, which `RTTD_CHROMIUM` names
(/usr/bin/chromium if it is not set); `RTTD_AXE` may name a newer axe.min.js, as npm has it.
"""

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import rttd_metrics
from rttd_metrics.reports.output import output_lock

LAKESIDE = Path(__file__).parents[2] / "examples" / "lakeside"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "site"
    report = rttd_metrics.open(LAKESIDE).report()
    with output_lock(folder):
        report.write(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("RTTD_CHROMIUM", "/usr/bin/chromium")
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, as source."""
    packaged = files("axe_core_python").joinpath("axe.min.js")
    return Path(os.environ.get("RTTD_AXE", str(packaged))).read_text(encoding="utf-8")
