"""`rttd synth --format oneroster-...`: bundles of both versions, held against the standard and against the tables."""

from collections import Counter
from pathlib import Path

import pytest

from synth_files import contents, records, rows, synth

BASE = "sourcedId,status,dateLastModified"
HEADERS = {
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "name,type,identifier,parentSourcedId",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,"
    "periods",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "demographics": "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
}
OWN_HEADERS = {
    "1.1": {
        "users": "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
        "agentSourcedIds,grades,password",
        "categories": "title",
        "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,"
        "resultValueMin,resultValueMax",
        "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment",
    },
    "1.2": {
        "users": "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
        "password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
        "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
        "categories": "title,weight",
        "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,"
        "resultValueMin,resultValueMax,schoolSourcedId",
        "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,"
        "incomplete,late,missing",
    },
}


@pytest.fixture(scope="session", params=["1.1", "1.2"])
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """A version, and the files of the bundle of the district `daily`."""
    made = synth(tmp_path_factory.mktemp("bundle"), "--students", 320, "--seed", 5, "--format", f"oneroster-{request.param}")
    return request.param, contents(made)


def test_headers_are_those_of_the_standard_in_its_order(bundle: tuple[str, dict[str, bytes]]) -> None:
    version, files = bundle
    expected = {f"{name}.csv": f"{BASE},{header}" for name, header in {**HEADERS, **OWN_HEADERS[version]}.items()}
    expected["manifest.csv"] = "propertyName,value"
    assert {name: text.decode().splitlines()[0] for name, text in files.items()} == expected


def test_the_manifest_tells_which_files_are_there(bundle: tuple[str, dict[str, bytes]]) -> None:
    version, files = bundle
    told = {row["propertyName"]: row["value"] for row in records(files["manifest.csv"])}
    assert (told["manifest.version"], told["oneroster.version"]) == ("1.0", version)
    there = {name.removeprefix("file.") for name, value in told.items() if name.startswith("file.") and value == "bulk"}
    assert {f"{name}.csv" for name in there} == set(files) - {"manifest.csv"}
    assert set(told.values()) - {"bulk", "absent", "1.0", version} == {"rttd synth", "rttd-synth"}


def test_every_id_of_a_bundle_leads_somewhere(bundle: tuple[str, dict[str, bytes]]) -> None:
    _, files = bundle
    tables = {name.removesuffix(".csv"): records(text) for name, text in files.items() if name != "manifest.csv"}
    ids = {name: [row["sourcedId"] for row in found] for name, found in tables.items()}
    assert [name for name, found in ids.items() if len(set(found)) != len(found) or not all(found)] == []
    leads = {
        "orgSourcedId": "orgs", "orgSourcedIds": "orgs", "primaryOrgSourcedId": "orgs", "schoolSourcedId": "orgs",
        "courseSourcedId": "courses", "classSourcedId": "classes", "userSourcedId": "users", "studentSourcedId": "users",
        "termSourcedIds": "academicSessions", "schoolYearSourcedId": "academicSessions", "lineItemSourcedId": "lineItems",
        "gradingPeriodSourcedId": "academicSessions", "academicSessionSourcedId": "academicSessions",
        "categorySourcedId": "categories",
    }  # fmt: skip
    leads_of_own = {"orgs": "orgs", "academicSessions": "academicSessions"}
    known = {name: set(found) for name, found in ids.items()}
    for name, found in tables.items():
        for row in found:
            assert (row["status"], row["dateLastModified"]) == ("", "")
            for column, cell in row.items():
                target = leads_of_own.get(name) if column == "parentSourcedId" else leads.get(column)
                assert target is None or all(one in known[target] for one in cell.split(",") if one), (name, column)
    assert {row["sourcedId"] for row in tables["demographics"]} <= known["users"]


def test_a_bundle_tells_of_the_same_district_as_the_tables(bundle: tuple[str, dict[str, bytes]], daily: Path) -> None:
    version, files = bundle
    students = {row["student_id"]: row for row in rows(daily, "students") if row["school_year"] == "2012-13"}
    users = {row["sourcedId"]: row for row in records(files["users.csv"])}
    educators = {row["educator_id"] for row in rows(daily, "educators")}
    assert set(users) == set(students) | educators
    for key, row in students.items():
        grade = row["grade_level"].zfill(2) if row["grade_level"].isdigit() else row["grade_level"]
        assert users[key]["grades"] == grade
    seats = {(row["section_id"], row["student_id"], row["from_date"], row["to_date"]) for row in rows(daily, "rosters")}
    told = [row for row in records(files["enrollments.csv"]) if row["role"] == "student"]
    assert {(row["classSourcedId"], row["userSourcedId"], row["beginDate"], row["endDate"]) for row in told} == seats
    marks = [row for row in rows(daily, "grades") if row["section_id"]]
    results = records(files["results.csv"])
    assert len(results) == len(marks)
    letter = "comment" if version == "1.1" else "textScore"
    assert Counter(row[letter] for row in results) == Counter(row["mark"] for row in marks)
    assert {row["scoreStatus"] for row in results} <= {"fully graded", "not submitted"}


def test_races_of_a_bundle_are_flags(bundle: tuple[str, dict[str, bytes]], daily: Path) -> None:
    """Hispanic first, then two or more; nothing where nothing is known."""
    names = {"americanIndianOrAlaskaNative": "american_indian_or_alaska_native", "asian": "asian",
             "blackOrAfricanAmerican": "black_or_african_american", "white": "white",
             "nativeHawaiianOrOtherPacificIslander": "native_hawaiian_or_other_pacific_islander"}  # fmt: skip
    told = {row["sourcedId"]: row for row in records(bundle[1]["demographics.csv"])}
    for row in rows(daily, "students"):
        if row["school_year"] != "2012-13":
            continue
        flags = told[row["student_id"]]
        races = [name for flag, name in names.items() if flags[flag] == "true"]
        assert {flags[flag] for flag in names} <= ({""} if not row["race_ethnicity"] else {"true", "false"})
        if flags["hispanicOrLatinoEthnicity"] == "true":
            assert row["race_ethnicity"] == "hispanic_or_latino"
        elif len(races) > 1:
            assert (row["race_ethnicity"], flags["demographicRaceTwoOrMoreRaces"]) == ("two_or_more_races", "true")
        else:
            assert row["race_ethnicity"] == "".join(races)
        assert flags["sex"] == row["gender"]
