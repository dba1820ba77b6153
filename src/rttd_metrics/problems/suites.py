"""What was checked, and what is wrong with each part of it: for formats that tell of more than problems."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rttd_metrics.problems.problem import Problem, in_order


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was checked. It fails where one of its problems is an error."""

    name: str
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file or measure; `group` is what reports sort them by."""

    name: str
    group: str
    file: str | None
    cases: tuple[Case, ...]

    def moved(self, find: Callable[[str], str]) -> "Suite":
        """The same, every file named as `find` says."""
        cases = (replace(case, problems=tuple(problem.moved(find) for problem in case.problems)) for case in self.cases)
        return replace(self, file=self.file and find(self.file), cases=tuple(cases))


def file_suites(files: Iterable[str], problems: Iterable[Problem]) -> list[Suite]:
    """A suite a file, in order, and one of problems that are of none: a case a problem, else one that holds."""
    ordered = in_order(problems)
    names = sorted({*files, *(problem.file for problem in ordered if problem.file is not None)})
    suites = [_file_suite(name, [problem for problem in ordered if problem.file == name]) for name in names]
    placeless = [Case(problem.code, (problem,)) for problem in ordered if problem.file is None]
    return [*suites, *([Suite("definitions", "definitions", None, tuple(placeless))] if placeless else [])]


def _file_suite(name: str, problems: list[Problem]) -> Suite:
    cases = tuple(Case(_name(problem), (problem,)) for problem in problems) or (Case("no problems"),)
    return Suite(name, PurePosixPath(name).with_suffix("").as_posix(), name, cases)


def _name(problem: Problem) -> str:
    return problem.code if problem.line is None else f"{problem.code} in line {problem.line}"
