"""scripts/bench says what it does, and its figures have the fields that others read."""

import json
import subprocess
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "scripts" / "bench"


@pytest.mark.slow
def test_bench_says_what_it_measures(tmp_path: Path) -> None:
    told = subprocess.run(
        [BENCH, "--help"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout

    assert "--json FILE" in told
    assert "check-ins over HTTP at 1, 8 and 32 connections" in told


@pytest.mark.slow
def test_a_short_run_checks_in_over_http_and_writes_its_figures(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"

    subprocess.run([BENCH, "--quick", "--only", "batches", "--json", path], check=True, timeout=120)

    told = json.loads(path.read_text())
    assert told["machine"].keys() == {"cores", "system", "python", "sqlite", "disk"}
    figures = {figure["name"]: figure for figure in told["figures"]}
    assert figures.keys() == {"batches.rate", "batches.p99", "batches.cpu"}
    assert figures["batches.cpu"]["unit"] == "ms a scan"
    assert figures["batches.cpu"]["aim"] == "at most 0.3"
    assert all(figure["value"] > 0 for figure in figures.values())
