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

    def of(self, school_year: str, dimension: str, subgroup: str, school_id: str | None) -> float | None:
        """The target of one cell: a school's own where it has one, a subgroup's own, else the district's.

        A subgroup without a target of its own has none: what is fair to ask of everyone together says nothing
        about a group that starts elsewhere.
        """
        if dimension != "all":
            own = self.subgroups.get(dimension, {}).get(subgroup)
            return own.annual.get(school_year) if own else None
        school = self.schools.get(school_id) if school_id is not None else None
        if school is not None and school_year in school.annual:
            return school.annual[school_year]
        return self.annual.get(school_year)
