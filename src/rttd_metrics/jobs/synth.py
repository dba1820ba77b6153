"""Write a synthetic district: tables with a project around them, or a OneRoster bundle; a folder or a ZIP."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rttd_metrics.jobs.init import FolderNotEmpty
from rttd_metrics.synth.dirt import Dirt
from rttd_metrics.synth.district import District
from rttd_metrics.synth.oneroster import Bundle
from rttd_metrics.synth.project import project_text
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.writing import Folder, files_of

Format = Literal["tables", "oneroster-1.1", "oneroster-1.2"]
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Order:
    """What is to be written. `missing` and `dirty` are shares of cells; OneRoster bundles are clean."""

    setting: Setting
    format: Format = "tables"
    missing: float = 0.0
    dirty: float = 0.0

    @property
    def command(self) -> str:
        """The command that writes the same bytes."""
        setting = self.setting
        said = f"rttd synth DIR --students {setting.students} --years {setting.years} --seed {setting.seed}"
        others = {
            "--class-size": (setting.class_size, 25),
            "--attendance": (setting.attendance, "daily"),
            "--missing": (self.missing, 0.0),
            "--dirty": (self.dirty, 0.0),
        }
        return said + "".join(f" {option} {value}" for option, (value, usual) in others.items() if value != usual)


def write_district(order: Order, target: Path) -> None:
    """Write the district into the folder `target`, which is made if need be, or into one ZIP where its name ends in .zip.

    The same bytes for the same order. Nothing is overwritten, and where the district cannot be written to its end nothing of
    it stays. Raises FolderNotEmpty, and OSError where the target cannot be read, made or written.
    """
    if target.suffix.lower() == ".zip":
        if target.exists():
            raise FolderNotEmpty(target)
        with tempfile.TemporaryDirectory(prefix=".rttd-synth-", dir=_existing(target.parent)) as folder:
            _write(order, Path(folder))
            _zip(Path(folder), target)
        return
    with _new_folder(target):
        _write(order, target)


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """An empty folder, emptied again if it cannot be filled; taken away if it is ours."""
    made = not folder.exists()
    if not made and any(folder.iterdir()):
        raise FolderNotEmpty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for path in folder.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if made:
            folder.rmdir()
        raise


def _write(order: Order, folder: Path) -> None:
    district = District(order.setting)
    if order.format != "tables":
        with Folder(folder) as files:
            files.write_all(Bundle(district, "1.1" if order.format == "oneroster-1.1" else "1.2").parts())
        return
    dirt = Dirt(order.setting.draws, order.missing, order.dirty)
    data = folder / "data"
    data.mkdir()
    with Folder(data) as files:
        files.write_all((name, dirt.spoil(name, frame)) for name, frame in district.parts())
    if order.dirty:
        with Folder(folder) as files:
            files.write("dirty", dirt.faults())
    text = project_text(order.setting, order.command)
    (folder / "rttd.yml").write_text(text, encoding="utf-8", newline="\n")


def _zip(folder: Path, target: Path) -> None:
    """Every file of a folder, by name, without the day or the machine that made it."""
    part = target.with_name(target.name + ".part")
    try:
        with ZipFile(part, "x", compression=ZIP_DEFLATED) as archive:
            for name, path in files_of(folder):
                info = ZipInfo(name)
                info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
                with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                    shutil.copyfileobj(source, sink, _BLOCK)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
