"""The Ed-Fi example: its definitions, and its figures over a few hand-made rows in the sample's form."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import rttd_metrics
from grand_bend import DISTRICT, GRAND_BEND, HIGH, MIDDLE, grand_bend, rows
from projects import cell, compute, role
from rttd_metrics.engine.results import Run
from rttd_metrics.problems import Problem, ProblemError


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return compute(grand_bend(tmp_path_factory.mktemp("edfi") / "project", rows()))


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return compute(grand_bend(tmp_path_factory.mktemp("edfi") / "project", rows()), as_of=date(2021, 11, 30))


def percent(run: Run, measure: str, *unit: str, **key: str) -> tuple[float, float, float | None]:
    found = cell(run, *(unit or ("district", DISTRICT)), measure=measure, **key)
    return found["numerator"], found["denominator"], found["value"]


def test_the_definitions_have_no_problems_and_their_examples_hold() -> None:
    project = rttd_metrics.open(GRAND_BEND)
    assert project.problems == ()
    outcomes = project.portfolio.run_examples()
    assert [outcome.example.name for outcome in outcomes if not outcome.holds] == []
    assert {outcome.measure.id for outcome in outcomes} == {measure.id for measure in project.portfolio.measures}


def test_absences_of_students(run: Run) -> None:
    assert percent(run, "absent_at_all") == (3, 10, 30.0)  # 1, 2 and the half day of 5, of ten students
    assert percent(run, "absent_tenth_of_year") == (1, 10, 10.0)  # 17 days reach 0.10 * 169 = 16.9, 16 days do not
    assert [role(run, f"60000{number}", measure="absent_at_all") for number in (3, 4, 6)] == ["n", "n", "n"]


def test_absences_by_the_school_of_the_event(run: Run) -> None:
    assert percent(run, "unexcused_share", "school", HIGH) == (16, 33, 48.484848)  # 17 excused, 16 unexcused
    assert percent(run, "unexcused_share", "school", MIDDLE) == (0, 1, 0.0)
    assert percent(run, "unexcused_share") == (16, 34, 47.058824)
    recorded = [cell(run, level, unit, measure="absences_recorded")["value"]
                for level, unit in (("school", HIGH), ("school", MIDDLE), ("district", DISTRICT))]  # fmt: skip
    assert recorded == [33, 1, 34]


def test_an_action_entered_twice_is_two_suspensions_of_one_student(run: Run) -> None:
    assert percent(run, "suspended_students") == (2, 10, 20.0)  # 1 and 2; the expulsion of 3 is none
    recorded = [cell(run, level, unit, measure="suspensions_recorded")["value"]
                for level, unit in (("school", HIGH), ("school", MIDDLE), ("district", DISTRICT))]  # fmt: skip
    assert recorded == [2, 1, 3]


def test_subgroups_are_programs_on_any_day_of_the_year(run: Run) -> None:
    # Student 1 left the program in December and counts all the same; 1 was absent, 3 was tardy.
    assert percent(run, "absent_at_all", dimension="english_learner", subgroup="Yes") == (1, 2, 50.0)
    assert percent(run, "absent_at_all", dimension="english_learner", subgroup="No") == (2, 8, 25.0)
    assert percent(run, "absent_at_all", dimension="special_education", subgroup="Yes") == (1, 1, 100.0)
    assert percent(run, "absent_at_all", dimension="homeless", subgroup="No") == (2, 9, 22.222222)
    assert percent(run, "absent_at_all", dimension="school_meals", subgroup="Yes") == (0, 1, 0.0)
    assert percent(run, "absent_at_all", dimension="migrant", subgroup="No") == (3, 10, 30.0)  # a file without rows


def test_classes_that_share_a_section_number_are_two(run: Run) -> None:
    assert percent(run, "teacher_of_record", "classroom", "01PE2011+PE-07") == (1, 1, 100.0)
    assert percent(run, "teacher_of_record", "classroom", "01PE2011+PE-08") == (0, 1, 0.0)
    assert percent(run, "teacher_of_record", "school", MIDDLE) == (1, 2, 50.0)
    assert percent(run, "teacher_of_record", "school", HIGH) == (1, 1, 100.0)  # two teachers, one class
    assert percent(run, "teacher_of_record") == (2, 3, 66.666667)


def test_only_the_composite_of_the_act_counts_and_dates_have_a_time_of_day(run: Run) -> None:
    assert percent(run, "act_readiness") == (1, 3, 33.333333)


def test_november_sees_the_fall_only(november: Run) -> None:
    assert percent(november, "absent_at_all") == (2, 10, 20.0)  # the days of 2 are in February
    assert cell(november, "district", DISTRICT, measure="absent_at_all")["status"] == "in_progress"
    assert percent(november, "teacher_of_record") == (1, 2, 50.0)  # ALG-1 begins in January
    assert percent(november, "act_readiness") == (0, 1, 0.0)  # only 3 was tested in October


def test_the_only_warnings_say_that_students_belong_to_no_school_and_no_class(run: Run) -> None:
    assert [(problem.severity, problem.code) for problem in run.problems] == [("warning", "unplaced")] * 2
    levels = run.results.filter(measure="absent_at_all")["level"].unique().to_list()
    assert levels == ["district"]


def broken(folder: Path, table: str, old: str, new: str) -> Iterator[Problem]:
    """The problems of the sample with `old` replaced by `new` in one file."""
    project = grand_bend(folder / "project", rows())
    path = project / "data" / f"{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        compute(project)
    return (problem for problem in caught.value.problems if problem.severity == "error")


def test_a_descriptor_without_a_category_is_an_error_at_its_line(tmp_path: Path) -> None:
    [problem] = broken(tmp_path, "discipline_actions", "Expulsion", "Detention")
    assert (problem.code, problem.file, problem.line) == ("category", "data/discipline_actions.csv", 5)
    assert "column 'Discipline'" in problem.message and "Detention" not in problem.message


def test_a_key_of_two_columns_needs_both(tmp_path: Path) -> None:
    [problem] = broken(tmp_path, "staff_sections", "LocalCourseCode", "CourseCode")
    assert (problem.code, problem.line) == ("missing-label", 1)
    assert "column 'LocalCourseCode'" in problem.message and "'CourseCode'" in problem.message


def test_a_class_that_is_listed_twice_is_named_by_both_columns(tmp_path: Path) -> None:
    [problem] = broken(tmp_path, "sections", "PE-08", "PE-07")
    assert (problem.code, problem.line) == ("primary-key", 2)
    assert "column 'SectionIdentifier + LocalCourseCode'" in problem.message
