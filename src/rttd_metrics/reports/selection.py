"""The level, unit, measures and subgroups that a report is asked for, checked against what the run has."""

from collections.abc import Iterable, Sequence

from rttd_metrics.engine.results import Run
from rttd_metrics.problems import Problem, ProblemError, did_you_mean, suggest
from rttd_metrics.reports.cells import Unit, units

LEVELS = ("district", "school", "classroom", "student")


def parse_unit(text: str) -> tuple[str, str]:
    """`school:0102` as ("school", "0102"). Raises ProblemError where it has another shape."""
    level, colon, unit_id = text.partition(":")
    if not colon or not unit_id:
        help_ = "write LEVEL:ID, such as school:0102"
        raise ProblemError([Problem("unknown-unit", f"'{text}' is no unit", help=help_)])
    return level, unit_id


def check_selection(
    run: Run,
    *,
    level: str | None = None,
    unit: tuple[str, str] | None = None,
    measures: Sequence[str] = (),
    subgroup: str | None = None,
    window: str | None = None,
) -> list[Problem]:
    """Everything in the selection that the run does not have, or that cannot go together."""
    problems = [] if level is None or level in LEVELS else [_unknown("level", level, LEVELS)]
    problems += measure_problems([info.id for info in run.measures], measures)
    if unit is not None:
        problems += _unit_problems(run, *unit)
    if subgroup is not None:
        problems += _subgroup_problems(run, subgroup)
    windows = sorted({name for info in run.measures for name in info.windows})
    problems += [_unknown("window", window, windows)] if window is not None and window not in windows else []
    return problems or _combination_problems(level, unit, subgroup)


def measure_problems(known: Sequence[str], asked: Sequence[str]) -> list[Problem]:
    """The measures that are asked for and not there."""
    return [_unknown("measure", measure, known) for measure in asked if measure not in known]


def shown_measures(run: Run, ids: Sequence[str], *, everything: bool) -> list[str]:
    """The measures to print: those asked for, else those of the portfolio; all of them where everything is wanted, or where
    the project has no portfolio."""
    if ids:
        return list(ids)
    chosen = [info.id for info in run.measures if info.portfolio or everything]
    return chosen or [info.id for info in run.measures]


def find_unit(run: Run, level: str, unit_id: str) -> Unit | None:
    """The unit with this id; a student has no name but its id."""
    if level == "student":
        return Unit(level, unit_id, unit_id, None) if unit_id in _student_ids(run) else None
    return next((unit for unit in units(run, level) if unit.id == unit_id), None)


def dimensions(run: Run) -> list[str]:
    """The dimensions of the run's subgroups."""
    return sorted(set(run.results["dimension"].unique()) - {"all"})


def _unknown(what: str, word: str, candidates: Iterable[str]) -> Problem:
    candidates = list(candidates)
    help_ = did_you_mean(word, candidates) or f"there are: {', '.join(candidates)}"
    return Problem(f"unknown-{what}", f"there is no {what} '{word}' in this run", help=help_)


def _unit_problems(run: Run, level: str, unit_id: str) -> list[Problem]:
    if level not in LEVELS:
        return [_unknown("level", level, LEVELS)]
    if find_unit(run, level, unit_id) is not None:
        return []
    # The ids of students are not candidates: a mistyped one must not reveal another child's.
    found = units(run, level) if level != "student" else []
    names = {unit.name: unit.id for unit in found}
    holding = [name for name in names if unit_id.casefold() in name.casefold()]
    meant = holding[0] if len(holding) == 1 else suggest(unit_id, names)
    help_ = f"did you mean '{names[meant]}' ({meant})?" if meant else did_you_mean(unit_id, names.values())
    return [Problem("unknown-unit", f"there is no {level} '{unit_id}' in this run", help=help_)]


def _subgroup_problems(run: Run, dimension: str) -> list[Problem]:
    known = dimensions(run)
    if dimension in known:
        return []
    if not known:
        help_ = "the project declares no subgroups"
        return [Problem("unknown-subgroup", f"there are no subgroups '{dimension}'", help=help_)]
    return [_unknown("subgroup", dimension, known)]


def _combination_problems(level: str | None, unit: tuple[str, str] | None, subgroup: str | None) -> list[Problem]:
    messages = []
    unit_level = unit[0] if unit is not None else "district"
    lists_students = level == "student" or unit_level == "student"
    if level is not None and LEVELS.index(level) < LEVELS.index(unit_level):
        messages.append(f"a {unit_level} has no {level}s below it")
    if lists_students and unit_level == "classroom":
        messages.append("students are listed for a school or the district, not for a classroom")
    if lists_students and subgroup is not None:
        messages.append("a list of students has no subgroups")
    return [Problem("selection", message) for message in messages]


def _student_ids(run: Run) -> set[str]:
    return set(run.student_results["student_id"].unique())
