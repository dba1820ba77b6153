"""The columns of a file by the Ed-Fi properties that they hold."""

import re
from collections.abc import Sequence

from rttd_metrics.data.standards.files import FoundFile


class Properties:
    """The columns of a file by the Ed-Fi property they hold: the shortest header where several do."""

    def __init__(self, file: FoundFile) -> None:
        self.file = file
        self._headers: dict[str, str] = {}
        for label in sorted(file.labels, key=lambda label: (len(label), label)):
            self._headers.setdefault(_property(label), label)

    def header(self, name: str) -> str | None:
        return self._headers.get(_property(name))

    def headers(self, names: Sequence[str]) -> list[str]:
        return [header for name in names if (header := self.header(name)) is not None]


def _property(label: str) -> str:
    """The last part of a name, without case: `studentReference.studentUniqueId`, `SexDescriptor`."""
    last = re.split(r"[._/:]", label.strip())[-1].casefold()
    return last.removesuffix("descriptor") or last
