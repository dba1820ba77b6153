"""Titles of facts, columns and tables as parts of a sentence: what kind of words they are, told by their form.

A title is whatever people wrote. Where its form tells nothing it is quoted, which is always right.
"""

import re
from typing import Literal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _words("American Asian Carnegie Chicago English French German Hispanic Latino Spanish")
_PREPOSITIONS = _words(
    "about above across after against ahead along among at before behind below beside between beyond by during for from in "
    "near of off on over through to toward under until with within without"
)
_AFTER_A_NOUN = _PREPOSITIONS | _words(
    "absent all as due given held known late left lost made met missing out per present spent taken that taught when where which "
    "who whom whose"
)
_NO_PLURALS = _words(
    "always arts athletics basis bus campus census civics class consensus economics ethics focus genetics gymnastics "
    "has his is its less mathematics minus news perhaps physics plus politics progress series statistics status stress this "
    "thus us was"
)
_ADJECTIVES = _words(
    "able absent accountable alternate career-ready chronic chronically classified co-taught college-ready core current direct "
    "due economically effective eligible emergent excused exempt exempted expelled experienced favorable flagged fluent "
    "full-time fully gifted highly homeless homeroom identified inexperienced instructional known late licensed low-income "
    "migrant military-connected new newly novice on-time on-track overage partly part-time present primary proficient promoted "
    "qualified rated ready regular retained suspended tardy taught tested truant unexcused unknown well"
)
_VERBS = {
    f"{verb}{ending}": verb
    for ending, verbs in (
        ("s", "answer attend belong complete count earn fail graduate hold know lead leave live meet move need own read receive "
              "return score show speak stay take use work"),
        ("es", "miss pass reach"),
    )
    for verb in verbs.split()
}  # fmt: skip
_PAST = _words(
    "answered applied attended came completed dropped earned enrolled failed finished gained graduated grew improved kept left "
    "met missed moved passed reached read received returned scored started stayed submitted took transferred was went"
)
_NOT_PARTICIPLES = _words("during evening morning reading spelling spring writing")
_SHARES = re.compile(r"\b(share|proportion|fraction|part) of\b", re.IGNORECASE)
_COUNTED = re.compile(r"(number|count) of ", re.IGNORECASE)
_SENTENCE = re.compile(r"(the|all|every|each|both|no) .* (is|are|was|were|has|have)\b")
_CLAUSE = re.compile(r"(whether|how|what|which|why|when|where|who|whose|if|is|are|does|did)\b", re.IGNORECASE)


def lowered(title: str) -> str:
    """The title within a sentence: its first letter small, unless the word is a name or an abbreviation."""
    first, _, rest = title.partition(" ")
    following = rest.partition(" ")[0]
    of_a_name = len(following) > 3 and following[:1].isupper() and following[1:].islower() and following not in _NAMES
    small_word = first.split("-")[0].lower() in _PREPOSITIONS or first == "A"
    if first in _NAMES or of_a_name or not (small_word or re.match(r"[A-Z][a-z]{2,}", first)):
        return title
    return title[:1].lower() + title[1:]


def named(identifier: str) -> str:
    """What has no title, by its name: `exit_type` is the exit type."""
    return identifier.replace("_", " ").replace(".", ", ")


def is_clause(title: str) -> bool:
    """`Whether and how the student has left` names no thing: it can only be quoted."""
    return _CLAUSE.match(title) is not None


def says_share(title: str) -> bool:
    """Its values are parts of a whole, as the title says: 0.10 is 10 %."""
    return _SHARES.search(title) is not None


def without_number_of(title: str) -> str:
    """`Number of suspensions` counts suspensions."""
    found = _COUNTED.match(title)
    return title[found.end() :] if found else title


def is_plural(title: str) -> bool:
    """Whether it names things that are counted: days absent, credits earned, semester Fs in core courses."""
    head = ""
    for word in title.split():
        bare = word.strip(",:;()")
        if head and (word.startswith("(") or bare.lower() in _AFTER_A_NOUN or re.fullmatch(r"[a-z]+ed|included|excluded", bare)):
            break
        head = bare
        if word[-1:] in ",:;":
            break
    return head.endswith("s") and not head.endswith(("ss", "us", "is")) and head.lower() not in _NO_PLURALS


def complement(title: str) -> str | None:
    """What follows `is` where a title of something true or false has such a form: proficient in mathematics, in foster care.

    None where the form does not tell.
    """
    text = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    first = text.partition(" ")[0].strip(",")
    participle = re.fullmatch(r"[a-z]{2,}ing", first) and first not in _NOT_PARTICIPLES
    return text if first in _PREPOSITIONS or first in _ADJECTIVES or participle else None


def predicate_form(text: str) -> tuple[Literal["have", "do", "did", "clause", "quoted"], str]:
    """How the lowered title of something true or false says it, where it cannot follow `is`, and what it says.

    `has a plan` has `a plan`; `takes algebra` does `take algebra`; `whether all are rated` is the clause `all are rated`.
    """
    first, _, rest = text.partition(" ")
    if first == "has" and rest:
        return "have", rest
    if first in _VERBS:
        return "do", f"{_VERBS[first]} {rest}".rstrip()
    if first in _PAST:
        return "did", text
    if first == "whether" and not re.match(r"(and|or)\b", rest):
        return "clause", rest
    if _SENTENCE.match(text):
        return "clause", text
    return "quoted", text


def singular(rows: str) -> str:
    """One of these rows: `test results` gives `test result`, `rows of bus rides` gives `row of bus rides`."""
    if rows.startswith("rows of "):
        return "row" + rows.removeprefix("rows")
    if rows.endswith("ies"):
        return rows[:-3] + "y"
    return rows.removesuffix("s")
