"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.documents import Path as KeyPath
from rttd_metrics.problems import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that does not do what a rule asks.

    `at` leads to a key of the measure's file, or of rttd.yml where there is no measure. `key`: the key itself is shown, not
    its value. `severity`: where it is not the rule's own.
    """

    message: str
    at: KeyPath
    measure: Measure | None = None
    key: bool = False
    help: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, how serious its findings are, its title, and a paragraph that says what it asks, why, how to mend
    what it finds and where in the notice it comes from.

    `whole`: it speaks of all measures together, so it waits until every definition is read without error. `stands_for`:
    the code of a problem that definitions are checked for anyway, and that keeps its severity; a rule that is no more than
    that has no check of its own.
    """

    code: str
    severity: Severity
    title: str
    text: str
    check: Callable[[Plan], Iterator[Finding]] | None = None
    whole: bool = False
    stands_for: str | None = None
