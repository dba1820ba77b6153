"""Formulas in plain English: exact sentences, for each kind of node and for the measures that ship."""

from pathlib import Path
from typing import Any

import pytest

from projects import measure, write_project
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.readings import read_measure, vocabulary
from rttd_metrics.formula.types import check
from rttd_metrics.formula.words import Notes, Speaker, Text
from rttd_metrics.formula.words.titles import complement, is_plural, lowered

FACTS = {
    "parameters": {"limit": 0.1, "least_days": 10, "leavers": ["moved_away", "deceased"], "strict": True, "loose": False,
                   "none": []},
    "student": {
        "days": {"formula": "count(attendance)", "title": "Days enrolled"},
        "missed": {"formula": "count(attendance where attendance.absent >= 0.5)", "title": "Days absent"},
        "rate": {"formula": "missed / days", "title": "Absence rate"},
        "share": {"formula": "missed / days", "title": "Share of the days missed"},
        "per_cent": {"formula": "100 * missed / days", "title": "Share of the days missed, in per cent"},
        "points": {"formula": "avg(grades.points)", "title": "Grade point average"},
        "credits": {"formula": "sum(grades.credits_earned)", "title": "Credits earned toward promotion"},
        "status": {"formula": "coalesce(exit_type, 'enrolled')", "title": "Exit status"},
        "proficient": {"formula": "any(assessments.proficient)", "title": "Proficient in mathematics"},
        "planned": {"formula": "count(plan_uses) > 0", "title": "Has a plan"},
        "odd": {"formula": "count(plan_uses) > 1", "title": "Weekly plan used"},
        "algebra": {"formula": "count(grades) > 1", "title": "Takes algebra"},
        "grew": {"formula": "count(grades) > 2", "title": "Grew in reading"},
        "all_rated": {"formula": "count(grades) > 3", "title": "Whether all teachers are rated"},
        "a_g": {"formula": "count(surveys) > 3", "title": "The a-g requirement is met"},
        "surveyed": {"formula": "count(surveys) > 0", "title": "Has answered the survey"},
        "why": {"formula": "exit_type", "title": "How the student left"},
        "untitled_number": "1 + 1",
    },
    "classroom": {
        "rated": {"formula": "count(observations) > 0", "title": "Fully rated"},
        "taught": {"formula": "count(section_educators) > 0", "title": "Whether somebody teaches the class"},
        "scores": {"formula": "avg(observations.score)", "title": "Mean score, over all visits"},
    },
    "school": {"asked": {"formula": "count(surveys)", "title": "Number of survey answers"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    found = read_portfolio(write_project(tmp_path_factory.mktemp("words"), measure(formula="count(planned)"), facts=FACTS))
    assert found.problems == ()
    return found


def speaker(portfolio: Portfolio, level: str = "student", notes: Notes | None = None) -> Speaker:
    return Speaker(vocabulary(portfolio), level, notes or Notes())


def node(portfolio: Portfolio, formula: str, level: str = "student") -> Any:
    checked = check(formula, portfolio.facts.scope(level, aggregates=True))
    assert checked.faults == ()
    return checked.node


# -- whom a condition describes -----------------------------------------------------------------------------------

DESCRIBED = {
    # columns and grade levels
    "participating": "participating students",
    "not participating": "students who are not participating",
    "participating = false": "students who are not participating",
    "participating and homeless": "participating homeless students",
    "disability": "students who have a disability",
    "not disability": "students who do not have a disability",
    "foster": "students in foster care",
    "not foster": "students who are not in foster care",
    "english_learner": "students who are classified as English learner",
    "participating and grade_level between 4 and 8": "participating students in grades 4 to 8",
    "grade_level between 'PK' and 3": "students in pre-kindergarten to grade 3",
    "grade_level = 9": "students in grade 9",
    "grade_level <> 9": "students not in grade 9",
    "grade_level >= 9": "students in grade 9 or above",
    "grade_level > 8": "students above grade 8",
    "grade_level <= 3": "students in grade 3 or below",
    "grade_level < 'KG'": "students below kindergarten",
    "not grade_level >= 9": "students not in grade 9 or above",
    "grade_level in ('KG', 1, 2, 3)": "students in kindergarten to grade 3",
    "grade_level between 11 and 12": "students in grades 11 and 12",
    "grade_level in (4, 8)": "students in grade 4 or grade 8",
    "grade_level not in (4, 8)": "students not in grade 4 or grade 8",
    "9 <= grade_level": "students in grade 9 or above",
    "grade_level is null": "students whose grade level is not given",
    # numbers of things
    "missed > 0": "students with one or more days absent",
    "missed >= 1": "students with one or more days absent",
    "missed = 0": "students with no days absent",
    "missed > 3": "students with more than 3 days absent",
    "missed >= 3": "students with 3 or more days absent",
    "missed < 3": "students with fewer than 3 days absent",
    "missed <= 3": "students with 3 or fewer days absent",
    "missed between 3 and 5": "students with 3 to 5 days absent",
    "missed not between 3 and 5": "students whose number of days absent is not from 3 to 5",
    "missed = 1": "students whose number of days absent is 1",
    "missed <> 0": "students whose number of days absent is not 0",
    "missed in (1, 2, 3)": "students whose number of days absent is 1, 2 or 3",
    "missed + days > 0": "students with one or more days absent and days enrolled, taken together",
    "missed <= 0": "students with no more than 0 days absent",
    "credits >= 4.5": "students with 4.5 or more credits earned toward promotion",
    "credits > 0": "students with more than 0 credits earned toward promotion",
    "credits = 5": "students whose credits earned toward promotion are 5",
    "count(grades where grades.failing) >= 2": "students with 2 or more failing marks",
    # numbers, shares of a whole among them
    "rate >= 0.10": "students whose absence rate is 10 % or more",
    "rate > 0.10": "students whose absence rate is more than 10 %",
    "rate <= 0.10": "students whose absence rate is 10 % or less",
    "rate < 0.125": "students whose absence rate is less than 12.5 %",
    "share >= 10": "students whose share of the days missed is 10 or more",
    "per_cent >= 1.5": "students whose share of the days missed, in per cent, is 1.5 or more",
    "missed / days >= 0.10": "students for whom (days absent divided by days enrolled) is 10 % or more",
    "1 - rate < 0.9": "students for whom (1 minus the absence rate) is less than 90 %",
    "points >= 0.5": "students whose grade point average is 0.5 or more",
    "points = 1000000": "students whose grade point average is 1,000,000",
    "missed > days": "students whose number of days absent is more than the number of days enrolled",
    "missed = days": "students whose number of days absent is equal to the number of days enrolled",
    "missed <> days": "students whose number of days absent is other than the number of days enrolled",
    # texts, dates, school years
    "status = 'moved_away'": "students whose exit status is “moved_away”",
    "status <> 'moved_away'": "students whose exit status is not “moved_away”",
    "status in ('a', 'b') or status = 'c'": "students whose exit status is “a”, “b” or “c”",
    "not status in ('a', 'b')": "students whose exit status is neither “a” nor “b”",
    "status in none": "students for whom this never holds",
    "starts_with(status, 'moved')": "students whose exit status begins with “moved”",
    "not contains(status, 'moved')": "students whose exit status does not contain “moved”",
    "why = 'moved'": "students for whom “How the student left” is “moved”",
    "diploma_date >= '2013-06-01'": "students whose diploma date is 1 June 2013 or later",
    "diploma_date < as_of": "students whose diploma date is before the as-of date",
    "diploma_date <= school_year_day('06-30')": "students whose diploma date is on or before 30 June of the school year",
    "cohort = school_year": "students whose graduation cohort is the school year that is computed",
    "cohort <> add_years(school_year, -1)":
        "students whose graduation cohort is not 1 year before the school year that is computed",
    "grade_level = 'UG'": "students ungraded",
    "grade_level <> 'UG'": "students not ungraded",
    "grade_level in ('UG', 12)": "students in grade 12 or ungraded",
    "school.asked >= 10": "students whose school has 10 or more survey answers",
    "cohort > '2012-13'": "students whose graduation cohort is later than 2012-13",
    "school.grade_high = 12": "students whose school’s highest grade is grade 12",
    "schools.name = 'Adams'": "students whose school’s name is “Adams”",
    # facts that are true or false
    "proficient": "students who are proficient in mathematics",
    "not proficient": "students who are not proficient in mathematics",
    "planned": "students who have a plan",
    "odd": "students for whom “Weekly plan used” is true",
    "not odd": "students for whom “Weekly plan used” is false",
    "algebra": "students who take algebra",
    "not algebra": "students who do not take algebra",
    "algebra is true": "students who are known to take algebra",
    "grew": "students who grew in reading",
    "not grew": "students for whom it is not true that the student grew in reading",
    "grew is true": "students for whom it is known that the student grew in reading",
    "all_rated": "students for whom all teachers are rated",
    "not all_rated": "students for whom it is not true that all teachers are rated",
    "a_g": "students for whom the a-g requirement is met",
    "not a_g": "students for whom it is not true that the a-g requirement is met",
    "all_rated is null": "students for whom it is not known whether all teachers are rated",
    "surveyed": "students who have answered the survey",
    "not surveyed": "students who have not answered the survey",
    # what is not known
    "proficient is true": "students who are known to be proficient in mathematics",
    "proficient is not true": "students who are not known to be proficient in mathematics",
    "proficient is false": "students who are known to be not proficient in mathematics",
    "proficient is not false": "students either who are proficient in mathematics or for whom that is not known",
    "proficient is not false and missed > 3":
        "students with more than 3 days absent, and either who are proficient in mathematics or for whom that is not known",
    "all_rated is not false": "students either for whom all teachers are rated or for whom that is not known",
    "coalesce(proficient, false)": "students who are known to be proficient in mathematics",
    "coalesce(proficient, true)": "students either who are proficient in mathematics or for whom that is not known",
    "proficient is null": "students for whom it is not known whether they are proficient in mathematics",
    "proficient is not null": "students for whom it is known whether they are proficient in mathematics",
    "odd is true": "students for whom “Weekly plan used” is known to be true",
    "odd is null": "students for whom it is not known whether “Weekly plan used” is true",
    "rate is null": "students whose absence rate is not known",
    "rate is not null": "students whose absence rate is known",
    "exit_type is null": "students whose exit type is not given",
    "(rate > 0.5) is true": "students for whom it is known that the absence rate is more than 50 %",
    "coalesce(points, 0) < 2": "students whose grade point average (0 where not known) is less than 2",
    # joined
    "homeless or foster": "students who are either homeless or in foster care",
    "participating and (homeless or foster)": "participating students who are either homeless or in foster care",
    "homeless or (participating and grade_level = 9)":
        "students either who are homeless, or (in grade 9 and who are participating)",
    "homeless or missed > 3": "students either who are homeless or with more than 3 days absent",
    "(homeless or foster) and missed > 3": "students with more than 3 days absent, and who are either homeless or in foster care",
    "(homeless or foster) and (migrant or missed > 3)":
        "students (who are either homeless or in foster care), and (either who are migrant or with more than 3 days absent)",
    "not (homeless or foster)": "students who are not homeless and who are not in foster care",
    "missed > 3 and points < 2": "students with more than 3 days absent and whose grade point average is less than 2",
    "missed > 3 and status in ('a', 'b') and rate > 0.1":
        "students with more than 3 days absent, whose exit status is “a” or “b”, and whose absence rate is more than 10 %",
    "case when grade_level = 9 then missed > 3 else missed > 5 end":
        "students for whom (there are more than 3 days absent if the student is in grade 9; "
        "otherwise there are more than 5 days absent)",
    # settled by parameters
    "strict or homeless": "students for whom this always holds",
    "homeless and limit = 0.1": "homeless students",
    "homeless or limit > 0.1": "homeless students",
    "(loose or homeless) and participating": "homeless participating students",
    "rate >= limit and status not in leavers":
        "students whose absence rate is 10 % or more and whose exit status is neither “moved_away” nor “deceased”",
}  # fmt: skip


@pytest.mark.parametrize("formula", DESCRIBED)
def test_whom_a_condition_describes(portfolio: Portfolio, formula: str) -> None:
    found = speaker(portfolio).described(node(portfolio, formula))
    assert Text(found).plain == DESCRIBED[formula]


def test_conditions_of_other_units(portfolio: Portfolio) -> None:
    said = {
        ("classroom", "rated"): "classrooms that are fully rated",
        ("classroom", "scores >= 3"): "classrooms whose mean score, over all visits, is 3 or more",
        ("classroom", "core and homeroom"): "core homeroom classrooms",
        ("classroom", "courses.core"): "classrooms whose course is core",
        ("classroom", "courses.credits > 0.5"): "classrooms whose course has more than 0.5 credits",
        ("school", "asked >= 10"): "schools with 10 or more survey answers",
        ("school", "asked = 10"): "schools whose number of survey answers is 10",
        ("school", "grade_low is null"): "schools whose lowest grade is not given",
    }
    found = {(level, formula): speaker(portfolio, level).described(node(portfolio, formula, level)) for level, formula in said}
    assert found == said


# -- what a formula gives -----------------------------------------------------------------------------------------

VALUES = {
    # rows
    "count(grades)": "the number of marks",
    "count(grades where grades.failing)": "the number of failing marks",
    "count(grades where grades.failing is null)": "the number of marks for which it is not known whether they are failing",
    "count(grades where grades.mark_type in ('semester', 'final'))": "the number of marks whose mark type is semester or final",
    "count(grades where grades.mark = 'F' years through)":
        "the number of marks of this and earlier school years whose mark is “F”",
    "count(grades years all)": "the number of marks of all school years",
    "count(grades where grades.sections.core)": "the number of marks whose section is core",
    "count(grades where not grades.sections.courses.core)": "the number of marks whose section’s course is not core",
    "count(grades where grades.recovery is not true)": "the number of marks that are not known to be from credit recovery",
    "count(grades where coalesce(grades.sections.core, grades.courses.core))":
        "the number of marks for which the first of the section and the course that tells is core",
    "count(grades where coalesce(grades.sections.core, grades.courses.core) is null)":
        "the number of marks for which none of the section and the course tells whether it is core",
    "count(grades where grades.points < points)": "the number of marks whose grade points are less than the grade point average",
    "count(grades where grades.sections.grade_level = grade_level)":
        "the number of marks whose section’s grade level is the same as the student’s grade level",
    "count(rosters where rosters.sections.rated)": "the number of roster entries whose section is fully rated",
    "count(rosters where rosters.sections.taught)":
        "the number of roster entries whose section is such that somebody teaches the class",
    "count(rosters where not rosters.sections.taught)":
        "the number of roster entries whose section is not such that somebody teaches the class",
    "count(attendance where attendance.absent >= 0.5)":
        "the number of attendance days whose part of the day missed is 50 % or more",
    "count(enrollments where enrollments.students.grade_level between 4 and 8)":
        "the number of enrollments whose student is in grades 4 to 8",
    "count(grades where grades.sections.grade_level in (4, 5, 6))":
        "the number of marks whose section’s grade level is one of grades 4 to 6",
    "count(grades where grades.courses.level in ('ap', 'ib'))": "the number of marks whose course’s level is ap or ib",
    "case when missed > 3 then true when missed = 0 then false end":
        "yes if there are more than 3 days absent; otherwise no if there are no days absent; otherwise not known",
    "count(distinct grades.course_id where grades.failing)":
        "the number of different values of course, among failing marks",
    "sum(grades.credits_earned where grades.mark_type = 'final')":
        "the sum of credits earned over marks whose mark type is final",
    "sum(number(grades.failing))":
        "the number, among marks, of those that are failing (not known where none of them tells)",
    "avg(number(grades.failing))": "the share, among marks, of those that are failing",
    "avg(grades.points)": "the average of grade points over marks",
    "median(grades.points * 2)": "the median, over marks, of: grade points times 2",
    "min(attendance.date)": "the earliest date among attendance days",
    "max(grades.points)": "the largest grade points among marks",
    "max(assessments.tested_grade)": "the highest tested grade among test results",
    "any(assessments.proficient where assessments.subject = 'mathematics')":
        "whether one or more of the test results whose subject is “mathematics” are ones that are proficient",
    "all(rosters.sections.core)": "whether all of the roster entries are ones whose section is core",
    "not any(assessments.proficient)": "whether none of the test results are ones that are proficient",
    "not all(assessments.proficient)": "whether not all of the test results are ones that are proficient",
    "last(enrollments.exit_type order by enrollments.entry_date where enrollments.primary)":
        "the last exit type by entry date among primary enrollments",
    "first(assessments.proficient order by assessments.date)":
        "whether the first by date of test results says that the test result is proficient",
    # numbers
    "missed + days - 1": "(days absent plus days enrolled) minus 1",
    "missed * 2 / days": "(days absent times 2) divided by days enrolled",
    "-missed": "minus days absent",
    "missed + 0": "days absent",
    "missed + case when loose then days else 0 end": "days absent",
    "abs(points)": "the absolute value of the grade point average",
    "round(points)": "the grade point average rounded to a whole number",
    "round(points, 1)": "the grade point average rounded to 1 decimal",
    "round(points, -2)": "the grade point average rounded to the nearest 100",
    "floor(points)": "the grade point average rounded down to a whole number",
    "ceil(points)": "the grade point average rounded up to a whole number",
    "least(points, 4)": "the smallest of the grade point average and 4",
    "greatest(points, 0)": "the largest of the grade point average and 0",
    "number(homeless)": "1 if the student is homeless, 0 if not",
    "coalesce(rate, 0)": "the absence rate (0 % where not known)",
    "coalesce(points, missed)": "the first that is known of the grade point average and days absent",
    "days_between(diploma_date, as_of)": "the number of days from the diploma date to the as-of date",
    "school_days(school_id, diploma_date, as_of)":
        "the number of school days from the diploma date to the as-of date, both included, at the school",
    "attendance_through(school_id)": "the day of the latest attendance of the school",
    # everything else
    "lower(gender)": "the gender in small letters",
    "add_months(diploma_date, 16)": "16 months after the diploma date",
    "add_months(diploma_date, -1)": "1 month before the diploma date",
    "add_years(cohort, -1)": "1 year before the graduation cohort",
    "add_years(school_year, 2)": "2 years after the school year that is computed",
    "week(diploma_date)": "the Monday of the week of the diploma date",
    "school_year_day('06-30')": "30 June of the school year",
    "greatest(diploma_date, '2013-06-01')": "the latest of the diploma date and 1 June 2013",
    "coalesce(exit_type, 'none')": "the exit type (“none” where not given)",
    "coalesce(homeless, foster)":
        "whether the first answer that is known is yes, of: whether the student is homeless and whether the student is in foster "
        "care",
    "case when missed > 3 then 'often' when missed > 1 then 'now and then' end":
        "“often” if there are more than 3 days absent; otherwise “now and then” if there are more than 1 days absent; "
        "otherwise not known",
    "case when strict then points else missed end": "the grade point average",
    "untitled_number": "the untitled number",
    "school.asked": "the school’s survey answers",
    "null": "not known",
    "grade_level": "the grade level",
    "homeless = foster":
        "whether the answers to these two are the same: (whether the student is homeless); and (whether the student is in foster "
        "care)",
}  # fmt: skip


@pytest.mark.parametrize("formula", VALUES)
def test_what_a_formula_gives(portfolio: Portfolio, formula: str) -> None:
    found = speaker(portfolio).value(node(portfolio, formula))
    assert Text(found).plain == VALUES[formula]


# -- measures -----------------------------------------------------------------------------------------------------

MEASURES = {
    "Of participating students in grades 4 to 8, leaving out those with fewer than 10 days enrolled, the percent whose absence "
    "rate is 10 % or more; lower is better.":
        {"population": "participating and grade_level between 4 and 8", "formula": "percent(rate >= limit)",
         "exclude": [{"when": "days < least_days", "because": "Too few days"}], "improvement": "decrease"},
    "Of all students, the number who have a plan; higher is better.": {"formula": "count(planned)"},
    "Of all students, the average of the grade point average; higher is better.": {"formula": "avg(points)"},
    "Of all students, the median of the grade point average; higher is better.": {"formula": "median(points)"},
    "Of all students, the total of days absent; lower is better.": {"formula": "sum(missed)", "improvement": "decrease"},
    "Of all students, the total of days absent as a percent of the total of days enrolled; higher is better.":
        {"formula": "rate(missed, days, 100)"},
    "Of all students, the total of days absent for every 1,000 of the total of days enrolled; higher is better.":
        {"formula": "rate(missed, days, 1000)"},
    "Of all students, the total of days absent per student; higher is better.":
        {"formula": "rate(missed, 1, 1)"},
    "Of all students, the total of days absent for every 100 students; higher is better.": {"formula": "rate(missed, 1, 100)"},
    "Of all students, the number of those in foster care as a percent of the number of those who are homeless; higher is better.":
        {"formula": "rate(number(foster), number(homeless), 100)"},
    "Of participating students in grade 12 (students of the 3 school years before included), the percent who have a plan; "
    "higher is better.":
        {"population": "participating and grade_level = 12", "look_back": 3, "formula": "percent(planned)"},
    "Of students who are either homeless or in foster care (students of the school year before included), the percent who have a "
    "plan; higher is better.":
        {"population": "homeless or foster", "look_back": 1, "formula": "percent(planned)"},
    "Of all students, leaving out those who are homeless, and those in grade 12, the percent who have a plan; higher is better.":
        {"exclude": [{"when": "homeless", "because": "a"}, {"when": "grade_level = 12", "because": "b"}],
         "formula": "percent(planned)"},
    "Of all students, the percent who have a plan; higher is better. Left out are those who are homeless; those in grade 12; and "
    "those with no days enrolled.":
        {"exclude": [{"when": when, "because": "a"} for when in ("homeless", "grade_level = 12", "days = 0")],
         "formula": "percent(planned)"},
    "Of core classrooms, the average of the mean score, over all visits; higher is better.":
        {"level": "classroom", "population": "core", "formula": "avg(scores)"},
    "Of all schools, the percent with 10 or more survey answers; higher is better.":
        {"level": "school", "formula": "percent(asked >= 10)"},
}  # fmt: skip


@pytest.mark.parametrize("text", MEASURES)
def test_a_measure_in_a_sentence(text: str, tmp_path: Path) -> None:
    found = read_portfolio(write_project(tmp_path, measure(**MEASURES[text]), facts=FACTS))
    assert found.problems == ()
    assert read_measure(vocabulary(found), found.measures[0]).sentence.plain == text


def test_a_measure_of_the_district_says_what_the_district_gives(tmp_path: Path) -> None:
    facts = {"district": {"staff": {"formula": "count(educators)", "title": "Educators"},
                          "open": {"formula": "count(surveys) > 0", "title": "Survey held"}}}  # fmt: skip
    said = {
        "rate(staff, 10, 1)": "For the district: educators divided by 10; higher is better.",
        "avg(staff)": "For the district: educators; higher is better.",
        "percent(staff > 3)": "For the district: 100 % if there are more than 3 educators, and 0 % if not; higher is better.",
        "count(open)": "For the district: 1 if “Survey held” is true, and 0 if not; higher is better.",
    }
    measures = [measure(id=f"m{number}", level="district", formula=formula) for number, formula in enumerate(said)]
    found = read_portfolio(write_project(tmp_path, *measures, facts=facts))
    assert [read_measure(vocabulary(found), one).sentence.plain for one in found.measures] == list(said.values())


def test_parameters_are_marked_where_their_value_stands(tmp_path: Path) -> None:
    exclude = [{"when": "days < least_days", "because": "Too few days"}]
    one = measure(formula="percent(rate >= limit and status in leavers)", exclude=exclude)
    found = read_portfolio(write_project(tmp_path, one, facts=FACTS, settings={"parameters": {"limit": 0.15}}))
    reading = read_measure(vocabulary(found), found.measures[0])
    assert reading.notes == ("least_days", "limit", "leavers")
    assert list(reading.sentence.pieces()) == [
        "Of all students, leaving out those with fewer than 10", 1, " days enrolled, the percent whose absence rate is 15 %", 2,
        " or more, and whose exit status is “moved_away” or “deceased”", 3, "; higher is better.",
    ]  # fmt: skip
    assert [list(text.pieces()) for text in reading.exclusions] == [["with fewer than 10", 1, " days enrolled"]]


def test_texts_of_people_cannot_disturb_the_marks(tmp_path: Path) -> None:
    title = "Days \ue001\u202eabsent,\n<script>"
    facts = {"student": {"missed": {"formula": "count(attendance)", "title": title}}}
    found = read_portfolio(write_project(tmp_path, measure(formula="avg(missed)"), facts=facts))
    reading = read_measure(vocabulary(found), found.measures[0])
    assert list(reading.sentence.pieces()) == ["Of all students, the average of days absent, <script>; higher is better."]


def test_sections_that_make_sense(tmp_path: Path) -> None:
    one = measure(formula="percent(planned)", classrooms="homeroom and courses.subject = 'English'")
    found = read_portfolio(write_project(tmp_path, one, facts=FACTS))
    reading = read_measure(vocabulary(found), found.measures[0])
    assert str(reading.classrooms) == "that are homeroom and whose course’s subject is “English”"


# -- titles -------------------------------------------------------------------------------------------------------


def test_titles_within_a_sentence() -> None:
    said = {"Days absent": "days absent", "FAFSA completed": "FAFSA completed", "English learners": "English learners",
            "Fs in core courses": "Fs in core courses", "In-school suspensions": "in-school suspensions",
            "Advanced Placement courses": "Advanced Placement courses", "Out of school": "out of school",
            "Semester Fs": "semester Fs", "SAT score": "SAT score", "A plan": "a plan"}  # fmt: skip
    assert {title: lowered(title) for title in said} == said


@pytest.mark.parametrize("title", ["days absent", "federal aid forms (FAFSA) completed",
                                   "credits earned toward promotion", "semester Fs in core courses",
                                   "valid mathematics tests", "stays whose days cannot be counted", "failed courses",
                                   "AP courses passed", "educators who completed the survey", "days present, parts included",
                                   "tests taken", "unexcused absences"])  # fmt: skip
def test_titles_of_things_that_are_counted(title: str) -> None:
    assert is_plural(title)


@pytest.mark.parametrize("title", ["absence rate", "mathematics score", "share of days missed", "sports participation",
                                   "exit status", "mathematics", "grade point average of the years", "class",
                                   "years experience"])  # fmt: skip
def test_titles_of_one_thing(title: str) -> None:
    assert not is_plural(title)


def test_titles_that_can_follow_is() -> None:
    said = {"Proficient in mathematics": "proficient in mathematics", "On track": "on track", "Taking algebra": "taking algebra",
            "Passing Algebra 1": "passing Algebra 1",
            "In foster care": "in foster care", "Passed algebra": None, "Reading": None, "Every teacher is rated": None,
            "Met all requirements": None}  # fmt: skip
    assert {title: complement(title) for title in said} == said
