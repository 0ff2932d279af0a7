"""How things are timed: side by side in paired rounds, by the processor time of one core."""

import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np


def paired(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return seconds of processor time by contestant and round; every round runs all, in turning order.

    Processor time, since other work on the machine then counts for less; both run on one core.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            seconds[name].append(elapsed(contestants[name]))
    return seconds


def elapsed(run: Callable[[], object]) -> float:
    """Return the seconds of processor time of one run."""
    start = time.process_time()
    run()
    return time.process_time() - start


def ratio(baseline: list[float], measured: list[float]) -> float:
    """Return how many times faster than the baseline: the median over paired rounds."""
    return statistics.median(b / m for b, m in zip(baseline, measured, strict=True))


def percentiles(run: Callable[[int], object], times: int) -> tuple[float, float]:
    """Return the 50th and 99th percentile of the seconds of processor time of ``run(0)``, ``run(1)``, …"""
    seconds = [elapsed(lambda i=i: run(i)) for i in range(times)]
    p50, p99 = np.percentile(seconds, [50, 99])
    return float(p50), float(p99)
