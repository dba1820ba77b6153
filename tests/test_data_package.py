"""`rttd schema --data-package`: what the descriptor says of a project's files, and that Frictionless reads them by it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from frictionless import Package

from commands import rttd
from projects import LAKESIDE, measure, write_project

OWN = """
tables:
  - name: schools
    path: files/schools.txt
    encoding: cp1252
    dialect: {delimiter: ";", headerRows: [2], commentChar: "#"}
    schema: {fields: [{name: grade_low, minimum: KG, maximum: "2"}]}
  - name: students
    schema:
      missingValues: ["", "-"]
      fields:
        - {name: student_id, source: Pupil, pattern: "[0-9]{3}"}
        - {name: english_learner, trueValues: ["J"], falseValues: ["N"], missingValues: ["?"]}
        - {name: diploma_date, format: ["%m/%d/%Y", "%Y-%m-%d"]}
        - {name: gender, categories: [{value: "1", label: female}, {value: "2", label: male}]}
  - name: attendance
    path: files/days*.csv
    schema:
      fields:
        - {name: student_id, source: Pupil}
        - {name: date, format: "%d.%m.%Y", minimum: "04.09.2012"}
        - {name: absent, decimalChar: ",", minimum: 0, maximum: 1, title: Part missed}
  - name: sections
    schema: {fields: [{name: section_id, source: [Course, Period]}], primaryKey: section_id}
  - name: rosters
    schema: {fields: [{name: section_id, source: [Course, Period]}]}
  - name: terms
    path: data/sections.csv
    rows: distinct
    schema: {fields: [{name: term_id, source: Period}, {name: type, source: Type}, {name: start_date, required: false},
                      {name: end_date, required: false}]}
"""
FILES = {
    "files/schools.txt": "Schools of the district\nschool_id;name;grade_low;phone\n#S9;none;;\nS1;Cédar;KG;555\nS2;Oak;02;\n",
    "data/students.csv": "Pupil,school_year,english_learner,diploma_date,gender,grade_level,school_id\n"
                         "001,2012-13,J,6/7/2013,1,9,S1\n001,2011-12,?,2012-06-08,2,KG,S2\n002,2012,-,,,UG,\n",
    "files/days1.csv": 'Pupil,school_id,date,status,absent\n001,S1,04.09.2012,absent,"0,5"\n',
    "files/days2.csv": "Pupil,school_id,date,status,absent\n002,S2,05.09.2012,present,0\n",
    "data/sections.csv": "Course,Period,school_id,Type\nALG,1,S1,semester\nALG,2,S1,quarter\n",
    "data/rosters.csv": "Pupil,Course,Period\n001,ALG,2\n",
}  # fmt: skip


def project(folder: Path, own: str = OWN, **changed: str) -> Path:
    write_project(folder, measure(formula="percent(true)"), settings=yaml.safe_load(own))
    (folder / "files").mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(changed.get(Path(name).stem, text), encoding="cp1252" if name.endswith("txt") else "utf-8")
    return folder


def described(folder: Path) -> dict[str, Any]:
    return json.loads(rttd("schema", "--data-package", folder, code=0).stdout)


def frictionless(folder: Path) -> list[tuple[str, str, int | None]]:
    """What Frictionless says of the files: resource, error and row (the line, where rows are lines)."""
    rttd("schema", "--data-package", folder, "--out", folder, code=0)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.errors == []
    return [(task.name, error.type, getattr(error, "row_number", None)) for task in report.tasks for error in task.errors]


def test_frictionless_accepts_lakeside(tmp_path: Path) -> None:
    for name in ("rttd.yml", "data"):
        (tmp_path / name).symlink_to(LAKESIDE / name)
    text = rttd("schema", "--data-package", LAKESIDE, code=0).stdout
    assert text == rttd("schema", "--data-package", LAKESIDE, code=0).stdout
    package = Package(json.loads(text), basepath=str(LAKESIDE))
    report = package.validate()
    assert report.flatten(["name", "type", "note"]) == []
    assert {task.name: task.stats["rows"] for task in report.tasks} == {
        path.stem: path.read_text(encoding="utf-8").count("\n") - 1 for path in (LAKESIDE / "data").glob("*.csv")}  # fmt: skip


def test_what_a_district_declares(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert frictionless(folder) == []
    found = {resource["name"]: resource for resource in described(folder)["resources"]}
    assert set(found) == {"attendance", "rosters", "schools", "sections", "students", "terms"}
    schools, students, attendance = found["schools"], found["students"], found["attendance"]
    assert (schools["path"], schools["encoding"]) == ("files/schools.txt", "cp1252")
    assert schools["dialect"] == {"delimiter": ";", "quoteChar": '"', "headerRows": [2], "commentChar": "#"}
    assert attendance["path"] == ["files/days1.csv", "files/days2.csv"]
    fields = {resource: {field["name"]: field for field in found[resource]["schema"]["fields"]} for resource in found}
    assert list(fields["schools"]) == ["school_id", "name", "grade_low", "phone"]
    assert fields["schools"]["phone"] == {"name": "phone", "type": "any"}
    assert fields["schools"]["grade_low"]["constraints"] == {"enum": ["KG", "1", "2", "UG", "K", "01", "02"]}
    assert fields["students"]["Pupil"]["constraints"] == {"pattern": "[0-9]{3}", "required": True}
    learner = fields["students"]["english_learner"]
    assert (learner["type"], learner["trueValues"], learner["falseValues"]) == ("boolean", ["J"], ["N"])
    assert learner["missingValues"] == ["", "-", "?"]
    assert students["schema"]["missingValues"] == ["", "-"]
    assert fields["students"]["gender"]["categories"] == [{"value": "1", "label": "female"}, {"value": "2", "label": "male"}]
    assert fields["students"]["gender"]["constraints"] == {"enum": ["1", "2"]}
    days = fields["attendance"]["date"]
    assert (days["type"], days["format"], days["constraints"]) == (
        "date",
        "%d.%m.%Y",
        {"minimum": "04.09.2012", "required": True},
    )
    absent = fields["attendance"]["absent"]
    assert (absent["type"], absent["decimalChar"], absent["title"]) == ("number", ",", "Part missed")
    assert absent["constraints"] == {"minimum": "0", "maximum": "1"}
    # A key holds within a school year; keys of columns that are not there, or of a part of the rows, are left out.
    assert students["schema"]["primaryKey"] == ["school_year", "Pupil"]
    assert {"fields": ["Pupil"], "reference": {"resource": "students", "fields": ["Pupil"]}} in attendance["schema"][
        "foreignKeys"
    ]
    assert found["sections"]["schema"]["primaryKey"] == ["Course", "Period"]
    assert found["rosters"]["schema"]["foreignKeys"] == [
        {"fields": ["Course", "Period"], "reference": {"resource": "sections", "fields": ["Course", "Period"]}}]  # fmt: skip
    assert "primaryKey" not in found["terms"]["schema"]


@pytest.mark.parametrize(("file", "cell", "wrong", "error"), [
    ("students", "6/7/2013", "7.6.2013", ("students", "constraint-error", 2)),
    ("students", "6/7/2013", "6/7/2013x", ("students", "constraint-error", 2)),
    ("students", "2011-12,?", "11,?", ("students", "constraint-error", 3)),
    ("students", "UG", "13", ("students", "constraint-error", 4)),
    ("students", ",J,", ",Y,", ("students", "type-error", 2)),
    ("students", "001,2011-12", "001,2012-13", ("students", "primary-key", 3)),
    ("schools", "KG", "PK", ("schools", "constraint-error", 4)),
    ("days1", "0,5", "0.5", ("attendance", "type-error", 2)),
    ("days1", "0,5", "1,5", ("attendance", "constraint-error", 2)),
    ("days2", "002", "009", ("attendance", "foreign-key", 3)),
    ("rosters", "ALG,2", "ALG,3", ("rosters", "foreign-key", 2)),
])  # fmt: skip
def test_frictionless_finds_by_it_what_we_find(
    tmp_path: Path, file: str, cell: str, wrong: str, error: tuple[str, str, int]
) -> None:
    [text] = [text for name, text in FILES.items() if Path(name).stem == file]
    assert cell in text
    assert frictionless(project(tmp_path, **{file: text.replace(cell, wrong, 1)})) == [error]


def test_where_the_descriptor_may_stand(tmp_path: Path) -> None:
    folder = project(tmp_path / "district")
    assert (
        rttd("schema", "--data-package", folder, "--out", tmp_path, code=0).stdout == f"wrote {tmp_path / 'datapackage.json'}\n"
    )
    paths = [resource["path"] for resource in json.loads((tmp_path / "datapackage.json").read_text())["resources"]]
    assert paths[2] == "district/files/schools.txt"
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
    (tmp_path / "elsewhere").mkdir()
    ended = rttd("schema", "--data-package", folder, "--out", tmp_path / "elsewhere", code=2)
    assert "does not hold the project" in ended.stderr and "may not lead upwards" in ended.stderr
    assert "cannot be written" in rttd("schema", "--data-package", folder, "--out", tmp_path / "no" / "..", code=2).stderr


def test_what_cannot_be_described(tmp_path: Path) -> None:
    folder = project(tmp_path, days2="Pupil,date,status\n002,05.09.2012,present\n")
    ended = rttd("schema", "--data-package", folder, code=1)
    assert (
        "files/days2.csv:1: error[missing-label]: table 'attendance': the header differs from that of files/days1.csv"
        in ended.stderr
    )
    folder = project(tmp_path, schools="x\nschool_id;name;name\n")
    assert "error[duplicate-label]" in rttd("schema", "--data-package", folder, code=1).stderr
    folder = project(tmp_path, OWN.replace('maximum: "2"', "maximum: PK"))
    assert "no value is left" in rttd("schema", "--data-package", folder, code=1).stderr
    assert "no kind of file" in rttd("schema", "measure", "--data-package", folder, code=2).stderr
    assert "there is no file or folder" in rttd("schema", "--data-package", tmp_path / "none", code=2).stderr
