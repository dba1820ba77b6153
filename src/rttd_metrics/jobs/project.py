"""A project as Python code uses it: open it, check it, compute it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rttd_metrics.data.checks.outcome import DataCheck
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.engine.results import Run
from rttd_metrics.engine.student_details import PREFERRED
from rttd_metrics.jobs.check import check
from rttd_metrics.jobs.compute import compute
from rttd_metrics.jobs.report import Report, report
from rttd_metrics.problems import Problem


@dataclass(frozen=True)
class Project:
    """The definitions of a district, as read. `problems` says what is wrong with them."""

    portfolio: Portfolio

    @classmethod
    def open(cls, path: "str | os.PathLike[str]") -> "Project":
        """Read the definitions at `path`. Raises problems.ProblemError where nothing can be read there."""
        return cls(read_portfolio(Path(path)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.portfolio.problems

    def compute(
        self,
        *,
        school_year: str | Sequence[str] | None = None,
        as_of: date | None = None,
        engine: str = "polars",
        keep_going: bool = False,
    ) -> Run:
        """Compute every measure; see jobs.compute.compute."""
        return compute(self.portfolio, school_year=school_year, as_of=as_of, engine=engine, keep_going=keep_going)

    def report(
        self,
        *,
        school_year: str | None = None,
        as_of: date | None = None,
        measures: Sequence[str] = (),
        everything: bool = False,
        keep_going: bool = False,
        names: str | None = PREFERRED,
    ) -> Report:
        """What a report is made of; see jobs.report.report."""
        return report(
            self.portfolio,
            school_year=school_year,
            as_of=as_of,
            measures=measures,
            everything=everything,
            keep_going=keep_going,
            names=names,
        )

    def check(self, *, school_year: str | None = None, as_of: date | None = None) -> DataCheck:
        """Hold the data against their schemas, and say what each school has sent; see jobs.check.check."""
        return check(self.portfolio, school_year=school_year, as_of=as_of)
