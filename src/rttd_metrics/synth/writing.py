"""CSV files from parts of tables: one shape of cells, one order of rows, the same bytes at each call."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl


def as_written(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers without a fraction are whole: 4, not 4.0; Polars writes dates in ISO, true and false, and nothing for null."""
    whole = [pl.col(name).cast(pl.String).str.strip_suffix(".0") for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(whole) if whole else frame


class Folder:
    """NAME.csv in a folder for each table, part after part; to be closed at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Add rows to a table's file, which is made with its header at the first of them."""
        new = name not in self._files
        if new:
            self._files[name] = (self._folder / f"{name}.csv").open("xb")
        as_written(frame).write_csv(self._files[name], include_header=new)

    def write_all(self, parts: Iterable[tuple[str, pl.DataFrame]]) -> None:
        for name, frame in parts:
            self.write(name, frame)


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder, by the path in it, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path
