"""What a process costs: start-up, memory, and two processes at once."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from tests.bench import worker
from tests.bench.report import Table
from tests.bench.timing import ratio

Result = TypeVar("Result")
_START = "from model import Classifier; Classifier.load({artifact!r}).classify('A minister said it.')"


def at_once(run: Callable[..., Result], arguments: Sequence[tuple[Any, ...]]) -> list[Result]:
    """Run it in a fresh process for each of the arguments, all at the same time."""
    context = get_context("spawn")
    count = len(arguments)
    barrier = context.Barrier(count)
    with ProcessPoolExecutor(count, mp_context=context, initializer=worker.wait_at, initargs=(barrier,)) as pool:
        return [future.result() for future in [pool.submit(run, *given) for given in arguments]]


def start_up(artifact: Path, repeats: int) -> Table:
    """Time a fresh interpreter that imports the package, loads the artifact and classifies one sentence."""
    programs = {
        "interpreter alone": "pass",
        "import": "from model import Classifier",
        "import and load": _START.format(artifact=str(artifact)).rpartition(".classify")[0],
        "import, load, first sentence": _START.format(artifact=str(artifact)),
    }
    best = {name: min(_seconds(program) for _ in range(repeats)) for name, program in programs.items()}
    rows = [
        {"what": name, "× interpreter": seconds / best["interpreter alone"], "s": seconds}
        for name, seconds in best.items()
    ]
    return Table(f"Start-up, best of {repeats}", rows)


def scaling(artifact: Path, articles: list[str], seconds: float, rounds: int) -> Table:
    """Compare one process with two at the same time, each for some seconds of its own stream, in paired rounds."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(rounds):
        for count in sorted(rates, reverse=turn % 2 == 1):
            streams = [(artifact, articles, seconds, seed) for seed in range(count)]
            rates[count].append(sum(at_once(worker.rate, streams)))
    rows = [
        {"what": f"{count} process{'es' * (count > 1)}", "× one": ratio(of, rates[1]), "sentences/s": max(of)}
        for count, of in rates.items()
    ]
    return Table("Processes", rows, note=f"The ratio is the median of {rounds} rounds.")


def memory(artifact: Path, article: str) -> Table:
    """Tell what one of two workers holds, stage by stage, and how much of it both share."""
    held, _ = at_once(worker.stages, [(artifact, article)] * 2)
    bare = held["interpreter"].resident
    rows = [
        {
            "what": stage,
            "× interpreter": memory.resident / bare,
            "MB resident": memory.resident,
            "MB its own": memory.own,
            "MB shared": memory.shared,
        }
        for stage, memory in held.items()
    ]
    return Table("Memory, one of two workers", rows, note="One more worker takes what is its own.")


def _seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start
