"""Through every window the column engine and the row evaluator agree: random districts whose schools' calendars differ."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from projects import Rows, compute, measure, write_project
from test_engine_oracle import assert_agreement

WINDOWS = ["year_to_date", "last_5_days", "last_12_days", "grading_period"]
SCHOOLS = ("A", "B", "C", "E")  # E has no calendar
FIRST, LAST = date(2012, 8, 20), date(2012, 11, 30)
STUDENT_FACTS = {
    "days": "count(attendance)",
    "absent": "count(attendance where attendance.absent >= 0.5)",
    "known": "count(distinct attendance.status)",
    "first_day": "min(attendance.date)",
    "latest": "last(attendance.status order by attendance.date)",
    "absent_ever": "count(attendance where attendance.status = 'absent' years all)",
    "actions": "count(incidents)",
    "held": "coalesce(sum(school_days(enrollments.school_id, enrollments.entry_date,"
            " coalesce(enrollments.exit_date, as_of)) where enrollments.primary), 0)",
    "enrolled": "sum(school_days(enrollments.school_id, enrollments.entry_date, least(coalesce(enrollments.counted_to, as_of),"
                " attendance_through(enrollments.school_id))) where enrollments.primary)",
    "stays": "count(enrollments)",
    "open_stays": "count(enrollments where enrollments.exit_date is null)",
    "entered": "min(enrollments.entry_date)",
    "since_entry": "count(attendance where days_between(entered, attendance.date) < 10)",
    "seats": "sum(school_days(rosters.sections.school_id, coalesce(rosters.from_date, '2012-08-01'),"
             " coalesce(rosters.to_date, as_of)))",
    "marks": "count(grades)",
    "tests": "count(assessments)",
    "busy": "count(incidents where incidents.schools.fights > 2)",
}  # fmt: skip
OTHER_FACTS: dict[str, dict[str, Any]] = {
    "classroom": {"looks": "avg(observations.score)", "stayed": "count(rosters where rosters.to_date is null)"},
    "school": {"fights": {"formula": "count(incidents)", "via": "school_id"},
               "held_days": "count(calendar where calendar.instructional)"},
    "district": {"all_fights": "count(incidents)", "latest_day": "days_between('2012-08-01', max(calendar.date))"},
}  # fmt: skip
MEASURES = [
    ("chronic", "student", "percent(absent / days >= 0.1)",
     {"at_school": "own", "exclude": [{"when": "days < 3", "because": "Few"}]}),
    ("chronic_whole", "student", "percent(absent / days >= 0.1)", {}),
    ("held", "student", "avg(held)", {"at_school": "own"}),
    ("held_whole", "student", "rate(absent, held, 100)", {}),
    ("enrolled", "student", "avg(enrolled)", {"at_school": "own"}),
    ("here", "student", "sum(school_days(school.school_id, '2012-08-01', as_of))", {}),
    ("known", "student", "sum(known + stays * 10 + open_stays * 100)", {"at_school": "own"}),
    ("first", "student", "median(days_between(first_day, as_of))", {}),
    ("latest", "student", "percent(latest in ('absent', 'tardy'))", {"at_school": "own", "attribution": "every_enrollment"}),
    ("ever", "student", "sum(absent_ever + marks + tests * 100)", {}),
    ("actions", "student", "count(actions > 0)", {"at_school": "own"}),
    ("since", "student", "sum(since_entry)", {}),
    ("seats", "student", "avg(seats)", {}),
    ("busy", "student", "sum(busy + school.fights)", {}),
    ("leavers", "student", "sum(absent + days * 10)", {"look_back": 1}),
    ("looks", "classroom", "avg(looks + schools.fights)", {}),
    ("stayed", "classroom", "sum(stayed)", {}),
    ("fights", "school", "rate(fights, held_days, 100)", {}),
    ("all_fights", "district", "sum(all_fights + latest_day)", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "as_of", "attribution"),
    [(1, "2012-11-30", "last_enrolled"), (2, "2012-10-26", "every_enrollment"), (3, "2012-09-14", "longest_enrolled"),
     (4, "2012-11-14", {"full_academic_year": {"minimum_days": 10}}), (5, "2012-08-22", "last_enrolled")],
)  # fmt: skip
def test_random_districts(tmp_path: Path, seed: int, as_of: str, attribution: Any) -> None:
    settings = {"as_of": as_of, "levels": {"school": {"attribution": attribution}},
                "subgroups": {"gender": "students.gender", "absent": {"formula": "absent > 2"}}}  # fmt: skip
    folder = _project(tmp_path, settings, **_tables(Random(seed)))
    assert_agreement(folder, compute(folder))


def test_students_without_stays_are_at_the_school_they_are_declared_at(tmp_path: Path) -> None:
    tables = _tables(Random(6))
    del tables["enrollments"]
    reads_stays = ("held", "enrolled", "stays", "open_stays", "entered", "since_entry")
    facts = {name: formula for name, formula in STUDENT_FACTS.items() if name not in reads_stays}
    measures = [row for row in MEASURES if not any(name in row[2] for name in ("held", "enrolled", "stays", "since"))]
    folder = _project(tmp_path, {"as_of": "2012-10-31"}, facts, measures, **tables)
    assert_agreement(folder, compute(folder))


def test_rows_set_aside(tmp_path: Path) -> None:
    """A student of whom rows were set aside has no facts of that table in any window."""
    tables = _tables(Random(7))
    for name, field, text in (("attendance", 3, "lost"), ("incidents", 2, "9999"), ("students", 2, "thirteen")):
        header, *rows = tables[name]
        for row in rows[5::31]:
            row[field] = text
        tables[name] = [header, *rows]
    folder = _project(tmp_path, {"as_of": "2012-11-02", "subgroups": {"gender": "students.gender"}}, **tables)
    assert_agreement(folder, compute(folder, keep_going=True), keep_going=True)


def _project(folder: Path, settings: dict[str, Any], facts: dict[str, str] = STUDENT_FACTS,
             measures: list[tuple[str, str, str, dict[str, Any]]] = MEASURES, **tables: Rows) -> Path:  # fmt: skip
    definitions = [measure(id=id_, level=level, formula=formula, windows=WINDOWS, **more)
                   for id_, level, formula, more in measures]  # fmt: skip
    return write_project(folder, *definitions, facts={"student": facts} | OTHER_FACTS, settings=settings, **tables)


def test_where_attendance_says_every_school(tmp_path: Path) -> None:
    """Then a whole year may be added up from the schools: not so a window, which begins on other days there."""
    tables = _tables(Random(8), says_school=1.0)
    folder = _project(tmp_path, {"as_of": "2012-11-30"}, STUDENT_FACTS, [MEASURES[0]], **tables)
    assert_agreement(folder, compute(folder))


def _tables(random: Random, says_school: float = 0.8) -> dict[str, Any]:
    """A small district: B teaches on three days a week, C begins in October, E has no calendar; a third of the students
    move, some attendance says no school, some tests have no date, last year's rows are there too."""
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    held = {"A": [day for day in days if day.weekday() < 5 and random.random() < 0.95],
            "B": [day for day in days if day.weekday() in (0, 2, 4)],
            "C": [day for day in days if day.weekday() < 5 and day >= date(2012, 10, 1)]}  # fmt: skip
    students = [f"s{number:02}" for number in range(36)]
    stays = {student: list(_stays(random, days)) for student in students}
    calendar = [[school, day, "true"] for school, own in held.items() for day in own]
    calendar += [["A", day, "false"] for day in days if day.weekday() == 5]
    attendance = [["p1", "A", date(2012, 3, 5), "absent"]]
    attendance += [
        [student, school if random.random() < says_school else None, day, random.choice(["present"] * 6 + ["absent", "tardy"])]
        for student in students
        for school, entry, end in stays[student]
        for day in held.get(school, held["A"])
        if entry <= day <= (end or LAST) and random.random() < 0.9
    ]
    sections = [[f"{school}{number}", school] for school in SCHOOLS for number in (1, 2)]
    return {
        "students": [["student_id", "school_id", "grade_level", "gender", "school_year"],
                     *([student, random.choice([*SCHOOLS, None]), random.randint(4, 8), random.choice(["f", "m", None]), None]
                       for student in students), ["p1", "C", 5, None, "2011-12"], ["p2", "A", 5, "m", "2011-12"]],
        "schools": [["school_id", "name"], *([school, f"School {school}"] for school in SCHOOLS)],
        "calendar": [["school_id", "date", "instructional"], *calendar],
        "terms": [["term_id", "type", "start_date", "end_date"], ["y", "year", "2012-08-20", "2013-06-07"],
                  ["q1", "quarter", "2012-08-20", "2012-10-19"], ["q2", "quarter", "2012-10-22", "2012-11-09"],
                  ["q3", "quarter", "2012-11-19", "2013-01-18"], ["old", "quarter", "2012-04-02", "2012-06-08"]],
        "enrollments": [["student_id", "school_id", "entry_date", "exit_date", "primary", "responsible_school_id"],
                        *([student, school, entry, end, "true", random.choice([None] * 8 + ["A", "C"])]
                          for student in students for school, entry, end in stays[student]),
                        ["s01", "B", "2012-09-03", "2012-10-31", "false", None],
                        ["s02", "B", "2012-09-10", "2012-11-09", "true", None],  # beside another primary one
                        ["p1", "A", "2011-08-22", "2012-06-08", "true", None]],
        "attendance": [["student_id", "school_id", "date", "status"], *attendance],
        "incidents": [["incident_id", "student_id", "school_id", "date", "action"],
                      *([f"i{number}", random.choice(students), random.choice(SCHOOLS), random.choice(days), "other"]
                        for number in range(60))],
        "sections": [["section_id", "school_id"], *sections],
        "rosters": [["student_id", "section_id", "from_date", "to_date"],
                    *([student, random.choice(sections)[0], random.choice([None, *days[:60]]), random.choice([None, *days[60:]])]
                      for student in students)],
        "observations": [["section_id", "date", "rubric", "score"],
                         *([random.choice(sections)[0], random.choice(days), "r", random.randint(1, 4)] for _ in range(40))],
        "assessments": [["student_id", "assessment", "subject", "date", "test_status"],
                        *([random.choice(students), "t", "reading", random.choice([None, *days[::3]]), "tested"]
                          for _ in range(60))],
        "grades": [["student_id", "mark", "mark_type"], *([random.choice(students), "B", "final"] for _ in range(20))],
    }  # fmt: skip


def _stays(random: Random, days: list[date]) -> Iterator[tuple[str, date, date | None]]:
    """One stay, or two with a move between them; some end for good."""
    entry, school = random.choice([FIRST, FIRST, random.choice(days[:70])]), random.choice(SCHOOLS)
    if random.random() < 0.35:
        moved = random.choice([day for day in days if day > entry])
        yield school, entry, moved - timedelta(days=1)
        entry, school = moved, random.choice(SCHOOLS)
    yield school, entry, random.choice([None, None, None, random.choice([day for day in days if day >= entry])])
