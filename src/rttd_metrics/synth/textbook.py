"""The textbook students: a few children of every district who sit exactly on an edge of a definition.

Their ids are 000001 to 000059. Everyone else is drawn; these are written down, so that their numbers can be checked by
hand. docs/synth.md lists them. What is not said of them is unremarkable: marks of C, three days absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

ELEMENTARY_1, ELEMENTARY_2, MIDDLE, HIGH = "elementary 1", "elementary 2", "middle", "high"
Marks = Mapping[tuple[str, str], str]
"""Marks by course and term, where they are not C: (core subject, `elective` or `half`, S1, S2 or a quarter)."""


@dataclass(frozen=True)
class Span:
    """A stay as a slice of the school's instructional days; stop None is to the end of the year.

    `absent` days, then `extra` ones of (status, part missed), evenly apart; `suspended` (action, days) from the middle on.
    """

    school: str
    start: int = 0
    stop: int | None = None
    exit_type: str | None = None
    absent: int = 3
    extra: tuple[tuple[str, float], ...] = ()
    suspended: tuple[tuple[str, int], ...] = ()
    responsible: str | None = None


@dataclass(frozen=True)
class EdgeYear:
    """One school year of a textbook student; the year is counted back from the last."""

    back: int
    grade: int
    spans: tuple[Span, ...]
    diploma: tuple[str, date] | None = None
    participating: bool = True
    case: str | None = None
    """What is odd about the year; the modules of the subjects look for it."""
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Edge:
    """A textbook student: the years, the earliest first, what differs in the student, and what is left empty."""

    years: tuple[EdgeYear, ...]
    traits: Mapping[str, Any] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    enrolled: date | None = None
    """The first day at a college."""


def _usual(grade: int, elementary: str = ELEMENTARY_1) -> str:
    return elementary if grade <= 5 else MIDDLE if grade <= 8 else HIGH


def _now(grade: int, *spans: Span, traits: Mapping[str, Any] | None = None, blank: tuple[str, ...] = (), **more: Any) -> Edge:
    """In the last year only: new in the district."""
    return Edge((EdgeYear(0, grade, spans, **more),), traits or {}, blank)


def _both(grade: int, *spans: Span, traits: Mapping[str, Any] | None = None, blank: tuple[str, ...] = (), **more: Any) -> Edge:
    """A grade lower in the year before, in a quiet year at the usual school, and so on back to grade 9."""
    elementary = spans[0].school if spans[0].school.startswith("elementary") else ELEMENTARY_1
    before = EdgeYear(1, grade - 1, (Span(_usual(grade - 1, elementary), exit_type="end_of_year"),))
    return Edge((*_earlier(1, grade - 1), before, EdgeYear(0, grade, spans, **more)), traits or {}, blank)


def _earlier(back: int, grade: int) -> tuple[EdgeYear, ...]:
    """The years of high school before a year."""
    return tuple(EdgeYear(back + n, grade - n, (Span(HIGH, exit_type="end_of_year"),)) for n in range(grade - 9, 0, -1))


def _freshman(marks: Marks, *spans: Span, **more: Any) -> Edge:
    return _both(9, *(spans or (Span(HIGH),)), marks=marks, **more)


def _senior(*spans: Span, **more: Any) -> Edge:
    return _both(12, *(spans or (Span(HIGH),)), **more)


def _repeater(now: EdgeYear, before: EdgeYear, cohort: int) -> Edge:
    return Edge((*_earlier(1, before.grade), before, now), {"cohort": cohort})


def _left(exit_type: str, stop: int | None, back: int, grade: int, diploma: tuple[str, date] | None = None,
          enrolled: date | None = None, **traits: Any) -> Edge:  # fmt: skip
    """Someone who left the high school in an earlier year and is in no later file."""
    last = EdgeYear(back, grade, (Span(HIGH, 0, stop, exit_type),), diploma)
    return Edge((*_earlier(back, grade), last), traits, (), enrolled)


JUNE = date(2013, 6, 7)
GRADUATION = Span(HIGH, exit_type="graduated")
ELECTIVE_F: Marks = {("elective", "S1"): "F", ("elective", "S2"): "F"}

ATTENDANCE = {
    1: _both(5, Span(ELEMENTARY_1, absent=18)),
    2: _both(4, Span(ELEMENTARY_1, absent=17, extra=(("early_departure", 0.25),) * 2)),
    3: _both(4, Span(ELEMENTARY_1, absent=17, extra=(("early_departure", 0.5),))),
    4: _now(7, Span(MIDDLE, 29, absent=15)),
    5: _now(10, Span(HIGH, 78, absent=6, suspended=(("out_of_school_suspension", 4), ("in_school_suspension", 2)))),
    6: _both(6, Span(MIDDLE, 0, 9, "transferred_out", absent=5)),
    7: _both(8, Span(MIDDLE, 0, 10, "transferred_out", absent=1)),
    8: _both(4, Span(ELEMENTARY_1, 0, 50, "moved_in_district", absent=2), Span(ELEMENTARY_2, 69, absent=14)),
    9: _both(3, Span(ELEMENTARY_2, 0, 50, "moved_in_district", absent=10), Span(ELEMENTARY_1, 50, absent=4)),
    10: _both(
        2,
        Span(ELEMENTARY_1, 0, 70, "moved_in_district"),
        Span(ELEMENTARY_2, 70, 110, "moved_in_district"),
        Span(ELEMENTARY_1, 111),
    ),
    11: _both(5, Span(ELEMENTARY_1, 0, 140, "moved_in_district", absent=5), Span(ELEMENTARY_2, 139, absent=6)),
    12: _both(11, Span(HIGH, 0, 56, "transferred_out", absent=4), Span(HIGH, 101, absent=5)),
    13: _both(6, Span(MIDDLE, absent=0)),
}
FRESHMEN = {
    14: _freshman(ELECTIVE_F),
    15: _freshman({("mathematics", "S1"): "F", ("mathematics", "S2"): "F"}),
    16: _freshman({("english", "S1"): "F"}),
    17: _freshman({**ELECTIVE_F, ("mathematics", "S1"): "F"}, case="recovers"),
    18: _freshman({("science", "Q1"): "F", ("science", "Q3"): "F"}),
    19: _repeater(
        EdgeYear(0, 9, (Span(HIGH),), marks={("mathematics", "S1"): "D"}),
        EdgeYear(
            1,
            9,
            (Span(HIGH, exit_type="end_of_year", absent=25),),
            marks={**ELECTIVE_F, ("english", "S1"): "F", ("english", "S2"): "F"},
        ),
        2015,
    ),
    20: _repeater(
        EdgeYear(0, 9, (Span(HIGH, absent=30),), marks={("english", "S2"): "F", ("mathematics", "S2"): "F"}),
        EdgeYear(
            1,
            9,
            (Span(HIGH, exit_type="end_of_year", absent=40),),
            marks={("english", "S1"): "F", ("science", "S2"): "F", **ELECTIVE_F},
        ),
        2015,
    ),
    21: _freshman({("mathematics", "S1"): "F"}, Span(HIGH, 0, 110, "dropout", absent=31)),
    22: _freshman({}, Span(HIGH, 0, 126, "transferred_out")),
    23: _now(9, Span(HIGH, 93)),
}
SENIORS = {
    24: _repeater(
        EdgeYear(0, 12, (GRADUATION,), ("regular", JUNE)),
        EdgeYear(1, 12, (Span(HIGH, exit_type="end_of_year", absent=22),)),
        2012,
    ),
    25: _senior(Span(HIGH, 0, 140, "ged", absent=20), diploma=("ged", date(2013, 4, 26))),
    26: _senior(Span(HIGH, absent=21)),
    27: _senior(GRADUATION, diploma=("alternate", JUNE), traits={"disability": True}),
    28: _left("dropout", 120, 1, 11, absence=0.2),
    29: _left("transferred_out", 90, 1, 11),
    30: _left("deceased", 75, 1, 11),
    31: _left("expelled", 132, 1, 10),
    32: _left("end_of_year", None, 1, 12, ("regular", date(2012, 8, 10))),
    33: _senior(GRADUATION, diploma=("regular", JUNE), case="fafsa_submitted_only"),
    34: _senior(GRADUATION, diploma=("regular", JUNE), case="fafsa_in_june"),
}
RECORDS = {
    35: _both(10, Span(HIGH), blank=("grade_level",)),
    36: _both(12, Span(HIGH), case="ungraded", traits={"disability": True}),
    37: _both(3, Span(ELEMENTARY_2), blank=("race_ethnicity",)),
    38: _both(7, Span(MIDDLE), blank=("english_learner",)),
    39: _both(8, Span(MIDDLE), blank=("disability", "economically_disadvantaged")),
    40: _both(6, Span(MIDDLE), participating=False),
    41: _both(5, Span(ELEMENTARY_2), case="left_special_education", traits={"disability": True}),
    42: _both(4, Span(ELEMENTARY_2), case="left_english_learner", traits={"english_learner": True}),
    43: _now(-1, Span(ELEMENTARY_2, responsible=ELEMENTARY_1), traits={"disability": True}),
    44: _both(8, Span(MIDDLE), case="no_roster"),
    45: _both(7, Span(MIDDLE), case="changes_english"),
    46: _both(5, Span(ELEMENTARY_1), case="retest_after_invalid"),
    47: _both(8, Span(MIDDLE), case="retest_passes"),
    48: _both(6, Span(MIDDLE), case="alternate", traits={"disability": True}),
    49: _both(4, Span(ELEMENTARY_2), case="exempt", traits={"english_learner": True}),
    50: _both(7, Span(MIDDLE), case="absent_from_test"),
}
LEAVERS = {
    51: _left("ged", 140, 2, 10, ("ged", date(2011, 4, 15))),
    52: _left("moved_undocumented", 100, 3, 9),
    53: _left("emigrated", 80, 2, 10),
    54: _left("transferred_out", 60, 3, 9),
    55: _left("graduated", None, 2, 11, ("regular", date(2011, 6, 10))),
    56: _left("graduated", None, 2, 12, ("regular", date(2011, 6, 10)), date(2012, 10, 10)),
    57: _left("graduated", None, 2, 12, ("regular", date(2011, 6, 10)), date(2012, 10, 11)),
    58: _left("ged", 160, 2, 12, ("ged", date(2011, 5, 20)), date(2011, 8, 29)),
    59: _left("end_of_year", None, 2, 12, ("regular", date(2011, 8, 12)), date(2012, 12, 12)),
}
EDGES: dict[int, Edge] = {**ATTENDANCE, **FRESHMEN, **SENIORS, **RECORDS, **LEAVERS}
