"""A synthetic district read in plain Python, and every rule of the standard tables held against its cells once more.

Only the declarations of the standard tables are used, none of the code that reads data.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from commands import rttd
from rttd_metrics.definitions.standard_tables import standard_tables
from rttd_metrics.definitions.tables import TableDefinition

Row = dict[str, str]
Fault = tuple[str, int, str, str]
"""File, line (the header is line 1), column and rule."""
LAKESIDE_ARGUMENTS = ("--students", "600", "--years", "2", "--seed", "1", "--attendance", "exceptions")
GRADES = {"PK", "KG", "UG", *map(str, range(1, 13))}


def synth(folder: Path, *arguments: str | int | float, name: str = "made") -> Path:
    """Make a district in a folder of a folder."""
    rttd("synth", folder / name, *map(str, arguments), "--quiet", code=0)
    return folder / name


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contents(path: Path) -> dict[str, bytes]:
    """The files of a folder or a ZIP, by name."""
    if path.is_dir():
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def records(text: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


def readable(kind: str, cell: str) -> bool:
    """Whether a cell that is not empty is of a type."""
    match kind:
        case "date":
            return _is(date.fromisoformat, cell)
        case "number" | "integer":
            return _is(float if kind == "number" else int, cell)
        case "boolean":
            return cell in ("true", "false")
        case "grade_level":
            return cell in GRADES
        case "school_year":
            return (len(cell) == 7 and int(cell[2:4]) + 1 == int(cell[5:])) or (len(cell) == 4 and cell.isdigit())
        case _:
            return cell == cell.strip()


def _is(parse: type | object, cell: str) -> bool:
    try:
        parse(cell)  # type: ignore[operator]
    except ValueError:
        return False
    return True


def faults(folder: Path) -> set[Fault]:
    """Every cell that breaks a rule: type-error, category, required, primary-key and foreign-key."""
    tables = {name: rows(folder, name) for name in standard_tables() if (folder / "data" / f"{name}.csv").exists()}
    keys: dict[str, set[tuple[str | None, str]]] = defaultdict(set)
    for name, found in tables.items():
        table = standard_tables()[name]
        if len(table.table_schema.primary_key) == 1:
            [key] = table.table_schema.primary_key
            for row in found:
                keys[name] |= {(year_of(table, row), row[key]), (None, row[key])}
    return {fault for name, found in tables.items() for fault in _faults(standard_tables()[name], found, keys)}


def _faults(table: TableDefinition, found: list[Row], keys: dict[str, set[tuple[str | None, str]]]) -> Iterator[Fault]:
    file = f"data/{table.name}.csv"
    seen = Counter(_key(table, row) for row in found)
    assert all(set(row) <= set(table.fields) for row in found[:1]), table.name
    for line, row in enumerate(found, start=2):
        for name, cell in row.items():
            field = table.fields[name]
            if not cell and field.required:
                yield file, line, name, "required"
            elif cell and field.categories is not None and cell not in {one.value for one in field.categories}:
                yield file, line, name, "category"
            elif cell and not readable(field.type, cell):
                yield file, line, name, "type-error"
        if table.table_schema.primary_key and seen[_key(table, row)] > 1:
            yield file, line, table.table_schema.primary_key[0], "primary-key"
        for foreign in table.table_schema.foreign_keys:
            cell, target = row.get(foreign.fields), foreign.reference.resource
            dated = {year for year, _ in keys[target]} != {None}
            year = year_of(table, row) if dated and not foreign.any_year else None
            if cell and (year, cell) not in keys[target]:
                yield file, line, foreign.fields, "foreign-key"


def _key(table: TableDefinition, row: Row) -> tuple[str | None, ...]:
    return (year_of(table, row), *(row[name] for name in table.table_schema.primary_key))


def year_of(table: TableDefinition, row: Row) -> str | None:
    """The school year of a row, by its own column or its date; None where nothing tells it."""
    if row.get("school_year"):
        return row["school_year"]
    day = row.get(table.date or "", "")
    if not _is(date.fromisoformat, day):
        return None
    start = int(day[:4]) - (day[5:] < "07-01")
    return f"{start}-{(start + 1) % 100:02d}"
