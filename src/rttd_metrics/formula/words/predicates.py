"""What is true or false of a thing, by its title: participating, proficient in mathematics, has a plan."""

import re
from dataclasses import dataclass

from rttd_metrics.formula.words.titles import complement, has_something
from rttd_metrics.formula.words.values import quoted

_NOT_BEFORE_A_NOUN = ("able", "due", "known", "late", "ready", "unknown", "well")
_PARTICIPLE = re.compile(r"(\w+ed|left|made|met|taken)\b")
_PLACES = ("above", "at", "behind", "below", "beyond", "in", "off", "on", "over", "under", "within", "without")


@dataclass(frozen=True, slots=True)
class Predicate:
    """`text` follows `is`, or `has` with `having`; a title of which the form does not tell how is `quoted`.

    `certain` of its methods: `known to`, or `not known to`.
    """

    text: str
    having: bool = False
    quoted: bool = False
    place: bool = False

    @property
    def before(self) -> str | None:
        """The text where it can stand before a noun."""
        single = " " not in self.text and not (self.having or self.quoted or self.place)
        return self.text if single and self.text not in _NOT_BEFORE_A_NOUN else None

    def state(self, *, holds: bool) -> str | None:
        """The text where it can follow `are`."""
        return None if self.having or self.quoted else f"{'' if holds else 'not '}{self.text}"

    def of_one(self, subject: str, *, holds: bool, certain: str = "") -> str:
        """`the student is not participating`, `the section is known to be core`."""
        if self.quoted:
            of = f" of {subject}" if subject else ""
            return f"{quoted(self.text)}{of} is {f'{certain} be ' if certain else ''}{'true' if holds else 'false'}"
        return f"{subject} {self._said('is', 'has', 'does', holds=holds, certain=certain)}"

    def of_many(self, who: str, *, holds: bool, certain: str = "") -> str:
        """`who are not participating`, `that are known to be core`."""
        return f"{who} {self._said('are', 'have', 'do', holds=holds, certain=certain)}"

    def after_noun(self, who: str, *, holds: bool, certain: str = "") -> str:
        """`who are not participating`, `in foster care`."""
        return self.text if self.place and holds and not certain else self.of_many(who, holds=holds, certain=certain)

    def _said(self, be: str, have: str, do: str, *, holds: bool, certain: str) -> str:
        if certain:
            return f"{be} {certain} {'have' if self.having else 'be'} {'' if holds else 'not '}{self.text}"
        if self.having and not holds:
            done = _PARTICIPLE.match(self.text)
            return f"{have} not {self.text}" if done else f"{do} not have {self.text}"
        if self.having:
            return f"{have} {self.text}"
        return f"{be} {'' if holds else 'not '}{self.text}"


def predicate(title: str) -> Predicate:
    thing = has_something(title)
    if thing is not None:
        return Predicate(thing, having=True)
    text = complement(title)
    if text is None:
        return Predicate(title, quoted=True)
    return Predicate(text, place=text.split()[0] in _PLACES)
