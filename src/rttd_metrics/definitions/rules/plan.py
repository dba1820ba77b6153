"""What the rules look at: the measures that count for the portfolio, and what the plan says of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rttd_metrics.definitions.base import Parameter
from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Frequency, Measure
from rttd_metrics.definitions.project import PortfolioSettings
from rttd_metrics.definitions.slots import EXTRA, SLOTS, Slot
from rttd_metrics.documents import Path as KeyPath

QUARTERLY_OR_OFTENER: tuple[Frequency, ...] = ("daily", "weekly", "monthly", "grading_period", "quarterly")
"""Grading periods last six to nine weeks, or a quarter."""


@dataclass(frozen=True)
class Plan:
    """`measures` are those with `portfolio: true` whose formulas and facts are right. `dimensions` are the subgroup
    dimensions of the project, none where it declares none; `overrides` the parameters that rttd.yml sets."""

    settings: PortfolioSettings
    measures: tuple[Measure, ...]
    dimensions: tuple[str, ...]
    overrides: Mapping[str, Parameter]
    facts: FactBook

    @property
    def target_years(self) -> list[str]:
        """The school years that need a target, in order."""
        return sorted({*self.settings.grant_years, self.settings.post_grant_year})

    def in_slot(self, slot: str) -> Iterator[Measure]:
        return (measure for measure in self.measures if measure.definition.slot == slot)


def slot_of(measure: Measure) -> Slot:
    """What the measure's slot asks for; of one without a slot what is asked of any."""
    return SLOTS.get(measure.definition.slot or "", EXTRA)


def missing_at(measure: Measure, key: str) -> KeyPath:
    """Where a key that a measure lacks belongs: of one of several of a `for_each`, beside what it says for its value."""
    if key in measure.own_places or key in measure.document.value or not measure.bound:
        return measure.at(key)
    [(constant, value)] = measure.bound.items()
    return ("for_each", constant, value, key)


def or_slot(measure: Measure, key: str) -> KeyPath:
    """Where a key stands that the measure's slot asks for; the slot, where it does not."""
    return (key,) if key in measure.document.value else ("slot",)
