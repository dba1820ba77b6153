"""What the keys of a measure mean, in words."""

from collections.abc import Callable, Iterator

from rttd_metrics.definitions.attribution import AttributionByDays, FullYear
from rttd_metrics.definitions.measure import Measure, MeasureDefinition
from rttd_metrics.definitions.readings import MeasureReading
from rttd_metrics.definitions.slots import SLOTS
from rttd_metrics.definitions.windows import GRADING_PERIOD, days_in
from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.values import day, percent
from rttd_metrics.reports.catalog.contents import Row
from rttd_metrics.reports.catalog.paragraphs import paragraphs

CONDITIONS = {
    "effective_learning_environments": "Effective learning environments",
    "effective_student_support": "Effective student support",
    "organizational_efficacy": "Organizational efficacy",
    "outcome": "Outcomes",
}
LEVELS = {
    "student": "Students, rolled up to classrooms, schools and the district",
    "classroom": "Classrooms, rolled up to schools and the district",
    "school": "Schools, rolled up to the district",
    "district": "The district",
}
BETTER = {"increase": "Higher", "decrease": "Lower"}
_OFTEN = {
    "daily": "Daily",
    "weekly": "Weekly",
    "monthly": "Monthly",
    "grading_period": "Every grading period",
    "quarterly": "Quarterly",
    "semester": "Every semester",
    "yearly": "Yearly",
}
_ATTRIBUTIONS = {
    "last_enrolled": "A student counts at the school of the last stay.",
    "longest_enrolled": "A student counts at the school of the longest stay.",
    "every_enrollment": "A student counts at every school of the year.",
}
_BEHIND = {"educator": "educators", "respondent": "people who answered"}
_NARRATIVE = {
    "rationale": "Rationale",
    "leading_information": "Leading information",
    "review_and_improve": "Review and improvement",
}

FactTitle = Callable[[str], str]
"""The title of a fact of the measure's level."""


def glance(definition: MeasureDefinition) -> tuple[Row, ...]:
    """Where the measure belongs, what it is measured on, how often it is looked at and by whom."""
    slot = SLOTS[definition.slot].asks if definition.slot else None
    return _rows(
        ("Condition", CONDITIONS[definition.condition]),
        ("Slot of the notice", f"{definition.slot}: {slot}" if slot else None),
        ("Measured on", LEVELS[definition.level]),
        ("Better", BETTER[definition.improvement]),
        ("Looked at", _OFTEN[definition.frequency]),
        ("Definition reviewed", _OFTEN[definition.review_frequency] if definition.review_frequency else None),
        ("Owner", definition.owner),
    )


def reasons(definition: MeasureDefinition) -> tuple[Row, ...]:
    """The parts that the notice asks an applicant to tell, and what is done where a target is missed."""
    told = [(label, getattr(definition.narrative, key)) for key, label in _NARRATIVE.items()]
    return _rows(*told, ("When it is off target", definition.off_target))


def rules(measure: Measure, reading: MeasureReading, fact_title: FactTitle) -> tuple[Row, ...]:
    """How a value comes about and is judged, whom it protects, where the definition comes from."""
    definition = measure.definition
    return _rows(
        ("Judged", _judged(definition)),
        ("Parts of the year" if len(definition.windows) > 1 else "Part of the year", _windows(definition)),
        ("At a school", _at_school(definition)),
        ("In classrooms", f"Sections {reading.classrooms}" if reading.classrooms else None),
        ("Weighed", _WEIGHED if definition.weight else None),
        ("Earlier years", _earlier(definition)),
        ("Protected", _protected(definition, fact_title)),
        ("Response rate", fact_title(definition.response_rate) if definition.response_rate else None),
        ("Assessment", "; ".join(_assessments(definition))),
        ("Validation", _validation(definition)),
        ("Source", definition.source),
    )


_WEIGHED = "In a classroom, by the part of the student's instruction that counts for the section"


def _rows(*told: tuple[str, str | None]) -> tuple[Row, ...]:
    rows = (Row(label, paragraphs(text)) for label, text in told)
    return tuple(row for row in rows if row.paragraphs)


def _judged(definition: MeasureDefinition) -> str:
    if definition.final == "any_day":
        return "On any day: a value on the wrong side of its target has not met it"
    when = "the end of the school year" if definition.final == "year_end" else day(definition.final)
    return f"From {when} on; before it a value on the wrong side of its target is in progress"


def _windows(definition: MeasureDefinition) -> str:
    told = ["From the first day of school to the as-of date"]
    for window in definition.windows:
        number = days_in(window)
        if number is not None:
            told.append(f"the school’s last {number} instructional days" if number > 1 else "the school’s last instructional day")
        elif window == GRADING_PERIOD:
            told.append("the grading period")
    return "; beside it ".join([told[0], " and ".join(told[1:])]) if told[1:] else told[0]


def _at_school(definition: MeasureDefinition) -> str | None:
    if definition.level != "student":
        return None
    seen = "A school, and a classroom in it, sees a student’s whole year."
    if definition.at_school == "own":
        seen = "A school, and a classroom in it, sees only what happened there; the district sees the whole year."
    return seen if definition.attribution is None else f"{seen} {_attribution(definition)}"


def _attribution(definition: MeasureDefinition) -> str:
    rule = definition.attribution
    if isinstance(rule, AttributionByDays):
        if rule.full_academic_year is not None:
            return f"A student counts at each school of a full year: {_full_year(rule.full_academic_year)}."
        return f"A student counts at the school that holds {rule.enrolled_on}."
    return _ATTRIBUTIONS[rule] if rule else ""


def _full_year(rule: FullYear) -> str:
    if rule.minimum_days is not None:
        return f"{rule.minimum_days} of its instructional days or more"
    gap = f"with no gap of more than {rule.permitted_gap} days" if rule.permitted_gap else "without a gap"
    return f"from {rule.first} to {rule.last}, {gap}"


def _earlier(definition: MeasureDefinition) -> str | None:
    years = definition.look_back
    if not years:
        return None
    before = "school year" if years == 1 else f"{years} school years"
    return f"Students of the {before} before count too, each by the latest record"


def _protected(definition: MeasureDefinition, fact_title: FactTitle) -> str | None:
    rule = definition.confidential
    if rule is None:
        return None
    told = f"Withheld from every report where fewer than {rule.minimum} {_BEHIND[rule.of]} stand behind a value"
    return f"{told}, counted by: {clean(fact_title(rule.count))}" if rule.count else told


def _assessments(definition: MeasureDefinition) -> Iterator[str]:
    for year, name in sorted(definition.assessment.items()):
        yield f"{clean(name)} from {year} on"


def _validation(definition: MeasureDefinition) -> str | None:
    found = definition.validation
    if found is None:
        return None
    return (
        f"Of the students on track {percent(found.predictive)} went on to succeed; of those who succeeded "
        f"{percent(found.comprehensive)} had been on track ({clean(found.source)})"
    )
