"""Ed-Fi CSVs: Grand Bend's mapping is found without a hand, and so are URIs, references and enrollments."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from commands import rttd
from grand_bend import GRAND_BEND, grand_bend, rows
from projects import cell, compute, write_csv, write_yaml
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.jobs.init_from import Started, start_from


def loaded(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((folder / "rttd.yml").read_text(encoding="utf-8"))
    return value


def files(folder: Path, **tables: str) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        write_csv(folder / f"{name}.csv", text)
    return folder


def guessed(found: Started) -> dict[tuple[str, str], str]:
    return {(table, name): column for table, name, column, _ in found.draft.guesses()}


def test_grand_bend_gives_the_figures_of_the_mapping_made_by_hand(tmp_path: Path) -> None:
    """The tables of the example and those that init found, under the measures of the example: all results are alike."""
    by_hand = grand_bend(tmp_path / "by-hand", rows())
    found = start_from(tmp_path / "found", by_hand / "data", accept=True)
    tables = [
        "students",
        "schools",
        "attendance",
        "incidents",
        "programs",
        "sections",
        "section_educators",
        "terms",
        "assessments",
    ]
    assert [table.name for table in found.draft.tables] == tables
    assert rttd("validate", tmp_path / "found", code=0).stderr == ""
    assert rttd("check", tmp_path / "found", code=0)
    assert rttd("compute", tmp_path / "found", code=0)
    example, project = loaded(GRAND_BEND), loaded(tmp_path / "found")
    assert project["attendance"] == example["attendance"]
    shutil.rmtree(tmp_path / "found" / "measures")
    shutil.copytree(GRAND_BEND / "measures", tmp_path / "found" / "measures")
    write_yaml(tmp_path / "found" / "rttd.yml", example | {"tables": project["tables"]})
    ours, theirs = compute(tmp_path / "found"), compute(by_hand)
    assert theirs.results.height > 50
    assert ours.results.drop("run_id").equals(theirs.results.drop("run_id"))
    assert ours.student_results.drop("run_id").equals(theirs.student_results.drop("run_id"))


def test_what_of_grand_bend_is_a_guess(tmp_path: Path) -> None:
    by_hand = grand_bend(tmp_path / "by-hand", rows())
    found = start_from(tmp_path / "found", by_hand / "data")
    assert guessed(found) == {
        ("", "district"): "found",
        ("", "district id"): "0",
        ("", "attendance"): "exceptions",
        ("attendance", "status"): "Partial: early_departure",
        ("sections", "section_id"): "SectionIdentifier + LocalCourseCode",
        ("section_educators", "section_id"): "SectionIdentifier + LocalCourseCode",
    }
    [problem] = rttd("validate", tmp_path / "found", "--output-format", "json", code=1).problems
    assert (problem["code"], problem["message"]) == ("missing-key", "missing key 'district'")


ENROLLED = {
    "people": """
        studentUniqueId,firstName,lastSurname
        007,Ana,Rivera
        008,Bo,Chen
    """,
    "schools": """
        schoolId,nameOfInstitution
        01,First School
    """,
    "entries": """
        studentReference.studentUniqueId,schoolReference.schoolId,entryDate,exitWithdrawDate,entryGradeLevelDescriptor,schoolYear
        007,01,2012-08-27,,uri://ed-fi.org/GradeLevelDescriptor#Ninth grade,2013
        008,01,2012-08-27,,uri://hill.edu/GradeLevelDescriptor#Tenth grade,2013
    """,
    "events": """
        studentUniqueId,schoolId,eventDate,attendanceEventCategoryDescriptor
        007,01,2012-09-03,uri://ed-fi.org/AttendanceEventCategoryDescriptor#Unexcused Absence
        007,01,2012-09-04,uri://ed-fi.org/AttendanceEventCategoryDescriptor#In Attendance
        008,01,2012-09-03,uri://ed-fi.org/AttendanceEventCategoryDescriptor#Present
        008,01,2012-09-04,uri://ed-fi.org/AttendanceEventCategoryDescriptor#In Attendance
    """,
}


def test_uris_references_and_the_grade_level_of_the_enrollment(tmp_path: Path) -> None:
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", **ENROLLED), accept=True)
    assert found.draft.standard == "Ed-Fi"
    assert guessed(found)["enrollments", "grade_level"] == "uri://hill.edu/GradeLevelDescriptor#Tenth grade: 10"
    assert guessed(found)["", "attendance"] == "daily"
    assert "package:library/attendance/average-daily-attendance.yml" in found.measures
    project = loaded(tmp_path / "hill")
    project["subgroups"] = {"grade": "students.grade_level"}
    write_yaml(tmp_path / "hill" / "rttd.yml", project)
    run = compute(tmp_path / "hill")
    rate = {"measure": "average_daily_attendance"}
    assert cell(run, "district", "0", **rate)["value"] == 75.0  # 3 of 4 days
    assert cell(run, "district", "0", dimension="grade", subgroup="9", **rate)["value"] == 50.0
    assert cell(run, "school", "01", dimension="grade", subgroup="10", **rate)["value"] == 100.0


def test_codes_that_are_none_of_the_standard_are_questions(tmp_path: Path) -> None:
    events = ENROLLED["events"].replace("#Present", "#Remote")
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", **ENROLLED | {"events": events}))
    [question] = found.draft.questions
    assert (question.table, question.field) == ("attendance", "status")
    assert question.asks == "which labels have 'uri://ed-fi.org/AttendanceEventCategoryDescriptor#Remote'?"


def test_a_column_that_holds_no_codes_is_not_shown(tmp_path: Path) -> None:
    """Most of its texts are unknown: they may be anything, a name too."""
    events = ENROLLED["events"].replace("uri://ed-fi.org/AttendanceEventCategoryDescriptor#", "Ana Rivera ")
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", **ENROLLED | {"events": events}))
    asked = [question.asks for question in found.draft.questions]
    assert asked == ["3 of its 3 texts are no known codes: is this the column?"]
    assert "Rivera" not in (tmp_path / "hill" / "rttd.yml").read_text(encoding="utf-8")


def test_programs_become_subgroups(tmp_path: Path) -> None:
    programs = """
        StudentUniqueId,ProgramName,BeginDate,EducationOrganizationId
        007,Homeless,2012-09-01,0600009
    """
    start_from(tmp_path / "hill", files(tmp_path / "csv", **ENROLLED, programs=programs), accept=True)
    portfolio = read_portfolio(tmp_path / "hill")
    assert portfolio.problems == ()
    assert (portfolio.project.district.id, list(portfolio.subgroups)) == ("0600009", ["homeless"])
    run = compute(tmp_path / "hill")
    found = cell(run, "district", "0600009", measure="average_daily_attendance", dimension="homeless", subgroup="Yes")
    assert found["value"] == 50.0
