"""What all tests share: the profile of Hypothesis, and one run of the example district.

Hypothesis tries the same examples at every run, without a time limit that a busy machine could break;
`HYPOTHESIS_PROFILE=search pytest ...` looks for new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from projects import LAKESIDE
from rttd_metrics.definitions.portfolio import read_portfolio
from rttd_metrics.engine.results import Run
from rttd_metrics.jobs.compute import compute
from synth_files import LAKESIDE_ARGUMENTS, synth

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def lakeside() -> Run:
    """The example district as its project describes it."""
    return compute(read_portfolio(LAKESIDE))


@pytest.fixture(scope="session")
def lakeside_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example district, made once more."""
    return synth(tmp_path_factory.mktemp("lakeside"), *LAKESIDE_ARGUMENTS)


@pytest.fixture(scope="session")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic district with a row for each day of 320 students."""
    return synth(tmp_path_factory.mktemp("daily"), "--students", 320, "--seed", 5)
