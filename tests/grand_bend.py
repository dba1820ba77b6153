"""A few hand-made rows under the exact headers of the Ed-Fi Grand Bend sample files, and the example over them."""

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

GRAND_BEND = Path(__file__).parents[1] / "examples" / "edfi-grand-bend"
DISTRICT, HIGH, MIDDLE = "255901", "255901001", "255901044"
FALL, SPRING = "2021-2022 Fall Semester", "2021-2022 Spring Semester"

HEADERS = {
    "students": """
        StudentUniqueId PersonalTitlePrefix FirstName LastSurname PreferredFirstName PreferredLastSurname
        BirthDate MiddleName GenerationCodeSuffix PersonId SourceSystem CitizenshipStatus BirthSex Visa
    """,
    "schools": """
        IdentificationCode EducationOrganizationIdentificationSystem NameOfInstitution ShortNameOfInstitution
        EducationOrganizationCategory StreetNumberName City StateAbbreviation PostalCode NameOfCounty
        AddressType Address.StreetNumberName Address.City Address.StateAbbreviation Address.PostalCode
        Address.NameOfCounty Address.AddressType TelephoneNumber InstitutionTelephoneNumberType
        InstitutionTelephone.TelephoneNumber InstitutionTelephone.InstitutionTelephoneNumberType WebSite
        OperationalStatus Indicator IndicatorValue IndicatorLevel IndicatorGroup BeginDate EndDate SchoolId
        GradeLevel GradeLevel_2 GradeLevel_3 GradeLevel_4 SchoolCategory SchoolType CharterStatus
        TitleIPartASchoolDesignation AdministrativeFundingControl LocalEducationAgencyReference GradeLevel_5
    """,
    "school_attendance_events": """
        EventDate AttendanceEventCategory AttendanceEventReason EventDuration StudentUniqueId SchoolId
        SessionName SchoolYear SchoolIdentity.SchoolId SchoolAttendanceDuration ArrivalTime
    """,
    "discipline_actions": """
        DisciplineActionIdentifier Discipline DisciplineDate DisciplineActionLength ActualDisciplineActionLength
        DisciplineActionLengthDifferenceReason StudentUniqueId SchoolId StudentIdentity.StudentUniqueId
        IncidentIdentifier SchoolIdentity.SchoolId Behavior IEPPlacementMeetingIndicator
    """,
    "program_Homeless": """
        StudentUniqueId EducationOrganizationId ProgramName ProgramType BeginDate
        EducationOrganizationIdentity.EducationOrganizationId
    """,
    "program_LanguageInstruction": """
        StudentUniqueId EducationOrganizationId ProgramName ProgramType BeginDate
        EducationOrganizationIdentity.EducationOrganizationId Dosage EndDate ReasonExited
    """,
    "program_MigrantEducation": """
        StudentUniqueId EducationOrganizationId ProgramName ProgramType BeginDate
        EducationOrganizationIdentity.EducationOrganizationId PriorityForServices LastQualifyingMove
    """,
    "program_SchoolFoodService": """
        StudentUniqueId EducationOrganizationId ProgramName ProgramType BeginDate
        EducationOrganizationIdentity.EducationOrganizationId SchoolFoodServiceProgramService
    """,
    "program_SpecialEducation": """
        StudentUniqueId EducationOrganizationId ProgramName ProgramType BeginDate
        EducationOrganizationIdentity.EducationOrganizationId IdeaEligibility SpecialEducationSetting
        SpecialEducationHoursPerWeek SchoolHoursPerWeek ShortenedSchoolDayIndicator
        ReductionInHoursPerWeekComparedToPeers LastEvaluationDate IEPReviewDate IEPBeginDate Disability
        SpecialEducationExitDate SpecialEducationExitReason SpecialEducationExitExplained
        SpecialEducationProgramService StaffUniqueId PrimaryProvider EndDate ReasonExited OrderOfDisability
        Disability.Disability Disability.OrderOfDisability MultiplyDisabled MedicallyFragile IEPEndDate
    """,
    "sections": """
        SectionIdentifier SectionType SequenceOfCourse EducationalEnvironment Credits LocalCourseCode SchoolId
        SessionName SchoolYear SchoolIdentity.SchoolId ClassroomIdentificationCode ClassPeriodName SectionName
        OfficialAttendancePeriod ClassPeriodIdentity.ClassPeriodName
    """,
    "staff_sections": """
        StaffUniqueId SectionIdentifier LocalCourseCode SchoolId SessionName SchoolYear SchoolIdentity.SchoolId
        ClassroomPosition BeginDate EndDate
    """,
    "sessions": """
        SessionName SchoolYear BeginDate EndDate Term TotalInstructionalDays SchoolId GradingPeriodReference
    """,
    "assessment_ACT": """
        StudentAssessmentIdentifier AdministrationDate SerialNumber AdministrationLanguage
        AdministrationEnvironment Result ResultDatatypeType AssessmentReportingMethod WhenAssessedGradeLevel
        StudentUniqueId AssessmentIdentifier Namespace SchoolYear PlatformType PerformanceLevel
        PerformanceLevel.AssessmentReportingMethod PerformanceLevelIndicatorName Accommodation
    """,
}
"""The headers of each file, in order; none of them holds a space."""

Row = dict[str, str]


def absences(student: str, school: str, category: str, first: date, days: int) -> list[Row]:
    reason = "Absent excused" if category == "Excused Absence" else "Absent unexcused"
    same = {"StudentUniqueId": student, "SchoolId": school, "AttendanceEventCategory": category, "AttendanceEventReason": reason,
            "EventDuration": "1"}  # fmt: skip
    return [{**same, "EventDate": str(first + timedelta(days=number))} for number in range(days)]


def event(student: str, category: str, reason: str, duration: str, minutes: str) -> Row:
    return {"StudentUniqueId": student, "SchoolId": MIDDLE, "EventDate": "2021-11-09", "AttendanceEventCategory": category,
            "AttendanceEventReason": reason, "EventDuration": duration, "SchoolAttendanceDuration": minutes}  # fmt: skip


def action(number: str, student: str, school: str, discipline: str, day: str) -> Row:
    return {"DisciplineActionIdentifier": number, "IncidentIdentifier": "1", "StudentUniqueId": student, "SchoolId": school,
            "Discipline": discipline, "DisciplineDate": day, "ActualDisciplineActionLength": "1"}  # fmt: skip


def in_program(student: str, program: str, **more: str) -> Row:
    return {"StudentUniqueId": student, "ProgramName": program, "BeginDate": "2021-08-30", **more}


def class_(number: str, course: str, school: str, session: str) -> Row:
    return {"SectionIdentifier": number, "LocalCourseCode": course, "SchoolId": school, "SessionName": session,
            "SchoolYear": "2021-2022"}  # fmt: skip


def taught(by: str, number: str, course: str, school: str, session: str) -> Row:
    begin, end = ("2021-08-23", "2021-12-17") if session == FALL else ("2022-01-04", "2022-05-27")
    return {**class_(number, course, school, session), "StaffUniqueId": by, "ClassroomPosition": "Teacher of Record",
            "BeginDate": begin, "EndDate": end}  # fmt: skip


def session(name: str, school: str, begin: str, end: str) -> Row:
    return {"SessionName": name, "SchoolYear": "2021-2022", "BeginDate": begin, "EndDate": end, "SchoolId": school}


def act(student: str, test: str, day: str, level: str = "") -> Row:
    return {"StudentUniqueId": student, "AssessmentIdentifier": test, "AdministrationDate": f"{day}T16:00:00", "Result": "20",
            "SchoolYear": "2021-2022", "PerformanceLevel": level}  # fmt: skip


def rows() -> dict[str, list[Row]]:
    """Ten students, 600001 to 600010. 1: 17 excused days in the fall. 2: 16 unexcused days in the spring, a tardy.
    3: a tardy only. 4: a partial day only. 5: half a day."""
    return {
        "students": [{"StudentUniqueId": f"{600000 + number}"} for number in range(1, 11)],
        "schools": [{"SchoolId": HIGH, "NameOfInstitution": "High"}, {"SchoolId": MIDDLE, "NameOfInstitution": "Middle"}],
        "school_attendance_events": [
            *absences("600001", HIGH, "Excused Absence", date(2021, 10, 1), 17),
            *absences("600002", HIGH, "Unexcused Absence", date(2022, 2, 1), 16),
            event("600002", "Tardy", "Tardy", "", "5"),
            event("600003", "Tardy", "Tardy", "", "45"),
            event("600004", "Partial", "Absent excused", "", "10"),
            event("600005", "Excused Absence", "Absent excused", "0.5", ""),
        ],
        "discipline_actions": [
            action("1", "600001", HIGH, "In School Suspension", "2021-10-18"),
            action("2", "600001", HIGH, "In School Suspension", "2021-10-18"),
            action("3", "600002", MIDDLE, "Out of School Suspension", "2022-03-01"),
            action("4", "600003", HIGH, "Expulsion", "2022-03-01"),
        ],
        "program_Homeless": [in_program("600001", "Homeless")],
        "program_LanguageInstruction": [
            in_program("600001", "English as a Second Language (ESL)", EndDate="2021-12-17"),
            in_program("600003", "English as a Second Language (ESL)"),
        ],
        "program_MigrantEducation": [],
        "program_SchoolFoodService": [in_program("600004", "School Food Service")],
        "program_SpecialEducation": [
            in_program("600005", "Special Education", EndDate="2021-10-03", SpecialEducationExitDate="2021-10-01"),
        ],
        "sections": [
            class_("01PE2011", "PE-07", MIDDLE, FALL),
            class_("01PE2011", "PE-08", MIDDLE, FALL),
            class_("01ALG2012", "ALG-1", HIGH, SPRING),
        ],
        "staff_sections": [
            taught("207001", "01PE2011", "PE-07", MIDDLE, FALL),
            taught("207002", "01ALG2012", "ALG-1", HIGH, SPRING),
            taught("207003", "01ALG2012", "ALG-1", HIGH, SPRING),
        ],
        "sessions": [
            session(name, school, begin, end)
            for school in (HIGH, MIDDLE)
            for name, begin, end in ((FALL, "2021-08-23", "2021-12-17"), (SPRING, "2022-01-04", "2022-05-27"))
        ],
        "assessment_ACT": [
            act("600001", "ACT Composite", "2021-12-01", "Met Standard"),
            act("600002", "ACT Composite", "2021-12-01"),
            act("600002", "ACT Writing", "2021-12-01", "Met Standard"),
            act("600003", "ACT Composite", "2021-10-01"),
        ],
    }  # fmt: skip


def grand_bend(folder: Path, tables: dict[str, list[Row]]) -> Path:
    """A copy of the example with these rows in data/."""
    shutil.copytree(GRAND_BEND, folder, ignore=shutil.ignore_patterns("data"))
    (folder / "data").mkdir()
    for name, table in tables.items():
        with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, HEADERS[name].split(), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    return folder
