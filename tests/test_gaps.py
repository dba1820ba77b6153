"""Gaps: each subgroup against everyone, the highest, a named one or a value from outside, by hand at every level."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from gap_projects import gap, project
from projects import DISTRICT, cell, compute, measure, units, write_project
from rttd_metrics.definitions import sources
from rttd_metrics.engine.results import Run

# Of the students that gap_projects describes.
VALUES = {"Asian": 1100 / 12, "Black": 1100 / 30, "White": 2200 / 30, "Unknown": 100.0}
ALL = 4600 / 74


def run_of(folder: Path, *measures: dict[str, Any], **settings: Any) -> Run:
    return compute(project(folder, *measures, **settings))


def found(run: Run, level: str = "district", unit: str = DISTRICT, column: str = "value") -> dict[str, Any]:
    """A column of a unit's gap by subgroup."""
    rows = run.results.filter(measure="m.gap", level=level, unit_id=unit)
    return dict(zip(rows["subgroup"], rows[column], strict=True))


def near(**values: float) -> Any:
    return pytest.approx(values, abs=2e-6)  # both sides are rounded to six decimals


# -- Who is compared with whom ----------------------------------------------------------------------------


def test_against_everyone(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("all"))
    assert found(run) == near(**{name: ALL - value for name, value in VALUES.items()})
    assert found(run) == near(Asian=-29.504505, Black=25.495495, White=-11.171171, Unknown=-37.837838)
    # At A 32 of 42 are 76.190476 percent, at B 14 of 32 are 43.75.
    assert found(run, "school", "A") == near(Asian=-13.809524, Black=26.190476, White=-3.809524, Unknown=-23.809524)
    assert found(run, "school", "B") == {"Asian": 43.75 - 100, "Black": 43.75 - 30, "White": 43.75 - 60, "Unknown": None}
    assert found(run, "classroom", "s") == found(run, "school", "A")


def test_against_the_highest_known_subgroup_that_is_large_enough(tmp_path: Path) -> None:
    """Not the two of whom race is not known, and at B not the two Asian students."""
    run = run_of(tmp_path, gap("highest"))
    assert found(run) == near(Asian=0, Black=55, White=18.333333, Unknown=-8.333333)
    assert found(run, "school", "B") == {"Asian": -40.0, "Black": 30.0, "White": 0.0, "Unknown": None}
    run = run_of(tmp_path, gap("highest", minimum_n=13))
    assert found(run) == near(Asian=-18.333333, Black=36.666667, White=0, Unknown=-26.666667)
    run = run_of(tmp_path, gap("highest", minimum_n=2))
    assert found(run, "school", "B")["Black"] == 70.0
    run = run_of(tmp_path, gap("highest", minimum_n=31))
    assert set(found(run).values()) == {None}
    assert set(found(run, column="status").values()) == {"no_units"}


def test_against_a_named_subgroup(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("White"))
    assert found(run) == near(Asian=-18.333333, Black=36.666667, White=0, Unknown=-26.666667)
    assert found(run, "school", "B") == {"Asian": -40.0, "Black": 30.0, "White": 0.0, "Unknown": None}


def test_against_a_value_from_outside(tmp_path: Path) -> None:
    """As the notice compares: with the statewide average of the highest-achieving subgroup."""
    run = run_of(tmp_path, gap({"value": 74.2, "source": "State report card 2011-12", "subgroup": "White students statewide"}))
    assert found(run) == near(Asian=-17.466667, Black=37.533333, White=0.866667, Unknown=-25.8)
    assert found(run, "school", "B")["Black"] == pytest.approx(44.2)
    [info] = [info for info in run.measures if info.gap]
    assert info.title == "A measure: gap to White students statewide"


def test_as_a_ratio(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("White", **{"as": "ratio"}))
    assert found(run) == near(Asian=1.25, Black=0.5, White=1, Unknown=1.363636)  # 91.67 / 73.33, 36.67 / 73.33, ...
    assert found(run, "school", "B") == near(Asian=1.666667, Black=0.5, White=1, Unknown=None)


def test_a_ratio_to_nothing_has_no_value(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("all", formula="percent(not participating and participating)", **{"as": "ratio"}))
    assert set(found(run).values()) == {None}
    assert set(found(run, column="status").values()) == {"no_units"}


def test_what_should_decrease_is_behind_where_it_is_more(tmp_path: Path) -> None:
    """Who does not take part: the shares are 100 less those who do, and the distances the same."""
    keys = {"formula": "percent(not participating)", "improvement": "decrease"}
    assert found(run_of(tmp_path, gap("all", **keys))) == near(**{name: ALL - value for name, value in VALUES.items()})
    assert found(run_of(tmp_path, gap("highest", **keys))) == near(Asian=0, Black=55, White=18.333333, Unknown=-8.333333)
    run = run_of(tmp_path, gap("White", **keys, **{"as": "ratio"}))
    assert found(run) == near(Asian=0.3125, Black=2.375, White=1, Unknown=0)  # 8.33, 63.33 and 0 over 26.67


# -- What else a row says ---------------------------------------------------------------------------------


def test_a_row_counts_its_subgroup(tmp_path: Path) -> None:
    definition = gap("all") | {"exclude": [{"when": "students.student_id = '000'", "because": "Left out"}]}
    run = run_of(tmp_path, definition)
    row = cell(run, measure="m.gap", dimension="race", subgroup="Asian")
    assert [row[name] for name in ("population", "excluded", "missing", "n")] == [12, 1, 0, 11]
    assert [row[name] for name in ("numerator", "denominator", "ci_low", "ci_high", "baseline", "target")] == [None] * 6
    assert (row["unit_name"], row["status"]) == ("District", "no_target")


def test_rows_are_those_of_the_dimension_and_sorted(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("all"), measure(id="m_other", formula="count(true)"),
                 subgroups={"race": "students.race_ethnicity", "part": "students.participating"})  # fmt: skip
    rows = run.results.filter(measure="m.gap")
    assert rows["dimension"].unique().to_list() == ["race"]
    assert rows.filter(level="district")["subgroup"].to_list() == ["Asian", "Black", "Unknown", "White"]
    assert rows.height == 4 * 4  # two schools, a classroom and the district
    key = ["measure", "window", "level", "unit_id", "dimension", "subgroup"]
    assert run.results.equals(run.results.sort(key))
    assert run.results["measure"].unique(maintain_order=True).to_list() == ["m", "m.gap", "m_other"]
    assert "m.gap" not in run.student_results["measure"]
    assert units(run, "district", measure="m.gap") == []  # everyone is behind nobody
    assert [info.id for info in run.measures] == ["m", "m.gap", "m_other"]


def test_each_value_of_for_each_has_its_gap(tmp_path: Path) -> None:
    """One for both, unless one says its own."""
    own = {"yes": {}, "no": {"gap": {"dimension": "race", "reference": "all", "as": "ratio"}}}
    definition = gap("White", formula="percent(participating = (part = 'yes'))") | {"for_each": {"part": own}}
    run = run_of(tmp_path, definition)
    assert [info.id for info in run.measures] == ["m.no", "m.no.gap", "m.yes", "m.yes.gap"]
    assert run.measures[1].title == "A measure: no: gap to everyone"
    assert cell(run, measure="m.yes.gap", dimension="race", subgroup="Black")["value"] == pytest.approx(36.666666)
    # 19 of 30 do not, and 28 of 74: 63.333333 / 37.837838
    assert cell(run, measure="m.no.gap", dimension="race", subgroup="Black")["value"] == pytest.approx(1.673810)


def test_uncertain_where_either_side_is_small(tmp_path: Path) -> None:
    """Fewer than 30: the 12 and 2 in the district and everybody at B; and everybody who is compared with 12."""
    run = run_of(tmp_path, gap("all"))
    assert found(run, column="uncertain") == {"Asian": True, "Black": False, "White": False, "Unknown": True}
    assert found(run, "school", "B", "uncertain") == {"Asian": True, "Black": True, "White": True, "Unknown": None}
    assert set(found(run_of(tmp_path, gap("Asian")), column="uncertain").values()) == {True}
    outside = run_of(tmp_path, gap({"value": 74.2, "source": "State"}))
    assert found(outside, column="uncertain") == {"Asian": True, "Black": False, "White": False, "Unknown": True}


def test_nothing_is_said_where_either_side_is_withheld(tmp_path: Path) -> None:
    """At B the two Asian students are too few to be told of, hence nobody's distance to them."""
    few = {"confidential": {"of": "respondent", "minimum": 10}}
    run = run_of(tmp_path, gap("all", **few))
    assert found(run, "school", "B", "status") == {
        "Asian": "withheld", "Black": "no_target", "White": "no_target", "Unknown": "no_units"}  # fmt: skip
    assert found(run, "school", "B") == {"Asian": None, "Black": 13.75, "White": -16.25, "Unknown": None}
    hidden = cell(run, "school", "B", measure="m.gap", dimension="race", subgroup="Asian")
    assert {hidden[name] for name in ("population", "excluded", "missing", "n", "value", "target", "uncertain")} == {None}
    run = run_of(tmp_path, gap("Asian", **few))
    assert set(found(run, "school", "B", "status").values()) == {"withheld"}
    assert set(found(run, "school", "B", "n").values()) == {None}
    assert found(run, "school", "A", "status")["Black"] == "no_target"


def test_a_reference_that_nobody_is_in_is_told(tmp_path: Path) -> None:
    run = run_of(tmp_path, gap("Wite"))
    assert set(found(run).values()) == {None}
    [problem] = [problem for problem in run.problems if problem.code == "gap"]
    assert problem.message == "no student is in the subgroup 'Wite' of race: there is nothing to compare with"
    assert (problem.severity, problem.file, problem.line) == ("warning", "measures/m.yml", 11)
    assert not run_of(tmp_path, gap("White")).problems


def test_a_shipped_gap_needs_its_dimension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project without the dimension computes the measure and not its gap."""
    shipped = tmp_path / "shipped"
    shutil.copytree(sources.shipped_folder(), shipped)
    write_project(shipped, gap("White"), gap("White") | {"id": "n"})
    (shipped / "measures").rename(shipped / "extra")
    monkeypatch.setattr(sources, "shipped_folder", lambda: shipped)
    for dimension, ids in (("race", ["m", "m.gap"]), ("colour", ["m"])):
        folder = project(tmp_path / dimension, measures=["package:extra/m.yml"], subgroups={dimension: "students.race_ethnicity"})
        run = compute(folder)
        assert [info.id for info in run.measures] == ids
        assert run.results["measure"].unique(maintain_order=True).to_list() == ids


# -- Targets ----------------------------------------------------------------------------------------------


def test_a_gap_has_targets_of_its_own(tmp_path: Path) -> None:
    """All shall be 30 points behind at most, Asian students 1 ahead; the unknown, and the reference, have no target."""
    aims = {"annual": {"2012-13": 30}, "subgroups": {"Asian": {"annual": {"2012-13": -19}, "baseline": {"2011-12": -17}}}}
    run = run_of(tmp_path, gap("White", baseline={"2010-11": 99}) | {"gap": {
        "dimension": "race", "reference": "White", "baseline": {"2011-12": 40}, "target": aims}})  # fmt: skip
    assert found(run, column="target") == {"Asian": -19.0, "Black": 30.0, "White": None, "Unknown": None}
    assert found(run, column="baseline") == {"Asian": -17.0, "Black": 40.0, "White": None, "Unknown": None}
    assert found(run, column="status") == {
        "Asian": "not_met", "Black": "not_met", "White": "no_target", "Unknown": "no_target"}  # -18.33 is behind -19  # fmt: skip
    assert found(run, "school", "B", "status")["Black"] == "met"  # 30 behind: equal is met
    assert set(found(run, "school", "B", "baseline").values()) == {None}


@pytest.mark.parametrize(("keys", "target", "status"), [
    ({"as": "difference"}, 36.7, "met"),  # 36.666667 points behind
    ({"as": "difference"}, 36.6, "not_met"),
    ({"as": "ratio"}, 0.5, "met"),  # half of theirs
    ({"as": "ratio"}, 0.51, "not_met"),
    ({"as": "ratio", "formula": "percent(not participating)", "improvement": "decrease"}, 2.375, "met"),
    ({"as": "ratio", "formula": "percent(not participating)", "improvement": "decrease"}, 2.37, "not_met"),
    ({"as": "difference", "final": "2013-06-01"}, 36.6, "in_progress"),
])  # fmt: skip
def test_a_difference_shall_fall_and_a_ratio_come_to_one(
    tmp_path: Path, keys: dict[str, Any], target: float, status: str
) -> None:
    run = run_of(tmp_path, gap("White", target={"annual": {"2012-13": target}}, **keys), as_of="2012-11-16")
    assert found(run, column="status")["Black"] == status


@pytest.mark.parametrize(("keys", "start", "targets"), [
    ({"as": "difference"}, 40, [36, 32, 28]),  # half of 40 in five years: 4 a year
    ({"as": "ratio"}, 0.5, [0.55, 0.6, 0.65]),  # half of what 0.5 lacks to 1 in five years: 0.05 a year
    ({"as": "ratio", "formula": "percent(not participating)", "improvement": "decrease"}, 2, [1.9, 1.8, 1.7]),
])  # fmt: skip
def test_a_gap_closes_by_a_fraction(tmp_path: Path, keys: dict[str, Any], start: float, targets: list[float]) -> None:
    shape = {"shape": {"gap_fraction": {"fraction": 0.5, "years": 5}}}
    definition = gap("White", target=shape, **keys)
    definition["gap"]["baseline"] = {"2011-12": start}
    folder = project(tmp_path, definition)
    found_targets = [found(compute(folder, school_year=year), column="target")["Black"]
                     for year in ("2012-13", "2013-14", "2014-15")]  # fmt: skip
    assert found_targets == pytest.approx(targets)


def test_subgroups_take_from_the_gap_what_they_do_not_say(tmp_path: Path) -> None:
    """Each closes half of its own baseline; what all shall come to in a year is no plan for one that starts elsewhere."""
    definition = gap("all", target={
        "annual": {"2012-13": 18}, "shape": {"gap_fraction": {"fraction": 0.5, "years": 5}},
        "subgroups": {"Asian": {"baseline": {"2011-12": 10}}, "White": {"annual": {"2012-13": 1}}}})  # fmt: skip
    definition["gap"]["baseline"] = {"2011-12": 20}
    run = run_of(tmp_path, definition)
    assert found(run, column="target") == {"Asian": 9.0, "Black": 18.0, "White": 1.0, "Unknown": None}
    assert found(run, column="baseline") == {"Asian": 10.0, "Black": 20.0, "White": 20.0, "Unknown": None}


def test_a_changed_assessment_resets_the_gap(tmp_path: Path) -> None:
    definition = gap("all", target={"shape": {"halve": {"years": 5}}}) | {
        "rebaseline": {"2013-14": {"value": 41, "because": "New test"}}}  # fmt: skip
    definition["gap"] |= {"baseline": {"2011-12": 20}, "rebaseline": {"2013-14": {"value": 30, "because": "New test"}}}
    folder = project(tmp_path, definition)
    runs = [compute(folder, school_year=year) for year in ("2012-13", "2013-14", "2014-15")]
    assert [found(run, column="target")["Black"] for run in runs] == [18.0, None, 27.0]
    assert [found(run, column="baseline")["Black"] for run in runs] == [20.0, 30.0, 30.0]
    assert [cell(run)["baseline"] for run in runs] == [None, 41.0, 41.0]
