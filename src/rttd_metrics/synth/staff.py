"""Educators: the posts of each school year, who holds them and for how long, and what observers saw."""

from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.classes import Classes
from rttd_metrics.synth.draws import Draws, pick
from rttd_metrics.synth.schools import Campuses
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.teaching import (
    COACH,
    COUNSELOR,
    DISTRICT,
    HOMEROOM,
    JANUARY,
    OF_DEPARTMENT,
    OF_SCHOOL,
    PRINCIPAL,
    SUPPORT,
    from_january,
    teaching_of,
)
from rttd_metrics.synth.years import SchoolYear

_LEAVE = {"principal": 0.05, "other": 0.13, "teacher": 0.13}
_DEGREES = {"bachelor": 2 / 7, "master": 3 / 7, "doctorate": 1 / 7}


@dataclass(frozen=True)
class Staff:
    """`holders`: post, s, department, role, educator_id, e (key), y, hired, quality. `teaching`: y, section_id, s, post, role,
    share, from_date, to_date, educator_id."""

    holders: pl.DataFrame
    teaching: pl.DataFrame

    def principals(self, year: SchoolYear) -> dict[int, str]:
        rows = self.holders.filter(y=year.number, department=PRINCIPAL)
        return dict(rows.select("s", "educator_id").iter_rows())


def make_staff(setting: Setting, campuses: Campuses, classes: list[Classes]) -> Staff:
    """Everyone who works in the years of these classes; about one in eight leaves from year to year."""
    teaching = pl.concat([teaching_of(campuses, setting, one) for one in classes], how="diagonal_relaxed")
    at_schools = [
        (school.s * OF_SCHOOL + department * OF_DEPARTMENT, one.year.number)
        for one in classes
        for school in campuses.schools
        for department in (PRINCIPAL, COUNSELOR, SUPPORT)
    ]
    coaches = [((DISTRICT * OF_SCHOOL) + COACH * OF_DEPARTMENT + n, one.year.number) for one in classes for n in (0, 1)]
    posts = pl.DataFrame([*at_schools, *coaches], schema={"post": pl.Int64, "y": pl.Int64}, orient="row")
    posts = pl.concat([posts, teaching.select("post", "y").cast(pl.Int64)]).unique().sort("y", "post")
    holders = _held(setting, campuses, posts)
    ids = holders.select("post", "y", "educator_id")
    return Staff(holders, teaching.join(ids, on=["post", "y"], maintain_order="left"))


def _held(setting: Setting, campuses: Campuses, posts: pl.DataFrame) -> pl.DataFrame:
    """Who holds each post in each year: the last one who was hired, or who was there when the first year began."""
    draws = setting.draws
    first, *others = (year.number for year in setting.full_years)
    department = pl.col("post") // OF_DEPARTMENT % (OF_SCHOOL // OF_DEPARTMENT)
    s = pl.col("post") // OF_SCHOOL
    other = department.is_in([COUNSELOR, COACH])
    role = (
        pl.when(department == PRINCIPAL).then(pl.lit("principal")).when(other).then(pl.lit("other")).otherwise(pl.lit("teacher"))
    )
    posts = posts.with_columns(department=department, s=s, role=role, hired=pl.lit(first, pl.Int64))
    new_principal = (pl.col("s") == campuses.of("high")[0].s) & (pl.col("role") == "principal")
    january = from_january()
    for year in others:
        leaves = draws.chance(f"new in {year - setting.last.number}", pl.col("role").replace_strict(_LEAVE), "post")
        replaced = leaves | january | (new_principal if year == setting.last.number else False)
        posts = posts.with_columns(hired=pl.when(replaced & (pl.col("y") >= year)).then(year).otherwise("hired"))
    posts = posts.with_columns(e=pl.col("post") * 64 + pl.col("hired"))
    people = posts.select("hired", "post", "e").unique().sort("hired", "post").with_row_index("place", 1)
    width = max(3, len(str(people.height)))
    people = people.select("e", educator_id="E" + pl.col("place").cast(pl.String).str.zfill(width))
    return posts.join(people, on="e", maintain_order="left").with_columns(quality=0.3 + 0.9 * draws.bell("quality", "e"))


# -- Tables ---------------------------------------------------------------------------------------------------------------


def section_educators_table(staff: Staff, year: SchoolYear) -> pl.DataFrame:
    rows = staff.teaching.filter(y=year.number).with_columns(school_year=pl.lit(year.label))
    return rows.select("school_year", "section_id", "educator_id", "role", "share", "from_date", "to_date")


def educators_table(setting: Setting, campuses: Campuses, staff: Staff, year: SchoolYear) -> pl.DataFrame:
    """A row an educator of the year; newcomers of the year are not yet rated."""
    draws, label = setting.draws, year.end
    here = staff.holders.filter(y=year.number).sort("educator_id")
    next_year = staff.holders.filter(y=year.number + 1).select("educator_id", back=pl.lit(True))
    experience = draws.below("experience", pl.when(pl.col("hired") == setting.full_years[0].number).then(29).otherwise(4), "e")
    experience = experience + year.number - pl.col("hired")
    district = pl.col("department") == COACH
    half = from_january()
    replaced = (
        pl.col("department").add(JANUARY - HOMEROOM).mul(OF_DEPARTMENT) + pl.col("post") % OF_DEPARTMENT + pl.col("s") * OF_SCHOOL
    )
    leaving = replaced.is_in(here.filter(half)["post"].to_list())
    here = here.join(campuses.frame().select("s", "kind", "school_id"), on="s", how="left", maintain_order="left").join(
        next_year, on="educator_id", how="left", maintain_order="left"
    )
    here = here.with_columns(experience=experience, leaving=leaving)
    lasts = pl.when(~draws.chance("not known yet", 0.08, "e")).then(draws.chance("returns", 0.9, "e") & ~pl.col("leaving"))
    returned = lasts if year is setting.last else pl.col("back").fill_null(False)
    answers = pl.col("kind").replace_strict({"middle": 0.66, "high": 0.7}, default=0.84, return_dtype=pl.Float64)
    missed = draws.uniform(f"days absent {label}", "e")
    return here.select(
        school_year=pl.lit(year.label),
        educator_id="educator_id",
        school_id="school_id",
        role="role",
        rating=_rating(draws, year),
        participating=~(district & (pl.col("post") % OF_DEPARTMENT == 1)),
        survey_completed=draws.chance(f"survey {label}", answers, "e"),
        years_experience="experience",
        highest_degree=pick(draws.uniform("degree", "e"), _DEGREES).fill_null("other"),
        days_contracted=pl.when(half | pl.col("leaving")).then(95).otherwise(190),
        days_absent=(18 * missed * missed).round().cast(pl.Int64),
        returned=returned,
    )


def _rating(draws: Draws, year: SchoolYear) -> pl.Expr:
    score = pl.col("quality") + 0.25 * draws.bell(f"rating {year.end}", "e")
    teacher = pl.when(score >= 0.9).then(pl.lit("highly_effective")).when(score >= -0.35).then(pl.lit("effective"))
    teacher = teacher.when(score >= -1.3).then(pl.lit("developing"))
    principal = pl.when(score >= 0.5).then(pl.lit("highly_effective")).when(score >= -0.35).then(pl.lit("effective"))
    rated = (pl.col("experience") > 0) & ~draws.chance(f"not rated {year.end}", 0.03, "e")
    return (
        pl.when(pl.col("role") == "principal")
        .then(principal.otherwise(pl.lit("developing")))
        .when((pl.col("role") == "teacher") & rated)
        .then(teacher.otherwise(pl.lit("ineffective")))
    )


def observations_table(draws: Draws, classes: Classes, staff: Staff) -> pl.DataFrame:
    """Two visits a year to most of the sections with a teacher, each scored 1 to 4 on two rubrics."""
    year = classes.year
    quality = staff.holders.filter(y=year.number).select("post", "quality")
    taught = staff.teaching.filter(y=year.number, role="teacher_of_record").join(quality, on="post", maintain_order="left")
    visited = classes.sections.filter(~draws.chance(f"not visited {year.end}", 0.3, "number"))
    spans = {"Y": (0, len(year.days)), "S1": (0, year.place(1, 28)), "S2": (year.place(1, 29), len(year.days))}
    start, end = (pl.col("term").replace_strict({term: span[n] for term, span in spans.items()}) for n in (0, 1))
    half = (end - start) // 2
    parts = []
    for visit in (0, 1):
        low, high = (start + 10, start + half) if visit == 0 else (start + half, end - 10)
        day = low + draws.below(f"visit {year.end} {visit}", high - low, "number")
        at = (
            visited.with_columns(day=day)
            .with_columns(date=year.date_at("day"))
            .join(taught, on="section_id", maintain_order="left")
        )
        open_ = pl.col("from_date").is_null() | (pl.col("from_date") <= pl.col("date"))
        at = at.filter(open_ & (pl.col("to_date").is_null() | (pl.col("date") <= pl.col("to_date"))))
        for rubric in ("classroom_climate", "instruction"):
            score = 2.7 + 0.4 * pl.col("quality") + 0.4 * draws.bell(f"{rubric} {year.end} {visit}", "number")
            parts.append(at.with_columns(rubric=pl.lit(rubric), score=((2 * score).round() / 2).clip(1, 4)))
    return pl.concat(parts).sort("section_id", "date", "rubric").select("section_id", "date", "rubric", "score")
