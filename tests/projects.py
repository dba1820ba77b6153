"""Tiny projects for the tests: written from a few lines, computed, and single figures of the run picked out."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

import rttd_metrics
from rttd_metrics.engine.results import Run

DISTRICT = "D"
LAKESIDE = Path(__file__).parents[1] / "examples" / "lakeside"

Rows = str | Sequence[Sequence[object]]
"""The text of a CSV, or its header and rows."""


def measure(**keys: Any) -> dict[str, Any]:
    """A measure of students, `m` where it is given no id, with the keys that every measure must have."""
    plain = {"id": "m", "title": "A measure", "condition": "outcome", "level": "student", "population": "all",
             "improvement": "increase", "frequency": "yearly"}  # fmt: skip
    return plain | keys


def write_project(folder: Path, *measures: Mapping[str, Any], facts: Mapping[str, Any] | None = None,
                  settings: Mapping[str, Any] | None = None, **tables: Rows) -> Path:  # fmt: skip
    """A project of these measures, facts, settings of rttd.yml and tables, one CSV each under data/."""
    project = {"district": {"id": DISTRICT, "name": "District"}, "school_year": "2012-13", "measures": ["measures"]}
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "measures").mkdir(exist_ok=True)
    write_yaml(folder / "rttd.yml", project | dict(settings or {}))
    for definition in measures:
        write_yaml(folder / "measures" / f"{definition['id']}.yml", definition)
    if facts is not None:
        write_yaml(folder / "measures" / "facts.yml", facts)
    for name, rows in tables.items():
        write_csv(folder / "data" / f"{name}.csv", rows)
    return folder


def write_yaml(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(value), sort_keys=False), encoding="utf-8")


def write_csv(path: Path, rows: Rows) -> None:
    if isinstance(rows, str):
        text = dedent(rows).strip() + "\n"
    else:
        text = "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def compute(folder: Path, **options: Any) -> Run:
    return rttd_metrics.open(folder).compute(**options)


def cell(run: Run, level: str = "district", unit: str = DISTRICT, *, measure: str = "m", dimension: str = "all",
         subgroup: str = "all", window: str = "year_to_date") -> dict[str, Any]:  # fmt: skip
    """The one result of a measure, unit and subgroup."""
    key = {"measure": measure, "window": window, "level": level, "unit_id": unit, "dimension": dimension, "subgroup": subgroup}
    [found] = run.results.filter(**key).to_dicts()
    return found


def counts(run: Run, *where: str, **key: str) -> tuple[int, int, int, int, float | None]:
    """population, excluded, missing, n and numerator of one result."""
    found = cell(run, *where, **key)
    return tuple(found[name] for name in ("population", "excluded", "missing", "n", "numerator"))


def units(run: Run, level: str, *, measure: str = "m") -> list[str]:
    """The units of a level that a measure has results for."""
    return run.results.filter(level=level, measure=measure, dimension="all")["unit_id"].to_list()


def role(run: Run, student: str, school: str | None = None, *, measure: str = "m") -> str:
    """What a student is in a measure: outside, excluded, missing, n or numerator; at a school, or the whole year."""
    [found] = _student(run, student, school, measure) or [{"role": "outside"}]
    return found["role"]


def reason(run: Run, student: str, *, measure: str = "m") -> str | None:
    [found] = _student(run, student, None, measure)
    return found["reason"]


def value(run: Run, student: str, school: str | None = None, *, measure: str = "m") -> float | None:
    [found] = _student(run, student, school, measure)
    return found["value"]


def _student(run: Run, student: str, school: str | None, measure: str) -> list[dict[str, Any]]:
    rows = run.student_results.filter(student_id=student, measure=measure).to_dicts()
    return [row for row in rows if row["school_id"] == school]


def weekdays(first: date, number: int) -> list[date]:
    """So many days from `first` on, Saturdays and Sundays left out."""
    days = (first + timedelta(days=number) for number in range(number * 2 + 2))
    return [day for day in days if day.weekday() < 5][:number]
