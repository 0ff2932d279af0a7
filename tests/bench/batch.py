"""Batch scoring: the pool against one process, Spark against the pool, growth with size, peak memory.

    python -m tests.bench.batch --megabytes 10 100 --sentences 500000 --spark --out bench/batch.json

Each measurement is a ``stance score`` of its own from JSONL to Parquet, as a user would start it, so start-up is in it.
For peak memory at a size that would take hours to score, ``--streamed`` repeats the same articles and scores each text
once (``--dedupe``), but reads, joins and writes every row.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.archives import write_megabytes, write_sentences
from tests.bench.report import Part, Table

STANCE = Path(sys.executable).with_name("stance")
MEGABYTES = (10, 100)
SENTENCES = 500_000
NOTE = "JSONL in, Parquet out, start-up included; the peak is the largest process's."
ONE = "one process"
LOCAL = {ONE: ("--workers", "1"), "pool of two": ("--workers", "2")}
SPARK = {"Spark, local, two cores": ("--workers", "2", "--engine", "spark")}
Rows = list[dict[str, Any]]


def engines(artifact: Path, sentences: int, *, spark: bool = False) -> Table:
    """Compare ways to score the same archive."""
    with tempfile.TemporaryDirectory() as folder:
        report.begin(f"writing an archive of {sentences:,} sentences")
        source = write_sentences(Path(folder) / "in", sentences)
        rows = _compare(source, Path(folder), artifact, LOCAL | SPARK if spark else LOCAL)
    return Table("Batch files", rows, note=NOTE)


def sizes(artifact: Path, megabytes: Sequence[int]) -> Table:
    """Score archives of several sizes, in one process and in a pool."""
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in megabytes:
            source = write_megabytes(Path(folder) / f"{size} MB.jsonl", size)
            rows += [
                row | {"what": f"{size} MB, {row['what']}"} for row in _compare(source, Path(folder), artifact, LOCAL)
            ]
            source.unlink()
    return Table("Batch files by size", rows, note=NOTE)


def streamed(artifact: Path, megabytes: Sequence[int]) -> Table:
    """Score archives in which articles repeat, each text once: what is left is reading, joining and writing."""
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in megabytes:
            source = write_megabytes(Path(folder) / f"{size} MB.jsonl", size, repeated=True)
            took = _score(source, Path(folder), artifact, *LOCAL[ONE], "--dedupe")
            rows.append({"what": f"{size} MB", **took})
            source.unlink()
    return Table("Batch files of repeated texts, each text scored once, one process", rows, note=NOTE)


def _compare(source: Path, place: Path, artifact: Path, ways: dict[str, tuple[str, ...]]) -> Rows:
    """Score the same archive in several ways; the first is what the others are compared with."""
    rows: Rows = []
    for name, options in ways.items():
        took = _score(source, place, artifact, *options)
        times = took["sentences/s"] / rows[0]["sentences/s"] if rows else 1.0
        rows.append({"what": name, f"× {ONE}": times, **took})
    return rows


def _score(source: Path, place: Path, artifact: Path, *options: str) -> dict[str, float]:
    """Run ``stance score`` and return how many sentences it scored, how fast, and what it took."""
    report.begin(" ".join(["stance score", source.name, *options]))
    out = place / f"out-{time.monotonic_ns()}.parquet"
    took, summary = place / "took.json", place / "summary.json"
    command = [STANCE, "score", source, out, "--quiet", "--artifact", artifact, "--summary", summary, *options]
    done = subprocess.run([sys.executable, "-m", "tests.bench.usage", took, *command], check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}")
    counted = json.loads(summary.read_text("utf-8"))
    sentences = counted["sentences"] + counted["boilerplate"]  # page furniture is read as well
    figures = json.loads(took.read_text("utf-8"))
    return {"sentences": sentences, "sentences/s": sentences / figures["s"], **figures}


def _parts(options: argparse.Namespace) -> Iterator[Part]:
    artifact = options.artifact
    if options.megabytes:
        yield Part("batch files by size", lambda: sizes(artifact, options.megabytes))
    if options.streamed:
        yield Part("batch files of repeated texts", lambda: streamed(artifact, options.streamed))
    if options.sentences:
        yield Part("batch files", lambda: engines(artifact, options.sentences, spark=options.spark))


def main() -> None:
    """Measure as the command line says, print tables, and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, nargs="*", default=list(MEGABYTES), help="sizes for growth and memory")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="sentences to compare engines on; 0 for none")
    parser.add_argument("--streamed", type=int, nargs="*", default=[], help="sizes for memory with repeated texts")
    parser.add_argument("--spark", action="store_true", help="also measure local Spark")
    parser.add_argument("--artifact", type=Path, default=Path("artifact"))
    parser.add_argument("--out", type=Path, default=Path("bench/batch.json"))
    options = parser.parse_args()
    facts = report.machine()
    tables = report.measured(_parts(options))
    report.write_json(options.out, facts, tables, {})


if __name__ == "__main__":
    main()
