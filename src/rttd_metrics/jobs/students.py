"""The early-warning list of a project: compute the run, and list the students with flags."""

from collections.abc import Sequence
from datetime import date

from rttd_metrics import __version__
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.definitions.thresholds import Threshold, thresholds
from rttd_metrics.engine.evaluate import evaluate
from rttd_metrics.engine.judge import good_side
from rttd_metrics.engine.read import DataFaults
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.student_details import StudentDetails, people
from rttd_metrics.formula.values import school_year_code
from rttd_metrics.jobs.compute import checked
from rttd_metrics.problems import Problem, ProblemError
from rttd_metrics.reports.selection import check_selection, measure_problems
from rttd_metrics.reports.students.flagged import Classes, FlagList, flag_list, shipped_flags


def students(
    portfolio: Portfolio,
    *,
    flags: Sequence[str] = (),
    school: str | None = None,
    classroom: str | None = None,
    educator: str | None = None,
    school_year: str | None = None,
    as_of: date | None = None,
    keep_going: bool = False,
) -> FlagList:
    """The students with flags, of the district or of a school, a classroom and an educator's classrooms.

    `flags`: measures of students; without them the shipped flags that the project has, else the portfolio's measures of
    students that have a good side. Raises ProblemError where a flag or unit is not there, or definitions or data are wrong.
    """
    checked(portfolio, school_year=school_year, as_of=as_of)
    chosen = _flags(portfolio, flags)
    year = school_year_code(school_year) if school_year is not None else portfolio.school_year
    assert year is not None, "checked before"
    deciding: dict[str, Sequence[Threshold]] = {
        measure.id: thresholds(measure, portfolio.facts) for measure in portfolio.measures if measure.id in chosen
    }
    deciding = {id_: deciding[id_] for id_ in chosen}
    details = StudentDetails(sorted({fact for found in deciding.values() for one in found for fact in one.facts}))
    try:
        run = evaluate(portfolio, school_year=year, as_of=as_of, keep_going=keep_going, version=__version__, details=details)
    except DataFaults as faults:
        raise ProblemError([finding.as_problem() for finding in faults.findings]) from None
    sections = _sections(run, details, school, classroom, educator)
    return flag_list(run, details, people(portfolio, year), deciding, school=school, sections=sections)


def _flags(portfolio: Portfolio, asked: Sequence[str]) -> list[str]:
    """The measures that are the flags of the list. Raises ProblemError where there are none, or one asked for cannot be."""
    able = [
        measure
        for measure in portfolio.measures
        if measure.level == "student" and good_side(measure) is not None and measure.definition.confidential is None
    ]
    ids = [measure.id for measure in able]
    problems = measure_problems([measure.id for measure in portfolio.measures], asked)
    problems += [
        Problem("selection", f"'{id_}' flags no student", help="a flag is a percent or count of students, not confidential")
        for id_ in asked
        if id_ not in ids and any(measure.id == id_ for measure in portfolio.measures)
    ]
    if problems:
        raise ProblemError(problems)
    found = list(dict.fromkeys(asked)) or shipped_flags(ids)
    found = found or [measure.id for measure in able if measure.definition.portfolio]
    if not found:
        help_ = "name measures that are a percent or count of students with --flag, or use the shipped flags"
        raise ProblemError([Problem("selection", "no measure of the portfolio flags students", help=help_)])
    return found


def _sections(
    run: Run, details: StudentDetails, school: str | None, classroom: str | None, educator: str | None
) -> list[str] | None:
    """The classrooms that are asked for; None: all students. Raises ProblemError where a unit is not there."""
    problems = []
    for unit in (("school", school), ("classroom", classroom)):
        if unit[1] is not None:
            problems += check_selection(run, unit=(unit[0], unit[1]))
    taught = Classes(run, details.teachers).taught_by(educator) if educator is not None else []
    if educator is not None and not taught:
        # The ids of educators are not candidates: they are people.
        help_ = "an educator is the teacher of record of a section, in section_educators"
        problems.append(Problem("unknown-unit", f"no educator '{educator}' teaches a classroom in this run", help=help_))
    if problems:
        raise ProblemError(problems)
    if educator is not None:
        return [section for section in taught if classroom in (None, section)]
    return [classroom] if classroom is not None else None
