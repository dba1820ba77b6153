"""Windows of the school year: which days each school's window has, who is in it, and what facts see of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import Rows, cell, compute, measure, weekdays, write_project
from rttd_metrics.engine.results import Run

AS_OF = "2012-09-21"  # a Friday
LAST_5 = ["year_to_date", "last_5_days"]
DAYS = weekdays(date(2012, 9, 3), 20)  # Monday, September 3, to Friday, September 28
HELD = {"A": DAYS, "B": [day for day in DAYS if day.weekday() in (0, 2, 4)], "C": [day for day in DAYS if day.day >= 19]}
# As of September 21 the last five days of A are 17 18 19 20 21; of B, which teaches on Monday, Wednesday and Friday,
# 12 14 17 19 21; C has had three.
FACTS = {"student": {"days": "count(attendance)", "absent": "count(attendance where attendance.status = 'absent')"}}
RATE = measure(formula="rate(absent, days, 100)", improvement="decrease", windows=LAST_5)
STAYS = {"a": [("A", 3, 28)], "b": [("B", 3, 28)], "c": [("C", 19, 28)], "m": [("A", 3, 18), ("B", 19, 28)]}
ABSENT = {"a": (6, 7, 17, 18), "b": (10, 12), "c": (19,), "m": (14, 17, 19)}
# Within the window (days absent / days):
#   a  17 18                       2/5
#   b  12                          1/5
#   c  not full
#   m  moved to B on the 19th; by B's window, from the 12th: 12 13 14 17 18 at A, 19 21 at B; absent 14 17 19: 3/7
#      at A alone, whose window begins on the 17th: 17 18, absent 17: 1/2
#      at B alone: 19 21, absent 19: 1/2


def small_district(held: dict[str, list[date]] = HELD, **others: Rows) -> dict[str, Any]:
    attendance = [
        (student, school, day, "absent" if day.day in ABSENT[student] else "present")
        for student, stays in STAYS.items()
        for school, first, last in stays
        for day in held[school]
        if first <= day.day <= last
    ]
    stays = [(student, *stay) for student, own in STAYS.items() for stay in own]
    return {
        "schools": [("school_id", "name"), *((school, f"School {school}") for school in held)],
        "students": [("student_id", "grade_level", "english_learner"), *((student, 5, student in "ab") for student in STAYS)],
        "enrollments": [("student_id", "school_id", "entry_date", "exit_date"),
                        *((student, school, date(2012, 9, first), date(2012, 9, last) if last < 28 else None)
                          for student, school, first, last in stays)],
        "attendance": [("student_id", "school_id", "date", "status"), *attendance],
        "calendar": [("school_id", "date"), *((school, day) for school, own in held.items() for day in own)],
    } | others  # fmt: skip


def _run(folder: Path, *measures: dict[str, Any], facts: Any = FACTS, settings: dict[str, Any] | None = None,
         as_of: str = AS_OF, **tables: Rows) -> Run:  # fmt: skip
    return compute(write_project(folder, *measures, facts=facts, settings={"as_of": as_of} | (settings or {}), **tables))


def _rates(run: Run, window: str, measure: str = "m") -> dict[str, tuple[float, float]]:
    """By district or school, days absent and days; None where nobody has any."""
    rows = run.results.filter(measure=measure, window=window, dimension="all").to_dicts()
    return {row["unit_id"]: (row["numerator"], row["denominator"]) for row in rows if row["level"] != "classroom"}


# -- the last days --------------------------------------------------------------------------------------------------


def test_each_school_counts_its_own_last_days(tmp_path: Path) -> None:
    run = _run(tmp_path, RATE, **small_district())
    assert _rates(run, "last_5_days") == {
        "D": (6, 17),  # a 2/5, b 1/5, m 3/7; c is not counted
        "A": (2, 5),
        "B": (4, 12),  # b 1/5, m 3/7: where he counts he is seen whole
    }
    # A 15 days from September 3 to 21, B 9, C 3; m 12 days at A and 2 at B
    assert _rates(run, "year_to_date") == {"D": (10, 41), "A": (4, 15), "B": (5, 23), "C": (1, 3)}
    assert cell(run, window="last_5_days")["value"] == pytest.approx(100 * 6 / 17)


def test_a_school_that_sees_its_own_rows(tmp_path: Path) -> None:
    settings = {"levels": {"school": {"attribution": "every_enrollment"}}}
    run = _run(tmp_path, RATE | {"at_school": "own"}, settings=settings, **small_district())
    assert _rates(run, "last_5_days") == {"D": (6, 17), "A": (3, 7), "B": (2, 7)}  # a 2/5 and m 1/2; b 1/5 and m 1/2
    shown = {(row["student_id"], row["school_id"]): row["value"] for row in run.student_results.to_dicts()
             if row["window"] == "last_5_days"}  # fmt: skip
    assert shown == {("a", None): 40, ("a", "A"): 40, ("b", None): 20, ("b", "B"): 20,
                     ("m", None): pytest.approx(100 * 3 / 7), ("m", "A"): 50, ("m", "B"): 50}  # fmt: skip


def test_a_school_that_sees_the_whole_of_a_student_who_moved(tmp_path: Path) -> None:
    settings = {"levels": {"school": {"attribution": "every_enrollment"}}}
    run = _run(tmp_path, RATE, settings=settings, **small_district())
    assert _rates(run, "last_5_days") == {"D": (6, 17), "A": (5, 12), "B": (4, 12)}  # a 2/5 and m 3/7; b 1/5 and m 3/7


def test_holidays_and_days_after_as_of_are_no_days(tmp_path: Path) -> None:
    """The 20th is a holiday at A: its last five days are 14 17 18 19 21."""
    calendar = small_district()["calendar"]
    rows = [(*calendar[0], "instructional"), *((school, day, (school, day.day) != ("A", 20)) for school, day in calendar[1:])]
    run = _run(tmp_path, RATE, **small_district(calendar=rows))
    # a's row of the 20th is there, whatever the calendar says: 14 17 18 19 20 21, absent 17 18
    assert _rates(run, "last_5_days")["A"] == (2, 6)


def test_days_without_attendance_do_not_shift_the_window(tmp_path: Path) -> None:
    """A has sent nothing after the 18th: of its last five days two are there."""
    header, *rows = small_district()["attendance"]
    sent = [row for row in rows if row[1] != "A" or row[2].day <= 18]
    run = _run(tmp_path, RATE, **small_district(attendance=[header, *sent]))
    assert _rates(run, "last_5_days")["A"] == (2, 2)


@pytest.mark.parametrize(("as_of", "full"), [
    ("2012-09-06", set()),  # A has had four days, B two
    ("2012-09-07", {"A", "D"}),  # five, and three
    ("2012-09-12", {"A", "B", "D"}),  # B: 3 5 7 10 12
    ("2012-09-24", {"A", "B", "D"}),  # C: 19 20 21 24
    ("2012-09-25", {"A", "B", "C", "D"}),
])  # fmt: skip
def test_a_window_is_absent_until_it_is_full(tmp_path: Path, as_of: str, full: set[str]) -> None:
    run = _run(tmp_path, RATE, as_of=as_of, **small_district())
    assert set(_rates(run, "last_5_days")) == full
    assert set(_rates(run, "year_to_date")) == {"A", "B", "C", "D"}
    seen = run.student_results.filter(window="last_5_days")
    assert set(seen["school_id"]) - {None} == full - {"D"}
    assert cell(run, window="last_5_days")["population"] == seen.filter(seen["school_id"].is_null()).height if full else True


def test_a_student_without_a_school_is_seen_by_the_days_of_any_school(tmp_path: Path) -> None:
    """Some school teaches on each of 17 18 19 20 21."""
    students = [("student_id", "grade_level"), ("a", 5), ("n", 5)]
    attendance = [("student_id", "school_id", "date", "status"), ("n", None, "2012-09-14", "absent"),
                  ("n", None, "2012-09-17", "absent"), ("n", None, "2012-09-21", "present")]  # fmt: skip
    only_a = [("student_id", "school_id", "entry_date"), ("a", "A", "2012-09-03")]
    run = _run(tmp_path, RATE, **small_district(students=students, attendance=attendance, enrollments=only_a))
    assert _rates(run, "last_5_days")["D"] == (1, 2)
    assert set(run.student_results.filter(window="last_5_days", student_id="n")["role"]) == {"n"}


def test_a_school_without_a_calendar_has_no_last_days(tmp_path: Path) -> None:
    calendar = [row for row in small_district()["calendar"] if row[0] != "B"]
    run = _run(tmp_path, RATE, **small_district(calendar=calendar))
    assert _rates(run, "last_5_days") == {"D": (2, 5), "A": (2, 5)}  # m belongs to B


def test_without_any_calendar_there_is_nothing_to_count_by(tmp_path: Path) -> None:
    tables = small_district()
    del tables["calendar"]
    with pytest.raises(Exception, match=r"data/calendar\.csv"):
        _run(tmp_path, RATE, **tables)


# -- what facts see -------------------------------------------------------------------------------------------------


def test_days_of_stays_are_counted_within_the_window(tmp_path: Path) -> None:
    """Stays are cut to the window, and so are the days that a school has held."""
    held = "coalesce(sum(school_days(enrollments.school_id, enrollments.entry_date, coalesce(enrollments.exit_date, as_of))), 0)"
    facts = {"student": {
        "held": held,
        "entered": "min(enrollments.entry_date)",
        "left": "max(enrollments.exit_date)",
        "all_year": "school_days(school.school_id, '2012-08-01', '2013-06-30')",
    }}  # fmt: skip
    measures = [measure(id=name, formula=f"{formula}", windows=LAST_5)
                for name, formula in (("held", "sum(held)"), ("entered", "sum(days_between(entered, as_of))"),
                                      ("left", "sum(days_between(left, as_of))"), ("all_year", "sum(all_year)"))]  # fmt: skip
    run = _run(tmp_path, *measures, facts=facts, **small_district())

    def of(name: str, window: str = "last_5_days") -> dict[str, float]:
        rows = run.student_results.filter(measure=name, window=window, role="n")
        return {row["student_id"]: row["value"] for row in rows.to_dicts() if row["school_id"] is None}

    # m: by B's window, which begins on the 12th: at A 12 13 14 17 18, at B 19 21
    assert of("held") == {"a": 5, "b": 5, "m": 7}
    assert of("held", "year_to_date") == {"a": 15, "b": 9, "c": 3, "m": 12 + 2}
    assert of("entered") == {"a": 4, "b": 9, "m": 9}  # from the 17th, and from the 12th, to the 21st
    assert of("left") == {"m": 3}
    assert of("all_year") == {"a": 5, "b": 5, "m": 5}


def test_a_stay_that_ended_before_the_window_is_not_seen(tmp_path: Path) -> None:
    stays = [("student_id", "school_id", "entry_date", "exit_date"), ("a", "A", "2012-09-03", "2012-09-14"),
             ("b", "B", "2012-09-03", "2012-09-12"), ("m", "A", "2012-09-21", None)]  # fmt: skip
    facts = {"student": {"stays": "count(enrollments)", "open": "count(enrollments where enrollments.exit_date is null)"}}
    run = _run(
        tmp_path, measure(formula="sum(stays * 10 + open)", windows=LAST_5), facts=facts, **small_district(enrollments=stays)
    )
    rows = run.student_results.filter(window="last_5_days")
    shown = {row["student_id"]: row["value"] for row in rows.to_dicts() if row["school_id"] is None}
    # a left A on the 14th, before its window; b left B on the first day of its window; c belongs to no school
    assert shown == {"a": 0, "b": 10, "m": 11, "c": 0}


def test_rows_without_a_date_are_seen_as_always(tmp_path: Path) -> None:
    tests = [("student_id", "assessment", "subject", "date", "test_status"), ("a", "t", "reading", None, "tested"),
             ("a", "t", "reading", "2012-09-10", "tested"), ("a", "t", "reading", "2012-09-18", "tested")]  # fmt: skip
    marks = [("student_id", "mark", "mark_type"), ("a", "F", "progress")]
    facts = {"student": {"tests": "count(assessments)", "marks": "count(grades)"}}
    run = _run(tmp_path, measure(formula="sum(tests + 10 * marks)", windows=LAST_5), facts=facts,
               **small_district(assessments=tests, grades=marks))  # fmt: skip
    assert cell(run)["value"] == 13
    assert cell(run, window="last_5_days")["value"] == 12  # the test of the 10th is before the 17th


def test_units_that_are_no_students(tmp_path: Path) -> None:
    """A section is seen through the window of its school, the district by the days of any school."""
    sections = [("section_id", "school_id"), ("a1", "A"), ("b1", "B"), ("c1", "C")]
    looks = [("section_id", "date", "rubric", "score"), ("a1", "2012-09-14", "r", 1), ("a1", "2012-09-17", "r", 3),
             ("b1", "2012-09-14", "r", 4), ("c1", "2012-09-20", "r", 2)]  # fmt: skip
    facts = {"classroom": {"looked": "sum(observations.score)"}, "school": {"held": "count(calendar)"},
             "district": {"all_looks": "sum(observations.score)"}}  # fmt: skip
    measures = [measure(id="rooms", level="classroom", formula="sum(looked)", windows=LAST_5),
                measure(id="days", level="school", formula="sum(held)", windows=LAST_5),
                measure(id="all", level="district", formula="sum(all_looks)", windows=LAST_5)]  # fmt: skip
    run = _run(tmp_path, *measures, facts=facts, **small_district(sections=sections, observations=looks))

    def of(name: str) -> dict[str, float]:
        return {row["unit_id"]: row["value"] for row in run.results.filter(measure=name, window="last_5_days").to_dicts()}

    assert of("rooms") == {"a1": 3, "b1": 4, "A": 3, "B": 4, "D": 7}
    assert of("days") == {"A": 5, "B": 5, "D": 10}
    assert of("all") == {"D": 3 + 2}  # from the 17th on, at whatever school


def test_a_fact_of_a_school_whose_window_is_not_full_is_not_known(tmp_path: Path) -> None:
    """The student's own window is full, that of the school where the incident was is not."""
    incidents = [("incident_id", "student_id", "school_id", "date", "action"), ("1", "a", "A", "2012-09-20", "other"),
                 ("2", "a", "C", "2012-09-20", "other")]  # fmt: skip
    facts = {"school": {"held": "count(calendar)"},
             "student": {"held_there": "sum(incidents.schools.held)"}}  # fmt: skip
    run = _run(tmp_path, measure(formula="sum(held_there)", windows=LAST_5), facts=facts, **small_district(incidents=incidents))
    assert cell(run)["value"] == 15 + 3
    assert cell(run, window="last_5_days")["value"] == 5


def test_subgroups_are_those_of_the_year_to_date(tmp_path: Path) -> None:
    """Absent more than three days since the beginning: a, though not on so many of the last five."""
    settings = {"subgroups": {"often": {"formula": "absent > 3"}, "learner": "students.english_learner"}}
    gap = {"gap": {"dimension": "learner", "reference": "all", "as": "difference"}}
    run = _run(tmp_path, RATE | gap, settings=settings, **small_district())
    often = cell(run, window="last_5_days", dimension="often", subgroup="Yes")
    assert (often["numerator"], often["denominator"]) == (2, 5)
    # learners a and b 3/10, everyone 6/17
    apart = cell(run, measure="m.gap", window="last_5_days", dimension="learner", subgroup="Yes")
    assert apart["value"] == pytest.approx(100 * (3 / 10 - 6 / 17), abs=1e-6)


def test_the_target_of_the_year_is_that_of_every_window(tmp_path: Path) -> None:
    run = _run(tmp_path, RATE | {"target": {"annual": {"2012-13": 30.0}}, "baseline": {"2011-12": 31.0}}, **small_district())
    shown = {window: [cell(run, window=window)[name] for name in ("baseline", "target", "status")] for window in LAST_5}
    # 10/41 is 24.4 %, 6/17 is 35.3 %
    assert shown == {"year_to_date": [31.0, 30.0, "met"], "last_5_days": [31.0, 30.0, "not_met"]}


def test_other_measures_have_the_year_to_date_alone(tmp_path: Path) -> None:
    plain = measure(id="plain", formula="sum(absent)")
    run = _run(tmp_path, RATE, plain, **small_district())
    assert set(run.results.filter(measure="plain")["window"]) == {"year_to_date"}
    alone = _run(tmp_path / "alone", plain, **small_district())
    columns = [name for name in run.results.columns if name != "run_id"]
    assert alone.results.select(columns).equals(run.results.filter(measure="plain").select(columns))


# -- the grading period ---------------------------------------------------------------------------------------------

TERMS = [("term_id", "type", "start_date", "end_date"), ("y", "year", "2012-09-03", "2013-06-07"),
         ("s1", "semester", "2012-09-03", "2013-01-18"), ("q1", "quarter", "2012-09-05", "2012-09-12"),
         ("q2", "quarter", "2012-09-17", "2012-09-26")]  # fmt: skip
PERIOD = ["year_to_date", "grading_period"]


@pytest.mark.parametrize(("as_of", "absent", "days"), [
    # no quarter has begun, the semester has: a 3 4; b 3; m 3 4
    ("2012-09-04", 0, 5),
    # the first quarter, from the 5th: a 5 6 7, absent 6 7; b 5 7; m 5 6 7
    ("2012-09-07", 2, 8),
    # the same, which ended on the 12th: a six days, absent 6 7; b 5 7 10 12, absent 10 12; m six days
    ("2012-09-14", 4, 16),
    # the second, from the 17th: a 17 18, absent both; b 17; m 17 18, absent 17
    ("2012-09-18", 3, 5),
])  # fmt: skip
def test_the_grading_period_is_the_latest_of_the_shortest_terms(tmp_path: Path, as_of: str, absent: int, days: int) -> None:
    run = _run(tmp_path, RATE | {"windows": PERIOD}, as_of=as_of, **small_district(terms=TERMS))
    assert _rates(run, "grading_period")["D"] == (absent, days)


def test_a_term_that_has_ended_is_seen_as_of_its_last_day(tmp_path: Path) -> None:
    """Between the quarters, on the 14th: the days from the 5th to the 12th, and stays that go on after it are open."""
    held = "sum(school_days(enrollments.school_id, enrollments.entry_date, coalesce(enrollments.exit_date, as_of)))"
    facts = {"student": {"held": held, "open": "count(enrollments where enrollments.exit_date is null)"}}
    stays = [("student_id", "school_id", "entry_date", "exit_date"), ("a", "A", "2012-09-03", "2012-09-13"),
             ("b", "B", "2012-09-03", "2012-09-10"), ("m", "A", "2012-09-13", None)]  # fmt: skip
    measures = [measure(id="held", formula="sum(held)", windows=PERIOD), measure(id="open", formula="sum(open)", windows=PERIOD)]
    run = _run(tmp_path, *measures, facts=facts, as_of="2012-09-14", **small_district(enrollments=stays, terms=TERMS))
    assert cell(run, measure="held", window="grading_period")["value"] == 6 + 3  # a 5 6 7 10 11 12; b 5 7 10; m came later
    assert cell(run, measure="held")["value"] == 9 + 4 + 2  # a 3 to 13, b 3 5 7 10, m 13 14
    assert cell(run, measure="open", window="grading_period")["value"] == 1  # a leaves on the 13th; b has left
    assert cell(run, measure="open")["value"] == 1  # m


def test_before_the_first_term_there_is_no_grading_period(tmp_path: Path) -> None:
    later = [TERMS[0], ("q1", "quarter", "2012-09-24", "2012-11-02"), ("old", "quarter", "2012-04-02", "2012-06-08")]
    run = _run(tmp_path, RATE | {"windows": PERIOD}, **small_district(terms=later))
    assert set(run.results["window"]) == {"year_to_date"}


def test_every_school_is_in_the_grading_period_with_or_without_a_calendar(tmp_path: Path) -> None:
    tables = small_district(terms=TERMS)
    del tables["calendar"]
    run = _run(tmp_path, RATE | {"windows": PERIOD}, **tables)
    # q2, from the 17th: A 17 to 21; b 17 19 21 and m 17 18 19 21; C 19 20 21
    assert _rates(run, "grading_period") == {"D": (5, 15), "A": (2, 5), "B": (2, 7), "C": (1, 3)}


def test_several_windows_stand_beside_each_other(tmp_path: Path) -> None:
    windows = ["last_2_days", "year_to_date", "grading_period", "last_5_days"]
    run = _run(tmp_path, RATE | {"windows": windows}, **small_district(terms=TERMS))
    assert run.results["window"].unique().sort().to_list() == sorted(windows)
    assert _rates(run, "last_2_days")["A"] == (0, 2)
    keys = ["measure", "window", "level", "unit_id", "dimension", "subgroup"]
    assert run.results.select(keys).rows() == sorted(run.results.select(keys).rows())
    [info] = run.measures
    assert info.windows == tuple(windows)
