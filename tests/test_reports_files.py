"""The files of a run: what stands in them, that they are replaced whole or not at all, and the lock of their folder."""

import csv
import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from report_runs import ADAMS, LAKESIDE, RESULTS, make_run, row, student
from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA
from rttd_metrics.reports.files import (
    FORMATS,
    FolderLocked,
    OutputError,
    output_lock,
    run_as_json,
    write_results,
)

NAMES = [
    "results.csv", "student_results.csv", "results.parquet", "student_results.parquet", "results.json",
    "student_results.json", "results.xlsx", "manifest.json",
]  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_format_is_written_and_the_manifest_last(tmp_path: Path) -> None:
    paths = write_results(make_run(), tmp_path / "out", ["xlsx", "csv", "json", "parquet", "csv"])
    assert [path.name for path in paths] == NAMES
    assert sorted(contents(tmp_path / "out")) == sorted(NAMES)


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    paths = write_results(make_run(), tmp_path, ["parquet"])
    assert [path.name for path in paths] == ["results.parquet", "student_results.parquet", "manifest.json"]
    with pytest.raises(ValueError, match="excel"):
        write_results(make_run(), tmp_path, ["excel"])


def test_parquet_holds_the_frames_as_they_are(tmp_path: Path) -> None:
    run = make_run()
    write_results(run, tmp_path, ["parquet"])
    frame = pl.read_parquet(tmp_path / "results.parquet")
    assert frame.schema == pl.Schema(RESULT_SCHEMA)
    assert_frame_equal(frame, run.results)
    assert_frame_equal(pl.read_parquet(tmp_path / "student_results.parquet"), run.student_results)


def test_csv_holds_every_row_and_all_decimals(tmp_path: Path) -> None:
    rows = [row("chronic_absence", LAKESIDE, 0.000001, "met", baseline=-4.5), row("chronic_absence", ADAMS, 14.285714, "met")]
    write_results(make_run(rows), tmp_path, ["csv"])
    first, second = read_csv(tmp_path / "results.csv")
    assert list(first) == list(RESULT_SCHEMA)
    assert (first["level"], first["value"], first["baseline"]) == ("district", "0.000001", "-4.5")
    assert (second["value"], second["baseline"], second["as_of"], second["unit_id"]) == ("14.285714", "", "2012-11-16", "0101")
    assert list(read_csv(tmp_path / "student_results.csv")[0]) == list(STUDENT_RESULT_SCHEMA)


def test_csv_reads_back_as_the_frame(tmp_path: Path) -> None:
    run = make_run()
    write_results(run, tmp_path, ["csv"])
    assert_frame_equal(pl.read_csv(tmp_path / "results.csv", schema=RESULT_SCHEMA), run.results)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_of_a_csv_is_a_formula(tmp_path: Path, start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    run = make_run([row("chronic_absence", ADAMS | {"unit_name": name}, -1.5, "met", subgroup=f"{start}1")])
    write_results(run, tmp_path, ["csv"])
    [written] = read_csv(tmp_path / "results.csv")
    assert written["unit_name"] == f"'{name}"
    assert written["subgroup"] == f"'{start}1"
    assert written["value"] == "-1.5"  # a number stays a number
    write_results(run, tmp_path, ["csv"], raw_csv=True)
    [written] = read_csv(tmp_path / "results.csv")
    assert written["unit_name"] == name


def test_ids_of_students_are_no_formulas_either(tmp_path: Path) -> None:
    frame = pl.DataFrame([student("=1+1", "@x", "n", 0.0, True)], schema=STUDENT_RESULT_SCHEMA)
    write_results(make_run(student_results=frame), tmp_path, ["csv"])
    [written] = read_csv(tmp_path / "student_results.csv")
    assert (written["student_id"], written["school_id"]) == ("'=1+1", "'@x")


@given(name=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
@settings(max_examples=50, deadline=None)
def test_any_text_survives_csv_and_json(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("out")
    write_results(make_run([row("chronic_absence", ADAMS | {"unit_name": name}, 1.0, "met")]), folder, ["csv", "json"])
    [written] = read_csv(folder / "results.csv")
    assert written["unit_name"] in (name, f"'{name}")
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))["results"][0]["unit_name"] == name


def test_json_is_an_object_of_run_and_rows(tmp_path: Path) -> None:
    run = make_run()
    write_results(run, tmp_path, ["json"])
    text = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert run_as_json(run) == text
    read = json.loads(text)
    assert list(read) == ["run", "results"]
    about = {key: value for key, value in read["run"].items() if key != "measures"}
    assert about == {
        "run_id": "3f9c2a71b0de", "version": "0.1.0", "district_id": "0600001", "district_name": "Lakeside Unified",
        "school_year": "2012-13", "as_of": "2012-11-16", "data_through": "2012-11-14",
    }  # fmt: skip
    assert [measure["id"] for measure in read["run"]["measures"]] == ["chronic_absence", "observation", "educator_survey"]
    assert len(read["results"]) == len(RESULTS)
    assert list(read["results"][0]) == list(RESULT_SCHEMA)
    assert "Peña" in text
    students = json.loads((tmp_path / "student_results.json").read_text(encoding="utf-8"))
    assert students["student_results"][0]["student_id"] == "S1"


def test_json_of_no_rows_is_json() -> None:
    assert json.loads(run_as_json(make_run([])))["results"] == []


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_results(make_run(), tmp_path / name, FORMATS)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "deep" / "out"
        with output_lock(folder):
            write_results(make_run(), folder, FORMATS)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_manifest_knows_what_went_in_and_came_out(tmp_path: Path) -> None:
    write_results(make_run(), tmp_path, FORMATS)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["run_id"], manifest["version"], manifest["school_year"]) == ("3f9c2a71b0de", "0.1.0", "2012-13")
    assert (manifest["as_of"], manifest["data_through"]) == ("2012-11-16", "2012-11-14")
    assert manifest["inputs"] == [{"path": "data/attendance.csv", "sha256": "ab" * 32}]
    assert manifest["outputs"] == [
        {"path": name, "sha256": hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()} for name in NAMES[:-1]
    ]


def failing(monkeypatch: pytest.MonkeyPatch, name: str, at: int) -> Callable[[], int]:
    """Let the call number `at` of os.NAME find a full disk; returns how often it was called."""
    calls = 0
    real: Callable[..., Any] = getattr(os, name)

    def call(*arguments: Any, **keys: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **keys)

    monkeypatch.setattr(os, name, call)
    return lambda: calls


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_failure_at_any_step_costs_nothing(tmp_path: Path, call: str) -> None:
    """Every file is the old or the new one, whole; nothing is left beside them; the manifest is the last to change."""
    formats = ["csv", "parquet", "json"]
    old, new = make_run(), make_run(RESULTS[:3], run_id="new")
    write_results(new, tmp_path / "new", formats)
    for at in range(1, 100):
        folder = tmp_path / f"{call}{at}"
        write_results(old, folder, formats)
        before, after = contents(folder), contents(tmp_path / "new")
        with pytest.MonkeyPatch.context() as monkeypatch:
            calls = failing(monkeypatch, call, at)
            try:
                write_results(new, folder, formats)
            except OutputError as error:
                assert "No space left" in error.reason
            if calls() < at:
                break
        found = contents(folder)
        assert found.keys() == before.keys()
        assert all(found[name] in (before[name], after[name]) for name in found)
        if found["manifest.json"] == after["manifest.json"]:
            assert found == after
        if call == "open" and at <= len(NAMES) - 2:  # while files are being staged
            assert found == before
    else:
        pytest.fail("never got through")
    assert contents(folder) == contents(tmp_path / "new")


def test_a_full_disk_while_a_workbook_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_results(make_run(), tmp_path, ["xlsx"])
    before = contents(tmp_path)
    full = failing(monkeypatch, "utime", 3)  # the workbook's parts are being packed
    with pytest.raises(OutputError, match="No space left"):
        write_results(make_run(RESULTS[:3], run_id="new"), tmp_path, ["xlsx"])
    assert full() == 3
    assert contents(tmp_path) == before


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rttd_metrics.reports.files.write_workbook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_results(make_run(), tmp_path, FORMATS)
    assert contents(tmp_path) == {}


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(OutputError) as raised:
            write_results(make_run(), folder, ["csv"])
        assert raised.value.reason == "it lies on a file, not in a folder"
        with pytest.raises(OutputError), output_lock(folder):
            pass


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.csv").symlink_to(tmp_path / "elsewhere")
    write_results(make_run(), out, ["csv"])
    assert (tmp_path / "elsewhere").read_text() == "precious"


HOLD = """
import sys, time
from pathlib import Path
from rttd_metrics.reports.files import output_lock
with output_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FolderLocked) as raised, output_lock(tmp_path):
            pass
        assert raised.value.pid == holder.pid
        assert f"process {holder.pid} is writing to {tmp_path}" in str(raised.value)
        holder.kill()  # without any chance to tidy up
    with output_lock(tmp_path):
        pass


def test_the_lock_is_released_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), output_lock(tmp_path):
        1 / 0  # noqa: B018 - any error will do
    with output_lock(tmp_path), pytest.raises(FolderLocked), output_lock(tmp_path):
        pass


def test_what_a_killed_run_left_is_cleared_under_the_lock(tmp_path: Path) -> None:
    (tmp_path / ".results.csv.tmp-123").write_text("students")
    (tmp_path / ".results.xlsx.tmp-123.d").mkdir()
    (tmp_path / ".results.xlsx.tmp-123.d" / "part").write_text("students")
    (tmp_path / "results.csv").write_text("kept")
    (tmp_path / ".notes.tmp").write_text("kept")
    with output_lock(tmp_path):
        pass
    assert sorted(contents(tmp_path)) == [".notes.tmp", ".rttd.lock", "results.csv"]
