"""A small district whose schools have students of several races, and measures of the gaps between them."""

from pathlib import Path
from typing import Any

from projects import measure, write_project

# At school A and at school B: how many there are, and how many of them take part.
CROWD = {
    ("A", "Asian"): (10, 9), ("A", "Black"): (10, 5), ("A", "White"): (20, 16), ("A", ""): (2, 2),
    ("B", "Asian"): (2, 2), ("B", "Black"): (20, 6), ("B", "White"): (10, 6),
}  # fmt: skip
# In the district 11 of 12, 11 of 30, 22 of 30 and 2 of 2: of all 46 of 74. At A 32 of 42, at B 14 of 32.


def students() -> list[tuple[object, ...]]:
    rows = [(school, race, number < true) for (school, race), (n, true) in CROWD.items() for number in range(n)]
    return [("student_id", "school_id", "race_ethnicity", "participating"),
            *((f"{number:03d}", *row) for number, row in enumerate(rows))]  # fmt: skip


def project(folder: Path, *measures: dict[str, Any], **settings: Any) -> Path:
    people = students()
    return write_project(
        folder, *measures, settings={"subgroups": {"race": "students.race_ethnicity"}} | settings, students=people,
        schools="school_id,name\nA,First School\nB,Second School", sections="section_id,school_id\ns,A",
        rosters=[("student_id", "section_id"), *((row[0], "s") for row in people[1:] if row[1] == "A")])  # fmt: skip


def gap(reference: Any, **keys: Any) -> dict[str, Any]:
    """Those who take part, and their gap by race."""
    others = {name: keys.pop(name) for name in ("improvement", "formula", "final", "confidential", "baseline") if name in keys}
    return measure(**{"formula": "percent(participating)", "gap": {"dimension": "race", "reference": reference} | keys} | others)
