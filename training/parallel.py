"""Runs independent jobs in several processes and shows how many are done and how long the others may take."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import joblib

T = TypeVar("T")
_EVERY: Final = 10.0  # seconds between lines where standard error is no terminal


def run_parallel(
    jobs: Sequence[Callable[[], T]],
    description: str,
    costs: Sequence[float] | None = None,
    seconds_per_cost: float | None = None,
) -> list[T]:
    """Run each job once, one process for each processor; return the results in the order of the jobs.

    Args:
        jobs: What to run; put the longest first.
        description: What stands before the progress, which goes to standard error.
        costs: How much work each job is, in any unit; None where all are alike.
        seconds_per_cost: A first guess of the seconds that a unit of work takes; None for none. The jobs that are
            finished replace it.

    """
    if not jobs:
        return []
    numbered = (joblib.delayed(_run_numbered)(number, job) for number, job in enumerate(jobs))
    processes = min(joblib.effective_n_jobs(-1), len(jobs))
    results: dict[int, T] = {}
    with FitProgress(description, costs or [1.0] * len(jobs), processes, seconds_per_cost) as progress:
        for number, seconds, result in joblib.Parallel(n_jobs=-1, return_as="generator_unordered")(numbered):
            results[number] = result
            progress.finish(number, seconds)
    return [results[number] for number in range(len(jobs))]


def estimate_seconds(
    costs: Sequence[float], processes: int, finished: Sequence[tuple[float, float]], guess: float | None
) -> float | None:
    """Estimate how long all jobs take together, from beginning to end; None where nothing is known yet.

    Args:
        costs: The work of each job.
        processes: How many run at a time.
        finished: The work and the seconds of each job that is finished.
        guess: Seconds for a unit of work, as long as none is finished.

    """
    per_cost = sum(seconds for _, seconds in finished) / sum(cost for cost, _ in finished) if finished else guess
    return None if per_cost is None else per_cost * max(sum(costs) / processes, *costs)


class FitProgress:
    """How many jobs are done, since when, and how long the others may take: one line on a terminal, else several."""

    def __init__(
        self, description: str, costs: Sequence[float], processes: int, seconds_per_cost: float | None
    ) -> None:
        self._description = description
        self._costs = costs
        self._processes = processes
        self._guess = seconds_per_cost
        self._finished: list[tuple[float, float]] = []
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._on_terminal = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._show_regularly, daemon=True)

    def __enter__(self) -> "FitProgress":
        self._show()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._show()
        if self._on_terminal:
            print(file=sys.stderr)

    def finish(self, number: int, seconds: float) -> None:
        """Count a job as done, which took so many seconds."""
        self._finished.append((self._costs[number], seconds))
        self._show()

    def describe(self) -> str:
        """Return what is shown: "fitting on 52,820 sentences: 2 of 6 done after 1:10, about 2:05 left"."""
        elapsed = time.monotonic() - self._started
        done, total = len(self._finished), len(self._costs)
        expected = estimate_seconds(self._costs, self._processes, self._finished, self._guess)
        left = "" if expected is None or done == total else f", {_format_left(expected - elapsed)}"
        return f"{self._description}: {done} of {total} done after {_format_clock(elapsed)}{left}"

    def _show_regularly(self) -> None:
        while not self._ended.wait(1.0 if self._on_terminal else _EVERY):
            self._show()

    def _show(self) -> None:
        begin, end = ("\r", "\033[K") if self._on_terminal else ("", "\n")
        print(f"{begin}{self.describe()}", end=end, file=sys.stderr, flush=True)


def _format_left(seconds: float) -> str:
    return f"about {_format_clock(seconds)} left" if seconds >= 1 else "any moment now"


def _format_clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _run_numbered(number: int, job: Callable[[], Any]) -> tuple[int, float, Any]:
    started = time.monotonic()
    result = job()
    return number, time.monotonic() - started, result
