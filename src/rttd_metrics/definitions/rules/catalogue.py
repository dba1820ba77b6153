"""All rules, in the order of their codes."""

import re

from rttd_metrics.definitions.rules import (
    ambition,
    comparisons,
    descriptions,
    disclosure,
    formulas,
    indicators,
    target_years,
    whole,
    wording,
)

_ALL = (
    whole.NUMBER,
    whole.SLOTS_FILLED,
    whole.DUPLICATE_ID,
    descriptions.NARRATIVE,
    target_years.YEARS,
    target_years.SUBGROUPS,
    formulas.DENOMINATOR,
    ambition.DIRECTION,
    ambition.SHAPE,
    ambition.AMBITIOUS,
    ambition.ACHIEVABLE,
    ambition.GAPS_CLOSE,
    comparisons.REFERENCE,
    indicators.VALIDATED,
    indicators.EARLY,
    indicators.TIMELY,
    descriptions.OWNERSHIP,
    whole.BALANCE,
    disclosure.SMALL_GROUPS,
    comparisons.ASSESSMENT,
    formulas.RESPONSE_RATE,
    wording.EFFECTIVE,
    wording.FAFSA,
    formulas.DUPLICATE,
    descriptions.EXAMPLES,
)

_CODE = re.compile(r"[Ll]?0*(\d{1,2})")

RULES = {rule.code: rule for rule in _ALL}


def is_code(text: str) -> bool:
    """Whether somebody means the code of a rule, though there may be no such rule: L5, l05, 5."""
    return _CODE.fullmatch(text) is not None


def code_hint(text: str) -> str:
    """What to write instead of a code that there is not. Codes are too alike to guess at more than how they are written."""
    written = _CODE.fullmatch(text)
    meant = f"L{written[1]:>02}" if written else None
    return f"did you mean '{meant}'?" if meant in RULES else f"there are: {', '.join(RULES)}"
