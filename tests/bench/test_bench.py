"""The benchmark runs from end to end, small, and its tables hold what they promise."""

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_small_run(artifact, tmp_path):
    small = ["--rounds", "1", "--every", "12", "--seconds", "1", "--largest", "1000", "--limit", "30"]
    command = [sys.executable, "-m", "tests.bench", "--artifact", str(artifact), "--out", str(tmp_path / "out"), *small]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "out" / "bench.json").read_text())
    figures = {table["title"]: {row.pop("what"): row for row in table["rows"]} for table in record["tables"]}
    ours = figures["Scoring, sentences in batches"]["Stancewire's scorer"]
    stock = figures["Scoring, sentences in batches"]["scikit-learn's pipeline as it comes"]
    assert ours["macro-F1"] == stock["macro-F1"]
    assert stock["× stock"] == 1.0
    assert len(figures) == 8
    assert (tmp_path / "out" / "bench.png").stat().st_size > 1000
    assert "| what |" in (tmp_path / "out" / "bench.md").read_text()
