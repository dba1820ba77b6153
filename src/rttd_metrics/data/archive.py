"""Files inside a ZIP, read where they are: `data/export.zip/users.csv`. Nothing of an archive is ever written to disk.

An archive comes from elsewhere, so it is looked at as a whole before any file of it is opened, and what comes out of a
file is counted, whatever its header says.
"""

import errno
import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import BinaryIO

MOST_FILES = 2_000
LARGEST_FILE = 4 << 30
LARGEST_TOTAL = 8 << 30
LARGEST_RATIO = 100
"""How many times larger than in the archive a file may be; student data come to 5 to 30 times."""
_SMALL = 1 << 20
"""Up to this size a ratio harms nobody."""
_ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar")
_ENCRYPTED, _LOCAL_HEADER = 0x1, 30
_SIGNATURE = b"PK\x03\x04"


class ArchiveError(OSError):
    """What is wrong with an archive, in `strerror`: in words that name no file of it."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EINVAL, message)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, with as much of a pathlib.Path as reading needs. Raises ArchiveError where one of the archive's
    files makes it unsafe, or its bytes are damaged."""

    archive: Path
    name: str

    def exists(self) -> bool:
        return self.archive.is_file() and self.name in members(self.archive)

    def is_file(self) -> bool:
        return self.exists()

    def is_dir(self) -> bool:
        return False

    def open(self, mode: str = "rb") -> BinaryIO:
        assert mode == "rb", "archives are read only"
        with _faults_told():
            archive = zipfile.ZipFile(self.archive)
            info = members(self.archive, archive)[self.name]
            return io.BufferedReader(_Counted(archive, info))

    def read_bytes(self) -> bytes:
        with self.open() as stream:
            return stream.read()


def parted(path: str) -> tuple[str, str] | None:
    """The archive and the file in it that a path names; None where no part before its last is a ZIP."""
    parts = PurePosixPath(path).parts
    for place, part in enumerate(parts[:-1]):
        if part.lower().endswith(".zip"):
            return "/".join(parts[: place + 1]), "/".join(parts[place + 1 :])
    return None


def members(path: Path, archive: zipfile.ZipFile | None = None) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name, after a look at all of them. Raises ArchiveError where one is unsafe."""
    with _faults_told():
        if archive is None:
            with zipfile.ZipFile(path) as opened:
                return members(path, opened)
        found = archive.infolist()
        if len(found) > MOST_FILES:
            raise ArchiveError(f"the archive holds more than {MOST_FILES:,} files")
        for fault in _faults(found):
            raise ArchiveError(fault)
        return {info.filename: info for info in found if not info.is_dir()}


def _faults(found: list[zipfile.ZipInfo]) -> Iterator[str]:
    seen: set[str] = set()
    for info in found:
        if not _is_plain_name(info):
            yield "the archive holds a name that leads out of it, or is no plain name"
        folded = unicodedata.normalize("NFC", info.filename).casefold()
        if folded in seen:
            yield "the archive holds two files of one name, or names that differ in case only"
        seen.add(folded)
        if info.flag_bits & _ENCRYPTED:
            yield "the archive is encrypted: unpack it, or have it exported without a password"
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield "the archive is packed in a way that ZIP files rarely are: pack it with deflate"
        if info.filename.lower().endswith(_ARCHIVES):
            yield "the archive holds another archive: unpack the inner one"
        if info.file_size > LARGEST_FILE:
            yield f"a file of the archive is larger than {LARGEST_FILE >> 30} GiB"
        if info.file_size > max(_SMALL, LARGEST_RATIO * info.compress_size):
            yield f"a file of the archive is more than {LARGEST_RATIO} times as large as it is packed"
    if sum(info.file_size for info in found) > LARGEST_TOTAL:
        yield f"the archive holds more than {LARGEST_TOTAL >> 30} GiB"
    ordered = sorted(found, key=lambda info: info.header_offset)
    for info, after in pairwise(ordered):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > after.header_offset:
            yield "files of the archive lie over each other"


def _is_plain_name(info: zipfile.ZipInfo) -> bool:
    """A relative path of usual characters, to a regular file; the name as it stands in the archive, too."""
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return False
    name = info.orig_filename
    parts = name.removesuffix("/").split("/")
    odd = "\\" in name or ":" in name or any(ord(sign) < 32 or ord(sign) == 127 for sign in name)
    return not odd and all(part not in ("", ".", "..") for part in parts)


class _Counted(io.RawIOBase):
    """The bytes of a file of an archive; stops when there are more than its header and the limits allow."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive, self._info, self._count = archive, info, 0
        self._stream = archive.open(info)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _faults_told():
            block = self._stream.read(len(buffer))
        if not self._count and block.startswith(_SIGNATURE):
            raise ArchiveError("the archive holds another archive: unpack the inner one")
        self._count += len(block)
        if self._count > self._info.file_size:
            raise ArchiveError("a file of the archive is larger than the archive says")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise ArchiveError("it is no ZIP file, or it is damaged") from None
