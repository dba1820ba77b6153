"""A ZIP is read in place, member by member, and an archive that is unsafe or damaged is refused in plain words."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, write_project
from rttd_metrics.data import archive
from rttd_metrics.data.archive import ArchiveError, Member, members, parted
from rttd_metrics.problems import ProblemError

SCHOOLS = "school_id,name\nA,First School"
STUDENTS = "student_id,grade_level\n007,4\n008,5\n"


def packed(path: Path, **files: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def project(folder: Path, path: str) -> Path:
    return write_project(folder, measure(formula="percent(grade_level = 4)"),
                         schools=SCHOOLS, settings={"tables": [{"name": "students", "path": path}]})  # fmt: skip


def told(folder: Path) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(ProblemError) as stopped:
        compute(folder)
    return [(problem.code, problem.file, problem.line) for problem in stopped.value.problems if problem.severity == "error"]


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveError) as refused:
        members(path)
    return refused.value.strerror or ""


def test_a_table_is_read_from_a_file_in_an_archive(tmp_path: Path) -> None:
    folder = project(tmp_path, "data/export.zip/out/students.csv")
    packed(tmp_path / "data" / "export.zip", **{"out/students.csv": STUDENTS, "readme.txt": "x"})
    run = compute(folder)
    assert cell(run)["value"] == 50.0
    assert run.student_results["student_id"].to_list() == ["007", "008"]
    assert [shown for shown, _ in run.files if "students" in shown] == ["data/export.zip/out/students.csv"]
    assert not list((tmp_path / "data").glob("**/students.csv"))  # nothing is unpacked


def test_an_archive_and_a_folder_of_the_same_files_give_the_same_numbers(tmp_path: Path) -> None:
    encoded = "student_id,grade_level\nÉ,4\n".encode("utf-16")
    for folder, path in ((tmp_path / "a", "data/students.csv"), (tmp_path / "b", "data/x.zip/students.csv")):
        table = {"name": "students", "path": path, "encoding": "utf-16"}
        write_project(folder, measure(formula="percent(grade_level = 4)"), schools=SCHOOLS, settings={"tables": [table]})
    (tmp_path / "a" / "data" / "students.csv").write_bytes(encoded)
    packed(tmp_path / "b" / "data" / "x.zip", **{"students.csv": encoded})
    plain, zipped = (compute(tmp_path / name) for name in "ab")
    assert plain.results.drop("run_id").equals(zipped.results.drop("run_id"))


def test_a_finding_in_an_archive_stands_at_its_line(tmp_path: Path) -> None:
    folder = project(tmp_path, "data/x.zip/students.csv")
    packed(tmp_path / "data" / "x.zip", **{"students.csv": 'student_id,grade_level\n"0\n7",4\n008,five\n'})
    assert told(folder) == [("type-error", "data/x.zip/students.csv", 4)]
    packed(tmp_path / "data" / "x.zip", **{"students.csv": STUDENTS + "009\n"})
    assert told(folder) == [("missing-cell", "data/x.zip/students.csv", 4)]


def test_a_file_that_an_archive_lacks_is_missing(tmp_path: Path) -> None:
    folder = project(tmp_path, "data/x.zip/students.csv")
    assert told(folder) == [("missing-file", "data/x.zip/students.csv", None)]
    packed(tmp_path / "data" / "x.zip", **{"pupils.csv": STUDENTS})
    assert told(folder) == [("missing-file", "data/x.zip/students.csv", None)]


def test_an_archive_outside_the_project_is_not_read(tmp_path: Path) -> None:
    folder = project(tmp_path / "inside", "data/x.zip/students.csv")
    packed(tmp_path / "outside.zip", **{"students.csv": STUDENTS})
    (folder / "data" / "x.zip").symlink_to(tmp_path / "outside.zip")
    assert told(folder) == [("source-error", "data/x.zip/students.csv", None)]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("data/x.zip/a/b.csv", ("data/x.zip", "a/b.csv")),
        ("X.ZIP/b.csv", ("X.ZIP", "b.csv")),
        ("data/x.zip", None),
        ("data/students.csv", None),
    ],
)
def test_which_paths_lead_into_an_archive(path: str, names: tuple[str, str] | None) -> None:
    assert parted(path) == names


@pytest.mark.parametrize(
    "name", ["../students.csv", "/etc/students.csv", "a/../../s.csv", "C:/s.csv", "a\\s.csv", "a//s.csv", "./s.csv", "a\x01.csv"]
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", **{"students.csv": STUDENTS, name: "x"})
    assert "name that leads out of it" in refusal(path)
    folder = project(tmp_path, "data/x.zip/students.csv")
    path.rename(tmp_path / "data" / "x.zip")
    assert told(folder) == [("source-error", "data/x.zip/students.csv", None)]


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("students.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    assert "no plain name" in refusal(tmp_path / "x.zip")


@pytest.mark.parametrize("second", ["students.csv", "Students.csv", "STUDENTS.CSV"])
def test_two_files_of_one_name_are_refused(tmp_path: Path, second: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("students.csv", STUDENTS)
        if second == "students.csv":
            with pytest.warns(UserWarning, match="Duplicate name"):
                made.writestr(second, STUDENTS)
        else:
            made.writestr(second, STUDENTS)
    assert "two files of one name" in refusal(tmp_path / "x.zip")


def test_names_that_differ_in_their_accents_form_only_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"\u00e9.csv": "x", "e\u0301.csv": "x"})
    assert "two files of one name" in refusal(path)


@pytest.mark.parametrize("name", ["inner.zip", "a/inner.ZIP", "a.tar.gz", "a.7z"])
def test_an_archive_in_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert "another archive" in refusal(packed(tmp_path / "x.zip", **{name: "x"}))


def test_an_archive_that_calls_itself_a_csv_is_refused(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", **{"students.csv": STUDENTS}).read_bytes()
    path = packed(tmp_path / "x.zip", **{"students.csv": inner})
    with pytest.raises(ArchiveError, match="another archive"):
        Member(path, "students.csv").read_bytes()


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"students.csv": b"0" * (2 << 20)})
    assert "100 times as large" in refusal(path)


def test_a_small_file_may_pack_well(tmp_path: Path) -> None:
    assert set(members(packed(tmp_path / "x.zip", **{"students.csv": b"0" * (1 << 20)}))) == {"students.csv"}


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MOST_FILES", 1, "more than 1 files"),
        ("LARGEST_FILE", 10, "larger than 0 GiB"),
        ("LARGEST_TOTAL", 50, "more than 0 GiB"),
    ],
)
def test_limits_of_number_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str) -> None:
    path = packed(tmp_path / "x.zip", a=STUDENTS, b=STUDENTS)
    assert len(members(path)) == 2
    monkeypatch.setattr(archive, limit, value)
    assert message in refusal(path)


def central(content: bytearray) -> int:
    return content.index(b"PK\x01\x02")


def encrypted(content: bytearray) -> None:
    for at in (6, central(content) + 8):
        content[at] |= 1


def packed_oddly(content: bytearray) -> None:
    for at in (8, central(content) + 10):
        content[at : at + 2] = struct.pack("<H", 14)  # LZMA


def says_less(content: bytearray) -> None:
    for at in (22, central(content) + 24):
        content[at : at + 4] = struct.pack("<I", 10)


def damaged(content: bytearray) -> None:
    content[30 + len("students.csv") + 5] ^= 0xFF


def cut_short(content: bytearray) -> None:
    del content[-30:]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (encrypted, "encrypted"),
        (packed_oddly, "packed in a way"),
        (says_less, "damaged"),
        (damaged, "damaged"),
        (cut_short, "no ZIP file"),
    ],
)
def test_what_an_archive_says_of_itself_is_not_believed(
    tmp_path: Path, change: Callable[[bytearray], None], message: str
) -> None:
    path = packed(tmp_path / "data" / "x.zip", **{"students.csv": STUDENTS * 50})
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=message):
        Member(path, "students.csv").read_bytes()
    folder = project(tmp_path, "data/x.zip/students.csv")
    assert [found[:2] for found in told(folder)] == [("source-error", "data/x.zip/students.csv")]


def test_files_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    """The trick of a bomb whose files share their packed bytes."""
    path = packed(tmp_path / "x.zip", a=STUDENTS, b=STUDENTS)
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", central(content) + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 8)
    path.write_bytes(content)
    assert "over each other" in refusal(path) or "damaged" in refusal(path)


def test_no_message_names_a_file_or_its_content(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"../Rivera, Ana.csv": STUDENTS})
    assert "Rivera" not in refusal(path)


def test_bytes_are_counted_while_they_come(tmp_path: Path) -> None:
    """More bytes than the header says stop the reading, wherever they come from."""
    path = packed(tmp_path / "x.zip", **{"students.csv": STUDENTS})

    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return b"0" * (size or 0)

    opened: Any = Member(path, "students.csv").open()
    opened.raw._stream.close()
    opened.raw._stream = Endless()
    with pytest.raises(ArchiveError, match="larger than the archive says"):
        opened.read(1 << 20)
    opened.close()
