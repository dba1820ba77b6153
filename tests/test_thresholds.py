"""What decides a measure for a student, and how many days absent a student is from it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import measure, write_project
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.definitions.thresholds import DaysLeft, Threshold, days_left, days_to, thresholds

STUDENTS = "student_id,english_learner\n1,true\n"
FACTS = {
    "parameters": {"cut": 0.2},
    "student": {
        "days": "count(attendance)",
        "late": "count(attendance where attendance.status = 'tardy')",
        "late_share": "late / days",
        "limit": "case when students.english_learner then 3 else 4 end",
        "often": "late_share >= cut",
        "flagged": "case when days >= 20 then often end",
        "known": "case when late > 5 then true when days > 100 then false end",
    },
}


def found(tmp_path: Path, formula: str) -> list[tuple[str, str, float | str, tuple[str, str] | None]]:
    portfolio = read_portfolio(write_project(tmp_path, measure(formula=formula), facts=FACTS, students=STUDENTS))
    assert portfolio.errors == ()
    return [(one.fact, one.op, one.limit, one.share) for one in thresholds(portfolio.measures[0], portfolio.facts)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("percent(late_share >= cut)", [("late_share", ">=", 0.2, ("late", "days"))]),
        ("percent(3 < late)", [("late", ">", 3, None)]),
        ("percent(late >= limit)", [("late", ">=", "limit", None)]),
        ("percent(flagged)", [("late_share", ">=", 0.2, ("late", "days"))]),
        ("percent(known)", [("late", ">", 5, None)]),
        ("percent(not (late >= 3 or days < 10))", [("late", "<", 3, None), ("days", ">=", 10, None)]),
        ("percent(often is not true)", [("late_share", "<", 0.2, ("late", "days"))]),
        ("percent(late between 1 and 2)", [("late", ">=", 1, None), ("late", "<=", 2, None)]),
        ("percent(students.english_learner and late > 1)", [("late", ">", 1, None)]),
        ("percent(late + days > 3)", []),
        ("avg(late)", []),
    ],
)  # fmt: skip
def test_the_comparisons_that_decide(tmp_path: Path, formula: str, expected: list[object]) -> None:
    assert found(tmp_path, formula) == expected


OVER = {
    ">=": lambda share, limit: share >= limit - 1e-9,
    "<": lambda share, limit: share >= limit - 1e-9,
    ">": lambda share, limit: share > limit + 1e-9,
    "<=": lambda share, limit: share > limit + 1e-9,
}  # fmt: skip


def tried(op: str, limit: float, absent: float, enrolled: float) -> DaysLeft:
    """The same by trying a day after the other."""
    over = OVER[op]
    if over(absent / enrolled, limit):
        return DaysLeft(None, next((day for day in range(1, 5000) if not over(absent / (enrolled + day), limit)), None))
    return DaysLeft(next((day for day in range(1, 5000) if over((absent + day) / (enrolled + day), limit)), None), None)


@given(st.sampled_from(sorted(OVER)), st.sampled_from([0.05, 0.1, 0.15, 0.2]), st.integers(0, 90), st.integers(1, 90))
def test_days_left_are_those_that_trying_finds(op: str, limit: float, absent: int, present: int) -> None:
    enrolled = absent + present
    assert days_left(op, limit, absent=absent, enrolled=enrolled) == tried(op, limit, absent, enrolled)


def test_days_left_by_hand() -> None:
    # (13 + k) / (150 + k) >= 0.10: 13 + k >= 15 + k / 10, so k >= 2 / 0.9 = 2.2, three days
    assert days_left(">=", 0.10, absent=13, enrolled=150) == DaysLeft(3, None)
    # 18 / (160 + m) < 0.10: m > 20, twenty-one days
    assert days_left(">=", 0.10, absent=18, enrolled=160) == DaysLeft(None, 21)
    # 8 days absent: from 5 three more
    assert days_left(">=", 8, absent=5, enrolled=None) == DaysLeft(3, None)
    assert days_left(">=", 8, absent=8, enrolled=None) == DaysLeft(None, None)


def test_a_share_of_days_present_is_one_of_days_absent_the_other_way_round() -> None:
    share = Threshold("attendance_rate", "Attendance", ">=", 0.9, ("days_present", "days_enrolled"))
    # 150 days, 140 present: (10 + k) / (150 + k) > 0.10: k > 5 / 0.9 = 5.6, six days and the share falls below 90 %
    assert days_to(share, {"days_present": 140.0, "days_enrolled": 150.0}) == DaysLeft(6, None)
    # 10 of 100 absent is 90 % present, which is enough; one day more is not
    assert days_to(share, {"days_present": 90.0, "days_enrolled": 100.0}) == DaysLeft(1, None)
    assert days_to(share, {"days_present": 90.0, "days_enrolled": None}) is None


def test_other_thresholds_have_no_days() -> None:
    assert days_to(Threshold("suspensions", "Suspensions", ">=", 1, None), {"suspensions": 0.0}) is None
