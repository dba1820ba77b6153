"""The students who sit on an edge of a definition, with ids 000001 upwards; README.md lists them.

Everyone else is drawn at random. These are written down, so that their numbers can be checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lakeside_world import (
    CEDAR_POINT,
    HERON_BAY,
    HIGH,
    LAST_YEAR,
    MIDDLE,
    PK,
    THIS_YEAR,
    Pupil,
    Stay,
    Student,
    Year,
)

Marks = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Span:
    """A stay as a slice of the school's instructional days; stop None is to the end of the year."""

    school: str
    start: int = 0
    stop: int | None = None
    exit_type: str | None = None
    absent: int | None = 3
    extra: tuple[tuple[str, float | None], ...] = ()
    suspended: tuple[tuple[str, int], ...] = ()
    responsible: str | None = None


@dataclass(frozen=True)
class EdgeYear:
    """One school year of an edge student."""

    grade: int
    spans: tuple[Span, ...]
    diploma: tuple[str, date] | None = None
    participating: bool = True
    flags: frozenset[str] = frozenset()
    marks: Marks | None = None


@dataclass(frozen=True)
class Edge:
    """An edge student: this year, last year, and what differs in the student."""

    now: EdgeYear | None
    before: EdgeYear | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)


def _now(grade: int, *spans: Span, **more: Any) -> EdgeYear:
    return EdgeYear(grade, spans, **more)


def _both(grade: int, *spans: Span, traits: Mapping[str, Any] | None = None, **more: Any) -> Edge:
    """The same child a grade lower in the year before, in a quiet year at the usual school."""
    lower = grade - 1
    elementary = spans[0].school if spans[0].school in {HERON_BAY, CEDAR_POINT} else HERON_BAY
    school = elementary if lower <= 5 else MIDDLE if lower <= 8 else HIGH
    return Edge(_now(grade, *spans, **more), _now(lower, Span(school)), traits or {})


def _freshman(marks: Marks, *spans: Span, **more: Any) -> Edge:
    return _both(9, *(spans or (Span(HIGH),)), marks=marks, **more)


def _senior(*spans: Span, **more: Any) -> Edge:
    return _both(12, *(spans or (Span(HIGH),)), **more)


def _left(exit_type: str, stop: int, grade: int = 11, **traits: Any) -> Edge:
    """Someone of last year's high school who is not in this year's files."""
    return Edge(None, _now(grade, Span(HIGH, 0, stop, exit_type)), traits)


GRADUATION = Span(HIGH, exit_type="graduated")
THIS_JUNE = THIS_YEAR.last
ELECTIVE_F: Marks = {("elective", "S1"): "F", ("elective", "S2"): "F"}

ATTENDANCE = {
    "000001": _both(5, Span(HERON_BAY, absent=18)),
    "000002": _both(4, Span(HERON_BAY, absent=17, extra=(("early_departure", 0.25),) * 2)),
    "000003": _both(4, Span(HERON_BAY, absent=17, extra=(("early_departure", 0.5),))),
    "000004": Edge(_now(7, Span(MIDDLE, 29, absent=15))),
    "000005": Edge(
        _now(
            10,
            Span(HIGH, 78, absent=6, suspended=(("out_of_school_suspension", 4), ("in_school_suspension", 2))),
        )
    ),
    "000006": _both(6, Span(MIDDLE, 0, 9, "transferred_out", absent=5)),
    "000007": _both(8, Span(MIDDLE, 0, 10, "transferred_out", absent=1)),
    "000008": _both(4, Span(HERON_BAY, 0, 50, "moved_in_district", absent=2), Span(CEDAR_POINT, 69, absent=14)),
    "000009": _both(3, Span(CEDAR_POINT, 0, 50, "moved_in_district", absent=10), Span(HERON_BAY, 50, absent=4)),
    "000010": _both(
        2,
        Span(HERON_BAY, 0, 70, "moved_in_district"),
        Span(CEDAR_POINT, 70, 110, "moved_in_district"),
        Span(HERON_BAY, 111),
    ),
    "000011": _both(5, Span(HERON_BAY, 0, 140, "moved_in_district", absent=5), Span(CEDAR_POINT, 139, absent=6)),
    "000012": _both(11, Span(HIGH, 0, 56, "transferred_out", absent=4), Span(HIGH, 101, absent=5)),
    "000013": _both(6, Span(MIDDLE, absent=0)),
}

FRESHMEN = {
    "000014": _freshman(ELECTIVE_F),
    "000015": _freshman({("mathematics", "S1"): "F", ("mathematics", "S2"): "F"}),
    "000016": _freshman({("english", "S1"): "F"}),
    "000017": _freshman({**ELECTIVE_F, ("mathematics", "S1"): "F"}, flags=frozenset({"recovers"})),
    "000018": _freshman({("science", "Q1"): "F", ("science", "Q3"): "F"}),
    "000019": Edge(
        _now(9, Span(HIGH), marks={("mathematics", "S1"): "D"}),
        _now(9, Span(HIGH, absent=25), marks={**ELECTIVE_F, ("english", "S1"): "F", ("english", "S2"): "F"}),
        {"cohort": 2015},
    ),
    "000020": Edge(
        _now(9, Span(HIGH, absent=30), marks={("english", "S2"): "F", ("mathematics", "S2"): "F"}),
        _now(9, Span(HIGH, absent=40), marks={("english", "S1"): "F", ("science", "S2"): "F", **ELECTIVE_F}),
        {"cohort": 2015},
    ),
    "000021": _freshman({("mathematics", "S1"): "F"}, Span(HIGH, 0, 110, "dropout", absent=31)),
    "000022": _freshman({}, Span(HIGH, 0, 126, "transferred_out")),
    "000023": Edge(_now(9, Span(HIGH, 93))),
}

SENIORS = {
    "000024": Edge(
        _now(12, GRADUATION, diploma=("regular", THIS_JUNE)),
        _now(12, Span(HIGH, absent=22)),
        {"cohort": 2012},
    ),
    "000025": _senior(Span(HIGH, 0, 140, "ged", absent=20), diploma=("ged", date(2013, 4, 26))),
    "000026": _senior(Span(HIGH, absent=21)),
    "000027": _senior(GRADUATION, diploma=("alternate", THIS_JUNE), traits={"disability": True}),
    "000028": _left("dropout", 120, absence=0.2),
    "000029": _left("transferred_out", 90),
    "000030": _left("deceased", 75),
    "000031": _left("expelled", 132, grade=10, conduct=1.0),
    "000032": Edge(None, _now(12, Span(HIGH), diploma=("regular", date(2012, 8, 10))), {"cohort": 2012}),
    "000033": _senior(GRADUATION, diploma=("regular", THIS_JUNE), flags=frozenset({"fafsa_submitted_only"})),
    "000034": _senior(GRADUATION, diploma=("regular", THIS_JUNE), flags=frozenset({"fafsa_in_june"})),
}

RECORDS = {
    "000035": _both(10, Span(HIGH), traits={"blank": frozenset({"grade_level"})}),
    "000036": _both(12, Span(HIGH), flags=frozenset({"ungraded"}), traits={"disability": True}),
    "000037": _both(3, Span(CEDAR_POINT), traits={"blank": frozenset({"race_ethnicity"})}),
    "000038": _both(7, Span(MIDDLE), traits={"blank": frozenset({"english_learner"})}),
    "000039": _both(8, Span(MIDDLE), traits={"blank": frozenset({"disability", "economically_disadvantaged"})}),
    "000040": _both(6, Span(MIDDLE), participating=False),
    "000041": _both(5, Span(CEDAR_POINT), flags=frozenset({"left_special_education"}), traits={"disability": True}),
    "000042": _both(4, Span(CEDAR_POINT), flags=frozenset({"left_english_learner"}), traits={"english_learner": True}),
    "000043": Edge(_now(PK, Span(CEDAR_POINT, responsible=HERON_BAY)), None, {"disability": True}),
    "000044": _both(8, Span(MIDDLE), flags=frozenset({"no_roster"})),
    "000045": _both(7, Span(MIDDLE), flags=frozenset({"changes_english"})),
    "000046": _both(5, Span(HERON_BAY), flags=frozenset({"retest_after_invalid"})),
    "000047": _both(8, Span(MIDDLE), flags=frozenset({"retest_passes"})),
    "000048": _both(6, Span(MIDDLE), flags=frozenset({"alternate"}), traits={"disability": True}),
    "000049": _both(4, Span(CEDAR_POINT), flags=frozenset({"exempt"}), traits={"english_learner": True}),
    "000050": _both(7, Span(MIDDLE), flags=frozenset({"absent_from_test"})),
}

EDGES: dict[str, Edge] = {**ATTENDANCE, **FRESHMEN, **SENIORS, **RECORDS}


def _stay(year: Year, span: Span) -> Stay:
    days = year.days[span.school]
    leaves = span.stop is not None
    exit_type = span.exit_type or (None if year is THIS_YEAR else "end_of_year")
    return Stay(
        span.school,
        days[span.start],
        days[(span.stop or 0) - 1] if leaves or exit_type else None,
        exit_type,
        span.responsible,
        span.absent,
        span.extra,
        span.suspended,
    )


def edge_pupils(student: Student, edge: Edge) -> list[Pupil]:
    """The school years of an edge student, the earlier first."""
    pupils = []
    for year, spec in ((LAST_YEAR, edge.before), (THIS_YEAR, edge.now)):
        if spec is None:
            continue
        stays = [_stay(year, span) for span in spec.spans]
        kind, day = spec.diploma or (None, None)
        # marks are fixed in every year: nothing about an edge student is left to chance
        pupils.append(Pupil(student, year, spec.grade, stays, kind, day, spec.participating, spec.flags, spec.marks or {}))
    return pupils
