"""Students at a school for which another one answers: they count at the one that answers, which sees the days there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import Rows, cell, compute, counts, measure, role, value, weekdays, write_project
from row_agreement import assert_rows_agree

# -- One outplaced student --------------------------------------------------------------------------------
# Student 1: four days at A, then ten at O, for which A answers; two of the four missed, and three of the ten.
#   A sees 14 days and 5 absences, O none: nobody counts there. Student 2 is at A, 3 at O on its own account.

DAYS = weekdays(date(2012, 9, 3), 14)
MEASURES = [measure(id="enrolled", formula="sum(days_enrolled)", at_school="own"),
            measure(id="missed", formula="sum(days_absent)", at_school="own"),
            measure(id="missed_whole", formula="sum(days_absent)"),
            measure(id="stays", formula="sum(stays)", at_school="own")]  # fmt: skip
FACTS = {"student": {"stays": "count(distinct enrollments.entry_date)"}}
SCHOOLS = "school_id,name\nA,Adams\nO,Outlook"
STAYS: Rows = [
    ("student_id", "school_id", "entry_date", "exit_date", "responsible_school_id"), ("1", "A", DAYS[0], DAYS[3], None),
    ("1", "O", DAYS[4], None, "A"), ("2", "A", DAYS[0], None, None), ("3", "O", DAYS[0], None, None),
]  # fmt: skip
PLACES = {"1": "AAAA" + "O" * 10, "2": "A" * 14, "3": "O" * 14}
ABSENT = {("1", 1), ("1", 2), ("1", 6), ("1", 8), ("1", 9), ("3", 13), ("2", 13)}


def project(folder: Path, form: str, attribution: Any = "last_enrolled", *, named: bool = True, **tables: Rows) -> Path:
    rows: list[tuple[Any, ...]] = [
        (student, school if named else None, day, "absent" if (student, number) in ABSENT else "present")
        for student, schools in PLACES.items()
        for number, (school, day) in enumerate(zip(schools, DAYS, strict=True))
        if form == "daily" or (student, number) in ABSENT
    ]
    given: dict[str, Rows] = {
        "attendance": [("student_id", "school_id", "date", "status"), *rows],
        "enrollments": STAYS,
        "calendar": [("school_id", "date"), *((school, day) for school in "AO" for day in DAYS)],
    } | tables
    return write_project(
        folder, *MEASURES, facts=FACTS, settings={"attendance": form, "as_of": str(DAYS[-1]),
                                                  "levels": {"school": {"attribution": attribution}}},
        schools=SCHOOLS, students="student_id\n1\n2\n3", **given)  # fmt: skip


@pytest.mark.parametrize("named", [True, False], ids=["rows name their school", "rows are placed by the stays"])
@pytest.mark.parametrize("form", ["daily", "exceptions"])
def test_the_school_that_answers_counts_the_student_and_sees_all_days(tmp_path: Path, form: str, named: bool) -> None:
    folder = project(tmp_path, form, named=named)
    run = compute(folder)
    assert value(run, "1", "A", measure="enrolled") == value(run, "1", measure="enrolled") == 14
    assert value(run, "1", "A", measure="missed") == 5
    assert role(run, "1", "O", measure="missed") == "outside"
    assert cell(run, "school", "A", measure="missed")["value"] == 5 + 1
    assert cell(run, "school", "O", measure="missed")["value"] == 1  # student 3 alone
    assert counts(run, "school", "A", measure="missed_whole")[:4] == (2, 0, 0, 2)
    assert cell(run, measure="missed")["value"] == 5 + 1 + 1
    assert value(run, "1", "A", measure="stays") == 2
    assert_rows_agree(folder, run)


@pytest.mark.parametrize(("attribution", "schools"), [
    ("last_enrolled", ["A"]),
    ("longest_enrolled", ["A"]),
    ("every_enrollment", ["A"]),
    ({"enrolled_on": str(DAYS[9])}, ["A"]),
    ({"full_academic_year": {"minimum_days": 14}}, ["A"]),  # four days and ten, by the calendar of A
    ({"full_academic_year": {"minimum_days": 15}}, []),
    ({"full_academic_year": {"from": str(DAYS[0]), "to": str(DAYS[-1])}}, ["A"]),
])  # fmt: skip
def test_every_rule_of_attribution_looks_at_the_school_that_answers(tmp_path: Path, attribution: Any, schools: list[str]) -> None:
    folder = project(tmp_path, "daily", attribution)
    run = compute(folder)
    found = [school for school in "AO" if role(run, "1", school, measure="missed_whole") != "outside"]
    assert found == schools
    assert_rows_agree(folder, run)


def test_one_who_came_back_on_the_schools_own_account_is_its_own(tmp_path: Path) -> None:
    """Two stays at O, of which A answers for the first: of rows there the latest stay decides, of the attribution each."""
    stays = [*STAYS[:2], ("1", "O", DAYS[4], DAYS[7], "A"), ("1", "O", DAYS[8], None, None), *STAYS[3:]]
    folder = project(tmp_path, "daily", "every_enrollment", enrollments=stays)
    run = compute(folder)
    assert [value(run, "1", school, measure="missed") for school in "AO"] == [2, 3]
    assert_rows_agree(folder, run)


def test_a_project_without_outplaced_students_is_counted_as_before(tmp_path: Path) -> None:
    without = [row[:4] for row in STAYS]
    run = compute(project(tmp_path, "daily", enrollments=without))
    assert value(run, "1", "O", measure="missed") == 3
    assert role(run, "1", "A", measure="missed") == "outside"
