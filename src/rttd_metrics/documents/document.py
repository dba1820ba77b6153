"""YAML files with the place of every key and value, so that every problem can say where it stands."""

import stat
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rttd_metrics.documents.model_errors import model_faults
from rttd_metrics.documents.positions import Lines, Span, scalar_parts
from rttd_metrics.documents.tree import Path, Place, Tree
from rttd_metrics.problems import Problem, ProblemError, Severity

MAX_BYTES = 1_000_000

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML mapping: `value` holds only dict, list, str, int, float, bool and None; all keys are text.

    `file` is the name to show, `text` the source. A `Path` is the keys and positions that lead to a value, ()
    to the whole; one that is not in the file stands for its nearest parent that is.
    """

    file: str
    text: str
    value: dict[str, Any]
    _places: dict[Path, Place]
    _lines: Lines

    def span_of_key(self, path: Path) -> Span:
        """Where the key of the value at `path` stands; of an item of a list and of the whole, their start."""
        place = self._place(path)
        return self._lines.span(*(place.key or (place.start, place.end)))

    def span_of_value(self, path: Path) -> Span:
        """Where the value at `path` stands, on its first line; where nothing is written, its key."""
        place = self._place(path)
        return self._lines.span(place.start, place.end) if place.end > place.start else self.span_of_key(path)

    def span_inside(self, path: Path, start: int, end: int) -> Span:
        """Where the characters [start, end) of the text at `path` stand, in whatever style it is written.

        Of several lines, the first; the whole value where it is no text. An empty range is a place between
        two characters.
        """
        place = self._place(path)
        parts = self._parts(place)
        if not parts:
            return self.span_of_value(path)
        start = max(0, min(start, len(parts)))
        end = max(start, min(end, len(parts)))
        if start == end:
            at = parts[start][0] if start < len(parts) else parts[-1][1]
            return self._lines.span(at, at)
        return self._lines.span(parts[start][0], parts[end - 1][1])

    def raw(self, path: Path) -> str:
        """The scalar at `path` as it is written, such as `0.10` or `true`; KeyError where there is none."""
        text = self._places[path].text
        if text is None:
            raise KeyError(path)
        return text

    def problem(
        self,
        path: Path,
        code: str,
        message: str,
        *,
        key: bool = False,
        inside: tuple[int, int] | None = None,
        help: str | None = None,  # noqa: A002
        severity: Severity = "error",
    ) -> Problem:
        """A problem of the value at `path`, of its `key`, or of the characters [start, end) `inside` it."""
        if key:
            span = self.span_of_key(path)
        elif inside is not None:
            span = self.span_inside(path, *inside)
        else:
            span = self.span_of_value(path)
        return Problem(code, message, severity, help, self.file, span.line, span.column, span.end_column)

    def _place(self, path: Path) -> Place:
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def _parts(self, place: Place) -> list[tuple[int, int]] | None:
        if place.text is None:
            return None
        return scalar_parts(self.text, (place.start, place.end), place.style, place.text)


def parse(text: str, shown: str) -> Document:
    """The document in `text`, `shown` being the name of its file. Raises ProblemError with every problem."""
    text = text.removeprefix("\ufeff")
    tree = Tree(text, shown)
    if tree.problems:
        raise ProblemError(tree.problems)
    return Document(shown, text, tree.value, tree.places, tree.lines)


def load(path: FilePath, shown: str) -> Document:
    """The document in the file at `path`, shown as `shown`.

    Raises ProblemError: no such file, no regular file, not readable, larger than 1 MB, not UTF-8, and every
    problem of the YAML.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise _unreadable("not-a-file", f"'{shown}' is a folder or a device, not a file", shown)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable("missing-file", f"there is no file '{shown}'", shown) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable("unreadable-file", f"'{shown}' cannot be read: {reason}", shown) from None
    if len(content) > MAX_BYTES:
        raise _unreadable("too-large", f"'{shown}' is larger than 1 MB", shown)
    try:
        return parse(content.decode("utf-8"), shown)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        span = Lines(before).span(len(before), len(before))
        message = f"the byte {content[error.start]:02X} is not UTF-8"
        help_ = "save the file with the encoding UTF-8"
        where = (shown, span.line, span.column, span.end_column)
        raise ProblemError([Problem("encoding-error", message, "error", help_, *where)]) from None


def read_as(document: Document, model: type[_Model], at: Path = ()) -> tuple[_Model | None, list[Problem]]:
    """The value at `at` as a `model`, or None; and every problem that pydantic finds, at its key or value."""
    value: Any = document.value
    for step in at:
        value = value[step]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        faults = model_faults(error.errors(include_url=False), model, value)
    return None, [
        document.problem((*at, *fault.path), fault.code, fault.message, key=fault.at_key, help=fault.help) for fault in faults
    ]


def _unreadable(code: str, message: str, shown: str) -> ProblemError:
    return ProblemError([Problem(code, message, file=shown)])
