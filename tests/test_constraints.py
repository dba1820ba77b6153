"""Constraints of fields: what a definition may say, and which cells break it, at which line."""

from pathlib import Path
from typing import Any

import pytest

from commands import rttd
from projects import cell, compute, measure, role, write_project

SCORED = measure(population="grade_level >= 1", formula="percent(best >= 50)")
FACTS = {"student": {"best": "max(marks.score)"}}
FIELDS: dict[str, dict[str, Any]] = {
    "student_id": {"required": True},
    "score": {"type": "number"},
    "code": {},
    "day": {"type": "date"},
    "grade": {"type": "grade_level"},
    "year_of": {"type": "school_year"},
    "tries": {"type": "integer"},
    "passed": {"type": "boolean"},
}
MARKS = {
    "name": "marks",
    "schema": {"foreignKeys": [{"fields": "student_id", "reference": {"resource": "students", "fields": "student_id"}}]},
}
USED = "marks.code <> '' or marks.day <> as_of or marks.grade <> 1 or marks.year_of > '1990' or marks.tries <> 0"
GOOD_ROW = {
    "student_id": "1",
    "score": "60",
    "code": "A-1",
    "day": "2012-10-01",
    "grade": "5",
    "year_of": "2012-13",
    "tries": "2",
}


def settings(**changed: Any) -> dict[str, Any]:
    """A project whose table `marks` has these keys beside those of its fields."""
    fields = [{"name": name, **keys, **changed.get(name, {})} for name, keys in FIELDS.items()]
    return {"tables": [MARKS | {"schema": {**MARKS["schema"], "fields": fields}}]}


def project(folder: Path, *rows: dict[str, str], **changed: Any) -> Path:
    """Students 1 to 9 with marks; the first row, line 2, is a good one of student 1."""
    facts = {"student": {**FACTS["student"], "other": f"count(marks where {USED})"}}
    marks = [list(FIELDS), *([{**GOOD_ROW, **row}.get(name, "") for name in FIELDS] for row in ({}, *rows))]
    scored = SCORED | {"exclude": [{"when": "other > 99", "because": "Never"}]}
    students = [["student_id", "grade_level"], *([str(number), 5] for number in range(1, 10))]
    return write_project(folder, scored, facts=facts, settings=settings(**changed), marks=marks, students=students,
                         schools=[["school_id", "name"], ["S", "S"]])  # fmt: skip


BROKEN: dict[str, tuple[str, dict[str, Any], list[str], list[str], str]] = {
    # field, its keys, cells that keep them, cells that break them, what the message says
    "minimum": ("score", {"minimum": 0}, ["0", "0.5"], ["-0.1"], "`minimum` is 0"),
    "maximum": ("score", {"maximum": 100}, ["100", "1e2"], ["100.01"], "`maximum` is 100"),
    "exclusiveMinimum": ("score", {"exclusiveMinimum": 0}, ["0.1"], ["0", "-0.0"], "`exclusiveMinimum` is 0"),
    "exclusiveMaximum": ("tries", {"exclusiveMaximum": 3}, ["2"], ["3", "4"], "`exclusiveMaximum` is 3"),
    "of dates": ("day", {"minimum": "2012-09-04"}, ["2012-09-04"], ["2012-09-03"], "`minimum` is 2012-09-04"),
    "of dates as in the file": ("day", {"maximum": "10/4/2012", "format": ["%m/%d/%Y", "%Y-%m-%d"]}, ["10/04/2012", "2012-10-04"],
                                ["10/5/2012", "2012-10-05"], "`maximum` is 10/4/2012"),
    "of grade levels": ("grade", {"minimum": "KG", "maximum": "8"}, ["K", "08", "UG"], ["9", "12"], "`maximum` is 8"),
    "of school years": ("year_of", {"minimum": "2011-12"}, ["2012", "2012-13"], ["2010-11"], "`minimum` is 2011-12"),
    "minLength": ("code", {"minLength": 3}, ["é-1", "A-12"], ["A1"], "`minLength` is 3"),
    "maxLength": ("code", {"maxLength": 3}, ["é-1"], ["A-12"], "`maxLength` is 3"),
    "pattern": ("code", {"pattern": "[A-Z]-[0-9]|é-1"}, ["B-2", "é-1"], ["B-22", "xB-2", "b-2"], "`pattern` is [A-Z]-[0-9]|é-1"),
    "enum": ("code", {"enum": ["A-1", "B-2"]}, ["B-2"], ["b-2", "C-3"], "`enum` is A-1, B-2"),
    "enum of numbers": ("tries", {"enum": [1, 2, "3"]}, ["1", "2", "3.0"], ["4"], "`enum` is 1, 2, 3"),
    "enum of grade levels": ("grade", {"enum": ["5", "6"]}, ["06"], ["7"], "`enum` is 5, 6"),
    "enum of dates": ("day", {"enum": ["2012-10-01"]}, ["2012-10-01"], ["2012-10-02"], "`enum` is 2012-10-01"),
}  # fmt: skip


@pytest.mark.parametrize("inside", [False, True], ids=["on the field", "in constraints"])
@pytest.mark.parametrize(("field", "keys", "kept", "broken", "says"), BROKEN.values(), ids=BROKEN)
def test_a_cell_that_breaks_a_constraint(
    tmp_path: Path, field: str, keys: dict[str, Any], kept: list[str], broken: list[str], says: str, inside: bool
) -> None:
    if inside:
        keys = {"constraints": {key: value for key, value in keys.items() if key != "format"},
                **({"format": keys["format"]} if "format" in keys else {})}  # fmt: skip
    good = {"day": ""} if "format" in keys else {}
    rows = [{**good, "student_id": str(place), field: text} for place, text in enumerate([*kept, "", *broken], 1)]
    ended = rttd("compute", project(tmp_path, *rows, **{field: keys}), "--output-format", "json", code=1)
    # Line 1 is the header, line 2 the good row; then the cells that keep it and an empty one.
    first = 2 + len(kept) + 1 + 1
    assert [(found[0], found[2]) for found in ended.found] == [("constraint-error", first)]
    message = ended.message("constraint-error")
    assert message.startswith(f"table 'marks', column '{field}': cells break a constraint of the field: {says} "
                              f"({len(broken)} of {len(rows) + 1} rows)")  # fmt: skip
    assert not any(text in message.replace(says, "") for text in broken if len(text) > 2)


def test_rows_that_break_a_constraint_are_set_aside_under_keep_going(tmp_path: Path) -> None:
    folder = project(tmp_path, {"student_id": "2", "score": "101"}, {"student_id": "3", "score": "10"}, score={"maximum": 100})
    run = compute(folder, keep_going=True)
    assert [role(run, student) for student in "1234"] == ["numerator", "missing", "n", "missing"]
    assert cell(run)["value"] == 50.0  # of students 1 (60) and 3 (10) one has 50 or more: 1 / 2


def test_a_unique_field(tmp_path: Path) -> None:
    rows = [{"student_id": "2", "code": "B-2"}, {"student_id": "3", "code": "A-1"}, {"student_id": "4", "code": ""},
            {"student_id": "5", "code": ""}]  # fmt: skip
    folder = project(tmp_path, *rows, code={"unique": True})
    ended = rttd("compute", folder, "--output-format", "json", code=1)
    assert ended.found == [("unique-error", "data/marks.csv", 2)]
    assert ended.message("unique-error").endswith("(2 of 5 rows); also line 4")
    run = compute(folder, keep_going=True)
    assert [role(run, student) for student in "12345"] == ["missing", "numerator", "missing", "numerator", "numerator"]


def test_tolerance_of_constraints(tmp_path: Path) -> None:
    folder = project(tmp_path, {"student_id": "2", "score": "101", "code": "B"}, {"student_id": "3", "code": "A-1"},
                     score={"maximum": 100}, code={"unique": True})  # fmt: skip
    rules = "rules: {constraint-error: {tolerate: 1, because: x}, marks.unique-error: {tolerate: 100%, because: x}}\n"
    (folder / "rttd.yml").write_text((folder / "rttd.yml").read_text() + rules)
    ended = rttd("compute", folder, "--output-format", "json", code=0)
    of_marks = [(found["code"], found["severity"]) for found in ended.problems if found["file"] == "data/marks.csv"]
    assert of_marks == [("unique-error", "warning"), ("constraint-error", "warning")]


def test_parts_of_a_primary_key_are_needed(tmp_path: Path) -> None:
    folder = project(tmp_path, {"student_id": "2", "code": ""})
    text = (folder / "rttd.yml").read_text().replace("    foreignKeys:", "    primaryKey: [code]\n    foreignKeys:")
    (folder / "rttd.yml").write_text(text)
    assert rttd("compute", folder, "--output-format", "json", code=1).found == [("required", "data/marks.csv", 3)]


WRITTEN = {
    "thousands": ("score", {"groupChar": ","}, {'"1,234.5"': "1234.5", "5": "5"}, ["1.234.5", "x"]),
    "decimal comma": ("score", {"decimalChar": ",", "groupChar": "."}, {'"1.234,5"': "1234.5", '"0,5"': "0.5"}, ['"1,2,3"']),
    "decimal comma alone": ("score", {"decimalChar": ","}, {'"12,5"': "12.5"}, ["12.5"]),
    "not bare": ("score", {"bareNumber": False}, {"$5": "5", "95%": "95", "USD -5.5 or so": "-5.5"}, ["none"]),
    "not bare, thousands": ("tries", {"bareNumber": False, "groupChar": ","}, {'"$1,200"': "1200"}, ["$1.5"]),
    "bare": ("score", {}, {"1e3": "1000", "+5": "5", "12.0": "12"}, ['"1,234"', "$5", "95%", "Infinity", "-inf", "NaN", "1e400",
                                                                     "٣", "0x1F", "1_000"]),
    "integers": ("tries", {}, {"12.0": "12", "-3": "-3"}, ["12.5", "1e400", "٣"]),
    "usual dates": ("day", {"format": "default"}, {"2012-10-01": "2012-10-01"}, ["10/1/2012", "12-10-01", "2012-02-30"]),
    "dates of two forms": ("day", {"format": ["%m/%d/%Y", "%d.%m.%Y"]}, {"10/1/2012": "2012-10-01", "01.10.2012": "2012-10-01"},
                           ["13/01/2012", "2012-10-01"]),
}  # fmt: skip


@pytest.mark.parametrize(("field", "keys", "read", "refused"), WRITTEN.values(), ids=WRITTEN)
def test_how_cells_are_written(
    tmp_path: Path, field: str, keys: dict[str, Any], read: dict[str, str], refused: list[str]
) -> None:
    good = {"day": ""} if field == "day" else {}
    rows = [{**good, "student_id": str(1 + place % 9), field: text} for place, text in enumerate([*read, *refused])]
    folder = project(tmp_path, *rows, **{field: keys})
    ended = rttd("compute", folder, "--output-format", "json", code=1)
    assert {found[:2] for found in ended.found} == {("type-error", "data/marks.csv")}
    of_first_row = field == "day" and keys["format"] != "default"  # whose date is of the usual form
    assert f"({len(refused) + of_first_row} of {len(rows) + 1} rows)" in ended.message("type-error")


WRONG: dict[str, tuple[str, dict[str, Any], str, str, str]] = {
    # field, its keys, the code, the text the caret is at, what the message says
    "pattern of a number": ("score", {"pattern": "x"}, "constraint", "pattern", "'score' is a number: `pattern` is"),
    "length of a date": ("day", {"maxLength": 3}, "constraint", "maxLength", "'day' is a date: `maxLength` is for strings"),
    "minimum of a string": ("code", {"minimum": "1"}, "constraint", "minimum", "`minimum` is for numbers, integers"),
    "enum of a boolean": ("passed", {"enum": ["true"]}, "constraint", "enum", "'passed' is a boolean: `enum` is for strings"),
    "true values of a string": ("code", {"trueValues": ["Y"]}, "constraint", "trueValues", "`trueValues` is for booleans"),
    "group sign of a date": ("day", {"groupChar": ","}, "constraint", "groupChar", "`groupChar` is for numbers, integers"),
    "minimum above maximum": ("score", {"minimum": 2, "maximum": 1}, "constraint", "2", "no value is left between `minimum`"),
    "nothing between": ("score", {"exclusiveMinimum": 1, "maximum": 1}, "constraint", "1", "between `exclusiveMinimum`"),
    "lengths": ("code", {"minLength": 2, "maxLength": 1}, "constraint", "2", "between `minLength` and `maxLength`"),
    "grades": ("grade", {"minimum": "1", "maximum": "KG"}, "constraint", "'1'", "no value is left"),
    "minimum is no number": ("score", {"minimum": "low"}, "constraint", "low", "'low' is not a number like 0.5"),
    "minimum is infinite": ("score", {"minimum": "Infinity"}, "constraint", "Infinity", "is not a number like 0.5"),
    "maximum is no integer": ("tries", {"maximum": 1.5}, "constraint", "1.5", "'1.5' is not an integer like 12"),
    "maximum is no date": ("day", {"maximum": "10/1/2012"}, "constraint", "'10/1/2012'", "is not a date like %Y-%m-%d"),
    "maximum is no grade": ("grade", {"maximum": "13"}, "constraint", "'13'", "'13' is not a grade level like KG or 8"),
    "enum of another type": ("tries", {"enum": [1, "two"]}, "constraint", "[1", "'two' is not an integer"),
    "pattern that is none": ("code", {"pattern": "[A"}, "constraint", "'[A'", "no regular expression as Polars reads them"),
    "look-ahead": ("code", {"pattern": "a(?=b)"}, "constraint", "a(?=b)", "no regular expression as Polars reads them"),
    "said twice": ("code", {"minLength": 2, "constraints": {"minLength": 3}}, "constraint", "minLength: 3", "is said twice"),
    "one sign for both": ("score", {"groupChar": "."}, "constraint", ".", "'.' parts both thousands and decimals"),
    "enum and categories": ("code", {"enum": ["a"], "categories": ["a"]}, "constraint", "enum", "list the values already"),
    "days and months": ("day", {"format": ["%m/%d/%Y", "%d/%m/%Y"]}, "format", "['%m", "is one day by %m/%d/%Y and another"),
    "years and days": ("day", {"format": ["%y-%m-%d", "%d-%m-%y"]}, "format", "['%y", "is one day by"),
    "no part of a date": ("day", {"format": "%Y-%Q"}, "format", "'%Y-%Q'", "%Q is no part of a date"),
    "guessed": ("day", {"format": "any"}, "format", "any", "'any' names no part of a date"),
    "format of a number": ("score", {"format": ["%d"]}, "format", "format", "'score' is no date"),
}  # fmt: skip


@pytest.mark.parametrize(("field", "keys", "code", "at", "says"), WRONG.values(), ids=WRONG)
def test_a_definition_that_cannot_be(tmp_path: Path, field: str, keys: dict[str, Any], code: str, at: str, says: str) -> None:
    lists = {key: str(value) for key, value in keys.items() if isinstance(value, list)}
    written = "".join(f", {key}: {lists.get(key) or _yaml(value)}" for key, value in keys.items())
    folder = project(tmp_path)
    kind = f", type: {FIELDS[field]['type']}" if "type" in FIELDS[field] else ""
    line = f"  - {{name: other, schema: {{fields: [{{name: {field}{kind}{written}}}]}}}}"
    text = (folder / "rttd.yml").read_text() + line.replace("  - ", "- ") + "\n"
    (folder / "rttd.yml").write_text(text)
    ended = rttd("validate", folder, "--output-format", "json", code=1)
    [problem] = ended.problems
    assert problem["code"] == code and says in problem["message"]
    assert problem["line"] == text.count("\n")
    assert text.splitlines()[-1][problem["column"] - 1 :].startswith(at)
    assert rttd("compute", folder, "--output-format", "json", code=1).problems == [problem]


def _yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {item}" for key, item in value.items()) + "}"
    return repr(value) if isinstance(value, str) and value[0] in "[%01" else str(value)
