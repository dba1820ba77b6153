"""The files of a OneRoster CSV bundle: their columns in the order of the standard, and the manifest that names them."""

import polars as pl

_BASE = "sourcedId status dateLastModified"
_BOTH = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": """
        title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects subjectCodes periods
    """,
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": """
        birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white
        demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth
        publicSchoolResidenceStatus
    """,
}
_OWN = {
    "1.1": {
        "users": """
            enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone
            agentSourcedIds grades password
        """,
        "categories": "title",
        "lineItems": """
            title description assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId resultValueMin
            resultValueMax
        """,
        "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment",
    },
    "1.2": {
        "users": """
            enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades
            password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId
            pronouns
        """,
        "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
        "categories": "title weight",
        "lineItems": """
            title description assignDate dueDate classSourcedId categorySourcedId academicSessionSourcedId resultValueMin
            resultValueMax schoolSourcedId
        """,
        "results": """
            lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore classSourcedId inProgress
            incomplete late missing
        """,
    },
}
_NAMED = {
    "1.1": """
        academicSessions categories classes classResources courses courseResources demographics enrollments lineItems orgs
        resources results users
    """,
    "1.2": """
        academicSessions categories classes classResources courses courseResources demographics enrollments
        lineItemLearningObjectiveIds lineItems lineItemScoreScales orgs resources resultLearningObjectiveIds results
        resultScoreScales roles scoreScales userProfiles userResources users
    """,
}
"""What a manifest tells of, file by file."""


def columns_of(version: str, name: str) -> list[str]:
    """The columns of a file, in order."""
    if name == "manifest":
        return ["propertyName", "value"]
    return [*_BASE.split(), *(_BOTH | _OWN[version])[name].split()]


def manifest(version: str, there: set[str]) -> pl.DataFrame:
    """propertyName and value: every file of the standard is there in bulk, or absent."""
    rows = [("manifest.version", "1.0"), ("oneroster.version", version)]
    rows += [(f"file.{name}", "bulk" if name in there else "absent") for name in _NAMED[version].split()]
    rows += [("source.systemName", "rttd synth"), ("source.systemCode", "rttd-synth")]
    return pl.DataFrame(rows, schema=["propertyName", "value"], orient="row")
