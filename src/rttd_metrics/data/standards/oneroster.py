"""OneRoster CSV, 1.1 and 1.2, as a project: its headers are fixed, so only what its codes leave open is a guess."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rttd_metrics.data.standards.codes import loosely
from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, KeyDraft, ProjectDraft, Question, Setting, TableDraft
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.data.standards.knowledge import knowledge
from rttd_metrics.data.standards.oneroster_marks import mark_codes, with_marks
from rttd_metrics.definitions.cell_forms import GRADE_FORMS
from rttd_metrics.formula.values import school_year_code, school_year_label
from rttd_metrics.problems import Problem, ProblemError

_NOT_DELETED = "coalesce(record_status, 'active') <> 'tobedeleted'"
VERSIONS = ("1.1", "1.2")


def is_oneroster(files: list[FoundFile]) -> bool:
    """Whether there is a OneRoster manifest, or users and organizations with the columns of the standard."""
    named = _by_name(files)
    manifest = _manifest(named)
    by_columns = all(name in named and "sourcedId" in named[name].labels for name in ("users", "orgs"))
    return "oneroster.version" in manifest or by_columns


def oneroster(files: list[FoundFile]) -> ProjectDraft:
    """Raises ProblemError for a version that is not read, for delta files, and for files that the manifest promises."""
    named = _by_name(files)
    version = _version(named)
    _refuse(named)
    draft = ProjectDraft(f"OneRoster {version} CSV")
    marks = mark_codes(named)
    for known in knowledge("oneroster")["tables"]:
        file = named.get(known["file"])
        if file is None or version not in known.get("versions", VERSIONS) or (known.get("marks") and not marks):
            continue
        if all(file.is_filled(column) for column in known.get("filled", ())):
            draft.tables.append(_table(known, file))
    with_marks(draft, named, marks)
    if "demographics" in named and (students := draft.table("students")):
        extra = knowledge("oneroster")["demographics"]
        students.fields += [FieldDraft(name, dict(keys)) for name, keys in extra["fields"].items()]
        students.foreign_keys += extra["foreign_keys"]
    _grade_levels(draft, named)
    _term_types(draft, named)
    _primary_teachers(draft, named)
    _district(draft, named)
    _school_year(draft, named)
    used = {path for table in draft.tables for path in table.paths}
    draft.unused = {file.path: "no table is read from it" for file in files if file.path not in used and file.name != "manifest"}
    return draft


def _by_name(files: list[FoundFile]) -> dict[str, FoundFile]:
    known = {loosely(name): name for name in knowledge("oneroster")["files"]}
    return {known[loosely(file.name)]: file for file in files if loosely(file.name) in known and file.fault is None}


def _manifest(named: Mapping[str, FoundFile]) -> dict[str, str]:
    file = named.get("manifest")
    if file is None or not {"propertyName", "value"} <= set(file.labels):
        return {}
    return {row[0]: row[1] for row in file.cells("propertyName", "value")}


def _version(named: Mapping[str, FoundFile]) -> str:
    said = _manifest(named).get("oneroster.version")
    if said is not None and said not in VERSIONS:
        raise ProblemError([Problem("oneroster", f"its version is '{said}'", help="1.1 and 1.2 are read: export one of them")])
    if said is not None:
        return said
    return "1.2" if "roles" in named or ("users" in named and "role" not in named["users"].labels) else "1.1"


def _refuse(named: Mapping[str, FoundFile]) -> None:
    modes = {name.removeprefix("file."): mode for name, mode in _manifest(named).items() if name.startswith("file.")}
    problems = [
        Problem(
            "oneroster",
            f"{name}.csv is a delta file: it holds what has changed, not what there is",
            file=named["manifest"].path,
            help="have the whole bundle exported in bulk mode",
        )
        for name, mode in modes.items()
        if mode == "delta"
    ]
    problems += [
        Problem("missing-file", f"the manifest promises {name}.csv, which is not there", file=named["manifest"].path)
        for name, mode in modes.items()
        if mode == "bulk" and name in knowledge("oneroster")["files"] and name not in named
    ]
    if problems:
        raise ProblemError(problems)


def _table(known: Mapping[str, Any], file: FoundFile) -> TableDraft:
    fields = [_field(name, given, file) for name, given in known["fields"].items()]
    fields = [drafted for drafted in fields if drafted.column in file.labels or "default" in drafted.keys]
    conditions = [known["where"]] if "where" in known else []
    notes = list(known.get("notes", ()))
    if "status" in file.labels:
        fields.append(FieldDraft("record_status", {"source": "status"}, note="Rows marked `tobedeleted` are left out."))
        conditions.append(_NOT_DELETED)
    keys = [KeyDraft("where", " and ".join(conditions))] if conditions else []
    keys += [KeyDraft(name, known[name]) for name in ("rows", "conflicts", "date") if name in known]
    own, foreign = known.get("primary_key", []), list(known.get("foreign_keys", []))
    return TableDraft(known["name"], [file.path], fields, keys, own, foreign, notes=notes)


def _field(name: str, given: str | Mapping[str, Any], file: FoundFile) -> FieldDraft:
    if isinstance(given, str):
        return FieldDraft(name, {"source": given})
    codes = [CodeDraft(code, label) for code, label in given.get("codes", {}).items()]
    keys = {key: value for key, value in given.items() if key != "codes"}
    if isinstance(keys.get("source"), list):  # the versions call it differently
        keys["source"] = next((label for label in keys["source"] if label in file.labels), keys["source"][0])
    return FieldDraft(name, keys, codes)


def _grade_levels(draft: ProjectDraft, named: Mapping[str, FoundFile]) -> None:
    """Codes that are not ours get categories: all that stand in the file, those of the standard as guesses."""
    known = knowledge("oneroster")["grade_levels"]
    for table in draft.tables:
        drafted = table.field("grade_level")
        file = next(file for file in named.values() if file.path == table.paths[0])
        if drafted is None:
            continue
        found = sorted(code for code in file.counts(drafted.column) if "," not in code)
        foreign = [code for code in found if code not in GRADE_FORMS]
        if not foreign:
            continue
        for code in found:
            if code in GRADE_FORMS:
                drafted.codes.append(CodeDraft(code, code))
            elif code in known:
                drafted.codes.append(CodeDraft(code, known[code]["label"], Guess(known[code]["reason"])))
        if unknown := [code for code in foreign if code not in known]:
            asks = f"{len(unknown)} codes are no grade levels of OneRoster: which are they?"
            draft.questions.append(Question(table.name, "grade_level", drafted.column, asks))


def _term_types(draft: ProjectDraft, named: Mapping[str, FoundFile]) -> None:
    """`term` and `gradingPeriod` may be anything shorter than a year: told by how many there are in a school year."""
    table = draft.table("terms")
    drafted = table.field("type") if table else None
    if drafted is None:
        return
    known = knowledge("oneroster")["terms_in_a_year"]
    file = named["academicSessions"]
    by_kind: dict[str, Counter[str]] = {}
    for kind, year in file.cells("type", "schoolYear"):
        by_kind.setdefault(kind, Counter())[year] += 1
    for kind in ("term", "gradingPeriod"):
        if kind in by_kind:
            number = max(by_kind[kind].values())
            label = known.get(str(number)) or known.get(number)
            if label is None:
                asks = f"there are {number} sessions of the type {kind} in a school year: semester, quarter or trimester?"
                draft.questions.append(Question("terms", "type", "type", asks))
            else:
                drafted.codes.append(CodeDraft(kind, label, Guess(f"there are {number} of them in a school year")))


def _primary_teachers(draft: ProjectDraft, named: Mapping[str, FoundFile]) -> None:
    """Teachers of whom nothing says whether they are primary."""
    table = draft.table("section_educators")
    drafted = table.field("role") if table else None
    file = named.get("enrollments")
    if drafted is None or file is None or not {"role", "primary"} <= set(file.labels):
        return
    unsaid = sum(role == "teacher" and not primary for role, primary in file.cells("role", "primary"))
    if unsaid:
        drafted.keys |= {"required": False, "default": "'teacher_of_record'"}
        drafted.guess = Guess(
            f"{unsaid:,} teachers of classes are neither primary nor not; such a one may be the only one", "possible"
        )


def _district(draft: ProjectDraft, named: Mapping[str, FoundFile]) -> None:
    """The one organization of the type district."""
    file = named.get("orgs")
    if file is None or not {"type", "name", "sourcedId"} <= set(file.labels):
        return
    identified = "identifier" if "identifier" in file.labels else "sourcedId"
    found = [row for row in file.cells("type", "name", "sourcedId", identified) if row[0] == "district"]
    if len(found) == 1:
        _, name, own, identifier = found[0]
        draft.district_name = Setting(name)
        draft.district_id = Setting(identifier or own)


def _school_year(draft: ProjectDraft, named: Mapping[str, FoundFile]) -> None:
    """That of the academic sessions, named by the year in which it ends; the latest of several is a guess."""
    file = named.get("academicSessions")
    if file is None or "schoolYear" not in file.labels:
        return
    years = sorted({year for text in file.counts("schoolYear") if (year := school_year_code(text)) is not None})
    if years:
        guess = Guess(f"the latest of {len(years)} school years in {file.path}") if len(years) > 1 else None
        draft.school_year = Setting(school_year_label(years[-1]), guess)
