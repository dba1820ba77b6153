"""Schools and the educators of each year. A slot is a post at a school; an educator fills it, or leaves."""

from dataclasses import dataclass, replace
from random import Random

from lakeside_history import PAST_YEARS
from lakeside_world import (
    CEDAR_POINT,
    CORE,
    DISTRICT_ID,
    HERON_BAY,
    HIGH,
    LAST_YEAR,
    MIDDLE,
    SCHOOLS,
    THIS_YEAR,
    YEARS,
    Cell,
    Table,
    Year,
    stream,
)

SCHOOL_NAMES = {
    HERON_BAY: ("Heron Bay Elementary School", "PK", "5"),
    CEDAR_POINT: ("Cedar Point Elementary School", "PK", "5"),
    MIDDLE: ("Lakeside Middle School", "6", "8"),
    HIGH: ("Lakeside High School", "9", "12"),
}
ELEMENTARY_SLOTS = ("PK", "KG", "1", "2", "3", "4", "5", "music", "support")
CORE_SLOTS = tuple(f"{subject}-{group}" for subject in CORE for group in "AB")
SLOTS = {
    HERON_BAY: ELEMENTARY_SLOTS,
    CEDAR_POINT: ELEMENTARY_SLOTS,
    MIDDLE: (*CORE_SLOTS, "arts", "physical_education", "support"),
    HIGH: (*CORE_SLOTS, "world_language", "arts", "career_technical", "health", "support"),
}
PRINCIPAL_RATINGS: dict[str, dict[str, str]] = {
    "2011-12": {HERON_BAY: "effective", CEDAR_POINT: "effective", MIDDLE: "effective", HIGH: "effective"},
    "2012-13": {
        HERON_BAY: "highly_effective",
        CEDAR_POINT: "effective",
        MIDDLE: "highly_effective",
        HIGH: "developing",
    },
}
# The fourth grade of Cedar Point changes hands with the second semester.
REPLACED_SLOT, REPLACEMENT_SLOT = (CEDAR_POINT, "4"), (CEDAR_POINT, "4-from-January")

Slot = tuple[str | None, str]


@dataclass(frozen=True)
class Educator:
    educator_id: str
    role: str
    quality: float
    experience: int
    degree: str


@dataclass
class Staff:
    """Who fills which slot in a year."""

    year: Year
    posts: dict[Slot, Educator]

    def of(self, school: str, slot: str) -> str:
        return self.posts[(school, slot)].educator_id


def _role(slot: str) -> str:
    if slot == "principal":
        return slot
    return "other" if slot == "counselor" or slot.endswith("coach") else "teacher"


def _hire(rng: Random, number: int, slot: str, new: bool) -> Educator:
    degree = rng.choice(("bachelor", "bachelor", "master", "master", "master", "doctorate", "other"))
    return Educator(f"E{number:03d}", _role(slot), rng.gauss(0.3, 0.9), rng.randint(0, 3 if new else 28), degree)


def make_staff() -> dict[str, Staff]:
    """The staff of each year by its label; about one in eight leaves between the two."""
    rng = stream("staff")
    slots: list[Slot] = [(s, slot) for s in SCHOOLS for slot in ("principal", "counselor", *SLOTS[s])]
    slots += [(None, "reading-coach"), (None, "mathematics-coach")]
    before = {slot: _hire(rng, n, slot[1], new=False) for n, slot in enumerate(slots, start=1)}
    now = {}
    number = len(before) + 1
    for slot, educator in before.items():
        new_principal = slot == (HIGH, "principal")
        stays = slot[1] == "principal" or slot == REPLACED_SLOT or rng.random() > 0.13
        if stays and not new_principal:
            now[slot] = replace(educator, experience=educator.experience + 1)
        else:
            now[slot] = _hire(rng, number, slot[1], new=not new_principal)
            number += 1
    now[REPLACEMENT_SLOT] = _hire(rng, number, "4", new=True)
    return {LAST_YEAR.label: Staff(LAST_YEAR, before), THIS_YEAR.label: Staff(THIS_YEAR, now)}


def _rating(rng: Random, educator: Educator, year: Year) -> str | None:
    """Newcomers of the year are not yet rated, nor are those who are neither teacher nor principal."""
    score = educator.quality + rng.gauss(0.1 if year is THIS_YEAR else 0.0, 0.25)
    if educator.role != "teacher" or educator.experience == 0 or rng.random() < 0.03:
        return None
    if score >= 0.9:
        return "highly_effective"
    return "effective" if score >= -0.6 else "developing" if score >= -1.3 else "ineffective"


def _returned(rng: Random, staff: dict[str, Staff], year: Year, educator: Educator) -> bool | None:
    """Back in the next year: for this year by the contracts signed so far."""
    if year is LAST_YEAR:
        next_year = staff[THIS_YEAR.label].posts.values()
        return any(educator.educator_id == other.educator_id for other in next_year)
    leaves = educator is staff[year.label].posts[REPLACED_SLOT]
    return None if rng.random() < 0.08 else rng.random() > 0.1 and not leaves


def educators_table(staff: dict[str, Staff]) -> Table:
    rng = stream("educators")
    fields = (
        "school_year",
        "educator_id",
        "school_id",
        "role",
        "rating",
        "participating",
        "survey_completed",
        "years_experience",
        "highest_degree",
        "days_contracted",
        "days_absent",
        "returned",
    )
    rows: list[tuple[Cell, ...]] = []
    for year in YEARS:
        for (school, slot), educator in staff[year.label].posts.items():
            rating = _rating(rng, educator, year)
            if slot == "principal" and school is not None:
                rating = PRINCIPAL_RATINGS[year.label][school]
            answers = rng.random() < {MIDDLE: 0.7, HIGH: 0.75}.get(school or "", 0.92)
            half = year is THIS_YEAR and (school, slot) in {REPLACED_SLOT, REPLACEMENT_SLOT}
            rows.append(
                (
                    year.label,
                    educator.educator_id,
                    school,
                    educator.role,
                    rating,
                    slot != "mathematics-coach",
                    answers,
                    educator.experience,
                    educator.degree,
                    95 if half else 190,
                    round(18 * rng.random() ** 2),
                    _returned(rng, staff, year, educator),
                )
            )
    return Table("educators", fields, sorted(rows, key=lambda row: (str(row[0]), str(row[1]))))


def schools_table(staff: dict[str, Staff]) -> Table:
    """The four schools; of the years before 2011-12 only the high school, whose principal then is not known."""
    fields = ("school_year", "school_id", "name", "district_id", "principal_id", "grade_low", "grade_high")
    rows = [(year.label, HIGH, SCHOOL_NAMES[HIGH][0], DISTRICT_ID, None, *SCHOOL_NAMES[HIGH][1:]) for year in PAST_YEARS]
    rows += [
        (year.label, school, name, DISTRICT_ID, staff[year.label].of(school, "principal"), low, high)
        for year in YEARS
        for school, (name, low, high) in SCHOOL_NAMES.items()
    ]
    return Table("schools", fields, rows)
