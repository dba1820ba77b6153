"""The library beside the portfolio, as a whole: what each measure says, and that each has values that differ."""

from typing import Any

import pytest

from projects import LAKESIDE
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.portfolio import read_portfolio

LIBRARY = [one for one in read_portfolio(LAKESIDE).measures if one.document.file.startswith("package:library/")]


def test_each_says_where_it_comes_from_and_why() -> None:
    found = {one.id: one.definition for one in LIBRARY}
    assert [name for name, one in found.items() if not (one.source and one.narrative.rationale and one.examples)] == []
    assert [name for name, one in found.items() if one.portfolio or one.slot] == []


@pytest.mark.parametrize("one", LIBRARY, ids=lambda one: one.id)
def test_each_has_a_value_and_schools_differ(lakeside: Any, one: Measure) -> None:
    rows = lakeside.results.filter(measure=one.id, dimension="all").to_dicts()
    [district] = [row["value"] for row in rows if row["level"] == "district"]
    schools = [row["value"] for row in rows if row["level"] == "school" and row["value"] is not None]
    assert district is not None
    assert len(schools) < 2 or len(set(schools)) > 1
