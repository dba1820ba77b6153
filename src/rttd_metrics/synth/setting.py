"""What is asked of a district, and what all its subjects share: the draws and the school years."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rttd_metrics.synth.draws import Draws
from rttd_metrics.synth.years import SchoolYear, school_years

DISTRICT_ID, DISTRICT_NAME = "0600001", "Lakeside Unified"
PK, KG = -1, 0
CORE = ("english", "mathematics", "science", "social_studies")
TEXTBOOK_FROM = 300
"""Students of the smallest district that has the textbook students: below, they would be most of it."""

Form = Literal["daily", "exceptions"]


@dataclass(frozen=True)
class Setting:
    """`students` in the last of `years` school years; `attendance` as rttd.yml names its forms."""

    students: int
    years: int = 1
    seed: int = 1
    class_size: int = 25
    attendance: Form = "daily"

    @cached_property
    def draws(self) -> Draws:
        return Draws(self.seed)

    @cached_property
    def school_years(self) -> list[SchoolYear]:
        return school_years(self.years)

    @property
    def full_years(self) -> list[SchoolYear]:
        return [year for year in self.school_years if year.full]

    @property
    def last(self) -> SchoolYear:
        return self.school_years[-1]

    @property
    def has_textbook(self) -> bool:
        return self.students >= TEXTBOOK_FROM
