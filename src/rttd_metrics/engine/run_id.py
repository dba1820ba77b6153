"""The name of a run: a hash of all that decides its numbers; never of a clock, an engine or an output format."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import TracebackType

from rttd_metrics.data.archive import Member
from rttd_metrics.data.csv import CsvFile
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.standard_tables import standard_documents
from rttd_metrics.engine.dataset import Dataset

_BLOCK = 1 << 22


class Fingerprints:
    """The sha256 of every file a run reads, made beside the computing: hashing lets go of the interpreter's lock."""

    def __init__(self, dataset: Dataset, others: Iterable[CsvFile]) -> None:
        """`others`: files that are read beside the tables."""
        files = [*(file for rows in dataset.tables.values() for file in rows.source.files), *others]
        self._paths = {file.shown: file.path for file in files}

    def __enter__(self) -> "Fingerprints":
        self._pool = ThreadPoolExecutor(1)
        self._made: dict[str, Future[str]] = {
            shown: self._pool.submit(_sha256, path) for shown, path in sorted(self._paths.items())
        }
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)

    def files(self) -> tuple[tuple[str, str], ...]:
        """Path relative to the project and sha256, sorted by path."""
        return tuple((shown, made.result()) for shown, made in self._made.items())


def _sha256(path: Path | Member) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def run_id_of(portfolio: Portfolio, files: tuple[tuple[str, str], ...], school_year: int, as_of: date, version: str) -> str:
    """Sixteen hexadecimal digits; equal for equal definitions, files, school year, as-of date and version."""
    digest = hashlib.sha256()
    texts = {**portfolio.texts, **{document.file: document.text for document in standard_documents()}}
    for part in (version, str(school_year), as_of.isoformat()):
        digest.update(part.encode() + b"\0")
    for name, text in sorted(texts.items()):
        digest.update(name.encode() + b"\0" + text.encode() + b"\0")
    for shown, sha in files:
        digest.update(f"{shown}\0{sha}\0".encode())
    return digest.hexdigest()[:16]
