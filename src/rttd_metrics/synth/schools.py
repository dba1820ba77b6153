"""The schools of a district: how many of each level, their names and neighbourhoods."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rttd_metrics.synth.names import school_name
from rttd_metrics.synth.setting import DISTRICT_ID, Setting
from rttd_metrics.synth.years import SchoolYear


@dataclass(frozen=True)
class Kind:
    """A level of schools: its grades (PK is -1, KG 0) and how many schools a student of the district adds."""

    name: str
    low: int
    high: int
    share: float
    fewest: int


KINDS = (Kind("elementary", -1, 5, 0.001, 2), Kind("middle", 6, 8, 0.0003, 1), Kind("high", 9, 12, 0.0002, 1))


@dataclass(frozen=True)
class School:
    """`number` counts in the level; `s`, which other modules join on, in the district."""

    s: int
    kind: Kind
    number: int
    school_id: str
    name: str
    low_income: float
    """The share of economically disadvantaged children in the neighbourhood; of elementary schools."""


def make_schools(setting: Setting) -> list[School]:
    """Elementary, middle, high: 2, 1 and 1 at least; of 100,000 students 100, 30 and 20."""
    counts = [max(kind.fewest, round(setting.students * kind.share)) for kind in KINDS]
    width = max(2, len(str(max(counts))))
    poor = setting.draws.single("neighbourhoods")
    schools: list[School] = []
    for level, (kind, count) in enumerate(zip(KINDS, counts, strict=True), start=1):
        for number in range(count):
            school_id = f"{level:02d}{number + 1:0{width}d}"
            low_income = (0.30, 0.72)[number] if number < 2 else 0.2 + 0.6 * poor.random()
            schools.append(School(len(schools), kind, number, school_id, school_name(kind.name, number), low_income))
    return schools


@dataclass(frozen=True)
class Campuses:
    """The schools by level, and which elementary schools lead to which middle and high school."""

    schools: list[School]

    def of(self, kind: str) -> list[School]:
        return [school for school in self.schools if school.kind.name == kind]

    def frame(self) -> pl.DataFrame:
        """s, school_id, kind (its name), number."""
        rows = [(one.s, one.school_id, one.kind.name, one.number) for one in self.schools]
        return pl.DataFrame(rows, schema=["s", "school_id", "kind", "number"], orient="row")

    def school_id(self, s: str = "s") -> pl.Expr:
        """The id of the school that a column names by its `s`; null for null."""
        return pl.lit(pl.Series([school.school_id for school in self.schools], dtype=pl.String)).gather(pl.col(s))

    def place(self, home: str, grade: str) -> pl.Expr:
        """The school `s` of a grade for children of an elementary school `home`: neighbourhoods go on together."""
        sizes = [len(self.of(kind.name)) for kind in KINDS]
        first, elementary = 0, sizes[0]
        result = pl.lit(None, dtype=pl.Int64)
        for kind, size in zip(KINDS, sizes, strict=True):
            at = first + pl.col(home) * size // elementary
            result = pl.when(pl.col(grade).is_between(kind.low, kind.high)).then(at).otherwise(result)
            first += size
        return result

    def span(self, grade: str) -> tuple[pl.Expr, pl.Expr]:
        """The first school `s` of a grade's level, and how many there are."""
        first, count, at = pl.lit(0), pl.lit(0), 0
        for kind in KINDS:
            size = len(self.of(kind.name))
            here = pl.col(grade).is_between(kind.low, kind.high)
            first, count = pl.when(here).then(at).otherwise(first), pl.when(here).then(size).otherwise(count)
            at += size
        return first, count

    def closed(self, year: SchoolYear) -> pl.DataFrame:
        """s and day: the places of the days on which the district has school and one school has not."""
        rows = list(self._closed(year))
        return pl.DataFrame(rows, schema={"s": pl.Int64, "day": pl.Int64}, orient="row")

    def _closed(self, year: SchoolYear) -> Iterator[tuple[int, int]]:
        for school in self.schools:
            opened = set(year.open(school.kind.name, school.number))
            yield from ((school.s, day) for day in range(len(year.days)) if day not in opened)


_GRADES = {-1: "PK", 0: "KG"}


def grade_text(grade: int) -> str:
    return _GRADES.get(grade, str(grade))


def grade_label(grade: str = "grade") -> pl.Expr:
    return pl.col(grade).cast(pl.String).replace({str(key): text for key, text in _GRADES.items()})


def schools_table(campuses: Campuses, year: SchoolYear, principals: dict[int, str]) -> pl.DataFrame:
    """A row a school; of the years before the first full one only the high schools, whose principals are not known."""
    rows = [
        (
            year.label,
            one.school_id,
            one.name,
            DISTRICT_ID,
            principals.get(one.s),
            grade_text(one.kind.low),
            grade_text(one.kind.high),
        )
        for one in campuses.schools
        if year.full or one.kind.name == "high"
    ]
    fields = ["school_year", "school_id", "name", "district_id", "principal_id", "grade_low", "grade_high"]
    return pl.DataFrame(rows, schema=dict.fromkeys(fields, pl.String), orient="row")


def calendar_table(campuses: Campuses, year: SchoolYear) -> pl.DataFrame:
    """Every weekday of the year at every school; the days off are there with instructional false."""
    parts = []
    for school in campuses.schools:
        opened = {year.days[n] for n in year.open(school.kind.name, school.number)}
        days = pl.Series(year.weekdays)
        parts.append(pl.select(school_id=pl.lit(school.school_id), date=days, instructional=days.is_in(list(opened))))
    return pl.concat(parts)
