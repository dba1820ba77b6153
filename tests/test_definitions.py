"""Faulty definitions through `rttd validate` and `rttd test`: every fault at its key, in every file, and nothing guessed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from commands import Ended, rttd, rttd_process
from projects import LAKESIDE, measure, write_project, write_yaml
from rttd_metrics.definitions.coverage import uncovered_clauses
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.slots import SLOTS

ROOT = Path(__file__).parents[1]
PORTFOLIO = ROOT / "measures"
Spot = tuple[str, int, int]

PROJECT = """\
district: {id: "D", name: District}
school_year: 2012-13
measures: [measures]
"""
FACTS = """\
parameters: {limit: 0.1, marks: [F]}
student:
  days: count(attendance)
  missed: count(attendance where attendance.absent >= 0.5)
  rate: missed / days
"""
GOOD = """\
id: good
title: Good
condition: effective_student_support
level: student
population: grade_level between 4 and 8
exclude:
  - {when: days < 10, because: Too few days}
formula: percent(rate >= limit)
improvement: decrease
frequency: monthly
"""


def project(folder: Path, rttd_yml: str = PROJECT, /, **files: str) -> Path:
    """A project whose measures folder holds these files (NAME.yml)."""
    (folder / "measures").mkdir(parents=True, exist_ok=True)
    (folder / "rttd.yml").write_text(rttd_yml, encoding="utf-8")
    for name, text in files.items():
        (folder / "measures" / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")
    return folder


def validate(path: Path, *, code: int = 1) -> Ended:
    return rttd("validate", path, "--output-format", "json", code=code)


def spots(ended: Ended) -> list[Spot]:
    return [(problem["file"], problem["line"], problem["column"]) for problem in ended.problems]


def only(ended: Ended) -> tuple[Spot, str, str | None]:
    """Where the one problem is, what it says and what it proposes."""
    [problem] = ended.problems
    return (problem["file"], problem["line"], problem["column"]), problem["message"], problem["help"]


FIVE_FAULTS = """\
id: broken
title: Broken
condition: effective_student_suport
level: student
population: grade_level between 4 and
exclude:
  - {when: dayz < 10, because: Too few days}
formula: percent(rate >= limit)
improvement: decrease
frequency: monthly
tagret:
  annual: {2012-13: ten}
examples:
  - {name: one, expect: numerater}
"""


def test_five_faults_of_a_file_are_all_told_each_at_its_key(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, broken=FIVE_FAULTS)
    ended = rttd_process("validate", folder, code=1)
    assert ended.stderr == ""
    heads = [line for line in ended.stdout.splitlines() if "error[" in line]
    assert [head.partition(": ")[0] for head in heads] == [
        "measures/broken.yml:3:12",  # the condition
        "measures/broken.yml:5:37",  # the formula ends too early
        "measures/broken.yml:7:12",  # the fact
        "measures/broken.yml:11:1",  # the key `target`
        "measures/broken.yml:14:25",  # the role
    ]
    assert "did you mean 'effective_student_support'?" in ended.stdout
    assert "did you mean 'days'?" in ended.stdout
    assert "did you mean 'target'?" in ended.stdout
    assert "did you mean 'numerator'?" in ended.stdout
    # The line itself, and a mark under the place.
    assert "   11 | tagret:\n      | ^^^^^^\n" in ended.stdout
    assert ended.stdout.endswith("Found 5 errors.\n")


def test_compute_and_test_refuse_such_a_project_before_they_look_at_data(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, broken=FIVE_FAULTS)  # there is no data at all
    for command in ("compute", "test"):
        ended = rttd(command, folder, code=1)
        assert (ended.stdout + ended.stderr).count("error[") == 5


def test_problems_of_several_files_are_told_together_in_order(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        facts=FACTS.replace("days: count(attendance)", "days: count(atendance)"),
        a=GOOD.replace("id: good", "id: a").replace("title:", "titel:"),
        b=GOOD.replace("id: good", "id: b").replace("limit", "limmit"),
    )
    ended = validate(folder)
    assert spots(ended) == [
        ("measures/a.yml", 1, 1), ("measures/a.yml", 2, 1), ("measures/b.yml", 8, 26), ("measures/facts.yml", 3, 15)
    ]  # fmt: skip
    assert [problem["help"] for problem in ended.problems[1:]] == [
        "did you mean 'title'?", "did you mean 'limit'?", "did you mean 'attendance'?"
    ]  # fmt: skip


def test_a_good_project_has_no_problems(tmp_path: Path) -> None:
    ended = rttd("validate", project(tmp_path, facts=FACTS, good=GOOD), code=0)
    assert (ended.stdout, ended.stderr) == ("1 measure with 0 examples: no problems.\n", "")
    assert rttd("validate", tmp_path, "--quiet", code=0) == Ended(0, "", "")


# One fault: the file, what is replaced in it, and where the problem must be.
FAULTS: dict[str, tuple[str, str, str, Spot, str, str | None]] = {
    "an unknown key": ("good", "frequency: monthly", "frequency: monthly\nowners: me", ("measures/good.yml", 11, 1),
                       "unknown key 'owners'", "did you mean 'owner'?"),
    "an unknown key inside": ("good", "Too few days}", "Too few days, becaus: x}", ("measures/good.yml", 7, 46),
                              "unknown key 'becaus' in item 1 of 'exclude'", "did you mean 'because'?"),
    "an unknown key of a fact": ("facts", "days: count(attendance)", "days: {formula: count(attendance), titel: x}",
                                 ("measures/facts.yml", 3, 38), "unknown key 'titel' in 'days'", "did you mean 'title'?"),
    "an unknown level of facts": ("facts", "student:", "shool: {}\nstudent:", ("measures/facts.yml", 2, 1),
                                  "unknown key 'shool'", "did you mean 'school'?"),
    "an unknown key of the project": ("rttd", "school_year:", "attendence: daily\nschool_year:", ("rttd.yml", 2, 1),
                                      "unknown key 'attendence'", "did you mean 'attendance'?"),
    "no school year": ("rttd", "2012-13", "2012-14", ("rttd.yml", 2, 14),
                       "'2012-14' is no school year: write it like 2012-13", None),
    "no date": ("rttd", "measures:", "as_of: 11/16/2012\nmeasures:", ("rttd.yml", 3, 8),
                "'11/16/2012' is no date: write it like 2012-11-16", None),
    "a date before the year": ("rttd", "measures:", "as_of: 2012-06-30\nmeasures:", ("rttd.yml", 3, 8),
                               "on 2012-06-30 the school year 2012-13 has not begun: its first day is 2012-07-01", None),
    "an unknown package": ("rttd", "[measures]", "[measures, package:student-suport]", ("rttd.yml", 3, 22),
                           "there is no shipped package 'student-suport': learning-environments, library, "
                           "organizational-efficacy, outcomes, student-support", "did you mean 'student-support'?"),
    "an unknown folder": ("rttd", "[measures]", "[measures, mesures]", ("rttd.yml", 3, 22),
                          "there is no file or folder 'mesures' in the project",
                          "shipped measures are named package:learning-environments"),
    "a folder outside": ("rttd", "[measures]", "[measures, ../other]", ("rttd.yml", 3, 22),
                         "'../other' lies outside the project", "copy the files into the project"),
    "an unknown table": ("rttd", "measures:", "tables: [{name: studnets}]\nmeasures:", ("rttd.yml", 3, 17),
                         "'studnets' is no standard table: say its `schema:`", "did you mean 'students'?"),
    "an id that is no name": ("good", "id: good", "id: Good measure", ("measures/good.yml", 1, 5),
                              "'Good measure' is no name: write small letters, digits and _, beginning with a letter", None),
    "a slot that is none": ("good", "level:", "slot: 4-8(f)\nlevel:", ("measures/good.yml", 4, 7),
                            f"'4-8(f)' is no slot of the notice: {', '.join(SLOTS)}", None),
    "a slot that another band has": ("good", "level:", "slot: 4-8(d)\nlevel:", ("measures/good.yml", 4, 7),
                                     f"'4-8(d)' is no slot of the notice: {', '.join(SLOTS)}", None),
    "a missing key": ("good", "improvement: decrease\n", "", ("measures/good.yml", 1, 1), "missing key 'improvement'", None),
    "a number in quotes": ("good", "frequency:", 'target: {annual: {2012-13: "9"}}\nfrequency:', ("measures/good.yml", 10, 28),
                           "'2012-13' must be a number, not '9'", None),
    "a parameter overridden and not declared": ("rttd", "measures:", "parameters: {limmit: 0.2}\nmeasures:", ("rttd.yml", 3, 14),
                                                "no fact, measure or table declares a parameter 'limmit'",
                                                "did you mean 'limit'?"),
    "a parameter of another type": ("rttd", "measures:", "parameters: {limit: high}\nmeasures:", ("rttd.yml", 3, 21),
                                    "parameter 'limit' is a number, not a text", None),
    "one text for a list": ("rttd", "measures:", "parameters: {marks: F}\nmeasures:", ("rttd.yml", 3, 21),
                            "parameter 'marks' is a list, not a text", None),
    "two defaults": ("good", "frequency:", "parameters: {limit: 0.2}\nfrequency:", ("measures/good.yml", 10, 21),
                     "parameter 'limit' is 0.1 elsewhere and 0.2 here", "declare it once; a project overrides it in rttd.yml"),
    "a cycle": ("facts", "count(attendance)\n", "rate * 2\n", ("measures/facts.yml", 3, 3),
                "the fact uses itself: days -> rate -> days", "define one of them from tables alone"),
    "a fact of itself": ("facts", "missed / days", "rate + 1", ("measures/facts.yml", 5, 3),
                         "the fact uses itself: rate -> rate", "define one of them from tables alone"),
    "a population of nothing": ("good", "grade_level between 4 and 8", "grade_level is null or grade_level > 3",
                                ("measures/good.yml", 5, 13),
                                "the population is true for a unit of which nothing is known: nobody is counted for lack of data",
                                "test a column that says the unit belongs, or write `all` to take everyone"),
    "an aggregate in a measure": ("good", "percent(rate", "percent(count(attendance) / days", ("measures/good.yml", 8, 18),
                                  "rows cannot be aggregated here: `count` of rows stands in facts only",
                                  "define a fact for it and use its name"),
    "no aggregate": ("good", "percent(rate >= limit)", "rate >= limit", ("measures/good.yml", 8, 10),
                     "a measure is one aggregate over its units: percent, count, avg, median, sum, rate",
                     "for example percent(absence_rate >= 0.10)"),
    "a population that is a number": ("good", "grade_level between 4 and 8", "days", ("measures/good.yml", 5, 13),
                                      "the formula takes a boolean, this is a number", None),
    "targets of an unknown dimension": ("both", "", "", ("measures/good.yml", 11, 22),
                                        "the project has no subgroup dimension 'gendre'", "did you mean 'gender'?"),
    "a rule that is none": ("rttd", "measures:", "rules: {catgory: {tolerate: 1, because: x}}\nmeasures:", ("rttd.yml", 3, 9),
                            "'catgory' is no rule about data", "did you mean 'category'?"),
    "a subgroup that is a number": ("rttd", "measures:", "subgroups: {days: days}\nmeasures:", ("rttd.yml", 3, 19),
                                 "the formula takes a text or boolean or grade level, this is a number", None),
    "a subgroup named all": ("rttd", "measures:", "subgroups: {all: students.gender}\nmeasures:", ("rttd.yml", 3, 1),
                             "'all' is the name of everyone together: choose another name for the dimension", None),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "spot", "says", "hint"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_at_its_place(
    tmp_path: Path, name: str, old: str, new: str, spot: Spot, says: str, hint: str | None
) -> None:
    texts = {"rttd": PROJECT, "facts": FACTS, "good": GOOD}
    if name == "both":
        texts["rttd"] += "subgroups: {gender: students.gender}\n"
        texts["good"] += "target: {subgroups: {gendre: {F: {annual: {2012-13: 9}}}}}\n"
    else:
        assert texts[name].count(old) == 1
        texts[name] = texts[name].replace(old, new)
    folder = project(tmp_path, texts.pop("rttd"), **texts)
    found, message, help_ = only(validate(folder))
    assert found == spot
    assert (message, help_) == (says, hint)


def test_an_id_that_two_files_have(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD, other=GOOD)
    assert only(validate(folder)) == (("measures/other.yml", 1, 5), "measure 'good' is also defined in measures/good.yml", None)


def test_a_fact_that_two_files_have(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, more_facts="student: {days: count(grades)}\n", good=GOOD)
    assert only(validate(folder)) == (
        ("measures/more-facts.yml", 1, 11), "the student fact 'days' is also defined in measures/facts.yml", None
    )  # fmt: skip


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD + "title: Better\n")
    spot, message, _ = only(validate(folder))
    assert spot == ("measures/good.yml", 11, 1)
    assert "title" in message


@pytest.mark.parametrize("text", ["id: [", "- id: a\n", "", "id: &a x\ntitle: *a\n", "id: !!python/object:os.system x\n"])
def test_a_file_that_is_no_plain_mapping(tmp_path: Path, text: str) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD, bad=text)
    ended = validate(folder)
    assert {problem["file"] for problem in ended.problems} == {"measures/bad.yml"}
    assert all(problem["line"] and problem["column"] for problem in ended.problems)


def test_a_file_that_is_listed_twice_is_read_once(tmp_path: Path) -> None:
    listed = PROJECT.replace("[measures]", "[measures, measures/good.yml, ./measures]")
    assert validate(project(tmp_path, listed, facts=FACTS, good=GOOD), code=0).problems == []


def test_files_are_found_whatever_their_folder_and_ending(tmp_path: Path) -> None:
    folder = project(tmp_path, PROJECT.replace("[measures]", "[.]"), facts=FACTS, good=GOOD)
    (folder / "measures" / "good.yml").rename(folder / "good.yaml")
    assert rttd("validate", folder, code=0).stdout == "1 measure with 0 examples: no problems.\n"
    (folder / "good.yaml").write_text(GOOD.replace("limit", "limmit"), encoding="utf-8")
    assert spots(validate(folder)) == [("good.yaml", 8, 26)]


def test_a_project_without_measures(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert only(validate(folder))[1] == "the folder 'measures' holds no measure files (*.yml)"


# A school's own rows, and confidential measures.

VISITS = """\
tables:
  - name: visits
    schema:
      fields: [{name: student_id}, {name: kind}, {name: day, type: date}, {name: school_id}]
      foreignKeys:
        - {fields: student_id, reference: {resource: students, fields: student_id}}
"""
SCHOOL_KEY = "        - {fields: school_id, reference: {resource: schools, fields: school_id}}\n"
VISITED = "student: {visited: count(visits)}\n"
OWN = GOOD.replace("rate >= limit", "visited > 0").replace("days < 10", "visited < 1") + "at_school: own\n"


def test_own_rows_of_a_table_that_carries_no_school(tmp_path: Path) -> None:
    folder = project(tmp_path, PROJECT + VISITS, facts=VISITED, good=OWN)
    assert only(validate(folder)) == (
        ("measures/good.yml", 11, 12),
        "the rows of 'visits' carry no school, no section and no date: a school's own rows cannot be told",
        "use `at_school: whole`",
    )


@pytest.mark.parametrize(("rttd_yml", "at_school"), [
    (PROJECT + VISITS, "whole"), (PROJECT + VISITS + SCHOOL_KEY, "own"), (PROJECT + VISITS + "    date: day\n", "own"),
], ids=["whole", "a key to schools", "a date"])  # fmt: skip
def test_where_a_school_can_be_told(tmp_path: Path, rttd_yml: str, at_school: str) -> None:
    folder = project(tmp_path, rttd_yml, facts=VISITED, good=OWN.replace("school: own", f"school: {at_school}"))
    assert validate(folder, code=0).problems == []


CONFIDENTIAL = """\
id: climate
title: Climate
condition: effective_learning_environments
level: school
population: answers > 0
formula: avg(score)
improvement: increase
frequency: yearly
confidential: {of: respondent, minimum: 5, count: answers}
"""
ANSWERS = """\
school: {answers: count(surveys), score: count(surveys) / 2, named: "any(surveys.favorable)"}
classroom: {seen: count(observations)}
"""


@pytest.mark.parametrize(("old", "new", "spot", "says", "hint"), [
    ("minimum: 5", "minimum: 1", ("measures/climate.yml", 9, 41), "'minimum' must be at least 2, not the number 1", None),
    (", count: answers", "", ("measures/climate.yml", 9, 1),
     "say `count:`, a fact that counts the respondents behind one school", None),
    ("count: answers", "count: answrs", ("measures/climate.yml", 9, 51),
     "there is no school fact 'answrs'", "did you mean 'answers'?"),
    ("count: answers", "count: seen", ("measures/climate.yml", 9, 51), "there is no school fact 'seen'", None),
    ("count: answers", "count: named", ("measures/climate.yml", 9, 51), "'named' is no number", None),
    ("of: respondent", "of: respondents", ("measures/climate.yml", 9, 20),
     "'of' must be 'educator' or 'respondent', not 'respondents'", "did you mean 'respondent'?"),
])  # fmt: skip
def test_confidential(tmp_path: Path, old: str, new: str, spot: Spot, says: str, hint: str | None) -> None:
    folder = project(tmp_path, facts=ANSWERS, climate=CONFIDENTIAL)
    assert validate(folder, code=0).problems == []
    project(tmp_path, climate=CONFIDENTIAL.replace(old, new))
    assert only(validate(folder)) == (spot, says, hint)


def test_keys_that_are_for_students_only(tmp_path: Path) -> None:
    target = "target: {subgroups: {gender: {F: {annual: {2012-13: 9}}}}}\n"
    keys = f"at_school: own\nlook_back: 3\nclassrooms: homeroom\n{target}"
    folder = project(tmp_path, PROJECT + "subgroups: {gender: students.gender}\n", facts=ANSWERS, climate=CONFIDENTIAL + keys)
    ended = validate(folder)
    assert spots(ended) == [("measures/climate.yml", line, 10 if line == 13 else 1) for line in (10, 11, 12, 13)]
    assert {problem["code"] for problem in ended.problems} == {"level"}


def test_the_people_behind_students_are_the_students(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD + "confidential: {of: respondent, minimum: 5, count: days}\n")
    assert only(validate(folder))[1] == "the people behind a measure of students are counted by themselves"


def test_targets_of_subgroups_that_cannot_be(tmp_path: Path) -> None:
    # A truth value has the subgroups Yes, No and Unknown: a target for `true` would never be compared with anything.
    target = 'target: {subgroups: {english_learner: {"true": {annual: {2012-13: 9}}, "Yes": {annual: {2012-13: 9}}}}}\n'
    dimension = "subgroups: {english_learner: students.english_learner}\n"
    folder = project(tmp_path, PROJECT + dimension, facts=FACTS, good=GOOD + target)
    spot, message, _ = only(validate(folder))
    assert spot == ("measures/good.yml", 11, 40)
    assert message == "the subgroups of 'english_learner' are Yes, No, Unknown: 'true' is none of them"


# Examples.

EXAMPLES = """\
examples:
  - {name: ten percent, given: {grade_level: 6, days: 100, missed: 10}, expect: numerator}
  - {name: less, given: {grade_level: 4, days: 100, missed: 9}, expect: n}
  - {name: too old, given: {grade_level: 9, days: 100, missed: 50}, expect: outside}
  - {name: new, given: {grade_level: 8, days: 9, missed: 9}, expect: excluded, reason: Too few days}
"""


@pytest.mark.parametrize(("given", "place", "says", "hint"), [
    ("{dayz: 4}", (12, 23), "'dayz' is neither a fact of the student, a column of its table nor a table", "did you mean 'days'?"),
    ("{days: many}", (12, 29), "'many' is no number", None),
    ("{grade_level: 13}", (12, 36), "'13' is no grade level", None),
    ("{attendance: 5}", (12, 35), "the rows of 'attendance' are a list of mappings", None),
    ("{attendance: [{statsu: absent}]}", (12, 37), "table 'attendance' has no column 'statsu'", "did you mean 'status'?"),
    ("{attendance: [{status: absnt}]}", (12, 45), "'absnt' is no category of attendance.status: present, absent, tardy, "
     "early_departure, in_school_suspension, out_of_school_suspension", "did you mean 'absent'?"),
    ("{attendance: [{date: 9/4/2012}]}", (12, 43), "'9/4/2012' is no date", None),
    ("{grades: [{sections.cor: true}]}", (12, 33), "table 'sections' has no column 'cor'", "did you mean 'core'?"),
    ("{grades: [{sections.core: maybe}]}", (12, 48), "'maybe' is no boolean", None),
    ("{school.nmae: Adams}", (12, 23), "table 'schools' has no column 'nmae'", "did you mean 'name'?"),
    ("{students.grade_level: 6}", (12, 23), "'students.grade_level' is given as 'grade_level'", None),
])  # fmt: skip
def test_an_example_that_is_given_nonsense(
    tmp_path: Path, given: str, place: tuple[int, int], says: str, hint: str | None
) -> None:
    # What is misspelt would be null, and the example would try something else than it says.
    folder = project(tmp_path, facts=FACTS, good=f"{GOOD}examples:\n  - {{name: a, given: {given}, expect: missing}}\n")
    assert only(validate(folder)) == (("measures/good.yml", *place), says, hint)


def test_an_example_that_fails_says_what_was_found(tmp_path: Path) -> None:
    examples = EXAMPLES.replace("missed: 9}", "missed: 11}").replace("reason: Too few days", "reason: Too many")
    folder = project(tmp_path, facts=FACTS, good=GOOD + examples)
    ended = rttd_process("test", folder, code=1)
    said = f"""\
measures/good.yml:13:74: error[example-failed]: example 'less' of good: expected n, found numerator, value 1
   13 |   - {{name: less, given: {{grade_level: 4, days: 100, missed: 11}}, expect: n}}
      | {" " * 73}^
      help: correct the definition, or the example if it is the one that is wrong
"""
    assert said in ended.stdout
    assert (
        ":15:89: error[example-failed]: example 'new' of good: expected Too many, found excluded (Too few days)\n" in ended.stdout
    )
    assert "2 of 4 examples hold" in ended.stdout
    # The same examples stop compute: a definition that does not do what it says is not computed with.
    assert rttd("compute", folder, code=1).stderr.count("example-failed") == 2


def test_a_value_that_an_example_expects(tmp_path: Path) -> None:
    good = GOOD.replace("percent(rate >= limit)", "avg(rate)")
    examples = "examples:\n  - {{name: a, given: {{grade_level: 5, days: 30, missed: 10}}, expect: n, value: {}}}\n"
    folder = project(tmp_path, facts=FACTS, good=good + examples.format("0.333333"))  # 10 / 30, to one in the sixth decimal
    assert "1 of 1 examples hold" in rttd("test", folder, code=0).stdout
    project(tmp_path, good=good + examples.format("0.3334"))
    assert "expected 0.3334, found n, value 0.333333" in rttd("test", folder, code=1).stdout


def test_two_examples_of_one_name(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD + EXAMPLES.replace("name: less", "name: ten percent"))
    assert only(validate(folder)) == (("measures/good.yml", 13, 12), "two examples are named 'ten percent'", None)


def test_clauses_that_no_example_reaches(tmp_path: Path) -> None:
    good = GOOD.replace("rate >= limit", "rate >= limit and (days > 20 or missed > 15)")
    folder = project(tmp_path, facts=FACTS, good=good + EXAMPLES)
    ended = rttd("test", folder, "--output-format", "json", code=0)
    found = [(problem["severity"], problem["line"], problem["column"], problem["message"]) for problem in ended.problems]
    # Of 10, 9, 50 and 9 days missed only 50 are more than 15; days > 20 is false for the 9 days of the last.
    assert found == []
    fewer = "\n".join(EXAMPLES.splitlines()[:3]) + "\n"
    project(tmp_path, good=good + fewer)
    ended = rttd("test", folder, "--output-format", "json", code=0)
    found = [(problem["severity"], problem["line"], problem["column"], problem["message"]) for problem in ended.problems]
    assert found == [
        ("warning", 5, 13, "no example of good makes `grade_level between 4 and 8` false"),
        ("warning", 7, 12, "no example of good makes `days < 10` true"),
        ("warning", 8, 37, "no example of good makes `days > 20` false"),
        ("warning", 8, 50, "no example of good makes `missed > 15` true"),
    ]
    text = rttd("test", folder, code=0).stdout
    assert text.endswith("2 of 2 examples hold; 4 clauses not reached both ways.\n")
    # Where coverage is required such a clause is an error, also to one who asks for errors only.
    required = rttd("test", folder, "--require-coverage", code=1).stdout
    assert required == text.replace("warning[", "error[").replace("4 warnings", "4 errors")
    assert rttd("test", folder, "--quiet", code=0) == Ended(0, "", "")
    assert rttd("test", folder, "--quiet", "--require-coverage", code=1).stdout.count("error[uncovered-clause]") == 4


# What ships.


@pytest.fixture(scope="module", params=["daily", "exceptions", "periods", "sums"])
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """The whole portfolio in a project of each form of attendance."""
    packages = [
        f"package:{folder.name}" for folder in sorted(PORTFOLIO.iterdir()) if folder.is_dir() and folder.name != "attendance"
    ]
    settings = {"measures": packages, "attendance": request.param}
    return read_portfolio(write_project(tmp_path_factory.mktemp("shipped"), settings=settings))


def test_the_shipped_measures_have_no_problems(shipped: Portfolio) -> None:
    assert shipped.problems == ()
    assert len(shipped.measures) >= 9
    assert all(outcome.holds for outcome in shipped.run_examples())
    levels = {measure.level for measure in shipped.measures}
    assert levels == {"student", "classroom", "school", "district"}


def test_every_shipped_clause_is_tried_both_ways(shipped: Portfolio) -> None:
    for tried in shipped.measures:
        assert tried.definition.examples, tried.id
        clauses = uncovered_clauses(tried, list(shipped.example_units(tried)))
        assert [clause.as_problem().message for clause in clauses] == []


def test_the_portfolio_is_validated_and_tested_as_it_lies() -> None:
    assert rttd_process("validate", PORTFOLIO, code=0).stdout.endswith(" examples: no problems.\n")
    assert " 0 clauses not reached both ways" in rttd("test", PORTFOLIO, "--require-coverage", code=0).stdout


@pytest.mark.parametrize("path", sorted(path for path in PORTFOLIO.rglob("*.yml")), ids=lambda path: path.stem)
def test_each_shipped_file_is_valid_by_itself(path: Path) -> None:
    assert validate(path, code=0).problems == []


def test_measures_without_a_project_are_read_against_the_standard_tables(tmp_path: Path) -> None:
    good = measure(id="good", formula="percent(absence_rate >= 0.2)", population="participating")
    write_yaml(tmp_path / "good.yml", good)  # a shipped fact and a standard column
    assert validate(tmp_path, code=0).problems == []
    assert validate(tmp_path / "good.yml", code=0).problems == []
    write_yaml(tmp_path / "facts.yml", {"student": {"mine": "days_absent * 2"}})
    write_yaml(tmp_path / "good.yml", good | {"formula": "percent(mine >= 2)"})
    assert validate(tmp_path, code=0).problems == []
    write_yaml(tmp_path / "good.yml", good | {"formula": "percent(mien >= 2)"})
    spot, message, hint = only(validate(tmp_path))
    assert (spot[0], hint) == ("good.yml", "did you mean 'mine'?")
    assert "'mien' is neither a fact of the student, a column of 'students' nor a parameter" in message


def test_a_measure_file_is_read_with_the_facts_of_its_project(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD)
    assert validate(folder / "measures" / "good.yml", code=0).problems == []
    assert validate(folder / "measures", code=0).problems == []


def test_a_folder_without_measures(tmp_path: Path) -> None:
    [problem] = validate(tmp_path).problems
    assert "holds no rttd.yml and no measure files (*.yml)" in problem["message"]


def test_json_of_problems_holds_all_there_is_to_know(tmp_path: Path) -> None:
    folder = project(tmp_path, facts=FACTS, good=GOOD.replace("frequency", "frequenzy"))
    told: Mapping[str, Any] = json.loads(rttd_process("validate", folder, "--output-format", "json", code=1).stdout)
    assert told["problems"][-1] == {
        "code": "unknown-key", "severity": "error", "message": "unknown key 'frequenzy'", "help": "did you mean 'frequency'?",
        "file": "measures/good.yml", "line": 10, "column": 1, "end_column": 10,
    }  # fmt: skip
    assert [problem["message"] for problem in told["problems"][:-1]] == ["missing key 'frequency'"]


def test_the_example_district_is_valid() -> None:
    assert validate(LAKESIDE, code=0).problems == []
