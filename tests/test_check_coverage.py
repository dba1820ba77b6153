"""What each school has sent: coverage counted by hand, and what a project asks of it."""

from pathlib import Path
from typing import Any

import pytest

import rttd_metrics
from check_projects import DAYS, attendance_rows, changed, district, files, more
from commands import rttd
from rttd_metrics.data.checks.coverage import COVERAGE

HEADER = "student_id,school_id,date,status,absent\n"


def rows(folder: Path, table: str, **options: Any) -> dict[str | None, dict[str, Any]]:
    """The coverage of a table by school; None: the district."""
    covered = rttd_metrics.open(folder).check(**options).coverage
    assert list(covered.schema.items()) == list(COVERAGE.items())
    return {row["school_id"]: row for row in covered.filter(table=table).to_dicts()}


def attendance(keep: Any) -> dict[str, str]:
    """The rows of attendance that are kept."""
    return {"attendance": HEADER + "".join(",".join(row) + "\n" for row in attendance_rows() if keep(*row))}


def test_every_school_has_sent_everything(tmp_path: Path) -> None:
    found = rows(district(tmp_path), "attendance")
    assert list(found) == [None, "01", "02"]
    assert found[None] == {
        "table": "attendance", "school_id": None, "school_name": None, "rows": 60, "last_date": DAYS[-1], "days_behind": 0,
        "behind_in": "school days", "filled": None, "emptiest_field": None, "emptiest_filled": None, "students": 6,
        "students_with_row": 6, "students_covered": 100.0}  # fmt: skip
    assert found["02"] | {"school_name": "Cedar Point"} == found["02"]
    assert (found["02"]["rows"], found["02"]["students"], found["02"]["students_with_row"]) == (30, 3, 3)


def test_a_school_that_stopped_sending(tmp_path: Path) -> None:
    # School 02 sent its last row on the seventh of ten school days: three are lacking. One of its students never had a row.
    folder = district(tmp_path, **attendance(lambda student, school, day, *_: (
        school == "01" or (student != "00203" and day <= str(DAYS[6])))))  # fmt: skip
    found = rows(folder, "attendance")
    assert (found["02"]["last_date"], found["02"]["days_behind"], found["02"]["behind_in"]) == (DAYS[6], 3, "school days")
    assert (found["02"]["students_with_row"], found["02"]["students_covered"]) == (2, 66.666667)  # 2 / 3
    assert (found[None]["last_date"], found[None]["days_behind"]) == (DAYS[9], 0)
    assert (found[None]["students_with_row"], found[None]["students_covered"]) == (5, 83.333333)  # 5 / 6


def test_days_are_counted_to_the_day_that_is_asked_for(tmp_path: Path) -> None:
    folder = district(tmp_path)
    assert rows(folder, "attendance", as_of=DAYS[4])["01"]["rows"] == 15  # five days of three students
    # The calendar ends on the last of the ten days, so nothing is behind it; without one plain days are counted: 17 to 24.
    later = DAYS[-1].replace(day=24)
    assert rows(folder, "attendance", as_of=later)["01"]["days_behind"] == 0
    (folder / "data" / "calendar.csv").unlink()
    found = rows(folder, "attendance", as_of=later)["01"]
    assert (found["days_behind"], found["behind_in"]) == (7, "days")


def test_filled_cells_are_those_of_fields_that_measures_use(tmp_path: Path) -> None:
    # Formulas name failing, which has a default, and the grade level: one of three is empty at school 01, none at 02.
    folder = district(tmp_path, **changed("students", "00101,2012-13,01,9,", "00101,2012-13,01,,"))
    found = rows(folder, "students")
    assert [(found[school]["filled"], found[school]["emptiest_field"]) for school in ("01", "02")] == [
        (66.666667, "grade_level"), (100.0, "grade_level")]  # fmt: skip
    assert found[None]["filled"] == 83.333333  # 5 / 6


def test_rows_without_a_school_are_of_their_section_or_of_each_school_of_the_student(tmp_path: Path) -> None:
    # 00101 moved from 01 to 02: a mark of a section of 01 is of 01; a day without a school is of both.
    stay = changed("enrollments", f"00101,01,{DAYS[0]},", f"00101,01,{DAYS[0]},2012-09-07\n00101,02,2012-09-10,")
    folder = district(tmp_path, **stay, attendance=HEADER.replace("school_id,", "") + "00101,2012-09-11,present,\n")
    grades = rows(folder, "grades")
    assert (grades["01"]["rows"], grades["02"]["rows"]) == (3, 3)
    assert (grades["02"]["students"], grades["02"]["students_with_row"]) == (4, 3)
    found = rows(folder, "attendance")
    assert [found[school]["rows"] for school in (None, "01", "02")] == [1, 1, 1]
    assert [found[school]["students_with_row"] for school in (None, "01", "02")] == [1, 1, 1]


def test_an_empty_table_is_of_every_school(tmp_path: Path) -> None:
    found = rows(district(tmp_path, attendance=HEADER), "attendance")
    assert [(found[school]["rows"], found[school]["students_with_row"]) for school in (None, "01", "02")] == [(0, 0)] * 3


def test_anonymous_answers_are_of_nobody(tmp_path: Path) -> None:
    surveys = "survey,respondent_type,respondent_id,student_id,school_id,scale,item\nclimate,student,r1,,01,safety,1\n"
    found = rows(district(tmp_path, surveys=surveys), "surveys")
    assert [(found[school]["rows"], found[school]["students_with_row"]) for school in ("01", "02")] == [(1, None), (0, None)]


def test_without_enrollments_students_are_where_they_say(tmp_path: Path) -> None:
    assert rows(district(tmp_path, enrollments=None), "attendance")["01"]["students"] == 3


# -- what a project asks --------------------------------------------------------------------------------------------


def told(folder: Path, code: int, *arguments: str) -> list[tuple[str, str]]:
    """Code and message of each problem."""
    ended = rttd("check", folder, "--output-format", "json", *arguments, code=code)
    return [(problem["code"], problem["message"].partition(": ")[2]) for problem in ended.problems]


@pytest.mark.parametrize(("allowed", "found"), [(3, False), (2, True), (0, True)])
def test_freshness(tmp_path: Path, allowed: int, found: bool) -> None:
    late = attendance(lambda student, school, day, *_: school == "01" or day <= str(DAYS[6]))
    folder = district(tmp_path, {"freshness": {"attendance": allowed}}, **late)
    says = f"up to 3 school days, more than {allowed}: 02 (1 of 2 schools)"
    assert told(folder, 1 if found else 0) == (
        [("stale-table", f"schools have sent nothing for longer than `freshness` allows: {says}")] if found else [])  # fmt: skip


def test_a_school_that_has_sent_nothing_is_late(tmp_path: Path) -> None:
    folder = district(tmp_path, {"freshness": {"attendance": 5}}, **attendance(lambda student, school, *_: school == "01"))
    says = "schools have sent nothing for longer than `freshness` allows: no row at all: 02 (1 of 2 schools)"
    assert ("stale-table", says) in told(folder, 1)


@pytest.mark.parametrize(("key", "least", "found"), [
    ("attendance", "66.7%", "incomplete-table"), ("attendance", "66.6%", None),
    ("students.gender", "66.7%", "incomplete-field"), ("students.gender", "66.6%", None),
    ("students.cohort", "1%", "incomplete-field"), ("students.cohort", "0%", None),
])  # fmt: skip
def test_completeness(tmp_path: Path, key: str, least: str, found: str | None) -> None:
    # At school 01 one of three students has no day of attendance, and one no gender; nobody has a cohort.
    fewer = attendance(lambda student, *_: student != "00101")
    folder = district(tmp_path, {"completeness": {key: least}}, **fewer, **changed("students", ",9,F", ",9,"))
    [*codes] = [code for code, _ in told(folder, 1 if found else 0)]
    assert codes == ([found] if found else [])


def test_the_message_of_an_incomplete_field(tmp_path: Path) -> None:
    folder = district(tmp_path, {"completeness": {"students.gender": "98%"}}, **changed("students", ",9,F", ",9,"))
    says = "schools have filled fewer cells than `completeness` asks: down to 66.7%, less than 98%: 01 (1 of 2 schools)"
    assert told(folder, 1) == [("incomplete-field", says)]


def test_what_is_asked_may_be_a_warning(tmp_path: Path) -> None:
    settings = {"completeness": {"students.gender": "98%"},
                "rules": {"students.incomplete-field": {"severity": "warning", "because": "It is asked in October"}}}  # fmt: skip
    assert len(told(district(tmp_path, settings, **changed("students", ",9,F", ",9,")), 0)) == 1


@pytest.mark.parametrize(("settings", "says", "hint"), [
    ({"freshness": {"attendence": 5}}, "there is no table 'attendence'", "did you mean 'attendance'?"),
    ({"freshness": {"students": 5}}, "rows of 'students' do not happen on a day, so how fresh they are cannot be told", None),
    ({"freshness": {"enrollments": 5}}, "rows of 'enrollments' do not happen on a day", None),
    ({"completeness": {"studens": "5%"}}, "there is no table 'studens'", "did you mean 'students'?"),
    ({"completeness": {"students.gendr": "5%"}}, "table 'students' has no field 'gendr'", "did you mean 'gender'?"),
    ({"completeness": {"schools": "5%"}}, "'schools' has no student_id: which students lack a row cannot be told",
     "name a field of it: TABLE.FIELD"),
    ({"completeness": {"students": "5"}}, "'5' is no share: write it like 95%", None),
    ({"completeness": {"students": "101%"}}, "'101%' is no share: write it like 95%", None),
])  # fmt: skip
def test_what_cannot_be_asked(tmp_path: Path, settings: dict[str, Any], says: str, hint: str | None) -> None:
    [problem] = rttd("validate", district(tmp_path, settings), "--output-format", "json", code=1).problems
    assert says in problem["message"] and hint in (problem["help"], None)
    assert (problem["file"], problem["line"]) == ("rttd.yml", 8)


# -- schools without rows -------------------------------------------------------------------------------------------


def silent(folder: Path) -> list[str]:
    return [text for code, text in told(folder, 0) if code == "no-rows-for-school"]


def test_a_school_is_missed_where_students_of_its_grades_have_rows_elsewhere(tmp_path: Path) -> None:
    # The students of 02 are in grade 9 too; in another grade nobody elsewhere tells what to expect of them.
    fewer = attendance(lambda student, school, *_: school == "01")
    assert silent(district(tmp_path / "a", **fewer)) == [
        "schools have students, and others like them have rows, but they have none: 02 (1 of 2 schools)"]  # fmt: skip
    students = files()["students"]
    for student in ("00201", "00202", "00203"):
        students = students.replace(f"{student},2012-13,02,9", f"{student},2012-13,02,4")
    assert silent(district(tmp_path / "b", **fewer, students=students)) == []


def test_a_school_is_not_missed_where_few_students_have_rows(tmp_path: Path) -> None:
    # One of the three at 01 was ever absent: of three others one is expected, less than half of them.
    folder = district(tmp_path, **attendance(lambda student, *_: student == "00101"))
    assert silent(folder) == []


def test_a_table_that_tells_no_students(tmp_path: Path) -> None:
    # Both other schools have sections: the third is missed. Its student has marks in a section of 01, and days at 01.
    stays = files()["enrollments"].replace(f"00103,01,{DAYS[0]},", f"00103,03,{DAYS[0]},")
    folder = district(tmp_path / "a", enrollments=stays, **more("schools", "03,Mill Creek"))
    found = rttd("check", folder, "--output-format", "json", code=0).result["findings"]
    assert [(one["rule"], one["table"], one["count"], one["rows"]) for one in found] == [
        ("no-rows-for-school", table, 1, 3) for table in ("attendance", "grades", "sections")]  # fmt: skip
    # Where only one school of three has sections, it may be the way of the district.
    fewer = {"sections": "section_id,school_id\nA1,01\n", "grades": files()["grades"].replace("B1", "A1")}
    one = district(tmp_path / "b", enrollments=stays, **more("schools", "03,Mill Creek"), **fewer)
    found = rttd("check", one, "--output-format", "json", code=0).result["findings"]
    assert "sections" not in {one["table"] for one in found}
