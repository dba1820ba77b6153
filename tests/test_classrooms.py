"""Classrooms: rosters with dates, weights, several teachers, and what classes are called."""

import json
from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import cell, compute, measure, units, write_project
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.results import Run

SCHOOLS = "school_id,name\nA,Adams"
STUDENTS = """
    student_id,school_id,grade_level,english_learner,cohort
    1,A,9,true,2016
    2,A,9,false,2016
    3,A,8,false,2017
    4,A,,true,2016
    5,A,9,,2016
"""
SECTIONS = "section_id,school_id,name\nS1,A,Algebra I\nS2,A,Geometry\nS3,A,Band"
NINTH = measure(formula="percent(grade_level = 9)")
WEIGHED = {"weight": "rosters.weight"}


def district(folder: Path, *measures: dict[str, Any], rosters: str, **tables: str) -> Path:
    plain = {"students": STUDENTS, "schools": SCHOOLS, "sections": SECTIONS}
    return write_project(folder, *measures, settings={"as_of": "2012-11-16", "subgroups": {"el": "english_learner"}},
                         rosters=rosters, **(plain | tables))  # fmt: skip


def figures(run: Run, section: str, **key: str) -> tuple[Any, ...]:
    found = cell(run, "classroom", section, **key)
    names = ("population", "missing", "n", "numerator", "denominator", "value")
    return tuple(found[name] for name in names)


# -- Rosters ----------------------------------------------------------------------------------------------

DATED = """
    student_id,section_id,from_date,to_date
    1,S1,2012-08-27,2012-09-14
    1,S2,2012-09-17,
    2,S1,2012-08-27,2013-06-07
    3,S1,2012-11-16,
    5,S1,2012-11-19,
    2,S2,2011-08-29,2012-06-08
"""


def test_on_the_roster_on_any_day_up_to_as_of(tmp_path: Path) -> None:
    run = compute(district(tmp_path, NINTH, rosters=DATED))
    assert figures(run, "S1") == (3, 0, 3, 2.0, 3.0, pytest.approx(100 * 2 / 3, abs=5e-7))  # 1, 2 and 3; 5 comes on Monday
    assert figures(run, "S2") == (1, 0, 1, 1.0, 1.0, 100.0)  # 1, since September; 2 was there last year
    assert figures(run, "S3") == (0, 0, 0, 0.0, 0.0, None)
    assert cell(run)["n"] == 4  # once each in the district; of 4 the grade is not known


# -- Weights ----------------------------------------------------------------------------------------------

ROSTERS = """
    student_id,section_id,weight,from_date,to_date
    1,S1,0.5,2012-08-27,
    2,S1,,2012-08-27,
    3,S1,0.25,2012-08-27,
    4,S1,1,2012-08-27,
    5,S1,0,2012-08-27,
    1,S2,1,2012-08-27,2012-09-14
    1,S2,0.2,2012-10-01,
    3,S2,0.8,2012-08-27,
"""


def test_a_percent_is_weighed_in_classrooms_only(tmp_path: Path) -> None:
    run = compute(district(tmp_path, NINTH | WEIGHED, rosters=ROSTERS))
    # 1 is in grade 9 (0.5), 2 too (no weight is the whole, 1), 3 is not (0.25); of 4 nothing is known, and 5 weighs nothing
    assert figures(run, "S1") == (4, 1, 3, 1.5, 1.75, pytest.approx(100 * 1.5 / 1.75, abs=5e-7))
    # The last stay of 1 counts, 0.2; 0.2 of 0.2 + 0.8
    assert figures(run, "S2") == (2, 0, 2, 0.2, 1.0, 20.0)
    assert figures(run, "S1", dimension="el", subgroup="No") == (2, 0, 2, 1.0, 1.25, 80.0)  # 2 of 2 and 3
    assert figures(run, "S1", dimension="el", subgroup="Unknown") == (0, 0, 0, 0.0, 0.0, None)  # 5 does not count here
    # Above the classroom every student counts once: 1, 2 and 5 of 1, 2, 3 and 5
    for level, unit in (("school", "A"), ("district", "D")):
        found = cell(run, level, unit)
        assert (found["n"], found["numerator"], found["denominator"], found["value"]) == (4, 3.0, 4.0, 75.0)
        assert found["ci_low"] is not None
    weighed = cell(run, "classroom", "S1")
    assert (weighed["ci_low"], weighed["ci_high"], weighed["uncertain"]) == (None, None, True)


def test_averages_and_rates_are_weighed(tmp_path: Path) -> None:
    scores = """
        student_id,assessment,subject,test_status,scale_score,percent_correct
        1,interim,reading,tested,200,4
        2,interim,reading,tested,230,2
        3,interim,reading,tested,210,5
        5,interim,reading,tested,900,9
    """
    facts = {"student": {"score": "max(assessments.scale_score)", "right": "max(assessments.percent_correct)"}}
    mean = measure(formula="avg(score)", **WEIGHED)
    plain = measure(id="plain", formula="avg(score)")
    rate = measure(id="rate", formula="rate(right, score, 100)", **WEIGHED)
    folder = district(tmp_path, mean, plain, rate, rosters=ROSTERS, assessments=scores)
    run = compute(write_project(folder, facts=facts, settings={"as_of": "2012-11-16"}))
    # 0.5 x 200 + 1 x 230 + 0.25 x 210 = 382.5, by 0.5 + 1 + 0.25 = 1.75; 4 has no score
    assert figures(run, "S1") == (4, 1, 3, 382.5, 1.75, pytest.approx(382.5 / 1.75, abs=5e-7))
    # (200 + 230 + 210 + 900) / 4
    assert figures(run, "S1", measure="plain") == (5, 1, 4, 1540.0, 4.0, 385.0)
    # (0.5 x 4 + 1 x 2 + 0.25 x 5) / 382.5 x 100 = 5.25 / 382.5 x 100
    assert figures(run, "S1", measure="rate") == (4, 1, 3, 5.25, 382.5, pytest.approx(100 * 5.25 / 382.5, abs=5e-7))
    assert cell(run)["value"] == 385.0


def test_without_weights_in_the_file_all_count_alike(tmp_path: Path) -> None:
    run = compute(district(tmp_path, NINTH | WEIGHED, rosters=DATED))
    assert figures(run, "S1") == (3, 0, 3, 2.0, 3.0, pytest.approx(100 * 2 / 3, abs=5e-7))
    assert run.problems == ()


def test_own_rows_are_weighed_too(tmp_path: Path) -> None:
    facts = {"student": {"meetings": "count(clubs)"}}
    clubs = "student_id,school_id,date\n1,A,2012-09-04\n1,B,2012-09-05\n2,A,2012-09-04\n2,A,2012-09-05\n3,A,2012-09-05"
    keys = [{"fields": key, "reference": {"resource": table, "fields": key}}
            for key, table in (("student_id", "students"), ("school_id", "schools"))]  # fmt: skip
    fields = [{"name": "student_id"}, {"name": "school_id"}, {"name": "date", "type": "date"}]
    own = {"name": "clubs", "date": "date", "schema": {"fields": fields, "foreignKeys": keys}}
    mean = measure(formula="avg(meetings)", at_school="own", **WEIGHED)
    folder = district(tmp_path, mean, rosters=ROSTERS, clubs=clubs)
    run = compute(write_project(folder, facts=facts, settings={"as_of": "2012-11-16", "tables": [own]},
                                schools=SCHOOLS + "\nB,Burr"))  # fmt: skip
    # At A: 0.5 x 1 + 1 x 2 + 0.25 x 1 + 1 x 0 = 2.75, by 0.5 + 1 + 0.25 + 1
    assert figures(run, "S1") == (4, 0, 4, 2.75, 2.75, 1.0)


def test_a_weighed_classroom_is_explained_as_it_is_counted(tmp_path: Path) -> None:
    target = {"annual": {"2012-13": 90}}
    folder = district(tmp_path, NINTH | WEIGHED | {"target": target}, rosters=ROSTERS)
    told = rttd("explain", "m", folder, "--unit", "classroom:S1", "--output-format", "json", code=0)
    found = json.loads(told.stdout)
    assert {one["role"]: one["units"] for one in found["roles"]} == {"missing": 1, "n": 1, "numerator": 2}  # 5 weighs nothing
    assert (found["n"], found["numerator"], found["short"]) == (3, 1.5, None)  # students that do not count alike are not told


@pytest.mark.parametrize(("keys", "message"), [
    ({"formula": "count(grade_level = 9)"}, "a count of students cannot be weighed"),
    ({"formula": "median(1)"}, "a median of students cannot be weighed"),
    ({"formula": "percent(true)", "level": "school"}, "`weight` is for measures of students, this one is of level school"),
    ({"weight": "rosters.weigth", "formula": "percent(true)"}, "'weight' must be 'rosters.weight', not 'rosters.weigth'"),
])  # fmt: skip
def test_what_cannot_be_weighed_is_told(tmp_path: Path, keys: dict[str, Any], message: str) -> None:
    found = read_portfolio(district(tmp_path, measure(**(WEIGHED | keys)), rosters=ROSTERS)).problems
    assert [problem.message for problem in found] == [message]


# -- Several teachers -------------------------------------------------------------------------------------

TEACHERS = "educator_id,role\nE1,teacher\nE2,teacher\nE3,teacher\nE4,teacher"


@pytest.mark.parametrize("teaching", [
    "section_id,educator_id,role\nS1,E1,teacher_of_record",
    "section_id,educator_id,role\nS1,E1,teacher_of_record\nS1,E2,co_teacher\nS1,E3,support",
])  # fmt: skip
def test_a_student_counts_once_whoever_teaches(tmp_path: Path, teaching: str) -> None:
    confidential = {"of": "educator", "minimum": 2}
    folder = district(tmp_path, NINTH, NINTH | {"id": "c", "confidential": confidential}, rosters=DATED,
                      educators=TEACHERS, section_educators=teaching)  # fmt: skip
    run = compute(folder)
    assert figures(run, "S1")[2:5] == (3, 2.0, 3.0)
    assert units(run, "classroom") == ["S1", "S2", "S3"]


@pytest.mark.parametrize(("teaching", "people"), [
    ("S1,E1,teacher_of_record,,,\nS1,E2,co_teacher,,,", 2),
    ("S1,E1,teacher_of_record,0.7,,\nS1,E2,co_teacher,0.3,,", 2),
    ("S1,E1,teacher_of_record,1,,\nS1,E2,co_teacher,0,,", 1),  # no share in the teaching
    ("S1,E1,teacher_of_record,,,\nS1,E2,support,,,", 1),
    ("S1,E1,teacher_of_record,,,\nS1,E1,co_teacher,,,", 1),  # one person in two roles
    ("S1,E1,teacher_of_record,,2012-08-27,2012-10-12\nS1,E2,teacher_of_record,,2012-10-15,", 2),  # one after the other
    ("S1,E1,teacher_of_record,,,\nS1,E2,teacher_of_record,,2012-11-19,", 1),  # not yet
    ("S1,E1,teacher_of_record,,,\nS1,E2,teacher_of_record,,2011-08-29,2012-06-08", 1),  # last year
])  # fmt: skip
def test_educators_behind_a_value(tmp_path: Path, teaching: str, people: int) -> None:
    """Cells behind which stand fewer educators than the minimum are withheld: a minimum of 2 shows whether there are two."""
    confidential = measure(formula="percent(grade_level = 9)", confidential={"of": "educator", "minimum": 2})
    folder = district(tmp_path, confidential, rosters=DATED, educators=TEACHERS,
                      section_educators="section_id,educator_id,role,share,from_date,to_date\n" + teaching)  # fmt: skip
    assert (cell(compute(folder), "classroom", "S1")["status"] == "withheld") is (people < 2)


def test_teachers_of_a_class_are_those_of_any_day_up_to_as_of(tmp_path: Path) -> None:
    teaching = """
        section_id,educator_id,role,share,from_date,to_date
        S1,E1,teacher_of_record,0.6,2012-08-27,2012-10-12
        S1,E2,teacher_of_record,0.6,2012-10-15,
        S1,E3,co_teacher,0.4,,
        S1,E4,support,,,
        S2,E1,teacher_of_record,,2012-11-19,
        S2,E2,teacher_of_record,,2011-08-29,2012-06-08
        S3,E4,co_teacher,,2012-11-16,2012-11-16
    """
    shares = "sum(section_educators.share where section_educators.role = 'teacher_of_record')"
    asked = [measure(id=name, level="classroom", formula=f"avg({name})") for name in ("teachers", "shares")]
    folder = district(tmp_path, *asked, rosters=DATED, educators=TEACHERS, section_educators=teaching)
    run = compute(write_project(folder, facts={"classroom": {"shares": shares}}, settings={"as_of": "2012-11-16"}))
    assert [cell(run, "classroom", section, measure="teachers")["value"] for section in ("S1", "S2", "S3")] == [3.0, 0.0, 1.0]
    assert cell(run, "classroom", "S1", measure="shares")["value"] == pytest.approx(1.2)  # 0.6 and 0.6, one after the other


# -- What classes are called ------------------------------------------------------------------------------

COURSES = "course_id,title\nALG1,Algebra I\nGEO,Geometry"
CLASSES = """
    section_id,school_id,course_id,name,period
    1,A,ALG1,,2
    2,A,ALG1,,3
    3,A,ALG1,,
    4,A,ALG1,,
    5,A,,,5
    6,A,GEO,Geometry P4 Chen,4
    7,A,GEO,"Geometry, Period 4",4
    8,B,ALG1,,
    9,A,,Advisory,Period 1
"""
TEACHING = """
    section_id,educator_id,role,from_date,to_date
    1,E1,teacher_of_record,2012-08-27,2012-10-12
    1,E2,teacher_of_record,2012-10-15,
    1,E3,co_teacher,,
    2,E1,teacher_of_record,,
    2,E3,teacher_of_record,,
    3,E4,teacher_of_record,,
    6,E3,teacher_of_record,,
    7,E2,teacher_of_record,2012-08-27,2012-10-31
"""
NAMED = "educator_id,role,name\nE1,teacher,Ortiz\nE2,teacher,Rivera\nE3,teacher,Chen\nE4,teacher,"


def names(folder: Path) -> dict[str, str]:
    rows = compute(folder).results.filter(level="classroom", dimension="all").select("unit_id", "unit_name")
    return dict(rows.iter_rows())


def classes(folder: Path, **tables: str) -> Path:
    both = {"sections": CLASSES, "schools": SCHOOLS + "\nB,Burr", "rosters": "student_id,section_id\n1,1"}
    return district(folder, NINTH, **(both | tables))


def test_classes_are_called_by_course_period_and_teacher(tmp_path: Path) -> None:
    folder = classes(tmp_path, courses=COURSES, section_educators=TEACHING, educators=NAMED)
    assert names(folder) == {
        "1": "Algebra I, period 2, Rivera",  # she has it since October
        "2": "Algebra I, period 3, Chen and Ortiz",
        "3": "Algebra I (3)",  # two of them at this school would read alike
        "4": "Algebra I (4)",
        "5": "5, period 5",
        "6": "Geometry P4 Chen, period 4",  # the teacher stands in the name already
        "7": "Geometry, Period 4, Rivera",  # so does the period; her stay was the last
        "8": "Algebra I",
        "9": "Advisory, Period 1",
    }


def test_names_do_with_what_there_is(tmp_path: Path) -> None:
    assert names(classes(tmp_path)) == {
        "1": "1, period 2", "2": "2, period 3", "3": "3", "4": "4", "5": "5, period 5", "6": "Geometry P4 Chen, period 4",
        "7": "Geometry, Period 4", "8": "8", "9": "Advisory, Period 1"}  # fmt: skip


def test_faults_in_what_is_only_shown_stop_nothing(tmp_path: Path) -> None:
    """A class of a course that is not in the catalog, a teacher nobody knows, a file that is no CSV."""
    sections = "section_id,school_id,course_id,name,period\n1,A,LOST,,2\n2,A,ALG1,,3"
    folder = classes(tmp_path, sections=sections, courses=COURSES, section_educators=TEACHING)
    (folder / "data" / "educators.csv").write_bytes(b"\xff\xfe\x00")
    run = compute(folder)
    assert run.problems == ()
    assert names(folder) == {"1": "1, period 2", "2": "Algebra I, period 3"}


def test_files_that_are_only_shown_are_part_of_the_run(tmp_path: Path) -> None:
    folder = classes(tmp_path, courses=COURSES, section_educators=TEACHING, educators=NAMED)
    before = compute(folder)
    assert "data/educators.csv" in dict(before.files)
    (folder / "data" / "educators.csv").write_text(NAMED.replace("Rivera", "Rios"), encoding="utf-8")
    assert compute(folder).run_id != before.run_id


def test_no_formula_reads_the_name_of_an_educator(tmp_path: Path) -> None:
    named = measure(level="classroom", formula="percent(teacher = 'Rivera')")
    facts = {"classroom": {"teacher": "max(section_educators.educators.name)"}}
    folder = write_project(classes(tmp_path), named, facts=facts)
    assert "table 'educators' has no column 'name'" in [problem.message for problem in read_portfolio(folder).problems]
