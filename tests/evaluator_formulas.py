"""Random formulas that are well typed, built backwards: first the type that is wanted, then what can have it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from evaluator_data import COURSE_LEVELS, MARK_TYPES, TEXTS
from rttd_metrics.formula.nodes import Type

NUMBER, TEXT, BOOLEAN, DATE, GRADE, YEAR = Type.NUMBER, Type.TEXT, Type.BOOLEAN, Type.DATE, Type.GRADE_LEVEL, Type.SCHOOL_YEAR
KINDS = (NUMBER, TEXT, BOOLEAN, DATE, GRADE, YEAR)
ORDERED = (NUMBER, DATE, GRADE, YEAR)
STATUSES = ("present", "absent", "tardy", "early_departure", "out_of_school_suspension")
CATEGORIES = {"mark_type": MARK_TYPES, "status": STATUSES, "level": COURSE_LEVELS}
PARAMETERS = {
    "share": 0.1,
    "minus": -2.5,
    "flag": True,
    "word": "F",
    "words": ["F", "b"],
    "none": [],
    "marks": ["semester", "final"],
}


@dataclass(frozen=True)
class Names:
    """What a formula may name: columns, facts and parameters by type, texts of closed lists, tables to aggregate."""

    known: Mapping[Type, Sequence[str]]
    listed: Sequence[str] = ()
    tables: Sequence[str] = ()
    table: str | None = None
    facts: Mapping[Type, Sequence[str]] = field(default_factory=dict)

    def of(self, kind: Type) -> Sequence[str]:
        return (*self.known[kind], *self.facts.get(kind, ()))


def _split(**texts: str) -> dict[Type, tuple[str, ...]]:
    return {kind: tuple(texts.get(kind.value, "").split()) for kind in KINDS}


UNIT = Names(
    _split(
        number="share minus",
        text="gender student_id students.school_id word school.name schools.name",
        boolean="english_learner disability participating flag",
        date="diploma_date as_of",
        grade_level="grade_level school.grade_low students.schools.grade_low",
        school_year="cohort school_year students.school_year",
    ),
    tables=("attendance", "grades", "students", "enrollments"),
)

ROWS = {
    "attendance": _split(
        number="absent",
        text="school_id students.gender students.schools.name",
        boolean="excused students.english_learner",
        date="date students.diploma_date",
        grade_level="students.grade_level schools.grade_low",
        school_year="students.cohort",
    ),
    "grades": _split(
        number="points courses.credits sections.courses.credits",
        text="mark section_id sections.subject sections.schools.name",
        boolean="failing recovery sections.core courses.core sections.courses.core students.disability",
        date="students.diploma_date",
        grade_level="sections.grade_level sections.schools.grade_low students.grade_level",
        school_year="school_year sections.school_year",
    ),
    "students": _split(
        text="gender school_id schools.name",
        boolean="english_learner participating",
        date="diploma_date",
        grade_level="grade_level",
        school_year="school_year cohort",
    ),
    "enrollments": _split(
        text="school_id exit_type school.name",
        boolean="primary students.disability",
        date="entry_date exit_date",
        grade_level="school.grade_low",
        school_year="students.cohort",
    ),
}
LISTED = {
    "attendance": ("attendance.status",),
    "grades": ("grades.mark_type", "grades.courses.level", "grades.sections.courses.level"),
}
_LITERALS = {
    NUMBER: ("0", "1", "2", "0.5", "0.1", "10", "-1", "-0.25", "3", "162", "180", "1000000", "0.000000001"),
    TEXT: tuple("'" + text.replace("'", "''") + "'" for text in TEXTS),
    BOOLEAN: ("true", "FALSE"),
    DATE: ("'2012-09-03'", "'2012-02-29'", "'2012-11-16'"),
    GRADE: ("'PK'", "'KG'", "'9'", "9", "4", "'UG'"),
    YEAR: ("'2012-13'", "'2011-12'", "2014"),
}
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


def inside(names: Names, table: str) -> Names:
    """What an aggregate of `table` sees: the rows' columns, and the unit's own without the paths that name tables."""
    rows = ROWS[table]
    known = {
        kind: (*(f"{table}.{name}" for name in rows[kind]), *(name for name in names.of(kind) if "." not in name))
        for kind in KINDS
    }
    return Names(known, LISTED.get(table, ()), (), table)


class Formulas:
    """Draws formulas over `names`; `depth` more levels may follow."""

    def __init__(self, rng: Random, names: Names) -> None:
        self.rng, self.names = rng, names

    def pick(self, options: Sequence[str]) -> str:
        return self.rng.choice(options)

    def chance(self, of: int) -> bool:
        return self.rng.randrange(of) == 0

    def formula(self, kind: Type, depth: int) -> str:
        """A formula of this type, of which at least one part is no constant where constants have no type of their own."""
        if depth <= 0 or self.chance(6):
            return self.leaf(kind)
        makers = [self.case, self.coalesce, *[getattr(self, kind.value)] * (3 if kind in (GRADE, YEAR) else 6)]
        if self.names.tables:
            makers += [self.aggregate] * 6
        return self.rng.choice(makers)(kind, depth - 1)

    def leaf(self, kind: Type) -> str:
        if kind in (NUMBER, TEXT, BOOLEAN) and self.chance(4):
            return self.pick(_LITERALS[kind])
        return self.pick(self.names.of(kind))

    def beside(self, kind: Type, depth: int) -> str:
        """A part that stands beside one with a type: a constant or null will do."""
        if self.chance(3):
            return self.pick((*_LITERALS[kind], "null"))
        return self.formula(kind, depth)

    def any_kind(self, *kinds: Type) -> Type:
        return self.rng.choice(kinds or KINDS)

    # -- of any type ------------------------------------------------------------------------------------

    def case(self, kind: Type, depth: int) -> str:
        last = f" else {self.beside(kind, depth)}" if self.chance(2) else ""
        more = f" when {self.formula(BOOLEAN, depth)} then {self.beside(kind, depth)}" if self.chance(3) else ""
        return f"case when {self.formula(BOOLEAN, depth)} then {self.formula(kind, depth)}{more}{last} end"

    def coalesce(self, kind: Type, depth: int) -> str:
        first, second = self.formula(kind, depth), self.beside(kind, depth)
        return f"coalesce({first}, {second})" if self.chance(2) else f"coalesce({second}, {first})"

    def of_several(self, kind: Type, depth: int) -> str:
        return f"{self.pick(('least', 'greatest'))}({self.formula(kind, depth)}, {self.beside(kind, depth)})"

    # -- numbers ----------------------------------------------------------------------------------------

    def number(self, kind: Type, depth: int) -> str:
        makers = (self.arithmetic, self.arithmetic, self.rounded, self.of_several, self.counted_days)
        return self.rng.choice(makers)(kind, depth)

    def arithmetic(self, kind: Type, depth: int) -> str:
        if self.chance(8):
            return f"(-{self.leaf(NUMBER)})"
        return f"({self.formula(NUMBER, depth)} {self.pick('+-*/')} {self.beside(NUMBER, depth)})"

    def rounded(self, kind: Type, depth: int) -> str:
        if self.chance(4):
            return f"number({self.formula(BOOLEAN, depth)})"
        form = self.pick(("abs({})", "round({})", "round({}, 2)", "round({}, -1)", "floor({})", "ceil({})"))
        return form.format(self.formula(NUMBER, depth))

    def counted_days(self, kind: Type, depth: int) -> str:
        schools = [name for name in self.names.known[TEXT] if name.endswith("school_id")]
        if not schools or self.chance(2):
            return f"days_between({self.formula(DATE, depth)}, {self.beside(DATE, depth)})"
        school = self.pick([*schools, "'01'"])
        end = f"attendance_through({school})" if self.chance(3) else self.beside(DATE, depth)
        return f"school_days({school}, {self.formula(DATE, depth)}, {end})"

    # -- truth ------------------------------------------------------------------------------------------

    def boolean(self, kind: Type, depth: int) -> str:
        makers = (
            self.comparison,
            self.comparison,
            self.between,
            self.one_of,
            self.joined,
            self.joined,
            self.state,
            self.part_of_text,
        )
        made = self.rng.choice(makers)(depth)
        return f"(not {made})" if self.chance(8) else f"({made})"

    def comparison(self, depth: int) -> str:
        if self.names.listed and self.chance(3):
            name = self.pick(self.names.listed)
            return f"{name} {self.pick(('=', '<>'))} '{self.pick(CATEGORIES[name.rsplit('.', 1)[1]])}'"
        kind = self.any_kind()
        sign = self.pick(_COMPARISONS if kind in ORDERED else _COMPARISONS[:2])
        sides = (self.formula(kind, depth), self.beside(kind, depth))
        left, right = sides if self.chance(2) else sides[::-1]
        return f"{left} {sign} {right}"

    def between(self, depth: int) -> str:
        kind = self.any_kind(*ORDERED)
        low, high = self.beside(kind, depth), self.beside(kind, depth)
        return f"{self.formula(kind, depth)} {self.pick(('between', 'not between'))} {low} and {high}"

    def one_of(self, depth: int) -> str:
        sign = self.pick(("in", "not in"))
        if self.names.listed and self.chance(2):
            name = self.pick(self.names.listed)
            options = ", ".join(f"'{label}'" for label in CATEGORIES[name.rsplit(".", 1)[1]][:2])
            return f"{name} {sign} " + ("marks" if name.endswith("mark_type") and self.chance(2) else f"({options})")
        kind = self.any_kind()
        if kind is TEXT and self.chance(2):
            return f"{self.formula(TEXT, depth)} {sign} {self.pick(('words', 'none'))}"
        options = ", ".join(self.pick(_LITERALS[kind]) for _ in range(self.rng.randint(1, 3)))
        return f"{self.formula(kind, depth)} {sign} ({options})"

    def joined(self, depth: int) -> str:
        return f"{self.formula(BOOLEAN, depth)} {self.pick(('and', 'or'))} {self.beside(BOOLEAN, depth)}"

    def state(self, depth: int) -> str:
        state = self.pick(("is null", "is not null"))
        if self.chance(2):
            return f"{self.formula(BOOLEAN, depth)} {self.pick((state, 'is true', 'is not true', 'is false', 'is not false'))}"
        return f"{self.formula(self.any_kind(), depth)} {state}"

    def part_of_text(self, depth: int) -> str:
        text = self.pick(self.names.listed) if self.names.listed and self.chance(3) else self.formula(TEXT, depth)
        return f"{self.pick(('starts_with', 'contains'))}({text}, {self.pick((*_LITERALS[TEXT], 'word', repr('.'), repr('p')))})"

    # -- texts, dates, grade levels, school years -------------------------------------------------------

    def text(self, kind: Type, depth: int) -> str:
        if self.names.listed and self.chance(3):
            return f"lower({self.pick(self.names.listed)})"
        return f"lower({self.formula(TEXT, depth)})"

    def date(self, kind: Type, depth: int) -> str:
        if self.chance(3):
            return self.of_several(kind, depth)
        if self.chance(6):
            return f"school_year_day('{self.pick(('07-01', '06-30', '09-30', '02-29', '12-31'))}')"
        form = self.pick(("week({})", "add_months({}, 1)", "add_months({}, -18)", "add_months({}, 16)"))
        return form.format(self.formula(DATE, depth))

    def school_year(self, kind: Type, depth: int) -> str:
        return self.of_several(kind, depth) if self.chance(2) else f"add_years({self.formula(YEAR, depth)}, -1)"

    grade_level = of_several

    # -- aggregates -------------------------------------------------------------------------------------

    def aggregate(self, kind: Type, depth: int) -> str:
        with_kind = [table for table in self.names.tables if ROWS[table][kind]]
        table = self.pick(with_kind * 2 + list(self.names.tables) if kind is NUMBER else with_kind)
        rows = Formulas(self.rng, inside(self.names, table))
        years = "" if self.chance(2) else f" years {self.pick(('current', 'through', 'all'))}"
        where = f" where {rows.formula(BOOLEAN, depth)}" if self.chance(2) else ""
        if kind is NUMBER and (not ROWS[table][NUMBER] or self.chance(4)):
            if self.chance(3):
                of = self.any_kind(*(each for each in KINDS if ROWS[table][each]))
                return f"count(distinct {rows.argument(of, depth)}{where}{years})"
            return f"count({table}{where}{years})"
        makers = {NUMBER: ("sum", "avg", "median", "min", "max"), BOOLEAN: ("any", "all"), TEXT: ()}.get(kind, ("min", "max"))
        argument = rows.argument(kind, depth)
        if not makers or self.chance(5):
            order = rows.formula(self.any_kind(*ORDERED), depth - 1)
            return f"{self.pick(('first', 'last'))}({argument} order by {order}{where}{years})"
        return f"{self.pick(makers)}({argument}{where}{years})"

    def argument(self, kind: Type, depth: int) -> str:
        """What is aggregated: it names the table, so that the aggregate is known to be of it."""
        table = self.names.table
        made = self.formula(kind, depth)
        if re.search(rf"(?<![\w.]){table}\.", made):
            return made
        return f"{table}.{self.pick(ROWS[table or ''][kind])}"


def make_facts(rng: Random, number: int, depth: int) -> dict[str, str]:
    """Facts of students by name, each of which may use those before it."""
    made: dict[str, str] = {}
    known: dict[Type, list[str]] = {kind: [] for kind in KINDS}
    for place in range(number):
        kind = rng.choice((*KINDS, NUMBER, NUMBER, NUMBER, BOOLEAN, BOOLEAN))
        made[f"f{place}"] = Formulas(rng, replace(UNIT, facts=known)).formula(kind, depth)
        known = {each: [*names, f"f{place}"] if each is kind else names for each, names in known.items()}
    return made


def as_yaml(made: Mapping[str, str | Mapping[str, str]], level: str = "student") -> str:
    """A facts file."""
    lines = [f"  {name}: {json.dumps(fact, ensure_ascii=False)}" for name, fact in made.items()]
    return "\n".join([f"parameters: {json.dumps(PARAMETERS)}", f"{level}:", *lines, ""])
