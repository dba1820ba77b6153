"""Targets and baselines: what a measure should reach, in which school year, for whom."""

from pydantic import Field

from rttd_metrics.definitions.base import Label, Model, Number, SchoolYear
from rttd_metrics.definitions.target_shapes import Shape


class NewBaseline(Model):
    """Where a changed assessment makes targets start anew, and why."""

    value: Number
    because: str


class OwnTarget(Model):
    """What one subgroup or one school should reach, and where it started."""

    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    shape: Shape | None = None
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)
    rebaseline: dict[SchoolYear, NewBaseline] = Field(default_factory=dict)


class Target(Model):
    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    shape: Shape | None = None
    subgroups: dict[str, dict[Label, OwnTarget]] = Field(default_factory=dict)
    schools: dict[Label, OwnTarget] = Field(default_factory=dict)
