"""The whole way from the files of a standard: `rttd init --from`, `rttd check`, `rttd compute`, with confirmations only."""

import json
from pathlib import Path

import pytest

from commands import rttd


@pytest.mark.parametrize("bundle", ["bundle", "bundle.zip"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_bundle_of_oneroster_computes_once_its_guesses_are_confirmed(tmp_path: Path, version: str, bundle: str) -> None:
    source, folder = tmp_path / bundle, tmp_path / "district"
    rttd("synth", source, "--students", "320", "--format", f"oneroster-{version}", "--seed", "3", code=0)
    rttd("init", folder, "--from", source, code=0)
    rttd("init", folder, "--accept", code=0)
    rttd("validate", folder, code=0)
    told = json.loads(rttd("check", folder, "--output-format", "json", code=0).stdout)
    assert not [problem for problem in told["problems"] if problem["severity"] == "error"]
    results = json.loads(rttd("compute", folder, "--output-format", "json", code=0).stdout)["results"]
    counted = [row["population"] for row in results if row["level"] == "district" and row["dimension"] == "all"]
    assert len(counted) >= 4
    assert 0 < max(counted) <= 320
