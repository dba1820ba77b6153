"""What the columns, the statuses and the roles of results mean, in words."""

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "run_id": "What the run was computed from: the same definitions, files, year and date give the same id.",
    "measure": "The measure's id; its gap is ID.gap.",
    "school_year": "The school year.",
    "as_of": "The day as of which the data are seen; rows dated later are not.",
    "window": "The part of the year that counts: year_to_date, last_N_days or grading_period.",
    "level": "What the row describes: a classroom, a school or the district.",
    "unit_id": "The id of the classroom, school or district.",
    "unit_name": "Its name.",
    "district_id": "The district's id.",
    "school_id": "The school's id; empty in rows of the district, and in a student's row for the whole year.",
    "dimension": "How students are divided in this row; all: they are not.",
    "subgroup": "The part of them that the row describes; all: everyone.",
    "population": "Units in the measure's population: excluded + missing + n.",
    "excluded": "Of them, set aside by an exclusion of the measure.",
    "missing": "Of them, not counted because data are missing.",
    "n": "Of them, counted.",
    "numerator": "Percents and counts: units for which the condition holds. Rates and averages: the sum above the line.",
    "denominator": "What the numerator is divided by.",
    "value": "The measure's value; percents run from 0 to 100. Of a student: 1 or 0 where a condition is counted.",
    "ci_low": "Lower end of the 95 % interval.",
    "ci_high": "Upper end of the 95 % interval.",
    "baseline": "The value from which targets start; on rows of the district.",
    "target": "The target of the school year.",
    "status": "Whether the target is met; see the statuses below.",
    "uncertain": "TRUE where fewer than 30 are counted or the interval spans the target.",
    "student_id": "The student's id.",
    "role": "What the student is in the measure; see the roles below.",
    "reason": "Why the student is excluded or missing.",
    "met": "TRUE where the student is on the side of the condition that the measure wants.",
}

STATUSES: Mapping[str, str] = {
    "met": "The value is at the target or on its good side.",
    "not_met": "It is not.",
    "in_progress": "It is not yet, and the measure is judged later in the year.",
    "no_target": "There is no target for this year.",
    "no_units": "Nobody is counted, so there is no value; of a gap, on one of its two sides.",
    "withheld": "Too few people stand behind the value to show it.",
}

ROLES: Mapping[str, str] = {
    "numerator": "Counted, and the condition holds.",
    "n": "Counted; the condition does not hold, or the measure has none.",
    "excluded": "Set aside by an exclusion, for the reason given.",
    "missing": "Not counted, because data are missing.",
}
