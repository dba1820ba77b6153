"""Plain CSVs as a project: headers and codes are matched to the standard tables by name and content. Whatever does not
have its standard name is a guess."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from rttd_metrics.data.standards.codes import loosely
from rttd_metrics.data.standards.columns import MOST_CODES, ask_for_labels, checked, field_type, with_encoding
from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, ProjectDraft, Question, Setting, TableDraft
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.data.standards.knowledge import knowledge
from rttd_metrics.data.standards.plain_match import Match, best_match
from rttd_metrics.definitions.cell_forms import GRADE_FORMS
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.formula.values import grade_level_label, school_year_code, school_year_label

_VALUE = re.compile(r"[\d./: -]*\d[\d./: -]*")
_SAME_PEOPLE = 0.5


def plain(files: list[FoundFile]) -> ProjectDraft:
    draft = ProjectDraft("plain CSV")
    found: dict[str, tuple[FoundFile, Match]] = {}
    for file in files:
        if file.fault is not None or _is_row(file.labels):
            draft.unused[file.path] = file.fault or "its first line seems to be a row, not a header"
            continue
        match = best_match(file)
        if match is None:
            draft.unused[file.path] = "its columns are those of no standard table"
        elif match.table in found and found[match.table][1].weight >= match.weight:
            draft.unused[file.path] = f"{found[match.table][0].path} looks more like the table {match.table}"
        else:
            if match.table in found:
                draft.unused[found[match.table][0].path] = f"{file.path} looks more like the table {match.table}"
            found[match.table] = (file, match)
    for name in standard_tables():
        if name in found:
            draft.tables.append(_table(draft, *found[name]))
    _same_people(draft, {name: file for name, (file, _) in found.items()})
    _attendance(draft)
    _school_year(draft, found)
    _district(draft, found)
    return draft


def _is_row(labels: list[str]) -> bool:
    """Whether the first line is more likely a row: of it nothing may be shown."""
    return sum(bool(_VALUE.fullmatch(label.strip())) for label in labels) * 2 >= max(len(labels), 1)


def _table(draft: ProjectDraft, file: FoundFile, match: Match) -> TableDraft:
    table = TableDraft(match.table, [file.path])
    standard = file.name == match.table and all(name == header for name, header in match.headers.items())
    if not standard:
        why = "its name is a usual one of this table; " if match.named else ""
        reason = f"{why}{len(match.headers)} of its {len(file.labels)} columns have usual names of its fields"
        table.guess = None if file.name == match.table else Guess(reason, "likely" if match.named else "possible")
    with_encoding(table, [file])
    for name, header in match.headers.items():
        drafted = _field(draft, table, name, header, file)
        if drafted is not None:
            table.fields.append(drafted)
    unread = [label for label in file.labels if label not in match.headers.values()]
    if unread:
        table.notes.append(f"Columns of {file.path} that are not read: {', '.join(unread)}.")
    _unique(draft, table, file)
    return table


def _field(draft: ProjectDraft, table: TableDraft, name: str, header: str, file: FoundFile) -> FieldDraft | None:
    drafted = FieldDraft(name, {} if header == name else {"source": header})
    texts = set(file.counts(header))
    if not texts:
        return None
    if header != name:
        drafted.guess = Guess(f"'{header}' is a usual name of it{_content(table.name, name, header, file)}")
    shipped = standard_tables()[table.name].fields[name]
    draft.used_codes[table.name, name] = texts
    labels = shipped.labels or (tuple(knowledge("plain")["codes"]["grade_level"]) if shipped.type == "grade_level" else None)
    if labels is not None and not (shipped.type == "grade_level" and texts <= set(GRADE_FORMS)):
        return drafted if _codes(draft, table, drafted, texts, labels) else None
    return drafted if checked(draft, table, drafted, texts) else None


def _content(table: str, name: str, header: str, file: FoundFile) -> str:
    """What the cells of a column say for it."""
    if [name] == standard_tables()[table].table_schema.primary_key and file.is_key(header):
        return ", and no two rows are alike in it"
    kind = field_type(table, name)
    return "" if kind == "string" else f", and its cells are of the type {kind.replace('_', ' ')}"


def _codes(draft: ProjectDraft, table: TableDraft, drafted: FieldDraft, texts: set[str], labels: Iterable[str]) -> bool:
    """Usual codes with their labels, each a guess; a question for those that are none."""
    known = {loosely(label) or label: label for label in labels}
    for label, usual in knowledge("plain")["codes"].get(drafted.name, {}).items():
        known |= {loosely(code) or code: label for code in usual}
    if texts <= set(labels):
        return True
    if len(texts) > MOST_CODES:
        ask_for_labels(draft, table, drafted, sorted(texts), len(texts))
        return False
    unknown = []
    for text in sorted(texts):
        own = grade_level_label(GRADE_FORMS[text]) if drafted.name == "grade_level" and text in GRADE_FORMS else None
        label = own or known.get(loosely(text) or text)
        if label is None:
            unknown.append(text)
        else:
            drafted.codes.append(
                CodeDraft(text, label, None if label in (text, own) else Guess(f"'{text}' is a usual code of it"))
            )
    ask_for_labels(draft, table, drafted, unknown, len(texts))
    return bool(drafted.codes)


def _unique(draft: ProjectDraft, table: TableDraft, file: FoundFile) -> None:
    """A question where the primary key of the table repeats."""
    key = standard_tables()[table.name].table_schema.primary_key
    drafted = [found for name in key if (found := table.field(name)) is not None]
    year = table.field("school_year")
    headers = [found.column for found in [*drafted, *([year] if year else [])]]
    if key and len(drafted) == len(key) and not file.is_key(*headers):
        asks = "rows repeat it: does a school year, a term or a school belong to it, or do whole rows repeat (`rows: distinct`)?"
        draft.questions.append(Question(table.name, key[0], " + ".join(headers), asks))


def _same_people(draft: ProjectDraft, files: Mapping[str, FoundFile]) -> None:
    """A question where most ids of a file are unknown to the table they should lead to: another kind of number."""
    for table in draft.tables:
        for key in standard_tables()[table.name].table_schema.foreign_keys:
            target = draft.table(key.reference.resource)
            drafted, referred = table.field(key.fields), target.field(key.reference.fields) if target else None
            if target is None or drafted is None or referred is None or not files[target.name].whole:
                continue
            used, known = set(files[table.name].counts(drafted.column)), set(files[target.name].counts(referred.column))
            if used and len(used & known) < _SAME_PEOPLE * len(used):
                asks = f"only {len(used & known):,} of its {len(used):,} ids are in {target.paths[0]}: are they of another kind?"
                draft.questions.append(Question(table.name, drafted.name, drafted.column, asks))


def _attendance(draft: ProjectDraft) -> None:
    table = draft.table("attendance")
    status = table.field("status") if table else None
    if status is None:
        return
    labels = {code.label for code in status.codes} or draft.used_codes["attendance", "status"]
    reason = "rows say who was present" if "present" in labels else "no row says who was present"
    draft.attendance = Setting("daily" if "present" in labels else "exceptions", Guess(reason))


def _school_year(draft: ProjectDraft, found: Mapping[str, tuple[FoundFile, Match]]) -> None:
    """Of a column of school years the latest, else the one in which the latest attendance or entry lies."""
    said = {
        year
        for file, match in found.values()
        if "school_year" in match.headers
        for text in file.counts(match.headers["school_year"])
        if (year := school_year_code(text)) is not None
    }
    if said:
        guess = None if len(said) == 1 else Guess(f"the latest of {len(said)} school years in the files")
        draft.school_year = Setting(school_year_label(max(said)), guess)
        return
    for name, dated in (("attendance", "date"), ("calendar", "date"), ("enrollments", "entry_date")):
        table = draft.table(name)
        drafted = table.field(dated) if table else None
        if drafted is None:
            continue
        form = str(drafted.keys.get("format", "%Y-%m-%d"))
        latest = max(datetime.strptime(text, form) for text in found[name][0].counts(drafted.column))
        year = latest.year + (latest.month >= 7)
        draft.school_year = Setting(school_year_label(year), Guess(f"the latest date in {found[name][0].path} lies in it"))
        return


def _district(draft: ProjectDraft, found: Mapping[str, tuple[FoundFile, Match]]) -> None:
    """The one district that the schools are of."""
    if "schools" not in found or "district_id" not in found["schools"][1].headers:
        return
    file, match = found["schools"]
    ids = file.counts(match.headers["district_id"])
    if len(ids) == 1:
        draft.district_id = Setting(next(iter(ids)), Guess(f"the district of all schools in {file.path}"))
