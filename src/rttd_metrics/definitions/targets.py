"""Targets and baselines: what a measure should reach, in which school year, for whom."""

from pydantic import Field

from rttd_metrics.definitions.base import Label, Model, Number, SchoolYear


class SubgroupTarget(Model):
    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    baseline: dict[SchoolYear, Number] = Field(default_factory=dict)


class SchoolTarget(Model):
    annual: dict[SchoolYear, Number]


class Target(Model):
    annual: dict[SchoolYear, Number] = Field(default_factory=dict)
    subgroups: dict[str, dict[Label, SubgroupTarget]] = Field(default_factory=dict)
    schools: dict[Label, SchoolTarget] = Field(default_factory=dict)
