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
    source: str
    subgroup: str | None = None


class GapTarget(Model):
    """What the gap of each subgroup should come down to (of a ratio: come to); `subgroups`: of one alone."""

    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    shape: Shape | None = None
    subgroups: dict[Label, OwnTarget] = Field(default_factory=dict)


class Gap(Model):
    """`reference`: everyone (all), the best subgroup of at least `minimum_n` students (highest), a subgroup, or a value
    from elsewhere. `kind`: the difference (how far behind, in the measure's unit) or the ratio (subgroup / reference)."""

    dimension: Identifier
    reference: Label | OutsideReference
    kind: Literal["difference", "ratio"] = Field("difference", alias="as")
    minimum_n: int = Field(10, ge=1)
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    target: GapTarget = Field(default_factory=GapTarget)

    @property
    def named(self) -> str | None:
        """The subgroup that the others are compared with, where it is one and the same everywhere."""
        return self.reference if isinstance(self.reference, str) and self.reference not in (EVERYONE, HIGHEST) else None


def gap_id(measure_id: str) -> str:
    """Under which id the results of a measure's gap stand."""
    return f"{measure_id}.gap"
