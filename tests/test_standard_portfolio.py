"""The standard portfolio as a whole: 14 measures, every slot, condition and level, and all that each must say."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from projects import write_project
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.definitions.target_paths import baselines_of, targets_of

FOLDERS = {
    "effective_learning_environments": "learning-environments", "effective_student_support": "student-support",
    "organizational_efficacy": "organizational-efficacy", "outcome": "outcomes",
}  # fmt: skip
SLOTS = {
    "All(a)": "highly_effective_educators", "All(b)": "effective_educators",
    "PreK-3(a)": "early_growth", "PreK-3(b)": "early_social_emotional",
    "4-8(a)": "on_track_4_8", "4-8(b)": "classroom_observation_4_8", "4-8(c)": "chronic_absence_4_8",
    "9-12(a)": "fafsa_completion", "9-12(b)": "freshman_on_track", "9-12(c)": "career_ready",
    "9-12(d)": "advanced_course_participation", "9-12(e)": "grade_9_suspension",
}  # fmt: skip
BEYOND = {"conditions_for_learning", "educator_survey"}
GRANT_YEARS = ["2012-13", "2013-14", "2014-15", "2015-16", "2016-17"]
GROUPS = [
    ("economically_disadvantaged", "Yes"), ("english_learner", "Yes"), ("disability", "Yes"), ("race_ethnicity", "white"),
    ("race_ethnicity", "hispanic_or_latino"), ("race_ethnicity", "black_or_african_american"), ("race_ethnicity", "asian"),
]  # fmt: skip


def portfolio_of(folder: Path, **settings: Any) -> Portfolio:
    """The standard portfolio in a project of no other measures."""
    packages = [f"package:{name}" for name in FOLDERS.values()]
    return read_portfolio(write_project(folder, settings={"measures": packages} | settings))


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MeasureDefinition]:
    portfolio = portfolio_of(tmp_path_factory.mktemp("standard"))
    assert portfolio.problems == ()
    assert {measure.document.file.split("/")[0] for measure in portfolio.measures} == {
        f"package:{name}" for name in FOLDERS.values()
    }
    return {measure.id: measure.definition for measure in portfolio.measures}


def test_it_fills_every_slot_once_and_adds_two(standard: dict[str, MeasureDefinition]) -> None:
    assert {measure.slot: name for name, measure in standard.items() if measure.slot} == SLOTS
    assert {name for name, measure in standard.items() if not measure.slot} == BEYOND
    assert len(standard) == 14
    assert all(measure.portfolio for measure in standard.values())


def test_every_condition_and_level_has_a_measure(standard: dict[str, MeasureDefinition]) -> None:
    assert {measure.condition for measure in standard.values()} == set(FOLDERS)
    assert {measure.level for measure in standard.values()} == {"student", "classroom", "school", "district"}


def test_measures_lie_in_the_folder_of_their_condition_and_those_of_the_library_stand_beside() -> None:
    shipped = read_portfolio(shipped_folder()).measures
    assert {measure.definition.portfolio for measure in shipped if measure.document.file.startswith("library/")} == {False}
    placed = {measure.id: measure.document.file.split("/")[0] for measure in shipped if measure.definition.portfolio}
    assert placed == {measure.id: FOLDERS[measure.definition.condition] for measure in shipped if measure.definition.portfolio}


@pytest.mark.parametrize("id_", sorted({*SLOTS.values(), *BEYOND}))
def test_it_says_what_people_should_know(standard: dict[str, MeasureDefinition], id_: str) -> None:
    measure = standard[id_]
    narrative = measure.narrative
    assert all([measure.owner, measure.off_target, measure.source, narrative.rationale, narrative.review_and_improve])
    for word in ("Rigorous:", "Timely:", "Formative:"):
        assert word in (narrative.leading_information or ""), word
    assert measure.review_frequency == "quarterly"
    often = {"monthly", "grading_period", "quarterly"}
    assert measure.frequency in often or measure.slot in (None, "All(a)", "All(b)")
    assert len(measure.examples) >= 6


@pytest.mark.parametrize("id_", sorted({*SLOTS.values(), *BEYOND}))
def test_baselines_and_targets_of_everyone_and_of_subgroups(standard: dict[str, MeasureDefinition], id_: str) -> None:
    """From 2011-12 to the year after the grant, the right way; groups that start further behind gain more."""
    measure = standard[id_]
    sign = 1 if measure.improvement == "increase" else -1
    everyone = _path(measure)
    gain = sign * (everyone[-1] - everyone[0])
    for group in GROUPS if measure.level == "student" else []:
        path = _path(measure, *group)
        behind = sign * (everyone[0] - path[0])
        own = sign * (path[-1] - path[0])
        assert own > gain if behind > 1e-9 else own > 0, group
        assert [round(value, 1) for value in path] == path, group


def _path(measure: MeasureDefinition, *group: str) -> list[float]:
    """Baseline and targets in the order of the years; each student-level path halves what is missing in six years."""
    start = baselines_of(measure, *group)["2011-12"]
    path = [start, *targets_of(measure, GRANT_YEARS, *group).values()]
    sign = 1 if measure.improvement == "increase" else -1
    steps = [sign * (later - earlier) for earlier, later in pairwise(path)]
    assert len(path) == 6, group
    assert all(0 < step <= 10 for step in steps), group
    assert all(0 <= value <= 100 for value in path), group
    if measure.level == "student":
        missing = 100 - start if sign > 0 else start
        assert steps == pytest.approx([missing / 2 / 6] * 5), group
    return path


def test_effective_is_never_below_highly_effective(standard: dict[str, MeasureDefinition]) -> None:
    assert standard["effective_educators"].parameters == {"effective_includes_highly_effective": True}
    for group in [(), *GROUPS]:
        both = [_path(standard[name], *group) for name in ("effective_educators", "highly_effective_educators")]
        assert all(effective >= highly for effective, highly in zip(*both, strict=True)), group


def test_no_figure_of_validation_passes_for_a_study(standard: dict[str, MeasureDefinition]) -> None:
    validated = {name: measure.validation for name, measure in standard.items() if measure.validation}
    assert set(validated) == {"on_track_4_8", "freshman_on_track"}
    assert all(found.source.startswith("An example, and no study") for found in validated.values())
    files = [file for folder in FOLDERS.values() for file in (shipped_folder() / folder).glob("*.yml") if file.stem != "facts"]
    assert len(files) == 14
    for file in files:
        text = file.read_text(encoding="utf-8")
        [above] = re.findall(r"((?:^#.*\n)*)^baseline:", text, re.MULTILINE)
        assert above.startswith("# An example: a district sets its own baseline and targets"), file.name


@pytest.mark.parametrize("attendance", ["daily", "exceptions", "periods", "sums"])
@pytest.mark.parametrize(
    ("school_year", "as_of"), [("2012-13", "2012-09-07"), ("2015-16", "2015-12-01"), ("2009-10", "2010-06-30")]
)
def test_examples_hold_in_any_year_and_on_any_day(tmp_path: Path, attendance: str, school_year: str, as_of: str) -> None:
    portfolio = portfolio_of(tmp_path, attendance=attendance, school_year=school_year, as_of=as_of)
    assert [outcome.as_problem().message for outcome in portfolio.run_examples() if not outcome.holds] == []


def test_no_measure_is_the_same_at_every_school_of_the_example_district(lakeside: Any) -> None:
    results = lakeside.results.filter(level="school", dimension="all").to_dicts()
    for name in {*SLOTS.values(), *BEYOND} - {"educator_survey"}:
        found = [row["value"] for row in results if row["measure"] == name and row["value"] is not None]
        assert found, name
        assert len(found) == 1 or len(set(found)) > 1, name
