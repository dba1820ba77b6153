"""A corpus of bad files, with what is wrong in each and in which line: held against our checker and against Frictionless.

Two tables: `people`, and `marks` of them. A file is the good one with something changed. Errors have Frictionless' names:
"type-error 4" is one in line 4, which is row 4 for Frictionless too; "type-error 5/4" stands in line 5, and in row 4 for
Frictionless, which counts rows. Where the two must not agree, `ours` says what we find, and `because` why.
"""

from dataclasses import dataclass, field
from typing import Any

PEOPLE = "id,name\n01,Ana\n02,Ben\n03,Eva\n"
HEADER = "id,pupil,score,tries,day,passed,code,grade,year_of,kind,status,seat"
GOOD_ROWS = ("m1,01,50,1,2012-09-04,true,A1,5,2012-13,x,P,s1", "m2,02,60.5,2,2012-09-05,no,B2,KG,2012-13,y,A,s2")
MARKS = "\n".join((HEADER, *GOOD_ROWS, ""))
PEOPLE_FIELDS: list[dict[str, Any]] = [{"name": "id"}, {"name": "name", "minLength": 2, "maxLength": 5}]
MARKS_FIELDS: list[dict[str, Any]] = [
    {"name": "id"},
    {"name": "pupil", "required": True},
    {"name": "score", "type": "number", "minimum": 0, "maximum": 100},
    {"name": "tries", "type": "integer", "exclusiveMaximum": 10},
    {"name": "day", "type": "date", "minimum": "2012-07-01", "exclusiveMaximum": "2013-07-01"},
    {"name": "passed", "type": "boolean"},
    {"name": "code", "pattern": "[A-Z][0-9]"},
    {"name": "grade", "type": "grade_level"},
    {"name": "year_of", "type": "school_year"},
    {"name": "kind", "enum": ["x", "y"]},
    {"name": "status", "categories": [{"value": "P", "label": "present"}, {"value": "A", "label": "absent"}]},
    {"name": "seat", "unique": True},
]
REFERENCE = [{"fields": "pupil", "reference": {"resource": "people", "fields": "id"}}]


@dataclass(frozen=True)
class File:
    """`text`: of marks.csv, `people`: of people.csv; None: the file is not there. `table`: more keys of marks."""

    text: str | bytes | None
    errors: tuple[str, ...] = ()
    ours: tuple[str, ...] | None = None
    because: str = ""
    people: str | bytes | None = PEOPLE
    table: dict[str, Any] = field(default_factory=dict)


def row(number: int = 3, **cells: str) -> str:
    """A row like the good ones with its own key and seat, and some cells changed."""
    like = dict(zip(HEADER.split(","), f"m{number},03,70,3,2012-09-06,yes,C3,12,2012-13,x,P,s{number}".split(","), strict=True))
    return ",".join((like | cells).values())


def more(*rows: str) -> str:
    """The good file with more rows: the first of them is line 4."""
    return MARKS + "".join(f"{line}\n" for line in rows)


def cell(name: str, text: str) -> str:
    """One bad cell, in line 4."""
    return more(row(**{name: text}))


FIRST_TOO = "of rows that repeat a key none is the right one: the first is told too"
OWN_TYPE = "grade levels and school years are types of ours, which the standard has as texts with a constraint"
NOT_FINITE = "a number is finite, at most 1e300, and written with the digits 0 to 9: Frictionless takes what Python takes"
FROM_PANDAS = "12.0 is a whole number: programs write a column of integers so as soon as a cell of it is empty"
SPACES = "nothing is trimmed without a word"
SHAPE_FIRST = "rows of the wrong length are told alone: which cell is which is not known there"
BLANK_KEY = "Frictionless also tells that the key of a blank line is empty"
BY_NAME = "columns are found by their names, wherever they stand"
LINE = "we tell the line, once; Frictionless tells it of the table that refers to the file too"
FILE = "the name says more: the file is not there, or has nothing in it"

FILES: dict[str, File] = {
    # -- types
    "a word for a number": File(cell("score", "high"), ("type-error 4",)),
    "a number with its thousands parted": File(cell("score", '"1,234"'), ("type-error 4",)),
    "a price": File(cell("score", "$5"), ("type-error 4",)),
    "a percentage": File(cell("score", "95%"), ("type-error 4",)),
    "a decimal comma": File(cell("score", '"9,5"'), ("type-error 4",)),
    "two points": File(cell("score", "9.5.1"), ("type-error 4",)),
    "a hexadecimal number": File(cell("score", "0x1F"), ("type-error 4",)),
    "a number in words": File(cell("score", "five"), ("type-error 4",)),
    "a fraction": File(cell("score", "1/2"), ("type-error 4",)),
    "a word for nothing": File(cell("score", "N/A"), ("type-error 4",)),
    "a number too large": File(cell("score", "1e400"), ("constraint-error 4",), ("type-error 4",), NOT_FINITE),
    "infinity": File(cell("score", "Infinity"), ("constraint-error 4",), ("type-error 4",), NOT_FINITE),
    "minus infinity": File(cell("score", "-inf"), ("constraint-error 4",), ("type-error 4",), NOT_FINITE),
    "no number": File(cell("score", "NaN"), ("constraint-error 4",) * 2, ("type-error 4",), NOT_FINITE),
    "digits of another script": File(cell("score", "٣"), (), ("type-error 4",), NOT_FINITE),
    "digits parted by a line": File(cell("score", "1_0"), (), ("type-error 4",), NOT_FINITE),
    "a space before a number": File(cell("score", " 5"), (), ("type-error 4",), SPACES),
    "half a try": File(cell("tries", "1.5"), ("type-error 4",)),
    "a word for an integer": File(cell("tries", "two"), ("type-error 4",)),
    "a date for an integer": File(cell("tries", "2012-09-04"), ("type-error 4",)),
    "a whole number with a point": File(cell("tries", "3.0"), ("type-error 4",), (), FROM_PANDAS),
    "a date of the wrong form": File(cell("day", "09/06/2012"), ("type-error 4",)),
    "a year of two digits": File(cell("day", "12-09-06"), ("type-error 4",)),
    "a month that there is not": File(cell("day", "2012-13-06"), ("type-error 4",)),
    "a day that there is not": File(cell("day", "2013-02-29"), ("type-error 4",)),
    "a date with a time": File(cell("day", "2012-09-06T00:00:00"), ("type-error 4",)),
    "a date with strokes": File(cell("day", "2012/09/06"), ("type-error 4",)),
    "a date with points": File(cell("day", "06.09.2012"), ("type-error 4",)),
    "a month before January": File(cell("day", "2012-00-10"), ("type-error 4",)),
    "a word for a date": File(cell("day", "Monday"), ("type-error 4",)),
    "a space after a date": File(cell("day", "2012-09-06 "), ("type-error 4",)),
    "neither true nor false": File(cell("passed", "maybe"), ("type-error 4",)),
    "a truth value that is not known": File(cell("passed", "unknown"), ("type-error 4",)),
    "a two for a truth value": File(cell("passed", "2"), ("type-error 4",)),
    "a space after a truth value": File(cell("passed", "yes "), ("type-error 4",)),
    "a grade that there is not": File(cell("grade", "13"), ("constraint-error 4",), ("type-error 4",), OWN_TYPE),
    "a grade in words": File(cell("grade", "ninth"), ("constraint-error 4",), ("type-error 4",), OWN_TYPE),
    "a year in words": File(cell("year_of", "this year"), ("constraint-error 4",), ("type-error 4",), OWN_TYPE),
    "a year that is too long": File(cell("year_of", "2012-14"), (), ("type-error 4",), OWN_TYPE),
    "three bad cells in a row": File(
        more(row(score="a", tries="b", day="c")), ("type-error 4", "type-error 4", "type-error 4")),
    "bad cells in several rows": File(
        more(row(score="a"), row(4), row(5, score="b", code="c1"), row(6, tries="c")),
        ("type-error 4", "type-error 6", "constraint-error 6", "type-error 7")),
    # -- constraints
    "less than the minimum": File(cell("score", "-0.5"), ("constraint-error 4",)),
    "more than the maximum": File(cell("score", "100.5"), ("constraint-error 4",)),
    "an exclusive maximum": File(cell("tries", "10"), ("constraint-error 4",)),
    "far more than the maximum": File(cell("score", "1000"), ("constraint-error 4",)),
    "a day of another decade": File(cell("day", "1999-09-06"), ("constraint-error 4",)),
    "a day too early": File(cell("day", "2012-06-30"), ("constraint-error 4",)),
    "a day too late": File(cell("day", "2013-07-01"), ("constraint-error 4",)),
    "a pattern in other case": File(cell("code", "c3"), ("constraint-error 4",)),
    "a pattern the other way round": File(cell("code", "3C"), ("constraint-error 4",)),
    "half a pattern": File(cell("code", "C"), ("constraint-error 4",)),
    "a pattern and more": File(cell("code", "C33"), ("constraint-error 4",)),
    "a pattern and a line break": File(more(row(code='"C3\n"'), row(4, code="44")), ("constraint-error 6/5",),
                                       ("constraint-error 4", "constraint-error 6"),
                                       "$ of a pattern is the end of the text: for Python a line break may follow"),
    "not in the enumeration": File(cell("kind", "z"), ("constraint-error 4",)),
    "an enumeration in other case": File(cell("kind", "X"), ("constraint-error 4",)),
    "not among the categories": File(cell("status", "Z"), ("constraint-error 4",)),
    "the label of a category": File(cell("status", "present"), ("constraint-error 4",)),
    "a required cell that is empty": File(cell("pupil", ""), ("constraint-error 4",)),
    "a required cell with empty quotes": File(cell("pupil", '""'), ("constraint-error 4",)),
    "a name too long": File(MARKS, ("constraint-error 5",), people=PEOPLE + "04,Eleonora\n"),
    "a name too short": File(MARKS, ("constraint-error 5",), people=PEOPLE + "04,Ö\n"),
    "two constraints in a row": File(more(row(score="101", code="x")), ("constraint-error 4", "constraint-error 4")),
    # -- keys
    "a key twice": File(more(row(1, seat="s9")), ("primary-key 4",), ("primary-key 2", "primary-key 4"), FIRST_TOO),
    "a key three times": File(more(row(1, seat="s9"), row(1, seat="s8")), ("primary-key 4", "primary-key 5"),
                              ("primary-key 2", "primary-key 4", "primary-key 5"), FIRST_TOO),
    "a key twice in the other table": File(MARKS, ("primary-key 5",), ("primary-key 2", "primary-key 5"), FIRST_TOO,
                                           people=PEOPLE + "01,Ida\n"),
    "a key that is empty": File(cell("id", ""), ("constraint-error 4", "primary-key 4"), ("constraint-error 4",),
                                "an empty part of a key is told once, as the required cell that it is"),
    "a key twice, once with a bad cell": File(more(row(1, seat="s9", score="x")), ("primary-key 4", "type-error 4"),
                                              ("primary-key 2", "primary-key 4", "type-error 4"), FIRST_TOO),
    "a unique cell twice": File(more(row(seat="s1")), ("unique-error 4",), ("unique-error 2", "unique-error 4"), FIRST_TOO),
    "a reference to nobody": File(cell("pupil", "09"), ("foreign-key 4",)),
    "a reference that lost its zero": File(cell("pupil", "3"), ("foreign-key 4",), ("foreign-key 4", "lost-zeros 4"),
                                           "a warning says why: its zero is lost"),
    "a reference with a space": File(cell("pupil", "03 "), ("foreign-key 4",)),
    "references to a row that is gone": File(MARKS, ("foreign-key 2",), people=PEOPLE.replace("01,Ana\n", "")),
    "a reference to nobody and a bad cell": File(more(row(pupil="09", score="x")), ("foreign-key 4", "type-error 4")),
    "a reference to a row with a bad cell": File(MARKS, ("constraint-error 2",), people=PEOPLE.replace("Ana", "Anastasia")),
    # -- rows
    "a cell too few": File(more("m3,03,70,3,2012-09-06,yes,C3,12,2012-13,x,P"), ("missing-cell 4",)),
    "most cells lacking": File(more("m3,03"), ("missing-cell 4",)),
    "a cell too many": File(more(row() + ",?"), ("extra-cell 4",)),
    "a comma in a name": File(MARKS, ("extra-cell 5",), people=PEOPLE + "04,Lee,J\n"),
    "short and long rows": File(more("m3,03", row(4) + ",", row(5), "m6,01"),
                                ("missing-cell 4", "extra-cell 5", "missing-cell 7")),
    "a short row and a bad cell": File(more("m3,03", row(4, score="x")), ("missing-cell 4", "type-error 5"),
                                       ("missing-cell 4",), SHAPE_FIRST),
    "a blank line": File(more("", row()), ("blank-row 4", "primary-key 4"), ("blank-row 4",), BLANK_KEY),
    "blank lines at the end": File(more(row(), "", ""), ("blank-row 5", "primary-key 5", "blank-row 6", "primary-key 6"),
                                   ("blank-row 5", "blank-row 6"), BLANK_KEY),
    "a blank line and a bad cell after it": File(more("", row(score="x")), ("blank-row 4", "primary-key 4", "type-error 5"),
                                                 ("blank-row 4", "type-error 5"), BLANK_KEY),
    "a row of delimiters": File(more(",,,,,,,,,,,"), ("blank-row 4", "primary-key 4"), ("constraint-error 4",) * 2,
                                "a row without any value is a row: its required cells are told"),
    "a bad cell after a cell of two lines": File(MARKS, ("constraint-error 7/6",), people=PEOPLE + '04,"A\nB"\n05,"Ö"\n'),
    # -- header
    "a column lacking": File(MARKS.replace("score", "points"), ("incorrect-label 1",), (),
                             "a column that no rule needs may be absent: where a formula reads it the run warns"),
    "a needed column lacking": File(MARKS.replace("pupil", "child"), ("incorrect-label 1",), ("missing-label 1",), BY_NAME),
    "the last column lacking": File(
        "\n".join(line.rpartition(",")[0] for line in MARKS.splitlines()) + "\n", ("missing-label 1",), (),
        "a column that no rule needs may be absent: where a formula reads it the run warns"),
    "columns in another order": File(MARKS, ("incorrect-label 1", "incorrect-label 1", "foreign-key 2", "foreign-key 3"), (),
                                     BY_NAME, people="name,id\nAna,01\nBen,02\n"),
    "a column more": File(MARKS, ("extra-label 1",), (), "a file may have more columns than its table", people=
                          "id,name,note\n01,Ana,a\n02,Ben,b\n"),
    "a name twice": File(MARKS, ("duplicate-label 1",), people="id,id\n01,Ana\n02,Ben\n"),
    "no names": File(MARKS, ("blank-label 1", "blank-label 1"), ("blank-label 1",), "the line is told, not each of its cells",
                     people=",\n01,Ana\n02,Ben\n"),
    "a name in other case": File(MARKS, ("incorrect-label 1",), ("missing-label 1",), BY_NAME,
                                 people=PEOPLE.replace("id", "ID")),
    "a name with a space": File(MARKS, (), ("missing-label 1",), SPACES, people=" id,name\n01,Ana\n02,Ben\n"),
    # -- files
    "another encoding": File(MARKS, ("encoding-error",) * 2, ("encoding-error 5",), LINE,
                             people=(PEOPLE + "04,Zoé\n").encode("cp1252")),
    "half a character": File(MARKS, ("encoding-error",) * 2, ("encoding-error 5",), LINE,
                             people=(PEOPLE + "04,Zoé").encode()[:-1] + b"\n"),
    "UTF-16": File(MARKS, ("encoding-error",) * 2, ("encoding-error 1",), LINE, people=PEOPLE.encode("utf-16")),
    "UTF-16 without a mark": File(
        MARKS, ("incorrect-label 1", "incorrect-label 1", "constraint-error 2", "constraint-error 3", "constraint-error 4",
                "missing-cell 5", "foreign-key 2", "foreign-key 3"),
        ("encoding-error 1",), "where every other byte is NUL the encoding is told", people=PEOPLE.encode("utf-16-le")),
    "lines that end in CR only": File(MARKS, (), ("source-error 1",), "Polars would take it for one line",
                                      people=PEOPLE.replace("\n", "\r")),
    "semicolons": File(
        MARKS, ("incorrect-label 1", "missing-label 1", "foreign-key 2", "foreign-key 3"), ("source-error 1",),
        "the likely delimiter is told", people=PEOPLE.replace(",", ";")),
    "a quote left open": File(more(row(), 'm4,01,"70,3,,,,,,,,', row(5)), ("missing-cell 5", "type-error 5"), ("source-error 5",),
                              "the quote is told: all cells after it are guesses"),
    "NUL in a cell": File(MARKS, (), ("control-character 5",), "what cannot be seen cannot be compared",
                          people=PEOPLE + "04,Z\0e\n"),
    "an escape in a cell": File(MARKS, (), ("control-character 5",), "what cannot be seen cannot be compared",
                                people=PEOPLE + "04,Z\x1be\n"),
    "an empty file": File(MARKS, ("source-error", "foreign-key 2", "foreign-key 3"), ("empty-file",), FILE, people=""),
    "no file": File(MARKS, ("scheme-error",) * 2, ("missing-file",), FILE, people=None),
    "a header alone": File(HEADER + "\n", (), ("no-rows 1",), "a table without rows is warned of"),
    # -- what a table declares
    "a bad cell below a title": File(
        "Marks of the year\n\n" + cell("score", "x"), ("type-error 6",), table={"dialect": {"headerRows": [3]}}),
    "a bad cell among comments": File(
        MARKS + "# a comment\n" + row(score="x") + "\n", ("type-error 5",), table={"dialect": {"commentChar": "#"}}),
    "a bad cell in a file of semicolons": File(
        cell("score", "x").replace(",", ";"), ("type-error 4",), table={"dialect": {"delimiter": ";"}}),
    "a bad cell in a file of Windows": File(
        cell("kind", "é").replace("\n", "\r\n").encode("cp1252"), ("constraint-error 4",), table={"encoding": "cp1252"}),
    # -- nothing wrong
    "clean": File(MARKS),
    "clean, of Windows": File(MARKS.replace("\n", "\r\n")),
    "clean, with a byte order mark": File("\ufeff" + MARKS),
    "clean, without a last line feed": File(MARKS[:-1]),
    "clean, everything in quotes": File('"' + MARKS[:-1].replace(",", '","').replace("\n", '"\n"') + '"\n'),
    "clean, with cells of several lines": File(MARKS, people=PEOPLE + '04,"A\nB"\n05,"""Q"\n06,"C,\r\n"\n'),
    "clean, with empty cells": File(more("m3,03,,,,,,,,,,", "m4,01,,,,,,,,,,")),
    "clean, other ways to write a cell": File(more(row(score="1e1", tries="+3", passed="FALSE", grade="UG", year_of="2013"),
                                                   row(4, score=".5", passed="T", grade="09", year_of="2012/2013"))),
}  # fmt: skip
