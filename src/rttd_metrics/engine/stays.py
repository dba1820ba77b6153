"""The stays of one student in plain Python, and the schools that a rule makes of them: attribution.py said a second time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rttd_metrics.definitions.attribution import Attribution, AttributionByDays, FullYear, day_in_year


@dataclass(frozen=True, slots=True)
class Stay:
    """A primary stay up to as-of; an open one ends there."""

    school: str
    entry: date
    end: date
    open: bool

    @property
    def days(self) -> int:
        return (self.end - self.entry).days + 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """The first day of the school year, the last one seen, and each school's instructional days."""

    first_day: date
    as_of: date
    instructional: Callable[[str], Sequence[date] | None]

    def day(self, text: str | None) -> date:
        return min(day_in_year(text or "", self.first_day), self.as_of)


def attributed(stays: Iterable[Stay], rule: Attribution, calendar: Calendar) -> set[str]:
    """The schools in which the student counts."""
    stays = list(stays)
    match rule:
        case "every_enrollment":
            return {stay.school for stay in stays}
        case AttributionByDays(full_academic_year=FullYear() as year):
            schools = {stay.school for stay in stays}
            return {school for school in schools if _whole([stay for stay in stays if stay.school == school], year, calendar)}
    school = one_school(stays, rule, calendar)
    return {school} if school is not None else set()


def one_school(stays: Iterable[Stay], rule: Attribution, calendar: Calendar) -> str | None:
    """The one school, as `school.` means it."""
    match rule:
        case AttributionByDays(enrolled_on=str(text)):
            stays = [stay for stay in stays if stay.entry <= calendar.day(text) <= stay.end]
        case AttributionByDays():
            kept = attributed(stays := list(stays), rule, calendar)
            return _longest([stay for stay in stays if stay.school in kept])
        case "longest_enrolled":
            return _longest(stays)
    last = max(((stay.open, stay.end, stay.entry, stay.school) for stay in stays), default=None)
    return last[-1] if last else None


def _longest(stays: Iterable[Stay]) -> str | None:
    """Of the school with most days; of equals the one entered last, then the last id."""
    held: dict[str, list[Stay]] = {}
    for stay in stays:
        held.setdefault(stay.school, []).append(stay)
    ranks = [(sum(stay.days for stay in own), max(stay.entry for stay in own), school) for school, own in held.items()]
    return max(ranks)[-1] if ranks else None


def _whole(stays: Sequence[Stay], year: FullYear, calendar: Calendar) -> bool:
    """Whether these stays at one school make a full academic year."""
    if year.minimum_days is not None:
        held = calendar.instructional(stays[0].school) or ()
        return sum(stay.entry <= day <= stay.end for stay in stays for day in held) >= year.minimum_days
    first, last = calendar.day(year.first), calendar.day(year.last)
    seen = sorted((stay.entry, stay.end) for stay in stays if stay.entry <= last and stay.end >= first)
    if not seen or seen[0][0] > first:
        return False
    reached = seen[0][1]
    for entry, end in seen[1:]:
        if (entry - reached).days - 1 > year.permitted_gap:
            return False
        reached = max(reached, end)
    return reached >= last
