"""A project as it may be: its tables and fields, each line certain or a guess with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Confidence = Literal["likely", "possible"]


@dataclass(frozen=True, slots=True)
class Guess:
    """Why something is thought to be so; it stays unused until somebody confirms it."""

    reason: str
    confidence: Confidence = "likely"


@dataclass(frozen=True, slots=True)
class Question:
    """What cannot even be guessed: somebody who knows the data has to write it."""

    table: str
    field: str
    column: str
    asks: str


@dataclass
class CodeDraft:
    """A code of the file and the label that formulas see."""

    value: str
    label: str
    guess: Guess | None = None


@dataclass
class FieldDraft:
    """A field: the keys of its declaration but its name. `guess` is about the whole field."""

    name: str
    keys: dict[str, Any] = field(default_factory=dict)
    codes: list[CodeDraft] = field(default_factory=list)
    guess: Guess | None = None
    note: str | None = None

    @property
    def column(self) -> str:
        """The column of the file that the field is read from, as messages name it."""
        source = self.keys.get("source", self.name)
        return " + ".join(source) if isinstance(source, list) else str(source)


@dataclass
class KeyDraft:
    """A key of a table, such as its encoding."""

    name: str
    value: Any
    guess: Guess | None = None


@dataclass
class TableDraft:
    """A table of rttd.yml. `paths` as in the folder or ZIP that was looked at; `guess` is about the table as a whole."""

    name: str
    paths: list[str]
    fields: list[FieldDraft] = field(default_factory=list)
    keys: list[KeyDraft] = field(default_factory=list)
    primary_key: list[str] = field(default_factory=list)
    foreign_keys: list[dict[str, Any]] = field(default_factory=list)
    guess: Guess | None = None
    notes: list[str] = field(default_factory=list)

    def field(self, name: str) -> FieldDraft | None:
        return next((draft for draft in self.fields if draft.name == name), None)


@dataclass
class Setting:
    """A key of the project itself, such as its school year."""

    value: Any
    guess: Guess | None = None
    note: str | None = None


@dataclass
class ProjectDraft:
    """What a folder or ZIP was found to be. `unused`: files that no table is read from, and why."""

    standard: str
    tables: list[TableDraft] = field(default_factory=list)
    district_id: Setting | None = None
    district_name: Setting | None = None
    school_year: Setting | None = None
    attendance: Setting | None = None
    student_facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Facts that subgroups need: title and formula by name."""
    used_codes: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """By table and field, the codes that stand in the files: a field may list others too."""
    questions: list[Question] = field(default_factory=list)
    unused: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> TableDraft | None:
        return next((draft for draft in self.tables if draft.name == name), None)

    def guesses(self) -> Iterator[tuple[str, str, str, Guess]]:
        """Table, field or key, column and guess, in the order in which they stand in rttd.yml."""
        settings = {"district": self.district_name, "district id": self.district_id,
                    "school_year": self.school_year, "attendance": self.attendance}  # fmt: skip
        for name, setting in settings.items():
            if setting is not None and setting.guess is not None:
                yield "", name, str(setting.value), setting.guess
        for table in self.tables:
            if table.guess is not None:
                yield table.name, "", ", ".join(table.paths), table.guess
            for key in table.keys:
                if key.guess is not None:
                    yield table.name, key.name, "", key.guess
            for drafted in table.fields:
                if drafted.guess is not None:
                    yield table.name, drafted.name, drafted.column, drafted.guess
                for code in drafted.codes:
                    if code.guess is not None:
                        yield table.name, drafted.name, f"{code.value}: {code.label}", code.guess
