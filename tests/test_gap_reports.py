"""Gaps in reports: under the subgroups of their measure, by themselves, and in every file."""

import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from commands import rttd
from gap_projects import gap, project


def text_of(folder: Path, *options: str) -> list[str]:
    return [" ".join(line.split()) for line in rttd("compute", folder, *options, code=0).stdout.splitlines()]


GAP_LINES = [
    "Asian -18.3~ ≤30.0 ✓ met 12",
    "Black 36.7 ≤30.0 ✗ not met 30",
    "White 0.0 – no target 30",
    "Unknown -26.7~ – no target 2",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two gaps by race, one of them a ratio, and another dimension."""
    ratio = gap("highest", **{"as": "ratio"}) | {"id": "r", "title": "Another"}
    return project(tmp_path, gap("White", target={"annual": {"2012-13": 30}}), ratio,
                   subgroups={"race": "students.race_ethnicity", "part": "students.participating"})  # fmt: skip


def test_a_gap_stands_under_the_subgroups_of_its_measure(folder: Path) -> None:
    lines = text_of(folder, "--subgroup", "race", "--measure", "m")
    start = lines.index("A measure: gap to race White gap target status n")
    assert lines[start - 2] == "Unknown 100.0%~ +37.8 – no target 2"
    assert lines[start + 2 : start + 6] == GAP_LINES
    assert any(line.startswith("gap: how far a subgroup stands behind, in points") for line in lines)
    assert not any("Another" in line or line.startswith("ratio:") for line in lines)
    assert "A measure: gap to race White" not in "\n".join(text_of(folder, "--subgroup", "part"))


def test_a_gap_is_shown_where_it_is_asked_for(folder: Path) -> None:
    lines = text_of(folder, "--measure", "m.gap")
    assert "A measure: gap to race White gap target status n" in lines
    assert [line for line in lines if line in GAP_LINES] == GAP_LINES
    lines = text_of(folder, "--measure", "r.gap", "--unit", "school:B")
    assert "Another: gap to the best subgroup of race ratio target status n" in lines
    assert "Black 0.50~ – no target 20" in lines  # 30 / 60
    lines = text_of(folder, "--measure", "m.gap", "--level", "school")
    assert "B Second School -40.0~✓ 30.0~✓ 0.0~– ·" in lines
    assert "points points points points" in lines
    text = "\n".join(text_of(folder, "--measure", "m.gap", "--level", "student"))
    assert "none of the chosen measures counts single students" in text


def test_the_first_look_leads_to_gaps_and_shows_none(folder: Path) -> None:
    for options in ([], ["--unit", "school:A"], ["--unit", "school:A", "--subgroup", "race"]):
        text = "\n".join(text_of(folder, *options))
        assert ("gap to race White" in text) == ("--subgroup" in options)
        assert "m.gap" not in text  # neither left out nor not measured
        assert ("ID.gap" in text) == (options == [])


def test_every_format_carries_gaps(folder: Path) -> None:
    rttd("compute", folder, "--out", folder / "out", "--format", "csv,json,parquet,xlsx", code=0)
    out = folder / "out"
    rows = pl.read_parquet(out / "results.parquet").filter(measure="m.gap", level="district")
    assert rows["value"].to_list() == [-18.333334, 36.666666, -26.666667, 0.0]  # Asian, Black, Unknown, White
    assert (
        pl.read_csv(out / "results.csv").filter(measure="m.gap", level="district")["value"].to_list() == rows["value"].to_list()
    )
    told = json.loads((out / "results.json").read_text())
    assert [row["value"] for row in told["results"] if (row["measure"], row["level"]) == ("m.gap", "district")] == (
        rows["value"].to_list())  # fmt: skip
    assert [info["gap"] for info in told["run"]["measures"]] == [
        None, {"measure": "m", "dimension": "race", "kind": "difference"},
        None, {"measure": "r", "dimension": "race", "kind": "ratio"}]  # fmt: skip
    book = openpyxl.load_workbook(out / "results.xlsx")
    sheet = book["District"]
    at = {cell.value: number for number, cell in enumerate(sheet[1])}
    shown = [(row[at["subgroup"]].value, row[at["value"]].value, row[at["value"]].number_format)
             for row in sheet.iter_rows(min_row=2) if row[at["measure"]].value == "m.gap"]  # fmt: skip
    assert shown[1] == ("Black", 36.666666, "0.0")
    kinds = {row[0].value: (row[1].value, row[5].value, row[6].value) for row in book["Read me"].iter_rows(max_col=7)}
    assert kinds["m.gap"] == ("A measure: gap to race White", "difference of percent", "decrease")
    assert kinds["r.gap"] == ("Another: gap to the best subgroup of race", "ratio of percent", "increase")


def test_fail_on_is_about_everyone(tmp_path: Path) -> None:
    folder = project(tmp_path, gap("all", target={"annual": {"2012-13": 1}}))
    rttd("compute", folder, "--fail-on", "not_met", "--quiet", code=0)
