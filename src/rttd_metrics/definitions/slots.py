"""The twelve slots of the Race to the Top-District notice, criterion (E)(3): which measures it asks for, of whom.

The words are our own. That 9-12(a) and 9-12(c) do not ask for subgroups, and which slots ask for number and
percentage, is how the notice words them; see docs/rules.md for what was read and what is recalled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GradeBand = Literal["PreK-3", "4-8", "9-12"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What one slot asks for. `band`: the grades it is about, None for all participating students.

    `proposed`: the applicant proposes the measure; the others are worded by the notice. `counted`: it asks for number and
    percentage. `by_subgroup`: also by subgroup. `on_track`, `leading`: it asks for such an indicator.
    """

    asks: str
    band: GradeBand | None
    proposed: bool = True
    counted: bool = False
    by_subgroup: bool = True
    on_track: bool = False
    leading: bool = False


SLOTS = {
    "All(a)": Slot("students whose teacher of record and principal are highly effective", None, proposed=False, counted=True),
    "All(b)": Slot("students whose teacher of record and principal are effective", None, proposed=False, counted=True),
    "PreK-3(a)": Slot("an age-appropriate measure of academic growth", "PreK-3"),
    "PreK-3(b)": Slot("an age-appropriate indicator of growth that is not cognitive", "PreK-3"),
    "4-8(a)": Slot("students on track to college and career", "4-8", proposed=False, counted=True, on_track=True),
    "4-8(b)": Slot("an academic leading indicator", "4-8", leading=True),
    "4-8(c)": Slot("a health or social-emotional leading indicator", "4-8", leading=True),
    "9-12(a)": Slot("students who complete and submit the FAFSA", "9-12", proposed=False, counted=True, by_subgroup=False),
    "9-12(b)": Slot("students on track to college and career", "9-12", proposed=False, counted=True, on_track=True),
    "9-12(c)": Slot("students who are career-ready, or on track to it", "9-12", by_subgroup=False),
    "9-12(d)": Slot("an academic leading indicator", "9-12", leading=True),
    "9-12(e)": Slot("a health or social-emotional leading indicator", "9-12", leading=True),
}

EXTRA = Slot("a measure beside the slots", None)
"""What is asked of a measure without a slot: the applicant proposes it."""


def slots_of(bands: Sequence[GradeBand]) -> dict[str, Slot]:
    """The slots of a plan that serves these grades."""
    return {name: slot for name, slot in SLOTS.items() if slot.band is None or slot.band in bands}
