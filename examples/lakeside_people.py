"""Students, their stays at schools and their programmes: two years of a small district."""

from dataclasses import replace
from random import Random

from lakeside_edges import EDGES, Edge, edge_pupils
from lakeside_world import (
    CEDAR_POINT,
    HERON_BAY,
    HIGH,
    KG,
    LAST_YEAR,
    MIDDLE,
    PK,
    THIS_YEAR,
    Pupil,
    Stay,
    Student,
    Table,
    Year,
    stream,
)

FIRST_NAMES = (
    "Alder",
    "Aspen",
    "Basil",
    "Birch",
    "Briar",
    "Cedar",
    "Clover",
    "Coral",
    "Cricket",
    "Cypress",
    "Dahlia",
    "Delta",
    "Ember",
    "Fennel",
    "Fern",
    "Finch",
    "Garnet",
    "Hazel",
    "Heath",
    "Heron",
    "Indigo",
    "Ivy",
    "Jasper",
    "Juniper",
    "Kestrel",
    "Lark",
    "Laurel",
    "Linden",
    "Maple",
    "Marigold",
    "Moss",
    "Olive",
    "Opal",
    "Pepper",
    "Quill",
    "Reed",
    "River",
    "Robin",
    "Rowan",
    "Saffron",
    "Sage",
    "Sorrel",
    "Tansy",
    "Teal",
    "Thyme",
    "Wren",
    "Yarrow",
    "Zinnia",
)
LAST_NAMES = (
    "Examplewood",
    "Fauxley",
    "Fictimore",
    "Inventon",
    "Makebelle",
    "Mockingham",
    "Notreal",
    "Placeholt",
    "Pretendale",
    "Sampleton",
    "Shamfield",
    "Specimen",
    "Standin",
    "Testerly",
    "Testwick",
    "Unreal",
)

# Children in each grade of 2011-12, beside the edge students; elementary grades a school.
ELEMENTARY_SIZE = {PK: 15, KG: 22, 1: 21, 2: 21, 3: 21, 4: 20, 5: 20}
SECONDARY_SIZE = {6: 40, 7: 38, 8: 36, 9: 42, 10: 42, 11: 36, 12: 38}
RACES = {
    HERON_BAY: (
        ("white", 0.52),
        ("hispanic_or_latino", 0.20),
        ("asian", 0.11),
        ("black_or_african_american", 0.08),
        ("two_or_more_races", 0.07),
        ("american_indian_or_alaska_native", 0.02),
    ),
    CEDAR_POINT: (
        ("hispanic_or_latino", 0.46),
        ("black_or_african_american", 0.22),
        ("white", 0.20),
        ("asian", 0.05),
        ("two_or_more_races", 0.04),
        ("american_indian_or_alaska_native", 0.015),
        ("native_hawaiian_or_other_pacific_islander", 0.015),
    ),
}
LOW_INCOME = {HERON_BAY: 0.30, CEDAR_POINT: 0.72}
LEARNING_ENGLISH = {HERON_BAY: 0.07, CEDAR_POINT: 0.30}


def school_of(grade: int, home: str) -> str:
    return home if grade <= 5 else MIDDLE if grade <= 8 else HIGH


def _pick(rng: Random, shares: tuple[tuple[str, float], ...]) -> str:
    point = rng.random() * sum(share for _, share in shares)
    for value, share in shares:
        point -= share
        if point < 0:
            return value
    return shares[-1][0]


def new_student(rng: Random, student_id: str, home: str, grade: int) -> Student:
    low_income = rng.random() < LOW_INCOME[home]
    english_learner = rng.random() < LEARNING_ENGLISH[home] * (1.0 if grade <= 5 else 0.55)
    disability = rng.random() < 0.12
    homeless = low_income and rng.random() < 0.07
    hardship = 0.7 * low_income + 1.1 * homeless + 0.3 * disability
    return Student(
        student_id=student_id,
        name=f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        home=home,
        gender=rng.choice(("female", "male")),
        race_ethnicity=_pick(rng, RACES[home]),
        low_income=low_income,
        english_learner=english_learner,
        disability=disability,
        homeless=homeless,
        foster=rng.random() < 0.012,
        migrant=low_income and rng.random() < 0.03,
        military=rng.random() < 0.04,
        ability=rng.gauss(0.35, 0.9) - 0.4 * low_income - 0.45 * english_learner - 0.55 * disability,
        # most children miss little, a few miss very much: the fourth power of a uniform number has that tail
        absence=0.01 + 0.13 * rng.random() ** 4 * (1 + hardship) + 0.01 * hardship,
        conduct=rng.random() ** 6 * (1 + hardship),
    )


def _random_stays(rng: Random, student: Student, year: Year, grade: int, late: float) -> list[Stay]:
    """The stays of an ordinary child: mostly one, the whole year long."""
    school = school_of(grade, student.home)
    days = year.days[school]
    start = rng.randint(12, 120) if rng.random() < late else 0
    fate, leave = rng.random(), rng.randint(start + 15, len(days) - 5)
    dropout = 0.012 + (0.1 if student.absence > 0.1 else 0.0) if grade >= 9 else 0.0
    if fate < 0.022:
        return [Stay(school, days[start], days[leave], "transferred_out")]
    if fate < 0.022 + dropout:
        return [Stay(school, days[start], days[leave], "dropout")]
    if grade <= 5 and fate > 0.96:
        other = CEDAR_POINT if school == HERON_BAY else HERON_BAY
        entry = next(day for day in year.days[other] if day > days[leave])
        first = Stay(school, days[start], days[leave], "moved_in_district")
        return _to_the_end(year, [first, Stay(other, entry)])
    return _to_the_end(year, [Stay(school, days[start])])


def _to_the_end(year: Year, stays: list[Stay]) -> list[Stay]:
    """Last year's stays are closed on its last day; this year's are open."""
    if year is LAST_YEAR:
        stays[-1].exit, stays[-1].exit_type = year.last, "end_of_year"
    return stays


def _pupil(rng: Random, student: Student, year: Year, grade: int, late: float = 0.03) -> Pupil:
    if grade >= 9 and student.cohort is None:
        student.cohort = int("20" + year.code) + 12 - grade
    pupil = Pupil(student, year, grade, _random_stays(rng, student, year, grade, late))
    if grade == 12 and pupil.exit_type is None and rng.random() < 0.93:
        pupil.stays[-1].exit, pupil.stays[-1].exit_type = year.last, "graduated"
        pupil.diploma_type, pupil.diploma_date = "regular", year.last
    pupil.participating = rng.random() >= 0.015
    return pupil


def _newcomer(rng: Random, number: int, home: str, grade: int) -> Student:
    student = new_student(rng, f"{number:06d}", home, grade)
    if rng.random() < 0.02:
        blank = rng.choice(("race_ethnicity", "gender", "english_learner", "disability", "economically_disadvantaged"))
        student.blank = frozenset({blank})
    return student


def _sizes() -> list[tuple[int, str, int]]:
    """(grade, neighbourhood, children)."""
    elementary = [(g, home, n) for g, n in ELEMENTARY_SIZE.items() for home in (HERON_BAY, CEDAR_POINT)]
    secondary = [(g, home, n // 2) for g, n in SECONDARY_SIZE.items() for home in (HERON_BAY, CEDAR_POINT)]
    return elementary + secondary


def _first_year(rng: Random) -> list[Pupil]:
    number = 101
    pupils = []
    for grade, home, children in _sizes():
        for _ in range(children):
            pupils.append(_pupil(rng, _newcomer(rng, number, home, grade), LAST_YEAR, grade))
            number += 1
    return pupils


def _second_year(rng: Random, before: list[Pupil]) -> list[Pupil]:
    """Everyone who comes back, a grade higher, and new children where seats are free."""
    pupils = []
    for pupil in before:
        gone = pupil.exit_type is not None or rng.random() < 0.02
        if gone:
            continue
        student = pupil.student
        if pupil.stays[-1].school in {HERON_BAY, CEDAR_POINT}:
            student.home = pupil.stays[-1].school
        pupils.append(_pupil(rng, student, THIS_YEAR, min(pupil.grade + 1, 12)))
    number = 801
    for grade, home, children in _sizes():
        seats = children - sum(p.grade == grade and p.student.home == home for p in pupils)
        fresh = seats if grade <= KG else max(0, min(seats, 2))
        for _ in range(fresh):
            late = 0.03 if grade <= KG else 0.35
            pupils.append(_pupil(rng, _newcomer(rng, number, home, grade), THIS_YEAR, grade, late))
            number += 1
    return pupils


def _edge_student(rng: Random, student_id: str, edge: Edge) -> list[Pupil]:
    """Edge students are middling and quiet in what is not theirs to show."""
    spec = edge.before or edge.now
    assert spec is not None
    first = spec.spans[0].school
    home = first if first in {HERON_BAY, CEDAR_POINT} else rng.choice((HERON_BAY, CEDAR_POINT))
    student = replace(
        new_student(rng, student_id, home, spec.grade),
        english_learner=False,
        disability=False,
        homeless=False,
        absence=0.03,
        conduct=0.0,
        ability=0.1,
    )
    student = replace(student, **edge.traits)
    pupils = edge_pupils(student, edge)
    last = pupils[-1]
    if last.grade >= 9 and student.cohort is None:
        student.cohort = int("20" + last.year.code) + 12 - last.grade
    return pupils


def make_pupils() -> list[Pupil]:
    """Both years' pupils, sorted by year and student."""
    rng = stream("people")
    before = _first_year(rng)
    pupils = before + _second_year(rng, before)
    for student_id, edge in EDGES.items():
        pupils += _edge_student(rng, student_id, edge)
    return sorted(pupils, key=lambda p: (p.year.label, p.student.student_id))


def _graduation_plan(student: Student) -> str | None:
    """The diploma plan chosen at the start of grade 9; a few have not handed theirs in."""
    rng = stream(f"graduation plan {student.student_id}")
    score = student.ability + rng.gauss(0, 0.5)
    if rng.random() < 0.03:
        return None
    return "distinguished" if score > 0.95 else "recommended" if score > -0.75 else "minimum"


def students_table(pupils: list[Pupil]) -> Table:
    fields = (
        "school_year",
        "student_id",
        "name",
        "grade_level",
        "gender",
        "race_ethnicity",
        "economically_disadvantaged",
        "english_learner",
        "disability",
        "homeless",
        "foster",
        "migrant",
        "military_connected",
        "participating",
        "cohort",
        "diploma_type",
        "diploma_date",
        "exit_type",
        "graduation_plan",
    )
    rows = []
    for pupil in pupils:
        s = pupil.student
        row = (
            pupil.year.label,
            s.student_id,
            s.name,
            pupil.grade_label,
            s.gender,
            s.race_ethnicity,
            s.low_income,
            s.english_learner and "left_english_learner" not in pupil.flags,
            s.disability and "left_special_education" not in pupil.flags,
            s.homeless,
            s.foster,
            s.migrant,
            s.military,
            pupil.participating,
            s.cohort if pupil.grade >= 9 else None,
            pupil.diploma_type,
            pupil.diploma_date,
            pupil.exit_type,
            _graduation_plan(s) if pupil.grade >= 9 else None,
        )
        rows.append(tuple(None if f in s.blank else cell for f, cell in zip(fields, row, strict=True)))
    return Table("students", fields, rows)


def enrollments_table(pupils: list[Pupil]) -> Table:
    fields = ("student_id", "school_id", "entry_date", "exit_date", "exit_type", "responsible_school_id")
    rows = [
        (pupil.student.student_id, stay.school, stay.entry, stay.exit, stay.exit_type, stay.responsible)
        for pupil in pupils
        for stay in pupil.stays
    ]
    return Table("enrollments", fields, rows)


def programs_table(pupils: list[Pupil]) -> Table:
    """A row a school year; a stay that ended within the year has its own last day."""
    rows = []
    for pupil in pupils:
        student = pupil.student
        programs = {
            "special_education": student.disability,
            "english_learner": student.english_learner,
            "lunch": student.low_income,
            "section_504": int(student.student_id) % 29 == 0 and not student.disability,
        }
        end = pupil.stays[-1].exit
        for program in sorted(name for name, takes_part in programs.items() if takes_part):
            ended = pupil.year.terms["S1"].end if f"left_{program}" in pupil.flags else end
            rows.append((pupil.year.label, student.student_id, program, pupil.stays[0].entry, ended))
    return Table("programs", ("school_year", "student_id", "program", "from_date", "to_date"), rows)
