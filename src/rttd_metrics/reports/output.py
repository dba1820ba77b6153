"""The folder that results are written to: its lock, and files that are replaced whole or not at all."""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = ".rttd.lock"
_LEFT_BEHIND = re.compile(r"\..+\.tmp-\d+(\.d)?")


class OutputError(Exception):
    """The output cannot be written; `reason` says why in words."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"cannot write {path}: {reason}")
        self.path, self.reason = path, reason


class FolderLocked(Exception):
    """Another process holds the lock of the folder; `pid` is None where it has not yet said which."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(f"{holder} is writing to {folder}")
        self.folder, self.pid = folder, pid


@contextmanager
def output_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`, which is made if need be, and clear away what a killed run left there.

    The kernel releases the lock when its process ends, however it ends; the lock file itself stays. Raises
    FolderLocked where another process holds it, OutputError where the folder cannot be written.
    """
    with output_errors(folder):
        make_folder(folder)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(folder, descriptor)
        with output_errors(folder):
            _clear(folder)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can read; one that exists stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turn an error of the file system into OutputError."""
    try:
        yield
    except OSError as error:
        place = Path(error.filename) if isinstance(error.filename, str) else path
        no_folder = isinstance(error, FileExistsError | NotADirectoryError)
        raise OutputError(place, "it lies on a file, not in a folder" if no_folder else error.strerror or str(error)) from error


class Staging:
    """New files beside the ones they will replace: `.NAME.tmp-PID`, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged: dict[str, Path] = {}
        self._folders: dict[str, Path] = {}
        self._scratch: list[Path] = []
        self._superseded: list[str] = []

    def path(self, name: str) -> Path:
        """An empty file to write, which becomes `name`."""
        path = self._folder / f".{name}.tmp-{os.getpid()}"
        path.unlink(missing_ok=True)
        self._staged[name] = path
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        return path

    def folder(self, name: str) -> Path:
        """An empty folder to fill, which becomes `name` as a whole: what an earlier run has there goes."""
        path = self._folder / f".{name}.tmp-{os.getpid()}.d"
        path.mkdir(mode=0o700)
        self._folders[name] = path
        return path

    def place(self, path: str) -> Path:
        """A file to write, which becomes the one at `path`, with its folders parted by `/`: the first of them goes into its
        place as a whole."""
        first, _, rest = path.partition("/")
        if not rest:
            return self.path(first)
        root = self._folders.get(first) or self.folder(first)
        place = root / rest
        for folder in reversed(place.relative_to(root).parents):
            (root / folder).mkdir(mode=0o700, exist_ok=True)  # `parents=True` would give them the rights of everybody
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        return place

    def supersede(self, *names: str) -> None:
        """What an earlier run left under these names, and nothing is staged for, goes before the new is put in place."""
        self._superseded += names

    def scratch(self, name: str) -> Path:
        """A folder for parts of `name` while it is written: parts hold students too, so not in the system's /tmp."""
        path = self._folder / f".{name}.tmp-{os.getpid()}.d"
        self._scratch.append(path)
        path.mkdir(mode=0o700)
        return path

    def sha256(self, name: str) -> str:
        with self._staged[name].open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def replace(self) -> list[Path]:
        """Bring every staged file to the disk, then put each in its place, in the order in which they were staged; folders
        before files."""
        for path in self._staged.values():
            sync(path)
        if self._folders:
            os.sync()  # thousands of files: all at once takes seconds, one after the other minutes
        for name in self._superseded:
            if name not in self._staged and name not in self._folders:
                _remove(self._folder / name)
        replaced = [self._exchange(name, path) for name, path in list(self._folders.items())]
        for name, path in list(self._staged.items()):
            path.replace(self._folder / name)
            del self._staged[name]
            replaced.append(self._folder / name)
        sync(self._folder)
        return replaced

    def _exchange(self, name: str, path: Path) -> Path:
        """Put a staged folder where another may be, which stays beside it until all is in its place."""
        place = self._folder / name
        if place.exists():
            old = self._folder / f".{name}.old.tmp-{os.getpid()}.d"
            place.replace(old)
            self._scratch.append(old)
        path.replace(place)
        del self._folders[name]
        return place

    def clear(self) -> None:
        """Remove what was staged and not put in its place."""
        for path in self._staged.values():
            path.unlink(missing_ok=True)
        for path in (*self._scratch, *self._folders.values()):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """Stage files in `folder`; whatever happens, nothing of them stays behind that was not put in its place."""
    staged = Staging(folder)
    try:
        yield staged
    finally:
        staged.clear()


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(folder: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).strip()
        raise FolderLocked(folder, int(holder) if holder.isdigit() else None) from None
    except OSError as error:
        raise OutputError(folder / _LOCK, error.strerror or str(error)) from error
    with output_errors(folder / _LOCK):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if _LEFT_BEHIND.fullmatch(path.name):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
