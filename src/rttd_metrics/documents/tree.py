"""A YAML text as plain values, with the place of every key and value; what definitions do not use is refused.

The limits hold while the parser's events are walked, before anything is built: a few hundred bytes of aliases
can stand for millions of values, and a few thousand brackets for more levels than Python can recurse.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from rttd_metrics.documents.positions import Lines, Part
from rttd_metrics.documents.syntax import is_nesting_limit, syntax_fault
from rttd_metrics.problems import Problem

Path = tuple[str | int, ...]

MAX_DEPTH = 32
MAX_NODES = 100_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_QUOTES = "put it in quotes if it is text"

# What YAML calls printable, without the byte order mark. PyYAML would stop here too, without saying where.
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# What no value may hold, written as an escape.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BLANK = re.compile(r"\s")

# Digits end at 18: a longer row of them is an identifier, and would not survive as a number.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})?\.[0-9]{1,18}")
_TOO_DEEP = f"lists and mappings are nested more than {MAX_DEPTH} deep"
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Place:
    """Where a value stands, as parts [start, end) of the text.

    `style` is "" (plain), ', ", | or > for a scalar, whose value as text is `text`; a list or mapping has no
    text, and ends with its first key or item if it is longer than a line.
    """

    start: int
    end: int
    key: Part | None = None
    text: str | None = None
    style: str = ""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read, and the key of a mapping whose value comes next."""

    value: dict[str, Any] | list[Any]
    path: Path
    place: Place
    key: str | None = None
    key_part: Part | None = None
    first_end: int | None = None


class Tree:
    """The `value` and `places` of a YAML text, and its `problems`: with any, the value means nothing."""

    def __init__(self, text: str, shown: str) -> None:
        self.value: Any = None
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self.lines = Lines(text)
        self._text = text
        self._shown = shown
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0
        self._read()

    def _read(self) -> None:
        if unprintable := _UNPRINTABLE.search(self._text):
            self._fault("control-character", _control_message(unprintable.group()), *unprintable.span())
            return
        try:
            for event in yaml.parse(self._text, Loader=_LOADER):
                if not self._goes_on(event):
                    break
        except yaml.YAMLError as error:
            fault = syntax_fault(error, self._text)
            code, message = ("too-deep", _TOO_DEEP) if is_nesting_limit(error) else ("yaml-syntax", fault.message)
            self._fault(code, message, fault.index, fault.index + 1, fault.help)
        if not self.problems and not isinstance(self.value, dict):
            root = self.places.get((), Place(0, 0))
            message = "the file must hold a mapping: lines of `key: value`"
            message = message if self.places else "the file is empty"
            self._fault("not-a-mapping", message, root.start, root.end)

    def _fault(self, code: str, message: str, start: int, end: int, help_: str | None = None) -> None:
        span = self.lines.span(start, end)
        self.problems.append(Problem(code, message, "error", help_, self._shown, span.line, span.column, span.end_column))

    def _goes_on(self, event: yaml.Event) -> bool:
        """Take an event of the parser; False where reading on makes no sense."""
        start, end = (0 if mark is None else mark.index for mark in (event.start_mark, event.end_mark))
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    message = "a file holds one document: a second starts here"
                    self._fault("several-documents", message, start, end, "leave out the `---`")
                return self._documents == 1
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(start, end)
            case yaml.AliasEvent() | yaml.ScalarEvent() | yaml.CollectionStartEvent():
                return self._node(event, start, end)
        return True

    def _node(self, event: yaml.NodeEvent, start: int, end: int) -> bool:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._fault("too-large", f"the file holds more than {MAX_NODES} values", start, start + 1)
            return False
        is_key = bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None
        self._refuse_indirection(event, start, end)
        if is_key:
            return self._key(event, start, end)
        if isinstance(event, yaml.CollectionStartEvent):
            return self._open(event, start, end)
        text = event.value if isinstance(event, yaml.ScalarEvent) else ""
        style = (event.style if isinstance(event, yaml.ScalarEvent) else None) or ""
        if style == '"':  # only there can an escape make what the text itself does not hold
            self._refuse_control(text, start, end)
        self._attach(_resolve(text) if style == "" else text, Place(start, end, text=text, style=style))
        return True

    def _refuse_indirection(self, event: yaml.NodeEvent, start: int, end: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._fault("yaml-alias", f"aliases are not allowed: *{event.anchor}", start, end, _QUOTES)
        elif event.anchor is not None:
            message = f"anchors are not allowed: &{event.anchor}"
            self._fault("yaml-anchor", message, start, self._word_end(start), _QUOTES)
        if getattr(event, "tag", None) is not None:
            message = "tags are not allowed: the kind of a value is seen from the value"
            self._fault("yaml-tag", message, start, self._word_end(start), _QUOTES)

    def _word_end(self, start: int) -> int:
        blank = _BLANK.search(self._text, start)
        return blank.start() if blank else len(self._text)

    def _refuse_control(self, text: str, start: int, end: int) -> None:
        if control := _CONTROL.search(text):
            self._fault("control-character", _control_message(control.group()), start, end)

    def _key(self, event: yaml.NodeEvent, start: int, end: int) -> bool:
        parent = self._stack[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            message = "a key must be text, not a list or a mapping"
            help_ = "put text that starts with '{' or '[' in quotes"
            self._fault("yaml-key", message, start, start + 1, help_)
            return False
        name, style = f"*{event.anchor}", "*"
        if isinstance(event, yaml.ScalarEvent):
            name, style = event.value, event.style or ""
        plain = style == ""
        if plain and name == "<<":
            self._fault("merge-key", "merge keys are not allowed: write the keys out", start, end)
        elif plain and name == "":
            self._fault("yaml-key", "there is no key before this ':'", start, start + 1)
        elif isinstance(parent.value, dict) and name in parent.value:
            first = self.places[(*parent.path, name)].key or (0, 0)
            line = self.lines.span(*first).line
            self._fault("duplicate-key", f"the key '{name}' stands twice: first on line {line}", start, end)
        if style == '"':
            self._refuse_control(name, start, end)
        parent.key, parent.key_part = name, (start, end)
        parent.first_end = parent.first_end or end
        return True

    def _open(self, event: yaml.CollectionStartEvent, start: int, end: int) -> bool:
        if len(self._stack) == MAX_DEPTH:
            self._fault("too-deep", _TOO_DEEP, start, start + 1)
            return False
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        place = Place(start, end)
        self._stack.append(_Open(value, self._attach(value, place), place))
        return True

    def _attach(self, value: Any, place: Place) -> Path:
        """Put a value where it belongs; its path."""
        path: Path = ()
        if not self._stack:
            self.value = value
        else:
            parent = self._stack[-1]
            if isinstance(parent.value, list):
                path = (*parent.path, len(parent.value))
                parent.value.append(value)
                parent.first_end = parent.first_end or place.end
            elif parent.key is not None:
                path = (*parent.path, parent.key)
                parent.value.setdefault(parent.key, value)
                place.key, parent.key = parent.key_part, None
        if path not in self.places:
            self.places[path] = place
        return path

    def _close(self, start: int, end: int) -> None:
        closed = self._stack.pop()
        is_flow = end > start  # a bracket ends it; a block ends where something else begins
        if is_flow and self.lines.span(closed.place.start, end).line == self.lines.span(end, end).line:
            closed.place.end = end
        else:
            closed.place.end = closed.first_end or closed.place.end
        if self._stack and isinstance(self._stack[-1].value, list) and len(self._stack[-1].value) == 1:
            self._stack[-1].first_end = closed.place.end


def _control_message(char: str) -> str:
    return f"the control character U+{ord(char):04X} is not allowed"


def _resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar: true, false, null, a decimal number; all else (NO, 012, 1:30) is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
