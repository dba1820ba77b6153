"""Ed-Fi style CSVs as a project: properties have the names of the standard; keys of several columns and a few codes are
guesses."""

from collections.abc import Mapping
from typing import Any

from rttd_metrics.data.standards.codes import code_of
from rttd_metrics.data.standards.columns import MOST_CODES, as_written, ask_for_labels, checked, with_encoding
from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, KeyDraft, ProjectDraft, Setting, TableDraft
from rttd_metrics.data.standards.edfi_properties import Properties
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.data.standards.knowledge import knowledge
from rttd_metrics.formula.values import school_year_code, school_year_label

_KEYS = ("StudentUniqueId", "StaffUniqueId")
"""Names that nobody else has."""


def is_edfi(files: list[FoundFile]) -> bool:
    return any(Properties(file).headers(_KEYS) for file in files)


def edfi(files: list[FoundFile]) -> ProjectDraft:
    draft = ProjectDraft("Ed-Fi")
    seen: dict[str, list[Properties]] = {}
    for file in files:
        properties = Properties(file)
        entity = _entity(properties) if file.fault is None else None
        if entity is None:
            draft.unused[file.path] = file.fault or "it is none of the entities that the standard tables are made of"
        else:
            seen.setdefault(entity, []).append(properties)
    keys = {name: _key(name, seen) for name in ("section", "term")}
    for known in knowledge("edfi")["entities"]:
        if known["table"] in seen:
            _tables(draft, known, seen[known["table"]], keys)
    _grade_of_enrollment(draft)
    _attendance(draft)
    _programs(draft)
    _school_year(draft, seen)
    _district(draft, seen)
    return draft


def _entity(properties: Properties) -> str | None:
    for known in knowledge("edfi")["entities"]:
        has = len(properties.headers(known["has"])) == len(known["has"])
        if has and not properties.headers(known.get("lacks", ())):
            return str(known["table"])
    return None


def _key(name: str, seen: Mapping[str, list[Properties]]) -> tuple[list[str], Guess | None]:
    """The properties that tell a section or a term, as few as do in the file that lists them."""
    known: list[str] = knowledge("edfi")[name]
    listed = seen.get({"section": "sections", "term": "terms"}[name], ())
    for number in range(1, len(known) + 1):
        if all(_tells(properties, known[:number], name) for properties in listed):
            reason = f"{' and '.join(known[: number - 1])} repeats; with {known[number - 1]} no two rows are alike"
            return known[:number], Guess(reason) if number > 1 else None
    return known, Guess("all that the standard tells it by; even so rows repeat", "possible")


def _tells(properties: Properties, names: list[str], of: str) -> bool:
    headers = properties.headers(names)
    if len(headers) < len(names):
        return False
    if of == "section":
        return properties.file.is_key(*headers, *properties.headers(["SchoolYear"]))
    days = properties.headers(["SchoolYear", "BeginDate", "EndDate"])  # a term may stand there once for each school
    rows = set(properties.file.cells(*headers, *days))
    return len({row[: len(headers) + 1] for row in rows}) == len(rows)


def _tables(draft: ProjectDraft, known: Mapping[str, Any], found: list[Properties], keys: Mapping[str, Any]) -> None:
    """A table of all the files of an entity; of assessments, whose files differ, of each that has the same columns."""
    first = max(found, key=lambda properties: len(properties.headers([_named(given) for given in known["fields"].values()])))
    table = TableDraft(known["table"], [properties.file.path for properties in found], notes=list(known.get("notes", ())))
    table.keys += [KeyDraft("rows", known["rows"])] if "rows" in known else []
    with_encoding(table, [properties.file for properties in found])
    for name, given in known["fields"].items():
        drafted = _field(draft, table, name, given, first, found, keys)
        if drafted is not None:
            table.fields.append(drafted)
    draft.tables.append(table)


def _named(given: str | Mapping[str, Any]) -> str:
    return given if isinstance(given, str) else str(given["property"])


def _field(
    draft: ProjectDraft,
    table: TableDraft,
    name: str,
    given: Any,
    first: Properties,
    found: list[Properties],
    keys: Mapping[str, Any],
) -> FieldDraft | None:
    files = [properties.file for properties in found]
    if isinstance(given, str) and given in keys:
        names, guess = keys[given]
        headers = first.headers(names)
        if not headers:
            return None
        return FieldDraft(name, {"source": headers if len(headers) > 1 else headers[0]}, guess=guess)
    header = first.header(_named(given))
    if header is None or not any(header in file.labels and file.counts(header) for file in files):
        return None
    drafted = FieldDraft(name, {"source": header})
    texts = {text for file in files if header in file.labels for text in file.counts(header)}
    draft.used_codes[table.name, name] = texts
    if isinstance(given, Mapping):
        if "descriptor" in given:
            _codes(draft, table, drafted, texts, knowledge("edfi")["descriptors"][given["descriptor"]])
        elif "true" in given:
            return drafted if _flags(drafted, texts, given) else None
        else:
            drafted.codes = as_written(texts)
        return drafted
    return drafted if checked(draft, table, drafted, texts) else None


def _codes(draft: ProjectDraft, table: TableDraft, drafted: FieldDraft, texts: set[str], known: Mapping[str, Any]) -> None:
    """Known codes with their labels, in the form of the file; those that the file does not use too, in short form."""
    unknown = []
    by_code = {code.casefold(): (code, label) for code, label in known.items()}
    for text in sorted(texts):
        code, own = code_of(text)
        if code.casefold() not in by_code:
            unknown.append(text)
            continue
        _, label = by_code[code.casefold()]
        guess = Guess("the district's own code of this name") if own else None
        if isinstance(label, Mapping):
            guess, label = Guess(label["reason"], "possible"), label["label"]
        drafted.codes.append(CodeDraft(text, label, guess))
    ask_for_labels(draft, table, drafted, unknown, len(texts))
    if any(code_of(text)[0] != text for text in texts):
        return
    used = {code.value.casefold() for code in drafted.codes}
    plain = ((code, label) for code, label in known.items() if isinstance(label, str) and code.casefold() not in used)
    drafted.codes += [CodeDraft(code, label) for code, label in plain]


def _flags(drafted: FieldDraft, texts: set[str], given: Mapping[str, Any]) -> bool:
    """Codes that mean true and false, and those that mean neither; False where none of the first two is there."""
    meant = {True: given["true"], False: given.get("false", ())}
    found = {flag: sorted(text for text in texts if code_of(text)[0] in codes) for flag, codes in meant.items()}
    if len(texts) > MOST_CODES or not (found[True] or found[False]):
        return False
    drafted.keys |= {"trueValues": found[True] or list(given["true"])}
    drafted.keys |= {"falseValues": found[False]} if found[False] else {}
    others = sorted(texts - set(found[True]) - set(found[False]))
    drafted.keys |= {"missingValues": ["", *others]} if others else {}
    return True


def _grade_of_enrollment(draft: ProjectDraft) -> None:
    """The grade level stands with the enrollment; students take it from there, the last one of the file."""
    enrollments, students = draft.table("enrollments"), draft.table("students")
    entry = enrollments.field("grade_level") if enrollments else None
    if enrollments is None or students is None or entry is None or students.field("grade_level"):
        return
    grades = TableDraft("student_grades", enrollments.paths, notes=["The grade level of the last enrollment of each student."])
    grades.keys += [KeyDraft("rows", "distinct"), KeyDraft("conflicts", "last")]
    student = enrollments.field("student_id")
    assert student is not None, "an enrollment is told by its student"
    grades.fields = [
        FieldDraft("student_id", {**student.keys, "required": True}),
        FieldDraft("grade_level", {**entry.keys, "type": "grade_level"}, entry.codes),
    ]
    grades.primary_key = ["student_id"]
    students.fields.append(FieldDraft("grade_level", {"default": "student_grades.grade_level"}))
    key = {"fields": "student_id", "optional": True, "reference": {"resource": "student_grades", "fields": "student_id"}}
    students.foreign_keys.append(key)
    draft.tables.insert(draft.tables.index(enrollments) + 1, grades)


def _attendance(draft: ProjectDraft) -> None:
    """Events of days attended in full, or of the others only."""
    table = draft.table("attendance")
    status = table.field("status") if table else None
    if status is None:
        return
    used = draft.used_codes.get(("attendance", "status"), set())
    present = any(code.label == "present" and code.value in used for code in status.codes)
    reason = "rows say who was present" if present else "no row says who was present: a day attended in full has none"
    draft.attendance = Setting("daily" if present else "exceptions", Guess(reason))


def _programs(draft: ProjectDraft) -> None:
    """A fact for each program that there is: on any day of the year."""
    table = draft.table("programs")
    program = table.field("program") if table else None
    used = draft.used_codes.get(("programs", "program"), set())
    labels = {code.label for code in program.codes if code.value in used and code.guess is None} if program else set()
    for label, title in knowledge("edfi")["program_titles"].items():
        if label in labels:
            draft.student_facts[f"in_{label}"] = (title, f"count(programs where programs.program = '{label}') > 0")


def _school_year(draft: ProjectDraft, seen: Mapping[str, list[Properties]]) -> None:
    years = set()
    for properties in (properties for found in seen.values() for properties in found):
        header = properties.header("SchoolYear")
        years |= {school_year_code(text) for text in properties.file.counts(header)} if header else set()
    known = sorted(year for year in years if year is not None)
    if known:
        guess = Guess(f"the latest of {len(known)} school years in the files") if len(known) > 1 else None
        draft.school_year = Setting(school_year_label(known[-1]), guess)


def _district(draft: ProjectDraft, seen: Mapping[str, list[Properties]]) -> None:
    """The education organization that answers for the programs, where it is one and no school."""
    found = set()
    for properties in seen.get("programs", ()):
        header = properties.header("EducationOrganizationId")
        found |= set(properties.file.counts(header)) if header else set()
    for properties in seen.get("schools", ()):
        header = properties.header("SchoolId")
        found -= set(properties.file.counts(header)) if header else set()
    if len(found) == 1:
        draft.district_id = Setting(found.pop(), Guess("the education organization of all programs"))
