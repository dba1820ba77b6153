"""Survey answers: conditions for learning (students) and working conditions (educators), both anonymous."""

from dataclasses import dataclass
from random import Random

from lakeside_world import (
    CEDAR_POINT,
    HERON_BAY,
    HIGH,
    LAST_YEAR,
    MIDDLE,
    SCHOOLS,
    YEARS,
    Cell,
    Pupil,
    Table,
    Year,
    stream,
)

Row = tuple[Cell, ...]
FIELDS = (
    "school_year",
    "survey",
    "window",
    "respondent_type",
    "respondent_id",
    "student_id",
    "educator_id",
    "school_id",
    "scale",
    "item",
    "value",
    "favorable",
)
LEARNING_SCALES = (
    "safe_and_respectful_climate",
    "high_expectations",
    "student_support",
    "social_and_emotional",
)
WORKING_SCALES = ("leadership", "time_and_resources")
ITEMS = ("1", "2", "3")
# Item 3 of the climate scale is worded negatively ("Students here are often teased").
NEGATIVE = {("safe_and_respectful_climate", "3")}
CLIMATE = {HERON_BAY: 0.55, CEDAR_POINT: 0.35, MIDDLE: -0.05, HIGH: 0.1}
SCALE_SHIFT = {
    "safe_and_respectful_climate": -0.1,
    "high_expectations": 0.35,
    "student_support": 0.1,
    "social_and_emotional": 0.0,
    "leadership": 0.15,
    "time_and_resources": -0.35,
}
RESPONSE = {HERON_BAY: 0.92, CEDAR_POINT: 0.84, MIDDLE: 0.88, HIGH: 0.71}


@dataclass(frozen=True)
class Survey:
    name: str
    respondent_type: str
    scales: tuple[str, ...]


LEARNING = Survey("conditions_for_learning", "student", LEARNING_SCALES)
WORKING = Survey("working_conditions", "educator", WORKING_SCALES)


def _answers(rng: Random, year: Year, school: str | None, respondent: str, survey: Survey) -> list[Row]:
    """Agreement from 1 to 4; a don't-know is a row without a value, a skipped item has no row."""
    mood = rng.gauss(CLIMATE.get(school or "", 0.3) - (0.1 if year is LAST_YEAR else 0.0), 0.6)
    rows: list[Row] = []
    for scale in survey.scales:
        for item in ITEMS:
            draw = rng.random()
            if draw < 0.015:
                continue
            score = mood + SCALE_SHIFT[scale] + rng.gauss(0, 0.8)
            agreement = max(1, min(4, round(2.6 + score)))
            negative = (scale, item) in NEGATIVE
            value = 5 - agreement if negative else agreement
            favorable = agreement >= 3
            answer = (None, None) if draw < 0.05 else (value, favorable)
            rows.append(
                (
                    year.label,
                    survey.name,
                    "spring",
                    survey.respondent_type,
                    respondent,
                    None,
                    None,
                    school,
                    scale,
                    f"{scale.split('_')[0]}_{item}",
                    *answer,
                )
            )
    return rows


def _surveyed(pupil: Pupil) -> bool:
    """Grades 4 to 12; in the pilot of 2011-12 only grades 5, 8 and 11."""
    return pupil.grade in {5, 8, 11} if pupil.year is LAST_YEAR else pupil.grade >= 4


def _student_answers(rng: Random, year: Year, pupils: list[Pupil]) -> list[Row]:
    """Those enrolled in the survey window, in an order that tells nothing about them."""
    day = year.quarter_ends[2]
    schools = [
        stay.school
        for pupil in pupils
        if pupil.year is year
        and _surveyed(pupil)
        and (stay := pupil.stay_on(day)) is not None
        and rng.random() < RESPONSE[stay.school]
    ]
    rng.shuffle(schools)
    rows: list[Row] = []
    for number, school in enumerate(schools, start=1):
        rows += _answers(rng, year, school, f"S{number:04d}", LEARNING)
    return rows


def _educator_answers(rng: Random, year: Year, educators: Table) -> list[Row]:
    """As many answers a school as educators completed the survey."""
    rows: list[Row] = []
    number = 0
    for school in (*SCHOOLS, None):
        answered = sum(row[0] == year.label and row[2] == school and row[6] is True for row in educators.rows)
        for _ in range(answered):
            number += 1
            rows += _answers(rng, year, school, f"T{number:03d}", WORKING)
    return rows


def surveys_table(pupils: list[Pupil], educators: Table) -> Table:
    rng = stream("surveys")
    rows: list[Row] = []
    for year in YEARS:
        rows += _student_answers(rng, year, pupils)
        rows += _educator_answers(rng, year, educators)
    return Table("surveys", FIELDS, rows)
