"""A district's last school year as a OneRoster bundle, 1.1 or 1.2: whatever that standard has room for.

OneRoster knows people, classes, results, race and sex; attendance, programmes, discipline and surveys have no place in it.
Ids are those of the tables, so that both tell of the same district. A stay or a term ends on its last day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from rttd_metrics.synth.courses import courses_table, offers_frame
from rttd_metrics.synth.district import District
from rttd_metrics.synth.marks import grades_table
from rttd_metrics.synth.names import FIRST_NAMES, LAST_NAMES
from rttd_metrics.synth.oneroster_files import columns_of, manifest
from rttd_metrics.synth.people import is_blank
from rttd_metrics.synth.schools import grade_text
from rttd_metrics.synth.setting import DISTRICT_ID, DISTRICT_NAME
from rttd_metrics.synth.years import SchoolYear

Version = Literal["1.1", "1.2"]
_SESSIONS = {"year": "schoolYear", "semester": "semester", "quarter": "gradingPeriod"}
_ROLES: dict[Version, dict[str, str]] = {
    "1.1": {"principal": "administrator", "teacher": "teacher", "other": "aide"},
    "1.2": {"principal": "principal", "teacher": "teacher", "other": "counselor"},
}
_RACES = {
    "americanIndianOrAlaskaNative": "american_indian_or_alaska_native",
    "asian": "asian",
    "blackOrAfricanAmerican": "black_or_african_american",
    "nativeHawaiianOrOtherPacificIslander": "native_hawaiian_or_other_pacific_islander",
    "white": "white",
}


@dataclass(frozen=True)
class Bundle:
    """The files of one version, each a frame with exactly the columns of the standard, in its order."""

    district: District
    version: Version

    def parts(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Every file of the bundle: its name without .csv, and its rows."""
        made = {name: frame for name, frame in self._files() if frame is not None}
        yield "manifest", manifest(self.version, set(made))
        for name, frame in made.items():
            yield name, _filled(frame, columns_of(self.version, name))

    def _files(self) -> Iterator[tuple[str, pl.DataFrame | None]]:
        year = self._year
        seats = self.district.classes[year.number].seats()
        yield "academicSessions", _sessions(year)
        yield "orgs", self._orgs()
        yield "courses", self._courses()
        yield "classes", self._classes()
        yield "users", pl.concat([self._students(), self._educators()], how="diagonal_relaxed")
        yield "roles", self._roles() if self.version == "1.2" else None
        yield "enrollments", pl.concat([self._rosters(seats), self._teaching()], how="diagonal_relaxed")
        yield "demographics", self._demographics()
        yield (
            "categories",
            pl.DataFrame({"sourcedId": ["quarter", "semester", "final"], "title": ["Quarter", "Semester", "Final"]}),
        )
        marks = self._marks(seats)
        yield "lineItems", self._line_items(marks)
        yield "results", self._results(marks)

    @property
    def _year(self) -> SchoolYear:
        return self.district.setting.last

    def _school(self, s: str = "s") -> pl.Expr:
        return self.district.campuses.school_id(s)

    def _orgs(self) -> pl.DataFrame:
        rows = [(DISTRICT_ID, DISTRICT_NAME, "district", DISTRICT_ID, None)]
        rows += [(one.school_id, one.name, "school", one.school_id, DISTRICT_ID) for one in self.district.campuses.schools]  # type: ignore[misc]
        return pl.DataFrame(rows, schema=["sourcedId", "name", "type", "identifier", "parentSourcedId"], orient="row")

    def _courses(self) -> pl.DataFrame:
        grades = offers_frame().select("course_id", "grade").unique().sort("grade")
        grades = grades.group_by("course_id", maintain_order=True).agg(grades=_grade().str.join(","))
        return courses_table().join(grades, on="course_id", how="left", maintain_order="left").select(
            sourcedId="course_id", schoolYearSourcedId=pl.lit(self._year.terms["Y"].term_id), title="title",
            courseCode="course_id", grades=pl.col("grades").fill_null("09,10,11,12"), orgSourcedId=pl.lit(DISTRICT_ID),
            subjects="subject", )  # fmt: skip

    def _classes(self) -> pl.DataFrame:
        kind = pl.when("homeroom").then(pl.lit("homeroom")).otherwise(pl.lit("scheduled"))
        return self.district.classes[self._year.number].sections.select(
            sourcedId="section_id", title="name", grades=_grade().fill_null("09,10,11,12"), courseSourcedId="course_id",
            classCode="section_id", classType=kind, schoolSourcedId=self._school(),
            termSourcedIds=f"{self._year.code}-" + pl.col("term"), subjects="subject", periods="period",
        )  # fmt: skip

    # -- People -----------------------------------------------------------------------------------------------------------

    def _students(self) -> pl.DataFrame:
        last = (
            self._stays()
            .group_by("i", maintain_order=True)
            .agg(primary=self._school().last(), all=self._school().unique(maintain_order=True).str.join(","))
        )
        pupils = self._pupils().join(last, on="i", maintain_order="left")
        name = pl.col("name").str.split(" ")
        return pupils.select(
            sourcedId="student_id", enabledUser=pl.lit("true"), orgSourcedIds="all", role=pl.lit("student"),
            username="student_id", givenName=name.list.first(), familyName=name.list.last(), identifier="student_id",
            grades=_pupils_grade(), primaryOrgSourcedId="primary",
        )  # fmt: skip

    def _educators(self) -> pl.DataFrame:
        draws = self.district.setting.draws
        first = pl.lit(pl.Series(FIRST_NAMES)).gather(draws.below("educator's first name", len(FIRST_NAMES), "e"))
        last = pl.lit(pl.Series(LAST_NAMES)).gather(draws.below("educator's last name", len(LAST_NAMES), "e"))
        return self._holders().select(
            sourcedId="educator_id", enabledUser=pl.lit("true"), orgSourcedIds="org", role=pl.col("role").replace(_ROLES["1.1"]),
            username="educator_id", givenName=first, familyName=last, identifier="educator_id", primaryOrgSourcedId="org",
        )  # fmt: skip

    def _roles(self) -> pl.DataFrame:
        """A row a student's school, the last one primary, and one an educator; roles of district staff are the district's."""
        year = self._year
        stays = self._stays().with_columns(org=self._school())
        spans = stays.group_by("i", "org", maintain_order=True).agg(
            pl.col("student_id").first(), pl.col("entry").min(), pl.col("exit").last()
        )
        last = pl.int_range(pl.len()).over("i") == pl.len().over("i") - 1
        kind = pl.when(last).then(pl.lit("primary")).otherwise(pl.lit("secondary"))
        students = spans.select(
            sourcedId=pl.format("R-{}-{}", "student_id", "org"), userSourcedId="student_id", roleType=kind,
            role=pl.lit("student"), beginDate=year.date_at("entry"), endDate=year.date_at("exit"), orgSourcedId="org",
        )  # fmt: skip
        educators = self._holders().select(
            sourcedId=pl.format("R-{}-{}", "educator_id", "org"), userSourcedId="educator_id", roleType=pl.lit("primary"),
            role=pl.when(pl.col("org") == DISTRICT_ID).then(pl.lit("districtAdministrator"))
            .otherwise(pl.col("role").replace(_ROLES["1.2"])), beginDate=pl.lit(year.first), orgSourcedId="org",
        )  # fmt: skip
        return pl.concat([students, educators], how="diagonal_relaxed")

    def _demographics(self) -> pl.DataFrame:
        draws = self.district.setting.draws
        pupils = self._pupils()
        race = pl.when(~is_blank("race_ethnicity")).then("race_ethnicity")
        hispanic, several = race == "hispanic_or_latino", race == "two_or_more_races"
        second = list(_RACES)[: len(_RACES) - 1]
        other = draws.below("second race", len(second))
        too = {name: several & (other == n) for n, name in enumerate(second)}
        too["white"] = several | (hispanic & draws.chance("Hispanic and white", 0.6))
        day = pl.duration(days=draws.below("birthday", 365))
        born = pl.date(self._year.end - 7 - pl.col("grade"), 9, 2) + day
        return pupils.select(
            sourcedId="student_id", birthDate=born, sex=pl.when(~is_blank("gender")).then("gender"),
            **{name: race.eq(code) | too[name] for name, code in _RACES.items()},
            demographicRaceTwoOrMoreRaces=several, hispanicOrLatinoEthnicity=hispanic,
        )  # fmt: skip

    def _pupils(self) -> pl.DataFrame:
        return self.district.enrolment.pupils.filter(y=self._year.number)

    def _stays(self) -> pl.DataFrame:
        return self.district.stays(self._year)

    def _holders(self) -> pl.DataFrame:
        here = self.district.staff.holders.filter(y=self._year.number).sort("educator_id")
        ids = self.district.campuses.frame().select("s", org="school_id")
        return here.join(ids, on="s", how="left", maintain_order="left").with_columns(pl.col("org").fill_null(DISTRICT_ID))

    # -- Classes and results ----------------------------------------------------------------------------------------------

    def _rosters(self, seats: pl.DataFrame) -> pl.DataFrame:
        rows = seats.sort("i", "section_id", "from_date")
        number = pl.int_range(1, pl.len() + 1).over("section_id", "student_id").cast(pl.String)
        return rows.select(
            sourcedId=pl.format("E-{}-{}-{}", "section_id", "student_id", number), classSourcedId="section_id",
            schoolSourcedId=self._school(), userSourcedId="student_id", role=pl.lit("student"), primary=pl.lit("false"),
            beginDate="from_date", endDate="to_date",
        )  # fmt: skip

    def _teaching(self) -> pl.DataFrame:
        rows = self.district.staff.teaching.filter(y=self._year.number)
        return rows.select(
            sourcedId=pl.format("E-{}-{}", "section_id", "educator_id"), classSourcedId="section_id",
            schoolSourcedId=self._school(), userSourcedId="educator_id", role=pl.lit("teacher"),
            primary=pl.col("role") == "teacher_of_record", beginDate="from_date", endDate="to_date",
        )  # fmt: skip

    def _marks(self, seats: pl.DataFrame) -> pl.DataFrame:
        """The marks that belong to a class, with the id of their line item."""
        setting, pupils = self.district.setting, self.district.enrolment.pupils
        marks = grades_table(setting, seats, pupils, self._stays(), self._year).filter(pl.col("section_id").is_not_null())
        marks = marks.with_columns(item=pl.format("L-{}-{}-{}", "section_id", "term_id", "mark_type"))
        return marks.unique(["item", "student_id"], keep="first", maintain_order=True)

    def _line_items(self, marks: pl.DataFrame) -> pl.DataFrame:
        items = marks.select("item", "section_id", "term_id", "mark_type").unique().sort("item")
        rows = [(term.term_id, name, term.start, term.end) for name, term in self._year.terms.items()]
        terms = pl.DataFrame(rows, schema=["term_id", "term", "starts", "ends"], orient="row")
        school = self.district.classes[self._year.number].sections.select("section_id", school=self._school())
        items = items.join(terms, on="term_id", maintain_order="left").join(school, on="section_id", maintain_order="left")
        return items.select(
            sourcedId="item", title=pl.col("term") + " " + pl.col("mark_type"), assignDate="starts", dueDate="ends",
            classSourcedId="section_id", categorySourcedId="mark_type", gradingPeriodSourcedId="term_id",
            academicSessionSourcedId="term_id", resultValueMin=pl.lit(0), resultValueMax=pl.lit(4), schoolSourcedId="school",
        )  # fmt: skip

    def _results(self, marks: pl.DataFrame) -> pl.DataFrame:
        """The letter is the comment of 1.1 and the text score of 1.2; an incomplete mark is not submitted."""
        ends = {term.term_id: term.end for term in self._year.terms.values()}
        open_ = pl.col("points").is_null()
        new = {"textScore": pl.col("mark"), "classSourcedId": pl.col("section_id"), "incomplete": open_}
        old = {"comment": pl.col("mark")}
        return marks.select(
            sourcedId=pl.format("{}-{}", "item", "student_id"), lineItemSourcedId="item", studentSourcedId="student_id",
            scoreStatus=pl.when(open_).then(pl.lit("not submitted")).otherwise(pl.lit("fully graded")), score="points",
            scoreDate=pl.col("term_id").replace_strict(ends, return_dtype=pl.Date), **(old if self.version == "1.1" else new),
        )  # fmt: skip


def _sessions(year: SchoolYear) -> pl.DataFrame:
    parents = {"S1": "Y", "S2": "Y", "Q1": "S1", "Q2": "S1", "Q3": "S2", "Q4": "S2"}
    rows = [
        (
            t.term_id,
            f"{year.label} {name}",
            _SESSIONS[t.type],
            t.start,
            t.end,
            year.terms[parents[name]].term_id if name in parents else None,
            year.end,
        )
        for name, t in year.terms.items()
    ]
    names = ["sourcedId", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _grade() -> pl.Expr:
    """The standard's code of a grade: PK, KG, 01 to 13."""
    codes = {grade: text.zfill(2) if (text := grade_text(grade)).isdigit() else text for grade in range(-1, 13)}
    return pl.col("grade").replace_strict(codes, default=None, return_dtype=pl.String)


def _pupils_grade() -> pl.Expr:
    ungraded = pl.col("case").eq_missing("ungraded")
    return pl.when(ungraded).then(pl.lit("UG")).when(~is_blank("grade_level")).then(_grade())


def _filled(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Exactly these columns; what the district does not know is empty, as status and dateLastModified are in a bulk file."""
    return frame.select(pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in columns)
