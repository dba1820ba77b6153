"""What is said of a cell: its value and interval, target, baseline and status, how sure, and when nothing at all."""

from pathlib import Path
from typing import Any

import pytest

from projects import DISTRICT, Rows, cell, compute, counts, measure, units, write_project
from rttd_metrics.engine.results import Run

SCHOOLS = "school_id,name\nA,First School\nB,Second School"


def _scored(folder: Path, *measures: dict[str, Any], scores: str, settings: dict[str, Any] | None = None) -> Run:
    """Students with a score each, one letter of `scores` a student; `.` has none, and the letter after `|` is at school B."""
    first, _, second = scores.partition("|")
    students: Rows = [("student_id", "school_id"), *enumerate("A" * len(first) + "B" * len(second))]
    tests = [("student_id", "assessment", "subject", "test_status", "scale_score")]
    tests += [(number, "x", "math", "tested", score) for number, score in enumerate(first + second) if score != "."]
    facts = {"student": {"score": "max(assessments.scale_score)"}}
    return compute(write_project(folder, *measures, facts=facts, settings=settings, schools=SCHOOLS, students=students,
                                 assessments=tests))  # fmt: skip


HIGH = measure(formula="percent(score > 4)")


# -- Values -----------------------------------------------------------------------------------------------


def test_the_aggregates_of_a_measure(tmp_path: Path) -> None:
    """percent, count, avg, median, sum and rate of the scores 1, 2, 4, 9 and one that is not there."""
    formulas = {"percent": "percent(score > 2)", "count": "count(score > 2)", "avg": "avg(score)", "median": "median(score)",
                "sum": "sum(score)", "rate": "rate(score, score + 4, 1000)"}  # fmt: skip
    run = _scored(tmp_path, *(measure(id=name, formula=formula) for name, formula in formulas.items()), scores="1249.")
    found = {name: tuple(cell(run, measure=name)[column] for column in ("missing", "n", "numerator", "denominator", "value"))
             for name in formulas}  # fmt: skip
    assert found == {
        "percent": (1, 4, 2.0, 4.0, 50.0),
        "count": (1, 4, 2.0, 4.0, 2.0),
        "avg": (1, 4, 16.0, 4.0, 4.0),  # 1 + 2 + 4 + 9
        "median": (1, 4, None, None, 3.0),  # (2 + 4) / 2
        "sum": (1, 4, None, None, 16.0),
        "rate": (1, 4, 16.0, 32.0, 500.0),  # 16 / (5 + 6 + 8 + 13) * 1000
    }


def test_a_school_is_a_ratio_of_sums_and_no_mean_of_ratios(tmp_path: Path) -> None:
    run = _scored(tmp_path, measure(formula="rate(score, 2, 1)"), scores="1|999")
    assert [cell(run, "school", school)["value"] for school in "AB"] == [0.5, 4.5]  # 1 / 2 and 27 / 6
    assert cell(run)["value"] == 3.5  # 28 / 8, not (0.5 + 4.5) / 2


def test_nobody_to_count_has_no_value(tmp_path: Path) -> None:
    target = {"annual": {"2012-13": 10}}
    formulas = {"avg": "avg(score)", "median": "median(score)", "sum": "sum(score)", "percent": "percent(score > 4)",
                "rate": "rate(score, score, 1)"}  # fmt: skip
    measures = [measure(id=name, formula=formula, target=target) for name, formula in formulas.items()]
    run = _scored(tmp_path, *measures, scores="15|..")
    for definition in measures:
        empty = cell(run, "school", "B", measure=definition["id"])
        assert [empty[name] for name in ("population", "missing", "n")] == [2, 2, 0]
        assert [empty[name] for name in ("value", "ci_low", "ci_high", "uncertain")] == [None] * 4
        assert empty["status"] == "no_units"


def test_a_rate_over_nothing_has_no_value(tmp_path: Path) -> None:
    found = cell(_scored(tmp_path, measure(formula="rate(score, score - score, 1)"), scores="15"))
    assert (found["n"], found["numerator"], found["denominator"], found["value"]) == (2, 6.0, 0.0, None)
    assert found["status"] == "no_units"


@pytest.mark.parametrize(("improvement", "formula", "met"), [
    ("increase", "percent(score > 4)", [True, False, None]),
    ("decrease", "percent(score > 4)", [False, True, None]),
    ("decrease", "count(score > 4)", [False, True, None]),
    ("increase", "avg(score)", [None, None, None]),
    ("increase", "rate(score, 2, 1)", [None, None, None]),
])  # fmt: skip
def test_whether_a_student_is_on_the_good_side(tmp_path: Path, improvement: str, formula: str, met: list[bool | None]) -> None:
    run = _scored(tmp_path, measure(formula=formula, improvement=improvement), scores="91.")
    assert [row["met"] for row in run.student_results.to_dicts() if row["school_id"] is None] == met


# -- Intervals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scores", "interval"), [
    # Wilson, z = 1.959964, z^2 = 3.841459. 8 of 10: the centre (0.8 + z^2/20) / (1 + z^2/10) = 0.992073 / 1.384146 = 0.716740,
    # half the width z / 1.384146 * sqrt(0.8 * 0.2 / 10 + z^2/400) = 1.416010 * sqrt(0.016 + 0.009604) = 0.226578
    ("9999999911", (49.016247, 94.331784)),
    # 0 of 10: from 0 to z^2 / (10 + z^2) = 3.841459 / 13.841459 = 0.277533
    ("1111111111", (0.0, 27.753279)),
    # 4 of 4: from 4 / (4 + z^2) = 4 / 7.841459 = 0.510109 to 1
    ("9999", (51.010916, 100.0)),
])  # fmt: skip
def test_the_interval_of_a_percent_is_wilsons(tmp_path: Path, scores: str, interval: tuple[float, float]) -> None:
    found = cell(_scored(tmp_path, HIGH, scores=scores))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(interval, abs=1e-4)


def test_the_interval_of_an_average_is_normal(tmp_path: Path) -> None:
    # 2, 4, 6, 8: mean 5, variance (9 + 1 + 1 + 9) / 3 = 6.666667, standard error sqrt(6.666667 / 4) = 1.290994,
    # half the width 1.959964 * 1.290994 = 2.530303
    run = _scored(tmp_path, measure(formula="avg(score)"), scores="2468|7")
    school = cell(run, "school", "A")
    assert (school["ci_low"], school["value"], school["ci_high"]) == (2.469697, 5.0, 7.530303)
    alone = cell(run, "school", "B")
    assert (alone["value"], alone["ci_low"], alone["ci_high"]) == (7.0, None, None)  # one student does not vary


@pytest.mark.parametrize("formula", ["median(score)", "sum(score)", "count(score > 4)", "rate(score, 2, 1)"])
def test_other_values_have_no_interval(tmp_path: Path, formula: str) -> None:
    found = cell(_scored(tmp_path, measure(formula=formula), scores="2468"))
    assert (found["ci_low"], found["ci_high"]) == (None, None)


@pytest.mark.parametrize(("true", "n", "target", "uncertain"), [
    (15, 29, 90.0, True),  # far from the target, but fewer than 30
    (15, 30, 90.0, False),  # 50 %: the interval reaches from 33.2 to 66.8
    (15, 30, 66.0, True),  # it spans the target
    (15, 30, 34.0, True),
    (15, 30, 67.0, False),
    (15, 30, None, False),  # nothing to be uncertain about
])  # fmt: skip
def test_uncertain(tmp_path: Path, true: int, n: int, target: float | None, uncertain: bool) -> None:
    aims = {"target": {"annual": {"2012-13": target}}} if target else {}
    run = _scored(tmp_path, HIGH | aims, scores="9" * true + "1" * (n - true))
    assert cell(run)["uncertain"] is uncertain


# -- Targets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("improvement", "target", "status"), [
    ("increase", 66.666667, "met"),  # 2 of 3, to six decimals: equal is met
    ("increase", 66.666668, "not_met"),
    ("increase", 66.666666, "met"),
    ("decrease", 66.666667, "met"),
    ("decrease", 66.666666, "not_met"),
    ("decrease", 66.666668, "met"),
])  # fmt: skip
def test_status_where_value_and_target_are_equal(tmp_path: Path, improvement: str, target: float, status: str) -> None:
    found = cell(_scored(tmp_path, HIGH | {"improvement": improvement, "target": {"annual": {"2012-13": target}}}, scores="991"))
    assert (found["value"], found["target"], found["status"]) == (66.666667, target, status)


def test_targets_of_schools_and_subgroups(tmp_path: Path) -> None:
    """A school's own target stands before the district's; a subgroup has only its own."""
    target = {
        "annual": {"2012-13": 50, "2013-14": 60},
        "schools": {"B": {"annual": {"2012-13": 40}}, "A": {"annual": {"2013-14": 10}}},
        "subgroups": {"english_learner": {"Yes": {"annual": {"2012-13": 30}, "baseline": {"2011-12": 25}}}},
    }
    baseline = {"2010-11": 44, "2011-12": 45, "2013-14": 99}
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 9)", target=target, baseline=baseline),
        settings={"subgroups": {"english_learner": "students.english_learner"}}, schools=SCHOOLS,
        sections="section_id,school_id\ns,B", rosters="student_id,section_id\n1,s",
        students="student_id,school_id,grade_level,english_learner\n1,B,9,true\n2,A,8,false\n3,A,8,")  # fmt: skip
    run = compute(folder)

    def judged(*where: str, subgroup: str | None = None) -> tuple[float | None, float | None, str]:
        group = {"dimension": "english_learner", "subgroup": subgroup} if subgroup else {}
        found = cell(run, *where, **group)
        return found["target"], found["baseline"], found["status"]

    assert judged() == (50.0, 45.0, "not_met")  # 1 of 3; the latest baseline of a year before
    assert judged(subgroup="Yes") == (30.0, 25.0, "met")
    assert judged(subgroup="No") == (None, None, "no_target")
    assert judged("school", "A") == (50.0, None, "not_met")  # its own is for next year
    assert judged("school", "B") == (40.0, None, "met")
    assert judged("school", "B", subgroup="Yes") == (30.0, None, "met")
    assert judged("classroom", "s") == (40.0, None, "met")  # that of its school
    assert judged("classroom", "s", subgroup="No") == (None, None, "no_units")
    later = cell(compute(folder, school_year="2013-14"), "school", "A")
    assert (later["target"], later["status"]) == (10.0, "not_met")  # 0 of 2: rows without a year are of any


# -- Subgroups --------------------------------------------------------------------------------------------


def test_subgroups_and_their_names(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(formula="percent(participating)"),
        settings={"subgroups": {
            "race": "students.race_ethnicity", "learner": "students.english_learner", "grade": "students.grade_level",
            "need": {"formula": "homeless or foster"}}},
        schools=SCHOOLS,
        students="""
            student_id,school_id,race_ethnicity,english_learner,grade_level,homeless,foster
            1,A,white,true,KG,true,
            2,A,black,false,PK,false,false
            3,A,,,10,false,
            4,B,white,true,UG,,
        """)  # fmt: skip
    run = compute(folder)
    found = {dimension: run.results.filter(level="district", dimension=dimension)["subgroup"].to_list()
             for dimension in ("all", "race", "learner", "grade", "need")}  # fmt: skip
    assert found == {"all": ["all"], "race": ["Unknown", "black", "white"], "learner": ["No", "Unknown", "Yes"],
                     "grade": ["10", "KG", "PK", "UG"], "need": ["No", "Unknown", "Yes"]}  # fmt: skip
    assert counts(run, dimension="race", subgroup="white") == (2, 0, 0, 2, 2.0)
    assert counts(run, dimension="learner", subgroup="Unknown") == (1, 0, 0, 1, 1.0)
    assert counts(run, dimension="need", subgroup="Unknown")[0] == 2  # 3: unknown or false; 4
    assert counts(run, "school", "B", dimension="race", subgroup="black") == (0, 0, 0, 0, 0.0)  # the district has them
    assert cell(run, "school", "B", dimension="race", subgroup="black")["status"] == "no_units"


def test_unknown_in_the_file_is_the_unknown_of_an_empty_cell(tmp_path: Path) -> None:
    run = compute(write_project(
        tmp_path, measure(formula="percent(participating)"), settings={"subgroups": {"race": "students.race_ethnicity"}},
        schools=SCHOOLS, students="student_id,school_id,race_ethnicity\n1,A,Unknown\n2,A,\n3,A,white"))  # fmt: skip
    assert counts(run, dimension="race", subgroup="Unknown") == (2, 0, 0, 2, 2.0)


def test_subgroups_add_up_to_everyone(tmp_path: Path) -> None:
    rows = [(number, "A", ["x", "y", None][number % 3]) for number in range(40)]
    run = compute(write_project(
        tmp_path, measure(formula="percent(participating)"), settings={"subgroups": {"race": "students.race_ethnicity"}},
        schools=SCHOOLS, students=[("student_id", "school_id", "race_ethnicity"), *rows]))  # fmt: skip
    parts = run.results.filter(level="school", unit_id="A", dimension="race")
    assert (parts.height, parts["n"].sum(), cell(run, "school", "A")["n"]) == (3, 40, 40)


# -- Confidential -----------------------------------------------------------------------------------------

_HIDDEN = ("population", "excluded", "missing", "n", "numerator", "denominator", "value", "ci_low", "ci_high", "baseline",
           "target", "uncertain")  # fmt: skip
OBSERVED = measure(level="classroom", formula="avg(observed)", confidential={"of": "educator", "minimum": 5},
                   baseline={"2011-12": 2}, target={"annual": {"2012-13": 3}})  # fmt: skip


def _withheld(run: Run, level: str = "district", unit: str = DISTRICT, **key: str) -> bool:
    found = cell(run, level, unit, **key)
    hidden = found["status"] == "withheld"
    assert not hidden or [found[name] for name in _HIDDEN] == [None] * len(_HIDDEN)
    return hidden


def _observed(folder: Path, teachers: list[tuple[str, str]]) -> Run:
    """Sections a.. of school A and b.. of school B, each observed once; (section, educator) says who teaches it."""
    sections = sorted({section for section, _ in teachers})
    return compute(write_project(
        folder, OBSERVED, facts={"classroom": {"observed": "avg(observations.score)"}}, schools=SCHOOLS,
        educators=[("educator_id", "role"), *((educator, "teacher") for educator in sorted({name for _, name in teachers}))],
        sections=[("section_id", "school_id"), *((section, section[0].upper()) for section in sections), ("a99", "A")],
        section_educators=[("section_id", "educator_id", "role"), *((*pair, "teacher_of_record") for pair in teachers)],
        observations=[("section_id", "date", "rubric", "score"), *((section, "2012-10-01", "x", 3) for section in sections)],
    ))  # fmt: skip


def test_one_teacher_with_five_sections_is_one_educator(tmp_path: Path) -> None:
    first = [(f"a{number}", "only") for number in range(5)]
    second = [(f"b{number}", f"t{number}") for number in range(5)]
    run = _observed(tmp_path, first + second)
    assert _withheld(run, "school", "A")
    assert not _withheld(run, "school", "B")
    assert cell(run, "school", "B")["n"] == 5
    assert not _withheld(run)  # six educators
    assert all(_withheld(run, "classroom", section) for section in ("a0", "b0"))
    assert not _withheld(run, "classroom", "a99")  # not observed: there is nothing to hide
    assert cell(run, "classroom", "a99")["status"] == "no_units"


def test_four_educators_are_too_few_and_co_teachers_count(tmp_path: Path) -> None:
    run = _observed(tmp_path, [(f"a{number}", f"t{number}") for number in range(4)])
    assert _withheld(run, "school", "A")
    assert _withheld(run)
    run = _observed(tmp_path / "co", [*((f"a{number}", f"t{number}") for number in range(4)), ("a0", "co")])
    assert not _withheld(run, "school", "A")


def test_a_measure_of_students_about_their_educators(tmp_path: Path) -> None:
    """The educators of the classrooms of those who are counted."""
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 9)", confidential={"of": "educator", "minimum": 2}), schools=SCHOOLS,
        settings={"subgroups": {"race": "students.race_ethnicity"}},
        students="student_id,school_id,grade_level,race_ethnicity\n1,A,9,x\n2,A,9,x\n3,B,9,y\n4,B,,y",
        sections="section_id,school_id\ns1,A\ns2,A\ns3,B", educators="educator_id,role\nt1,teacher\nt2,teacher",
        rosters="student_id,section_id\n1,s1\n2,s2\n3,s3\n4,s1",
        section_educators="""
            section_id,educator_id,role
            s1,t1,teacher_of_record
            s2,t1,teacher_of_record
            s3,t2,teacher_of_record
        """)  # fmt: skip
    run = compute(folder)
    assert not _withheld(run)
    assert _withheld(run, "school", "A")
    assert _withheld(run, "school", "B")  # student 4, of the other teacher too, has no grade and is not counted
    assert [_withheld(run, dimension="race", subgroup=subgroup) for subgroup in "xy"] == [True, True]
    assert all(_withheld(run, "classroom", section) for section in ("s1", "s2", "s3"))
    assert run.student_results.is_empty()  # a student's row would tell of his teacher


def test_a_measure_of_students_who_answer_for_themselves(tmp_path: Path) -> None:
    definition = HIGH | {"confidential": {"of": "respondent", "minimum": 10}}
    run = _scored(tmp_path, definition, scores="9" * 10 + "|" + "9" * 9)
    assert [_withheld(run, "school", school) for school in "AB"] == [False, True]
    assert not _withheld(run)
    assert run.student_results.is_empty()


def test_respondents_behind_a_school(tmp_path: Path) -> None:
    """Ten answers of nine people are too few, whatever the school's one value."""
    answers = [("survey", "respondent_type", "respondent_id", "school_id", "scale", "item", "favorable")]
    for school, people in (("A", 9), ("B", 10)):
        answers += [("conditions_for_learning", "student", f"{school}{number}", school, "s", item, "true")
                    for number in range(people) for item in ("one", "two")]  # fmt: skip
    folder = write_project(
        tmp_path, measure(level="school", formula="rate(favorable_answers, survey_answers, 100)",
                          confidential={"of": "respondent", "minimum": 10, "count": "survey_respondents"}),
        schools=SCHOOLS, surveys=answers)  # fmt: skip
    run = compute(folder)
    assert [_withheld(run, "school", school) for school in "AB"] == [True, False]
    assert not _withheld(run)
    assert cell(run)["value"] == 100.0
    assert units(run, "district") == [DISTRICT]
