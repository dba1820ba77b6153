"""Terms, sections, who teaches them, and what observers saw there."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from lakeside_courses import (
    ADVISORY,
    CORE_COURSES,
    ELECTIVES,
    HALF_YEAR,
    HOMEROOM,
    MIDDLE_HALF_YEAR,
    MUSIC,
    Course,
    core_course,
)
from lakeside_staff import REPLACED_SLOT, REPLACEMENT_SLOT, Staff
from lakeside_world import (
    CEDAR_POINT,
    CORE,
    HERON_BAY,
    HIGH,
    KG,
    MIDDLE,
    PK,
    THIS_YEAR,
    YEARS,
    Table,
    Term,
    Year,
    grade_text,
    stream,
)


@dataclass(frozen=True)
class Teaching:
    educator_id: str
    role: str
    share: float | None = None
    start: date | None = None
    end: date | None = None


@dataclass
class Section:
    year: Year
    school: str
    course: Course
    term: Term
    name: str
    slot: str
    period: str | None = None
    grade: int | None = None
    homeroom: bool = False
    section_id: str = ""
    educators: list[Teaching] = field(default_factory=list)


@dataclass
class Classes:
    """The sections of one year under the keys by which pupils find theirs."""

    year: Year
    sections: dict[tuple[str, ...], Section] = field(default_factory=dict)

    def add(self, key: tuple[str, ...], section: Section) -> None:
        """Number the section and keep it under the key."""
        section.section_id = f"{self.year.code}{len(self.sections) + 1:03d}"
        self.sections[key] = section


def _elementary(classes: Classes, school: str) -> None:
    year = classes.year
    whole = year.terms["Y"]
    for grade in range(PK, 6):
        text = grade_text(grade)
        homeroom = Section(year, school, HOMEROOM, whole, f"Homeroom {text}", text, grade=grade, homeroom=True)
        classes.add((school, "homeroom", text), homeroom)
        for name in ("READ", "MATH") if grade >= 3 else ():
            course = CORE_COURSES[f"{name}{grade}"]
            section = Section(year, school, course, whole, course.title, text, grade=grade)
            classes.add((school, course.subject, text), section)
        if grade >= KG:
            music = Section(year, school, MUSIC, whole, f"Music {text}", "music", grade=grade)
            classes.add((school, "music", text), music)


def _secondary_core(classes: Classes, school: str, grade: int) -> None:
    year = classes.year
    for period, subject in enumerate(CORE, start=1):
        for group in "AB":
            course = core_course(grade, subject, group)
            name, slot = f"{course.title} {group}", f"{subject}-{group}"
            section = Section(year, school, course, year.terms["Y"], name, slot, str(period), grade)
            classes.add((school, subject, str(grade), group), section)


def _halves(classes: Classes, school: str, grade: int, courses: tuple[Course, Course]) -> None:
    """Two courses of half a year each: group A begins with the first, group B with the second."""
    year = classes.year
    period = "5" if school == MIDDLE else "6"
    for number, group in enumerate("AB"):
        for half, term in enumerate(("S1", "S2")):
            course = courses[(number + half) % 2]
            slot = "health" if course.subject == "physical_education" and school == HIGH else course.subject
            name = f"{course.title} {grade}{group}"
            section = Section(year, school, course, year.terms[term], name, slot, period, grade)
            classes.add((school, "half", str(grade), group, term), section)


def _middle(classes: Classes) -> None:
    year = classes.year
    for grade in range(6, 9):
        _secondary_core(classes, MIDDLE, grade)
        _halves(classes, MIDDLE, grade, MIDDLE_HALF_YEAR)
        for group in "AB":
            name, slot = f"Advisory {grade}{group}", f"{CORE[grade - 6]}-{group}"
            advisory = Section(year, MIDDLE, ADVISORY, year.terms["Y"], name, slot, "HR", grade, homeroom=True)
            classes.add((MIDDLE, "advisory", str(grade), group), advisory)


def _high(classes: Classes) -> None:
    year = classes.year
    for grade, courses in HALF_YEAR.items():
        _secondary_core(classes, HIGH, grade)
        _halves(classes, HIGH, grade, courses)
    for course in ELECTIVES:
        for number in "12":
            name = f"{course.title} {number}"
            section = Section(year, HIGH, course, year.terms["Y"], name, course.subject, "5")
            classes.add((HIGH, "elective", course.course_id, number), section)


def _assign_educators(classes: Classes, staff: Staff) -> None:
    """One teacher of record each, but for the co-taught sections, the change of teacher and the vacancy."""
    for section in classes.sections.values():
        section.educators = [Teaching(staff.of(section.school, section.slot), "teacher_of_record", 1.0)]
    sections = classes.sections
    shared = {
        (HERON_BAY, "mathematics", "3"): ("co_teacher", 0.6, 0.4),
        (MIDDLE, "english", "6", "A"): ("co_teacher", 0.5, 0.5),
        (HIGH, "mathematics", "9", "A"): ("support", 0.8, 0.2),
        (CEDAR_POINT, "homeroom", "2"): ("support", 1.0, None),
    }
    for key, (role, own, other) in shared.items():
        section = sections[key]
        first = staff.of(section.school, section.slot)
        second = staff.of(section.school, "support")
        section.educators = [Teaching(first, "teacher_of_record", own), Teaching(second, role, other)]
    if classes.year is THIS_YEAR:
        sections[(HIGH, "elective", "AUTO", "2")].educators = []
        _change_teacher(classes, staff)


def _change_teacher(classes: Classes, staff: Staff) -> None:
    first, second = classes.year.terms["S1"], classes.year.terms["S2"]
    for section in classes.sections.values():
        if (section.school, section.slot) == REPLACED_SLOT:
            section.educators = [
                Teaching(staff.of(*REPLACED_SLOT), "teacher_of_record", 1.0, end=first.end),
                Teaching(staff.of(*REPLACEMENT_SLOT), "teacher_of_record", 1.0, start=second.start),
            ]


def make_classes(staff: dict[str, Staff]) -> list[Classes]:
    """The sections of both years."""
    both = []
    for year in YEARS:
        classes = Classes(year)
        _elementary(classes, HERON_BAY)
        _elementary(classes, CEDAR_POINT)
        _middle(classes)
        _high(classes)
        _assign_educators(classes, staff[year.label])
        both.append(classes)
    return both


def terms_table() -> Table:
    rows = [(year.label, t.term_id, t.kind, t.start, t.end) for year in YEARS for t in year.terms.values()]
    return Table("terms", ("school_year", "term_id", "type", "start_date", "end_date"), rows)


def sections_table(both: list[Classes]) -> Table:
    fields = (
        "school_year",
        "section_id",
        "course_id",
        "school_id",
        "term_id",
        "name",
        "period",
        "subject",
        "core",
        "homeroom",
        "grade_level",
    )
    rows = [
        (
            s.year.label,
            s.section_id,
            s.course.course_id,
            s.school,
            s.term.term_id,
            s.name,
            s.period,
            s.course.subject,
            s.course.core,
            s.homeroom,
            None if s.grade is None else grade_text(s.grade),
        )
        for classes in both
        for s in classes.sections.values()
    ]
    return Table("sections", fields, rows)


def section_educators_table(both: list[Classes]) -> Table:
    fields = ("school_year", "section_id", "educator_id", "role", "share", "from_date", "to_date")
    rows = [
        (s.year.label, s.section_id, t.educator_id, t.role, t.share, t.start, t.end)
        for classes in both
        for s in classes.sections.values()
        for t in s.educators
    ]
    return Table("section_educators", fields, rows)


def _scores(rng: Random, quality: float) -> list[tuple[str, float]]:
    rubrics = ("instruction", "classroom_climate")
    return [(rubric, min(4.0, max(1.0, round(2 * rng.gauss(2.7 + 0.4 * quality, 0.4)) / 2))) for rubric in rubrics]


def observations_table(both: list[Classes], staff: dict[str, Staff]) -> Table:
    """Two visits a year to the sections with a teacher, each scored 1 to 4 on two rubrics."""
    rng = stream("observations")
    rows = []
    for classes in both:
        quality = {e.educator_id: e.quality for e in staff[classes.year.label].posts.values()}
        for section in classes.sections.values():
            if not section.educators or rng.random() < 0.3:
                continue
            days = [d for d in classes.year.days[section.school] if section.term.start <= d <= section.term.end]
            half = len(days) // 2
            for day in (days[rng.randrange(10, half)], days[rng.randrange(half, len(days) - 10)]):
                teacher = next(t for t in section.educators if (t.end or day) >= day)
                for rubric, score in _scores(rng, quality[teacher.educator_id]):
                    rows.append((section.section_id, day, rubric, score))
    return Table("observations", ("section_id", "date", "rubric", "score"), sorted(rows))
