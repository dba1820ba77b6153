"""Metrics as code for school districts.

>>> import rttd_metrics
>>> run = rttd_metrics.open("examples/lakeside").compute()
>>> run.results  # a Polars frame, one row a cell
>>> rttd_metrics.open("examples/lakeside").check().findings  # what is wrong with its data
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from rttd_metrics.jobs.project import Project

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: "str | os.PathLike[str]") -> "Project":  # noqa: A001 - the natural word: rttd_metrics.open("lakeside")
    """The project at `path`: a folder with rttd.yml, that file, or loose measure files.

    Raises problems.ProblemError where nothing can be read there.
    """
    from rttd_metrics.jobs.project import Project  # noqa: PLC0415 - `rttd --help` must not wait for the engine

    return Project.open(path)
