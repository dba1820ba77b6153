"""Codes by their labels: grade levels and school years as people write them."""

from rttd_metrics.formula.nodes import Type, Value
from rttd_metrics.formula.values import grade_level_label, school_year_label


def labelled(value: Value, type_: Type) -> Value:
    """A code of a grade level or school year by its label."""
    if isinstance(value, int | float) and type_ is Type.GRADE_LEVEL:
        return grade_level_label(int(value))
    if isinstance(value, int | float) and type_ is Type.SCHOOL_YEAR:
        return school_year_label(int(value))
    return value
