"""Faulty targets, shapes, baselines and gaps: what `rttd validate` says of each, and at which key."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import rttd
from projects import measure
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.target_paths import target_of

PROJECT = """\
district: {id: "D", name: District}
school_year: 2012-13
measures: [measures]
subgroups: {english_learner: students.english_learner, grade: students.grade_level, race: students.race_ethnicity}
"""
HEAD = """\
id: m
title: A measure
condition: outcome
frequency: yearly
"""
PLAIN = {"level": "student", "population": "all", "formula": "percent(participating)", "improvement": "increase"}
OWN_LINE = HEAD.count("\n") + len(PLAIN) + 1


Problem = tuple[int, str, str]


def found(folder: Path, text: str, **changes: str) -> list[Problem]:
    """The line of each problem of a measure (the first of `text` is 1), the word that stands at its column, what is said."""
    (folder / "measures").mkdir(exist_ok=True)
    (folder / "rttd.yml").write_text(PROJECT)
    plain = "".join(f"{key}: {value}\n" for key, value in (PLAIN | changes).items())
    whole = HEAD + plain + dedent(text).lstrip("\n")
    (folder / "measures" / "m.yml").write_text(whole)
    shown = []
    for problem in rttd("validate", folder, "--output-format", "json").problems:
        word = re.match(r'"?[^\s":,{}]+', whole.splitlines()[problem["line"] - 1][problem["column"] - 1 :])
        assert word is not None
        shown.append((problem["line"] - OWN_LINE + 1, word[0].lstrip('"'), problem["message"]))
    return shown


def only(folder: Path, text: str, **changes: str) -> Problem:
    [problem] = found(folder, text, **changes)
    return problem


# -- Shapes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [
    "halve: {years: 6}", "linear: {to: 75, by: 2019-20}", "increment: {points: 4}", "geometric: {rate: 0.1}, decimals: 1",
    "common_endpoint: {to: 98, by: 2019-20, source: State}", "halve: {years: 6}, best: 99",
    "percentile: {percentile: 65, value: 75.2, by: 2016-17, source: State, start: {percentile: 25, value: 40}}",
], ids=lambda shape: shape.partition(":")[0])  # fmt: skip
def test_a_right_shape_has_no_problems(tmp_path: Path, shape: str) -> None:
    assert found(tmp_path, f"baseline: {{2011-12: 50}}\ntarget: {{shape: {{{shape}}}}}") == []


ALL = "halve, linear, increment, geometric, common_endpoint, percentile, gap_fraction"


@pytest.mark.parametrize(("text", "problem"), [
    ("target: {shape: {halve: {years: 6}, increment: {points: 1}}}", (2, "shape", f"a shape is one of {ALL}")),
    ("target: {shape: {decimals: 1}}", (2, "shape", f"a shape is one of {ALL}")),
    ("target: {shape: {halve: {years: 0}}}", (2, "0", "'years' must be at least 1, not the number 0")),
    ("target: {shape: {halve: {yaers: 6}}}", (2, "yaers", "unknown key 'yaers' in 'halve'")),
    ("target: {shape: {geometric: {rate: 10}}}", (2, "10", "'rate' must be less than 1, not the number 10")),
    ("target: {shape: {increment: {points: -1}}}", (2, "-1", "'points' must be more than 0, not the number -1")),
    ("target: {shape: {common_endpoint: {to: 98, by: 2019-20}}}",
     (2, "common_endpoint", "missing key 'source' in 'common_endpoint'")),
    ("target: {shape: {linear: {to: 49, by: 2019-20}}}", (2, "49", "49 is worse than the baseline, 50 in 2011-12")),
    ("target: {shape: {linear: {to: 105, by: 2019-20}}}", (2, "105", "105 lies beyond 100, the best value that there can be")),
    ("target: {shape: {linear: {to: 75, by: 2011-12}}}",
     (2, "2011-12", "2011-12 is no later than 2011-12, where the path starts")),
    ("target: {shape: {percentile: {percentile: 65, value: 55, by: 2016-17, source: State, start: {percentile: 25, value: 56}}}}",
     (2, "56", "the path would start at 56, which is better than its end, 55")),
    ("target: {shape: {gap_fraction: {fraction: 0.5, years: 6}}}",
     (2, "gap_fraction", "`gap_fraction` is for a subgroup, a school or a gap: everyone stands behind nobody")),
])  # fmt: skip
def test_a_wrong_shape(tmp_path: Path, text: str, problem: Problem) -> None:
    shown = found(tmp_path, f"baseline: {{2011-12: 50}}\n{text}")
    assert problem in shown
    assert {line for line, _, _ in shown} == {2}


def test_what_should_decrease_is_checked_from_the_other_side(tmp_path: Path) -> None:
    shape = "baseline: {2011-12: 20}\ntarget: {shape: {linear: {to: 21, by: 2019-20}}}"
    assert only(tmp_path, shape, improvement="decrease") == (2, "21", "21 is worse than the baseline, 20 in 2011-12")
    assert found(tmp_path, shape.replace("21", "19"), improvement="decrease") == []
    shape = "baseline: {2011-12: 2}\ntarget: {shape: {linear: {to: -1, by: 2019-20}}}"
    assert only(tmp_path, shape, improvement="decrease") == (2, "-1", "-1 lies beyond 0, the best value that there can be")


def test_a_shape_needs_a_baseline(tmp_path: Path) -> None:
    message = "the shape has no baseline to start from"
    assert only(tmp_path, "target: {shape: {halve: {years: 6}}}") == (1, "shape", message)
    own = """
        baseline: {2011-12: 50}
        target:
          shape: {halve: {years: 6}}
          subgroups: {english_learner: {"Yes": {shape: {halve: {years: 6}}}}}
          schools: {"0101": {shape: {halve: {years: 6}}}}
    """
    assert found(tmp_path, own) == [(4, "shape", message), (5, "shape", message)]


def test_a_baseline_beyond_the_best_value(tmp_path: Path) -> None:
    text = "baseline: {2011-12: 105}\ntarget: {shape: {halve: {years: 6}}}"
    assert only(tmp_path, text) == (1, "105", "105 lies beyond 100, the best value that there can be")


@pytest.mark.parametrize("name", ["halve: {years: 6}", "geometric: {rate: 0.1}"])
def test_what_is_no_percent_needs_a_best_value(tmp_path: Path, name: str) -> None:
    text = f"baseline: {{2011-12: 2}}\ntarget: {{shape: {{{name}}}}}"
    word = name.partition(":")[0]
    formula = "avg(number(participating))"
    assert only(tmp_path, text, formula=formula) == (
        2, word, f"`{word}` needs the best value that there can be, and this is no percent")  # fmt: skip
    assert found(tmp_path, text.replace("}}}", "}, best: 4}}"), formula=formula) == []
    assert found(tmp_path, text, formula=formula, improvement="decrease") == []  # nothing is the best of that
    assert found(tmp_path, text, formula="rate(1, 2, 100)") == []


@pytest.mark.parametrize(("everyone", "own", "message"), [
    ("baseline: {2010-11: 50}", "30", "everyone has no baseline of 2011-12, so the distance to them is not known"),
    ("baseline: {2011-12: 50}", "50", "50 in 2011-12 is not behind everyone: there is no gap to close"),
    ("baseline: {2011-12: 50}", "30", "everyone has no targets that the gap could close up to"),
])  # fmt: skip
def test_a_gap_fraction_needs_a_distance_to_close(tmp_path: Path, everyone: str, own: str, message: str) -> None:
    text = f"""
        {everyone}
        target:
          subgroups:
            english_learner: {{"Yes": {{baseline: {{2011-12: {own}}}, shape: {{gap_fraction: {{fraction: 0.5, years: 6}}}}}}}}
    """
    assert only(tmp_path, text) == (4, "gap_fraction", message)


# -- Agreement --------------------------------------------------------------------------------------------


def test_targets_and_their_shape_agree_to_a_tenth(tmp_path: Path) -> None:
    """57.6 halves by 3.5333 a year: 61.13, 64.67, 68.2."""
    text = """
        baseline: {2010-11: 57.6}
        target:
          annual: {2011-12: 61.1, 2012_13: 64.9, 2013-14: 68.3, 2014-15: 71.6}
          shape: {halve: {years: 6}}
    """
    assert found(tmp_path, text) == [
        (3, "2012_13", "the target of 2012-13 is 64.9, and `halve` makes it 64.67"),
        (3, "2014-15", "the target of 2014-15 is 71.6, and `halve` makes it 71.73"),
    ]


@settings(max_examples=30)
@given(base=st.integers(0, 99), year=st.integers(2011, 2018), off=st.integers(-30, 30),
       shape=st.sampled_from(["halve: {years: 8}", "geometric: {rate: 0.07}", "increment: {points: 0.83}"]))  # fmt: skip
def test_what_is_printed_to_a_tenth_agrees_and_what_is_further_off_does_not(base: int, shape: str, year: int, off: int) -> None:
    """The shape's own target, moved by hundredths: up to 0.10 is the same target, more is another."""
    name = f"{year}-{(year + 1) % 100}"
    keys = measure(formula="percent(true)", baseline={"2010-11": base}, target={"shape": yaml.safe_load(f"{{{shape}}}")})
    planned = target_of(MeasureDefinition.model_validate(keys), name)
    assert planned is not None
    with TemporaryDirectory() as folder:
        text = f"baseline: {{2010-11: {base}}}\ntarget: {{annual: {{{name}: {planned + off / 100:.9f}}}, shape: {{{shape}}}}}"
        assert bool(found(Path(folder), text)) == (abs(off) > 10)


def test_targets_after_the_last_year_of_a_shape_may_go_on(tmp_path: Path) -> None:
    text = "baseline: {2011-12: 50}\ntarget: {annual: {2013-14: 75, 2014-15: 80}, shape: {halve: {years: 2}}}"
    assert found(tmp_path, text) == []


def test_targets_of_subgroups_and_schools_agree_with_their_own_shape(tmp_path: Path) -> None:
    text = """
        baseline: {2011-12: 50}
        target:
          subgroups: {english_learner: {"Yes": {baseline: {2011-12: 20}, annual: {2012-13: 22}, shape: {increment: {points: 3}}}}}
          schools: {"0101": {baseline: {2011-12: 20}, annual: {2012-13: 25}, shape: {increment: {points: 3}}}}
    """
    assert found(tmp_path, text) == [
        (3, "2012-13", "the target of 2012-13 is 22, and `increment` makes it 23"),
        (4, "2012-13", "the target of 2012-13 is 25, and `increment` makes it 23"),
    ]


def test_problems_of_a_value_of_for_each_stand_at_its_own_keys(tmp_path: Path) -> None:
    text = """
        for_each:
          subject:
            reading: {baseline: {2011-12: 50}, target: {annual: {2012-13: 60}, shape: {increment: {points: 3}}}}
            mathematics: {gap: {dimension: race, reference: all, target: {shape: {halve: {years: 6}}}}}
        target: {shape: {halve: {years: 6}}}
    """
    assert found(tmp_path, text) == [
        (3, "2012-13", "the target of 2012-13 is 60, and `increment` makes it 53"),
        (4, "shape", "the shape has no baseline to start from"),
        (5, "shape", "the shape has no baseline to start from"),
    ]


# -- A changed assessment ---------------------------------------------------------------------------------


def test_a_rebaseline_says_why(tmp_path: Path) -> None:
    assert only(tmp_path, "rebaseline: {2014-15: {value: 41}}") == (1, "2014-15", "missing key 'because' in '2014-15'")


def test_a_rebaseline_replaces_an_earlier_baseline(tmp_path: Path) -> None:
    text = "baseline: {2014-15: 50}\nrebaseline: {2014-15: {value: 41, because: New test}}"
    assert only(tmp_path, text) == (2, "2014-15", "2014-15 is no later than the baseline of 2014-15, which it would replace")


def test_its_year_has_no_target(tmp_path: Path) -> None:
    text = """
        rebaseline: {2014-15: {value: 41, because: New test}}
        target:
          annual: {2013-14: 60, 2014-15: 62, 2015-16: 45}
          schools: {"0101": {annual: {2014-15: 62}}}
    """
    message = "2014-15 is not scored: a changed assessment gives it a new baseline and no target"
    assert found(tmp_path, text) == [(3, "2014-15", message), (4, "2014-15", message)]


def test_every_group_with_a_shape_needs_a_new_baseline(tmp_path: Path) -> None:
    text = """
        baseline: {2011-12: 50}
        rebaseline: {2014-15: {value: 41, because: New test}}
        target:
          shape: {halve: {years: 6}}
          subgroups:
            english_learner:
              "Yes": {baseline: {2011-12: 20}}
              "No": {baseline: {2011-12: 60}, rebaseline: {2014-15: {value: 45, because: New test}}}
              Unknown: {baseline: {2014-15: 44}}
            race:
              Asian: {baseline: {2011-12: 60}, annual: {2012-13: 62}}
        gap: {dimension: race, reference: all, baseline: {2011-12: 20}, target: {shape: {halve: {years: 6}}}}
    """
    message = "the assessment changed in 2014-15, and there is no new baseline for this group: its targets end there"
    assert found(tmp_path, text) == [(7, "Yes", message), (12, "gap", message)]


# -- Subgroups and gaps -----------------------------------------------------------------------------------


def test_subgroups_of_known_names(tmp_path: Path) -> None:
    text = """
        target:
          subgroups:
            grade: {"13": {annual: {2012-13: 20}}, KG: {annual: {2012-13: 20}}, Unknown: {annual: {2012-13: 20}}}
            english_learner: {Yess: {annual: {2012-13: 20}}}
            race: {whatever: {annual: {2012-13: 20}}}
    """
    grades = "PK, KG, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, UG, Unknown"
    assert found(tmp_path, text) == [
        (3, "13", f"the subgroups of 'grade' are {grades}: '13' is none of them"),
        (4, "Yess", "the subgroups of 'english_learner' are Yes, No, Unknown: 'Yess' is none of them"),
    ]


@pytest.mark.parametrize("gap", [
    "dimension: race, reference: all", "dimension: race, reference: white, as: ratio",
    "dimension: english_learner, reference: No",
    "dimension: race, reference: highest, minimum_n: 20",
    "dimension: race, reference: {value: 74.2, source: State, subgroup: Asian}, as: difference",
    "dimension: race, reference: all, target: {annual: {2012-13: 10}, subgroups: {Asian: {annual: {2012-13: 5}}}}",
    "dimension: race, reference: all, target: {shape: {halve: {years: 6}}, subgroups: {Asian: {baseline: {2011-12: 5}}}}",
    "dimension: race, reference: all, baseline: {2011-12: 20}, target: {shape: {gap_fraction: {fraction: 0.5, years: 6}}}",
], ids=str)  # fmt: skip
def test_a_right_gap_has_no_problems(tmp_path: Path, gap: str) -> None:
    assert found(tmp_path, f"gap: {{{gap}}}") == []


@pytest.mark.parametrize(("gap", "problem"), [
    ("{dimension: rase, reference: all}", (1, "rase", "the project has no subgroup dimension 'rase'")),
    ("{dimension: english_learner, reference: Noo}",
     (1, "Noo", "the subgroups of 'english_learner' are Yes, No, Unknown: 'Noo' is none of them")),
    ("{dimension: english_learner, reference: all, target: {subgroups: {Yess: {}}}}",
     (1, "Yess", "the subgroups of 'english_learner' are Yes, No, Unknown: 'Yess' is none of them")),
    ("{dimension: race, reference: white, target: {subgroups: {white: {}}}}",
     (1, "white", "'white' is the reference: it has no gap to itself")),
    ("{dimension: race, reference: all, as: quotient}", (1, "quotient", "'as' must be 'difference' or 'ratio', not 'quotient'")),
    ("{dimension: race}", (1, "gap", "missing key 'reference' in 'gap'")),
    ("{dimension: race, reference: {value: 74.2}}", (1, "reference", "missing key 'source' in 'reference'")),
    ("{dimension: race, reference: {value: 0, source: State}, as: ratio}",
     (1, "0", "nothing can be divided by a reference of 0")),
    ("{dimension: race, reference: all, minimum_n: 20}",
     (1, "minimum_n", "`minimum_n` is for `reference: highest`: it says from which size on a subgroup can be the highest")),
    ("{dimension: race, reference: all, target: {shape: {halve: {years: 6}}}}",
     (1, "shape", "the shape has no baseline to start from")),
    ("{dimension: race, reference: all, baseline: {2011-12: -2}, target: {shape: {halve: {years: 6}}}}",
     (1, "-2", "-2 lies beyond 0, the best value that there can be")),
    ("{dimension: race, reference: all, as: ratio, baseline: {2011-12: 0.5}, target: {shape: {linear: {to: 1.1, by: 2016-17}}}}",
     (1, "1.1", "1.1 lies beyond 1, the best value that there can be")),
    ("{dimension: race, reference: all, baseline: {2011-12: 12}, target: {annual: {2012-13: 10}, shape: {halve: {years: 6}}}}",
     (1, "2012-13", "the target of 2012-13 is 10, and `halve` makes it 11")),
    ("{dimension: race, reference: all, as: ratio, baseline: {2011-12: 0.5}, target: {annual: {2012-13: 0.57}, "
     "shape: {gap_fraction: {fraction: 0.5, years: 5}}}}",
     (1, "2012-13", "the target of 2012-13 is 0.57, and `gap_fraction` makes it 0.55")),
])  # fmt: skip
def test_a_wrong_gap(tmp_path: Path, gap: str, problem: Problem) -> None:
    assert only(tmp_path, f"gap: {gap}") == problem


def test_a_gap_is_of_students_and_of_what_can_be_compared(tmp_path: Path) -> None:
    gap = "gap: {dimension: race, reference: all}"
    assert only(tmp_path, gap, level="school", formula="count(true)") == (
        1, "gap", "subgroups divide students: a measure of level school has no gap")  # fmt: skip
    assert only(tmp_path, gap, formula="count(participating)") == (
        1, "gap", "a count grows with its group: it does not say which of two stands behind")  # fmt: skip


def test_no_measure_has_the_id_of_a_gap(tmp_path: Path) -> None:
    assert found(tmp_path, "for_each: {part: [gap, other]}\ngap: {dimension: race, reference: all}") == []
    other = HEAD + "".join(f"{key}: {value}\n" for key, value in PLAIN.items()) + "gap: {dimension: race, reference: all}\n"
    (tmp_path / "measures" / "other.yml").write_text(other)
    [problem] = rttd("validate", tmp_path, "--output-format", "json").problems
    assert (problem["file"], problem["line"], problem["message"]) == (
        "measures/other.yml", OWN_LINE, "the results of the gap stand under 'm.gap', and that is another measure")  # fmt: skip
