"""Figures that a state has published, read from a CSV: cells to hold results against, and students it has counted."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rttd_metrics.definitions.cell_forms import FALSE, TRUE
from rttd_metrics.formula.values import school_year_code, school_year_label
from rttd_metrics.problems import Problem, ProblemError, did_you_mean

CELL_COLUMNS = ("measure", "value", "school_year", "level", "unit_id", "dimension", "subgroup", "n")
STUDENT_COLUMNS = ("student_id", "measure", "school_year", "counted", "numerator")
LEVELS = ("district", "school", "classroom")
EVERYONE = "all"

_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)")
_BOUND = re.compile(r"(<=|>=|<|>|≤|≥|LE|GE|LT|GT)\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_LARGEST, _SMALLEST = float("1e300"), float("-1e300")


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """A value as it is published: exactly to so many `decimals` (low = high), or only as lying from `low` to `high`."""

    text: str
    low: float
    high: float
    decimals: int | None


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One published figure and its line. `value` is None where it is withheld: `*`, `N<10`, an empty cell."""

    line: int
    measure: str
    school_year: str | None
    level: str
    unit_id: str | None
    dimension: str
    subgroup: str
    value: PublishedValue | None
    n: int | None


@dataclass(frozen=True, slots=True)
class PublishedStudent:
    """What a state has made of one student: `counted`, and whether in the numerator, where it says so."""

    line: int
    student_id: str
    measure: str | None
    school_year: str | None
    counted: bool
    numerator: bool | None


def read_cells(path: Path) -> list[PublishedCell]:
    """The figures of a file with a row each. Needs the columns measure and value; of schools and classrooms unit_id.

    Absent columns mean: the district, everyone, the year of the run, no n. Raises ProblemError with every problem at its
    line.
    """
    problems: list[Problem] = []
    found = []
    for line, row in _rows(path, CELL_COLUMNS, CELL_COLUMNS[:2]):
        faults = list(_cell_faults(path, line, row))
        problems += faults
        if not faults:
            n = row.get("n")
            found.append(
                PublishedCell(
                    line,
                    row["measure"],
                    _year(row),
                    row.get("level") or "district",
                    row.get("unit_id") or None,
                    row.get("dimension") or EVERYONE,
                    row.get("subgroup") or EVERYONE,
                    published_value(row["value"]),
                    int(n) if n and n.isdecimal() else None,
                )
            )
    if problems:
        raise ProblemError(problems)
    return found


def read_students(path: Path) -> list[PublishedStudent]:
    """The students of a file with a row each (and measure). Needs the column student_id. Raises ProblemError."""
    problems: list[Problem] = []
    found = []
    for line, row in _rows(path, STUDENT_COLUMNS, STUDENT_COLUMNS[:1]):
        flags = {name: row.get(name, "").lower() for name in ("counted", "numerator")}
        wrong = [name for name, flag in flags.items() if flag and flag not in (*TRUE, *FALSE)]
        problems += [_problem(path, line, f"'{name}' is neither true nor false", "write true or false") for name in wrong]
        problems += _year_faults(path, line, row)
        numerator = flags["numerator"] in TRUE if flags["numerator"] else None
        counted = flags["counted"] not in FALSE
        found.append(PublishedStudent(line, row["student_id"], row.get("measure") or None, _year(row), counted, numerator))
    if problems:
        raise ProblemError(problems)
    return found


def published_value(text: str) -> PublishedValue | None:
    """`61.5`, `61.5%`, `<5`, `GE95`, `21-39`; None for anything that tells no number."""
    plain = text.strip().removesuffix("%").replace(",", "").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return _interval(text.strip(), plain)
    if not number.is_finite():
        return None
    exponent = number.as_tuple().exponent
    return PublishedValue(text.strip(), float(number), float(number), max(0, -exponent) if isinstance(exponent, int) else 0)


def _interval(text: str, plain: str) -> PublishedValue | None:
    if match := _RANGE.fullmatch(plain):
        return PublishedValue(text, float(match[1]), float(match[2]), None)
    if match := _BOUND.fullmatch(plain):
        below = match[1].upper() in ("<=", "<", "≤", "LE", "LT")
        bound = float(match[2])
        return PublishedValue(text, _SMALLEST if below else bound, bound if below else _LARGEST, None)
    return None


def _rows(path: Path, known: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of each row, the columns of `known` only. Raises ProblemError where the file or its header is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            header = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = header
            lacking = [name for name in needed if name not in header]
            if lacking:
                hints = [hint for name in lacking if (hint := did_you_mean(name, [h for h in header if h not in known]))]
                message = f"the header lacks {' and '.join(repr(name) for name in lacking)}"
                raise ProblemError([_problem(path, 1, message, hints[0] if hints else f"columns: {', '.join(known)}")])
            for row in reader:
                yield reader.line_num, {name: (row[name] or "").strip() for name in known if name in header}
    except FileNotFoundError:
        raise ProblemError([_problem(path, None, "there is no such file", None)]) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 CSV"
        raise ProblemError([_problem(path, None, f"this cannot be read: {reason}", None)]) from None


def _cell_faults(path: Path, line: int, row: dict[str, str]) -> Iterator[Problem]:
    level = row.get("level") or "district"
    if not row["measure"]:
        yield _problem(path, line, "'measure' is empty", None)
    if level not in LEVELS:
        yield _problem(path, line, f"'{level}' is no level", did_you_mean(level, LEVELS) or f"there are: {', '.join(LEVELS)}")
    elif level != "district" and not row.get("unit_id"):
        yield _problem(path, line, f"a {level} needs its id in 'unit_id'", None)
    yield from _year_faults(path, line, row)


def _year_faults(path: Path, line: int, row: dict[str, str]) -> Iterator[Problem]:
    year = row.get("school_year")
    if year and school_year_code(year) is None:
        yield _problem(path, line, f"'{year}' is no school year", "write it like 2012-13")


def _year(row: dict[str, str]) -> str | None:
    code = school_year_code(row.get("school_year") or "")
    return school_year_label(code) if code is not None else None


def _problem(path: Path, line: int | None, message: str, help_: str | None) -> Problem:
    return Problem("published", message, file=path.name, line=line, help=help_)
