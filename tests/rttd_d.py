"""A small portfolio with everything in order, as the rules of rttd-d want it, and ways to break it.

Fourteen measures, one a file.

Every student measure counts one made-up fact, `signals`, against a threshold of its own, so that no two are alike.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from projects import measure, write_project, write_yaml
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.rules.holding import held_against_rules
from rttd_metrics.problems import Problem

YEARS = ["2012-13", "2013-14", "2014-15", "2015-16", "2016-17"]
LAST = YEARS[-1]
GROUPS = ("target", "subgroups")
LEARNERS = (*GROUPS, "english_learner", "Yes")
FACTS = {
    "student": {"signals": "count(incidents)"},
    "classroom": {"visits": "avg(observations.score)"},
    "school": {
        "favorable": "count(surveys where surveys.favorable)",
        "answers": "count(surveys)",
        "answered": "count(distinct surveys.respondent_id)",
    },
    "district": {"staff": "count(educators)", "staff_back": "count(educators where educators.returned)"},
}
SUBGROUPS = {
    name: f"students.{name}" for name in ("race_ethnicity", "economically_disadvantaged", "english_learner", "disability")
}

Change = Callable[[dict[str, Any]], Any]


def path(start: float, gain: float) -> dict[str, float]:
    """Targets that gain as much every year."""
    return {year: start + gain * number for number, year in enumerate(YEARS, 1)}


def behind() -> dict[str, Any]:
    """The targets of a group that starts ten points behind everyone and catches up."""
    return {"annual": path(30, 6), "baseline": {"2011-12": 30.0}}


def described(**keys: Any) -> dict[str, Any]:
    """A measure with all that people should know of it."""
    narrative = {"rationale": "Why", "leading_information": "How it leads", "review_and_improve": "How it is reviewed"}
    plain = {"frequency": "monthly", "review_frequency": "quarterly", "narrative": narrative, "owner": "Director",
             "off_target": "What is done", "baseline": {"2011-12": 40.0}, "target": {"annual": path(40, 4)}}  # fmt: skip
    return measure(**plain | keys)


def of_students(least: int, **keys: Any) -> dict[str, Any]:
    """A percent of students with so many signals."""
    given = {"participating": True, "signals": least}
    groups = {name: {"Yes": behind()} for name in ("economically_disadvantaged", "english_learner", "disability")}
    plain = {
        "population": "participating",
        "exclude": [{"when": "students.foster", "because": "In care"}],
        "formula": f"percent(signals >= {least})",
        "target": {"annual": path(40, 4), "subgroups": groups | {"race_ethnicity": {"Asian": behind(), "Black": behind()}}},
        "examples": [
            {"name": "enough", "given": given, "expect": "numerator"},
            {"name": "too few", "given": given | {"signals": 0}, "expect": "n"},
            {"name": "elsewhere", "given": given | {"participating": False}, "expect": "outside"},
            {"name": "in care", "given": given | {"foster": True}, "expect": "excluded"},
        ],
    }
    return described(**plain | keys)


def study() -> dict[str, Any]:
    return {"predictive": 0.8, "comprehensive": 0.9, "source": "Our graduates"}


def measures() -> dict[str, dict[str, Any]]:
    """The measures by the name of their file."""
    effective, fafsa = ({"effective_includes_highly_effective": True},
                        {"fafsa_event": "fafsa_completed", "fafsa_deadline": "06-30"})  # fmt: skip
    support, learning, efficacy = "effective_student_support", "effective_learning_environments", "organizational_efficacy"
    observed = [{"name": "visited", "given": {"visits": 3}, "expect": "n", "value": 3}]
    surveyed = [{"name": "one of two", "given": {"favorable": 1, "answers": 2}, "expect": "n", "value": 50}]
    staffed = [{"name": "one of two", "given": {"staff_back": 1, "staff": 2}, "expect": "n", "value": 50}]
    return {
        "all-a": of_students(1, id="all_a", slot="All(a)", condition=efficacy),
        "all-b": of_students(2, id="all_b", slot="All(b)", condition=efficacy, parameters=effective),
        "prek-3-a": of_students(3, id="prek_3_a", slot="PreK-3(a)", frequency="semester"),
        "prek-3-b": described(id="prek_3_b", slot="PreK-3(b)", condition=learning, level="classroom", population="all",
                              formula="avg(visits)", examples=observed),
        "4-8-a": of_students(4, id="g_4_8_a", slot="4-8(a)", validation=study()),
        "4-8-b": of_students(5, id="g_4_8_b", slot="4-8(b)"),
        "4-8-c": of_students(6, id="g_4_8_c", slot="4-8(c)", condition=support),
        "9-12-a": of_students(7, id="g_9_12_a", slot="9-12(a)", condition=support, parameters=fafsa,
                              target={"annual": path(40, 4)}),
        "9-12-b": of_students(8, id="g_9_12_b", slot="9-12(b)", validation=study()),
        "9-12-c": of_students(9, id="g_9_12_c", slot="9-12(c)", frequency="yearly", target={"annual": path(40, 4)}),
        "9-12-d": of_students(10, id="g_9_12_d", slot="9-12(d)", frequency="grading_period"),
        "9-12-e": of_students(11, id="g_9_12_e", slot="9-12(e)", condition=support),
        "climate": described(id="climate", condition=learning, level="school", population="all", response_rate="answered",
                             formula="rate(favorable, answers, 100)", examples=surveyed,
                             confidential={"of": "respondent", "minimum": 10, "count": "answered"}),
        "retention": described(id="retention", condition=efficacy, level="district", population="all", examples=staffed,
                               formula="rate(staff_back, staff, 100)"),
    }  # fmt: skip


def write_portfolio(folder: Path, settings: Mapping[str, Any] | None = None, changes: Mapping[str, Change | None] | None = None,
                    **more: Mapping[str, Any]) -> Path:  # fmt: skip
    """The portfolio with changes to single measures (None takes one out), and with more of them."""
    write_project(folder, settings={"subgroups": SUBGROUPS} | dict(settings or {}), facts=FACTS)
    written = measures() | dict(more)
    for name, change in (changes or {}).items():
        if change is None:
            del written[name]
        else:
            change(written[name])
    for name, definition in written.items():
        write_yaml(folder / "measures" / f"{name}.yml", definition)
    return folder


def set_(*keys: str | int, to: Any) -> Change:
    """A change of the value that the keys lead to."""

    def change(definition: dict[str, Any]) -> None:
        at: Any = definition
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = to

    return change


def drop(*keys: str | int) -> Change:
    """A change that takes out what the keys lead to."""

    def change(definition: dict[str, Any]) -> None:
        at: Any = definition
        for key in keys[:-1]:
            at = at[key]
        del at[keys[-1]]

    return change


# -- what the rules find ----------------------------------------------------------------------------------------------


def found(folder: Path) -> list[Problem]:
    return list(held_against_rules(read_portfolio(folder)))


def told(folder: Path) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.message) for problem in found(folder)]


def spot(folder: Path, file: str, *words: str) -> tuple[str, int, int]:
    """File, line and column of the last of the words, each looked for after the one before."""
    text = (folder / file).read_text(encoding="utf-8")
    at = 0
    for word in words:
        at = text.index(word, at)
    return file, text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def marked(folder: Path, problem: Problem) -> str:
    """What the carets of a problem stand under."""
    assert problem.file is not None
    assert problem.line is not None
    assert problem.column is not None
    assert problem.end_column is not None
    line = (folder / problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    return line[problem.column - 1 : problem.end_column - 1]
