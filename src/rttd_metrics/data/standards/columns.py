"""A column beside the field it is to be: whether its texts fit the field's type, and what has to be said to read them."""

from collections.abc import Callable, Iterable

from rttd_metrics.data.standards.codes import are_flags, are_grade_levels, are_numbers, are_school_years, code_of
from rttd_metrics.data.standards.dates import date_format
from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, KeyDraft, ProjectDraft, Question, TableDraft
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.definitions.standard_tables import standard_tables

MOST_CODES = 40


def ask_for_labels(draft: ProjectDraft, table: TableDraft, drafted: FieldDraft, unknown: list[str], of: int) -> None:
    """A question for codes that are not known. Where most are not they may be no codes, but values: then none is shown."""
    if not unknown:
        return
    listed = ", ".join(f"'{code}'" for code in unknown)
    shown = len(unknown) * 2 <= of <= MOST_CODES
    asks = (
        f"which labels have {listed}?" if shown else f"{len(unknown)} of its {of} texts are no known codes: is this the column?"
    )
    draft.questions.append(Question(table.name, drafted.name, drafted.column, asks))


def with_encoding(table: TableDraft, files: Iterable[FoundFile]) -> None:
    """How the files are written, where it is not as usual: found by trial, so a guess."""
    for file in files:
        named = {key.name for key in table.keys}
        if file.encoding != "utf-8" and "encoding" not in named:
            reason = (
                "the file is marked as UTF-16" if file.encoding == "utf-16" else "the file is not UTF-8, most others are this"
            )
            table.keys.append(KeyDraft("encoding", file.encoding, Guess(reason)))
        if file.delimiter != "," and "dialect" not in named:
            reason = f"it parts the first rows into {len(file.labels)} columns each"
            table.keys.append(KeyDraft("dialect", {"delimiter": file.delimiter}, Guess(reason)))


def as_written(texts: set[str]) -> list[CodeDraft]:
    """Codes of an open field in short form, where they are written as URIs."""
    short = {text: code_of(text)[0] for text in sorted(texts)}
    return [CodeDraft(text, code) for text, code in short.items()] if any(text != code for text, code in short.items()) else []


def field_type(table: str, name: str) -> str:
    shipped = standard_tables().get(table)
    return shipped.fields[name].type if shipped and name in shipped.fields else "string"


def checked(draft: ProjectDraft, table: TableDraft, drafted: FieldDraft, texts: set[str]) -> bool:
    """Whether the texts of a column can be those of the field; its format is added where dates have one. A question is asked
    where they cannot, or may be read in two ways."""
    kind = field_type(table.name, drafted.name)
    if kind == "date":
        return _dated(draft, table, drafted, texts)
    fits: Callable[[Iterable[str]], bool] | None = {
        "boolean": are_flags,
        "number": are_numbers,
        "integer": are_numbers,
        "grade_level": are_grade_levels,
        "school_year": are_school_years,
    }.get(kind)
    if fits is None or fits(texts):
        return True
    asks = f"not every cell is a {kind.replace('_', ' ')}: is this the column, and what do its codes mean?"
    draft.questions.append(Question(table.name, drafted.name, drafted.column, asks))
    return False


def _dated(draft: ProjectDraft, table: TableDraft, drafted: FieldDraft, texts: set[str]) -> bool:
    found = date_format(texts)
    if found.form is None or found.other is not None:
        asks = "its dates are in no known format, or in several" if found.form is None else f"{found.form} or {found.other}?"
        draft.questions.append(Question(table.name, drafted.name, drafted.column, asks))
        return False
    if found.form != "%Y-%m-%d":
        drafted.keys["format"] = found.form
    if found.ordered and drafted.guess is None:
        drafted.guess = Guess(f"the only order of day and month in which all are dates is {found.form}")
    return True
