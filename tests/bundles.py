"""A tiny OneRoster bundle in both versions, under the exact headers of the standard: six users who count, at two schools.

Students: 01 and 02 at S1, 03 and 04 at S2. 05 was marked for deletion, 06 has no demographics. T1 teaches, P1 leads S1.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

_SESSIONS = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
_ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
_COURSES = "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"
_CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods"
)
_USERS = {
    "1.1": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password",
    "1.2": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns",
}
_ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
_ENROLLMENTS = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
_DEMOGRAPHICS = (
    "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus"
)
PEOPLE = [
    # id, status, role, organizations, grades
    ("01", "", "student", "S1", "09"),
    ("02", "active", "student", "S1", "TK"),
    ("03", "", "student", "S2,S1", "10"),
    ("04", "", "student", "S2", "09,10"),
    ("05", "tobedeleted", "student", "S2", "10"),
    ("06", "", "student", "S2", "11"),
    ("T1", "", "teacher", "S1", ""),
    ("P1", "", "principal", "D", ""),
]
MODES = ("academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics")


def bundle(version: str) -> dict[str, str]:
    """The files of a bundle by name, as text."""
    roles = {"roles": _roles()} if version == "1.2" else {}
    files = {
        "manifest": _manifest(version, (*MODES, *roles)),
        "academicSessions": _rows(
            _SESSIONS,
            "Y,,,2012-13,schoolYear,2012-08-27,2013-06-07,,2013",
            "F,,,Fall,term,2012-08-27,2013-01-18,Y,2013",
            "W,,,Spring,term,2013-01-21,2013-06-07,Y,2013",
        ),
        "orgs": _rows(
            _ORGS, "D,,,Hill Unified,district,0600009,", "S1,,,First School,school,1,D", "S2,,,Second School,school,2,D"
        ),
        "courses": _rows(_COURSES, 'C1,,,Y,Algebra I,ALG,"09,10",D,Mathematics,'),
        "classes": _rows(
            _CLASSES,
            'K1,,,Algebra I - 1,09,C1,ALG-1,scheduled,,S1,"F,W",Mathematics,,2',
            "K2,,,Homeroom,10,C1,HR-1,homeroom,,S2,Y,,,",
        ),
        "users": _users(version),
        **roles,
        "enrollments": _rows(
            _ENROLLMENTS,
            "E1,,,K1,S1,01,student,false,2012-08-27,",
            "E2,,,K1,S1,02,student,false,2012-08-27,2013-06-08",
            "E3,,,K2,S2,03,student,false,2012-08-27,",
            "E4,tobedeleted,,K2,S2,05,student,false,2012-08-27,",
            "E5,,,K1,S1,T1,teacher,true,2012-08-27,",
        ),
        "demographics": _rows(
            _DEMOGRAPHICS,
            "01,,,1998-01-01,male,false,false,false,false,true,false,true,,,,",  # Hispanic goes before any race
            "02,,,1998-01-01,female,false,true,false,false,true,,false,,,,",  # two of them
            "03,,,1998-01-01,female,,,true,,,,false,,,,",
            "04,,,1998-01-01,male,,,,,,,,,,,",  # no flag at all
        ),
    }
    return {f"{name}.csv": text for name, text in files.items()}


def write_bundle(target: Path, files: Mapping[str, str], *, inside: str = "") -> Path:
    """Write a bundle into a folder, or into a ZIP where the name ends so (in the folder `inside` of it)."""
    if target.suffix == ".zip":
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(inside + name, text)
        return target
    target.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    return target


def _rows(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def _manifest(version: str, files: tuple[str, ...]) -> str:
    told = [f"file.{name},bulk" for name in files]
    return _rows("propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}", *told, "source.systemName,Example")


def _users(version: str) -> str:
    rows = []
    for person, status, role, orgs, grades in PEOPLE:
        if version == "1.1":
            told = "administrator" if role == "principal" else role
            rows.append(f'{person},{status},,true,"{orgs}",{told},u{person},,Given,Family,,{person},,,,,"{grades}",')
        else:
            primary = "" if person == "02" else orgs.split(",")[0]  # 02 has a school by the role only
            rows.append(f'{person},{status},,true,u{person},,Given,Family,,{person},,,,,"{grades}",,,,,,{primary},')
    return _rows(_USERS[version], *rows)


def _roles() -> str:
    rows = [
        f"R{person}{org},{status},,{person},{'primary' if place == 0 else 'secondary'},{role},,,{org},"
        for person, status, role, orgs, _ in PEOPLE
        for place, org in reversed(list(enumerate(orgs.split(","))))
    ]
    return _rows(_ROLES, *rows)
