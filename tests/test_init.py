"""`rttd init`: the project it starts is right and computes at once; nothing that was there is touched."""

import csv
import errno
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from projects import compute, role
from rttd_metrics.cli.main import app
from rttd_metrics.jobs.init import FolderNotEmpty, start_project


def rttd(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def district(tmp_path: Path) -> Path:
    start_project(tmp_path / "district")
    return tmp_path / "district"


def test_init_names_what_it_wrote_and_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "district"
    done = rttd("init", folder)
    assert done.exit_code == 0
    said = done.output.splitlines()
    assert {line.removeprefix("wrote ") for line in said[:-2]} == {str(folder / name) for name in files(folder)}
    assert said[-1] == f"Now: rttd compute {folder}"
    assert {"rttd.yml", "README.md", ".gitignore", "measures/facts.yml", "data/students.csv"} <= set(files(folder))


def test_a_new_project_has_no_problem_and_no_warning(district: Path) -> None:
    validated, tested, computed = (rttd(command, district) for command in ("validate", "test", "compute"))
    assert [done.exit_code for done in (validated, tested, computed)] == [0, 0, 0]
    assert validated.output.endswith(": no problems.\n")
    assert tested.output.count("\n") == 1  # the sum of the examples; no failure, no clause that none reaches
    assert tested.output.endswith("; 0 clauses not reached both ways.\n")
    assert computed.stderr == ""
    assert "Students often late" in computed.stdout


def test_the_commands_of_its_readme_run(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(district)
    lines = re.findall(r"^    (rttd .+)$", (district / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 6
    for line in lines:
        done = rttd(*shlex.split(line, comments=True)[1:])
        assert (done.exit_code, done.stderr) == (0, ""), line
    assert (district / "out" / "results.xlsx").exists()


def test_the_students_that_its_readme_names(district: Path) -> None:
    days = Counter(row["school_id"] for row in rows(district, "calendar") if row["date"] >= "2013-01-22")
    missed = Counter(row["school_id"] for row in rows(district, "attendance") if row["student_id"] == "00104")
    assert (missed["0102"], days["0102"]) == (10, 92)  # 10 / 92 = 10.9 %, as the README says; over the year 16 / 185 = 8.6 %
    run = compute(district)
    assert role(run, "00104", measure="chronic_absence_4_8") == "n"
    assert role(run, "00104", "0102", measure="chronic_absence_4_8") == "numerator"
    assert [role(run, "00111", measure=name) for name in ("chronic_absence_4_8", "often_late")] == ["excluded", "excluded"]


def test_its_own_measure_counts_late_days(district: Path) -> None:
    late = Counter(row["student_id"] for row in rows(district, "attendance") if row["status"] == "tardy")
    run = compute(district)
    [found] = run.results.filter(measure="often_late", level="district", dimension="all").to_dicts()
    assert found["numerator"] == sum(count >= 5 for count in late.values()) > 0
    assert (found["population"], found["excluded"], found["n"]) == (12, 1, 11)  # 12 students, one enrolled for 5 days


def rows(district: Path, table: str) -> list[dict[str, str]]:
    with (district / "data" / f"{table}.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_two_projects_are_alike_byte_for_byte(district: Path, tmp_path: Path) -> None:
    start_project(tmp_path / "other")
    assert files(district) == files(tmp_path / "other")


def test_the_example_table_in_its_rttd_yml_is_right_when_it_is_switched_on(district: Path) -> None:
    text = (district / "rttd.yml").read_text()
    before, mark, commented = text.partition("# tables:\n")
    assert mark
    switched = "".join(line.removeprefix("# ") for line in (mark + commented).splitlines(keepends=True))
    (district / "rttd.yml").write_text(before + switched)
    done = rttd("validate", district)
    assert (done.exit_code, done.output.count("warning")) == (0, 0)


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert start_project(tmp_path) == [tmp_path / name for name in sorted(files(tmp_path))]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = rttd("init", tmp_path)
    assert done.exit_code == 2
    assert f"'{tmp_path}' already holds files" in done.stderr
    assert files(tmp_path) == {"notes.txt": b"mine"}
    with pytest.raises(FolderNotEmpty):
        start_project(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "district"
    file.write_text("mine")
    for folder in (file, file / "below"):
        done = rttd("init", folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "cannot be made: Not a directory" in done.stderr
    assert file.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *arguments: Any, **options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = rttd("init", tmp_path / "district")
    assert done.exit_code == 2
    assert "cannot be made: Permission denied" in done.stderr


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "students.csv":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    done = rttd("init", tmp_path / "new" / "district")
    assert done.exit_code == 2
    assert "cannot be made: No space left on device" in done.stderr
    assert list(tmp_path.iterdir()) == []
