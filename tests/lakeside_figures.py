"""Roles of the example district's students by grade, and the figures of the district and its schools made of them.

For what lakeside_rows.assert_equal does not know: students of earlier years, averages, and classrooms that a measure
leaves out.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakeside_rows import DISTRICT, SCHOOLS, Role, Row, Student, by, rows
from projects import LAKESIDE, compute
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.results import Run

Check = Callable[[Student, str | None], Role]
OUTSIDE, EXCLUDED, MISSING = ("outside", 0, 0), ("excluded", 0, 0), ("missing", 0, 0)
GRADES = ("PK", "KG", *map(str, range(1, 13)))
_FIGURES = ("population", "excluded", "missing", "n", "numerator", "denominator", "value")


def yes_if(condition: bool) -> Role:
    """Counted, and in the numerator if so."""
    return ("n", condition, 1)


def in_grades(low: str, high: str, check: Check) -> Check:
    """Participating students of these grades; the ungraded are outside."""
    span = GRADES[GRADES.index(low) : GRADES.index(high) + 1]

    def checked(student: Student, school: str | None) -> Role:
        if not student.participating or student.grade not in (*span, ""):
            return OUTSIDE
        return check(student, school) if student.grade else MISSING

    return checked


def but_for(leavers: tuple[str, ...], check: Check) -> Check:
    """Those who left so are excluded."""
    return lambda student, school: EXCLUDED if student.exit() in leavers else check(student, school)


def measures_of(family: str) -> set[str]:
    """The measures of a folder of the library."""
    return {one.id for one in read_portfolio(LAKESIDE).measures if one.document.file.startswith(f"package:library/{family}/")}


def lakeside_with(folder: Path, measures: str, parameters: Mapping[str, Any], **options: Any) -> Run:
    """The example district with these measures only and these parameters, computed with `options`."""
    project = yaml.safe_load((LAKESIDE / "rttd.yml").read_text(encoding="utf-8"))
    project |= {"measures": [f"package:library/{measures}"], "parameters": dict(parameters)}
    (folder / "rttd.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    shutil.copytree(LAKESIDE / "data", folder / "data")
    return compute(folder, **options)


def latest_rows(first_year: str) -> list[Student]:
    """Everyone by the latest row from a school year on, with the stays of that row's year."""
    latest = {row["student_id"]: row for row in rows("students")}  # the file is sorted by year
    stays = by("student_id", rows("enrollments"))
    return [Student(row, [stay for stay in stays[key] if _of(row["school_year"], stay)], [], [], [], [], [], [], [], False)
            for key, row in latest.items() if row["school_year"] >= first_year]  # fmt: skip


def _of(year: str, stay: Row) -> bool:
    start = int(year[:4])
    return f"{start}-07-01" <= stay["entry_date"] < f"{start + 1}-07-01"


def assert_figures(run: Any, measure: str, everyone: Iterable[Student], check: Check, per: float = 100) -> None:
    """The district and each school have the figures that a check comes to; `per` is 1 where the measure is an average."""
    seen = [(student.home, check(student, None)) for student in everyone]
    results = run.results.filter(measure=measure, dimension="all").to_dicts()
    found = {row["unit_id"]: row for row in results if row["level"] != "classroom"}
    assert set(found) == {DISTRICT, *SCHOOLS}
    for unit, row in found.items():
        roles = [role for home, role in seen if unit in (DISTRICT, home) and role != OUTSIDE]
        counted = [role for role in roles if role[0] == "n"]
        first, second = sum(role[1] for role in counted), sum(role[2] for role in counted)
        tally = (len(roles), roles.count(EXCLUDED), roles.count(MISSING), len(counted))
        figures = (*tally, first, second, per * first / second) if second else (*tally, 0, 0, None)
        got = tuple(row[name] or (0 if name != "value" or second else None) for name in _FIGURES)
        assert got == pytest.approx(figures, abs=5.1e-7), unit
