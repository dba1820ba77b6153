"""Start a project from files that are there: what they are, what is certain and what a guess, and an rttd.yml that says so."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rttd_metrics.data.archive import ArchiveError
from rttd_metrics.data.standards.drafts import Guess, ProjectDraft, Setting, TableDraft
from rttd_metrics.data.standards.edfi import edfi, is_edfi
from rttd_metrics.data.standards.files import FoundFile, found_files
from rttd_metrics.data.standards.oneroster import is_oneroster, oneroster
from rttd_metrics.data.standards.plain import plain
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.project import PROJECT_FILE
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.jobs.init import FolderNotEmpty, schema_files, write_new
from rttd_metrics.jobs.init_measures import PACKAGES, fitting_measures
from rttd_metrics.jobs.init_yaml import MARK, accepted, facts_text, project_text
from rttd_metrics.problems import Problem, ProblemError

FACTS = Path("measures") / "facts.yml"
_IGNORED = "data/\nout/\n"
_OWN_MEASURE = Path("measures") / "students.yml"
_STUDENTS_COUNTED = """\
# yaml-language-server: $schema=../.rttd/measure.schema.json
# None of the measures that come with rttd finds all it needs in the data, so here is one that does.
id: students
title: Students
condition: outcome
level: student
population: participating
formula: count(true)
improvement: increase
frequency: yearly
"""


class NoSource(Exception):
    """There is no folder or ZIP to start from: the message says what there is instead."""


@dataclass
class Started:
    """A project that was started: `copied`: the files of `source` that were copied into it; `left_out`: shipped measures and
    what they lack."""

    folder: Path
    source: Path
    draft: ProjectDraft
    accepted: bool
    measures: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)
    copied: list[Path] = field(default_factory=list)


def start_from(folder: Path, source: Path, *, accept: bool = False) -> Started:
    """Start a project in `folder` from the CSVs in `source`, a folder or a ZIP.

    Files inside `folder` are read where they are, others are copied into its data/ (a ZIP whole). Nothing is ever
    overwritten. With `accept` every guess is written as confirmed. Raises FolderNotEmpty where `folder` holds a project, or
    anything where files have to be copied; NoSource; ProblemError where nothing can be made of the files; OSError.
    """
    inside = source.resolve().is_relative_to(folder.resolve())
    if (folder / PROJECT_FILE).exists() or (not inside and folder.exists() and any(folder.iterdir())):
        raise FolderNotEmpty(folder)
    files = _looked_at(source)
    draft = _drafted(files)
    _name_district(draft, folder)
    _ask_school_year(draft)
    where = {file.path: _path_in_project(folder, source, file.path, inside=inside) for file in files}
    _keep_apart(draft, where)
    started = Started(folder, source, draft, accept)
    fit, started.left_out = _measures(draft, files, where)
    own = ["measures/"] if draft.student_facts or not fit else []
    started.measures = [*own, *fit]
    text = project_text(draft, source.name or "this folder", where, started.measures, started.left_out)
    contents = {Path(PROJECT_FILE): (accepted(text) if accept else text).encode(), **dict(schema_files())}
    contents |= {} if (folder / ".gitignore").exists() else {Path(".gitignore"): _IGNORED.encode()}
    contents |= {FACTS: facts_text(draft.student_facts).encode()} if draft.student_facts else {}
    contents |= {} if fit else {_OWN_MEASURE: _STUDENTS_COUNTED.encode()}
    copies = {} if inside else dict(_copies(source, draft))
    started.written = write_new(folder, sorted(contents.items()), copies)
    started.copied = [folder / path for path in copies]
    return started


def accept_guesses(folder: Path) -> int:
    """Confirm every guess in the rttd.yml of a project; how many lines that were. Raises OSError."""
    path = folder / PROJECT_FILE
    text = path.read_text(encoding="utf-8")
    confirmed = accepted(text)
    if confirmed != text:
        beside = path.with_name(f".{PROJECT_FILE}.tmp-{os.getpid()}")
        try:
            beside.write_text(confirmed, encoding="utf-8")
            shutil.copymode(path, beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return sum(line.lstrip().startswith(MARK) for line in text.splitlines())


def _looked_at(source: Path) -> list[FoundFile]:
    if not source.is_dir() and not (source.is_file() and source.suffix.lower() == ".zip"):
        raise NoSource("is neither a folder nor a ZIP" if source.exists() else "is not there")
    try:
        files = found_files(source)
    except ArchiveError as error:
        raise ProblemError([Problem("source-error", f"'{source}' is not read: {error.strerror}")]) from None
    if not any(file.fault is None for file in files):
        help_ = "name the ZIP itself" if source.is_dir() and list(source.glob("*.zip")) else None
        raise ProblemError([Problem("no-source", f"'{source}' holds no CSV that can be read", help=help_)])
    return files


def _drafted(files: list[FoundFile]) -> ProjectDraft:
    if is_oneroster(files):
        return oneroster(files)
    return edfi(files) if is_edfi(files) else plain(files)


def _name_district(draft: ProjectDraft, folder: Path) -> None:
    if draft.district_name is None:
        name = re.sub(r"[-_]+", " ", folder.resolve().name).strip() or "District"
        draft.district_name = Setting(name, Guess("no file names the district: the name of the folder", "possible"))
    if draft.district_id is None:
        draft.district_id = Setting("0", Guess("no file holds the id of the district: write the one the state knows", "possible"))


def _ask_school_year(draft: ProjectDraft) -> None:
    if draft.school_year is None:
        message = "no file tells the school year"
        raise ProblemError(
            [Problem("no-source", message, help="a column school_year, or dates of attendance or enrollment, tell it")]
        )


def _keep_apart(draft: ProjectDraft, where: dict[str, str]) -> None:
    """A standard table that none of the files is read for must not find one under its usual name."""
    for name in standard_tables():
        taken = f"data/{name}.csv"
        if draft.table(name) is None and taken in where.values():
            note = f"{taken} is not what this table holds. Where you have such rows, put them into this file."
            draft.tables.append(TableDraft(name, [f"{name}-rows.csv"], notes=[note]))
            where[f"{name}-rows.csv"] = f"data/{name}-rows.csv"


def _path_in_project(folder: Path, source: Path, path: str, *, inside: bool) -> str:
    """`students.csv` in the folder data is data/students.csv; in the ZIP data/x.zip it is data/x.zip/students.csv."""
    if inside:
        base = source.resolve().relative_to(folder.resolve())
    else:
        base = Path("data") if source.is_dir() else Path("data") / source.name
    return (base / path).as_posix()


def _copies(source: Path, draft: ProjectDraft) -> Iterator[tuple[Path, Path]]:
    """What is copied into the project, and from where: a ZIP whole, of a folder only the files that a table is read from."""
    if source.is_file():
        yield Path("data") / source.name, source
        return
    for path in sorted({path for table in draft.tables if table.fields for path in table.paths}):
        yield Path("data") / path, source / path


def _measures(draft: ProjectDraft, files: list[FoundFile], where: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The shipped measures that find what they need, as if every guess were confirmed."""
    text = accepted(project_text(draft, "", where, ["measures/", *(f"package:{name}" for name in PACKAGES)], {}))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / PROJECT_FILE).write_text(text, encoding="utf-8")
        (Path(folder) / FACTS.parent).mkdir()
        if draft.student_facts:
            (Path(folder) / FACTS).write_text(facts_text(draft.student_facts), encoding="utf-8")
        portfolio = read_portfolio(Path(folder))
    return fitting_measures(portfolio, _filled(draft, files))


def _filled(draft: ProjectDraft, files: list[FoundFile]) -> dict[str, set[str]]:
    """By table, the fields in whose columns anything stands."""
    by_path = {file.path: file for file in files}
    filled: dict[str, set[str]] = {}
    for table in draft.tables:
        read = [by_path[path] for path in table.paths if path in by_path]
        shipped = standard_tables().get(table.name)
        sources = {name: field.headers for name, field in shipped.fields.items()} if shipped else {}
        for drafted in table.fields:
            source = drafted.keys.get("source", drafted.name)
            sources[drafted.name] = source if isinstance(source, list) else [source]
        if read:
            filled[table.name] = {name for name, headers in sources.items() if any(_stand_in(file, headers) for file in read)}
    return filled


def _stand_in(file: FoundFile, headers: list[str]) -> bool:
    return set(headers) <= set(file.labels) and all(file.counts(header) for header in headers)
