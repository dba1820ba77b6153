"""A whole district, table by table and year by year."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from rttd_metrics.synth.assessments import assessments_table
from rttd_metrics.synth.attendance import attendance_table, days_of
from rttd_metrics.synth.classes import Classes, make_classes, rosters_table, sections_table, terms_table
from rttd_metrics.synth.courses import courses_table
from rttd_metrics.synth.discipline import incidents_table, make_discipline
from rttd_metrics.synth.enrolment import Enrolment, enrol, enrollments_table, programs_table
from rttd_metrics.synth.marks import grades_table, transcripts_table
from rttd_metrics.synth.people import make_people, students_table
from rttd_metrics.synth.plans import period_attendance_table, plan_uses_table
from rttd_metrics.synth.postsecondary import postsecondary_table
from rttd_metrics.synth.schools import Campuses, calendar_table, make_schools, schools_table
from rttd_metrics.synth.setting import Setting
from rttd_metrics.synth.staff import Staff, educators_table, make_staff, observations_table, section_educators_table
from rttd_metrics.synth.surveys import surveys_table
from rttd_metrics.synth.years import SchoolYear

Part = tuple[str, pl.DataFrame]
"""The name of a standard table and rows of it; the parts of a table follow one another in the order of their rows."""


@dataclass(frozen=True)
class District:
    """The people and places of a setting; `parts` makes the tables from them, each part only when it is asked for."""

    setting: Setting

    @cached_property
    def campuses(self) -> Campuses:
        return Campuses(make_schools(self.setting))

    @cached_property
    def enrolment(self) -> Enrolment:
        return enrol(self.setting, self.campuses, make_people(self.setting, self.campuses))

    @cached_property
    def classes(self) -> dict[int, Classes]:
        """The classes of each full year, by its number."""
        return {
            year.number: make_classes(self.setting, self.campuses, self.stays(year), year) for year in self.setting.full_years
        }

    @cached_property
    def staff(self) -> Staff:
        return make_staff(self.setting, self.campuses, list(self.classes.values()))

    def stays(self, year: SchoolYear) -> pl.DataFrame:
        return self.enrolment.stays.filter(y=year.number)

    def parts(self) -> Iterator[Part]:
        """Every standard table, year by year, the earliest first."""
        yield "courses", courses_table()
        for year in self.setting.school_years:
            yield from self._everyone(year)
            yield from self._full(year) if year.full else self._past(year)

    def _everyone(self, year: SchoolYear) -> Iterator[Part]:
        pupils = self.enrolment.pupils
        principals = self.staff.principals(year) if year.full else {}
        yield "schools", schools_table(self.campuses, year, principals)
        yield "students", students_table(self.setting, pupils, year)
        yield "enrollments", enrollments_table(self.campuses, self.stays(year), year)
        yield "postsecondary", postsecondary_table(self.setting, pupils, year)

    def _past(self, year: SchoolYear) -> Iterator[Part]:
        """A year of which the high schools' transcripts and state tests are kept."""
        setting, pupils, stays = self.setting, self.enrolment.pupils, self.stays(year)
        yield "grades", transcripts_table(setting.draws, pupils, year)
        yield "assessments", assessments_table(setting, self.campuses, pupils, stays, None, year)

    def _full(self, year: SchoolYear) -> Iterator[Part]:
        setting, campuses, pupils = self.setting, self.campuses, self.enrolment.pupils
        stays, classes = self.stays(year), self.classes[year.number]
        educators = educators_table(setting, campuses, self.staff, year)
        yield "educators", educators
        yield "terms", terms_table(year)
        yield "calendar", calendar_table(campuses, year)
        yield "programs", programs_table(pupils, stays, year)
        yield "sections", sections_table(campuses, classes)
        yield "section_educators", section_educators_table(self.staff, year)
        yield "observations", observations_table(setting.draws, classes, self.staff)
        yield "surveys", surveys_table(setting, campuses, stays, educators, year)
        seats = classes.seats()
        yield "rosters", rosters_table(seats, year)
        yield "grades", grades_table(setting, seats, pupils, stays, year)
        yield "assessments", assessments_table(setting, campuses, pupils, stays, seats, year)
        yield from self._days(year, stays, seats)

    def _days(self, year: SchoolYear, stays: pl.DataFrame, seats: pl.DataFrame) -> Iterator[Part]:
        setting, campuses = self.setting, self.campuses
        discipline = make_discipline(setting, campuses, stays, year)
        yield "incidents", incidents_table(campuses, discipline, year)
        missed = []
        for day in days_of(setting, campuses, stays, discipline, year):
            yield "attendance", attendance_table(day, exceptions=setting.attendance == "exceptions")
            missed.append(day.filter(pl.col("status") != "present").select("i", "day"))
        known = pl.concat(missed) if missed else pl.DataFrame(schema={"i": pl.Int64, "day": pl.Int64})
        yield "period_attendance", period_attendance_table(setting.draws, campuses, seats, known, year)
        if year is setting.last:
            yield "plan_uses", plan_uses_table(setting.draws, campuses, stays, known, year)
