"""What a process costs: start-up, memory, how both grow with the number of sentences, and two processes at once."""

import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.bench.report import Table
from tests.bench.texts import endless

BATCH = 64  # articles a call
CHECKPOINTS = [scale * 10**power for power in range(3, 7) for scale in (1, 3)]
_barrier: Barrier  # set in worker processes
_START = "from model import Classifier; Classifier.load({artifact!r}).classify('A minister said it.')"


def start_up(artifact: Path, repeats: int = 3) -> Table:
    """Time a fresh interpreter that imports the package, loads the artifact and classifies one sentence."""
    programs = {
        "interpreter alone": "pass",
        "import": "from model import Classifier",
        "import and load": _START.format(artifact=str(artifact)).rpartition(".classify")[0],
        "import, load, first sentence": _START.format(artifact=str(artifact)),
    }
    rows = []
    for name, program in programs.items():
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            seconds.append(time.perf_counter() - start)
        rows.append({"what": name, "s": min(seconds)})
    return Table("Start-up, best of three", rows)


def growth(artifact: Path, articles: list[str], largest: int, limit: float) -> Table:
    """Classify an endless stream in one process; note time and memory at 1 k, 3 k, 10 k, … sentences."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        rows = pool.submit(_grow, artifact, articles, largest, limit).result()
    return Table(f"Growth, one process, at most {limit:.0f} s", rows)


def scaling(artifact: Path, articles: list[str], seconds: float) -> Table:
    """Compare one process with two at the same time, each for some seconds of its own stream."""
    context = get_context("spawn")
    rows = []
    for count in (1, 2):
        barrier = context.Barrier(count)
        with ProcessPoolExecutor(count, mp_context=context, initializer=_wait_at, initargs=(barrier,)) as pool:
            runs = [pool.submit(_rate, artifact, articles, seconds, seed) for seed in range(count)]
            rows.append({"what": f"{count} process{'es' * (count > 1)}", "sentences/s": sum(r.result() for r in runs)})
    for row in rows:
        row["× one"] = row["sentences/s"] / rows[0]["sentences/s"]
    return Table("Processes", rows)


def _grow(artifact: Path, articles: list[str], largest: int, limit: float) -> list[dict[str, object]]:
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


def _wait_at(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _rate(artifact: Path, articles: list[str], seconds: float, seed: int) -> float:
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
