"""Targets and baselines: what a measure should reach, in which school year, for whom."""

from typing import Literal

from pydantic import Field

from rttd_metrics.definitions.base import Label, Model, Number, SchoolYear
from rttd_metrics.definitions.target_shapes import Shape


class NewBaseline(Model):
    """Where a changed assessment makes targets start anew, and why."""

    value: Number
    """The new baseline."""
    because: str
    """What has changed."""


class OwnTarget(Model):
    """What one subgroup or one school should reach, and where it started."""

    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    """The target of each school year."""
    shape: Shape | None = None
    """How the path leads on from the latest baseline, instead of writing every year."""
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    """Where it started, by school year."""
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)
    """Where it starts anew, by school year, since the assessment changed."""


class SubgroupTarget(OwnTarget):
    """What one subgroup should reach, and where it started."""

    suppressed: Literal["small_n"] | None = None
    """Why nothing is said of the subgroup: it is too small to publish."""


class Target(Model):
    """What a measure should reach."""

    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    """The target of each school year, for everyone in the district and in each school and classroom."""
    shape: Shape | None = None
    """How the path leads on from the latest baseline, instead of writing every year."""
    subgroups: dict[str, dict[Label, SubgroupTarget]] = Field(default_factory=dict)
    """By dimension and subgroup (`"Yes"`, `"No"` and `Unknown` where the dimension is true or false): its own target."""
    schools: dict[Label, OwnTarget] = Field(default_factory=dict)
    """By school: a target of its own, which its classrooms share; in years in which it has none, the district's."""
