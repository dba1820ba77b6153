"""`rttd synth`: faults on request, and what the command refuses."""

import errno
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from synth_files import faults, records, rows, synth

# -- Faults on request ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("students", "dirty", "missing"), [(50, 0.002, 0.0), (50, 0.02, 0.05), (20, 1.0, 0.0)])
def test_every_dirty_cell_is_listed_and_no_other(tmp_path: Path, students: int, dirty: float, missing: float) -> None:
    folder = synth(tmp_path, "--students", students, "--dirty", dirty, "--missing", missing, "--years", 2)
    listed = records((folder / "dirty.csv").read_bytes())
    told = [(row["file"], int(row["line"]), row["column"], row["rule"]) for row in listed]
    assert told == sorted(told, key=lambda fault: fault[:2])
    assert set(told) == faults(folder)
    assert len({fault[:2] for fault in told}) == len(told)  # one a row
    if dirty >= 0.02:
        assert {fault[3] for fault in told} == {"type-error", "category", "foreign-key", "required"}


def test_a_share_of_the_cells_is_dirty_or_missing(tmp_path: Path) -> None:
    clean = synth(tmp_path, "--students", 60, name="clean")
    spoilt = synth(tmp_path, "--students", 60, "--missing", 0.1, "--dirty", 0.01, name="spoilt")
    empty = [
        sum(not row["excused"] for row in rows(folder, "attendance") if row["status"] == "absent") for folder in (clean, spoilt)
    ]
    absent = sum(row["status"] == "absent" for row in rows(clean, "attendance"))
    assert empty[0] == 0
    assert 0.07 < empty[1] / absent < 0.13
    listed = [row for row in records((spoilt / "dirty.csv").read_bytes()) if row["file"] == "data/attendance.csv"]
    assert 0.007 < len([row for row in listed if row["column"] == "date"]) / len(rows(clean, "attendance")) < 0.013
    assert not (clean / "dirty.csv").exists()


def test_compute_finds_the_dirty_cells_where_they_are(tmp_path: Path) -> None:
    folder = synth(tmp_path, "--students", 60, "--dirty", 0.001)
    listed = {(row["rule"], row["file"], int(row["line"])) for row in records((folder / "dirty.csv").read_bytes())}
    found = rttd("compute", folder, "--output-format", "json", code=1).found
    assert found
    assert set(found) <= listed
    rttd("compute", folder, "--keep-going", "--quiet", code=0)


def test_missing_cells_are_no_findings(tmp_path: Path) -> None:
    folder = synth(tmp_path, "--students", 60, "--missing", 0.3)
    assert faults(folder) == set()
    assert "error" not in rttd("compute", folder, code=0).stderr


# -- The command ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "said"), [
    (("--students", "0"), "--students"),
    (("--students", "many"), "--students"),
    (("--years", "0"), "--years"),
    (("--seed", "-1"), "--seed"),
    (("--seed", "x"), "--seed"),
    (("--missing", "1.5"), "--missing"),
    (("--dirty", "-0.1"), "--dirty"),
    (("--format", "edfi"), "--format"),
    (("--format", "oneroster-1.1", "--years", "2"), "a OneRoster bundle holds one school year"),
    (("--format", "oneroster-1.2", "--dirty", "0.1"), "leave out"),
])  # fmt: skip
def test_what_cannot_be_made_is_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in rttd("synth", tmp_path / "made", *arguments, code=2).stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["made", "made.zip"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "made":
        path.mkdir()
        (path / "mine.csv").write_text("mine", encoding="utf-8")
    else:
        path.write_text("mine", encoding="utf-8")
    assert "already holds files" in rttd("synth", path, "--students", "5", code=2).stderr
    assert (path / "mine.csv" if name == "made" else path).read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "cannot be made" in rttd("synth", tmp_path / "file", "--students", "5", code=2).stderr
    assert "cannot be made" in rttd("synth", tmp_path / "file" / "below", "--students", "5", code=2).stderr


@pytest.mark.parametrize("name", ["made", "made.zip"])
def test_of_a_district_that_cannot_be_finished_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from rttd_metrics.synth.writing import Folder

    written = Folder.write

    def fails(self: Folder, table: str, frame: Any) -> None:
        if table == "rosters":
            raise OSError(errno.ENOSPC, "No space left on device")
        written(self, table, frame)

    monkeypatch.setattr(Folder, "write", fails)
    assert "No space left on device" in rttd("synth", tmp_path / name, "--students", "5", code=2).stderr
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    told = rttd("synth", tmp_path / "made", "--students", "5", code=0).stdout
    assert "5 students" in told
    assert f"rttd compute {tmp_path / 'made'}" in told
    told = rttd("synth", tmp_path / "b.zip", "--students", "5", "--format", "oneroster-1.1", code=0).stdout
    assert f"rttd init NEW --from {tmp_path / 'b.zip'}" in told
