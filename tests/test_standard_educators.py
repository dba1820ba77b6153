"""Students by the ratings of their teachers and principal: edges in tiny districts, the example district counted again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakeside_rows import DISTRICT, SCHOOLS, SECTIONS, STUDENTS, Role, Student, assert_equal, by, of_year
from projects import cell, compute, measure, value, write_project
from rttd_metrics.definitions.portfolio import read_portfolio

RATINGS = ("ineffective", "developing", "effective", "highly_effective")
LOWEST = measure(population="participating", formula="avg(lowest_educator_rating)")
"""The rating that decides, student by student: 1 ineffective, 2 developing, 3 effective, 4 highly effective."""

EDUCATORS = """
    educator_id,role,rating
    HIGH,teacher,highly_effective
    FAIR,teacher,effective
    WEAK,teacher,developing
    POOR,teacher,ineffective
    NEW,teacher,
    P1,principal,highly_effective
    P2,principal,effective
    P3,principal,
"""
SCHOOL_FILE = "school_id,name,principal_id\nA,Adams,P1\nB,Burr,P2\nC,Clay,P3\nD,Dunn,"


def lowest(tmp_path: Path, teachers: str, *, sections: str = "S,A,true,", rosters: str = "1,S,,,", school: str = "A",
           **settings: Any) -> float | None:  # fmt: skip
    """The rating that decides for student 1: `teachers` are rows of section_educators, those of other sections left out."""
    known = {line.partition(",")[0] for line in sections.splitlines()}
    teachers = "\n".join(line for line in teachers.splitlines() if line.partition(",")[0] in known)
    folder = write_project(
        tmp_path, LOWEST, settings=settings, students="student_id,grade_level\n1,5", schools=SCHOOL_FILE, educators=EDUCATORS,
        enrollments=f"student_id,school_id,entry_date\n1,{school},2012-09-04",
        courses="course_id,title,core\nMATH,Mathematics,true\nART,Art,false\nNEW,New course,",
        sections=f"section_id,school_id,homeroom,course_id\n{sections}",
        section_educators=f"section_id,educator_id,role,share,from_date,to_date\n{teachers}",
        rosters=f"student_id,section_id,weight,from_date,to_date\n{rosters}",
    )  # fmt: skip
    return value(compute(folder), "1")


@pytest.mark.parametrize(("teachers", "expected"), [
    ("S,HIGH,teacher_of_record,1,,", 4),
    ("S,FAIR,teacher_of_record,,,", 3),
    ("S,HIGH,teacher_of_record,0.6,,\nS,WEAK,co_teacher,0.4,,", 2),
    ("S,HIGH,teacher_of_record,0.75,,\nS,WEAK,co_teacher,0.25,,", 2),      # the minimum share is enough
    ("S,HIGH,teacher_of_record,0.76,,\nS,WEAK,co_teacher,0.24,,", 4),      # below it the co-teacher is not asked about
    ("S,HIGH,teacher_of_record,1,,\nS,WEAK,co_teacher,,,", 2),             # a share that is not given is enough
    ("S,HIGH,teacher_of_record,0.1,,", None),                              # nobody answers for the section
    ("S,HIGH,teacher_of_record,1,,\nS,POOR,support,0.5,,", 4),             # support staff do not teach it
    ("S,HIGH,teacher_of_record,0.6,,\nS,NEW,co_teacher,0.4,,", None),      # an unrated co-teacher
    ("S,POOR,teacher_of_record,0.6,,\nS,NEW,co_teacher,0.4,,", None),      # whatever the other is
    ("S,HIGH,teacher_of_record,0.9,,\nS,NEW,co_teacher,0.1,,", 4),
    ("S,HIGH,teacher_of_record,1,,2013-01-25\nS,POOR,teacher_of_record,1,2013-01-28,", 1),  # both of them, one after the other
    ("", None),
])  # fmt: skip
def test_the_teachers_of_a_section(tmp_path: Path, teachers: str, expected: float | None) -> None:
    assert lowest(tmp_path, teachers) == expected


def test_a_teacher_who_comes_after_the_as_of_date_is_not_seen(tmp_path: Path) -> None:
    teachers = "S,HIGH,teacher_of_record,1,,2013-01-25\nS,POOR,teacher_of_record,1,2013-01-28,"
    assert lowest(tmp_path, teachers, as_of="2012-11-16") == 4


EACH_ITS_OWN = "S,HIGH,teacher_of_record,1,,\nT,FAIR,teacher_of_record,1,,\nU,NEW,teacher_of_record,1,,"


@pytest.mark.parametrize(("sections", "rosters", "expected"), [
    ("S,A,true,\nT,A,,MATH", "1,S,,,\n1,T,,,", 3),                         # a homeroom and a core course
    ("S,A,true,\nU,A,,MATH", "1,S,,,\n1,U,,,", None),                      # two sections, one unrated
    ("S,A,true,\nU,A,false,ART", "1,S,,,\n1,U,,,", 4),                     # art is neither
    ("S,A,true,\nU,A,false,NEW", "1,S,,,\n1,U,,,", None),                  # nobody knows whether this is core
    ("S,A,true,\nU,A,,MATH", "1,S,,,\n1,U,0,,", 4),                        # weight 0 links the student to no teacher
    ("S,A,true,\nT,A,,MATH", "1,S,,,\n1,T,0.5,2012-09-04,2012-10-05", 3),  # a section that the student has left
    ("S,A,true,", "", None),                                               # on no roster
])  # fmt: skip
def test_the_sections_of_a_student(tmp_path: Path, sections: str, rosters: str, expected: float | None) -> None:
    assert lowest(tmp_path, EACH_ITS_OWN, sections=sections, rosters=rosters) == expected


def test_every_section_counts_where_a_district_says_so(tmp_path: Path) -> None:
    sections, rosters = "S,A,true,\nT,A,false,ART", "1,S,,,\n1,T,,,"
    assert lowest(tmp_path, EACH_ITS_OWN, sections=sections, rosters=rosters) == 4
    assert lowest(tmp_path, EACH_ITS_OWN, sections=sections, rosters=rosters, parameters={"core_and_homeroom_only": False}) == 3


def test_a_district_may_ask_for_a_greater_share(tmp_path: Path) -> None:
    teachers = "S,HIGH,teacher_of_record,0.6,,\nS,WEAK,co_teacher,0.4,,"
    assert lowest(tmp_path, teachers, parameters={"minimum_teacher_share": 0.5}) == 4


@pytest.mark.parametrize(("school", "expected"), [("A", 4), ("B", 3), ("C", None), ("D", None)])
def test_the_principal_of_the_students_school(tmp_path: Path, school: str, expected: float | None) -> None:
    """Highly effective, effective, not rated, no principal."""
    assert lowest(tmp_path, "S,HIGH,teacher_of_record,1,,", sections=f"S,{school},true,", school=school) == expected


# -- The example district ---------------------------------------------------------------------------------

EDUCATORS_OF = by("section_id", of_year("section_educators"))
RATING = {row["educator_id"]: row["rating"] for row in of_year("educators")}


def _ratings(student: Student) -> list[str]:
    """Of every designated teacher of a core course or homeroom, and the principal; empty for one who is not rated."""
    found = [RATING[SCHOOLS[student.home]["principal_id"]]]
    for section in student.sections:
        if "true" in (SECTIONS[section]["core"], SECTIONS[section]["homeroom"]):
            assert all(stay["weight"] != "0" for stay in student.rosters)
            teachers = [row for row in EDUCATORS_OF[section]
                        if row["role"] != "support" and (not row["share"] or float(row["share"]) >= 0.25)]  # fmt: skip
            found += [RATING[row["educator_id"]] for row in teachers] or [""]
    return found if len(found) > 1 else [""]


def _rated(*good: str) -> Callable[[Student, str | None], Role]:
    def role(student: Student, school: str | None) -> Role:
        if not student.participating:
            return ("outside", 0, 0)
        ratings = _ratings(student)
        return ("missing", 0, 0) if "" in ratings else ("n", set(ratings) <= set(good), 1)

    return role


def _few_educators(level: str, unit: str, counted: list[Student]) -> bool:
    """Fewer than five who teach: in a classroom its own educators, above it those of all the students' sections."""
    sections = {unit} if level == "classroom" else {section for student in counted for section in student.sections}
    teaching = [row for section in sections for row in EDUCATORS_OF[section] if row["role"] != "support"]
    return len({row["educator_id"] for row in teaching}) < 5


@pytest.mark.parametrize(("id_", "good"), [("highly_effective_educators", RATINGS[3:]), ("effective_educators", RATINGS[2:])])
def test_students_by_their_educators(lakeside: Any, id_: str, good: tuple[str, ...]) -> None:
    assert_equal(lakeside, id_, _rated(*good), withheld=_few_educators)
    assert all(_few_educators("classroom", section, STUDENTS) for section in SECTIONS)
    assert lakeside.student_results.filter(measure=id_).is_empty()


def test_effective_without_the_highly_effective_leaves_those_out(tmp_path: Path) -> None:
    """Of three students one has highly effective educators only, one effective ones too, one a weak one."""
    sections = "".join(f"\nS{number},A,true" for number in "1234567")
    people = zip("1234567", ("HIGH", "HIGH", "FAIR", "WEAK", "E1", "E2", "E3"), strict=True)
    extra = "".join(f"\n    E{number},teacher,highly_effective" for number in "123")
    tables = {
        "students": "student_id,grade_level\n1,5\n2,5\n3,5",
        "schools": SCHOOL_FILE,
        "educators": EDUCATORS.rstrip() + extra,
        "enrollments": "student_id,school_id,entry_date\n1,A,2012-09-04\n2,A,2012-09-04\n3,A,2012-09-04",
        "courses": "course_id,title",
        "sections": "section_id,school_id,homeroom" + sections,
        "section_educators": "section_id,educator_id,role"
        + "".join(f"\nS{one},{name},teacher_of_record" for one, name in people),
        "rosters": "student_id,section_id\n1,S1\n1,S5\n1,S6\n1,S7\n2,S2\n2,S3\n3,S4",
    }
    shipped = ["package:organizational-efficacy/effective-educators.yml",
               "package:organizational-efficacy/highly-effective-educators.yml"]  # fmt: skip
    found = []
    for inclusive in (True, False):
        settings = {"measures": shipped, "parameters": {"effective_includes_highly_effective": inclusive}}
        run = compute(write_project(tmp_path, settings=settings, **tables))
        found.append([cell(run, measure=f"{name}effective_educators")["numerator"] for name in ("", "highly_")])
    assert found == [[2, 1], [1, 1]]
    assert read_portfolio(tmp_path).problems == ()


def test_educator_survey(lakeside: Any) -> None:
    """Participating educators who completed the survey, in per cent of all who participate."""
    answered = [row["survey_completed"] == "true" for row in of_year("educators") if row["participating"] == "true"]
    found = cell(lakeside, "district", DISTRICT, measure="educator_survey")
    assert (found["numerator"], found["denominator"]) == (sum(answered), len(answered))
    assert found["value"] == pytest.approx(100 * sum(answered) / len(answered), abs=1e-6)
