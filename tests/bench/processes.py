"""What a process costs: start-up, memory, how both grow with the number of sentences, and two processes at once."""

import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.bench import worker
from tests.bench.report import Table

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
        rows = pool.submit(worker.grow, artifact, articles, largest, limit).result()
    return Table(f"Growth, one process, at most {limit:.0f} s", rows)


def scaling(artifact: Path, articles: list[str], seconds: float) -> Table:
    """Compare one process with two at the same time, each for some seconds of its own stream."""
    context = get_context("spawn")
    rows = []
    for count in (1, 2):
        barrier = context.Barrier(count)
        with ProcessPoolExecutor(count, mp_context=context, initializer=worker.wait_at, initargs=(barrier,)) as pool:
            runs = [pool.submit(worker.rate, artifact, articles, seconds, seed) for seed in range(count)]
            rows.append({"what": f"{count} process{'es' * (count > 1)}", "sentences/s": sum(r.result() for r in runs)})
    for row in rows:
        row["× one"] = row["sentences/s"] / rows[0]["sentences/s"]
    return Table("Processes", rows)
