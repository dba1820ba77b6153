"""School years: their weekdays, days off, terms, and the days of single schools."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

LAST = 2013
"""The district's last school year ends in 2013: the first year of the measures that are shipped with it."""
HISTORY = 3
"""School years before the first, of which only the high schools' cohorts and transcripts are kept."""
_WEEK = timedelta(7)
_MONDAY = 0


@dataclass(frozen=True)
class Term:
    term_id: str
    type: str
    start: date
    end: date


@dataclass(frozen=True)
class SchoolYear:
    """A school year by the year it ends in; `number` counts from the earliest, `full` has every table."""

    end: int
    number: int
    full: bool

    @property
    def label(self) -> str:
        return f"{self.end - 1}-{self.end % 100:02d}"

    @property
    def code(self) -> str:
        return f"{self.end % 100:02d}"

    @cached_property
    def first(self) -> date:
        """The last Monday of August."""
        return _weekday_of(self.end - 1, 8, _MONDAY, last=True)

    @cached_property
    def last(self) -> date:
        """The Friday of the forty-first week."""
        return self.first + timedelta(284)

    @cached_property
    def weekdays(self) -> list[date]:
        span = (self.last - self.first).days + 1
        return [day for n in range(span) if (day := self.first + timedelta(n)).weekday() < 5]

    @cached_property
    def days(self) -> list[date]:
        """The instructional days of the district, in order: the rows of other modules name a day by its place here."""
        off = set(_days_off(self.end))
        return [day for day in self.weekdays if day not in off]

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Y (the year), S1, S2 and Q1 to Q4; terms end on a Friday and the next begins on the Monday after."""
        q1, q2, q3 = (self.first + timedelta(n) for n in (67, 151, 228))
        monday = timedelta(3)
        spans = {
            "Y": ("year", self.first, self.last),
            "S1": ("semester", self.first, q2),
            "S2": ("semester", q2 + monday, self.last),
            "Q1": ("quarter", self.first, q1),
            "Q2": ("quarter", q1 + monday, q2),
            "Q3": ("quarter", q2 + monday, q3),
            "Q4": ("quarter", q3 + monday, self.last),
        }
        return {name: Term(f"{self.code}-{name}", *span) for name, span in spans.items()}

    def place(self, month: int, day: int) -> int:
        """The place of the first instructional day on or after a date of the year."""
        wanted = date(self.end - (month >= 7), month, day)
        return next(n for n, found in enumerate(self.days) if found >= wanted)

    def closed(self, kind: str, number: int) -> frozenset[date]:
        """The days off of one school: conferences, and here and there a burst water main."""
        conferences = _weekday_of(self.end, 3, 4, nth=3) - timedelta(1)
        if kind == "elementary":
            return frozenset([date(self.end, 1, 15)] if number % 4 == 1 else []) & set(self.days)
        after_exams = [self.terms["S2"].start] if kind == "high" else []
        return frozenset([conferences, *after_exams] if kind == "middle" or self.end % 2 else after_exams) & set(self.days)

    def open(self, kind: str, number: int) -> list[int]:
        """The places of a school's instructional days."""
        closed = self.closed(kind, number)
        return [n for n, day in enumerate(self.days) if day not in closed]

    def date_at(self, place: str | pl.Expr) -> pl.Expr:
        """The date of a column of places; null for null."""
        at = pl.col(place) if isinstance(place, str) else place
        return pl.lit(pl.Series(self.days)).gather(at)


def school_years(count: int) -> list[SchoolYear]:
    """The years of a district that has every table of `count` years, the earliest first."""
    first = LAST - count - HISTORY + 1
    return [SchoolYear(end, end - first, end > LAST - count) for end in range(first, LAST + 1)]


def _weekday_of(year: int, month: int, weekday: int, nth: int = 1, *, last: bool = False) -> date:
    """The nth such weekday of a month, or its last one."""
    day = date(year, month, 1)
    day += timedelta((weekday - day.weekday()) % 7) + (nth - 1) * _WEEK
    while last and (day + _WEEK).month == month:
        day += _WEEK
    return day


def _days_off(end: int) -> Iterator[date]:
    """The weekdays off of the school year that ends in `end`."""
    christmas, armistice = date(end - 1, 12, 25), date(end - 1, 11, 11)
    observed = armistice + timedelta({5: -1, 6: 1}.get(armistice.weekday(), 0))
    monday = christmas + timedelta((7 - christmas.weekday()) if christmas.weekday() > 4 else -christmas.weekday())
    thanksgiving = _weekday_of(end - 1, 11, 3, nth=4)
    spans = [
        (_weekday_of(end - 1, 9, _MONDAY), 1),
        (_weekday_of(end - 1, 10, _MONDAY, nth=2), 1),
        (observed, 1),
        (thanksgiving - timedelta(1), 3),
        (monday, 12),
        (_weekday_of(end, 1, _MONDAY, nth=3), 1),
        (_weekday_of(end, 2, _MONDAY, nth=3), 1),
        (_weekday_of(end, 3, 4, nth=3), 1),
        (_weekday_of(end, 4, _MONDAY), 5),
        (_weekday_of(end, 5, _MONDAY, last=True), 1),
    ]
    for first, length in spans:
        yield from (first + timedelta(n) for n in range(length))
