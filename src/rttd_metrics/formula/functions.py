"""The row functions and the aggregates: names, arguments and types. How each is computed: rows.py and engine/columns.py."""

from dataclasses import dataclass

from rttd_metrics.formula.nodes import Type

ORDERED = (Type.NUMBER, Type.DATE, Type.GRADE_LEVEL, Type.SCHOOL_YEAR)
ANY = tuple(Type)


@dataclass(frozen=True, slots=True)
class Signature:
    """Allowed types of each argument in turn; the last repeats up to `most`. `result` None: as the arguments."""

    name: str
    arguments: tuple[tuple[Type, ...], ...]
    result: Type | None
    least: int
    most: int
    same: bool = False
    constant: tuple[int, ...] = ()  # the arguments that must be constants
    largest: int = 0  # such a number is whole, and this or less in size
    usage: str = ""

    def argument(self, position: int) -> tuple[Type, ...]:
        return self.arguments[min(position, len(self.arguments) - 1)]


_NUMBER, _TEXT, _DATE = (Type.NUMBER,), (Type.TEXT,), (Type.DATE,)

ROW_FUNCTIONS = {
    signature.name: signature
    for signature in (
        Signature("coalesce", (ANY,), None, 2, 20, same=True, usage="coalesce(a, b, ...): the first that is not null"),
        Signature("abs", (_NUMBER,), Type.NUMBER, 1, 1, usage="abs(number)"),
        Signature(
            "round",
            (_NUMBER, _NUMBER),
            Type.NUMBER,
            1,
            2,
            constant=(1,),
            largest=12,
            usage="round(number) or round(number, digits): half goes away from zero",
        ),
        Signature("floor", (_NUMBER,), Type.NUMBER, 1, 1, usage="floor(number)"),
        Signature("ceil", (_NUMBER,), Type.NUMBER, 1, 1, usage="ceil(number)"),
        Signature("least", (ORDERED,), None, 2, 20, same=True, usage="least(a, b, ...): nulls are passed over"),
        Signature("greatest", (ORDERED,), None, 2, 20, same=True, usage="greatest(a, b, ...): nulls are passed over"),
        Signature("lower", (_TEXT,), Type.TEXT, 1, 1, usage="lower(text)"),
        Signature("starts_with", (_TEXT, _TEXT), Type.BOOLEAN, 2, 2, constant=(1,), usage="starts_with(text, 'beginning')"),
        Signature("contains", (_TEXT, _TEXT), Type.BOOLEAN, 2, 2, constant=(1,), usage="contains(text, 'part')"),
        Signature("number", ((Type.BOOLEAN,),), Type.NUMBER, 1, 1, usage="number(condition): 1 when true, 0 when false"),
        Signature("days_between", (_DATE, _DATE), Type.NUMBER, 2, 2, usage="days_between(from, to): to - from"),
        Signature("add_months", (_DATE, _NUMBER), Type.DATE, 2, 2, constant=(1,), largest=1200, usage="add_months(date, 16)"),
        Signature(
            "school_year_day",
            (_TEXT,),
            Type.DATE,
            1,
            1,
            constant=(0,),
            usage="school_year_day('06-30'): the date with that month and day in the school year",
        ),
        Signature(
            "add_years",
            ((Type.SCHOOL_YEAR,), _NUMBER),
            Type.SCHOOL_YEAR,
            2,
            2,
            constant=(1,),
            largest=100,
            usage="add_years(school_year, -1): the school year so many years later, or earlier",
        ),
        Signature("week", (_DATE,), Type.DATE, 1, 1, usage="week(date): the Monday of its week"),
        Signature(
            "school_days",
            (_TEXT, _DATE, _DATE),
            Type.NUMBER,
            3,
            3,
            usage="school_days(school_id, from, to): the school's instructional days, both ends included",
        ),
        Signature(
            "attendance_through",
            (_TEXT,),
            Type.DATE,
            1,
            1,
            usage="attendance_through(school_id): the date of the school's latest row of attendance",
        ),
    )
}

OF_SCHOOLS = ("school_days", "attendance_through")
"""Functions of a school whose values stand in other tables than the row's."""

ROW_AGGREGATES = {
    "count": Type.NUMBER,
    "sum": Type.NUMBER,
    "avg": Type.NUMBER,
    "median": Type.NUMBER,
    "min": None,
    "max": None,
    "any": Type.BOOLEAN,
    "all": Type.BOOLEAN,
    "first": None,
    "last": None,
}
"""Name -> type of the result; None: the type of the argument."""

AGGREGATE_ARGUMENTS = {
    "sum": (Type.NUMBER,),
    "avg": (Type.NUMBER,),
    "median": (Type.NUMBER,),
    "min": ORDERED,
    "max": ORDERED,
    "any": (Type.BOOLEAN,),
    "all": (Type.BOOLEAN,),
    "first": ANY,
    "last": ANY,
}

YEARS = ("current", "through", "all")

MEASURE_AGGREGATES = {
    "percent": (Type.BOOLEAN,),
    "count": (Type.BOOLEAN,),
    "avg": (Type.NUMBER,),
    "median": (Type.NUMBER,),
    "sum": (Type.NUMBER,),
    "rate": (Type.NUMBER, Type.NUMBER, Type.NUMBER),
}
"""The one aggregate of a measure -> the types of its arguments."""
