"""The early-warning list as CSV and as JSON."""

import json
from pathlib import Path

import polars as pl

from rttd_metrics.reports.files import write_csv
from rttd_metrics.reports.output import make_folder, output_errors, output_lock, staging
from rttd_metrics.reports.students.flagged import Flagged, FlagList, Named

# No `;`: where that parts columns, a name after it could become a formula of a cell of its own.
_SEPARATOR = " | "


def write_students(listed: FlagList, path: Path) -> Path:
    """Write the list as CSV, a row each student at a school, safe to open in a spreadsheet and readable by its owner only.

    Raises OutputError and FolderLocked.
    """
    folder = path.parent
    with output_lock(folder), output_errors(path), staging(folder) as staged:
        make_folder(folder)
        write_csv(_frame(listed), staged.path(path.name))
        [written] = staged.replace()
        return written


def students_json(listed: FlagList) -> str:
    """`{"run": {...}, "flags": [...], "students": [...]}`: values as numbers, by fact."""
    run = listed.run
    about = {"run_id": run.run_id, "school_year": run.school_year, "as_of": run.as_of.isoformat()}
    flags = [{"measure": info.id, "title": info.title} for info in listed.flags]
    made = {"run": about, "flags": flags, "students": [_document(listed, row) for row in listed.rows]}
    return json.dumps(made, indent=2, ensure_ascii=False, allow_nan=False)


def _document(listed: FlagList, row: Flagged) -> dict[str, object]:
    left = row.student.left
    return {
        "school_id": row.school.id if row.school else None,
        "school_name": row.school.name if row.school else None,
        "student_id": row.student.id,
        "name": row.student.name or None,
        "grade_level": row.student.grade or None,
        "number_of_flags": row.number,
        "days_to_threshold": left.absent if left else None,
        "days_to_return": left.present if left else None,
        "flags": {
            info.id: {"state": state.state.replace(" ", "_"), "values": dict(state.values)}
            for info, state in zip(listed.flags, row.states, strict=True)
            if state.state
        },
        "classrooms": [{"id": one.id, "name": one.name} for one in row.classrooms],
        "educators": [{"id": one.id, "name": one.name} for one in row.educators],
    }


def _frame(listed: FlagList) -> pl.DataFrame:
    texts = ["run_id", "school_year", "as_of", "school_id", "school_name", "student_id", "name", "grade_level"]
    numbers = ["number_of_flags", "days_to_threshold", "days_to_return"]
    flags = [column for info in listed.flags for column in (info.id, f"{info.id} values")]
    last = ["classroom_ids", "classrooms", "educator_ids", "educators"]
    schema = {name: pl.Int64() if name in numbers else pl.String() for name in (*texts, *numbers, *flags, *last)}
    return pl.DataFrame([_cells(listed, row) for row in listed.rows], schema=schema, orient="row")


def _cells(listed: FlagList, row: Flagged) -> list[object]:
    run, student, left = listed.run, row.student, row.student.left
    return [
        *(run.run_id, run.school_year, run.as_of.isoformat()),
        *((row.school.id, row.school.name) if row.school else (None, None)),
        *(student.id, student.name or None, student.grade or None, row.number),
        *((left.absent, left.present) if left else (None, None)),
        *(text or None for state in row.states for text in (state.state, state.text)),
        *_joined(row.classrooms),
        *_joined(row.educators),
    ]


def _joined(named: tuple[Named, ...]) -> tuple[str | None, str | None]:
    if not named:
        return None, None
    return _SEPARATOR.join(one.id for one in named), _SEPARATOR.join(one.name for one in named)
