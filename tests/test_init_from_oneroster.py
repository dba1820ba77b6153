"""OneRoster 1.1 and 1.2, as a folder and as a ZIP: to figures with no edit but the confirmation of what was guessed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bundles import bundle, write_bundle
from commands import rttd
from projects import cell, compute, counts, units, write_yaml
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.results import Run
from rttd_metrics.jobs.init_from import Started, start_from
from rttd_metrics.problems import ProblemError

VERSIONS = ("1.1", "1.2")
DISTRICT = "0600009"


def started(folder: Path, files: Mapping[str, str], *, target: str = "bundle", inside: str = "") -> Started:
    source = write_bundle(folder / target, files, inside=inside)
    return start_from(folder / "project", source, accept=True)


def counted(project: Path) -> Run:
    """Everybody, in this project: beside what init chose, a measure of each level that has rows in the bundle."""
    write_yaml(project / "measures" / "everybody.yml", {
        "id": "everybody", "title": "Everybody", "condition": "outcome", "level": "student", "population": "all",
        "formula": "count(grade_level is not null)", "improvement": "increase", "frequency": "yearly"})  # fmt: skip
    return compute(project)


def guesses(found: Started) -> set[tuple[str, str, str]]:
    return {(table, name, column) for table, name, column, _ in found.draft.guesses()}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("target", "inside"), [("bundle", ""), ("b.zip", ""), ("b.zip", "export/")])
def test_a_bundle_becomes_figures_without_an_edit(tmp_path: Path, version: str, target: str, inside: str) -> None:
    found = started(tmp_path, bundle(version), target=target, inside=inside)
    assert found.draft.standard == f"OneRoster {version} CSV"
    assert guesses(found) == {("students", "grade_level", "TK: KG"), ("terms", "type", "term: semester")}
    assert rttd("validate", tmp_path / "project", code=0).stderr == ""
    assert rttd("check", tmp_path / "project", code=0)
    run = counted(tmp_path / "project")
    assert (run.district_id, run.district_name, run.school_year) == (DISTRICT, "Hill Unified", "2012-13")
    everybody = {"measure": "everybody"}
    # 05 was marked for deletion, T1 and P1 are no students; 04 has two grades, hence none that is known.
    assert counts(run, "district", DISTRICT, **everybody) == (5, 0, 0, 5, 4)
    assert [counts(run, "school", school, **everybody)[0] for school in ("S1", "S2")] == [2, 3]
    assert [counts(run, "classroom", section, **everybody)[0] for section in ("K1", "K2")] == [2, 1]
    assert units(run, "classroom", measure="everybody") == ["K1", "K2"]


@pytest.mark.parametrize("version", VERSIONS)
def test_race_by_the_federal_rule(tmp_path: Path, version: str) -> None:
    """Hispanic first, then two or more races; without a flag or a row it is unknown."""
    started(tmp_path, bundle(version))
    run = counted(tmp_path / "project")
    found = {
        race: cell(run, "district", DISTRICT, measure="everybody", dimension="race_ethnicity", subgroup=race)["population"]
        for race in ("hispanic_or_latino", "two_or_more", "black_or_african_american", "Unknown")
    }
    assert found == {"hispanic_or_latino": 1, "two_or_more": 1, "black_or_african_american": 1, "Unknown": 2}
    assert counts(run, "district", DISTRICT, measure="everybody", dimension="gender", subgroup="female")[0] == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_folder_and_zip_give_the_same_numbers(tmp_path: Path, version: str) -> None:
    runs = []
    for place, target in enumerate(("bundle", "b.zip")):
        started(tmp_path / str(place), bundle(version), target=target)
        runs.append(counted(tmp_path / str(place) / "project").results.drop("run_id"))
    assert runs[0].equals(runs[1])


def test_a_zip_is_copied_whole_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    found = started(tmp_path, bundle("1.2"), target="b.zip")
    copy = tmp_path / "project" / "data" / "b.zip"
    assert found.copied == [copy]
    assert copy.read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in copy.parent.iterdir()] == ["b.zip"]


def test_a_bundle_inside_the_project_is_read_where_it_is(tmp_path: Path) -> None:
    write_bundle(tmp_path / "data" / "oneroster", bundle("1.1"))
    found = start_from(tmp_path, tmp_path / "data" / "oneroster", accept=True)
    assert found.copied == []
    assert read_portfolio(tmp_path).tables["students"].path == ["data/oneroster/users.csv"]
    assert counts(counted(tmp_path), "district", DISTRICT, measure="everybody")[0] == 5


def test_a_bundle_at_the_usual_place_does_not_pass_for_standard_tables(tmp_path: Path) -> None:
    """Its enrollments are those in classes; the standard table of that name holds stays at schools."""
    write_bundle(tmp_path / "data", bundle("1.1"))
    start_from(tmp_path, tmp_path / "data", accept=True)
    assert read_portfolio(tmp_path).tables["enrollments"].path == ["data/enrollments-rows.csv"]
    assert counts(counted(tmp_path), "district", DISTRICT, measure="everybody")[0] == 5


def test_an_unconfirmed_guess_is_not_used(tmp_path: Path) -> None:
    """TK is no grade level of ours: until somebody says what it is, its cells are findings."""
    source = write_bundle(tmp_path / "bundle", bundle("1.1"))
    start_from(tmp_path / "project", source)
    with pytest.raises(ProblemError) as stopped:
        counted(tmp_path / "project")
    assert [(found.code, found.file, found.line) for found in stopped.value.problems if found.severity == "error"] == [
        ("category", "data/users.csv", 3)
    ]
    assert rttd("init", tmp_path / "project", "--accept", code=0).stdout.startswith("2 lines ")
    assert counts(counted(tmp_path / "project"), "district", DISTRICT, measure="everybody")[0] == 5


def test_stays_at_schools_from_the_roles_of_1_2_where_all_have_a_first_day(tmp_path: Path) -> None:
    files = bundle("1.2")
    files["roles.csv"] = (
        files["roles.csv"].replace(",student,,,", ",student,2012-08-27,,").replace("teacher,,,", "teacher,2012-08-01,,")
    )
    files["roles.csv"] = files["roles.csv"].replace("principal,,,", "principal,2012-08-01,,")
    found = started(tmp_path, files)
    assert found.draft.table("enrollments") is not None
    run = counted(tmp_path / "project")
    # 03 is at both schools; the last of the stays that began on one day is at S2, the primary one.
    assert [counts(run, "school", school, measure="everybody")[0] for school in ("S1", "S2")] == [2, 3]


def test_marks_are_results_whose_category_is_a_kind_of_mark(tmp_path: Path) -> None:
    files = bundle("1.2")
    files["categories.csv"] = "sourcedId,status,dateLastModified,title,weight\nc1,,,Semester,\nc2,,,Homework,\n"
    files["lineItems.csv"] = (
        "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,"
        "academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId\n"
        "l1,,,Fall mark,,,2013-01-18,K1,c1,F,0,4,S1\nl2,,,Page 7,,,2012-09-18,K1,c2,F,0,4,S1\n"
    )
    files["results.csv"] = (
        "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,"
        "classSourcedId,inProgress,incomplete,late,missing\n"
        "r1,,,l1,01,fully graded,4,2013-01-18,,A,K1,,,,\nr2,,,l1,02,fully graded,0,2013-01-18,,F,K1,,,,\n"
        "r3,,,l2,01,fully graded,1,2012-09-18,,D,K1,,,,\n"
    )
    found = started(tmp_path, files)
    assert ("grades", "", "results.csv") in guesses(found)
    project = tmp_path / "project"
    (project / "measures").mkdir()
    write_yaml(project / "measures" / "facts.yml", {"student": {
        "marks": "count(grades where grades.mark_type = 'semester' and grades.sections.courses.subject = 'Mathematics')",
        "failed": "count(grades where grades.failing)", "scores": "count(results)"}})  # fmt: skip
    for name in ("marks", "failed", "scores"):
        write_yaml(project / "measures" / f"{name}.yml", {
            "id": name, "title": name, "condition": "outcome", "level": "student", "population": "all",
            "formula": f"sum({name})", "improvement": "increase", "frequency": "yearly"})  # fmt: skip
    text = (project / "rttd.yml").read_text(encoding="utf-8")
    (project / "rttd.yml").write_text(text.replace("measures:\n", "measures:\n  - measures/\n", 1), encoding="utf-8")
    run = compute(project)
    values = [cell(run, "district", DISTRICT, measure=name)["value"] for name in ("marks", "failed", "scores")]
    assert values == [2.0, 1.0, 3.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("oneroster.version,1.1", "oneroster.version,1.0"), "its version is '1.0'"),
        (("file.users,bulk", "file.users,delta"), "users.csv is a delta file"),
        (("file.users,bulk", "file.users,bulk\nfile.results,bulk"), "the manifest promises results.csv"),
    ],
)
def test_bundles_that_are_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    files = bundle("1.1")
    files["manifest.csv"] = files["manifest.csv"].replace(*change)
    done = rttd("init", tmp_path / "project", "--from", write_bundle(tmp_path / "bundle", files), code=1)
    assert says in done.stderr
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("version", VERSIONS)
def test_without_a_manifest_the_columns_tell_the_version(tmp_path: Path, version: str) -> None:
    files = bundle(version)
    del files["manifest.csv"]
    assert started(tmp_path, files).draft.standard == f"OneRoster {version} CSV"


def test_of_several_school_years_the_latest_is_a_guess(tmp_path: Path) -> None:
    files = bundle("1.1")
    files["academicSessions.csv"] += "Z,,,2013-14,schoolYear,2013-08-26,2014-06-06,,2014\n"
    found = started(tmp_path, files)
    assert found.draft.school_year is not None and found.draft.school_year.value == "2013-14"
    assert found.draft.school_year.guess is not None


def test_a_teacher_who_is_neither_primary_nor_not(tmp_path: Path) -> None:
    files = bundle("1.1")
    files["enrollments.csv"] = files["enrollments.csv"].replace("T1,teacher,true", "T1,teacher,")
    found = started(tmp_path, files)
    assert ("section_educators", "role", "primary") in guesses(found)
    project = tmp_path / "project"
    (project / "measures" / "facts.yml").write_text(
        "classroom: {teachers: \"count(section_educators where section_educators.role = 'teacher_of_record')\"}\n",
        encoding="utf-8",
    )
    write_yaml(project / "measures" / "taught.yml", {
        "id": "taught", "title": "Taught", "condition": "outcome", "level": "classroom", "population": "all",
        "formula": "sum(teachers)", "improvement": "increase", "frequency": "yearly"})  # fmt: skip
    assert cell(compute(project), "district", DISTRICT, measure="taught")["value"] == 1
