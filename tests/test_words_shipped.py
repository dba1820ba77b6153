"""The sentences of the measures that ship: those of the standard portfolio word for word, those of the library well formed."""

import re

import pytest

from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.definitions.readings import read_fact, read_measure, vocabulary
from rttd_metrics.definitions.sources import shipped_folder
from rttd_metrics.formula.words import Notes

STANDARD = {
    "advanced_course_participation":
        "Of participating students in grades 11 and 12, leaving out those whose exit status is “transferred_out”, "
        "“deceased” or “emigrated”, the percent who take an advanced course; higher is better.",
    "career_ready":
        "Of participating students in grades 9 to 12, leaving out those whose exit status is “transferred_out”, "
        "“deceased” or “emigrated”, and those with fewer than 10 days enrolled, the percent with 5 or more credits "
        "earned toward promotion, whose career and technical credits, this year's and earlier ones, are at least the "
        "career and technical credits that the grade asks for, and whose share of the days enrolled that were missed is"
        " less than 10 %; higher is better.",
    "chronic_absence_4_8":
        "Of participating students in grades 4 to 8, leaving out those with fewer than 10 days enrolled, the percent "
        "whose share of the days enrolled that were missed is 10 % or more; lower is better.",
    "classroom_observation_4_8":
        "Of classrooms for which the class is of grades 4 to 8, leaving out those with no teachers of record and co-"
        "teachers, the average of the mean score of the classroom's observed instruction, over all visits; higher is "
        "better.",
    "conditions_for_learning":
        "Of all schools, the total of favorable answers to the conditions survey as a percent of the total of answers "
        "to the conditions survey, don't-know left out; higher is better.",
    "early_growth":
        "Of participating students in pre-kindergarten to grade 3, leaving out those whose first day of the year's "
        "first primary stay is after 15 October of the school year, and those whose exit status is “transferred_out”, "
        "“deceased” or “emigrated”, the percent who grew in mathematics and in reading as expected since the fall; "
        "higher is better.",
    "early_social_emotional":
        "Of participating students in pre-kindergarten to grade 3, leaving out those whose exit status is "
        "“transferred_out”, “deceased” or “emigrated”, the percent either at the expected level of social and emotional"
        " readiness, by the latest score, or whose gain in social and emotional readiness since the fall is 10 or more;"
        " higher is better.",
    "educator_survey":
        "For the district: participating educators who completed the working-conditions survey as a percent of "
        "participating educators; higher is better.",
    "effective_educators":
        "Of participating students, leaving out those with one or more sections on whose rosters the student was and "
        "with no sections whose teachers answer for the student, the percent whose lowest rating of the student's "
        "teachers and principal, where all are rated, is 3 or more; higher is better.",
    "fafsa_completion":
        "Of participating students in grade 12, leaving out those whose exit status is “transferred_out”, “deceased” or"
        " “emigrated”, the percent for whom it is known that the day on which the FAFSA was first completed is on or "
        "before 30 June of the school year; higher is better.",
    "freshman_on_track":
        "Of participating students in grade 9, leaving out those with one or more earlier years in grade 9, and those "
        "whose exit status is “transferred_out”, “deceased” or “emigrated”, the percent with 5 or more credits earned "
        "toward promotion, and with 1 or fewer semester Fs in core courses, year-long courses included; higher is "
        "better.",
    "grade_9_suspension":
        "Of participating students in grade 9, leaving out those with no days enrolled, the percent with one or more "
        "suspensions and expulsions, taken together; lower is better.",
    "highly_effective_educators":
        "Of participating students, leaving out those with one or more sections on whose rosters the student was and "
        "with no sections whose teachers answer for the student, the percent whose lowest rating of the student's "
        "teachers and principal, where all are rated, is 4 or more; higher is better.",
    "on_track_4_8":
        "Of participating students in grades 4 to 8, leaving out those with fewer than 10 days enrolled, the percent "
        "whose share of the days enrolled that were missed is less than 10 %, with no more than 0 Fs in core courses, "
        "from quarter marks until semester marks are there, and with no more than 0 suspensions; higher is better.",
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Portfolio:
    return read_portfolio(shipped_folder())


def test_the_standard_portfolio_word_for_word(shipped: Portfolio) -> None:
    words = vocabulary(shipped)
    said = {one.id: read_measure(words, one).sentence.plain for one in shipped.measures if one.definition.portfolio}
    assert said == STANDARD


def test_every_shipped_measure_is_a_sentence(shipped: Portfolio) -> None:
    words = vocabulary(shipped)
    said = {measure.id: read_measure(words, measure).sentence.plain for measure in shipped.measures}
    assert len(said) >= 54
    odd = [
        text for text in said.values() if not re.fullmatch(r"(Of|For) .*; (higher|lower) is better\.( Left out are .*\.)?", text)
    ]
    assert odd == []
    # What is quoted has no form that fits a sentence, and what is a row of a table no title: shipped titles have both.
    assert [text for text in said.values() if re.search(r"” is (known to be )?(true|false)|rows? of", text)] == []


def test_every_shipped_fact_has_a_title_and_words(shipped: Portfolio) -> None:
    words = vocabulary(shipped)
    for level, facts in shipped.facts.declared.items():
        for name, declared in facts.items():
            fact = shipped.facts.fact(level, name)
            assert fact is not None
            assert declared.definition.title, name
            text = read_fact(words, level, fact.node, Notes()).plain
            assert text, name
            assert not re.search(r"  |,,|\(\)|rows? of ", text), text
            assert text.count("(") == text.count(")"), text
