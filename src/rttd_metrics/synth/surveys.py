"""Survey answers: conditions for learning (students) and working conditions (educators), both anonymous."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.years import SchoolYear


@dataclass(frozen=True)
class Survey:
    name: str
    respondent_type: str
    letter: str
    scales: tuple[str, ...]


LEARNING = Survey(
    "conditions_for_learning",
    "student",
    "S",
    ("safe_and_respectful_climate", "high_expectations", "student_support", "social_and_emotional"),
)
WORKING = Survey("working_conditions", "educator", "T", ("leadership", "time_and_resources"))
_ITEMS = (1, 2, 3)
_NEGATIVE = {("safe_and_respectful_climate", 3)}
"""Worded negatively ("Students here are often teased"): agreeing is not favorable."""
_SHIFT = {
    "safe_and_respectful_climate": -0.1,
    "high_expectations": 0.35,
    "student_support": 0.1,
    "social_and_emotional": 0.0,
    "leadership": 0.15,
    "time_and_resources": -0.35,
}
_CLIMATE = {"elementary": 0.45, "middle": -0.05, "high": 0.1}
_RESPONSE = {"elementary": 0.88, "middle": 0.88, "high": 0.71}
_SURVEY_DAY = (4, 12)
_PILOT = (5, 8, 11)


def _moods(setting: Setting, campuses: Campuses) -> pl.DataFrame:
    """s, mood and response of each school."""
    luck = setting.draws.single("climate")
    rows = [
        (one.s, _CLIMATE[one.kind.name] + 0.2 * (luck.random() - 0.5), _RESPONSE[one.kind.name] + 0.1 * (luck.random() - 0.5))
        for one in campuses.schools
    ]
    return pl.DataFrame(rows, schema=["s", "school_mood", "response"], orient="row")


def _answers(draws: Draws, survey: Survey, respondents: pl.DataFrame, year: SchoolYear, *, first: bool) -> pl.DataFrame:
    """Agreement from 1 to 4 of respondents (i, s, school_mood); a don't-know has no value, a skipped item no row.

    Respondents are numbered in an order that tells nothing about them.
    """
    shuffled = respondents.with_columns(order=draws.uniform(f"{survey.name} order {year.end}")).sort("order", "i")
    mood = pl.col("school_mood").fill_null(0.3) - (0.1 if first else 0.0) + 0.6 * draws.bell(f"{survey.name} mood {year.end}")
    width = max(4 if survey is LEARNING else 3, len(str(respondents.height)))
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(width)
    shuffled = shuffled.with_columns(mood=mood, respondent_id=survey.letter + number, order=pl.int_range(pl.len()))
    parts = []
    for place, (scale, item) in enumerate((scale, item) for scale in survey.scales for item in _ITEMS):
        what = f"{survey.name} {scale} {item} {year.end}"
        agreement = (2.6 + pl.col("mood") + _SHIFT[scale] + 0.8 * draws.bell(what)).round().clip(1, 4).cast(pl.Int64)
        known = pl.when(draws.uniform(f"{what} said") >= 0.035)
        negative = (scale, item) in _NEGATIVE
        rows = shuffled.filter(~draws.chance(f"{what} skipped", 0.015)).with_columns(
            place=pl.lit(place),
            scale=pl.lit(scale),
            item=pl.lit(f"{scale.split('_')[0]}_{item}"),
            value=known.then(5 - agreement if negative else agreement),
            favorable=known.then(agreement >= 3),
        )
        parts.append(rows)
    rows = pl.concat(parts).sort("order", "place")
    return rows.with_columns(survey=pl.lit(survey.name), respondent_type=pl.lit(survey.respondent_type))


def surveys_table(
    setting: Setting, campuses: Campuses, stays: pl.DataFrame, educators: pl.DataFrame, year: SchoolYear
) -> pl.DataFrame:
    """A row an answer: of grades 4 to 12 (before the last year a pilot in grades 5, 8 and 11), and of educators."""
    draws, final = setting.draws, year is setting.last
    moods = _moods(setting, campuses)
    place = year.place(*_SURVEY_DAY)
    here = pl.col("entry").le(place) & (pl.col("exit").is_null() | pl.col("exit").ge(place))
    asked = pl.col("grade") >= 4 if final else pl.col("grade").is_in(_PILOT)
    there = stays.filter(here & asked).join(moods, on="s", maintain_order="left")
    students = there.filter(draws.uniform(f"answers {year.end}") < pl.col("response")).select("i", "s", "school_mood")
    by_id = campuses.frame().select("s", "school_id").join(moods.select("s", "school_mood"), on="s")
    answered = (
        educators.filter("survey_completed").with_row_index("i").join(by_id, on="school_id", how="left", maintain_order="left")
    )
    answered = answered.select(pl.col("i").cast(pl.Int64), "s", "school_mood")
    both = [(LEARNING, students), (WORKING, answered)]
    rows = pl.concat([_answers(draws, survey, people, year, first=not final) for survey, people in both], how="vertical_relaxed")
    empty = pl.lit(None, pl.String)
    return rows.select(
        school_year=pl.lit(year.label), survey="survey", window=pl.lit("spring"), respondent_type="respondent_type",
        respondent_id="respondent_id", student_id=empty, educator_id=empty, school_id=campuses.school_id(), scale="scale",
        item="item", value="value", favorable="favorable",
    )  # fmt: skip
