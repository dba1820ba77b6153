"""The command line: exit codes, what goes where, and that no mistake ends in a traceback."""

import fcntl
import json
from pathlib import Path

import pytest

from commands import rttd, rttd_process
from projects import LAKESIDE, cell, compute, measure, write_project

STUDENTS = "student_id,grade_level\n1,4\n2,9\n3,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three students: one in grade 4, one in grade 9, one of whom no grade is known."""
    judged = measure(formula="percent(grade_level > 4)", target={"annual": {"2012-13": 60}})
    stays = "\n".join(["student_id,school_id,entry_date", *(f"{student},A,2012-09-04" for student in (1, 2, 3))])
    return write_project(tmp_path / "district", judged, students=STUDENTS, schools="school_id,name\nA,Adams", enrollments=stays)


@pytest.mark.parametrize(("arguments", "said"), [
    (("compute", "nowhere"), "there is no file or folder 'nowhere'"),
    (("compute", str(LAKESIDE / "data")), "holds no rttd.yml"),
    (("compute", str(LAKESIDE / "README.md")), "holds no rttd.yml"),
    (("validate", "nowhere"), "there is no file or folder 'nowhere'"),
    (("test", "nowhere"), "there is no file or folder 'nowhere'"),
    (("compute", str(LAKESIDE), "--colour"), "No such option"),
    (("compute", str(LAKESIDE), "--format", "pdf"), "choose from csv, parquet, json, xlsx"),
    (("compute", str(LAKESIDE), "--as-of", "tomorrow"), "write it like 2012-11-16"),
    (("compute", str(LAKESIDE), "--school-year", "2012-14"), "write it like 2012-13"),
    (("compute", str(LAKESIDE), "--engine", "abacus"), "polars"),
    (("compute", str(LAKESIDE), "--level", "state"), "district"),
    (("comput", str(LAKESIDE)), "No such command"),
])  # fmt: skip
def test_what_cannot_run_exits_with_2_and_one_message(arguments: tuple[str, ...], said: str) -> None:
    ended = rttd_process(*arguments, code=2)
    assert said in " ".join(ended.stderr.split())
    assert ended.stdout == ""


def test_a_choice_that_the_run_does_not_have_is_answered_with_what_was_meant(folder: Path) -> None:
    for option, given, meant in (
        ("--measure", "n", "m"),
        ("--unit", "school:B", "no school 'B'"),
        ("--subgroup", "race", "no subgroups"),
    ):
        ended = rttd("compute", folder, option, given, code=2)
        assert meant in ended.stderr
        assert ended.stdout == ""


def test_results_on_stdout_and_messages_on_stderr(folder: Path) -> None:
    ended = rttd_process("compute", folder, code=0)
    assert "50.0%" in ended.stdout  # one of the two whose grade is known is above 4
    assert "unplaced" in ended.stderr


def test_quiet_says_nothing_and_still_writes(folder: Path, tmp_path: Path) -> None:
    ended = rttd_process("compute", folder, "--quiet", "--out", tmp_path / "out", "--format", "csv,parquet", code=0)
    assert (ended.stdout, ended.stderr) == ("", "")
    assert sorted(path.name for path in (tmp_path / "out").glob("*results*")) == [
        "results.csv", "results.parquet", "student_results.csv", "student_results.parquet"]  # fmt: skip
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "out").iterdir())


def test_two_runs_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    every = "csv,parquet,json,xlsx"
    for name in ("one", "two"):
        rttd_process(
            "compute", folder, "--quiet", "--out", tmp_path / name, "--format", every, code=0, TZ="Asia/Tokyo", LC_ALL="C"
        )
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.name != ".rttd.lock"}
                for name in ("one", "two"))  # fmt: skip
    assert one == two
    assert len(one) == 8  # two frames in three formats, a workbook and the manifest


def test_an_output_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for place in ("file", "file/below"):
        ended = rttd_process("compute", folder, "--quiet", "--out", tmp_path / place, code=2)
        assert "not in a folder" in ended.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_another_run_holds(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".rttd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = rttd_process("compute", folder, "--out", tmp_path / "out", code=3)
    assert "is writing to" in ended.stderr
    assert ended.stdout == ""


def test_a_measure_beside_the_portfolio_fails_no_run(folder: Path) -> None:
    file = folder / "measures" / "m.yml"
    file.write_text(file.read_text(encoding="utf-8") + "portfolio: false\n", encoding="utf-8")
    rttd("compute", folder, "--fail-on", "not_met", code=0)


def test_fail_on_a_target_that_is_not_met(folder: Path) -> None:
    assert "targets not met: m" in rttd("compute", folder, "--fail-on", "not_met", code=1).stderr  # 50 is less than 60
    rttd("compute", folder, code=0)


def test_json_is_json(folder: Path) -> None:
    told = json.loads(rttd("compute", folder, "--output-format", "json", "--quiet", code=0).stdout)
    assert told["run"]["district_name"] == "District"
    assert {row["level"] for row in told["results"]} == {"district", "school"}
    assert json.loads(rttd("validate", folder, "--output-format", "json", code=0).stdout) == {"problems": []}


def test_logs_as_json_are_an_object_a_line(folder: Path, tmp_path: Path) -> None:
    ended = rttd_process("compute", folder, "--quiet", "--log-format", "json", "--out", tmp_path / "out", code=0)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert lines and all({"level", "message", "run_id"} <= line.keys() for line in lines)


def test_help_is_quick() -> None:
    heavy = (
        "import sys, atexit\n"
        "atexit.register(lambda: print([name for name in ('polars', 'pydantic', 'lark') if name in sys.modules]))"
    )
    assert rttd_process("--help", before=heavy, code=0).stdout.endswith("[]\n")


def test_no_network_is_touched(folder: Path, tmp_path: Path) -> None:
    shut = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('a network was touched')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse"
    )
    rttd_process("compute", folder, "--out", tmp_path / "out", "--format", "csv,parquet,json,xlsx", before=shut, code=0)


def test_no_colour_where_none_is_wanted(folder: Path) -> None:
    ended = rttd_process("compute", folder, code=0, NO_COLOR="1", FORCE_COLOR="")
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_failing_example_stops_the_run(folder: Path) -> None:
    wrong = measure(
        formula="percent(grade_level > 4)", examples=[{"name": "four", "given": {"grade_level": 4}, "expect": "numerator"}]
    )
    write_project(folder, wrong)
    for command in ("compute", "test"):
        ended = rttd(command, folder, code=1)
        assert "example 'four' of m: expected numerator, found n, value 0" in (ended.stdout + ended.stderr)


def test_the_python_api_gives_what_the_command_prints(folder: Path) -> None:
    assert cell(compute(folder))["value"] == 50  # 1 / 2 * 100
