"""Batch scoring: growth with size, peak memory, the pool against one process, Spark against the pool.

    python -m tests.bench.batch --megabytes 10 100 --sentences 500000 --spark --out bench.json

Each measurement is a ``stance score`` of its own, as a user would start it, so start-up is in it. The text is articles
of the project's corpus over and over with numbers put in, so that no two are the same; for peak memory at a size that
would take hours to score, ``--streamed`` repeats the same articles and scores each text once (``--dedupe``), but reads,
joins and writes every row.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.corpus import load_corpus

STANCE = Path(sys.executable).with_name("stance")
MEGABYTES = (10, 100)
SENTENCES = 500_000


def run(
    out: Path,
    megabytes: tuple[int, ...] = MEGABYTES,
    sentences: int = SENTENCES,
    *,
    spark: bool = False,
    streamed: tuple[int, ...] = (),
    artifact: Path = Path("artifact"),
) -> dict[str, Any]:
    """Measure, write the figures to ``out`` as JSON and return them."""
    figures: dict[str, Any] = {"processors": os.cpu_count(), "growth": [], "streamed": [], "engines": []}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for size in megabytes:
            source = _archive(place / f"{size}.jsonl", megabytes=size)
            for workers in (1, 2):
                figures["growth"].append({"megabytes": size, **_score(source, place, artifact, workers)})
            source.unlink()
        for size in streamed:
            source = _archive(place / f"{size}.jsonl", megabytes=size, repeated=True)
            figures["streamed"].append({"megabytes": size, **_score(source, place, artifact, 1, "local", "--dedupe")})
            source.unlink()
        if sentences:
            source = _parts(place / "in", sentences)
            for engine in ("local", "local", *(["spark"] if spark else [])):
                workers = 1 if engine == "local" and not figures["engines"] else 2
                figures["engines"].append({"engine": engine, **_score(source, place, artifact, workers, engine)})
    out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return figures


def _score(
    source: Path, place: Path, artifact: Path, workers: int, engine: str = "local", *extra: str
) -> dict[str, Any]:
    """Run ``stance score`` and return its seconds, sentences per second and the peak of its largest process."""
    out = place / f"out-{time.monotonic_ns()}.parquet"
    summary = place / "summary.json"
    command = [STANCE, "score", source, out, "--quiet", "--engine", engine, "--workers", str(workers), *extra]
    started = time.monotonic()
    process = subprocess.Popen([*command, "--artifact", artifact, "--summary", summary])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    sentences = json.loads(summary.read_text(encoding="utf-8"))["sentences"]
    return {
        "workers": workers,
        "sentences": sentences,
        "seconds": round(seconds, 1),
        "sentences_per_second": round(sentences / seconds),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def _articles(*, repeated: bool = False) -> Iterator[tuple[bytes, int]]:
    """Yield endless articles, each a line of JSONL, with their numbers of sentences."""
    documents = load_corpus()
    chance = random.Random(7)
    number = 0
    while True:
        sentences = [sentence.text for sentence in chance.choice(documents).sentences]
        if not repeated:
            sentences.insert(0, f"Report {number} of {chance.randint(1, 28)} May: {chance.random():.6f} per cent.")
        yield json.dumps({"id": number, "text": "\n".join(sentences)}).encode() + b"\n", len(sentences)
        number += 1


def _archive(path: Path, megabytes: int, *, repeated: bool = False) -> Path:
    size = 0
    with path.open("wb") as file:
        for line, _ in _articles(repeated=repeated):
            size += file.write(line)
            if size >= megabytes << 20:
                return path
    raise AssertionError("there are always more articles")


def _parts(folder: Path, sentences: int, parts: int = 8) -> Path:
    """Write about so many sentences into a folder of a few files: Spark reads JSONL a file a task."""
    folder.mkdir()
    files = [(folder / f"part-{part}.jsonl").open("wb") for part in range(parts)]
    count = 0
    for number, (line, length) in enumerate(_articles()):
        files[number % parts].write(line)
        count += length
        if count >= sentences:
            break
    for file in files:
        file.close()
    return folder


def main() -> None:
    """Measure as the command line says and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, nargs="*", default=list(MEGABYTES), help="sizes for growth and memory")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="sentences to compare engines on; 0 for none")
    parser.add_argument("--streamed", type=int, nargs="*", default=[], help="sizes for memory with repeated texts")
    parser.add_argument("--spark", action="store_true", help="also measure local Spark")
    parser.add_argument("--artifact", type=Path, default=Path("artifact"))
    parser.add_argument("--out", type=Path, default=Path("bench-batch.json"))
    options = parser.parse_args()
    figures = run(
        options.out,
        tuple(options.megabytes),
        options.sentences,
        spark=options.spark,
        streamed=tuple(options.streamed),
        artifact=options.artifact,
    )
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
