"""A small district whose files are right, to break one thing at a time: for the tests of `rttd check`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from projects import measure, weekdays, write_project

DAYS = weekdays(date(2012, 9, 4), 10)
"""The ten days of school: Tuesday, 4 September 2012, to Monday, 17 September."""
FACTS = {"student": {"missed": "count(attendance where attendance.absent >= 0.5)",
                     "failed": "count(grades where grades.failing)"}}  # fmt: skip
MEASURE = measure(population="grade_level >= 9", formula="percent(missed >= 1 or failed >= 1)")
STUDENTS = {"00101": "01", "00102": "01", "00103": "01", "00201": "02", "00202": "02", "00203": "02"}
"""Three students of each of two schools, all in grade 9."""


def attendance_rows() -> list[tuple[str, str, str, str, str]]:
    """Everybody present on every day: student by student, ten rows each; the first is line 2, student 00102 begins in line 12."""
    return [(student, school, str(day), "present", "") for student, school in STUDENTS.items() for day in DAYS]


def files() -> dict[str, str]:
    """The text of each file."""

    def text(header: str, *rows: tuple[object, ...]) -> str:
        return "".join(f"{line}\n" for line in (header, *(",".join(map(str, row)) for row in rows)))

    return {
        "schools": text("school_id,name", ("01", "Heron Bay"), ("02", "Cedar Point")),
        "students": text("student_id,school_year,school_id,grade_level,gender,name",
                         *((student, "2012-13", school, 9, "F", "Jane") for student, school in STUDENTS.items())),
        "enrollments": text("student_id,school_id,entry_date,exit_date",
                            *((student, school, DAYS[0], "") for student, school in STUDENTS.items())),
        "calendar": text("school_id,date", *((school, day) for school in ("01", "02") for day in DAYS)),
        "attendance": text("student_id,school_id,date,status,absent", *attendance_rows()),
        "sections": text("section_id,school_id,name", ("A1", "01", "Algebra"), ("B1", "02", "Algebra")),
        "grades": text("student_id,section_id,mark,mark_type,credits_attempted,credits_earned",
                       *((student, "A1" if school == "01" else "B1", "B", "semester", 0.5, 0.5)
                         for student, school in STUDENTS.items())),
    }  # fmt: skip


def district(folder: Path, settings: Mapping[str, Any] | None = None, /, **changed: str | bytes | None) -> Path:
    """The district with some files replaced; None: the file is not there."""
    write_project(folder, MEASURE, facts=FACTS, settings=settings)
    for name, text in {**files(), **changed}.items():
        if text is not None:
            (folder / "data" / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def changed(table: str, old: str, new: str, count: int = 1) -> dict[str, str]:
    """A file with a text in it replaced, so many times from its beginning on."""
    text = files()[table]
    assert old in text, old
    return {table: text.replace(old, new, count)}


def more(table: str, *rows: str) -> dict[str, str]:
    """A file with more rows at its end."""
    return {table: files()[table] + "".join(f"{row}\n" for row in rows)}
