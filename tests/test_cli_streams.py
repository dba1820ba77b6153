"""What a pipe, a log, a quiet job and a full disk get from the command line; and what a mistake of ours looks like."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import Ended, rttd, rttd_process
from projects import LAKESIDE, measure, write_project
from rttd_metrics.jobs.project import Project

STUDENTS = "student_id,grade_level\n1,4\n2,9\n3,"
BAD_STUDENTS = "student_id,grade_level\n1,4\n2,Whisper\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three students, of whom one is above grade 4 and one is unknown; nobody is in a class, which is a warning."""
    judged = measure(formula="percent(grade_level > 4)", target={"annual": {"2012-13": 60}})
    enrollments = "student_id,school_id,entry_date\n1,A,2012-09-04\n2,A,2012-09-04\n3,A,2012-09-04"
    return write_project(
        tmp_path / "district", judged, settings={"subgroups": {"grade": "grade_level"}},
        students=STUDENTS, schools="school_id,name\nA,Adams", enrollments=enrollments)  # fmt: skip


def log(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stderr.splitlines()]


# A reader that leaves.


def piped_to_a_reader_that_leaves(*arguments: str | Path) -> tuple[int, str]:
    """The exit code and messages of a command whose reader takes one line and goes, as `head -1` does."""
    command = [sys.executable, "-W", "error", "-m", "rttd_metrics", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        messages = process.stderr.read()
        return process.wait(timeout=60), messages


def test_results_are_written_though_nobody_reads_the_report(tmp_path: Path) -> None:
    code, messages = piped_to_a_reader_that_leaves("compute", LAKESIDE, "--out", tmp_path / "out")
    assert (code, messages) == (0, "")
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_reader_that_leaves_changes_no_exit_code(folder: Path) -> None:
    assert piped_to_a_reader_that_leaves("compute", LAKESIDE, "--output-format", "json") == (0, "")
    code, messages = piped_to_a_reader_that_leaves("compute", LAKESIDE, "--fail-on", "not_met")
    assert code == 1 and messages.startswith("warning: targets not met: ")
    (folder / "measures" / "m.yml").write_text(
        "id: m\n" + "".join(f"key{number}: x\n" for number in range(3000)), encoding="utf-8"
    )
    assert piped_to_a_reader_that_leaves("validate", folder) == (1, "")
    assert piped_to_a_reader_that_leaves("schema", "project") == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["compute", "validate"])
def test_a_disk_that_is_full_is_no_fault_of_ours(folder: Path, command: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        arguments = [sys.executable, "-m", "rttd_metrics", command, folder]
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.endswith("error: cannot write: No space left on device\n")


# Logs.


def test_findings_in_a_log_are_an_object_a_line(folder: Path) -> None:
    (folder / "data" / "students.csv").write_text(BAD_STUDENTS, encoding="utf-8")
    ended = rttd("compute", folder, "--log-format", "json", code=1)
    assert ended.stdout == ""
    found = [(entry["level"], entry["code"], entry["file"], entry.get("line")) for entry in log(ended)]
    assert found == [
        ("warning", "blank-row", "data/students.csv", 4), ("error", "type-error", "data/students.csv", 3),
        ("error", "foreign-key", "data/enrollments.csv", 4)]  # fmt: skip
    assert "Whisper" not in ended.stderr
    # A quiet job is told errors only.
    quiet = log(rttd("compute", folder, "--log-format", "json", "--quiet", code=1))
    assert [entry["code"] for entry in quiet] == ["type-error", "foreign-key"]
    assert log(rttd("compute", folder, "--log-format", "json", "--output-format", "json", code=1)) == log(ended)


def test_a_run_that_is_done_says_so_in_its_log(folder: Path, tmp_path: Path) -> None:
    entries = log(rttd("compute", folder, "--log-format", "json", "--out", tmp_path / "out", code=0))
    assert entries[-1]["message"] == f"run {entries[-1]['run_id']} done"
    written = [Path(entry["path"]).name for entry in entries if entry["message"].startswith("wrote ")]
    assert sorted(written) == ["manifest.json", "results.csv", "student_results.csv"]
    assert [entry["code"] for entry in entries if entry["level"] == "warning"] == ["unplaced"]


def test_quiet_leaves_errors_only(folder: Path) -> None:
    assert "unplaced" in rttd("compute", folder, code=0).stderr
    assert rttd("compute", folder, "--quiet", code=0) == Ended(0, "", "")
    (folder / "data" / "students.csv").write_text(BAD_STUDENTS, encoding="utf-8")
    ended = rttd("compute", folder, "--quiet", code=1)
    assert "error[type-error]" in ended.stderr and "warning" not in ended.stderr
    # A label that the standard tables do not know is a warning of the definitions.
    labels = [{"name": "status", "categories": ["present", "away"]}]
    write_project(folder, settings={"tables": [{"name": "attendance", "schema": {"fields": labels}}]})
    assert "warning[unknown-label]" in rttd("validate", folder, code=0).stdout
    assert rttd("validate", folder, code=0).stdout.endswith("1 measure with 0 examples: no errors.\n")
    assert rttd("validate", folder, "--quiet", code=0) == Ended(0, "", "")


def test_nothing_but_the_result_where_all_is_well(tmp_path: Path) -> None:
    ended = rttd("compute", LAKESIDE, "--output-format", "json", code=0)
    assert ended.stderr == ""
    assert json.loads(ended.stdout)["run"]["district_name"] == "Lakeside Unified"


def test_a_terminal_that_knows_ascii_only(tmp_path: Path) -> None:
    ended = rttd_process("compute", LAKESIDE, code=0, PYTHONIOENCODING="ascii")
    assert ended.stdout.isascii() and ended.stderr == ""


# Mistakes of the user.


@pytest.mark.parametrize(("options", "says"), [
    (("--unit", "Adams"), "write LEVEL:ID, such as school:0102"),
    (("--unit", "schol:A"), "did you mean 'school'?"),
    (("--unit", "school:Adams"), "did you mean 'A' (Adams)?"),
    (("--measure", "mm"), "did you mean 'm'?"),
    (("--subgroup", "grad"), "did you mean 'grade'?"),
    (("--school-year", "soon"), "'soon' is no school year"),
    (("--as-of", "2012-06-30"), "on 2012-06-30 the school year 2012-13 has not begun: its first day is 2012-07-01"),
    (("--school-year", "2013-14", "--as-of", "2012-12-01"), "the school year 2013-14 has not begun"),
])  # fmt: skip
def test_options_that_make_no_sense_write_nothing(folder: Path, tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    ended = rttd("compute", folder, *options, "--out", tmp_path / "out", code=2)
    assert says in ended.stderr and ended.stdout == ""
    assert not list(tmp_path.glob("out/*results*"))


def test_options_are_looked_at_before_the_data(folder: Path) -> None:
    (folder / "data" / "students.csv").unlink()
    assert "'soon' is no school year" in rttd("compute", folder, "--school-year", "soon", code=2).stderr
    assert "'abacus'" in rttd("compute", folder, "--engine", "abacus", code=2).stderr


@pytest.mark.parametrize("command", ["compute", "validate", "test", "init", "schema"])
def test_every_command_has_help_that_loads_nothing_heavy(command: str) -> None:
    heavy = "import atexit, sys\nnames = ('polars', 'lark', 'yaml', 'narwhals', 'xlsxwriter')\n"
    told = "atexit.register(lambda: print([name for name in names if name in sys.modules]))"
    ended = rttd_process(command, "--help", before=heavy + told, code=0)
    assert ended.stdout.startswith("Usage: ") and ended.stdout.endswith("[]\n")
    assert "--quiet" in ended.stdout


def test_definitions_are_checked_without_polars(folder: Path) -> None:
    told = "import atexit, sys\natexit.register(lambda: print('polars' in sys.modules))"
    assert rttd_process("validate", folder, before=told, code=0).stdout.endswith("False\n")


# Mistakes of ours.


def test_a_fault_of_ours_tells_where_and_nothing_of_the_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Whis" + "per")  # the traceback shows this line, but not the value

    monkeypatch.setattr(Project, "compute", fail)
    ended = rttd("compute", folder, code=2)
    assert ended.stderr.startswith("error: a fault of rttd itself: ValueError at test_cli_streams.py:")
    assert len(ended.stderr.splitlines()) == 1 and ended.stdout == ""
    told = rttd("compute", folder, "--verbose", code=2).stderr
    assert "in fail" in told and "Whisper" not in told + ended.stderr


def test_an_interrupted_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "compute", stop)
    assert rttd("compute", folder, code=2).stderr == "warning: interrupted\n"


def test_a_project_may_be_named_by_its_file_and_from_inside(folder: Path) -> None:
    assert rttd_process("compute", "rttd.yml", "--quiet", folder=folder, code=0) == Ended(0, "", "")
    assert rttd_process("compute", ".", "--quiet", folder=folder, code=0) == Ended(0, "", "")
    assert rttd("compute", folder / "rttd.yml", "--quiet", code=0) == Ended(0, "", "")
    (folder / "rttd.yml").write_text("district: 5\n", encoding="utf-8")
    # The line is shown, wherever the command is given.
    assert "    1 | district: 5" in rttd("compute", folder / "rttd.yml", code=1).stderr
    assert os.fspath(folder) not in rttd("compute", folder, code=1).stderr
