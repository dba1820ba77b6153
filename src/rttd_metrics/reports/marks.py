"""The symbols and colours of reports on a terminal, and their ASCII counterparts."""

from collections.abc import Mapping
from dataclasses import dataclass

STATUS_STYLES: Mapping[str, str] = {
    "met": "green",
    "not_met": "bold red",
    "in_progress": "cyan",
    "no_target": "dim",
    "no_units": "dim",
    "withheld": "dim",
}

STATUS_MEANINGS: Mapping[str, str] = {
    "met": "met",
    "not_met": "not met",
    "in_progress": "in progress: judged later in the year",
    "no_target": "no target for this year",
    "no_units": "nobody to count",
    "withheld": "withheld: too few people behind it",
}


@dataclass(frozen=True)
class Marks:
    """One set of symbols; each status has a symbol of one cell, so that no state is told by colour alone."""

    status: Mapping[str, str]
    up: str
    down: str
    at_least: str
    at_most: str
    ellipsis: str
    rule: str
    separator: str
    ascii_only: bool


UNICODE = Marks(
    status={
        "met": "✓",
        "not_met": "✗",
        "in_progress": "○",
        "no_target": "–",
        "no_units": "·",
        "withheld": "*",
    },
    up="▲",
    down="▼",
    at_least="≥",
    at_most="≤",
    ellipsis="…",
    rule="─",
    separator=" · ",
    ascii_only=False,
)
ASCII = Marks(
    status={
        "met": "+",
        "not_met": "x",
        "in_progress": "o",
        "no_target": "-",
        "no_units": ".",
        "withheld": "*",
    },
    up="^",
    down="v",
    at_least=">=",
    at_most="<=",
    ellipsis="...",
    rule="-",
    separator=", ",
    ascii_only=True,
)
