"""The library's discipline measures, counted once more from the example district's CSVs."""

from collections.abc import Callable
from typing import Any

import pytest

from lakeside_rows import DISTRICT, SCHOOLS, STUDENTS, Role, Row, Student, assert_equal, by, dated, rows

SERIOUS = {"state offense", "assault", "drugs", "fighting", "harassment", "weapon"}


def incidents(student: Student, school: str | None) -> list[Row]:
    return [row for row in student.incidents if student.sees(school, row["school_id"])]


def against(student: Student, school: str | None, *, serious: bool) -> int:
    """Incidents, not actions: serious ones, or those against the code of conduct."""
    return len({row["incident_id"] for row in incidents(student, school) if (row["behavior"] in SERIOUS) is serious})


def suspensions(student: Student, school: str | None, *kinds: str) -> int:
    wanted = [f"{kind}_school_suspension" for kind in kinds or ("in", "out_of")]
    return sum(row["action"] in wanted for row in incidents(student, school))


def days_at_home(student: Student, school: str | None) -> int:
    return sum(row["status"] == "out_of_school_suspension" for row in student.days if student.sees(school, row["school_id"]))


PERCENTS: dict[str, Callable[[Student, str | None], bool]] = {
    "serious_or_repeated_incidents": lambda student, school: (
        against(student, school, serious=True) > 0 or against(student, school, serious=False) >= 5),
    "conduct_incidents": lambda student, school: against(student, school, serious=False) > 0,
    "out_of_school_suspension": lambda student, school: suspensions(student, school, "out_of") > 0,
    "repeat_suspension": lambda student, school: suspensions(student, school) >= 2,
    "suspension_rate": lambda student, school: suspensions(student, school) > 0,
    "suspension_disproportion.race_ethnicity": lambda student, school: suspensions(student, school) > 0,
    "suspension_disproportion.disability": lambda student, school: suspensions(student, school) > 0,
}  # fmt: skip
RATES: dict[str, Callable[[Student, str | None], int]] = {
    "office_referrals": lambda student, school: len({row["incident_id"] for row in incidents(student, school)}),
    "suspension_days_lost": days_at_home,
}


@pytest.mark.parametrize("name", [*PERCENTS, *RATES])
def test_figures_of_the_example_district(lakeside: Any, name: str) -> None:
    assert all(row["behavior"] for row in dated("incidents"))  # so that every incident is known to be serious or not

    def role(student: Student, school: str | None) -> Role:
        if not student.participating:
            return ("outside", 0, 0)
        if not student.days_enrolled(school) and name != "suspension_rate":
            return ("excluded", 0, 0)
        return ("n", (PERCENTS.get(name) or RATES[name])(student, school), 1)

    assert_equal(lakeside, name, role, "percent" if name in PERCENTS else "rate", own=True)


def test_expulsions_of_two_years(lakeside: Any) -> None:
    """Students of 2011-12 or 2012-13, each by the later row and the school of that year's last stay."""
    latest = {row["student_id"]: row for row in sorted(rows("students"), key=lambda row: row["school_year"])
              if row["school_year"] in ("2011-12", "2012-13")}  # fmt: skip
    expelled = {row["student_id"] for row in rows("incidents")
                if row["action"] == "expulsion" and "2011-07-01" <= row["date"] <= "2013-06-07"}  # fmt: skip
    stays = by("student_id", rows("enrollments"))
    units = {DISTRICT: [key for key, row in latest.items() if row["participating"] != "false"]}
    for school in SCHOOLS:
        units[school] = [key for key in units[DISTRICT] if home(stays[key], latest[key]["school_year"]) == school]
    results = lakeside.results.filter(measure="expulsion_in_two_years", dimension="all").to_dicts()
    found = {row["unit_id"]: (row["numerator"], row["n"]) for row in results if row["level"] != "classroom"}
    assert found == {unit: (sum(key in expelled for key in keys), len(keys)) for unit, keys in units.items()}
    assert found[DISTRICT][0] > 0


def home(stays: list[Row], year: str) -> str:
    first, end = f"{year[:4]}-07-01", f"20{year[-2:]}-06-30"
    found = [stay for stay in stays if first <= stay["entry_date"] <= end]
    last = max(found, key=lambda stay: (not stay["exit_date"], stay["exit_date"], stay["entry_date"]))
    return last["responsible_school_id"] or last["school_id"]


@pytest.mark.parametrize(("dimension", "reference"), [("race_ethnicity", None), ("disability", "false")])
@pytest.mark.parametrize("unit", [DISTRICT, "0201"])
def test_how_much_more_often_a_group_is_suspended(lakeside: Any, dimension: str, reference: str | None, unit: str) -> None:
    """The share of a group that was suspended, over that of everyone or of the students without a disability."""
    school = None if unit == DISTRICT else unit
    members = [student for student in STUDENTS if student.participating and school in (None, student.home)]

    def share(group: str | None) -> float:
        found = [suspensions(student, school) > 0 for student in members if group in (None, student.row[dimension])]
        return sum(found) / len(found)

    labels = {"true": "Yes", "false": "No", "": "Unknown"}
    groups = {student.row[dimension] for student in members}
    gaps = lakeside.results.filter(measure=f"suspension_disproportion.{dimension}.gap", unit_id=unit).to_dicts()
    found = {row["subgroup"]: row["value"] for row in gaps if row["status"] != "no_units"}
    assert found == pytest.approx({labels.get(group, group): share(group) / share(reference) for group in groups}, abs=1e-6)
