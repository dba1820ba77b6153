"""The rules of a portfolio over its measures together, and over what rttd.yml says of the plan."""

from pathlib import Path
from typing import Any

import pytest

from rttd_d import (
    GROUPS,
    LAST,
    LEARNERS,
    YEARS,
    Change,
    behind,
    drop,
    found,
    marked,
    measures,
    of_students,
    path,
    set_,
    spot,
    told,
    write_portfolio,
)
from rttd_metrics.definitions.portfolio import read_portfolio


def test_the_number_of_measures(tmp_path: Path) -> None:
    more = {f"extra_{number}": of_students(20 + number, id=f"extra_{number}") for number in range(2)}
    fifteen = write_portfolio(tmp_path / "15", extra_0=more["extra_0"])
    assert told(fifteen) == [("L01", "warning", "the portfolio has 15 measures: about 12 to 14 are asked for")]
    sixteen = write_portfolio(tmp_path / "16", **more)
    assert told(sixteen) == [("L01", "error", "the portfolio has 16 measures: about 12 to 14 are asked for")]
    assert found(sixteen)[0].place() == ":".join(map(str, spot(sixteen, "rttd.yml", "measures:")))
    assert told(write_portfolio(tmp_path / "beside", **{name: one | {"portfolio": False} for name, one in more.items()})) == []


def test_a_file_counts_once_whatever_its_for_each(tmp_path: Path) -> None:
    each = set_("for_each", to={"subject": ["reading", "mathematics", "science"]})
    assert told(write_portfolio(tmp_path, changes={"4-8-b": each})) == [
        ("L28", "warning", f"'g_4_8_b.{subject}' counts just what 'g_4_8_b.mathematics' counts")
        for subject in ("reading", "science")
    ]


@pytest.mark.parametrize("slot", [definition["slot"] for definition in measures().values() if "slot" in definition])
def test_an_empty_slot(tmp_path: Path, slot: str) -> None:
    [name] = [name for name, definition in measures().items() if definition.get("slot") == slot]
    folder = write_portfolio(tmp_path, changes={name: drop("slot")})
    [problem] = [problem for problem in found(folder) if problem.code == "L02"]
    assert problem.message.startswith(f"no measure fills the slot {slot}: ")
    assert (problem.file, problem.line, problem.column) == spot(folder, "rttd.yml", "measures:")
    assert (problem.severity, problem.help) == ("error", f"a measure does with `slot: {slot}`")


def test_only_the_slots_of_the_grades_served_are_asked_for(tmp_path: Path) -> None:
    others = dict.fromkeys([name for name in measures() if name.startswith(("prek", "9-12"))])
    middle = {"portfolio": {"grade_bands": ["4-8"]}}
    assert [code for code, *_ in told(write_portfolio(tmp_path / "all", changes=others))] == ["L01", *["L02"] * 7, "L18"]
    # PreK-3(b) was the one measure of classrooms
    assert told(write_portfolio(tmp_path / "one", middle, others)) == [("L18", "warning", "no measure is about a classroom")]
    kept = {name: None for name in others if name not in ("prek-3-b", "9-12-a")}
    folder = write_portfolio(tmp_path / "kept", middle, kept)
    assert told(folder) == [
        ("L02", "warning", f"the slot {slot} is about grades that the plan does not serve") for slot in ("9-12(a)", "PreK-3(b)")
    ]
    assert [marked(folder, problem) for problem in found(folder)] == ["9-12(a)", "PreK-3(b)"]


def test_measures_of_one_id(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"9-12-d": set_("id", to="g_4_8_b")})
    assert [(problem.code, problem.place()) for problem in found(folder)] == [
        ("L03", ":".join(map(str, spot(folder, "measures/9-12-d.yml", "g_4_8_b"))))]  # fmt: skip
    assert [problem.code for problem in read_portfolio(folder).problems] == ["duplicate-measure"]


def test_a_slot_is_not_empty_because_its_file_is_faulty(tmp_path: Path) -> None:
    changes = {"4-8-b": set_("tagret", to={}), "4-8-c": drop("owner"), "all-a": set_("formula", to="percent(signal >= 1)")}
    codes = [problem.code for problem in found(write_portfolio(tmp_path, changes=changes))]
    assert sorted(codes) == ["L17", "formula", "unknown-key"]


def test_a_broken_fact_does_not_stop_the_rules(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"climate": drop("owner"), "4-8-c": drop("owner")})
    facts = folder / "measures" / "facts.yml"
    facts.write_text(facts.read_text().replace("count(surveys)", "count(survey)"))
    assert [(problem.code, problem.file) for problem in found(folder)] == [
        ("formula", "measures/facts.yml"), ("L17", "measures/4-8-c.yml")]  # fmt: skip


@pytest.mark.parametrize(("name", "says"), [
    ("climate", "no measure is about a school"),
    ("retention", "no measure is about a district"),
])  # fmt: skip
def test_a_level_without_a_measure(tmp_path: Path, name: str, says: str) -> None:
    folder = write_portfolio(tmp_path, changes={name: None})
    assert told(folder) == [("L18", "warning", says)]
    assert found(folder)[0].place() == ":".join(map(str, spot(folder, "rttd.yml", "measures:")))


def test_a_condition_without_a_measure(tmp_path: Path) -> None:
    to_outcome = {name: set_("condition", to="outcome") for name in measures()}
    support = {name: to_outcome[name] for name in ("4-8-c", "9-12-a", "9-12-e")}
    assert told(write_portfolio(tmp_path / "one", changes=support)) == [
        ("L18", "warning", "no measure has the condition effective_student_support")]  # fmt: skip
    assert told(write_portfolio(tmp_path / "all", changes=to_outcome)) == [
        ("L18", "warning", "every measure is an outcome: none shows the conditions that lead to it")]  # fmt: skip


def test_what_effective_includes_is_no_less(tmp_path: Path) -> None:
    lower = {"all-b": set_("target", "annual", LAST, to=59), "all-a": drop("owner")}
    folder = write_portfolio(tmp_path / "lower", changes=lower)
    message = "all_b: the target of 2016-17 is below that of all_a, whose students it includes"
    assert ("L26", "error", message) in told(folder)
    [problem] = [problem for problem in found(folder) if problem.code == "L26"]
    assert (problem.file, problem.line, problem.column) == spot(folder, "measures/all-b.yml", "annual:", "2016-17:", "59")
    apart = {"parameters": {"effective_includes_highly_effective": False}}
    assert [code for code, *_ in told(write_portfolio(tmp_path / "apart", apart, lower))] == ["L17"]
    start = set_(*LEARNERS, "baseline", to={"2011-12": 29.0})
    message = "all_b, english_learner Yes: the baseline of 2011-12 is below that of all_a, whose students it includes"
    assert told(write_portfolio(tmp_path / "start", changes={"all-b": start})) == [("L26", "error", message)]


# -- what the plan says of itself -----------------------------------------------------------------------------------


def test_the_years_of_the_plan(tmp_path: Path) -> None:
    years = {"baseline_year": "2010-11", "grant_years": ["2012-13"], "post_grant_year": "2013"}
    [first, *others] = told(write_portfolio(tmp_path, {"portfolio": years}))
    assert first == ("L05", "error", "all_a: there is no baseline of 2010-11")
    assert {code for code, *_ in others} == {"L05", "L06"}


def test_a_year_written_in_another_way_is_the_same_year(tmp_path: Path) -> None:
    annual = {year.replace("-", "_20"): value for year, value in path(40, 4).items()}
    assert told(write_portfolio(tmp_path / "same", changes={"4-8-c": set_("target", "annual", to=annual)})) == []
    folder = write_portfolio(tmp_path / "worse", changes={"4-8-c": set_("target", "annual", to=annual | {"2016_2017": 55})})
    [problem] = found(folder)
    assert (problem.file, problem.line, problem.column) == spot(folder, "measures/4-8-c.yml", "2016_2017", "55")


def test_gains_that_a_district_finds_too_small_or_too_large(tmp_path: Path) -> None:
    slow = {"portfolio": {"smallest_annual_gain": 4.5}}
    annual = "2012-13, 2013-14, 2014-15, 2015-16 and 2016-17"
    short = f"g_4_8_c: the target of {annual} asks for less than 4.5 points a year more"
    assert ("L10", "warning", short) in told(write_portfolio(tmp_path / "slow", slow))
    fast = told(write_portfolio(tmp_path / "fast", {"portfolio": {"largest_annual_gain": 5}}))
    assert {code for code, *_ in fast} == {"L11"}
    assert ("L11", "warning", f"g_4_8_c, disability Yes: the target of {annual} asks for more than 5 points a year") in fast


def test_the_best_there_is_may_be_kept(tmp_path: Path) -> None:
    up = {"annual": dict(zip(YEARS, (98, 99, 100, 100, 100), strict=True))}
    down = {"annual": dict(zip(YEARS, (2, 1, 0, 0, 0), strict=True))}
    start = {"9-12-a": lambda one: one.update(baseline={"2011-12": 96}, target=up),
             "9-12-c": lambda one: one.update(baseline={"2011-12": 4}, target=down, improvement="decrease")}  # fmt: skip
    assert told(write_portfolio(tmp_path, changes=start)) == []


def test_a_score_is_held_to_no_points(tmp_path: Path) -> None:
    far = lambda one: one.update(baseline={"2011-12": 400}, target={"annual": path(400, 40)})  # noqa: E731
    assert told(write_portfolio(tmp_path / "score", changes={"prek-3-b": far})) == []
    codes = [code for code, *_ in told(write_portfolio(tmp_path / "percent", changes={"9-12-a": far}))]
    assert codes == ["L08"] * 6 + ["L11"]


def test_the_other_way_round(tmp_path: Path) -> None:
    better = {
        "annual": path(20, -2),
        "subgroups": {"english_learner": {"Yes": {"annual": path(30, -1.5), "baseline": {"2011-12": 30}}}},
    }
    falls = lambda one: one.update(improvement="decrease", baseline={"2011-12": 20}, target=better)  # noqa: E731
    assert told(write_portfolio(tmp_path, changes={"9-12-c": falls})) == [
        ("L12", "warning", "g_9_12_c, english_learner Yes: behind everyone at the start, the group is to gain 7.5, everyone 10")
    ]


def test_a_parameter_that_the_project_overrides_is_told_there(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, {"parameters": {"fafsa_event": "applied"}})
    [problem] = found(folder)
    assert (problem.code, problem.message) == ("L27", "'applied' is no FAFSA event")
    assert (problem.file, problem.line, problem.column) == spot(folder, "rttd.yml", "fafsa_event:", "applied")


def test_surveys_behind_the_fact_of_a_larger_unit(tmp_path: Path) -> None:
    asks = set_("formula", to="percent(signals >= 5 and school.answers > 0)")
    folder = write_portfolio(tmp_path, changes={"4-8-b": asks})
    assert told(folder) == [("L25", "warning", "the measure is made from surveys and has no `response_rate`")]


HALVE = {"shape": {"halve": {"years": 6}}}
AGAIN = {"value": 50.0, "because": "A new test"}


def shaped(**target: Any) -> Change:
    """Targets by shape instead of year by year, for everyone and the English learners, who start at 30."""
    learners = {"english_learner": {"Yes": {"baseline": {"2011-12": 30.0}}}}
    return set_("target", to={"subgroups": learners} | target)


def test_a_shape_gives_the_targets_of_every_year(tmp_path: Path) -> None:
    # (100 - 40) / 2 / 6 = 5 points a year, and 35 / 6 = 5.83 of the learners
    folder = write_portfolio(tmp_path, changes={"9-12-c": shaped(**HALVE)})
    assert told(folder) == []
    slow = write_portfolio(tmp_path / "slow", {"portfolio": {"largest_annual_gain": 5.5}}, {"9-12-c": shaped(**HALVE)})
    [of_learners] = [problem for problem in found(slow) if "g_9_12_c" in problem.message]
    assert of_learners.message.startswith("g_9_12_c, english_learner Yes: the target of 2012-13, 2013-14")
    assert (of_learners.file, of_learners.line, of_learners.column) == spot(slow, "measures/9-12-c.yml", "shape:", "halve")


def test_a_shape_that_lacks_its_baseline_is_told_once(tmp_path: Path) -> None:
    missing = {"9-12-c": lambda one: [shaped(**HALVE)(one), one.pop("baseline")]}
    folder = write_portfolio(tmp_path / "everyone", changes=missing)
    [problem] = found(folder)
    assert (problem.code, problem.severity) == ("L05", "error")
    assert (problem.file, problem.line, problem.column) == spot(folder, "measures/9-12-c.yml", "target:", "shape")
    assert [problem.code for problem in read_portfolio(folder).problems] == ["missing-baseline"]
    missing = {"9-12-c": lambda one: [shaped(**HALVE)(one), drop(*LEARNERS, "baseline")(one)]}
    folder = write_portfolio(tmp_path / "learners", changes=missing)
    [problem] = found(folder)
    assert (problem.code, problem.file, problem.line, problem.column) == (
        "L05", *spot(folder, "measures/9-12-c.yml", "english_learner:", "'Yes'"))  # fmt: skip


def test_a_changed_assessment_starts_anew(tmp_path: Path) -> None:
    """2013-14 has a new baseline and no target; everyone gains from 50, and the fall from 48 is none."""
    tests = {"2011-12": "Old test", "2013-14": "New test"}
    annual = {"2012-13": 48, "2014-15": 52, "2015-16": 54, "2016-17": 56}
    anew = {"assessment": tests, "rebaseline": {"2013-14": AGAIN}, "target": {"annual": annual}, "baseline": {"2011-12": 44}}
    lower = anew | {"rebaseline": {"2013-14": AGAIN | {"value": 40.0}}}
    assert told(write_portfolio(tmp_path / "a", changes={"9-12-c": lambda one: one.update(lower)})) == [
        ("L11", "warning", "g_9_12_c: the target of 2014-15 asks for more than 10 points a year")
    ]
    assert told(write_portfolio(tmp_path / "b", changes={"9-12-c": lambda one: one.update(anew)})) == []
    folder = write_portfolio(tmp_path / "c", changes={"9-12-c": lambda one: [one.update(anew), one.pop("rebaseline")]})
    assert [code for code, *_ in told(folder)] == ["L05", "L24"]


def test_a_gap_to_those_who_achieve_most(tmp_path: Path) -> None:
    outside = {"value": 91.0, "source": "State report card", "subgroup": "Asian"}
    for number, reference in enumerate(("highest", outside)):
        gap = set_("gap", to={"dimension": "race_ethnicity", "reference": reference})
        assert told(write_portfolio(tmp_path / str(number), changes={"4-8-a": gap})) == []
    support = set_("gap", to={"dimension": "race_ethnicity", "reference": "all", "as": "ratio"})
    assert told(write_portfolio(tmp_path / "support", changes={"4-8-c": support})) == []  # no outcome, no achievement


def test_the_subgroups_that_a_project_declares_are_asked_for(tmp_path: Path) -> None:
    without = {name: drop(*GROUPS, "disability") for name in measures() if name not in ("prek-3-b", "9-12-a", "9-12-c", "climate",
                                                                                     "retention")}  # fmt: skip
    declared = {"subgroups": {"race_ethnicity": "students.race_ethnicity", "english_learner": "students.english_learner",
                              "economically_disadvantaged": "students.economically_disadvantaged"}}  # fmt: skip
    assert {code for code, *_ in told(write_portfolio(tmp_path / "four", changes=without))} == {"L06"}
    assert told(write_portfolio(tmp_path / "three", declared, without)) == []


def test_a_group_too_small_to_publish_needs_no_targets(tmp_path: Path) -> None:
    small = {"Asian": behind(), "Samoan": {"suppressed": "small_n"}}
    assert told(write_portfolio(tmp_path, changes={"4-8-c": set_(*GROUPS, "race_ethnicity", to=small)})) == []


def test_the_protection_of_small_groups(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, {"portfolio": {"minimum_n": 9, "disclosure": " "}})
    assert [(problem.code, problem.message, marked(folder, problem)) for problem in found(folder)] == [
        ("L19", "groups of 9 are published: fewer than 10 are too few", "9"),
        ("L19", "`disclosure` names no scheme by which small groups are protected", "disclosure"),
    ]
    stricter = {"portfolio": {"minimum_n": 20}}
    assert [code for code, *_ in told(write_portfolio(tmp_path / "twenty", stricter))] == ["L19"]  # climate withholds below 10


def test_a_measure_beside_the_portfolio_is_asked_nothing(tmp_path: Path) -> None:
    bare = {"id": "bare", "title": "Bare", "condition": "outcome", "level": "student", "population": "all",
            "formula": "count(signals > 0)", "improvement": "increase", "frequency": "yearly", "portfolio": False}  # fmt: skip
    assert told(write_portfolio(tmp_path, bare=bare)) == []


def test_a_value_of_for_each_is_told_where_it_is_written(tmp_path: Path) -> None:
    plain = of_students(5, id="each", slot="4-8(b)")
    values = {"reading": {"baseline": plain.pop("baseline"), "target": plain.pop("target")},
              "mathematics": {"target": {"annual": path(40, 4)}}}  # fmt: skip
    formula = "percent(case when subject = 'reading' then signals >= 5 else signals >= 50 end)"
    definition = plain | {"formula": formula, "for_each": {"subject": values}}
    folder = write_portfolio(tmp_path, changes={"4-8-b": None}, each=definition)
    at = spot(folder, "measures/each.yml", "mathematics:"), spot(folder, "measures/each.yml", "mathematics:", "target:")
    assert [(problem.code, (problem.file, problem.line, problem.column)) for problem in found(folder)] == [
        ("L05", at[0]), ("L06", at[1])]  # fmt: skip
