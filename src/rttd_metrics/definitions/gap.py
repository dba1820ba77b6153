"""A gap: how far the subgroups of a dimension stand behind those they are compared with."""

from typing import Literal

from pydantic import Field

from rttd_metrics.definitions.base import Identifier, Label, Model, Number, SchoolYear
from rttd_metrics.definitions.subgroups import EVERYONE
from rttd_metrics.definitions.target_shapes import Shape
from rttd_metrics.definitions.targets import NewBaseline, OwnTarget

HIGHEST = "highest"


class OutsideReference(Model):
    """A value from elsewhere, such as the statewide average of the highest-achieving subgroup, and where it stands."""

    value: Number
    """The value."""
    source: str
    """Where it stands, and of which year it is."""
    subgroup: str | None = None
    """Whose value it is."""


class GapTarget(Model):
    """What the gap of each subgroup should come down to (of a ratio: come to)."""

    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    """The target of each school year."""
    shape: Shape | None = None
    """How the path leads on from the latest baseline, instead of writing every year."""
    subgroups: dict[Label, OwnTarget] = Field(default_factory=dict)
    """By subgroup: a target of its own."""


class Gap(Model):
    """How far the subgroups of a dimension stand behind those they are compared with."""

    dimension: Identifier
    """A dimension of the project's [subgroups](project.md)."""
    reference: Label | OutsideReference
    """`all`: everyone in the unit; `highest`: its best subgroup; a subgroup, such as `"No"`; or a value from elsewhere."""
    kind: Literal["difference", "ratio"] = Field("difference", alias="as")
    """`difference` (if not given): how far behind, in the measure's unit; or `ratio`: subgroup / reference."""
    minimum_n: int = Field(10, ge=1)
    """Of `highest`: from how many students on a subgroup can be the highest; 10 if not given."""
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    """Where the gap started, by school year."""
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    """Where it starts anew, by school year, since the assessment changed."""
    target: GapTarget = Field(default_factory=GapTarget)
    """What it should come to: `annual`, `shape`, and `subgroups` by name with their own."""

    @property
    def named(self) -> str | None:
        """The subgroup that the others are compared with, where it is one and the same everywhere."""
        return self.reference if isinstance(self.reference, str) and self.reference not in (EVERYONE, HIGHEST) else None


def gap_id(measure_id: str) -> str:
    """Under which id the results of a measure's gap stand."""
    return f"{measure_id}.gap"
