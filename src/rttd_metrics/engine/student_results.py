"""Student results: the role of every student in every measure, in the district and at each school he counts in."""

from collections.abc import Mapping

import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.unit_role import POPULATION_UNKNOWN as POPULATION_UNKNOWN_WORDS
from rttd_metrics.definitions.unit_role import VALUE_UNKNOWN as VALUE_UNKNOWN_WORDS
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.judge import DECIMALS, good_side
from rttd_metrics.engine.results import STUDENT_RESULT_SCHEMA
from rttd_metrics.engine.roles import COUNTED, EXCLUDED, NUMERATOR, OUTSIDE, POPULATION_UNKNOWN, VALUE_UNKNOWN, role_columns
from rttd_metrics.engine.rollup import UNIT_ID, Crowd

_STUDENT = "unit.student_id"


def student_results(crowds: Mapping[str, Mapping[str, Crowd]], stamp: Mapping[str, object]) -> pl.DataFrame:
    """A row for each student-level measure, window and student not outside, of the whole year (school_id null), and one for
    each school the student is attributed to. So the rows of a school, and those without one, add up to their cells.

    `crowds`: by window the students as the district and (where it is known) the schools see them. Sorted by measure, window,
    student and school. Confidential measures have no rows: a student's value would tell about his teacher or be his own
    answer.
    """
    parts: dict[tuple[str, str], pl.DataFrame] = {}
    for window, seen in crowds.items():
        measures = shown_measures(seen)
        views = [seen_by(seen[level], level, measures) for level in ("district", "school") if level in seen]
        students = pl.concat(views, how="vertical").sort("student_id", "school_id", nulls_last=False)
        parts |= {(measure.id, window): rows_of(students, number, measure) for number, measure in measures.items()}
    placed = [parts[key].with_columns(window=pl.lit(key[1])) for key in sorted(parts)]
    rows = pl.concat(placed, how="vertical", rechunk=True) if placed else pl.DataFrame(schema=STUDENT_RESULT_SCHEMA)
    rows = rows.with_columns(pl.lit(value, dtype=STUDENT_RESULT_SCHEMA[name]).alias(name) for name, value in stamp.items())
    return rows.select(list(STUDENT_RESULT_SCHEMA))


def shown_measures(crowds: Mapping[str, Crowd]) -> dict[int, Measure]:
    """The measures of which single students may be shown."""
    found = crowds["district"].measures if crowds else {}
    return {number: measure for number, measure in found.items() if measure.definition.confidential is None}


def seen_by(crowd: Crowd, level: str, measures: Mapping[int, Measure]) -> pl.DataFrame:
    """student_id, school_id (the unit that sees him; null in the district's view), the roles and values of the measures."""
    columns = [name for number, measure in measures.items() for name in role_columns(number, measure)]
    school = pl.lit(None, dtype=pl.String) if level == "district" else pl.col(UNIT_ID).cast(pl.String)
    frame = collect(crowd.frame)
    return frame.select(pl.col(_STUDENT).cast(pl.String).alias("student_id"), school.alias("school_id"), *columns)


def rows_of(students: pl.DataFrame, number: int, measure: Measure) -> pl.DataFrame:
    """The rows of one measure: measure, student_id, school_id, role, reason, value, met; of those not outside it."""
    role = pl.col(f"role.{number}")
    roles = {POPULATION_UNKNOWN: "missing", VALUE_UNKNOWN: "missing", COUNTED: "n", NUMERATOR: "numerator"}
    reasons: dict[int, str | None] = {POPULATION_UNKNOWN: POPULATION_UNKNOWN_WORDS, VALUE_UNKNOWN: VALUE_UNKNOWN_WORDS}
    for place, (_, because) in enumerate(measure.exclusions):
        roles[EXCLUDED + place] = "excluded"
        reasons[EXCLUDED + place] = because
    value = _value(number, measure, role)
    good = good_side(measure)
    met = (
        pl.lit(None, dtype=pl.Boolean)
        if good is None
        else pl.when(role >= COUNTED, role <= NUMERATOR).then((value == 1.0) == good)
    )
    return students.filter(role != OUTSIDE).select(
        pl.lit(measure.id).alias("measure"),
        "student_id",
        "school_id",
        role.replace_strict(roles, default=None, return_dtype=pl.String).alias("role"),
        role.replace_strict(reasons, default=None, return_dtype=pl.String).alias("reason"),
        value.round(DECIMALS).alias("value"),
        met.alias("met"),
    )


def _value(number: int, measure: Measure, role: pl.Expr) -> pl.Expr:
    """1 or 0 for a percent or a count, a/b times per for a rate, else x."""
    if measure.formula.aggregate in ("percent", "count"):
        return pl.when(role == NUMERATOR).then(1.0).when(role == COUNTED).then(0.0)
    value = pl.col(f"value.{number}")
    if measure.formula.per is None:
        return value
    other = pl.col(f"other.{number}")
    return pl.when(other != 0).then(value / other * measure.formula.per)
