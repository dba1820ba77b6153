"""Shapes of targets: the published figures of each, what should decrease mirrored, and laws that hold of all."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import measure
from rttd_metrics.definitions.measure import MeasureDefinition
from rttd_metrics.definitions.target_paths import baseline_of, baselines_of, target_of, targets_of

YEARS = [f"{year}-{(year + 1) % 100:02d}" for year in range(2010, 2025)]
BASE = "2010-11"
STATE = "A report card of the State"


def defined(**keys: Any) -> MeasureDefinition:
    return MeasureDefinition.model_validate(measure(**{"formula": "percent(true)"} | keys))


def path(shape: dict[str, Any], base: float, number: int, **keys: Any) -> list[float | None]:
    """The targets of so many years from a baseline of 2010-11 on."""
    found = defined(baseline={BASE: base}, target={"shape": shape}, **keys)
    return [target_of(found, year) for year in YEARS[1 : number + 1]]


def of_subgroup(target: dict[str, Any], own: dict[str, Any], number: int, **keys: Any) -> list[float | None]:
    """The targets of english learners in so many years from 2011-12 on."""
    found = defined(target=target | {"subgroups": {"english_learner": {"Yes": own}}}, **keys)
    return [target_of(found, year, "english_learner", "Yes") for year in YEARS[1 : number + 1]]


def near(*values: float) -> Any:
    """The published figures, to the two decimals in which they are printed."""
    return pytest.approx(list(values), abs=0.0051)


# -- The published figures --------------------------------------------------------------------------------


def test_halve() -> None:
    """57.6 is 42.4 from 100; half of it is 21.2, a sixth of that 3.533 a year: 78.8 after six years."""
    assert path({"halve": {"years": 6}}, 57.6, 6) == near(61.13, 64.67, 68.20, 71.73, 75.27, 78.80)


@pytest.mark.parametrize("base", [0.0, 0.25, 0.576, 0.9, 1.0])
def test_halve_is_the_formula_that_maryland_prints(base: float) -> None:
    """The first year's target, for base 2010-11 and end 2017: Base + (((1 - ((1 - Base)/2)) - Base)/6)."""
    [first] = path({"halve": {"years": 6}}, base * 100, 1)
    assert first == pytest.approx((base + (((1 - ((1 - base) / 2)) - base) / 6)) * 100)


def test_linear() -> None:
    """(75 - 50) / 8 = 3.125 a year from 2011-12 to 2019-20."""
    found = defined(baseline={"2011-12": 50}, target={"shape": {"linear": {"to": 75, "by": "2019-20"}}})
    expected = [53.125, 56.25, 59.375, 62.5, 65.625, 68.75, 71.875, 75]
    assert [target_of(found, year) for year in YEARS[2:10]] == expected


def test_increment() -> None:
    """4 points a year; and 9.1 points a year from 54.5, which are 45.5 in five years and end at 100."""
    assert path({"increment": {"points": 4.0}}, 56.3, 5) == near(60.3, 64.3, 68.3, 72.3, 76.3)
    assert path({"increment": {"points": 9.1}}, 54.5, 7) == near(63.6, 72.7, 81.8, 90.9, 100.0, 100.0, 100.0)


@pytest.mark.parametrize(("base", "decimals", "printed"), [
    (26.70, 2, [34.03, 40.63, 46.56, 51.91, 56.72]),  # 100 - 0.9 * 73.3 = 34.03; 100 - 0.9 * 65.97 = 40.627; ...
    (32.80, 1, [39.50, 45.60, 51.00, 55.90, 60.30]),  # 39.52, 45.568, 51.0112, 55.91008, 60.319072
    (32.10, 1, [38.90, 45.00]),  # 38.89, 45.001
])  # fmt: skip
def test_geometric(base: float, decimals: int, printed: list[float]) -> None:
    """Every year cuts the share that is not proficient by a tenth."""
    rounded = path({"geometric": {"rate": 0.10}, "decimals": decimals}, base, len(printed))
    assert rounded == printed
    assert path({"geometric": {"rate": 0.10}}, base, len(printed)) == pytest.approx(printed, abs=0.051)


def test_rounding_is_of_each_target_and_half_goes_away_from_zero() -> None:
    shape = {"linear": {"to": 10, "by": "2014-15"}, "decimals": 1}
    assert path(shape, 9, 4) == [9.3, 9.5, 9.8, 10.0]  # 9.25, 9.5, 9.75, 10
    assert path(shape | {"linear": {"to": 9, "by": "2014-15"}}, 10, 4, improvement="decrease") == [9.8, 9.5, 9.3, 9.0]


def test_common_endpoint() -> None:
    """One endpoint for all: 90 rises by 1 a year and 50 by 6; who is past it stays."""
    shape = {"common_endpoint": {"to": 98, "by": "2018-19", "source": STATE}}
    assert path(shape, 90, 8) == [91, 92, 93, 94, 95, 96, 97, 98]
    assert path(shape, 50, 8) == [56, 62, 68, 74, 80, 86, 92, 98]
    assert path(shape, 99, 8) == [99] * 8


def test_percentile() -> None:
    """From the value of the 25th percentile to that of the 65th: (55.2 - 40) / 4 = 3.8 a year; without a start from 44."""
    end = {"percentile": 65, "value": 55.2, "by": "2014-15", "source": STATE}
    assert path({"percentile": end | {"start": {"percentile": 25, "value": 40}}}, 44, 5) == near(43.8, 47.6, 51.4, 55.2, 55.2)
    assert path({"percentile": end}, 44, 5) == near(46.8, 49.6, 52.4, 55.2, 55.2)  # (55.2 - 44) / 4 = 2.8
    assert path({"percentile": end}, 60, 2) == [60, 60]


def test_gap_fraction() -> None:
    """Everyone rises by 2 a year from 60; 24 points behind shrink to 12 in six years, by 2 a year: 38 + 2 + 2, ..."""
    everyone = {"shape": {"increment": {"points": 2}}}
    own = {"baseline": {BASE: 36}, "shape": {"gap_fraction": {"fraction": 0.5, "years": 6}}}
    found = of_subgroup(everyone, own, 8, baseline={BASE: 60})
    assert found == near(40, 44, 48, 52, 56, 60, 62, 64)  # 62 - 22, 64 - 20, ..., 72 - 12; then 74 - 12, 76 - 12
    # Only years in which everyone has a target have one.
    found = of_subgroup({"annual": {"2012-13": 66}}, own, 3, baseline={BASE: 60})
    assert found == [None, 66 - 20, None]


def test_explicit_targets_stand_before_the_shape() -> None:
    found = defined(baseline={BASE: 57.6}, target={"annual": {"2011-12": 61.1}, "shape": {"halve": {"years": 6}}})
    assert targets_of(found, YEARS[:3]) == {"2011-12": 61.1, "2012-13": pytest.approx(64.67, abs=0.01)}


# -- What should decrease ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [
    {"halve": {"years": 6}},
    {"increment": {"points": 7}},
    {"geometric": {"rate": 0.1}},
    {"linear": {"to": 75, "by": "2018-19"}},
    {"common_endpoint": {"to": 75, "by": "2018-19", "source": STATE}},
    {"percentile": {"percentile": 65, "value": 75, "by": "2018-19", "source": STATE, "start": {"percentile": 25, "value": 41}}},
], ids=lambda shape: next(iter(shape)))  # fmt: skip
def test_what_should_decrease_mirrors_what_should_increase(shape: dict[str, Any]) -> None:
    """A share of 42.4 that should fall is one of 57.6 that should rise, seen from the other side."""
    rising = path(shape, 57.6, 12)
    for part in shape.values():
        for value in (part, part.get("start", {})):
            value.update({key: 100 - value[key] for key in ("to", "value") if key in value})
    falling = path(shape, 42.4, 12, improvement="decrease")
    assert falling == pytest.approx([100 - value for value in rising])


def test_a_gap_that_closes_mirrors_too() -> None:
    """Everyone falls by 1 a year from 10; 6 above shrink by 0.5 a year: 9 + 5.5, 8 + 5, ..., 4 + 3."""
    own = {"baseline": {BASE: 16}, "shape": {"gap_fraction": {"fraction": 0.5, "years": 6}}}
    found = of_subgroup({"shape": {"increment": {"points": 1}}}, own, 6, baseline={BASE: 10}, improvement="decrease")
    assert found == [14.5, 13, 11.5, 10, 8.5, 7]


def test_counts_and_averages_fall_to_nothing_and_rise_to_a_best_value_that_is_said() -> None:
    assert path({"halve": {"years": 2}}, 8, 2, formula="avg(days_absent)", improvement="decrease") == [6, 4]
    assert path({"halve": {"years": 2}}, 97, 2, formula="rate(days_present, days_enrolled, 100)") == [97.75, 98.5]
    assert path({"halve": {"years": 2}, "best": 4}, 2, 2, formula="avg(observation_score)") == [2.5, 3]
    assert path({"increment": {"points": 0.5}}, 3, 3, formula="avg(observation_score)") == [3.5, 4, 4.5]
    assert path({"increment": {"points": 0.5}, "best": 4}, 3, 3, formula="avg(observation_score)") == [3.5, 4, 4]


# -- Years ------------------------------------------------------------------------------------------------


def test_a_path_starts_after_the_latest_baseline() -> None:
    """Of two baseline years neither has a target, and the earlier changes nothing."""
    found = defined(baseline={"2010-11": 30.5, "2011-12": 32.8}, target={"shape": {"geometric": {"rate": 0.1}, "decimals": 1}})
    assert targets_of(found, ["2009-10", "2010-11", "2011-12", "2012-13"]) == {"2012-13": 39.5}


@pytest.mark.parametrize("shape", [
    {"halve": {"years": 2}}, {"linear": {"to": 75, "by": "2012-13"}},
    {"common_endpoint": {"to": 75, "by": "2012-13", "source": STATE}},
    {"percentile": {"percentile": 65, "value": 75, "by": "2012-13", "source": STATE}},
], ids=lambda shape: next(iter(shape)))  # fmt: skip
def test_after_its_last_year_a_shape_keeps_its_endpoint(shape: dict[str, Any]) -> None:
    assert path(shape, 50, 5) == [62.5, 75, 75, 75, 75]


def test_a_shape_starts_anew_where_the_assessment_changed() -> None:
    """A new test in 2013-14 puts 60 percent at 41: that year has no target, later ones halve what is left from there."""
    found = defined(
        baseline={BASE: 52}, rebaseline={"2013-14": {"value": 41.0, "because": "New state assessment"}},
        target={"annual": {"2011-12": 56.1}, "shape": {"halve": {"years": 6}}})  # fmt: skip
    # 48 / 2 / 6 = 4 a year: 56, 60; 59 / 2 / 6 = 4.916667 a year: 45.92, 50.83
    assert [target_of(found, year) for year in YEARS[:4]] == [None, 56.1, 60, None]
    assert [target_of(found, year) for year in YEARS[4:6]] == near(45.92, 50.83)
    assert baselines_of(found) == {BASE: 52, "2013-14": 41.0}


def test_a_linear_shape_goes_on_to_its_endpoint_from_the_new_baseline() -> None:
    shape = {"linear": {"to": 70, "by": "2016-17"}}
    found = path(shape, 58, 7, rebaseline={"2013-14": {"value": 40, "because": "New test"}})
    assert found == [60, 62, None, 50, 60, 70, 70]  # 12 in six years; 30 in the three that are left


def test_a_percentile_starts_anew_from_the_new_baseline() -> None:
    start = {"percentile": 65, "value": 56, "by": "2014-15", "source": STATE, "start": {"percentile": 25, "value": 40}}
    found = path({"percentile": start}, 44, 4, rebaseline={"2012-13": {"value": 50, "because": "New test"}})
    assert found == [44, None, 53, 56]  # 40 + 16 / 4; (56 - 50) / 2


# -- Subgroups and schools --------------------------------------------------------------------------------


def test_everyones_shape_is_handed_on_to_groups_with_a_baseline_of_their_own() -> None:
    """Each from its own baseline; not to one that says a target itself, nor to one without a baseline."""
    groups = {
        "a": {"baseline": {BASE: 20}},
        "b": {"baseline": {BASE: 20}, "annual": {"2012-13": 70}},
        "c": {"baseline": {BASE: 20}, "shape": {"increment": {"points": 1}}},
    }
    found = defined(baseline={BASE: 52}, target={"shape": {"halve": {"years": 6}}, "subgroups": {"x": groups}, "schools": groups})
    first = {name: target_of(found, "2011-12", "x", name) for name in "abcd"}
    assert first == {"a": pytest.approx(20 + 40 / 6), "b": None, "c": 21, "d": None}
    schools = {name: target_of(found, "2011-12", school_id=name) for name in "abcd"}
    assert schools == {"a": pytest.approx(20 + 40 / 6), "b": 56, "c": 21, "d": 56}  # where a school says nothing: the district's


def test_a_linear_shape_is_not_handed_on() -> None:
    target = {"shape": {"linear": {"to": 75, "by": "2018-19"}}}
    assert of_subgroup(target, {"baseline": {BASE: 20}}, 2, baseline={BASE: 60}) == [None, None]
    one_for_all = {"shape": {"common_endpoint": {"to": 75, "by": "2018-19", "source": STATE}}}
    assert of_subgroup(one_for_all, {"baseline": {BASE: 35}}, 2, baseline={BASE: 60}) == [40, 45]


def test_a_group_that_is_not_started_anew_has_no_more_targets() -> None:
    """A change of assessment makes every older baseline worthless, a subgroup's and a school's too."""
    changed = {"2012-13": {"value": 41.0, "because": "New state assessment"}}
    keys = {"baseline": {BASE: 52}, "rebaseline": changed}
    shape = {"shape": {"increment": {"points": 2}}}
    assert of_subgroup(shape, {"baseline": {BASE: 30}}, 4, **keys) == [32, None, None, None]
    again = {"rebaseline": {"2012-13": {"value": 20, "because": "New state assessment"}}}
    assert of_subgroup(shape, {"baseline": {BASE: 30}} | again, 4, **keys) == [32, None, 22, 24]
    assert of_subgroup(shape, {"baseline": {"2012-13": 25}}, 4, **keys) == [None, None, 27, 29]
    without = defined(target={"subgroups": {"x": {"a": {"baseline": {BASE: 30}}}}}, **keys)
    assert [baseline_of(without, year, "x", "a") for year in YEARS[:4]] == [30, 30, None, None]
    assert [baseline_of(without, year) for year in YEARS[:4]] == [52, 52, 41, 41]
    found = defined(target=shape | {"schools": {"A": {"baseline": {BASE: 30}} | again}}, **keys)
    assert [target_of(found, year, school_id="A") for year in YEARS[1:4]] == [32, None, 22]


# -- Laws -------------------------------------------------------------------------------------------------

percents = st.floats(0, 100).map(lambda value: round(value, 2))
years = st.integers(1, 12)
shapes = st.one_of(
    st.fixed_dictionaries({"halve": st.fixed_dictionaries({"years": years})}),
    st.fixed_dictionaries({"increment": st.fixed_dictionaries({"points": st.floats(0.01, 30)})}),
    st.fixed_dictionaries({"geometric": st.fixed_dictionaries({"rate": st.floats(0.01, 0.99)})}),
    st.fixed_dictionaries({"common_endpoint": st.fixed_dictionaries(
        {"to": percents, "by": st.sampled_from(YEARS[1:]), "source": st.just(STATE)})}),
    st.fixed_dictionaries({"percentile": st.fixed_dictionaries(
        {"percentile": st.just(65), "value": percents, "by": st.sampled_from(YEARS[1:]), "source": st.just(STATE)})}),
)  # fmt: skip
directions = st.sampled_from(["increase", "decrease"])


@given(shape=shapes, base=percents, improvement=directions, decimals=st.none() | st.integers(0, 3))
def test_targets_only_ever_get_better_and_never_pass_the_best(
    shape: dict[str, Any], base: float, improvement: str, decimals: int | None
) -> None:
    found = path(shape | {"decimals": decimals}, base, 14, improvement=improvement)
    sign = 1 if improvement == "increase" else -1
    risen = [sign * value for value in found if value is not None]
    slack = 0.5 * 10**-decimals if decimals is not None else 0  # of rounding
    assert len(risen) == 14
    assert risen[0] >= sign * base - slack - 1e-9
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(risen))
    assert all(-1e-9 <= value <= 100 + 1e-9 for value in found if value is not None)


@given(base=percents, years=years, improvement=directions)
def test_halve_reaches_half_of_what_is_left_in_equal_steps(base: float, years: int, improvement: str) -> None:
    best = 100 if improvement == "increase" else 0
    found = [base, *path({"halve": {"years": years}}, base, 14, improvement=improvement)]
    steps = [later - earlier for earlier, later in pairwise(found)]
    assert found[years] == pytest.approx((base + best) / 2)
    assert steps[:years] == pytest.approx([(best - base) / 2 / years] * years, abs=1e-9)
    assert steps[years:] == [0] * (14 - years)


@given(base=percents, rate=st.floats(0.01, 0.99), improvement=directions)
def test_geometric_leaves_the_same_share_every_year(base: float, rate: float, improvement: str) -> None:
    best = 100 if improvement == "increase" else 0
    left = [abs(best - value) for value in (base, *path({"geometric": {"rate": rate}}, base, 14, improvement=improvement))]
    assert left[1:] == pytest.approx([(1 - rate) * before for before in left[:-1]], abs=1e-9)


@given(everyone=percents, base=percents, points=st.floats(0, 5), fraction=st.floats(0.01, 1), years=years, improvement=directions)
def test_a_gap_fraction_leaves_that_much_of_the_distance(
    everyone: float, base: float, points: float, fraction: float, years: int, improvement: str
) -> None:
    """In its last year the rest of the first distance is left to everyone's target of that year, and it never grows."""
    sign = 1 if improvement == "increase" else -1
    target = {"annual": {year: everyone + sign * points * step for step, year in enumerate(YEARS) if step}}
    own = {"baseline": {BASE: base}, "shape": {"gap_fraction": {"fraction": fraction, "years": years}}}
    found = of_subgroup(target, own, 14, baseline={BASE: everyone}, improvement=improvement)
    behind = max(sign * (everyone - base), 0)
    left = [sign * (target["annual"][year] - value) for year, value in zip(YEARS[1:], found, strict=False)]
    assert left[years - 1] == pytest.approx(behind * (1 - fraction), abs=1e-9)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise([behind, *left]))
