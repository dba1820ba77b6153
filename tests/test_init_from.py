"""`rttd init --from`: plain CSVs by name and content, what is asked instead of guessed, and what is never touched."""

import zipfile
from pathlib import Path

import pytest
import yaml

from commands import rttd
from projects import cell, compute, write_csv
from rttd_metrics.data.standards.codes import code_of, loosely
from rttd_metrics.data.standards.dates import DateFormat, date_format
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.jobs.init_from import Started, start_from
from rttd_metrics.jobs.init_yaml import accepted, scalar

PLAIN = {
    "Student Demographics 2012-13": """
        Student Number,Grade Lvl,Fed Race,ELL,Locker
        007,K,White,Y,12
        008,9,Asian,N,13
        009,10,White,N,14
    """,
    "schools": """
        School Code,School Name
        01,First School
    """,
    "entries and withdrawals": """
        stu_id,School,Entry Date,Exit Date
        007,01,08/27/2012,
        008,01,08/27/2012,09/14/2012
        009,01,09/05/2012,
    """,
    "attendance": """
        StudentID,SchoolID,Att Date,Att Code
        007,01,09/03/2012,P
        007,01,09/14/2012,UA
        008,01,09/03/2012,T
        009,01,09/14/2012,OSS
    """,
}


def files(folder: Path, **changed: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in (PLAIN | changed).items():
        write_csv(folder / f"{name}.csv", text)
    return folder


def guessed(found: Started) -> dict[tuple[str, str], str]:
    return {(table, name): column for table, name, column, _ in found.draft.guesses()}


def asked(found: Started) -> dict[tuple[str, str], str]:
    return {(question.table, question.field): question.asks for question in found.draft.questions}


def test_plain_files_become_figures_once_their_guesses_are_confirmed(tmp_path: Path) -> None:
    source = files(tmp_path / "csv")
    assert rttd("init", tmp_path / "hill", "--from", source, code=0).stderr == ""
    before = rttd("validate", tmp_path / "hill", "--output-format", "json", code=1)
    assert {problem["message"] for problem in before.problems} == {"missing key 'district'", "missing key 'school_year'"}
    assert rttd("init", tmp_path / "hill", "--accept", code=0)
    run = compute(tmp_path / "hill")
    found = cell(run, "district", "0", measure="average_daily_attendance")
    assert (found["numerator"], found["denominator"]) == (2, 4)  # P and T of four days
    assert "007" in run.student_results["student_id"].to_list()  # zeros in front stay


def test_every_match_is_a_guess_with_its_reason(tmp_path: Path) -> None:
    found = start_from(tmp_path / "hill", files(tmp_path / "csv"))
    reasons = {(table, name): guess.reason for table, name, _, guess in found.draft.guesses()}
    assert reasons["students", ""] == "its name is a usual one of this table; 4 of its 5 columns have usual names of its fields"
    assert reasons["students", "student_id"] == "'Student Number' is a usual name of it, and no two rows are alike in it"
    assert reasons["students", "english_learner"] == "'ELL' is a usual name of it, and its cells are of the type boolean"
    assert reasons["", "school_year"] == "the latest date in attendance.csv lies in it"
    assert guessed(found)["enrollments", "student_id"] == "stu_id"
    lines = (tmp_path / "hill" / "rttd.yml").read_text(encoding="utf-8").splitlines()
    place = lines.index('        #? - {name: date, source: Att Date, format: "%m/%d/%Y"}')
    assert lines[place - 1].startswith("        # guess, likely: 'Att Date' is a usual name of it")
    assert "  # Columns of Student Demographics 2012-13.csv that are not read: Locker." in lines


def test_accepting_at_once_and_later_give_the_same_project(tmp_path: Path) -> None:
    source = files(tmp_path / "csv")
    start_from(tmp_path / "a" / "hill", source, accept=True)
    start_from(tmp_path / "b" / "hill", source)
    assert rttd("init", tmp_path / "b" / "hill", "--accept", code=0)
    texts = [(tmp_path / name / "hill" / "rttd.yml").read_text(encoding="utf-8") for name in "ab"]
    assert texts[0] == texts[1]
    assert rttd("init", tmp_path / "b" / "hill", "--accept", code=0).stdout.startswith("0 lines ")


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    source = files(tmp_path / "csv")
    texts = set()
    for name in "ab":
        start_from(tmp_path / name / "hill", source)
        texts.add((tmp_path / name / "hill" / "rttd.yml").read_bytes())
    assert len(texts) == 1


def test_one_confirmed_line_is_enough_for_it_to_count(tmp_path: Path) -> None:
    """A guess is confirmed by hand: its `#?` is taken away."""
    source = files(tmp_path / "csv", schools="school_id,name,LEA\n01,First School,0600009")
    start_from(tmp_path / "hill", source)
    path = tmp_path / "hill" / "rttd.yml"
    text = path.read_text(encoding="utf-8")
    confirmed = text.replace("#? district:", "district:").replace("#? school_year:", "school_year:")
    path.write_text(confirmed, encoding="utf-8")
    portfolio = read_portfolio(tmp_path / "hill")
    assert (portfolio.project.district.id, portfolio.project.school_year) == ("0600009", "2012-13")
    assert portfolio.tables["students"].path == []  # still a guess


def test_day_and_month_are_never_guessed(tmp_path: Path) -> None:
    attendance = PLAIN["attendance"].replace("09/14/2012", "09/04/2012")
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", attendance=attendance))
    assert asked(found) == {("attendance", "date"): "%m/%d/%Y or %d/%m/%Y?"}
    table = found.draft.table("attendance")
    assert table is not None and table.field("date") is None
    assert "#   attendance.date, column Att Date: %m/%d/%Y or %d/%m/%Y?" in (tmp_path / "hill" / "rttd.yml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["2012-09-03", "2012-12-31"], DateFormat("%Y-%m-%d")),
        (["2012-09-03T00:00:00"], DateFormat("%Y-%m-%dT%H:%M:%S")),
        (["20120903"], DateFormat("%Y%m%d")),
        (["9/3/2012", "9/13/2012"], DateFormat("%m/%d/%Y", ordered=True)),
        (["13/9/2012", "3/9/2012"], DateFormat("%d/%m/%Y", ordered=True)),
        (["9/3/2012", "12/12/2012"], DateFormat("%m/%d/%Y", "%d/%m/%Y")),
        (["13/9/2012", "9/13/2012"], DateFormat(None)),
        (["9/13/12"], DateFormat("%m/%d/%y", ordered=True)),
        (["13.09.2012"], DateFormat("%d.%m.%Y", ordered=True)),
        (["2012-09-03", "n/a"], DateFormat(None)),
        ([], DateFormat(None)),
    ],
)
def test_the_format_of_dates_is_told_by_all_of_them(texts: list[str], found: DateFormat) -> None:
    assert date_format(texts) == found


def test_a_code_that_is_not_known_is_a_question(tmp_path: Path) -> None:
    attendance = PLAIN["attendance"].replace("OSS", "XQ")
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", attendance=attendance))
    assert asked(found) == {("attendance", "status"): "which labels have 'XQ'?"}


def test_ids_of_another_kind_are_a_question(tmp_path: Path) -> None:
    attendance = PLAIN["attendance"].replace("\n        00", "\n        990")
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", attendance=attendance))
    assert asked(found) == {
        ("attendance", "student_id"): "only 0 of its 3 ids are in Student Demographics 2012-13.csv: are they of another kind?"
    }


def test_a_key_that_repeats_is_a_question(tmp_path: Path) -> None:
    students = PLAIN["Student Demographics 2012-13"] + "    007,1,White,Y,12\n"
    found = start_from(tmp_path / "hill", files(tmp_path / "csv", **{"Student Demographics 2012-13": students}))
    assert list(asked(found)) == [("students", "student_id")]


def test_encoding_and_delimiter_are_found_by_trial(tmp_path: Path) -> None:
    source = files(tmp_path / "csv")
    text = "School Code;School Name\n01;École\n"
    (source / "schools.csv").write_bytes(text.encode("cp1252"))
    found = start_from(tmp_path / "hill", source, accept=True)
    assert {name for table, name in guessed(found) if table == "schools"} == {"encoding", "dialect", "school_id", "name"}
    run = compute(tmp_path / "hill")
    assert run.results.filter(unit_id="01", measure="average_daily_attendance")["unit_name"].unique().to_list() == ["École"]


def test_files_with_the_standard_names_need_no_guess_but_the_district(tmp_path: Path) -> None:
    source = tmp_path / "csv"
    source.mkdir()
    write_csv(source / "students.csv", "student_id,school_id,school_year,grade_level\n1,A,2012-13,4")
    write_csv(source / "schools.csv", "school_id,name\nA,First School")
    found = start_from(tmp_path / "hill", source)
    assert set(guessed(found)) == {("", "district"), ("", "district id")}
    assert asked(found) == {}


def test_a_first_line_that_is_a_row_is_never_shown(tmp_path: Path) -> None:
    source = files(tmp_path / "csv", visits="007,2012-09-03,14,Rivera")
    done = rttd("init", tmp_path / "hill", "--from", source, code=0)
    text = (tmp_path / "hill" / "rttd.yml").read_text(encoding="utf-8")
    assert "#   visits.csv: its first line seems to be a row, not a header" in text
    assert "Rivera" not in text + done.stdout + done.stderr


def test_measures_that_lack_something_are_named_with_what_they_lack(tmp_path: Path) -> None:
    found = start_from(tmp_path / "hill", files(tmp_path / "csv"))
    assert "package:library/attendance/average-daily-attendance.yml" in found.measures
    assert found.left_out["package:library/discipline/suspension-rate.yml"] == "no incidents"
    assert found.left_out["package:library/staff/new-teachers.yml"] == "no educators"
    assert not set(found.measures) & set(found.left_out)


def test_where_no_shipped_measure_fits_there_is_one_that_does(tmp_path: Path) -> None:
    source = tmp_path / "csv"
    source.mkdir()
    write_csv(source / "students.csv", "student_id,school_id,school_year\n1,A,2012-13\n2,A,2012-13")
    write_csv(source / "schools.csv", "school_id,name\nA,First School")
    found = start_from(tmp_path / "hill", source, accept=True)
    assert found.measures == ["measures/"]
    assert cell(compute(tmp_path / "hill"), "school", "A", measure="students")["value"] == 2


def test_a_project_or_files_that_are_there_are_never_touched(tmp_path: Path) -> None:
    source = files(tmp_path / "csv")
    start_from(tmp_path / "hill", source)
    before = {path: path.read_bytes() for path in (tmp_path / "hill").rglob("*") if path.is_file()}
    assert "already holds files" in rttd("init", tmp_path / "hill", "--from", source, code=2).stderr
    assert {path: path.read_bytes() for path in (tmp_path / "hill").rglob("*") if path.is_file()} == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x", encoding="utf-8")
    assert "already holds files" in rttd("init", tmp_path / "other", "--from", source, code=2).stderr


def test_files_inside_the_project_are_read_where_they_are(tmp_path: Path) -> None:
    source = files(tmp_path / "export")
    found = start_from(tmp_path, source, accept=True)
    assert found.copied == []
    assert read_portfolio(tmp_path).tables["schools"].path == ["export/schools.csv"]
    assert compute(tmp_path).results.height


def test_only_files_that_are_read_are_copied_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    source = files(tmp_path / "csv", staff="Badge,Shift\nx,y")
    found = start_from(tmp_path / "hill", source)
    assert {path.name for path in found.copied} == {f"{name}.csv" for name in PLAIN}
    assert {path.stat().st_mode & 0o777 for path in found.copied} == {0o600}
    assert "#   staff.csv: its columns are those of no standard table" in (tmp_path / "hill" / "rttd.yml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("name", "says", "code"),
    [
        ("nowhere", "is not there", 2),
        ("notes.txt", "is neither a folder nor a ZIP", 2),
        ("empty", "holds no CSV that can be read", 1),
    ],
)
def test_a_source_that_is_none(tmp_path: Path, name: str, says: str, code: int) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert says in rttd("init", tmp_path / "hill", "--from", tmp_path / name, code=code).stderr
    assert not (tmp_path / "hill").exists()


def test_an_unsafe_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../students.csv", "student_id\n1\n")
    assert "leads out of it" in rttd("init", tmp_path / "hill", "--from", tmp_path / "x.zip", code=1).stderr


def test_files_that_tell_no_school_year_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "csv"
    source.mkdir()
    write_csv(source / "students.csv", "student_id\n1")
    assert "no file tells the school year" in rttd("init", tmp_path / "hill", "--from", source, code=1).stderr


def test_accept_needs_a_project(tmp_path: Path) -> None:
    assert "no-project" in rttd("init", tmp_path, "--accept", code=2).stderr


@pytest.mark.parametrize(
    ("text", "code", "own"),
    [
        ("uri://ed-fi.org/RaceDescriptor#White", "White", False),
        ("uri://gbisd.edu/RaceDescriptor#White", "White", True),
        ("White", "White", False),
    ],
)
def test_descriptors_with_and_without_their_uri(text: str, code: str, own: bool) -> None:
    assert code_of(text) == (code, own)


def test_names_are_compared_loosely() -> None:
    assert {loosely(name) for name in ("Student ID", "student_id", "StudentID", "STUDENT-ID ", "Studént Id")} == {"studentid"}


@pytest.mark.parametrize(
    "value",
    ["007", "true", "No", "a: b", "a #b", " x", "x ", "", "é", "null", "- a", "{a}", "[a]", "x,y", '"', "1e3", "~", "12:30", "a:",
     "@x", ["a", "0"], {"a": "1", "b": ["x, y"]}, True],
)  # fmt: skip
def test_values_are_written_so_that_yaml_reads_them_back(value: object) -> None:
    assert yaml.safe_load(f"key: {scalar(value)}")["key"] == value
    assert yaml.safe_load(f"- {{key: {scalar(value)}}}") == [{"key": value}]


def test_accepting_touches_guesses_only() -> None:
    text = "# guess, likely: x\n#? a: 1\n  # a note? #? no\n  #? - b\nc: '#? d'\n"
    assert accepted(text) == "# confirmed guess, likely: x\na: 1\n  # a note? #? no\n  - b\nc: '#? d'\n"
