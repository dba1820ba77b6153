"""Each rule of a portfolio speaks, at its place, where one thing is broken, and none where all is in order."""

from pathlib import Path

import pytest

from rttd_d import GROUPS, LAST, LEARNERS, Change, drop, found, marked, path, set_, spot, write_portfolio
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.rules.catalogue import RULES


def test_no_rule_speaks_where_all_is_in_order(tmp_path: Path) -> None:
    assert found(write_portfolio(tmp_path)) == []


def test_no_rule_speaks_where_nobody_asked(tmp_path: Path) -> None:
    folder = write_portfolio(tmp_path, changes={"4-8-c": drop("owner"), "9-12-a": None})
    assert read_portfolio(folder).problems == ()


A_YEAR = ("target", "annual", "2014-15")

BROKEN: list[tuple[str, str, Change, tuple[str, ...], str, str]] = [
    # code, file, change, the words that lead to the place, what is marked there, part of the message
    ("L04", "4-8-c", drop("narrative", "rationale"), ("narrative:",), "narrative", "no `rationale`"),
    ("L04", "4-8-c", set_("narrative", "rationale", to="  "), ("rationale:",), "rationale", "no `rationale`"),
    ("L04", "climate", drop("narrative", "review_and_improve"), ("narrative:",), "narrative", "no `review_and_improve`"),
    ("L04", "4-8-a", drop("narrative", "leading_information"), ("narrative:",), "narrative", "no `leading_information`"),
    ("L05", "4-8-c", drop("baseline"), ("id:",), "id", "no baseline of 2011-12"),
    ("L05", "4-8-c", set_("baseline", to={"2010-11": 40.0}), ("baseline:",), "baseline", "no baseline of 2011-12"),
    ("L05", "4-8-c", drop(*A_YEAR), ("target:", "annual:"), "annual", "no target for 2014-15"),
    ("L05", "4-8-c", drop("target", "annual", LAST), ("target:", "annual:"), "annual", "no target for 2016-17"),
    ("L05", "retention", drop("target"), ("id:",), "id", "no target for 2012-13, 2013-14, 2014-15, 2015-16 and 2016-17"),
    ("L06", "4-8-c", drop(*GROUPS, "disability"), ("subgroups:",), "subgroups", "no targets by disability"),
    ("L06", "4-8-c", drop(*GROUPS), ("baseline:", "target:"), "target",
     "no targets by economically_disadvantaged, english_learner, disability and race_ethnicity"),
    ("L06", "prek-3-a", drop(*LEARNERS), ("subgroups:",), "subgroups", "no targets by english_learner"),
    ("L06", "4-8-c", set_(*LEARNERS[:-1], to={"No": {"annual": path(40, 7), "baseline": {"2011-12": 40.0}}}),
     ("subgroups:", "english_learner:"), "english_learner", 'no target for english_learner "Yes"'),
    ("L06", "4-8-c", drop(*GROUPS, "race_ethnicity", "Black"), ("race_ethnicity:",), "race_ethnicity", "one group"),
    ("L06", "4-8-c", drop(*LEARNERS, "annual", "2013-14"), ("english_learner:", "annual:"), "annual",
     "g_4_8_c, english_learner Yes: there is no target for 2013-14"),
    ("L06", "9-12-c", set_(*GROUPS, to={"english_learner": {"Yes": {"annual": path(30, 6)}}}),
     ("english_learner:", "'Yes'"), "'Yes'", "no baseline of 2011-12"),
    ("L07", "4-8-a", set_("formula", to="count(signals >= 4)"), ("count(",), "count(signals >= 4)",
     "the slot 4-8(a) asks for number and percentage: a count gives none"),
    ("L07", "4-8-c", set_("formula", to="count(signals >= 6)"), ("count(",), "count(signals >= 6)", "has no denominator"),
    ("L07", "retention", set_("formula", to="sum(staff)"), ("sum(staff)",), "sum(staff)", "has no denominator"),
    ("L08", "4-8-c", set_(*A_YEAR, to=47), ("annual:", "2014-15:", "47"), "47", "worse than what came before it, 48"),
    ("L08", "4-8-c", set_("baseline", "2011-12", to=45.0), ("annual:", "2012-13:", "44"), "44", "worse than"),
    ("L08", "4-8-c", set_(*LEARNERS, "annual", LAST, to=53), ("english_learner:", "2016-17:", "53"), "53", "worse than"),
    ("L08", "prek-3-b", set_("improvement", to="decrease"), ("annual:", "2012-13:", "44"), "44", "worse than"),
    ("L09", "4-8-c", set_("target", "shape", to={"halve": {"years": 6}}), ("annual:", "2012-13"), "2012-13",
     "the target of 2012-13 is 44, and `halve` makes it 45"),
    ("L10", "4-8-c", set_(*A_YEAR, to=48), ("annual:", "2014-15:", "48"), "48", "asks for no more than before"),
    ("L11", "4-8-c", set_("target", "annual", LAST, to=66.5), ("annual:", "2016-17:", "66"), "66.5", "more than 10 points"),
    ("L12", "4-8-c", set_(*LEARNERS, "annual", to=path(30, 3.9)), ("english_learner:", "'Yes'"), "'Yes'",
     "the group is to gain 19.5, everyone 20"),
    ("L13", "4-8-a", set_("gap", to={"dimension": "english_learner", "reference": "No"}), ("gap:", "reference:", "'No'"), "'No'",
     "g_4_8_a: the gap is one to 'No', not to those who achieve most"),
    ("L13", "prek-3-a", set_("gap", to={"dimension": "disability", "reference": "all"}), ("gap:", "reference:", "all"), "all",
     "the gap is one to 'all'"),
    ("L14", "4-8-a", drop("validation"), ("slot:",), "slot", "no `validation`"),
    ("L14", "9-12-b", set_("validation", "predictive", to=0.79), ("predictive:", "0.79"), "0.79", "79% of students on track"),
    ("L14", "9-12-b", set_("validation", "comprehensive", to=0.89), ("comprehensive:", "0.89"), "0.89", "89% of those who"),
    ("L15", "9-12-b", set_("frequency", to="yearly"), ("frequency:", "yearly"), "yearly", "once a year"),
    ("L16", "4-8-b", set_("frequency", to="semester"), ("frequency:", "semester"), "semester", "each semester"),
    ("L16", "9-12-e", set_("frequency", to="yearly"), ("frequency:", "yearly"), "yearly", "once a year"),
    ("L17", "all-a", drop("owner"), ("id:",), "id", "`owner` does not say"),
    ("L17", "all-a", set_("off_target", to=""), ("off_target:",), "off_target", "`off_target` does not say"),
    ("L17", "all-a", drop("review_frequency"), ("id:",), "id", "`review_frequency` does not say"),
    ("L17", "all-a", set_("review_frequency", to="semester"), ("review_frequency:", "semester"), "semester", "too seldom"),
    ("L19", "climate", set_("confidential", "minimum", to=9), ("minimum:", "9"), "9", "answers of 9 people"),
    ("L19", "4-8-c", set_(*LEARNERS, "suppressed", to="small_n"), ("english_learner:", "'Yes'"), "'Yes'", "too small"),
    ("L24", "prek-3-a", set_("assessment", to={"2010-11": "Old test", "2013-14": "New test"}), ("assessment:", "2013-14"),
     "2013-14", "prek_3_a: the baseline of 2011-12 was set with another assessment than 'New test'"),
    ("L24", "prek-3-a", set_("assessment", to={"2012-13": "A test"}), ("assessment:", "2012-13"), "2012-13", "than 'A test'"),
    ("L25", "climate", drop("response_rate"), ("formula:", "rate("), "rate(favorable, answers, 100)", "no `response_rate`"),
    ("L26", "all-b", drop("parameters"), ("slot:",), "slot", "does not state whether effective includes"),
    ("L26", "all-b", set_("parameters", "effective_includes_highly_effective", to="yes"), ("effective_includes", "'yes'"),
     "'yes'", "is true or false"),
    ("L27", "9-12-a", drop("parameters", "fafsa_event"), ("parameters:",), "parameters", "whether submitted or completed"),
    ("L27", "9-12-a", drop("parameters"), ("slot:",), "slot", "until which day"),
    ("L27", "9-12-a", set_("parameters", "fafsa_event", to="fafsa_complete"), ("fafsa_event:", "fafsa_complete"),
     "fafsa_complete", "is no FAFSA event"),
    ("L27", "9-12-a", set_("parameters", "fafsa_deadline", to="June"), ("fafsa_deadline:", "June"), "June", "no day of the year"),
    ("L28", "9-12-d", set_("formula", to="percent((signals) >= 5.0)"), ("percent(",), "percent((signals) >= 5.0)",
     "'g_9_12_d' counts just what 'g_4_8_b' counts"),
    ("L29", "4-8-c", drop("examples"), ("id:",), "id", "it has none"),
    ("L29", "4-8-c", drop("examples", 0), ("examples:",), "examples", "a unit in the numerator"),
    ("L29", "4-8-c", drop("examples", 1), ("examples:",), "examples", "a unit that counts and is not in the numerator"),
    ("L29", "4-8-c", drop("examples", 2), ("examples:",), "examples", "a unit outside the population"),
    ("L29", "4-8-c", drop("examples", 3), ("examples:",), "examples", "a unit excluded because: In care"),
    ("L29", "climate", drop("examples", 0, "value"), ("examples:",), "examples", "a unit that counts, with its value"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "file", "change", "words", "mark", "says"), BROKEN)
def test_the_rule_speaks_at_its_place_and_no_other_does(
    tmp_path: Path, code: str, file: str, change: Change, words: tuple[str, ...], mark: str, says: str
) -> None:
    folder = write_portfolio(tmp_path, changes={file: change})
    problems = found(folder)
    assert {problem.code for problem in problems} == {code}
    [problem] = [problem for problem in problems if says in problem.message][:1]
    assert (problem.file, problem.line, problem.column) == spot(folder, f"measures/{file}.yml", *words)
    assert marked(folder, problem) == mark
    assert len(problem.message) < 160


def test_every_rule_is_broken_somewhere_in_these_tests() -> None:
    elsewhere = {"L01", "L02", "L03", "L18"}  # test_rules_plan.py
    assert {code for code, *_ in BROKEN} | elsewhere == set(RULES)
