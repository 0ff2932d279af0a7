"""The benchmark runs from end to end, small, and its tables hold what they promise."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest

from model.segmentation import default_segmenter
from tests.bench.archives import write_sentences
from tests.bench.documents import COMPILED
from tests.bench.growth import growth_table, straight_from
from tests.bench.worker import Mark

SMALL = {"rounds": 1, "every": 25, "seconds": 0.5, "largest": 3000, "http-seconds": 0.3, "batch-sentences": 1500}


@pytest.mark.slow
def test_small_run(artifact, tmp_path):
    out = tmp_path / "out"
    done = _bench(artifact, out, SMALL)
    figures = _figures(out)

    ours = figures["Scoring, sentences in batches"]["Stancewire's scorer"]
    stock = figures["Scoring, sentences in batches"]["scikit-learn's pipeline as it comes"]
    assert ours["macro-F1"] == stock["macro-F1"]
    assert stock["× stock"] == 1.0
    assert len(figures) == 11

    http = figures["HTTP, two workers"]
    assert list(http) == [1, 8, 64]
    for row in http.values():
        assert row["requests/s"] > 0
        assert (row["refused"], row["wrong"], row["lost"]) == (0, 0, 0)
        assert row["p50 ms"] <= row["p99 ms"] <= row["p99.9 ms"]

    batch = figures["Batch files"]
    assert [row["sentences"] for row in batch.values()] == [1500, 1500]
    assert batch["one process"]["× one process"] == 1.0

    memory = list(figures["Memory, one of two workers"].values())
    for before, after in pairwise(memory):
        assert before["MB resident"] <= after["MB resident"]
    assert all(0 < row["MB its own"] < row["MB resident"] for row in memory)
    assert batch["one process"]["peak MB"] > memory[-1]["MB resident"]

    assert len(figures["Growth, one process, at most 240 s"]) == 2
    assert (out / "bench.png").stat().st_size > 1000
    markdown = (out / "bench.md").read_text()
    for title in figures:
        assert f"### {title}\n" in markdown
        assert title in done.stdout
    articles = figures["Article text to labelled, attributed sentences"]
    assert (COMPILED in articles) != (f"Skipped: {COMPILED}" in markdown)
    assert done.stdout.index("… batch files") < done.stdout.index("\nBatch files\n")


def test_the_peak_of_a_command_is_not_that_of_who_measures_it(tmp_path):
    """Linux would count the memory of the process that starts a command into the command's peak."""
    held = b"x" * 200_000_000
    took = tmp_path / "took.json"
    subprocess.run([sys.executable, "-m", "tests.bench.usage", took, sys.executable, "-c", "pass"], check=True)
    assert json.loads(took.read_text())["peak MB"] < len(held) / 2e6


def test_an_archive_has_the_number_of_sentences_asked_for(tmp_path):
    folder = write_sentences(tmp_path / "in", 137)

    texts = [json.loads(line)["text"] for path in folder.iterdir() for line in path.read_text().splitlines()]
    assert sum(len(default_segmenter().spans(text)) for text in texts) == 137
    assert len(set(texts)) == len(texts)


def test_growth_tells_where_the_line_bends():
    costs = [(1_000, 300e-6), (10_000, 150e-6), (100_000, 100e-6), (300_000, 101e-6), (1_000_000, 99e-6)]
    marks = [Mark(0, 0, 0)]
    for sentences, cost in costs:
        before = marks[-1]
        marks.append(Mark(sentences, before.seconds + cost * (sentences - before.sentences), 100))
    del marks[0]

    assert straight_from(marks) == 10_000
    assert straight_from(marks[:2]) is None
    table = growth_table(marks, 240)
    assert [round(row["µs each since row before"]) for row in table.rows] == [300, 150, 100, 101, 99]
    assert round(table.rows[1]["× row before"], 3) == 0.5
    assert "from 10,000 sentences on" in table.note


def _bench(artifact, out, options):
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.bench", "--artifact", str(artifact), "--out", str(out), *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done


def _figures(out):
    tables = json.loads((out / "bench.json").read_text())["tables"]
    return {table["title"]: {row[table["key"]]: row for row in table["rows"]} for table in tables}
