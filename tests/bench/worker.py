"""What a process of its own does to be measured; imports no more than a worker of the service."""

import time
from itertools import islice
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.bench.texts import endless

BATCH = 64  # articles a call
CHECKPOINTS = [scale * 10**power for power in range(3, 7) for scale in (1, 3)]
_barrier: Barrier


def grow(artifact: Path, articles: list[str], largest: int, limit: float) -> list[dict[str, object]]:
    from model import Classifier

    rows: list[dict[str, object]] = [{"what": "interpreter", "MB resident": _resident()}]
    classifier = Classifier.load(artifact)
    rows.append({"what": "loaded", "MB resident": _resident()})
    classifier.classify(articles[0])
    rows.append({"what": "first article", "MB resident": _resident()})
    stream, done, start = endless(articles), 0, time.perf_counter()
    marks = [mark for mark in CHECKPOINTS if mark <= largest]
    while marks and time.perf_counter() - start < limit:
        done += sum(len(d.sentences) for d in classifier.classify_documents(list(islice(stream, BATCH))))
        if done >= marks[0]:
            seconds = time.perf_counter() - start
            name = f"{marks.pop(0):,} sentences"
            rows.append({"what": name, "s": seconds, "µs each": 1e6 * seconds / done, "MB resident": _resident()})
    return rows


def wait_at(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def rate(artifact: Path, articles: list[str], seconds: float, seed: int) -> float:
    from model import Classifier

    classifier, stream, done = Classifier.load(artifact), endless(articles, seed), 0
    classifier.classify_documents(list(islice(stream, BATCH)))
    _barrier.wait()  # until all have loaded
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        done += sum(len(d.sentences) for d in classifier.classify_documents(list(islice(stream, BATCH))))
    return done / (time.perf_counter() - start)


def _resident() -> float:
    """Return the resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
