"""Start a project: the files of starter/, copied as they are into a new folder, and the schemas that their first lines name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from shutil import copyfileobj

from rttd_metrics.definitions.json_schema import KINDS
from rttd_metrics.jobs.schema import schema_file, schema_text

SCHEMA_FOLDER = Path(".rttd")
"""Where the schemas lie in a project, as the first line of its files says."""
_RENAMED = {"gitignore": ".gitignore"}
"""Files that would act on this package itself under the name they have in a project."""


class FolderNotEmpty(Exception):
    """The folder of a new project already holds something; nothing was written."""


def start_project(folder: Path) -> list[Path]:
    """Write the starter project into `folder`, which is made if need be; returns the files written, in order.

    The same bytes at each call. Nothing is ever overwritten, and where a file cannot be written those before it are
    taken away again. Raises FolderNotEmpty, and OSError where the folder cannot be read, made or written.
    """
    contents = sorted([*_starter_files(), *schema_files()])
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder)
    return write_new(folder, contents, {})


def write_new(folder: Path, contents: Iterable[tuple[Path, bytes]], copies: Mapping[Path, Path]) -> list[Path]:
    """Write files and copies of files, by their paths in `folder`, and give them in order; a copy is its owner's to read.

    Nothing is overwritten; where a file cannot be written those before it are taken away again. Raises OSError.
    """
    made: list[Path] = []
    written: list[Path] = []
    try:
        for name, content in contents:
            path = folder / name
            _make_folders(path.parent, made)
            with path.open("xb") as stream:
                written.append(path)
                stream.write(content)
        for name, source in copies.items():
            path = folder / name
            _make_folders(path.parent, made)
            with source.open("rb") as read, path.open("xb") as stream:
                written.append(path)
                path.chmod(0o600)
                copyfileobj(read, stream)
    except OSError:
        _take_away(written, made)
        raise
    return written


def _starter_files() -> Iterator[tuple[Path, bytes]]:
    """Each file of the starter project: its path in a project and its bytes."""

    def walk(entry: Traversable, at: Path) -> Iterator[tuple[Path, bytes]]:
        for child in entry.iterdir():
            path = at / _RENAMED.get(child.name, child.name)
            if child.is_dir():
                yield from walk(child, path)
            else:
                yield path, child.read_bytes()

    yield from walk(files("rttd_metrics.jobs") / "starter", Path())


def schema_files() -> Iterator[tuple[Path, bytes]]:
    """The JSON Schemas, inside the project: an editor needs neither this package nor a network to find them."""
    for kind in KINDS:
        yield SCHEMA_FOLDER / schema_file(kind), schema_text(kind).encode()


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make `folder` and those above it that are not there; each that is made is noted."""
    if not folder.exists():
        _make_folders(folder.parent, made)
        folder.mkdir()
        made.append(folder)


def _take_away(written: list[Path], made: list[Path]) -> None:
    """Remove files and folders of ours; a folder in which others put something meanwhile stays."""
    with suppress(OSError):
        for path in reversed(written):
            path.unlink()
        for folder in reversed(made):
            folder.rmdir()
