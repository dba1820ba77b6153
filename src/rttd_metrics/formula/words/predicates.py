"""What is true or false of a thing, by its title: participating, proficient in mathematics, has a plan, takes algebra."""

import re
from dataclasses import dataclass
from typing import Literal

from rttd_metrics.formula.words.titles import complement, lowered, predicate_form
from rttd_metrics.formula.words.values import quoted

_NOT_BEFORE_A_NOUN = ("able", "due", "known", "late", "ready", "unknown", "well")
_PARTICIPLE = re.compile(r"(\w+ed|left|made|met|taken)\b")
_PLACES = ("above", "at", "behind", "below", "beyond", "in", "off", "on", "over", "under", "within", "without")


@dataclass(frozen=True, slots=True)
class Predicate:
    """How a title says that something is so.

    `be`: the text follows `is`. `have`: it follows `has`. `do`: it begins with a verb of which it holds the form without
    s. `did`: it begins with a verb in the past. `clause`: it is a whole sentence. `quoted`: its form does not tell.
    `certain` of the methods: `known to`, or `not known to`.
    """

    text: str
    form: Literal["be", "have", "do", "did", "clause", "quoted"]

    @property
    def before(self) -> str | None:
        """The text where it can stand before a noun."""
        single = self.form == "be" and " " not in self.text
        return self.text if single and self.text not in (*_NOT_BEFORE_A_NOUN, *_PLACES) else None

    @property
    def by_itself(self) -> bool:
        """Whether the text is said of nobody, so that it cannot follow `who`."""
        return self.form in ("clause", "quoted")

    def follows_who(self, *, holds: bool, certain: str) -> bool:
        """Whether it can be said by a verb after `who`: a verb in the past has no other form that we know."""
        return not self.by_itself and (self.form != "did" or (holds and not certain))

    def state(self, *, holds: bool) -> str | None:
        """The text where it can follow `are`."""
        return f"{'' if holds else 'not '}{self.text}" if self.form == "be" else None

    def of_one(self, subject: str, *, holds: bool, certain: str = "") -> str:
        """`the student is not participating`, `the section is known to be core`; no subject: what is spoken of."""
        if self.form == "quoted":
            of = f" of {subject}" if subject else ""
            return f"{quoted(self.text)}{of} is {f'{certain} be ' if certain else ''}{'true' if holds else 'false'}"
        if self.form == "clause" and subject:
            return Predicate(f"such that {self.text}", "be").of_one(subject, holds=holds, certain=certain)
        if self.form == "clause" or (self.form == "did" and (certain or not holds)):
            said = self.text if self.form == "clause" else f"{subject} {self.text}"
            said = said if holds else f"it is not true that {said}"
            return f"it is {certain.removesuffix(' to')} that {said}" if certain else said
        return f"{subject} {self._said(many=False, holds=holds, certain=certain)}"

    def of_many(self, who: str, *, holds: bool, certain: str = "") -> str:
        """`who are not participating`, `that are known to be core`."""
        return f"{who} {self._said(many=True, holds=holds, certain=certain)}"

    def after_noun(self, who: str, *, holds: bool, certain: str = "") -> str:
        """`who are not participating`, `in foster care`."""
        placed = self.form == "be" and self.text.split()[0] in _PLACES
        return self.text if placed and holds and not certain else self.of_many(who, holds=holds, certain=certain)

    def _said(self, *, many: bool, holds: bool, certain: str) -> str:
        be, have, do = ("are", "have", "do") if many else ("is", "has", "does")
        if certain:
            return f"{be} {certain} {self._infinitive(holds=holds)}"
        match self.form, holds:
            case "be", _:
                return f"{be} {'' if holds else 'not '}{self.text}"
            case "have", False:
                return f"{have} not {self.text}" if _PARTICIPLE.match(self.text) else f"{do} not have {self.text}"
            case "have", True:
                return f"{have} {self.text}"
            case "do", True if not many:
                verb, _, rest = self.text.partition(" ")
                return f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch')) else 's'} {rest}".rstrip()
            case "do", _:
                return self.text if holds else f"{do} not {self.text}"
        return self.text

    def _infinitive(self, *, holds: bool) -> str:
        denied = "" if holds else "not "
        match self.form:
            case "be":
                return f"be {denied}{self.text}"
            case "have":
                return f"have {denied}{self.text}"
        return f"{denied}{self.text}"


def predicate(title: str) -> Predicate:
    text = complement(title)
    if text is not None:
        return Predicate(text, "be")
    form, said = predicate_form(lowered(title))
    return Predicate(title if form == "quoted" else said, form)
