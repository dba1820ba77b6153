"""Finds and reads the files of a project: `rttd.yml`, measures, facts; its own and the shipped ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from rttd_metrics.definitions.attendance_checks import with_examples_of
from rttd_metrics.definitions.attendance_form import AttendanceForm
from rttd_metrics.definitions.facts import FactsFile
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.project import PROJECT_FILE, District, ProjectDefinition
from rttd_metrics.definitions.salvage import salvaged_facts
from rttd_metrics.documents import Document, load, parse, read_as
from rttd_metrics.problems import Problem, ProblemError, did_you_mean

Definition = TypeVar("Definition")
PACKAGE = "package:"
_DEFAULT_PROJECT = ProjectDefinition(district=District(id="0", name="Any district"), school_year="2012-13", measures=["."])


@dataclass(frozen=True, slots=True)
class Source(Generic[Definition]):
    """One definition file as read. `shipped`: it comes with the package, not with the project."""

    document: Document
    definition: Definition
    shipped: bool


@dataclass
class Sources:
    folder: Path
    document: Document
    project: ProjectDefinition | None = None
    facts: list[Source[FactsFile]] = field(default_factory=list)
    measures: list[Source[MeasureDefinition]] = field(default_factory=list)
    faulty_measures: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


def shipped_folder() -> Path:
    """Where the shipped portfolio lies: inside the installed package, or at the top of a checkout."""
    installed = Path(__file__).parents[1] / "measures"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "measures"


def shipped_packages() -> list[str]:
    """The folders of the shipped portfolio that hold measures, by their path: `outcomes`, `library`, `library/college`."""
    top = shipped_folder()
    holding = {file.parent for file in top.rglob("*.yml") if not _holds_facts(file)}
    folders = {folder for held in holding for folder in (held, *held.parents) if folder != top and folder.is_relative_to(top)}
    return sorted(folder.relative_to(top).as_posix() for folder in folders)


def read_sources(path: Path) -> Sources:
    """Read every definition file of the project at `path`: a folder with rttd.yml, or that file.

    A measure file or folder inside a project stands for the project, whose facts it uses; one outside any is read by
    itself, against the standard tables.
    Raises ProblemError where `path` does not exist or its rttd.yml is no YAML mapping.
    """
    if not path.exists():
        raise ProblemError((Problem("missing-file", f"there is no file or folder '{path}'"),))
    project_file = _project_file(path)
    return _read_project(project_file) if project_file is not None else _read_loose(path)


def project_folder(path: Path) -> Path:
    """The folder from which the files that are read at `path` are shown."""
    project_file = _project_file(path)
    return project_file.parent if project_file is not None else _loose_folder(path)


def _project_file(path: Path) -> Path | None:
    """The rttd.yml that `path` stands for; None where it lies in no project."""
    own = path / PROJECT_FILE if path.is_dir() else path
    return own if own.name == PROJECT_FILE and own.exists() else _project_above(path)


def _loose_folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _project_above(path: Path) -> Path | None:
    """The rttd.yml of the project that `path` lies in; the search ends where a repository begins."""
    for folder in path.resolve().parents:
        if (folder / PROJECT_FILE).is_file():
            return folder / PROJECT_FILE
        if (folder / ".git").exists():
            return None
    return None


def _read_project(project_file: Path) -> Sources:
    document = load(project_file, PROJECT_FILE)
    sources = Sources(project_file.parent, document)
    sources.texts[PROJECT_FILE] = document.text
    sources.project, problems = read_as(document, ProjectDefinition)
    sources.problems += problems
    _read_shipped_facts(sources)
    for position, entry in enumerate(_entries(sources)):
        files = list(_entry_files(sources, entry, position))
        for file, shown, shipped in files:
            if shown not in sources.texts:  # two entries may stand for one file
                _read_file(sources, file, shown, shipped)
    return sources


def _entries(sources: Sources) -> list[str]:
    """What `measures:` names; of a faulty rttd.yml too, so that the faults of the other files are told with its own."""
    if sources.project is not None:
        return sources.project.measures
    named = sources.document.value.get("measures")
    return [entry for entry in named if isinstance(entry, str)] if isinstance(named, list) else []


def _read_loose(path: Path) -> Sources:
    folder = _loose_folder(path)
    sources = Sources(folder, parse("{}", PROJECT_FILE), _DEFAULT_PROJECT)
    _read_shipped_facts(sources, besides=path.resolve())
    files = _yaml_files(path) if path.is_dir() else [path]
    for file in files:
        _read_file(sources, file, file.relative_to(folder).as_posix(), shipped=False)
    if not files:
        sources.problems.append(
            Problem(
                "missing-file",
                f"'{path}' holds no {PROJECT_FILE} and no measure files (*.yml)",
                help="name a project folder; `rttd init DIR` starts one",
            )
        )
    return sources


def _read_shipped_facts(sources: Sources, besides: Path | None = None) -> None:
    """The facts that ship with the package, but for those in `besides`, which are read as one's own."""
    folder = shipped_folder()
    for file in sorted(folder.rglob("*.yml")):
        if _holds_facts(file) and not (besides and file.resolve().is_relative_to(besides)):
            _read_file(sources, file, PACKAGE + file.relative_to(folder).as_posix(), shipped=True)


def _entry_files(sources: Sources, entry: str, position: int) -> Iterator[tuple[Path, str, bool]]:
    """The files one entry of `measures:` stands for: file, shown name, shipped."""
    if entry.startswith(PACKAGE):
        yield from _package_files(sources, entry, position)
        return
    target = sources.folder / entry
    if not target.resolve().is_relative_to(sources.folder.resolve()):
        _refuse(sources, position, f"'{entry}' lies outside the project", "copy the files into the project")
    elif not target.exists():
        _refuse(
            sources,
            position,
            f"there is no file or folder '{entry}' in the project",
            f"shipped measures are named {PACKAGE}{shipped_packages()[0]}",
        )
    else:
        files = _yaml_files(target) if target.is_dir() else [target]
        if not files:
            _refuse(sources, position, f"the folder '{entry}' holds no measure files (*.yml)", None)
        for file in files:
            yield file, file.relative_to(sources.folder).as_posix(), False


def _package_files(sources: Sources, entry: str, position: int) -> Iterator[tuple[Path, str, bool]]:
    """The shipped measures of a package and those below it, or the one that is named."""
    name, packages = entry.removeprefix(PACKAGE), shipped_packages()
    folder, _, file = name.rpartition("/")
    named = shipped_folder() / name
    if folder in packages and file.endswith(".yml") and named.is_file() and not _holds_facts(named):
        yield named, entry, True
    elif name in packages:
        for found in sorted(named.rglob("*.yml")):
            yield found, f"{PACKAGE}{name}/{found.relative_to(named).as_posix()}", True
    else:
        tops = [package for package in packages if "/" not in package]
        message = f"there is no shipped package '{name}': {', '.join(tops)}"
        _refuse(sources, position, message, did_you_mean(name, packages))


def _yaml_files(folder: Path) -> list[Path]:
    """The definition files of a folder, in the folders below it too."""
    files = (file for ending in ("*.yml", "*.yaml") for file in folder.rglob(ending))
    return sorted(file for file in files if file.name != PROJECT_FILE)


def _refuse(sources: Sources, position: int, message: str, help_: str | None) -> None:
    sources.problems.append(sources.document.problem(("measures", position), "missing-file", message, help=help_))


def _holds_facts(file: Path) -> bool:
    return file.stem == "facts" or file.stem.endswith("-facts")


def _read_file(sources: Sources, file: Path, shown: str, shipped: bool) -> None:
    try:
        document = load(file, shown)
    except ProblemError as error:
        sources.problems += error.problems
        sources.texts.setdefault(shown, _text_of(file))
        return
    sources.texts[shown] = document.text
    wanted: AttendanceForm = sources.project.attendance if sources.project else "daily"
    if _holds_facts(file):
        read, problems = read_as(document, FactsFile)
        facts = read if read is not None else salvaged_facts(document)
        if facts.attendance is None or wanted in facts.attendance:
            sources.facts.append(Source(document, facts, shipped))
    else:
        measure, problems = read_as(document, MeasureDefinition)
        if measure is not None:
            sources.measures.append(Source(document, with_examples_of(wanted, measure) if shipped else measure, shipped))
        else:
            sources.faulty_measures.append(document)
    sources.problems += problems


def _text_of(file: Path) -> str:
    """What can be shown of a file that is no YAML."""
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
