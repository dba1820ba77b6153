"""Texts of definitions, made fit to be shown."""

from rttd_metrics.formula.words.notes import clean
from rttd_metrics.formula.words.titles import named


def paragraphs(text: str | None) -> tuple[str, ...]:
    """Each paragraph on one line, without control signs and marks of direction."""
    lines = (clean(line) for line in (text or "").splitlines())
    return tuple(line for line in lines if line)


def dimension_title(name: str) -> str:
    """`english_learner` is English learner."""
    words = named(name)
    return words[:1].upper() + words[1:]


def subgroup_title(dimension: str, subgroup: str) -> str:
    """`Race ethnicity: hispanic or latino`."""
    return f"{dimension_title(dimension)}: {clean(subgroup).replace('_', ' ')}"
