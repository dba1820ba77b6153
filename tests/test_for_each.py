"""`for_each`: one definition, a measure or fact for each value of its constant."""

from pathlib import Path
from typing import Any

import pytest

from projects import cell, compute, measure, role, write_project
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio

FACTS = {
    "student": {
        "tests": {
            "title": "Tests in {subject}",
            "for_each": {"subject": ["reading", "mathematics"]},
            "formula": "count(assessments where assessments.subject = subject and assessments.test_status = 'tested')",
        },
        "untested": {"for_each": {"subject": ["reading", "mathematics"]}, "formula": "tests = 0"},
        "tested_in_both": "tests.reading > 0 and tests.mathematics > 0",
    }
}
STUDENTS = "student_id,grade_level\n1,4\n2,4\n3,4"
TESTS = """
    student_id,assessment,subject,test_status
    1,state,reading,tested
    1,state,mathematics,tested
    2,state,reading,tested
    3,state,mathematics,absent
"""


SUBJECTS = {"subject": ["reading", "mathematics"]}


def subjects(**keys: Any) -> dict[str, Any]:
    plain = {"id": "tested", "title": "Tested in {subject}", "formula": "percent(tests > 0)", "for_each": SUBJECTS}
    return measure(**plain | keys)


def district(folder: Path, *measures: dict[str, Any]) -> Path:
    return write_project(folder, *measures, facts=FACTS, students=STUDENTS, assessments=TESTS, schools="school_id,name")


def problems(folder: Path) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.message) for problem in read_portfolio(folder).problems]


def titles(portfolio: Portfolio) -> dict[str, str]:
    return {found.id: found.definition.title for found in portfolio.measures}


def test_each_value_is_a_measure_of_its_own(tmp_path: Path) -> None:
    run = compute(district(tmp_path, subjects()))
    # students 1 and 2 were tested in reading, student 1 alone in mathematics
    assert cell(run, measure="tested.reading")["value"] == pytest.approx(100 * 2 / 3, abs=1e-6)
    assert cell(run, measure="tested.mathematics")["value"] == pytest.approx(100 * 1 / 3, abs=1e-6)
    assert (role(run, "2", measure="tested.reading"), role(run, "2", measure="tested.mathematics")) == ("numerator", "n")


def test_facts_use_the_facts_of_their_own_value_and_of_others(tmp_path: Path) -> None:
    run = compute(district(tmp_path, measure(id="none", formula="count(untested.mathematics)"),
                           measure(id="both", formula="count(tested_in_both)")))  # fmt: skip
    assert cell(run, measure="none")["numerator"] == 2  # students 2 and 3
    assert cell(run, measure="both")["numerator"] == 1  # student 1


def test_a_value_may_have_a_title_a_baseline_and_a_target_of_its_own(tmp_path: Path) -> None:
    own = {"reading": {"baseline": {"2011-12": 60}, "target": {"annual": {"2012-13": 66.7}}}, "mathematics": {"title": "Math"}}
    folder = district(tmp_path, subjects(for_each={"subject": own}, target={"annual": {"2012-13": 30}}))
    assert titles(read_portfolio(folder)) == {"tested.reading": "Tested in reading", "tested.mathematics": "Math"}
    run = compute(folder)
    reading, mathematics = (cell(run, measure=f"tested.{subject}") for subject in ("reading", "mathematics"))
    assert (reading["baseline"], reading["target"], reading["status"]) == (60, 66.7, "not_met")  # 66.666667 is below 66.7
    assert (mathematics["baseline"], mathematics["target"], mathematics["status"]) == (None, 30, "met")  # 33.3 against 30


def test_a_title_that_does_not_name_the_value_gets_it(tmp_path: Path) -> None:
    folder = district(tmp_path, subjects(title="Tested", formula="percent(subject = 'reading')"))
    assert titles(read_portfolio(folder)) == {"tested.reading": "Tested: reading", "tested.mathematics": "Tested: mathematics"}


def test_examples_hold_for_every_value(tmp_path: Path) -> None:
    rows = [{"subject": "{subject}", "test_status": "tested"}, {"subject": "science", "test_status": "tested"}]
    shown = [{"name": "given as rows", "given": {"assessments": rows}, "expect": "numerator"},
             {"name": "given by its short name", "given": {"tests": 0}, "expect": "n"}]  # fmt: skip
    folder = district(tmp_path, subjects(examples=shown))
    outcomes = [(outcome.measure.id, outcome.holds) for outcome in read_portfolio(folder).run_examples()]
    assert outcomes == [("tested.mathematics", True)] * 2 + [("tested.reading", True)] * 2


def test_the_people_behind_a_value_are_counted_by_the_fact_of_that_value(tmp_path: Path) -> None:
    sums = {"answers": "count(surveys where surveys.scale = scale)",
            "people": "count(distinct surveys.respondent_id where surveys.scale = scale)"}  # fmt: skip
    facts = {"school": {name: {"for_each": {"scale": ["safety", "support"]}, "formula": sums[name]} for name in sums}}
    asked = measure(id="asked", level="school", formula="sum(answers)", response_rate="people",
                    for_each={"scale": ["safety", "support"]},
                    confidential={"of": "respondent", "minimum": 2, "count": "people"})  # fmt: skip
    rows = ["a,safety,1", "b,safety,1", "a,support,1", "a,support,2"]
    surveys = "survey,respondent_type,school_id,item,value,respondent_id,scale,favorable\n" + "\n".join(
        f"s,student,A,{item},1,{person},{scale},true" for person, scale, item in (row.split(",") for row in rows))  # fmt: skip
    run = compute(write_project(tmp_path, asked, facts=facts, surveys=surveys, schools="school_id,name\nA,Adams"))
    # two answers each: of two persons to safety, of one to support
    assert cell(run, measure="asked.safety")["value"] == 2
    assert cell(run, measure="asked.support")["status"] == "withheld"


NAMES_ONE = "`for_each` names one constant and its values: {subject: [reading, mathematics]}"


@pytest.mark.parametrize(("for_each", "message"), [
    ({}, NAMES_ONE),
    ({"subject": ["reading"], "grade": ["one"]}, NAMES_ONE),
    ({"subject": []}, "`for_each` needs at least one value"),
    ({"subject": ["Reading"]}, "'Reading' is no name: write small letters, digits and _, beginning with a letter"),
])  # fmt: skip
def test_what_is_no_for_each_is_told(tmp_path: Path, for_each: dict[str, Any], message: str) -> None:
    assert message in [said for _, said in problems(district(tmp_path, subjects(for_each=for_each)))]


def test_a_subgroup_that_is_none_is_told_at_the_value_that_names_it(tmp_path: Path) -> None:
    own = {"reading": {"target": {"subgroups": {"english_learner": {"Maybe": {"annual": {"2012-13": 50}}}}}}, "mathematics": {}}
    folder = district(tmp_path, subjects(for_each={"subject": own}))
    write_project(folder, settings={"subgroups": {"english_learner": "students.english_learner"}})
    lines = (folder / "measures" / "tested.yml").read_text(encoding="utf-8").splitlines()
    message = "the subgroups of 'english_learner' are Yes, No, Unknown: 'Maybe' is none of them"
    assert problems(folder) == [(lines.index("            Maybe:") + 1, message)]


def test_the_constant_is_unknown_outside(tmp_path: Path) -> None:
    folder = district(tmp_path, measure(id="m", formula="percent(subject = 'reading')"))
    [(_, message)] = problems(folder)
    assert message.startswith("'subject' is neither a fact of the student")


def test_a_faulty_key_does_not_accuse_the_constant(tmp_path: Path) -> None:
    folder = district(tmp_path, subjects(tagret={}))
    assert [message for _, message in problems(folder)] == ["unknown key 'tagret'"]
